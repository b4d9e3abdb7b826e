"""The rows of each list that can be taken out as a spreadsheet; a fixed number of statements each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from matchmaking.attendance.models import Badge, MeetingOutcome, MeetingRecord, MeetingState, Scan
from matchmaking.attendance.queries.outcomes import outcome_in_force
from matchmaking.attendance.queries.presence import is_present
from matchmaking.catalogue.models import Need, Product
from matchmaking.catalogue.queries.listing import NeedFilter, ProductFilter, needs_in, products_in
from matchmaking.events.models import MeetingTable, TimeSlot
from matchmaking.extensions import db
from matchmaking.matching.models import Wish
from matchmaking.matching.queries.parties import team_names
from matchmaking.registration.models import Delegate, Organization, Participation
from matchmaking.registration.queries.entries import contacts_of
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.times import times_of


def count_of(statement: sa.Select[Any]) -> int:
    """Return how many rows a list's statement has."""
    counted = statement.order_by(None).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0


def participations(event_id: int) -> sa.Select[Any]:
    """Return the statement for the event's entries in every state, by side and name."""
    return (
        sa.select(Participation)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(Participation.event_id == event_id, Organization.merged_into_id.is_(None))
        .options(joinedload(Participation.organization))
        .order_by(Participation.side.desc(), Organization.name_key, Participation.id)
    )


@dataclass(frozen=True)
class ParticipantLine:
    """An entry with its contact, and how many people were named."""

    participation: Participation
    contact: Delegate | None
    people: int


def participant_lines(event_id: int) -> list[ParticipantLine]:
    """Return the event's entries."""
    rows = db.session.scalars(participations(event_id)).all()
    contacts = contacts_of([row.id for row in rows])
    named = db.session.execute(
        sa.select(Delegate.participation_id, sa.func.count())
        .where(Delegate.event_id == event_id, Delegate.erased_at.is_(None))
        .group_by(Delegate.participation_id)
    )
    numbers = {entry_id: number for entry_id, number in named}  # noqa: C416 - rows are no pairs to mypy
    return [ParticipantLine(row, contacts.get(row.id), numbers.get(row.id, 0)) for row in rows]


def people(event_id: int) -> sa.Select[Any]:
    """Return the statement for the people named in the event's entries, by organisation."""
    return (
        sa.select(Delegate)
        .join(Participation, Participation.id == Delegate.participation_id)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(
            Delegate.event_id == event_id, Delegate.erased_at.is_(None), Organization.merged_into_id.is_(None)
        )
        .options(joinedload(Delegate.participation).joinedload(Participation.organization))
        .order_by(Participation.side.desc(), Organization.name_key, Delegate.id)
    )  # fmt: skip


@dataclass(frozen=True)
class PersonLine:
    """A person with when the badge was printed and when they came (the first day)."""

    delegate: Delegate
    printed_at: datetime | None
    came_at: datetime | None


def person_lines(event_id: int) -> list[PersonLine]:
    """Return the event's people."""
    live = db.session.execute(
        sa.select(Badge.delegate_id, Badge.printed_at).where(Badge.event_id == event_id, Badge.ended_at.is_(None))
    )
    printed = {delegate_id: at for delegate_id, at in live}  # noqa: C416 - rows are no pairs to mypy
    came = first_arrivals(event_id)
    rows = db.session.scalars(people(event_id))
    return [PersonLine(row, printed.get(row.id), came.get(row.id)) for row in rows]


def first_arrivals(event_id: int) -> dict[int, datetime]:
    """Return when each person first came, on whatever day."""
    at = sa.func.coalesce(Scan.scanned_at, Scan.received_at, type_=Scan.received_at.type)
    rows = db.session.execute(
        sa.select(Scan.delegate_id, at).where(Scan.event_id == event_id, is_present()).order_by(Scan.day.desc())
    )
    return {delegate_id: moment for delegate_id, moment in rows if delegate_id is not None}


def products(event_id: int) -> sa.Select[Any]:
    """Return the statement for the products of the event's exhibitors."""
    return products_in(event_id, ProductFilter())


def product_lines(event_id: int) -> list[Product]:
    """Return the products."""
    return list(db.session.scalars(products(event_id)))


def needs(event_id: int) -> sa.Select[Any]:
    """Return the statement for the needs of the event's buyers."""
    return needs_in(event_id, NeedFilter())


def need_lines(event_id: int) -> list[Need]:
    """Return the needs."""
    return list(db.session.scalars(needs(event_id)))


def wishes(event_id: int) -> sa.Select[Any]:
    """Return the statement for both sides' wishes, a ``no`` among them."""
    return (
        sa.select(Wish)
        .where(Wish.event_id == event_id)
        .options(
            joinedload(Wish.wisher).joinedload(Participation.organization),
            joinedload(Wish.target).joinedload(Participation.organization),
        )
        .order_by(Wish.wisher_id, Wish.id)
    )


def wish_lines(event_id: int) -> list[Wish]:
    """Return the wishes."""
    return list(db.session.scalars(wishes(event_id)))


@dataclass(frozen=True)
class MeetingLine:
    """A meeting of the published version (or recorded and dropped later): where it stands and how it went."""

    exhibitor: str
    buyer: str
    meeting: Meeting
    starts_at: datetime | None  # with all delays
    ends_at: datetime | None
    table: MeetingTable | None
    record: MeetingRecord | None
    outcome: MeetingOutcome | None


def meetings(event_id: int) -> sa.Select[Meeting, TimeSlot, MeetingTable, MeetingRecord]:
    """Return the statement for the meetings that count as planned: the published ones, and others that were recorded."""
    placed = aliased(Placement, _published(event_id).subquery())
    return (
        sa.select(Meeting, TimeSlot, MeetingTable, MeetingRecord)
        .outerjoin(placed, placed.meeting_id == Meeting.id)
        .outerjoin(TimeSlot, TimeSlot.id == placed.slot_id)
        .outerjoin(MeetingTable, MeetingTable.id == placed.table_id)
        .outerjoin(MeetingRecord, MeetingRecord.meeting_id == Meeting.id)
        .where(
            Meeting.event_id == event_id,
            sa.or_(placed.id.is_not(None), MeetingRecord.state != MeetingState.SCHEDULED),
        )
        .order_by(TimeSlot.starts_at, MeetingTable.number, Meeting.id)
    )


def _published(event_id: int) -> sa.Select[Any]:
    return (
        sa.select(Placement)
        .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
        .where(ScheduleVersion.event_id == event_id, ScheduleVersion.state == VersionState.PUBLISHED)
    )


def count_meetings(event_id: int) -> int:
    """Return how many meetings count as planned."""
    found = meetings(event_id).with_only_columns(Meeting.id).order_by(None).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def meeting_lines(event_id: int) -> list[MeetingLine]:
    """Return the meetings with the word in force on how each went."""
    rows = db.session.execute(meetings(event_id)).all()
    said = outcome_in_force(_ids(row[0] for row in rows))
    names, times = team_names(event_id), times_of(event_id)
    return [
        MeetingLine(
            names.get(meeting.exhibitor_team_id, ""), names.get(meeting.buyer_team_id, ""), meeting,
            times.start(slot.id, table.id) if slot else None, times.end(slot.id, table.id) if slot else None,
            table, record, said.get(meeting.id),
        )
        for meeting, slot, table, record in rows
    ]  # fmt: skip


def _ids(found: Iterable[Meeting]) -> list[int]:
    return [meeting.id for meeting in found]
