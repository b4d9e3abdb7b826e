"""Seating a stand-by on the control page with one tap, and taking that back."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from matchmaking.attendance.routes.blueprint import attendance
from matchmaking.attendance.routes.day_page import Told, answer_tap
from matchmaking.attendance.services.day_seats import SeatPair, SeatTaken, seat_pair, undo_seat
from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.errors import NotPossible
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event


@attendance.post("/manage/<event_code>/day/stand-by")
@requires("meeting.record")
def seat_stand_by() -> Response:
    """Seat the offered pair at the table that was freed."""
    given = request.form
    names = ("exhibitor", "buyer", "slot_id", "table")
    exhibitor, buyer, slot_id, table_id = (read_row_number(given.get(name)) for name in names)
    if exhibitor is None or buyer is None or slot_id is None or table_id is None:
        raise InvalidInput(_("The page is out of date. Please open it again."))
    wanted = SeatPair(current_event().id, exhibitor, buyer, slot_id, given.get("key", "")[:40], table_id)
    try:
        with transaction():
            done = seat_pair(current_actor(), wanted)
    except (SeatTaken, NotPossible) as refusal:
        return answer_tap(Told("warning", str(refusal)))
    names_said = f"{done.exhibitor} – {done.buyer}"
    text = _("Seated at table %(table)s: %(names)s. Both are told.", table=done.table, names=names_said)
    undo = {"key": done.key, "slot": given.get("slot", "")[:10]}
    return answer_tap(Told("held", text, url_for("attendance.undo_stand_by"), undo), f"meeting-{done.meeting_code}")


@attendance.post("/manage/<event_code>/day/stand-by/undo")
@requires("meeting.record")
def undo_stand_by() -> Response:
    """Take a seating back."""
    try:
        with transaction():
            done = undo_seat(current_actor(), current_event().id, request.form.get("key", "")[:40])
    except SeatTaken as refusal:
        return answer_tap(Told("warning", str(refusal)))
    names = f"{done.exhibitor} – {done.buyer}"
    return answer_tap(Told("held", _("Taken back: %(names)s are not seated any more.", names=names)))
