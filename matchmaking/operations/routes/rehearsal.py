"""The rehearsal: five minutes before doors open, what must be seen; and what the projector will show."""

from __future__ import annotations

from flask import render_template, request, url_for

from matchmaking import clock
from matchmaking.events.routes.people import people_tabs
from matchmaking.operations.queries.rehearsal import rehearsal_facts
from matchmaking.operations.rehearsal import Mark, steps_of
from matchmaking.operations.routes import operations
from matchmaking.operations.routes.venue import present_venue
from matchmaking.operations.stage import example_screen, screen_of
from matchmaking.permissions import requires
from matchmaking.scheduling.queries.versions import newest_draft, published_version
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_event

#: How long each page of tables stays when the pages turn by themselves.
TURN_SECONDS = 15


@operations.get("/manage/<event_code>/rehearsal")
@requires("event.edit")
def rehearsal() -> str:
    """Show each step with where it stands; htmx asks for the list alone."""
    steps = steps_of(rehearsal_facts(current_event().id), present_venue())
    name = "operations/_rehearsal_steps.html" if "HX-Request" in request.headers else "operations/rehearsal.html"
    open_steps = sum(step.mark in {Mark.LOOK, Mark.MISSING} for step in steps)
    return render_template(name, steps=steps, open_steps=open_steps, now=clock.now(), tabs_of_people=people_tabs())


@operations.get("/manage/<event_code>/rehearsal/projector")
@requires("event.edit")
def rehearsal_projector() -> str:
    """Show what the projector will show at a slot: of the published schedule, else of the newest draft, else examples."""
    event, now = current_event(), clock.now()
    slot, page = (read_row_number(request.args.get(name)) or 0 for name in ("slot", "page"))
    version = published_version(event.id) or newest_draft(event.id)
    screen = screen_of(version, event.timezone, now, slot=slot, page=page or 1) if version else None
    screen = screen or example_screen(event.id, event.timezone, now, page=page or 1)
    turns = request.args.get("turn") == "1"
    following = url_for("operations.rehearsal_projector", slot=slot or None, page=screen.following_page, turn="1")
    return render_template(
        "operations/rehearsal_projector.html",
        screen=screen,
        wanted_slot=slot or None,
        is_published=version is not None and version.published_at is not None,
        turns=turns,
        following=following,
        turn_seconds=TURN_SECONDS,
    )
