"""What needs the organiser now: counts of things that somebody has to do, the most pressing first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.attendance.models import MeetingRecord, MeetingState, Scan
from matchmaking.attendance.queries.presence import is_present
from matchmaking.commitments.queries.sealing import unsealed_counts
from matchmaking.extensions import db
from matchmaking.jobs.models import Job, JobState
from matchmaking.matching.queries.wishes import wishes_are_open
from matchmaking.registration.models import TeamDelegate
from matchmaking.reports.queries.day import DayFacts, outcomes_missing
from matchmaking.reports.queries.facts import EventFacts
from matchmaking.scheduling.models import Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.times import times_of

#: A team that is not there this long before its meeting (or after its beginning) is looked for.
SOON = timedelta(minutes=15)
#: Badges are asked for from this many days before the event.
BADGE_DAYS = timedelta(days=7)
FAILED_FOR = timedelta(days=7)


class Chore(StrEnum):
    """What can wait for the organiser."""

    PEOPLE_MISSING = "people_missing"
    MEETINGS_OPEN = "meetings_open"
    REGISTRATIONS = "registrations"
    WISHES = "wishes"
    BADGES = "badges"
    OUTCOMES = "outcomes"
    SIGNATORIES = "signatories"
    OTHER_PARTY = "other_party"
    SEALS = "seals"
    WITNESS = "witness"
    NEXT_STEPS = "next_steps"
    JOBS = "jobs"


@dataclass(frozen=True)
class Waiting:
    """How many of one kind wait."""

    chore: Chore
    count: int


def waiting_now(event_id: int, facts: EventFacts, day: DayFacts, zone: str) -> list[Waiting]:
    """Return what waits, the most pressing first; what does not wait is left out."""
    now = clock.now()
    today = clock.in_zone(now, zone).date()
    is_day = facts.starts_on <= today <= facts.ends_on
    people, commitments = day.people, day.commitments
    may_wish = facts.published_number is None and wishes_are_open(event_id, now)
    want_badges = facts.has_badges and facts.starts_on - BADGE_DAYS <= today <= facts.ends_on
    unsealed, witness = unsealed_counts(event_id)
    counts = {
        Chore.PEOPLE_MISSING: _teams_missing(event_id, now, zone) if is_day and facts.has_check_in else 0,
        Chore.MEETINGS_OPEN: _meetings_open(event_id, now),
        Chore.REGISTRATIONS: facts.waiting,
        Chore.WISHES: facts.silent if may_wish else 0,
        Chore.BADGES: people.expected - people.printed if want_badges else 0,
        Chore.OUTCOMES: outcomes_missing(event_id),
        Chore.SIGNATORIES: commitments.agreed.count,
        Chore.OTHER_PARTY: commitments.proposed.count,
        Chore.SEALS: unsealed,
        Chore.WITNESS: witness,
        Chore.NEXT_STEPS: day.steps_due,
        Chore.JOBS: _failed_jobs(event_id, now),
    }
    return [Waiting(chore, counts[chore]) for chore in Chore if counts[chore] > 0]


def _published_between(
    event_id: int, is_wanted: Callable[[datetime, datetime], bool], *conditions: sa.ColumnElement[bool]
) -> sa.Select[Placement]:
    is_then = times_of(event_id).where(Placement.slot_id, Placement.table_id, is_wanted)
    return (
        sa.select(Placement)
        .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
        .outerjoin(MeetingRecord, MeetingRecord.meeting_id == Placement.meeting_id)
        .where(
            ScheduleVersion.event_id == event_id,
            ScheduleVersion.state == VersionState.PUBLISHED,
            is_then,
            *conditions,
        )
    )


def _teams_missing(event_id: int, now: datetime, zone: str) -> int:
    """Count the teams whose meeting is near and of whom nobody has come today."""
    is_untouched = sa.or_(MeetingRecord.meeting_id.is_(None), MeetingRecord.state == MeetingState.SCHEDULED)
    near = _published_between(event_id, lambda start, _end: now - SOON <= start <= now + SOON, is_untouched)
    expected = sa.union(
        near.with_only_columns(Placement.exhibitor_team_id.label("team_id")),
        near.with_only_columns(Placement.buyer_team_id.label("team_id")),
    ).subquery()
    here = (
        sa.select(TeamDelegate.team_id)
        .join(Scan, Scan.delegate_id == TeamDelegate.delegate_id)
        .where(Scan.event_id == event_id, Scan.day == clock.in_zone(now, zone).date(), is_present())
    )
    statement = sa.select(sa.func.count()).select_from(expected).where(expected.c.team_id.not_in(here))
    return db.session.scalar(statement) or 0


def _meetings_open(event_id: int, now: datetime) -> int:
    """Count the meetings that are over and of which nobody has said what became of them."""
    is_open = sa.or_(
        MeetingRecord.meeting_id.is_(None), MeetingRecord.state.in_([MeetingState.SCHEDULED, MeetingState.RUNNING])
    )
    past = _published_between(event_id, lambda _start, end: end < now, is_open)
    found = past.with_only_columns(Placement.id).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def _failed_jobs(event_id: int, now: datetime) -> int:
    statement = sa.select(sa.func.count()).where(
        Job.event_id == event_id, Job.state == JobState.FAILED, Job.finished_at > now - FAILED_FOR
    )
    return db.session.scalar(statement.select_from(Job)) or 0
