"""The approved participants of an event as matching sees them, in a fixed number of statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking.catalogue.models import Category, Need, ParticipationCategory, Product
from matchmaking.events.models import Event, PairRule
from matchmaking.extensions import db
from matchmaking.matching.suggestions import Ban, Party
from matchmaking.registration.models import Delegate, Organization, Participation, ParticipationState, Side, Team


@dataclass(frozen=True)
class OwnEntry:
    """A participation that a logged-in person comes for."""

    id: int
    code: str
    name: str
    side: Side


def own_entries(user_id: int | None, event_id: int) -> list[OwnEntry]:
    """Return the approved participations in which the person is a delegate, the oldest first."""
    rows = db.session.scalars(
        sa.select(Participation)
        .join(Delegate, Delegate.participation_id == Participation.id)
        .where(
            Delegate.user_id == user_id,
            Delegate.erased_at.is_(None),
            Participation.event_id == event_id,
            Participation.state == ParticipationState.APPROVED,
        )
        .options(joinedload(Participation.organization))
        .order_by(Participation.id)
        .distinct()
    )
    return [OwnEntry(row.id, row.code, row.organization.legal_name, row.side) for row in rows]


def approved(event_id: int) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that make a participation one to be matched."""
    return [Participation.event_id == event_id, Participation.state == ParticipationState.APPROVED]


def parties(event_id: int) -> dict[int, Party]:
    """Return every approved participant by id, with its categories, needs and limits."""
    event = db.session.get_one(Event, event_id)
    rows = db.session.scalars(
        sa.select(Participation)
        .where(*approved(event_id))
        .options(joinedload(Participation.organization))
        .order_by(Participation.id)
    ).all()
    offered, ticked, needed = _offered(event_id), _ticked(event_id), _needed(event_id)
    return {
        row.id: Party(
            id=row.id,
            code=row.code,
            name=row.organization.legal_name,
            side=row.side.value,
            categories=frozenset(ticked[row.id] | (offered[row.id] if row.side is Side.EXHIBITOR else set())),
            needs=dict(needed[row.id]),
            buyer_type=row.organization.buyer_type.value if row.organization.buyer_type else "",
            regency=row.organization.regency or "",
            minimum=_minimum(row, event),
            maximum=_maximum(row, event),
        )
        for row in rows
    }


def _minimum(row: Participation, event: Event) -> int:
    rule = event.exhibitor_min_meetings if row.side is Side.EXHIBITOR else event.buyer_min_meetings
    return rule if row.min_meetings is None else row.min_meetings


def _maximum(row: Participation, event: Event) -> int | None:
    rule = event.exhibitor_max_meetings if row.side is Side.EXHIBITOR else event.buyer_max_meetings
    return rule if row.max_meetings is None else row.max_meetings


def _offered(event_id: int) -> defaultdict[int, set[str]]:
    """Categories of the products that are on offer, by participation."""
    rows = db.session.execute(
        sa.select(Participation.id, Product.category_id)
        .join(Product, Product.organization_id == Participation.organization_id)
        .where(*approved(event_id), Product.retired_at.is_(None))
        .distinct()
    )
    return _sets(rows)


def _ticked(event_id: int) -> defaultdict[int, set[str]]:
    rows = db.session.execute(
        sa.select(ParticipationCategory.participation_id, ParticipationCategory.category_id)
        .join(Participation, Participation.id == ParticipationCategory.participation_id)
        .where(*approved(event_id))
    )
    return _sets(rows)


def _needed(event_id: int) -> defaultdict[int, Counter[str]]:
    rows = db.session.execute(
        sa.select(Participation.id, Need.category_id, sa.func.count())
        .join(Need, Need.participation_id == Participation.id)
        .where(*approved(event_id), Need.retired_at.is_(None), Need.category_id.is_not(None))
        .group_by(Participation.id, Need.category_id)
    )
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for participation_id, category_id, count in rows:
        found[participation_id][category_id or ""] = count
    return found


def _sets(rows: sa.Result[int, str]) -> defaultdict[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for participation_id, category_id in rows:
        found[participation_id].add(category_id)
    return found


def bans(event_id: int) -> tuple[Ban, ...]:
    """Return the event's rules about who may not meet whom."""
    rows = db.session.scalars(sa.select(PairRule).where(PairRule.event_id == event_id).order_by(PairRule.id))
    return tuple(Ban(row.buyer_type, row.category_id) for row in rows)


def category_names(locale: str) -> dict[str, str]:
    """Return the categories' names in a language, in their order."""
    rows = db.session.scalars(sa.select(Category).order_by(Category.position))
    return {row.id: row.name_en if locale == "en" else row.name_id for row in rows}


def team_names(event_id: int) -> dict[int, str]:
    """Return what each team of the event is called: the organisation, with the team's own name where it has several."""
    rows = db.session.execute(
        sa.select(Team.id, Team.participation_id, Team.name, Team.position, Organization.legal_name)
        .join(Participation, Participation.id == Team.participation_id)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(Team.event_id == event_id)
    ).all()
    sizes = Counter(row.participation_id for row in rows)
    return {row.id: _label(row.legal_name, row.name, row.position, sizes[row.participation_id]) for row in rows}


def team_label(team: Team, number_of_teams: int) -> str:
    """Return ``Tapis …``, or ``Tapis … (2)`` and ``Tapis … – nama tim`` where there are several."""
    return _label(team.participation.organization.legal_name, team.name, team.position, number_of_teams)


def _label(organization: str, name: str, position: int, number_of_teams: int) -> str:
    if name:
        return f"{organization} – {name}"
    return f"{organization} ({position})" if number_of_teams > 1 else organization
