"""Everybody who can be found on a board: organisations and the people who come for them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking.events.models import Zone
from matchmaking.extensions import db
from matchmaking.matching.queries.parties import category_names
from matchmaking.registration.models import Delegate, Team, TeamDelegate
from matchmaking.scheduling.queries.board import Board


@dataclass(frozen=True)
class Findable:
    """A team with the names of its delegates."""

    team_id: int
    name: str
    people: str


@dataclass(frozen=True)
class Choices:
    """What a filter of the board can be set to: (value, words)."""

    exhibitors: list[tuple[int, str]]
    buyers: list[tuple[int, str]]
    categories: list[tuple[str, str]]
    zones: list[tuple[int, str]]


def choices_of(board: Board, locale: str) -> Choices:
    """Return who and what is on the board, each by name."""
    parties = sorted(board.matching.parties.values(), key=lambda party: (party.name.casefold(), party.id))
    dealt_in = {code for party in parties for code in (*party.categories, *party.needs)}
    zones = db.session.scalars(sa.select(Zone).where(Zone.event_id == board.event_id).order_by(Zone.name, Zone.id))
    return Choices(
        [(party.id, party.name) for party in parties if party.side == "exhibitor"],
        [(party.id, party.name) for party in parties if party.side == "buyer"],
        [(code, name) for code, name in category_names(locale).items() if code in dealt_in],
        [(zone.id, zone.name) for zone in zones],
    )


def findable(board: Board) -> list[Findable]:
    """Return the teams of the board by name, in one statement more than the board took."""
    rows = db.session.execute(
        sa.select(TeamDelegate.team_id, Delegate.name)
        .join(Delegate, Delegate.id == TeamDelegate.delegate_id)
        .join(Team, Team.id == TeamDelegate.team_id)
        .where(Team.event_id == board.event_id, Delegate.erased_at.is_(None))
        .order_by(Delegate.name, Delegate.id)
    ).all()
    people: dict[int, list[str]] = {}
    for team_id, name in rows:
        people.setdefault(team_id, []).append(name)
    found = [Findable(team.id, team.name, ", ".join(people.get(team.id, []))) for team in board.hall.teams.values()]
    return sorted(found, key=lambda each: (each.name.casefold(), each.team_id))
