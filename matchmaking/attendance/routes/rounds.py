"""Rounds and delays on the control page: begin and end all tables at once, and say that something runs late."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from matchmaking.attendance.forms.delays import DelayForm, read_delay
from matchmaking.attendance.models import MeetingState
from matchmaking.attendance.routes.blueprint import attendance
from matchmaking.attendance.routes.day_page import Told, answer_tap
from matchmaking.attendance.services.rounds import ChangeRound, RoundChange, change_round, undo_round
from matchmaking.codes import new_code
from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext
from matchmaking.permissions import requires
from matchmaking.scheduling.errors import ChangedMeanwhile
from matchmaking.scheduling.services.delays import note_delay, undo_delay
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event


@attendance.post("/manage/<event_code>/day/round")
@requires("meeting.record")
def change_whole_round() -> Response:
    """Begin or end all meetings of the slot that is shown."""
    given, to = request.form, request.form.get("to", "")
    slot_id = read_row_number(given.get("slot_id"))
    if slot_id is None or to not in set(MeetingState):
        raise InvalidInput(_("The page is out of date. Please open it again."))
    wanted = ChangeRound(current_event().id, slot_id, MeetingState(to), given.get("key", "")[:40])
    with transaction():
        done = change_round(current_actor(), wanted)
    undo = {"key": done.key, "new_key": new_code(16), "slot": given.get("slot", "")[:10]}
    url = url_for("attendance.undo_whole_round") if done.changed else ""
    return answer_tap(Told("held" if done.changed else "warning", _round_words(done), url, undo))


def _round_words(done: RoundChange) -> str:
    if done.to is MeetingState.HELD:
        return ngettext("%(num)s meeting ended.", "%(num)s meetings ended.", done.changed)
    words = ngettext("%(num)s meeting begun.", "%(num)s meetings begun.", done.changed)
    if done.left:
        words += " " + ngettext(
            "%(num)s waits: somebody has not arrived.", "%(num)s wait: somebody has not arrived.", done.left
        )
    return words


@attendance.post("/manage/<event_code>/day/round/undo")
@requires("meeting.record")
def undo_whole_round() -> Response:
    """Take back what the round's tap did, where nothing was recorded since."""
    given = request.form
    with transaction():
        done = undo_round(current_actor(), current_event().id, given.get("key", "")[:40], given.get("new_key", "")[:40])
    if not done:
        return answer_tap(Told("warning", _("Nothing was taken back: everything has been recorded anew since.")))
    return answer_tap(
        Told("held", ngettext("Taken back for %(num)s meeting.", "Taken back for %(num)s meetings.", done))
    )


@attendance.post("/manage/<event_code>/day/delays")
@requires("schedule.publish")
def add_delay() -> Response:
    """Let a table, the session or everything begin later."""
    wanted = read_delay(DelayForm(), current_event().id)
    try:
        with transaction():
            key = note_delay(current_actor(), wanted).delay_key
    except ChangedMeanwhile as refusal:
        return answer_tap(Told("warning", str(refusal)))
    text = _("Noted: %(minutes)s minutes later. All agendas show it.", minutes=wanted.minutes)
    return answer_tap(
        Told(
            "held",
            text,
            url_for("attendance.undo_noted_delay"),
            {"key": key, "slot": request.form.get("slot", "")[:10]},
        )
    )


@attendance.post("/manage/<event_code>/day/delays/undo")
@requires("schedule.publish")
def undo_noted_delay() -> Response:
    """Take a delay back."""
    with transaction():
        row = undo_delay(current_actor(), current_event().id, request.form.get("key", "")[:40])
        minutes = row.minutes
    return answer_tap(Told("held", _("Taken back: the %(minutes)s minutes do not count any more.", minutes=minutes)))
