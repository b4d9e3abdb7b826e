"""Pairs of organisations that may be one: same NPWP, same name and regency, or same phone."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matchmaking.extensions import db
from matchmaking.registration.models import DismissedDuplicate, Organization, Participation
from matchmaking.web.paging import PAGE_SIZE, Page


@dataclass(frozen=True)
class DuplicatePair:
    """Two organisations and what they have in common; the first is the older record."""

    first: Organization
    second: Organization
    shared: tuple[str, ...]  # tax_number, name, phone


def duplicate_pairs(event_id: int, number: int) -> Page[DuplicatePair]:
    """Return the pairs of which at least one is in this event, a page at a time; three statements for any number."""
    pairs = _pair_ids(event_id).subquery()
    total = db.session.scalar(sa.select(sa.func.count()).select_from(pairs)) or 0
    pages = max(-(-total // PAGE_SIZE), 1)
    number = min(number, pages)
    ids = db.session.execute(
        sa.select(pairs.c.first_id, pairs.c.second_id)
        .order_by(pairs.c.first_id, pairs.c.second_id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    rows = db.session.scalars(sa.select(Organization).where(Organization.id.in_({i for pair in ids for i in pair})))
    by_id = {row.id: row for row in rows}
    found = [DuplicatePair(by_id[a], by_id[b], shared_values(by_id[a], by_id[b])) for a, b in ids]
    return Page(found, number, pages, total)


def count_duplicates(event_id: int) -> int:
    """Return how many pairs wait to be looked at."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(_pair_ids(event_id).subquery())) or 0


def _pair_ids(event_id: int) -> sa.Select[int, int]:
    a, b = aliased(Organization), aliased(Organization)
    in_event = sa.select(Participation.organization_id).where(Participation.event_id == event_id)
    dismissed = sa.select(DismissedDuplicate.id).where(
        DismissedDuplicate.first_id == a.id, DismissedDuplicate.second_id == b.id
    )
    alike = sa.or_(
        a.tax_number == b.tax_number,
        sa.and_(a.name_key == b.name_key, sa.func.coalesce(a.regency, "") == sa.func.coalesce(b.regency, "")),
        a.phone == b.phone,
    )
    return sa.select(a.id.label("first_id"), b.id.label("second_id")).where(
        a.id < b.id,
        a.side == b.side,
        a.merged_into_id.is_(None),
        b.merged_into_id.is_(None),
        sa.or_(a.id.in_(in_event), b.id.in_(in_event)),
        alike,
        ~dismissed.exists(),
    )


def shared_values(first: Organization, second: Organization) -> tuple[str, ...]:
    """Return what two organisations have in common."""
    found = []
    if first.tax_number and first.tax_number == second.tax_number:
        found.append("tax_number")
    if first.name_key == second.name_key and (first.regency or "") == (second.regency or ""):
        found.append("name")
    if first.phone and first.phone == second.phone:
        found.append("phone")
    return tuple(found)
