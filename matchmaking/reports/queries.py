"""The figures of an event and where it stands in its life: counted, never guessed, each with how it was counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.catalogue.models import Need, Product
from matchmaking.events.models import Event, MeetingTable, TimeSlot
from matchmaking.extensions import db
from matchmaking.matching.models import Wish, WishStrength
from matchmaking.registration.models import Organization, Participation, ParticipationState, Side
from matchmaking.scheduling.models import Placement, ScheduleVersion, Unmet, VersionState


class StageKey(StrEnum):
    """The life of an event, in order."""

    SET_UP = "set_up"
    INVITE = "invite"
    APPROVE = "approve"
    WISHES = "wishes"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    DAY = "day"
    FOLLOW_UP = "follow_up"


class StageState(StrEnum):
    """Where a stage stands."""

    DONE = "done"
    CURRENT = "current"
    LATER = "later"


@dataclass(frozen=True)
class Stage:
    """One stage: ``waiting`` is how many things wait for the organiser there."""

    key: StageKey
    state: StageState
    waiting: int


@dataclass(frozen=True)
class EventFacts:
    """What was counted, at ``counted_at``. Participants are approved ones; meetings those of the published version."""

    counted_at: datetime
    starts_on: date
    ends_on: date
    slots: int
    tables: int
    registered: dict[Side, int]
    approved: dict[Side, int]
    waiting: int
    waitlisted: int
    wishes: int
    wishers: int
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
        slots=_count(TimeSlot, TimeSlot.event_id == event_id, TimeSlot.retired_at.is_(None)),
        tables=_count(MeetingTable, MeetingTable.event_id == event_id, MeetingTable.retired_at.is_(None)),
        registered={side: sum(n for (s, _), n in states.items() if s is side) for side in Side},
        approved={side: states.get((side, ParticipationState.APPROVED), 0) for side in Side},
        waiting=sum(states.get((side, ParticipationState.SUBMITTED), 0) for side in Side),
        waitlisted=sum(states.get((side, ParticipationState.WAITLISTED), 0) for side in Side),
        wishes=wishes,
        wishers=wishers,
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
        sa.select(sa.func.count(), sa.func.count(sa.distinct(Wish.wisher_id))).where(
            Wish.event_id == event_id, Wish.strength != WishStrength.NO
        )
    ).one()
    return row[0], row[1]


def _approved_in(event_id: int) -> list[sa.ColumnElement[bool]]:
    return [Participation.event_id == event_id, Participation.state == ParticipationState.APPROVED]


def _products(event_id: int) -> int:
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Product)
            .join(Participation, Participation.organization_id == Product.organization_id)
            .where(*_approved_in(event_id), Product.retired_at.is_(None))
        )
        or 0
    )


def _needs(event_id: int) -> tuple[int, int]:
    row = db.session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Need.budget_ceiling), 0))
        .select_from(Need)
        .join(Participation, Participation.id == Need.participation_id)
        .where(*_approved_in(event_id), Need.retired_at.is_(None))
    ).one()
    return row[0], int(row[1] or 0)


def stages(facts: EventFacts, today: date) -> list[Stage]:
    """Return the event's life as a checklist; the first stage that is not done is the current one."""
    done = {
        StageKey.SET_UP: facts.slots > 0 and facts.tables > 0,
        StageKey.INVITE: all(facts.registered.values()),
        StageKey.APPROVE: all(facts.approved.values()) and facts.waiting == 0,
        StageKey.WISHES: facts.wishes > 0,
        StageKey.SCHEDULE: facts.has_draft or facts.published_number is not None,
        StageKey.PUBLISH: facts.published_number is not None,
        StageKey.DAY: facts.published_number is not None and today > facts.ends_on,
        StageKey.FOLLOW_UP: False,
    }
    current = next(key for key in StageKey if not done[key])
    return [Stage(key, _state(key, current, is_done=done[key]), _waiting(key, facts)) for key in StageKey]


def _state(key: StageKey, current: StageKey, *, is_done: bool) -> StageState:
    if is_done:
        return StageState.DONE
    return StageState.CURRENT if key is current else StageState.LATER


def _waiting(key: StageKey, facts: EventFacts) -> int:
    if key is StageKey.APPROVE:
        return facts.waiting
    if key is StageKey.WISHES:
        return max(sum(facts.approved.values()) - facts.wishers, 0)
    return 0


@dataclass(frozen=True)
class Share:
    """One bar of a breakdown."""

    key: str
    number: int


def products_by_category(event_id: int) -> list[Share]:
    """Return approved exhibitors' products per category, most first."""
    number = sa.func.count()
    rows = db.session.execute(
        sa.select(Product.category_id, number)
        .join(Participation, Participation.organization_id == Product.organization_id)
        .where(*_approved_in(event_id), Product.retired_at.is_(None))
        .group_by(Product.category_id)
        .order_by(number.desc(), Product.category_id)
    )
    return [Share(key, count) for key, count in rows]


def exhibitors_by_regency(event_id: int) -> list[Share]:
    """Return approved exhibitors per regency (Kemendagri code; empty when not given), most first."""
    return _by(event_id, Side.EXHIBITOR, Organization.regency)


def buyers_by_type(event_id: int) -> list[Share]:
    """Return approved buyers per type, most first."""
    return _by(event_id, Side.BUYER, Organization.buyer_type)


def _by(event_id: int, side: Side, column: sa.orm.InstrumentedAttribute[object]) -> list[Share]:
    number = sa.func.count()
    rows = db.session.execute(
        sa.select(column, number)
        .select_from(Participation)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(*_approved_in(event_id), Participation.side == side)
        .group_by(column)
        .order_by(number.desc(), column)
    )
    return [Share(str(key or ""), count) for key, count in rows]
