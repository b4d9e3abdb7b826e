"""The rehearsal: five minutes before doors open, what must be seen; and what the projector will show."""

from __future__ import annotations

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.attendance.queries.live import live_stamp
from matchmaking.attendance.routes.live import is_part, tagged
from matchmaking.events.routes.people import people_tabs
from matchmaking.operations.queries.rehearsal import rehearsal_facts
from matchmaking.operations.rehearsal import Mark, steps_of
from matchmaking.operations.routes import operations
from matchmaking.operations.routes.venue import present_venue
from matchmaking.operations.stage import example_stage, stage_of
from matchmaking.permissions import requires
from matchmaking.scheduling.queries.versions import newest_draft, published_version
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_event


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
def rehearsal_projector() -> Response:
    """Show the big screen at a slot: of the published schedule, else of the newest draft, else of examples."""
    event, now = current_event(), clock.now()
    wanted = read_row_number(request.args.get("slot")) or 0
    version = published_version(event.id) or newest_draft(event.id)
    stage = stage_of(version, event.timezone, now, wanted) if version else None
    stage = stage or example_stage(event.id, event.timezone, now)
    answer = make_response(
        render_template(
            "attendance/_live.html" if is_part() else "operations/rehearsal_projector.html",
            stage=stage,
            slots=stage.slots,
            now=stage.at,
            shift=round((stage.at - now).total_seconds()),
            wanted=wanted or None,
            version=version or stage,  # examples stand in for a schedule
            is_published=version is not None and version.published_at is not None,
        )
    )
    return tagged(answer, f"{live_stamp(version, event.id)}-{stage.slot}-{wanted}")
