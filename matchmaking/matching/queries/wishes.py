"""Whom a participant may wish for, what was said, and who asked for it; a "no" stays with the side that said it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking.catalogue.models import Need, ParticipationCategory, Product
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.matching.models import Wish, WishStrength
from matchmaking.matching.queries.parties import approved
from matchmaking.registration.models import Organization, Participation, ParticipationState, Side
from matchmaking.storage.models import StoredFile
from matchmaking.web.paging import Page, paginate

#: Products or needs shown on one card; the rest is a tap away in the catalogue.
ON_CARD = 3
PAGE_SIZE = 24


@dataclass(frozen=True)
class Offer:
    """A product or a need on a card."""

    name: str
    category: str | None
    price: int | None
    unit: str = ""


@dataclass(frozen=True)
class WishCard:
    """One participant of the other side and my own word about it."""

    id: int
    code: str
    name: str
    detail: str
    categories: tuple[str, ...]
    offers: tuple[Offer, ...]
    more: int
    photo_code: str | None
    chosen: str | None
    asked_me: str | None


@dataclass(frozen=True)
class WishCounts:
    """How many a participant chose, by strength."""

    must: int = 0
    want: int = 0
    no: int = 0

    @property
    def chosen(self) -> int:
        """Those it asked for; a no is not a choice."""
        return self.must + self.want


def other_side(side: Side) -> Side:
    """Return the side that a participant of ``side`` meets."""
    return Side.BUYER if side is Side.EXHIBITOR else Side.EXHIBITOR


@dataclass(frozen=True)
class Filter:
    """What is looked for: words in the name or in products and needs, a category, my own word."""

    text: str = ""
    category: str = ""
    only: str = ""  # chosen, unchosen, must, want, no, asked


def wish_cards(participation_id: int, wanted: Filter, page: int) -> Page[WishCard]:
    """Return a page of the other side's approved participants as cards."""
    me = db.session.get_one(Participation, participation_id)
    side = other_side(me.side)
    statement = (
        sa.select(Participation)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(*approved(me.event_id), Participation.side == side, *_conditions(me.id, side, wanted))
        .options(joinedload(Participation.organization))
        .order_by(Organization.name_key, Participation.id)
    )
    found = paginate(statement, page, PAGE_SIZE)
    return replace(found, items=_cards(me.id, found.items, side))


def wish_card(participation_id: int, target_id: int) -> WishCard:
    """Return one card, as after a tap."""
    target = db.session.get_one(Participation, target_id)
    return _cards(participation_id, [target], target.side)[0]


def _conditions(me_id: int, side: Side, wanted: Filter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.text:
        named = _named(side, wanted.text)
        is_called = sa.or_(
            Organization.legal_name.icontains(wanted.text, autoescape=True),
            Organization.brand.icontains(wanted.text, autoescape=True),
        )
        conditions.append(sa.or_(is_called, _has_offer(side, named)))
    if wanted.category:
        of_category = (Product if side is Side.EXHIBITOR else Need).category_id == wanted.category
        ticked = sa.exists().where(
            ParticipationCategory.participation_id == Participation.id,
            ParticipationCategory.category_id == wanted.category,
        )
        conditions.append(sa.or_(_has_offer(side, of_category), ticked))
    mine = sa.select(Wish.target_id).where(Wish.wisher_id == me_id)
    if wanted.only == "chosen":
        conditions.append(Participation.id.in_(mine.where(Wish.strength != WishStrength.NO)))
    elif wanted.only == "unchosen":
        conditions.append(Participation.id.not_in(mine))
    elif wanted.only in {strength.value for strength in WishStrength}:
        conditions.append(Participation.id.in_(mine.where(Wish.strength == WishStrength(wanted.only))))
    elif wanted.only == "asked":
        conditions.append(Participation.id.in_(_askers(me_id)))
    return conditions


def _askers(me_id: int) -> sa.Select[int]:
    """Return who asked for me; whoever said no is not among them, and nothing tells that they spoke at all."""
    return sa.select(Wish.wisher_id).where(Wish.target_id == me_id, Wish.strength != WishStrength.NO)


def _named(side: Side, text: str) -> sa.ColumnElement[bool]:
    if side is Side.EXHIBITOR:
        return sa.or_(
            Product.name.icontains(text, autoescape=True), Product.description.icontains(text, autoescape=True)
        )
    return sa.or_(Need.name.icontains(text, autoescape=True), Need.item_text.icontains(text, autoescape=True))


def _has_offer(side: Side, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    if side is Side.EXHIBITOR:
        return sa.exists().where(
            Product.organization_id == Participation.organization_id, Product.retired_at.is_(None), condition
        )
    return sa.exists().where(Need.participation_id == Participation.id, Need.retired_at.is_(None), condition)


def _cards(me_id: int, rows: list[Participation], side: Side) -> list[WishCard]:
    ids = [row.id for row in rows]
    chosen = _strengths(
        sa.select(Wish.target_id, Wish.strength).where(Wish.wisher_id == me_id, Wish.target_id.in_(ids))
    )
    asked = _strengths(
        sa.select(Wish.wisher_id, Wish.strength).where(
            Wish.target_id == me_id, Wish.strength != WishStrength.NO, Wish.wisher_id.in_(ids)
        )
    )
    offers, photos = _offers(rows, side)
    return [
        WishCard(
            id=row.id,
            code=row.code,
            name=row.organization.legal_name,
            detail=_detail(row.organization),
            categories=tuple(sorted({o.category for o in offers[row.id] if o.category})),
            offers=tuple(offers[row.id][:ON_CARD]),
            more=max(len(offers[row.id]) - ON_CARD, 0),
            photo_code=photos.get(row.id),
            chosen=chosen[row.id].value if row.id in chosen else None,
            asked_me=asked[row.id].value if row.id in asked else None,
        )
        for row in rows
    ]


def _strengths(statement: sa.Select[int, WishStrength]) -> dict[int, WishStrength]:
    return {other: strength for other, strength in db.session.execute(statement)}  # noqa: C416 - rows are no pairs to mypy


def _detail(organization: Organization) -> str:
    if organization.brand and organization.brand != organization.legal_name:
        return organization.brand
    return ""


def _offers(rows: list[Participation], side: Side) -> tuple[defaultdict[int, list[Offer]], dict[int, str]]:
    found: defaultdict[int, list[Offer]] = defaultdict(list)
    photos: dict[int, str] = {}
    if side is Side.BUYER:
        needs = db.session.scalars(
            sa.select(Need)
            .where(Need.participation_id.in_([row.id for row in rows]), Need.retired_at.is_(None))
            .order_by(Need.participation_id, Need.id)
        )
        for need in needs:
            found[need.participation_id].append(Offer(need.name, need.category_id, need.budget_ceiling))
        return found, photos
    by_organization = {row.organization_id: row.id for row in rows}
    products = db.session.execute(
        sa.select(Product, StoredFile.code)
        .outerjoin(StoredFile, sa.and_(StoredFile.id == Product.photo_file_id, StoredFile.access == "public"))
        .where(Product.organization_id.in_(list(by_organization)), Product.retired_at.is_(None))
        .order_by(Product.organization_id, Product.position, Product.id)
    )
    for product, photo in products:
        owner = by_organization[product.organization_id]
        found[owner].append(Offer(product.name, product.category_id, product.price, product.unit))
        if photo:
            photos.setdefault(owner, photo)
    return found, photos


def wish_counts(participation_id: int) -> WishCounts:
    """Return how many a participant chose."""
    return WishCounts(**_given([participation_id])[participation_id])


def asker_count(participation_id: int) -> int:
    """Return how many of the other side asked for the participant."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Wish)
            .join(Participation, Participation.id == Wish.wisher_id)
            .where(
                Wish.target_id == participation_id,
                Wish.strength != WishStrength.NO,
                Participation.state == ParticipationState.APPROVED,
            )
        )
        or 0
    )


@dataclass(frozen=True)
class WisherRow:
    """A participant on the organiser's page: what it said and how often it was asked for."""

    id: int
    code: str
    name: str
    side: Side
    given: WishCounts
    received: int


def wisher_rows(event_id: int, side: str, text: str, only: str, page: int) -> Page[WisherRow]:
    """Return a page of approved participants with their wishes counted."""
    statement = (
        sa.select(Participation)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(*approved(event_id))
        .options(joinedload(Participation.organization))
        .order_by(Participation.side.desc(), Organization.name_key, Participation.id)
    )
    if side in {s.value for s in Side}:
        statement = statement.where(Participation.side == Side(side))
    if text:
        statement = statement.where(Organization.legal_name.icontains(text, autoescape=True))
    if only == "silent":
        statement = statement.where(Participation.id.not_in(sa.select(Wish.wisher_id)))
    found = paginate(statement, page)
    ids = [row.id for row in found.items]
    given, received = _given(ids), _received(ids)
    rows = [
        WisherRow(
            row.id, row.code, row.organization.legal_name, row.side, WishCounts(**given[row.id]), received[row.id]
        )
        for row in found.items
    ]
    return replace(found, items=rows)


def _given(ids: list[int]) -> defaultdict[int, dict[str, int]]:
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    rows = db.session.execute(
        sa.select(Wish.wisher_id, Wish.strength, sa.func.count())
        .where(Wish.wisher_id.in_(ids))
        .group_by(Wish.wisher_id, Wish.strength)
    )
    for wisher_id, strength, number in rows:
        found[wisher_id][strength.value] = number
    return found


def _received(ids: list[int]) -> Counter[int]:
    rows = db.session.execute(
        sa.select(Wish.target_id, sa.func.count())
        .where(Wish.target_id.in_(ids), Wish.strength != WishStrength.NO)
        .group_by(Wish.target_id)
    )
    return Counter({target_id: number for target_id, number in rows})  # noqa: C416 - as above


def silent_count(event_id: int) -> int:
    """Return how many approved participants have said nothing yet."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Participation)
            .where(*approved(event_id), Participation.id.not_in(sa.select(Wish.wisher_id)))
        )
        or 0
    )


def words_between(participation_id: int) -> dict[int, tuple[WishStrength | None, WishStrength | None]]:
    """Return for staff, by the other's id: what the participant said, and what was said about it."""
    found: dict[int, list[WishStrength | None]] = {}
    rows = db.session.scalars(
        sa.select(Wish).where(sa.or_(Wish.wisher_id == participation_id, Wish.target_id == participation_id))
    )
    for wish in rows:
        mine = wish.wisher_id == participation_id
        found.setdefault(wish.target_id if mine else wish.wisher_id, [None, None])[0 if mine else 1] = wish.strength
    return {other: (said[0], said[1]) for other, said in found.items()}


def wishes_are_open(event_id: int, at: datetime) -> bool:
    """Say whether participants may still change their wishes at that moment."""
    closes = db.session.scalar(sa.select(Event.wishes_close_at).where(Event.id == event_id))
    return closes is None or at < closes
