"""The attendance list: everybody who is expected or came on one day, by organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from matchmaking.attendance.models import Scan, ScanMethod
from matchmaking.attendance.queries.presence import is_present, replaced_delegates
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Organization, Participation, ParticipationState, Side
from matchmaking.web.paging import Page


@dataclass(frozen=True)
class Wanted:
    """What of the list is shown; empty = all."""

    side: str = ""
    state: str = ""  # present or missing
    text: str = ""


@dataclass(frozen=True)
class ListRow:
    """One person of the list; ``number`` counts over the whole list of the day, as on paper."""

    delegate_code: str
    name: str
    organization: str
    entry_code: str
    office: str
    side: Side
    arrived_at: datetime | None
    method: ScanMethod | None
    scan_key: str
    is_replaced: bool


def list_days(event: Event, today: date) -> list[date]:
    """Return the days that can be chosen: the event's, and others on which somebody was let in."""
    length = (event.ends_on - event.starts_on).days
    days = {event.starts_on + timedelta(days=n) for n in range(min(length, 30) + 1)}
    days |= set(db.session.scalars(sa.select(Scan.day).where(Scan.event_id == event.id, is_present()).distinct()))
    return sorted(days | ({today} if event.starts_on <= today <= event.ends_on else set()))


def attendance_rows(event_id: int, day: date, wanted: Wanted | None = None) -> list[ListRow]:
    """Return the whole list in one statement, by organisation and name."""
    return [_row(row) for row in db.session.execute(_statement(event_id, day, wanted or Wanted()))]


def attendance_page(event_id: int, day: date, wanted: Wanted, number: int, size: int = 50) -> Page[ListRow]:
    """Return one page of the list in two statements."""
    statement = _statement(event_id, day, wanted)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())) or 0
    pages = max(-(-total // size), 1)
    number = min(number, pages)
    rows = db.session.execute(statement.limit(size).offset((number - 1) * size))
    return Page([_row(row) for row in rows], number, pages, total)


def _statement(event_id: int, day: date, wanted: Wanted) -> sa.Select[Any]:
    replaced = Delegate.id.in_(replaced_delegates(event_id))
    is_expected = sa.and_(
        Participation.state == ParticipationState.APPROVED, Delegate.erased_at.is_(None), sa.not_(replaced)
    )
    columns: tuple[Any, ...] = (
        Delegate.code,
        Delegate.name,
        Organization.legal_name,
        Participation.code.label("entry_code"),
        Delegate.office,
        Participation.side,
        sa.func.coalesce(Scan.scanned_at, Scan.received_at, type_=Scan.received_at.type).label("arrived_at"),
        Scan.method,
        Scan.scan_key,
        replaced.label("is_replaced"),
    )
    statement: sa.Select[Any] = (
        sa.select(*columns)
        .join(Participation, Participation.id == Delegate.participation_id)
        .join(Organization, Organization.id == Participation.organization_id)
        .outerjoin(Scan, sa.and_(Scan.delegate_id == Delegate.id, Scan.day == day, is_present()))
        .where(Delegate.event_id == event_id, sa.or_(is_expected, Scan.id.is_not(None)))
        .order_by(sa.func.lower(Organization.legal_name), Participation.id, sa.func.lower(Delegate.name), Delegate.id)
    )
    if wanted.side in set(Side):
        statement = statement.where(Participation.side == Side(wanted.side))
    if wanted.state in ("present", "missing"):
        statement = statement.where(Scan.id.is_not(None) if wanted.state == "present" else Scan.id.is_(None))
    for word in wanted.text.split()[:6]:
        places = (Delegate.name, Organization.legal_name)
        statement = statement.where(sa.or_(*(place.icontains(word, autoescape=True) for place in places)))
    return statement


def _row(row: Any) -> ListRow:
    return ListRow(
        row.code, row.name, row.legal_name, row.entry_code, row.office, row.side, row.arrived_at, row.method,
        row.scan_key or "", bool(row.is_replaced),
    )  # fmt: skip
