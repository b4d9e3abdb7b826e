"""Breakdowns by category, regency and kind of buyer: who registered, who came, what was committed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from matchmaking.catalogue.models import Product
from matchmaking.commitments.queries.commitments import Amount
from matchmaking.extensions import db
from matchmaking.registration.models import Organization, Participation, Side
from matchmaking.reports.queries.day import participations_that_came
from matchmaking.reports.queries.facts import approved_in


@dataclass(frozen=True)
class Share:
    """One line of a breakdown: how many, how many of their organisations came, and the committed value."""

    key: str
    number: int
    came: int = 0
    committed: Amount = field(default_factory=Amount)


def products_by_category(event_id: int, committed: Mapping[str, Amount]) -> list[Share]:
    """Return approved exhibitors' products per category, most first; ``came``: exhibitors with such a product."""
    number = sa.func.count()
    present = sa.case((Participation.id.in_(participations_that_came(event_id)), Participation.id))
    rows = db.session.execute(
        sa.select(Product.category_id, number, sa.func.count(present.distinct()))
        .join(Participation, Participation.organization_id == Product.organization_id)
        .where(*approved_in(event_id), Participation.side == Side.EXHIBITOR, Product.retired_at.is_(None))
        .group_by(Product.category_id)
        .order_by(number.desc(), Product.category_id)
    )
    return _with_values(((key, count, came) for key, count, came in rows), committed)


def exhibitors_by_regency(event_id: int, committed: Mapping[str, Amount]) -> list[Share]:
    """Return approved exhibitors per regency (Kemendagri code; empty when not given), most first."""
    return _by(event_id, Side.EXHIBITOR, Organization.regency, committed)


def buyers_by_type(event_id: int, committed: Mapping[str, Amount]) -> list[Share]:
    """Return approved buyers per type, most first."""
    return _by(event_id, Side.BUYER, Organization.buyer_type, committed)


def _by(
    event_id: int, side: Side, column: sa.orm.InstrumentedAttribute[object], committed: Mapping[str, Amount]
) -> list[Share]:
    number = sa.func.count()
    present = sa.func.sum(sa.case((Participation.id.in_(participations_that_came(event_id)), 1), else_=0))
    rows = db.session.execute(
        sa.select(column, number, present)
        .select_from(Participation)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(*approved_in(event_id), Participation.side == side)
        .group_by(column)
        .order_by(number.desc(), column)
    )
    return _with_values(((key, count, came) for key, count, came in rows), committed)


def _with_values(rows: Iterable[tuple[object, int, int]], committed: Mapping[str, Amount]) -> list[Share]:
    """Put the committed values beside; what was committed by somebody who is approved no more stands at the end."""
    shares = [
        Share(str(key or ""), count, int(came or 0), committed.get(str(key or ""), Amount()))
        for key, count, came in rows
    ]
    known = {share.key for share in shares}
    left = sorted((amount.value, key) for key, amount in committed.items() if key not in known)
    return shares + [Share(key, 0, 0, committed[key]) for _value, key in reversed(left)]
