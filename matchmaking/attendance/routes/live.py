"""The big screen of the hall, the card "now and next" on a participant's phone, and the host's call list."""

from __future__ import annotations

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.attendance.day_view import slot_links
from matchmaking.attendance.live_view import Call, calls_of, own_entries, screen_slots
from matchmaking.attendance.queries.day import day_meetings, day_slots, meetings_of_teams, nearest_slot, teams_of_person
from matchmaking.attendance.queries.live import live_slots, live_stamp
from matchmaking.attendance.routes.blueprint import attendance, day_tabs
from matchmaking.errors import NotFound
from matchmaking.events import queries as events
from matchmaking.events.models import EventState
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale
from matchmaking.permissions import public, requires
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event


@attendance.get("/live/<event_code>")
@public
def live() -> Response:
    """Show who sits at which table now and next, with a countdown; the browser asks again every five seconds."""
    _refuse_hidden_event()
    event, now = current_event(), clock.now()
    version = published_version(event.id)
    slots = live_slots(version, event.timezone, now) if version else []
    name = "attendance/_live.html" if is_part() else "attendance/live.html"
    answer = make_response(
        render_template(name, version=version, slots=screen_slots(slots, now, event.timezone), now=now)
    )
    first = slots[0].slot.id if slots else 0
    return tagged(answer, f"{live_stamp(version, event.id)}-{first}")


def _refuse_hidden_event() -> None:
    """A draft, or an event whose public page is switched off, is for its own people only."""
    row = events.event_row(current_event().id)
    is_open_to_all = row.state is not EventState.DRAFT and row.is_public_page_on
    if not (is_open_to_all or current_actor().roles or current_actor().is_administrator):
        raise NotFound(_("There is no event at this address. Please check the link."))


@attendance.get("/my/<event_code>/now")
@requires("meeting.own")
def my_now() -> Response:
    """Give a phone the rest of its person's meetings; it shows what is now and next, also without a network."""
    event, version = current_event(), published_version(current_event().id)
    answer = make_response(render_template("attendance/_my_now.html", **own_now()))
    return tagged(answer, f"{live_stamp(version, event.id)}-{current_actor().user_id}")


def own_now() -> dict[str, object]:
    """Return what the card on a participant's phone shows."""
    event, now = current_event(), clock.now()
    teams = teams_of_person(current_actor().user_id, event.id)
    rows = meetings_of_teams(event.id, published_version(event.id), list(teams), event.timezone)
    return {"entries": own_entries(rows, teams, now, event.timezone), "now": now}


@attendance.get("/manage/<event_code>/day/calls")
@requires("meeting.read")
def call_list() -> str:
    """List whom the host calls to which table for a slot, and who of them has not arrived."""
    event, now = current_event(), clock.now()
    version = published_version(event.id)
    slots = day_slots(version) if version else []
    wanted = read_row_number(request.args.get("slot")) or 0
    following = next((slot for slot in slots if slot.starts_at > now), None)
    chosen = next((slot for slot in slots if slot.number == wanted), following or nearest_slot(slots, now))
    calls: list[Call] = []
    if version and chosen:
        calls = calls_of(day_meetings(version, event.timezone, [chosen.id]))
    return render_template(
        "attendance/call_list.html",
        day_tab_list=day_tabs(),
        version=version,
        chosen=chosen,
        calls=calls,
        event_has_check_in=events.event_row(event.id).has_check_in,
        links=slot_links(slots, chosen, now, event.timezone) if chosen else [],
    )


def is_part() -> bool:
    """Whether a page that is shown asks for what changed of it."""
    return "X-Part" in request.headers


def tagged(answer: Response, stamp: str) -> Response:
    """Let the browser ask with the tag of what it shows; unchanged costs it nothing. The tag holds nothing personal."""
    answer.set_etag(f"{stamp}-{select_locale()}-{int(is_part())}")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.add("X-Part")
    return answer.make_conditional(request.environ)
