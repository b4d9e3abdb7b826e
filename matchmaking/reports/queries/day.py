"""What became of the day: badges, people who came, meetings, commitments; one source for overview and recap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from matchmaking.attendance.models import Badge, MeetingOutcome, MeetingRecord, MeetingState, Scan
from matchmaking.attendance.queries.outcomes import NOT_MET, MeetingFacts, meeting_facts
from matchmaking.attendance.queries.presence import is_present, replaced_delegates
from matchmaking.commitments.queries.commitments import Figures, commitment_figures
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Participation, Side
from matchmaking.reports.queries.facts import approved_in


@dataclass(frozen=True)
class People:
    """People of the approved entries, over all days. ``expected``: those who came and those who may still come.

    Who was replaced by a substitute is no longer expected, the substitute is. ``printed``: those with a badge printed.
    """

    expected: int
    came: int
    came_today: int
    printed: int


@dataclass(frozen=True)
class DayFacts:
    """What was recorded of the day. ``organizations_came``: entries of which at least one person came, by side."""

    people: People
    organizations_came: dict[Side, int]
    meetings: MeetingFacts
    commitments: Figures
    steps_due: int

    @property
    def has_arrivals(self) -> bool:
        """Somebody was scanned or ticked; else attendance stands on paper only."""
        return self.people.came > 0

    @property
    def has_records(self) -> bool:
        """Something was recorded of a meeting; else what became of them stands on paper only."""
        facts = self.meetings
        return facts.planned > facts.waiting or any(facts.by_result.values())

    @property
    def has_commitments(self) -> bool:
        """There is a commitment beyond a draft."""
        found = self.commitments
        return bool(found.signed.count + found.agreed.count + found.proposed.count)


def day_facts(event_id: int, today: date) -> DayFacts:
    """Count the day; the number of statements does not depend on its size."""
    return DayFacts(
        people=_people(event_id, today),
        organizations_came=_organizations_came(event_id),
        meetings=meeting_facts(event_id),
        commitments=commitment_figures(event_id),
        steps_due=_steps_due(event_id, today),
    )


def came(event_id: int) -> sa.Select[int | None]:
    """Select the people who came, on whatever day."""
    return sa.select(Scan.delegate_id).where(Scan.event_id == event_id, is_present())


def participations_that_came(event_id: int) -> sa.Select[int]:
    """Select the entries of which at least one person came."""
    return sa.select(Delegate.participation_id).where(Delegate.id.in_(came(event_id)))


def _people(event_id: int, today: date) -> People:
    is_here = Delegate.id.in_(came(event_id))
    printed = sa.select(Badge.delegate_id).where(
        Badge.event_id == event_id, Badge.ended_at.is_(None), Badge.printed_at.is_not(None)
    )
    row = db.session.execute(
        sa.select(
            sa.func.count(),
            _number_where(is_here),
            _number_where(Delegate.id.in_(came(event_id).where(Scan.day == today))),
            _number_where(Delegate.id.in_(printed)),
        )
        .select_from(Delegate)
        .join(Participation, Participation.id == Delegate.participation_id)
        .where(Delegate.event_id == event_id, Delegate.id.not_in(replaced_delegates(event_id)))
        .where(sa.or_(is_here, sa.and_(*approved_in(event_id), Delegate.erased_at.is_(None))))
    ).one()
    return People(*(int(number or 0) for number in row))


def _number_where(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _organizations_came(event_id: int) -> dict[Side, int]:
    rows = db.session.execute(
        sa.select(Participation.side, sa.func.count())
        .where(Participation.event_id == event_id, Participation.id.in_(participations_that_came(event_id)))
        .group_by(Participation.side)
    )
    found = {side: number for side, number in rows}  # noqa: C416 - rows are no pairs to mypy
    return {side: found.get(side, 0) for side in Side}


def _steps_due(event_id: int, today: date) -> int:
    """Count the meetings that took place and whose agreed next step has come due."""
    missed = sa.select(MeetingRecord.meeting_id).where(
        MeetingRecord.event_id == event_id, MeetingRecord.state.in_(NOT_MET)
    )
    statement = sa.select(sa.func.count(MeetingOutcome.meeting_id.distinct())).where(
        MeetingOutcome.event_id == event_id,
        MeetingOutcome.next_step_on <= today,
        MeetingOutcome.meeting_id.not_in(missed),
    )
    return db.session.scalar(statement) or 0


def outcomes_missing(event_id: int) -> int:
    """Count the meetings that were held and of which nobody has said how they went."""
    said = sa.select(MeetingOutcome.id).where(MeetingOutcome.meeting_id == MeetingRecord.meeting_id)
    statement = sa.select(sa.func.count()).where(
        MeetingRecord.event_id == event_id, MeetingRecord.state == MeetingState.HELD, ~said.exists()
    )
    return db.session.scalar(statement.select_from(MeetingRecord)) or 0
