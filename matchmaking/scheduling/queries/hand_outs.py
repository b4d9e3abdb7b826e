"""What is handed out of a version: each person's agenda, and the whole hall; with all delays, a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.matching.queries.availability import live_slots
from matchmaking.matching.queries.parties import team_names
from matchmaking.scheduling.models import Placement, ScheduleVersion
from matchmaking.scheduling.queries.agendas import Agenda, AgendaItem, team_agendas
from matchmaking.scheduling.queries.team_people import people_of_teams
from matchmaking.scheduling.queries.times import times_of


@dataclass(frozen=True)
class PersonAgenda:
    """A delegate's meetings and breaks, those of all their teams in one list."""

    code: str
    name: str
    organization: str
    teams: tuple[str, ...]
    agenda: Agenda


def person_agendas(version: ScheduleVersion, locale: str = "id") -> list[PersonAgenda]:
    """Return the agendas of everybody who has a meeting, by organisation, then by name: as they are handed out."""
    agendas = {agenda.id: agenda for agenda in team_agendas(version, locale=locale) if agenda.meetings}
    found = [
        PersonAgenda(
            delegate.code,
            delegate.name,
            delegate.participation.organization.legal_name,
            tuple(agendas[id].name for id in teams),
            replace(agendas[teams[0]], items=_joined([agendas[id] for id in teams])),
        )
        for delegate, _locale, teams in people_of_teams(list(agendas))
    ]
    return sorted(found, key=lambda p: (p.organization.casefold(), p.name.casefold(), p.code))


def _joined(agendas: Iterable[Agenda]) -> tuple[AgendaItem, ...]:
    """Return meetings and breaks of several teams, in time order, a break once."""
    shown = {item for agenda in agendas for item in agenda.items if item.kind in ("meeting", "break")}
    return tuple(sorted(shown, key=lambda item: (item.starts_at, item.ends_at, item.title)))


@dataclass(frozen=True)
class HallDay:
    """A day of the hall: when its slots begin, and for each table who meets in them; ``late`` where a table runs later."""

    day: date
    slots: tuple[datetime, ...]
    rows: tuple[tuple[str, tuple[HallCell | None, ...]], ...]


@dataclass(frozen=True)
class HallCell:
    """A meeting in the grid. ``begins_at``: where the table runs later than the slot."""

    exhibitor: str
    buyer: str
    begins_at: datetime | None = None


def hall_days(version: ScheduleVersion) -> list[HallDay]:
    """Return the whole schedule by day, table and slot."""
    zone = db.session.get_one(Event, version.event_id).timezone
    times, names = times_of(version.event_id), team_names(version.event_id)
    placed = db.session.scalars(
        sa.select(Placement).where(Placement.version_id == version.id).options(sa.orm.joinedload(Placement.table))
    ).all()
    tables = {row.table_id: row.table for row in placed}
    slots = {slot.id for slot in live_slots(version.event_id)} | {row.slot_id for row in placed}
    cells = {}
    for row in placed:
        begins = times.start(row.slot_id, row.table_id)
        late = begins if begins != times.start(row.slot_id) else None
        cells[row.table_id, row.slot_id] = HallCell(
            names.get(row.exhibitor_team_id, ""), names.get(row.buyer_team_id, ""), late
        )
    by_day: defaultdict[date, list[int]] = defaultdict(list)
    for slot_id in sorted(slots, key=lambda id: times.slots[id].starts_at):
        by_day[clock.in_zone(times.slots[slot_id].starts_at, zone).date()].append(slot_id)
    ordered = sorted(tables.values(), key=lambda table: (table.number, table.id))
    return [
        HallDay(
            day,
            tuple(times.start(id) for id in of_day),
            tuple((table.name, tuple(cells.get((table.id, id)) for id in of_day)) for table in ordered),
        )
        for day, of_day in sorted(by_day.items())
    ]
