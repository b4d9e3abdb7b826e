"""Who is there, and since when: people, never scans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from matchmaking.attendance.models import Scan, ScanOutcome, Substitution
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Participation, ParticipationState, Side


@dataclass(frozen=True)
class DoorCounts:
    """People of one day. ``expected`` = inside + not arrived; who was replaced by a substitute counts no more."""

    inside: int
    expected: int
    exhibitors_inside: int
    buyers_inside: int
    not_arrived: int


def is_present() -> sa.ColumnElement[bool]:
    """Return the condition under which a scan means that its person was there that day."""
    return sa.and_(Scan.outcome == ScanOutcome.ACCEPTED, Scan.undone_at.is_(None))


def replaced_delegates(event_id: int) -> sa.Select[int]:
    """Select the delegates in whose place somebody else came."""
    return sa.select(Substitution.absent_delegate_id).where(
        Substitution.event_id == event_id, Substitution.undone_at.is_(None)
    )


def present_delegates(event_id: int, day: date) -> set[int]:
    """Return who was let in on this day."""
    return set(arrivals(event_id, day))


def arrivals(event_id: int, day: date) -> dict[int, datetime]:
    """Return when each person who was let in on this day came."""
    rows = db.session.execute(
        sa.select(
            Scan.delegate_id, sa.func.coalesce(Scan.scanned_at, Scan.received_at, type_=Scan.received_at.type)
        ).where(Scan.event_id == event_id, Scan.day == day, is_present())
    )
    return {delegate_id: at for delegate_id, at in rows if delegate_id is not None}


def present_participations(event_id: int, day: date) -> set[int]:
    """Return the entries of which at least one person was let in on this day."""
    statement = (
        sa.select(Delegate.participation_id)
        .join(Scan, Scan.delegate_id == Delegate.id)
        .where(Scan.event_id == event_id, Scan.day == day, is_present())
        .distinct()
    )
    return set(db.session.scalars(statement))


def door_counts(event_id: int, day: date) -> DoorCounts:
    """Return how many people are inside and how many of the approved entries have not come, in one statement."""
    came = sa.select(Scan.delegate_id).where(Scan.event_id == event_id, Scan.day == day, is_present())
    is_inside = Delegate.id.in_(came)
    is_awaited = sa.and_(Participation.state == ParticipationState.APPROVED, Delegate.erased_at.is_(None))
    statement = (
        sa.select(Participation.side, is_inside.label("inside"), sa.func.count())
        .select_from(Delegate)
        .join(Participation, Participation.id == Delegate.participation_id)
        .where(Delegate.event_id == event_id, Delegate.id.not_in(replaced_delegates(event_id)))
        .where(sa.or_(is_inside, is_awaited))
        .group_by(Participation.side, sa.text("inside"))
    )
    found = {(side, bool(inside)): count for side, inside, count in db.session.execute(statement)}
    exhibitors, buyers = found.get((Side.EXHIBITOR, True), 0), found.get((Side.BUYER, True), 0)
    missing = sum(found.get((side, False), 0) for side in Side)
    return DoorCounts(exhibitors + buyers, exhibitors + buyers + missing, exhibitors, buyers, missing)
