"""Reading products with their certificates, photos and readiness, for one entry or a whole list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking import clock
from matchmaking.catalogue.models import Certificate, Product
from matchmaking.catalogue.readiness import Flag, counted_total, readiness
from matchmaking.extensions import db
from matchmaking.registration.models import Consent, Participation, ParticipationState, Side
from matchmaking.storage.models import StoredFile


@dataclass(frozen=True)
class ProductView:
    """A product as pages show it."""

    product: Product
    flags: tuple[Flag, ...]
    certificates: tuple[Certificate, ...]
    photo_code: str | None
    thumbnail_code: str | None
    total: Decimal | None  # TKDN + BMP that counts today

    @property
    def gravest(self) -> str | None:
        """The gravest finding's severity."""
        return self.flags[0].severity if self.flags else None

    @property
    def needed(self) -> list[Flag]:
        """What is needed before matching."""
        return [flag for flag in self.flags if flag.is_needed]


def live_products() -> sa.Select[Any]:
    """Return the statement for all products in sight, in their order within an organisation."""
    return (
        sa.select(Product)
        .where(Product.retired_at.is_(None))
        .options(joinedload(Product.organization), joinedload(Product.category))
        .order_by(Product.organization_id, Product.position, Product.id)
    )


def products_of(organization_id: int, *, pending_for: int | None = None) -> list[Product]:
    """Return an organisation's products in sight; with ``pending_for`` only those that wait with that entry."""
    statement = live_products().where(Product.organization_id == organization_id)
    if pending_for is not None:
        statement = (
            sa.select(Product)
            .where(Product.pending_participation_id == pending_for)
            .options(joinedload(Product.organization), joinedload(Product.category))
            .order_by(Product.position, Product.id)
        )
    return list(db.session.scalars(statement))


def retired_products_of(organization_id: int) -> list[Product]:
    """Return what the organisation offers no more, the newest first."""
    statement = sa.select(Product).where(
        Product.organization_id == organization_id,
        Product.retired_at.is_not(None),
        Product.pending_participation_id.is_(None),
    )
    return list(db.session.scalars(statement.order_by(Product.retired_at.desc(), Product.id)))


def views(products: Sequence[Product], on: date | None = None) -> list[ProductView]:
    """Return products as pages show them: two more statements, however many there are."""
    today = on or clock.today()
    certificates = _certificates({product.organization_id for product in products})
    codes = file_codes(i for p in products for i in (p.photo_file_id, p.thumbnail_file_id) if i)
    return [_view(product, certificates[product.organization_id], codes, today) for product in products]


def _view(product: Product, certificates: list[Certificate], codes: dict[int, str], today: date) -> ProductView:
    held = tuple(c for c in certificates if c.product_id in (None, product.id))
    flags = readiness(
        product,
        held,
        today,
        industry_codes=product.organization.industry_codes,
        category_codes=product.category.industry_codes,
    )
    photo, small = codes.get(product.photo_file_id or 0), codes.get(product.thumbnail_file_id or 0)
    return ProductView(product, tuple(flags), held, photo, small or photo, counted_total(product, today))


def _certificates(organization_ids: Iterable[int]) -> dict[int, list[Certificate]]:
    found: dict[int, list[Certificate]] = defaultdict(list)
    statement = sa.select(Certificate).where(Certificate.organization_id.in_(set(organization_ids)))
    for row in db.session.scalars(statement.order_by(Certificate.kind, Certificate.id)):
        found[row.organization_id].append(row)
    return found


def certificates_of(organization_id: int) -> list[Certificate]:
    """Return all certificates of an organisation."""
    return _certificates([organization_id])[organization_id]


def file_codes(ids: Iterable[int]) -> dict[int, str]:
    """Return the secret code of each stored file by its id."""
    rows = db.session.execute(sa.select(StoredFile.id, StoredFile.code).where(StoredFile.id.in_(set(ids))))
    return {row.id: row.code for row in rows}


def readiness_of(participation_ids: Sequence[int], on: date | None = None) -> dict[int, list[ProductView]]:
    """Return the products with their findings of each exhibitor's entry; ids without products are left out."""
    rows = db.session.execute(
        sa.select(Participation.id, Participation.organization_id).where(
            Participation.id.in_(participation_ids), Participation.side == Side.EXHIBITOR
        )
    ).all()
    organizations = {row.organization_id for row in rows}
    products = list(db.session.scalars(live_products().where(Product.organization_id.in_(organizations))))
    by_organization: dict[int, list[ProductView]] = defaultdict(list)
    for view in views(products, on):
        by_organization[view.product.organization_id].append(view)
    return {row.id: by_organization[row.organization_id] for row in rows if row.organization_id in by_organization}


def has_photo_consent() -> sa.ColumnElement[bool]:
    """Return a condition over Participation: its photos may be shown to the public."""
    return (
        sa.select(Consent.id)
        .where(
            Consent.participation_id == Participation.id,
            Consent.purpose == "publish_photo",
            Consent.withdrawn_at.is_(None),
        )
        .exists()
    )


def approved_exhibitors(event_id: int) -> sa.Select[Any]:
    """Return the statement for the organisations that exhibit in the event."""
    return sa.select(Participation.organization_id).where(
        Participation.event_id == event_id,
        Participation.side == Side.EXHIBITOR,
        Participation.state == ParticipationState.APPROVED,
    )
