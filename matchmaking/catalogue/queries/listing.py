"""The lists of the organiser and of the public: filtered, paged, with a constant number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from matchmaking.catalogue.models import Category, Certificate, ListingStatus, LocalContentStatus, Need, Product
from matchmaking.catalogue.queries.needs import live_needs
from matchmaking.catalogue.queries.products import has_photo_consent, live_products
from matchmaking.extensions import db
from matchmaking.registration.models import Organization, Participation, ParticipationState, Side

#: Entries whose products and needs the organiser looks after.
LIVE = (ParticipationState.SUBMITTED, ParticipationState.WAITLISTED, ParticipationState.APPROVED)


@dataclass(frozen=True)
class ProductFilter:
    """What the organiser wants to see; empty: all."""

    text: str = ""
    category_id: str = ""
    regency: str = ""
    listing: str = ""
    local_content: str = ""


def products_in(event_id: int, wanted: ProductFilter, *, only_approved: bool = False) -> sa.Select[Any]:
    """Return the statement for the products of the event's exhibitors."""
    states = (ParticipationState.APPROVED,) if only_approved else LIVE
    statement = (
        live_products()
        .join(Organization, Organization.id == Product.organization_id)
        .where(
            sa.select(Participation.id)
            .where(
                Participation.event_id == event_id,
                Participation.organization_id == Product.organization_id,
                Participation.side == Side.EXHIBITOR,
                Participation.state.in_(states),
            )
            .exists()
        )
        .order_by(None)
        .order_by(sa.func.lower(Product.name), Product.id)
    )
    if wanted.text:
        statement = statement.where(_contains(wanted.text, Product.name, Organization.legal_name, Organization.brand))
    if wanted.category_id:
        statement = statement.where(Product.category_id == wanted.category_id)
    if wanted.regency:
        statement = statement.where(Organization.regency == wanted.regency)
    if wanted.listing in set(ListingStatus):
        statement = statement.where(Product.catalog_listing_status == ListingStatus(wanted.listing))
    if wanted.local_content in set(LocalContentStatus):
        statement = statement.where(Product.local_content_status == LocalContentStatus(wanted.local_content))
    return statement


def _contains(text: str, *columns: Any) -> sa.ColumnElement[bool]:
    """Every word must be in one of the columns; ``%`` and ``_`` are ordinary signs."""
    words = text.split()[:6]
    return sa.and_(*[sa.or_(*[sa.func.lower(c).contains(w.lower(), autoescape=True) for c in columns]) for w in words])


@dataclass(frozen=True)
class NeedFilter:
    """What the organiser wants to see; empty: all. ``category_id`` ``none``: without one."""

    text: str = ""
    category_id: str = ""
    method: str = ""


def needs_in(event_id: int, wanted: NeedFilter) -> sa.Select[Any]:
    """Return the statement for the needs of the event's buyers, the largest first."""
    statement = (
        live_needs()
        .join(Participation, Participation.id == Need.participation_id)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(Participation.event_id == event_id, Participation.state.in_(LIVE))
        .order_by(Need.budget_ceiling.desc().nulls_last(), Need.id)
    )
    if wanted.text:
        statement = statement.where(_contains(wanted.text, Need.name, Need.item_text, Organization.legal_name))
    if wanted.category_id == "none":
        statement = statement.where(Need.category_id.is_(None))
    elif wanted.category_id:
        statement = statement.where(Need.category_id == wanted.category_id)
    if wanted.method:
        statement = statement.where(Need.procurement_method == wanted.method)
    return statement


@dataclass(frozen=True)
class Waiting:
    """A certificate whose photo waits to be typed in, and the entry it is reached through."""

    certificate: Certificate
    organization: Organization
    entry_code: str


def certificates_to_type(event_id: int) -> list[Waiting]:
    """Return the certificates of the event's exhibitors that have a photo and no number, the oldest first."""
    rows = db.session.execute(_to_type(event_id, Certificate, Organization, Participation.code)).all()
    return [Waiting(*row) for row in rows]


def count_to_type(event_id: int) -> int:
    """Return how many certificates wait to be typed in."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(_to_type(event_id, Certificate.id).subquery())) or 0


def _to_type(event_id: int, *columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(Certificate)
        .join(Organization, Organization.id == Certificate.organization_id)
        .join(Participation, Participation.organization_id == Organization.id)
        .where(
            Certificate.number == "",
            Certificate.file_id.is_not(None),
            Participation.event_id == event_id,
            Participation.side == Side.EXHIBITOR,
            Participation.state.in_(LIVE),
        )
        .order_by(Certificate.created_at, Certificate.id)
    )


def entry_codes(event_id: int, organization_ids: set[int]) -> dict[int, str]:
    """Return the code of each exhibitor's entry by its organisation."""
    rows = db.session.execute(
        sa.select(Participation.organization_id, Participation.code).where(
            Participation.event_id == event_id,
            Participation.side == Side.EXHIBITOR,
            Participation.organization_id.in_(organization_ids),
        )
    )
    return {row[0]: row[1] for row in rows}


def with_photo_consent(event_id: int, organization_ids: set[int]) -> set[int]:
    """Return which of these organisations let the public see their photos in this event."""
    return set(
        db.session.scalars(
            sa.select(Participation.organization_id).where(
                Participation.event_id == event_id,
                Participation.organization_id.in_(organization_ids),
                has_photo_consent(),
            )
        )
    )


@dataclass(frozen=True)
class CategoryCount:
    """A category and how many products of the event's approved exhibitors are in it."""

    id: str
    count: int


def categories_in(event_id: int) -> list[CategoryCount]:
    """Return the categories that the public catalogue has products of."""
    counted = products_in(event_id, ProductFilter(), only_approved=True).order_by(None).subquery()
    rows = db.session.execute(
        sa.select(counted.c.category_id, sa.func.count(), Category.position)
        .join(Category, Category.id == counted.c.category_id)
        .group_by(counted.c.category_id, Category.position)
        .order_by(Category.position)
    )
    return [CategoryCount(row[0], row[1]) for row in rows]
