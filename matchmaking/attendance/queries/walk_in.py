"""What the desk needs for somebody who was not expected: known names, whom they may meet, and when both are free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matchmaking.attendance.seat_models import DaySeat
from matchmaking.events.models import MeetingTable
from matchmaking.extensions import db
from matchmaking.identity import fold_name
from matchmaking.matching.models import Wish, WishStrength
from matchmaking.matching.queries.availability import live_slots, unavailable_slots
from matchmaking.registration.models import Organization, Participation, ParticipationState, Side, Team
from matchmaking.scheduling.models import Placement, ScheduleVersion
from matchmaking.scheduling.queries.times import times_of

#: So many names are offered while typing; more would make the page heavy.
MOST_NAMES = 400


@dataclass(frozen=True)
class KnownName:
    """An organisation the desk may have in front of it. ``is_here``: it takes part in this event already."""

    name: str
    is_here: bool


@dataclass(frozen=True)
class Meetable:
    """A participant of the other side, with how many slots it still has free from now on."""

    code: str
    name: str
    free_slots: int


@dataclass(frozen=True)
class FreeSlot:
    """A slot to come in which two teams are free, with how many tables are."""

    slot_id: int
    starts_at: datetime
    tables: int
    exhibitor_team_id: int
    buyer_team_id: int


@dataclass(frozen=True)
class FreeTime:
    """When a pair that wishes to meet could, or where they sit already; ``seat_key`` takes a seating of the day back."""

    name: str
    slots: tuple[FreeSlot, ...]
    seated_at: datetime | None = None
    table: str = ""
    seat_key: str = ""


def known_names(event_id: int, side: Side) -> list[KnownName]:
    """Return the organisations of one side, those of this event first."""
    here = sa.select(Participation.organization_id).where(Participation.event_id == event_id)
    is_here = Organization.id.in_(here)
    rows = db.session.execute(
        sa.select(Organization.legal_name, is_here)
        .where(Organization.side == side, Organization.merged_into_id.is_(None))
        .order_by(is_here.desc(), Organization.name_key, Organization.id)
        .limit(MOST_NAMES)
    )
    return [KnownName(name, bool(known)) for name, known in rows]


def organizations_named(side: Side, name: str) -> list[Organization]:
    """Return the organisations of a side that are called exactly this, however it was typed."""
    return list(
        db.session.scalars(
            sa.select(Organization)
            .where(
                Organization.side == side,
                Organization.merged_into_id.is_(None),
                Organization.name_key == fold_name(name),
            )
            .order_by(Organization.id)
        )
    )


def meetable(event_id: int, side: Side, version: ScheduleVersion | None, now: datetime) -> list[Meetable]:
    """Return the approved participants that ``side`` may wish to meet, by name, with their free slots."""
    free, teams = _free_slots(event_id, version, now), _teams(event_id)
    rows = db.session.execute(
        sa.select(Participation.id, Participation.code, Organization.legal_name)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(
            Participation.event_id == event_id,
            Participation.side != side,
            Participation.state == ParticipationState.APPROVED,
        )
        .order_by(Organization.name_key, Participation.id)
    )
    return [
        Meetable(code, name, max((len(free[team]) for team in teams.get(entry_id, ())), default=0))
        for entry_id, code, name in rows
    ]


def free_times(participation_id: int, version: ScheduleVersion | None, now: datetime) -> list[FreeTime]:
    """Return, for each wish of a participant, the slots to come in which both are free and a table is."""
    entry = db.session.get_one(Participation, participation_id)
    free, teams = _free_slots(entry.event_id, version, now), _teams(entry.event_id)
    tables, slots = _free_tables(entry.event_id, version), live_slots(entry.event_id)
    real = times_of(entry.event_id)
    wishes = db.session.execute(
        sa.select(Wish.target_id, Organization.legal_name)
        .join(Participation, Participation.id == Wish.target_id)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(Wish.wisher_id == entry.id, Wish.strength != WishStrength.NO)
        .order_by(Wish.id)
    )
    seated = _seated(version, teams.get(entry.id, []))
    found = []
    for target_id, name in wishes:
        if place := next((seated[team] for team in teams.get(target_id, ()) if team in seated), None):
            slot_id, table_id, table, key = place
            found.append(FreeTime(name, (), real.start(slot_id, table_id), table, key))
            continue
        common = [
            FreeSlot(
                slot.id, real.start(slot.id), tables(slot.id), *(pair if entry.side is Side.EXHIBITOR else pair[::-1])
            )
            for slot in slots
            if (pair := _free_pair(free, teams, (entry.id, target_id), slot.id)) and tables(slot.id) > 0
        ]
        found.append(FreeTime(name, tuple(common)))
    return found


def _free_pair(
    free: dict[int, set[int]], teams: dict[int, list[int]], entries: tuple[int, int], slot_id: int
) -> tuple[int, int] | None:
    """Return the first team of either entry that is free in a slot."""
    mine, other = (next((team for team in teams.get(id, ()) if slot_id in free[team]), None) for id in entries)
    return (mine, other) if mine and other else None


def _seated(version: ScheduleVersion | None, team_ids: list[int]) -> dict[int, tuple[int, int, str, str]]:
    """Return, by the partner's team, where these teams meet it: slot, table, its name, and the key of a seating today."""
    if version is None:
        return {}
    rows = db.session.execute(
        sa.select(Placement, MeetingTable, DaySeat.seat_key)
        .join(MeetingTable, MeetingTable.id == Placement.table_id)
        .outerjoin(DaySeat, sa.and_(DaySeat.meeting_id == Placement.meeting_id, DaySeat.undone_at.is_(None)))
        .where(
            Placement.version_id == version.id,
            sa.or_(Placement.exhibitor_team_id.in_(team_ids), Placement.buyer_team_id.in_(team_ids)),
        )
    )
    return {
        row.buyer_team_id if row.exhibitor_team_id in team_ids else row.exhibitor_team_id: (
            row.slot_id, row.table_id, table.name, key or ""
        )
        for row, table, key in rows
    }  # fmt: skip


def _free_slots(event_id: int, version: ScheduleVersion | None, now: datetime) -> dict[int, set[int]]:
    """Return the slots to come in which each team is there and meets nobody."""
    times = times_of(event_id)
    slots = [slot for slot in live_slots(event_id) if times.end(slot.id) > now]
    away = unavailable_slots(event_id, slots)
    busy: dict[int, set[int]] = {}
    for slot_id, *teams in _placed(version):
        for team_id in teams[1:]:
            busy.setdefault(team_id, set()).add(slot_id)
    ids = {slot.id for slot in slots}
    return {
        team_id: ids - away.get(team_id, frozenset()) - busy.get(team_id, set())
        for team_ids in _teams(event_id).values()
        for team_id in team_ids
    }


def _free_tables(event_id: int, version: ScheduleVersion | None) -> _Tables:
    live = sa.select(MeetingTable.id).where(MeetingTable.event_id == event_id, MeetingTable.retired_at.is_(None))
    used: dict[int, set[int]] = {}
    for slot_id, table_id, *_teams in _placed(version):
        used.setdefault(slot_id, set()).add(table_id)
    return _Tables(frozenset(db.session.scalars(live)), used)


@dataclass(frozen=True)
class _Tables:
    live: frozenset[int]
    used: dict[int, set[int]]

    def __call__(self, slot_id: int) -> int:
        return len(self.live - self.used.get(slot_id, set()))


def _placed(version: ScheduleVersion | None) -> list[tuple[int, int, int, int]]:
    if version is None:
        return []
    rows = db.session.execute(
        sa.select(Placement.slot_id, Placement.table_id, Placement.exhibitor_team_id, Placement.buyer_team_id).where(
            Placement.version_id == version.id
        )
    )
    return [(slot, table, exhibitor, buyer) for slot, table, exhibitor, buyer in rows]


def _teams(event_id: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = db.session.execute(
        sa.select(Team.participation_id, Team.id).where(Team.event_id == event_id).order_by(Team.position)
    )
    for participation_id, team_id in rows:
        found.setdefault(participation_id, []).append(team_id)
    return found
