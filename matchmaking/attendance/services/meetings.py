"""A meeting's state on the day: begun, held, nobody came, cancelled; and taken back with one tap."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor, ActorKind
from matchmaking.attendance.meeting_words import state_words
from matchmaking.attendance.models import Absent, MeetingRecord, MeetingState, MeetingStep
from matchmaking.attendance.queries.recorded import (
    Standing,
    has_place,
    meeting_of_event,
    standing_after,
    standing_before,
    steps_of,
)
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.events.models import Event
from matchmaking.events.services.guards import refuse_archived
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_time
from matchmaking.scheduling.models import Meeting
from matchmaking.transactions import is_flushed, lock_row

SCHEDULED, RUNNING, HELD, NO_SHOW, CANCELLED = MeetingState
#: From where to where a tap leads. What is not here is taken back first: nobody turns "held" into "nobody came" by a slip.
ALLOWED: dict[MeetingState, frozenset[MeetingState]] = {
    SCHEDULED: frozenset({RUNNING, HELD, NO_SHOW, CANCELLED}),
    RUNNING: frozenset({SCHEDULED, HELD, NO_SHOW, CANCELLED}),
    HELD: frozenset({RUNNING}),
    NO_SHOW: frozenset({SCHEDULED, RUNNING, HELD, NO_SHOW}),
    CANCELLED: frozenset({SCHEDULED, RUNNING, HELD}),
}
MAX_KEY = 40


class MeetingChanged(Conflict):
    """Somebody else recorded something of this meeting first."""

    code = "attendance.meeting_changed"


@dataclass(frozen=True)
class ChangeMeeting:
    """One tap. ``step_key`` is made by the page; ``seen_version`` is the record's version it showed (0: none yet)."""

    event_id: int
    meeting_code: str
    to: MeetingState
    step_key: str
    absent: Absent | None = None
    seen_version: int | None = None


@dataclass(frozen=True)
class MeetingChange:
    """What a tap did, and how to take it back: ``undo_step`` with its ``step_key``. ``is_repeat``: it was done before."""

    meeting_id: int
    meeting_code: str
    step_key: str
    state: MeetingState
    absent: Absent | None
    row_version: int
    is_repeat: bool = False


def change_meeting(actor: Actor, change: ChangeMeeting) -> MeetingChange:
    """Record what became of a meeting; the same tap again changes nothing and is answered alike.

    Raises:
        MeetingChanged: the page was older than the record, or the state cannot be reached from there in one step.
        NotFound: no published or recorded meeting of the event has this code.
        InvalidInput: a no-show without whose, or whose without a no-show.
    """
    _check_change(change)
    meeting = locked_meeting(change.event_id, change.meeting_code)
    if repeat := _known_step(meeting, change.step_key):
        return _answer(meeting, repeat, _record_of(meeting), is_repeat=True)
    record = _record_of(meeting)
    if change.seen_version is not None and change.seen_version != (record.row_version if record else 0):
        raise _changed(meeting, record)
    before = _standing(record)
    is_same = (before.state, before.absent) == (change.to, change.absent)
    if is_same or change.to not in ALLOWED[before.state]:
        raise _not_from_here(meeting, record)
    _check_place(meeting, before.state, change.to)
    after = standing_after(before, change.to, change.absent, clock.now())
    return _store(actor, meeting, record, after, _step(actor, meeting, change.step_key, before, after))


def undo_step(actor: Actor, event_id: int, step_key: str, new_key: str) -> MeetingChange:
    """Take the latest step of a meeting back; the trail keeps both. Undoing an undo brings the step back.

    Raises:
        MeetingChanged: something was recorded after that step.
        NotFound: the event has no such step.
    """
    _check_key(new_key)
    wanted = _find_step(event_id, step_key)
    if wanted is None:
        raise NotFound(_("There is nothing to take back. Please look at the meeting again."))
    meeting = locked_meeting(event_id, db.session.get_one(Meeting, wanted.meeting_id).code)
    if repeat := _known_step(meeting, new_key):
        return _answer(meeting, repeat, _record_of(meeting), is_repeat=True)
    steps, record = steps_of(meeting.id), _record_of(meeting)
    if steps[-1].id != wanted.id:
        raise _changed(meeting, record)
    before, after = _standing(record), standing_before(steps, wanted.id)
    _check_place(meeting, before.state, after.state)
    step = _step(actor, meeting, new_key, before, after)
    step.undoes_id = wanted.id
    return _store(actor, meeting, record, after, step)


def _check_change(change: ChangeMeeting) -> None:
    _check_key(change.step_key)
    if (change.to is NO_SHOW) != (change.absent is not None):
        raise InvalidInput(_("Please say who did not come: the IKM, the buyer, or both."))


def _check_key(key: str) -> None:
    if not 8 <= len(key) <= MAX_KEY or not key.isascii():
        raise InvalidInput(_("The page is out of date. Please open it again."))


def locked_meeting(event_id: int, code: str) -> Meeting:
    """Return a meeting that was announced or recorded, locked until the commit.

    Raises:
        NotFound: the event has none with this code; EventArchived: the event is read-only.
    """
    event = db.session.get(Event, event_id)
    found = meeting_of_event(event_id, code) if event else None
    meeting = lock_row(Meeting, found.id) if found else None
    if event is None or meeting is None:
        raise NotFound(_("This meeting is not in the published schedule."))
    refuse_archived(event)
    return meeting


def _check_place(meeting: Meeting, before: MeetingState, after: MeetingState) -> None:
    """A missed or called-off meeting whose place was given away cannot simply begin after all."""
    if before in (NO_SHOW, CANCELLED) and after in (SCHEDULED, RUNNING) and not has_place(meeting.id):
        raise MeetingChanged(
            _(
                "The place of this meeting was given to others. Seat the two anew, or record it as held. Nothing was changed."
            )
        )


def _record_of(meeting: Meeting) -> MeetingRecord | None:
    return db.session.get(MeetingRecord, meeting.id, populate_existing=True)


def _standing(record: MeetingRecord | None) -> Standing:
    return Standing(record.state, record.absent, record.started_at, record.ended_at) if record else Standing()


def _find_step(event_id: int, key: str) -> MeetingStep | None:
    return db.session.scalar(
        sa.select(MeetingStep).where(MeetingStep.event_id == event_id, MeetingStep.step_key == key)
    )


def _known_step(meeting: Meeting, key: str) -> MeetingStep | None:
    known = _find_step(meeting.event_id, key)
    if known and known.meeting_id != meeting.id:
        raise InvalidInput(_("The page is out of date. Please open it again."))
    return known


def _step(actor: Actor, meeting: Meeting, key: str, before: Standing, after: Standing) -> MeetingStep:
    return MeetingStep(
        event_id=meeting.event_id,
        meeting_id=meeting.id,
        step_key=key,
        from_state=before.state,
        from_absent=before.absent.value if before.absent else None,
        to_state=after.state,
        to_absent=after.absent,
        at=clock.now(),
        user_id=actor.user_id,
        device_id=actor.reference if actor.kind is ActorKind.DEVICE else None,
    )


def _store(
    actor: Actor, meeting: Meeting, record: MeetingRecord | None, after: Standing, step: MeetingStep
) -> MeetingChange:
    if record is None:
        record = MeetingRecord(meeting_id=meeting.id, event_id=meeting.event_id)
        db.session.add(record)
    record.state, record.absent = after.state, after.absent
    record.started_at, record.ended_at = after.started_at, after.ended_at
    db.session.add(step)
    if not is_flushed():
        raise InvalidInput(_("The page is out of date. Please open it again."))
    data = {"from": step.from_state.value, "to": step.to_state.value}
    if after.absent:
        data["absent"] = after.absent.value
    verb = "undo_meeting" if step.undoes_id else "meeting"
    audit.record(actor, f"attendance.{verb}", meeting, event_id=meeting.event_id, data=data)
    return _answer(meeting, step, record)


def _answer(
    meeting: Meeting, step: MeetingStep, record: MeetingRecord | None, *, is_repeat: bool = False
) -> MeetingChange:
    version = record.row_version if record else 0
    return MeetingChange(
        meeting.id, meeting.code, step.step_key, step.to_state, step.to_absent, version, is_repeat=is_repeat
    )


def _changed(meeting: Meeting, record: MeetingRecord | None) -> MeetingChanged:
    state = _state_since(meeting, record)
    return MeetingChanged(_("Somebody was faster: this meeting is now “%(state)s”. Nothing was changed.", state=state))


def _not_from_here(meeting: Meeting, record: MeetingRecord | None) -> MeetingChanged:
    state = _state_since(meeting, record)
    return MeetingChanged(
        _("This meeting is “%(state)s”. Take that back first if it is wrong. Nothing was changed.", state=state)
    )


def _state_since(meeting: Meeting, record: MeetingRecord | None) -> str:
    now = _standing(record)
    words, steps = state_words(now.state, now.absent), steps_of(meeting.id)
    if not steps:
        return words
    zone = db.session.get_one(Event, meeting.event_id).timezone
    return _("%(state)s, since %(time)s", state=words, time=show_time(steps[-1].at, zone, with_zone=True))
