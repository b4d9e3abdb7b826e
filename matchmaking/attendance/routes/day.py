"""The day (laptop): now and next at each table, one tap for what happened, and the list of all meetings."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.attendance.day_view import read_choice
from matchmaking.attendance.meeting_words import MEETING_STATES, state_words
from matchmaking.attendance.models import MeetingState
from matchmaking.attendance.queries.day import DayMeeting, day_meetings, day_tables, dropped_meetings
from matchmaking.attendance.routes.blueprint import attendance, day_tabs
from matchmaking.attendance.routes.day_page import Told, answer_tap, day_page, wanted_slot, words_for_rows
from matchmaking.attendance.services.meetings import (
    ChangeMeeting,
    MeetingChange,
    MeetingChanged,
    change_meeting,
    undo_step,
)
from matchmaking.codes import new_code
from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.paging import cut, page_number


@attendance.get("/manage/<event_code>/day")
@requires("meeting.read")
def day() -> str:
    """Show now and next at each table."""
    return day_page(wanted_slot(request.args.get("slot")))


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
    url = url_for("attendance.undo_state", meeting_code=done.meeting_code)
    slot = request.form.get("slot", "")[:10]
    return Told("held", text, url, {"step_key": done.step_key, "new_key": new_code(20), "slot": slot})


def _answer(meeting_code: str, told: Told) -> Response:
    is_own = request.form.get("from") == "meeting"
    back = url_for("attendance.outcome", meeting_code=meeting_code) if is_own else ""
    return answer_tap(told, f"meeting-{meeting_code}", back)


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
        page=cut(found, page_number()),
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
