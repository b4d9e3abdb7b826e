"""What was registered, wished, scheduled: the figures of an event up to its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.catalogue.models import Need, Product
from matchmaking.events.models import Event, MeetingTable, TimeSlot
from matchmaking.extensions import db
from matchmaking.matching.models import Wish, WishStrength
from matchmaking.matching.queries.wishes import silent_count
from matchmaking.registration.models import Participation, ParticipationState, Side
from matchmaking.scheduling.models import Placement, ScheduleVersion, Unmet, VersionState


@dataclass(frozen=True)
class EventFacts:
    """What was counted, at ``counted_at``. Participants are approved ones; meetings those of the published version.

    ``silent``: participants who have said nothing about anybody, not even a “no”.
    """

    counted_at: datetime
    starts_on: date
    ends_on: date
    has_badges: bool
    has_check_in: bool
    has_screen_signing: bool
    slots: int
    tables: int
    registered: dict[Side, int]
    approved: dict[Side, int]
    waiting: int
    waitlisted: int
    wishes: int
    wishers: int
    silent: int
    has_draft: bool
    published_number: int | None
    meetings: int
    unmet: int
    products: int
    needs: int
    needs_value: int


def event_facts(event_id: int) -> EventFacts:
    """Count an event; the number of statements does not depend on its size."""
    event = db.session.get_one(Event, event_id)
    states = _participations(event_id)
    wishes, wishers = _wishes(event_id)
    published = db.session.scalar(
        sa.select(ScheduleVersion).where(
            ScheduleVersion.event_id == event_id, ScheduleVersion.state == VersionState.PUBLISHED
        )
    )
    needs, needs_value = _needs(event_id)
    return EventFacts(
        counted_at=clock.now(),
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        has_badges=event.has_badges,
        has_check_in=event.has_check_in,
        has_screen_signing=event.has_screen_signing,
        slots=_count(TimeSlot, TimeSlot.event_id == event_id, TimeSlot.retired_at.is_(None)),
        tables=_count(MeetingTable, MeetingTable.event_id == event_id, MeetingTable.retired_at.is_(None)),
        registered={side: sum(n for (s, _), n in states.items() if s is side) for side in Side},
        approved={side: states.get((side, ParticipationState.APPROVED), 0) for side in Side},
        waiting=sum(states.get((side, ParticipationState.SUBMITTED), 0) for side in Side),
        waitlisted=sum(states.get((side, ParticipationState.WAITLISTED), 0) for side in Side),
        wishes=wishes,
        wishers=wishers,
        silent=silent_count(event_id),
        has_draft=bool(
            _count(ScheduleVersion, ScheduleVersion.event_id == event_id, ScheduleVersion.state == VersionState.DRAFT)
        ),
        published_number=published.number if published else None,
        meetings=_count(Placement, Placement.version_id == published.id) if published else 0,
        unmet=_count(Unmet, Unmet.version_id == published.id) if published else 0,
        products=_products(event_id),
        needs=needs,
        needs_value=needs_value,
    )


def _count(model: type[object], *conditions: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def _participations(event_id: int) -> dict[tuple[Side, ParticipationState], int]:
    rows = db.session.execute(
        sa.select(Participation.side, Participation.state, sa.func.count())
        .where(Participation.event_id == event_id)
        .group_by(Participation.side, Participation.state)
    )
    return {(side, state): number for side, state, number in rows}


def _wishes(event_id: int) -> tuple[int, int]:
    row = db.session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.distinct(Wish.wisher_id)))
        .join(Participation, Participation.id == Wish.wisher_id)
        .where(*approved_in(event_id), Wish.strength != WishStrength.NO)
    ).one()
    return row[0], row[1]


def approved_in(event_id: int) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that make a participation one of the event's approved ones."""
    return [Participation.event_id == event_id, Participation.state == ParticipationState.APPROVED]


def _products(event_id: int) -> int:
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Product)
            .join(Participation, Participation.organization_id == Product.organization_id)
            .where(*approved_in(event_id), Product.retired_at.is_(None))
        )
        or 0
    )


def _needs(event_id: int) -> tuple[int, int]:
    row = db.session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Need.budget_ceiling), 0))
        .select_from(Need)
        .join(Participation, Participation.id == Need.participation_id)
        .where(*approved_in(event_id), Need.retired_at.is_(None))
    ).one()
    return row[0], int(row[1] or 0)
