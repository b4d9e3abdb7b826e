"""Reading badges: who should have one, the list for staff, a person's own, and what stands on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking.accounts.models import User
from matchmaking.attendance.badge_codes import SHORT_LENGTH
from matchmaking.attendance.models import Badge, Substitution
from matchmaking.catalogue.models import Category, Product
from matchmaking.codes import read_typed
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration.models import (
    Delegate,
    Organization,
    Participation,
    ParticipationState,
    Side,
    Team,
    TeamDelegate,
)
from matchmaking.web.paging import PAGE_SIZE, Page

#: A statement of several columns, whichever they are at the moment.
AnyRows = sa.Select[*tuple[Any, ...]]


class PrintState(StrEnum):
    """What the list of badges is narrowed to."""

    UNPRINTED = "unprinted"
    PRINTED = "printed"
    ENDED = "ended"


@dataclass(frozen=True)
class BadgeFilter:
    """What the list shows; empty values narrow nothing (ended badges are shown only when asked for)."""

    side: str = ""
    state: str = ""
    text: str = ""


@dataclass(frozen=True)
class BadgeRow:
    """One person and their badge, or one badge that has ended. ``by`` is who printed or ended it."""

    person: str  # public code
    name: str
    office: str
    organization: str
    side: Side
    badge: Badge | None
    by: str = ""


@dataclass(frozen=True)
class BadgeCounts:
    """How many people should have a badge, and how many of these are on paper."""

    people: int
    printed: int

    @property
    def unprinted(self) -> int:
        """How many are still to be printed."""
        return self.people - self.printed


def live_badge(delegate_id: int) -> Badge | None:
    """Return the badge of a person that has not ended."""
    return db.session.scalar(sa.select(Badge).where(Badge.delegate_id == delegate_id, Badge.ended_at.is_(None)))


def has_badges(event_id: int) -> bool:
    """Say whether the event uses badges: a small office may do without."""
    return bool(db.session.scalar(sa.select(Event.has_badges).where(Event.id == event_id)))


def is_replaced() -> sa.ColumnElement[bool]:
    """Return the condition over Delegate that somebody else came in this person's place."""
    return (
        sa.select(Substitution.id)
        .where(Substitution.absent_delegate_id == Delegate.id, Substitution.undone_at.is_(None))
        .exists()
    )


def should_have_badge(event_id: int) -> list[sa.ColumnElement[bool]]:
    """Return the conditions over Delegate and Participation of the people of an event who should have a badge."""
    return [
        Delegate.event_id == event_id,
        Delegate.erased_at.is_(None),
        Participation.id == Delegate.participation_id,
        Participation.state == ParticipationState.APPROVED,
        ~is_replaced(),
    ]


def people_with_badges(event_id: int) -> sa.Select[Delegate]:
    """Return the statement for the people of an event who should have a badge."""
    return sa.select(Delegate).join(Participation).where(*should_have_badge(event_id))


def badge_counts(event_id: int, side: str = "") -> BadgeCounts:
    """Return the counts of one event, or of one side of it: one statement."""
    statement = (
        sa.select(sa.func.count(Delegate.id), sa.func.count(Badge.printed_at))
        .join(Participation, Participation.id == Delegate.participation_id)
        .outerjoin(Badge, _is_live())
        .where(*should_have_badge(event_id))
    )
    if side:
        statement = statement.where(Participation.side == side)
    people, printed = db.session.execute(statement).one()
    return BadgeCounts(people, printed)


def _is_live() -> sa.ColumnElement[bool]:
    return sa.and_(Badge.delegate_id == Delegate.id, Badge.ended_at.is_(None))


def badges_page(event_id: int, wanted: BadgeFilter, number: int) -> Page[BadgeRow]:
    """Return one page of the list: three statements whatever the number of rows."""
    statement = _listed(event_id, wanted)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())) or 0
    pages = max(-(-total // PAGE_SIZE), 1)
    number = min(number, pages)
    rows = db.session.execute(_shown(statement).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return Page(_with_names(rows), number, pages, total)


def rows_of(event_id: int, codes: Collection[str]) -> list[BadgeRow]:
    """Return the rows of these people (public codes), in the order of the list; who should have no badge is left out."""
    statement = _listed(event_id, BadgeFilter()).where(Delegate.code.in_(codes))
    return _with_names(db.session.execute(_shown(statement)).all())


def _listed(event_id: int, wanted: BadgeFilter) -> AnyRows:
    statement: AnyRows = sa.select(Delegate.id, Badge.id.label("badge_id"))
    if wanted.state == PrintState.ENDED:
        statement = statement.join(Badge, Badge.delegate_id == Delegate.id).where(
            Delegate.event_id == event_id, Badge.ended_at.is_not(None)
        )
    else:
        statement = statement.outerjoin(Badge, _is_live()).where(*should_have_badge(event_id))
    statement = statement.join(Participation, Participation.id == Delegate.participation_id).join(
        Organization, Organization.id == Participation.organization_id
    )
    if wanted.state == PrintState.UNPRINTED:
        statement = statement.where(Badge.printed_at.is_(None))
    if wanted.state == PrintState.PRINTED:
        statement = statement.where(Badge.printed_at.is_not(None))
    if wanted.side:
        statement = statement.where(Participation.side == wanted.side)
    if text := wanted.text.strip():
        statement = statement.where(_contains(text))
    return statement.order_by(*_ORDER, Badge.id)


_ORDER = (Organization.name_key, Participation.id, Delegate.is_contact.desc(), Delegate.id)


def _contains(text: str) -> sa.ColumnElement[bool]:
    """Search organisation, person and short code; ``%`` and ``_`` are plain signs."""
    like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    found = sa.or_(Organization.legal_name.ilike(like, escape="\\"), Delegate.name.ilike(like, escape="\\"))
    typed = read_typed(text)
    return sa.or_(found, Badge.short_code == typed) if len(typed) == SHORT_LENGTH else found


def _shown(statement: AnyRows) -> AnyRows:
    shown: AnyRows = statement.with_only_columns(
        Delegate.code, Delegate.name, Delegate.office, Organization.legal_name, Participation.side, Badge
    )
    return shown


def _with_names(rows: Sequence[Any]) -> list[BadgeRow]:
    users = {user for *_rest, badge in rows if badge for user in (badge.printed_by, badge.ended_by) if user}
    found = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(users)))
    names = {id: name for id, name in found}  # noqa: C416 - rows are no pairs to mypy
    return [
        BadgeRow(code, name, office, organization, side, badge, _by(badge, names))
        for code, name, office, organization, side, badge in rows
    ]


def _by(badge: Badge | None, names: dict[int, str]) -> str:
    if badge is None:
        return ""
    return names.get((badge.ended_by if badge.ended_at else badge.printed_by) or 0, "")


@dataclass(frozen=True)
class OwnBadge:
    """A person of one's own entry, and the badge if there is one. ``is_me``: the person who is logged in."""

    person: str
    name: str
    office: str
    badge: Badge | None
    is_me: bool
    is_replaced: bool


def badges_of_entry(participation_id: int, user_id: int | None = None) -> list[OwnBadge]:
    """Return the people of an entry with their badges, the one who asks first: one statement."""
    rows = db.session.execute(
        sa.select(Delegate, Badge, is_replaced().label("replaced"))
        .outerjoin(Badge, _is_live())
        .where(Delegate.participation_id == participation_id, Delegate.erased_at.is_(None))
        .order_by(Delegate.is_contact.desc(), Delegate.id)
    ).all()
    own = [
        OwnBadge(d.code, d.name, d.office, badge, user_id is not None and d.user_id == user_id, bool(gone))
        for d, badge, gone in rows
    ]
    return sorted(own, key=lambda row: not row.is_me)


@dataclass(frozen=True)
class PrintRow:
    """What stands on one badge, as plain values that cross the end of a read."""

    badge_id: int
    code: str
    short_code: str
    name: str
    office: str
    organization: str
    side: Side
    category_id: str | None
    table: str
    team: str


def print_rows(event_id: int, badge_ids: Collection[int] | None = None) -> list[PrintRow]:
    """Return the live badges of an event, or those of them that are named, in the order of the list: four statements."""
    statement = (
        sa.select(Badge, Delegate, Participation)
        .join(Delegate, Delegate.id == Badge.delegate_id)
        .join(Participation, Participation.id == Delegate.participation_id)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(Badge.event_id == event_id, Badge.ended_at.is_(None))
        .options(joinedload(Participation.organization), joinedload(Participation.home_table))
        .order_by(*_ORDER)
    )
    if badge_ids is not None:
        statement = statement.where(Badge.id.in_(badge_ids))
    rows = db.session.execute(statement).all()
    categories = _categories({entry.organization_id for _b, _d, entry in rows})
    teams = _teams({person.id for _b, person, _e in rows}, {entry.id for _b, _d, entry in rows})
    return [
        PrintRow(
            badge_id=badge.id,
            code=badge.code,
            short_code=badge.short_code,
            name=person.name,
            office=person.office,
            organization=entry.organization.legal_name,
            side=entry.side,
            category_id=categories.get(entry.organization_id) if entry.side is Side.EXHIBITOR else None,
            table=entry.home_table.name if entry.home_table else "",
            team=teams.get(person.id, ""),
        )
        for badge, person, entry in rows
    ]


def _categories(organization_ids: set[int]) -> dict[int, str]:
    """Return for each organisation the category most of its products are in, the first in order where several are."""
    rows = db.session.execute(
        sa.select(Product.organization_id, Product.category_id)
        .join(Category, Category.id == Product.category_id)
        .where(Product.retired_at.is_(None), Product.organization_id.in_(organization_ids))
        .group_by(Product.organization_id, Product.category_id, Category.position)
        .order_by(sa.func.count().desc(), Category.position, Product.category_id)
    )
    found: dict[int, str] = {}
    for organization_id, category_id in rows:
        found.setdefault(organization_id, category_id)
    return found


def _teams(people: set[int], entries: set[int]) -> dict[int, str]:
    """Return each person's team where the entry has several: its name, or its number."""
    several = sa.select(Team.participation_id).where(Team.participation_id.in_(entries))
    several = several.group_by(Team.participation_id).having(sa.func.count() > 1)
    rows = db.session.execute(
        sa.select(TeamDelegate.delegate_id, Team.name, Team.position)
        .join(Team, Team.id == TeamDelegate.team_id)
        .where(TeamDelegate.delegate_id.in_(people), Team.participation_id.in_(several))
        .order_by(Team.position.desc())
    )
    return {person: name or str(position) for person, name, position in rows}
