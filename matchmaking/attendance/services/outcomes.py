"""How a meeting went, as staff, the exhibitor and the buyer each say: three words that never overwrite each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.attendance.meeting_words import state_words
from matchmaking.attendance.models import NOT_MET, MeetingOutcome, MeetingRecord, MeetingResult, OutcomeSource
from matchmaking.attendance.services.meetings import locked_meeting
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.money import MAX_RUPIAH
from matchmaking.scheduling.models import Meeting
from matchmaking.typed import one_line

MAX_NOTE, MAX_NEXT_STEP = 2000, 300


@dataclass(frozen=True)
class RecordOutcome:
    """One side's word. ``row_version``: of the word the page showed, 0 when there was none."""

    event_id: int
    meeting_code: str
    source: OutcomeSource
    result: MeetingResult
    potential_value: int | None = None
    note: str = ""
    next_step: str = ""
    next_step_on: date | None = None
    row_version: int = 0


@dataclass(frozen=True)
class SaidOutcome:
    """What stands there now, to be shown beside what could not be saved."""

    result: MeetingResult
    potential_value: int | None
    note: str
    next_step: str
    next_step_on: date | None
    row_version: int


class OutcomeChanged(Conflict):
    """Somebody else wrote for the same side first; ``said`` is what they wrote."""

    code = "attendance.outcome_changed"

    def __init__(self, said: SaidOutcome) -> None:
        super().__init__(
            _("Somebody else has written here meanwhile. Compare both, then save again: yours then replaces theirs.")
        )
        self.said = said


def record_outcome(actor: Actor, command: RecordOutcome) -> MeetingOutcome:
    """Store one side's word about a meeting; the same word again changes nothing.

    The caller has made sure that the actor may speak for ``source``.

    Raises:
        OutcomeChanged: the page was older than what stands there.
        Conflict: the meeting did not take place.
        InvalidInput: a potential without a value, a value without a potential, or a text that is too long.
    """
    wanted = _checked(command)
    meeting = locked_meeting(command.event_id, command.meeting_code)
    known = db.session.scalar(
        sa.select(MeetingOutcome)
        .where(MeetingOutcome.meeting_id == meeting.id, MeetingOutcome.source == command.source)
        .execution_options(populate_existing=True)
    )
    if known and _same(known, wanted):
        return known
    if command.row_version != (known.row_version if known else 0):
        if known is None:
            raise InvalidInput(_("The page is out of date. Please open it again."))
        raise OutcomeChanged(said_of(known))
    _check_met(meeting)
    return _store(actor, meeting, command, wanted, known)


def said_of(row: MeetingOutcome) -> SaidOutcome:
    """Return the values of a stored word."""
    return SaidOutcome(row.result, row.potential_value, row.note, row.next_step, row.next_step_on, row.row_version or 0)


def _checked(command: RecordOutcome) -> SaidOutcome:
    fields: dict[str, str] = {}
    is_potential, value = command.result is MeetingResult.POTENTIAL, command.potential_value
    if is_potential and (value is None or not 0 < value <= MAX_RUPIAH):
        fields["potential_value"] = _("Please write how much it could be worth, such as 25 jt: more than Rp0.")
    if not is_potential and value is not None:
        fields["potential_value"] = _("Only a potential has a value. Choose “Potential”, or leave the value empty.")
    note, next_step = command.note.strip(), one_line(command.next_step)
    if len(note) > MAX_NOTE:
        fields["note"] = _("The note is longer than %(count)s characters. Please shorten it.", count=MAX_NOTE)
    if len(next_step) > MAX_NEXT_STEP:
        fields["next_step"] = _("This is longer than %(count)s characters. Please shorten it.", count=MAX_NEXT_STEP)
    if fields:
        raise InvalidInput(_("Please look at the fields once more."), fields=fields)
    return SaidOutcome(command.result, value, note, next_step, command.next_step_on, 0)


def _check_met(meeting: Meeting) -> None:
    record = db.session.get(MeetingRecord, meeting.id, populate_existing=True)
    if record and record.state in NOT_MET:
        state = state_words(record.state, record.absent)
        raise Conflict(
            _(
                "This meeting is “%(state)s”. If they did meet, take that back first, then write how it went.",
                state=state,
            )
        )


def _same(known: MeetingOutcome, wanted: SaidOutcome) -> bool:
    return (known.result, known.potential_value, known.note, known.next_step, known.next_step_on) == (
        wanted.result, wanted.potential_value, wanted.note, wanted.next_step, wanted.next_step_on,
    )  # fmt: skip


def _store(
    actor: Actor, meeting: Meeting, command: RecordOutcome, wanted: SaidOutcome, known: MeetingOutcome | None
) -> MeetingOutcome:
    row = known or MeetingOutcome(event_id=meeting.event_id, meeting_id=meeting.id, source=command.source)
    row.result, row.potential_value = wanted.result, wanted.potential_value
    row.note, row.next_step, row.next_step_on = wanted.note, wanted.next_step, wanted.next_step_on
    row.entered_by, row.updated_at = actor.user_id, clock.now()
    db.session.add(row)
    db.session.flush()
    data = {"source": command.source.value, "result": wanted.result.value}
    audit.record(actor, "attendance.outcome", meeting, event_id=meeting.event_id, data=data)
    return row
