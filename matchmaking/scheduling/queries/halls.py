"""What a schedule needs of an event beside wishes: its slots, its tables, and the approved teams with what binds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking.events.models import MeetingTable
from matchmaking.extensions import db
from matchmaking.matching.queries.availability import SlotView, live_slots, unavailable_slots
from matchmaking.matching.queries.parties import approved, team_names
from matchmaking.registration.models import Participation, Team, TeamDelegate


@dataclass(frozen=True)
class TableView:
    """A live table; ``number`` is the engine's, counted from 1 without gaps."""

    id: int
    number: int
    name: str
    zone_id: int | None


@dataclass(frozen=True)
class TeamView:
    """A team as the scheduler sees it. ``unit`` is shared by teams that share a delegate: they never meet at once."""

    id: int
    participation_id: int
    side: str
    name: str
    unit: int
    away: frozenset[int]  # slot ids
    home_table_id: int | None
    zone_id: int | None


@dataclass(frozen=True)
class Hall:
    """What does not depend on wishes: slots, tables, teams."""

    slots: tuple[SlotView, ...]
    tables: tuple[TableView, ...]
    teams: Mapping[int, TeamView]


def hall_of(event_id: int) -> Hall:
    """Return slots, tables and approved teams in a fixed number of statements."""
    slots = tuple(live_slots(event_id))
    rows = db.session.scalars(
        sa.select(MeetingTable)
        .where(MeetingTable.event_id == event_id, MeetingTable.retired_at.is_(None))
        .order_by(MeetingTable.number)
    )
    tables = tuple(TableView(row.id, number, row.name, row.zone_id) for number, row in enumerate(rows, start=1))
    return Hall(slots, tables, _teams(event_id, slots))


def _teams(event_id: int, slots: tuple[SlotView, ...]) -> dict[int, TeamView]:
    rows = db.session.execute(
        sa.select(Team.id, Team.participation_id, Team.side, Participation.home_table_id, Participation.zone_id)
        .join(Participation, Participation.id == Team.participation_id)
        .where(*approved(event_id))
        .order_by(Team.id)
    ).all()
    away, names = unavailable_slots(event_id, slots), team_names(event_id)
    units = _units(event_id, [row.id for row in rows])
    return {
        row.id: TeamView(
            id=row.id,
            participation_id=row.participation_id,
            side=row.side.value,
            name=names[row.id],
            unit=units[row.id],
            away=away.get(row.id, frozenset()),
            home_table_id=row.home_table_id if row.side.value == "exhibitor" else None,
            zone_id=row.zone_id,
        )
        for row in rows
    }


def _units(event_id: int, team_ids: Iterable[int]) -> dict[int, int]:
    """Join teams that share a delegate, each named by its smallest team id (no person sits at two tables at once)."""
    unit = {team_id: team_id for team_id in team_ids}
    members: defaultdict[int, list[int]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(TeamDelegate.delegate_id, TeamDelegate.team_id)
        .join(Team, Team.id == TeamDelegate.team_id)
        .where(Team.event_id == event_id)
        .order_by(TeamDelegate.team_id)
    )
    for delegate_id, team_id in rows:
        if team_id in unit:
            members[delegate_id].append(team_id)
    for together in members.values():
        joined = {unit[team_id] for team_id in together}
        if len(joined) == 1:
            continue
        smallest = min(joined)
        unit = {team_id: smallest if named in joined else named for team_id, named in unit.items()}
    return unit
