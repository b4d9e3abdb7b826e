"""A whole round with one tap: all tables of a slot begin or end together, and that is taken back together."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.attendance.models import MeetingState, MeetingStep
from matchmaking.attendance.queries.rounds import RoundMeeting, round_meetings
from matchmaking.attendance.services.meetings import ChangeMeeting, MeetingChanged, change_meeting, undo_step
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.scheduling.models import Meeting
from matchmaking.transactions import lock_where

#: What a tap of the round does to a meeting: begin what is scheduled, end what is under way. Nothing else is touched.
_FROM = {MeetingState.RUNNING: MeetingState.SCHEDULED, MeetingState.HELD: MeetingState.RUNNING}
MAX_KEY = 20


@dataclass(frozen=True)
class ChangeRound:
    """One tap for a slot of the published schedule. ``key`` is made by the page."""

    event_id: int
    slot_id: int
    to: MeetingState
    key: str


@dataclass(frozen=True)
class RoundChange:
    """What the tap did. ``left``: meetings that did not begin because somebody of them has not arrived."""

    key: str
    to: MeetingState
    changed: int
    left: int = 0
    is_repeat: bool = False


def change_round(actor: Actor, wanted: ChangeRound) -> RoundChange:
    """Begin or end all meetings of a slot; the same key again changes nothing and is answered alike.

    A meeting begins only where both sides are there: where the door was used that day, both must have arrived. What
    somebody recorded by hand (held, no-show, called off) stays.

    Raises:
        InvalidInput: the round can only begin and end, and the key is the page's.
        NotFound: nothing of the published schedule is in this slot.
    """
    if wanted.to not in _FROM or not 8 <= len(wanted.key) <= MAX_KEY or not wanted.key.isalnum():
        raise InvalidInput(_("The page is out of date. Please open it again."))
    if done := len(_steps(wanted.event_id, wanted.key)):
        return RoundChange(wanted.key, wanted.to, done, is_repeat=True)
    meetings = round_meetings(wanted.event_id, wanted.slot_id)
    if not meetings:
        raise NotFound(_("Nobody meets in this slot."))
    lock_where(Meeting, Meeting.id.in_([row.meeting_id for row in meetings]))
    mine = [row for row in meetings if row.state is _FROM[wanted.to]]
    ready = [row for row in mine if row.is_complete or wanted.to is MeetingState.HELD]
    changed = sum(_is_changed(actor, wanted, row) for row in ready)
    event = db.session.get_one(Event, wanted.event_id)
    data = {"slot": wanted.slot_id, "to": wanted.to.value, "meetings": changed}
    audit.record(actor, "attendance.round", event, event_id=event.id, data=data)
    return RoundChange(wanted.key, wanted.to, changed, len(mine) - len(ready))


def undo_round(actor: Actor, event_id: int, key: str, new_key: str) -> int:
    """Take a round's tap back where nothing was recorded since; return how many meetings that are. Twice is harmless."""
    if not 8 <= len(new_key) <= MAX_KEY or not new_key.isalnum():
        raise InvalidInput(_("The page is out of date. Please open it again."))
    done, steps = 0, _steps(event_id, key)
    lock_where(Meeting, Meeting.id.in_([step.meeting_id for step in steps]))
    for step in steps:
        try:
            undo_step(actor, event_id, step.step_key, f"{new_key}-{step.meeting_id}")
        except MeetingChanged:  # somebody went on with this meeting: theirs counts
            continue
        done += 1
    return done


def _is_changed(actor: Actor, wanted: ChangeRound, row: RoundMeeting) -> bool:
    change = ChangeMeeting(wanted.event_id, row.code, wanted.to, f"{wanted.key}-{row.meeting_id}")
    try:
        change_meeting(actor, change)
    except MeetingChanged:  # somebody tapped this one at the same moment
        return False
    return True


def _steps(event_id: int, key: str) -> list[MeetingStep]:
    return list(
        db.session.scalars(
            sa.select(MeetingStep)
            .where(MeetingStep.event_id == event_id, MeetingStep.step_key.startswith(f"{key}-", autoescape=True))
            .order_by(MeetingStep.meeting_id)
        )
    )
