"""The day (laptop): now and next at each table, one tap for what happened, and the list of all meetings."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.attendance.day_view import (
    SlotLink,
    TableRow,
    Timing,
    actions_of,
    outcome_words,
    place_words,
    read_choice,
    slot_links,
    state_of,
    summary_of,
    table_rows,
    timing_of,
)
from matchmaking.attendance.meeting_words import MEETING_STATES, state_words
from matchmaking.attendance.models import MeetingState
from matchmaking.attendance.queries.day import (
    DayMeeting,
    day_meetings,
    day_slots,
    day_tables,
    dropped_meetings,
    nearest_slot,
)
from matchmaking.attendance.routes.blueprint import attendance, day_tabs
from matchmaking.attendance.services.meetings import (
    ChangeMeeting,
    MeetingChange,
    MeetingChanged,
    change_meeting,
    undo_step,
)
from matchmaking.codes import new_code
from matchmaking.errors import InvalidInput
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.permissions import is_allowed, requires
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.paging import PAGE_SIZE, Page, page_number


@dataclass(frozen=True)
class Told:
    """What a toast says after a tap; ``undo_key`` is the step that its button takes back."""

    kind: str
    text: str
    meeting_code: str = ""
    undo_key: str = ""


@dataclass(frozen=True)
class Shown:
    """The part of the page that follows the clock."""

    timing: Timing
    links: list[SlotLink]
    rows: list[TableRow]
    wanted_slot: int | None  # chosen by the person; without it the page goes along with the clock
    has_arrivals: bool  # of a day at which nobody was scanned, "not arrived" would say nothing


@attendance.get("/manage/<event_code>/day")
@requires("meeting.read")
def day() -> str:
    """Show now and next at each table."""
    return _page(_wanted_slot(request.args.get("slot")))


def _wanted_slot(text: str | None) -> int | None:
    return read_row_number(text) or None


def _page(wanted: int | None, told: Told | None = None) -> str:
    version = published_version(current_event().id)
    shown = _shown(version, wanted) if version else None
    name = "attendance/_day_live.html" if "HX-Request" in request.headers else "attendance/day.html"
    return render_template(
        name,
        shown=shown,
        version=version,
        day_tab_list=day_tabs(),
        told=told,
        summary=summary_of(shown.rows) if shown else [],
        now=clock.now(),
        shows_arrivals=bool(shown and shown.has_arrivals),
        **words_for_rows(),
    )


def words_for_rows() -> dict[str, object]:
    """Return what the templates of meetings call to say a row in words."""
    zone = current_event().timezone
    return {
        "may_record": is_allowed(current_actor(), "meeting.record"),
        "has_check_in": db.session.get_one(Event, current_event().id).has_check_in,
        "actions_of": actions_of,
        "state_of": lambda row: state_of(row, zone),
        "place_of": lambda row: place_words(row, zone),
        "outcome_words": outcome_words,
        "new_key": lambda: new_code(20),
    }


def _shown(version: ScheduleVersion, wanted: int | None) -> Shown | None:
    slots, now, zone = day_slots(version), clock.now(), current_event().timezone
    chosen = next((slot for slot in slots if slot.number == wanted), None) or nearest_slot(slots, now)
    if chosen is None:
        return None
    following = next((slot for slot in slots if slot.number == chosen.number + 1), None)
    ids = [slot.id for slot in (chosen, following) if slot]
    has_check_in = db.session.get_one(Event, version.event_id).has_check_in
    meetings = day_meetings(version, zone, ids)
    return Shown(
        timing_of(slots, chosen, now, zone),
        slot_links(slots, chosen, now, zone),
        table_rows(day_tables(version), meetings, chosen, following),
        wanted if chosen.number == wanted else None,
        has_check_in and any(side.arrived_at for row in meetings for side in (row.exhibitor, row.buyer)),
    )


@attendance.post("/manage/<event_code>/day/meetings/<meeting_code>/state")
@requires("meeting.record")
def change_state(meeting_code: str) -> Response:
    """Record what became of a meeting."""
    given = request.form
    choice = read_choice(given.get("to", ""))
    seen = read_row_number(given.get("seen"))
    if choice is None or seen is None:
        raise InvalidInput(_("Please choose one of the answers."))
    key = f"{given.get('key', '')[:20]}-{given.get('to', '')}".replace(":", "-")
    try:
        with transaction():
            done = change_meeting(
                current_actor(), ChangeMeeting(current_event().id, meeting_code, choice[0], key, choice[1], seen)
            )
    except MeetingChanged as refusal:
        return _answer(meeting_code, Told("warning", str(refusal)))
    return _answer(meeting_code, _told(done, _("Noted: %(state)s.", state=state_words(done.state, done.absent))))


@attendance.post("/manage/<event_code>/day/meetings/<meeting_code>/undo")
@requires("meeting.record")
def undo_state(meeting_code: str) -> Response:
    """Take the latest tap back."""
    given = request.form
    try:
        with transaction():
            done = undo_step(
                current_actor(), current_event().id, given.get("step_key", "")[:40], given.get("new_key", "")[:40]
            )
    except MeetingChanged as refusal:
        return _answer(meeting_code, Told("warning", str(refusal)))
    state = state_words(done.state, done.absent)
    return _answer(meeting_code, Told("held", _("Taken back: this meeting is “%(state)s” again.", state=state)))


def _told(done: MeetingChange, text: str) -> Told:
    return Told("held", text, done.meeting_code, done.step_key)


def _answer(meeting_code: str, told: Told) -> Response:
    """Answer with the part of the page and a toast, or without a script with the page the tap came from."""
    wanted = _wanted_slot(request.form.get("slot"))
    if "HX-Request" in request.headers:
        return make_response(_page(wanted, told))
    flash(told.text, told.kind)
    if request.form.get("from") == "meeting":
        return redirect(url_for("attendance.outcome", meeting_code=meeting_code), code=303)
    return redirect(url_for("attendance.day", slot=wanted, _anchor=f"meeting-{meeting_code}"), code=303)


@attendance.get("/manage/<event_code>/day/meetings")
@requires("meeting.read")
def all_meetings() -> str:
    """List every meeting of the day, to be filtered by state, table and name."""
    event, version = current_event(), published_version(current_event().id)
    rows = day_meetings(version, event.timezone) if version else []
    rows += dropped_meetings(event.id, version, event.timezone)
    state, table, text = (request.args.get(name, "")[:100].strip() for name in ("state", "table", "q"))
    found = [row for row in rows if _is_wanted(row, state, table, text.casefold())]
    return render_template(
        "attendance/day_meetings.html",
        version=version,
        day_tab_list=day_tabs(),
        page=_paged(found),
        total=len(rows),
        state_chosen=state,
        table_id=table,
        text=text,
        states=[(value.value, label) for value, label in MEETING_STATES.items()],
        tables=day_tables(version) if version else [],
        **words_for_rows(),
    )


def _is_wanted(row: DayMeeting, state: str, table: str, text: str) -> bool:
    if state in set(MeetingState) and row.state != state:
        return False
    if (table_id := read_row_number(table)) and row.table_id != table_id:
        return False
    return not text or text in f"{row.exhibitor.name} {row.buyer.name}".casefold()


def _paged(rows: list[DayMeeting]) -> Page[DayMeeting]:
    pages = max(-(-len(rows) // PAGE_SIZE), 1)
    number = min(page_number(), pages)
    return Page(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, pages, len(rows))
