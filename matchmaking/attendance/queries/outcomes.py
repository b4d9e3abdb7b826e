"""How meetings went: whose word counts, and the figures of an event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.attendance.models import (
    NOT_MET,
    Absent,
    MeetingOutcome,
    MeetingRecord,
    MeetingResult,
    MeetingState,
    OutcomeSource,
)
from matchmaking.extensions import db
from matchmaking.scheduling.models import Placement, ScheduleVersion, VersionState

#: Whose word is in force: staff's, else the buyer's (it is their money), else the exhibitor's.
IN_FORCE = (OutcomeSource.STAFF, OutcomeSource.BUYER, OutcomeSource.EXHIBITOR)


@dataclass(frozen=True)
class MeetingFacts:
    """What became of an event's meetings, counted at ``counted_at``.

    ``planned``: meetings of the published version, and those recorded that a later version dropped; it is the sum of
    running, held, the no-shows, cancelled and waiting. Potential: the word in force of meetings that were not missed.
    """

    planned: int
    running: int
    held: int
    no_show: Mapping[Absent, int]
    cancelled: int
    waiting: int
    potential_value: int
    potential_count: int
    by_result: Mapping[MeetingResult, int]
    counted_at: datetime

    @property
    def missed(self) -> int:
        """No-shows of either side."""
        return sum(self.no_show.values())


def outcomes_of(meeting_ids: Iterable[int]) -> dict[int, dict[OutcomeSource, MeetingOutcome]]:
    """Return what was said of each meeting, by who said it; meetings nobody spoke of are left out."""
    rows = db.session.scalars(sa.select(MeetingOutcome).where(MeetingOutcome.meeting_id.in_(list(meeting_ids))))
    return _by_meeting(rows)


def outcome_in_force(meeting_ids: Iterable[int]) -> dict[int, MeetingOutcome]:
    """Return the word that counts, by meeting: staff's, else the buyer's, else the exhibitor's."""
    return {meeting_id: in_force(said) for meeting_id, said in outcomes_of(meeting_ids).items()}


def in_force(said: Mapping[OutcomeSource, MeetingOutcome]) -> MeetingOutcome:
    """Return the word that counts among those said of one meeting (at least one)."""
    return next(said[source] for source in IN_FORCE if source in said)


def meeting_facts(event_id: int) -> MeetingFacts:
    """Return the figures of an event's meetings in a fixed number of statements."""
    states = _states(event_id)
    rows = db.session.scalars(sa.select(MeetingOutcome).where(MeetingOutcome.event_id == event_id))
    counting = [
        in_force(said)
        for meeting_id, said in _by_meeting(rows).items()
        if meeting_id in states and states[meeting_id][0] not in NOT_MET
    ]
    potentials = [row.potential_value for row in counting if row.potential_value is not None]
    by_state = Counter(state for state, _absent in states.values())
    missed = Counter(absent for _state, absent in states.values() if absent)
    results = Counter(row.result for row in counting)
    return MeetingFacts(
        planned=len(states),
        running=by_state[MeetingState.RUNNING],
        held=by_state[MeetingState.HELD],
        no_show={absent: missed[absent] for absent in Absent},
        cancelled=by_state[MeetingState.CANCELLED],
        waiting=by_state[MeetingState.SCHEDULED],
        potential_value=sum(potentials),
        potential_count=len(potentials),
        by_result={result: results[result] for result in MeetingResult},
        counted_at=clock.now(),
    )


def _states(event_id: int) -> dict[int, tuple[MeetingState, Absent | None]]:
    """Return every meeting that counts as planned, with where it stands."""
    states: dict[int, tuple[MeetingState, Absent | None]] = dict.fromkeys(
        db.session.scalars(
            sa.select(Placement.meeting_id)
            .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
            .where(ScheduleVersion.event_id == event_id, ScheduleVersion.state == VersionState.PUBLISHED)
        ),
        (MeetingState.SCHEDULED, None),
    )
    for record in db.session.scalars(sa.select(MeetingRecord).where(MeetingRecord.event_id == event_id)):
        if record.meeting_id in states or record.state is not MeetingState.SCHEDULED:
            states[record.meeting_id] = (record.state, record.absent)
    return states


def _by_meeting(rows: Iterable[MeetingOutcome]) -> dict[int, dict[OutcomeSource, MeetingOutcome]]:
    found: dict[int, dict[OutcomeSource, MeetingOutcome]] = {}
    for row in rows:
        found.setdefault(row.meeting_id, {})[row.source] = row
    return found
