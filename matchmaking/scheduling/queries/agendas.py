"""Who meets whom when and where in one version: by team and by table, for pages, papers and calendars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from matchmaking import clock
from matchmaking.events.models import Break, Event, MeetingTable, TimeSlot
from matchmaking.extensions import db
from matchmaking.matching.queries.availability import live_slots, unavailable_slots
from matchmaking.matching.queries.parties import category_names, parties, team_names
from matchmaking.registration.models import Participation, ParticipationState, Team
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.times import SlotTimes, times_of


@dataclass(frozen=True)
class AgendaItem:
    """One line of an agenda. ``kind``: meeting, free, away or break."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    title: str = ""  # the partner, or what the break is
    detail: str = ""
    table: str = ""
    zone_name: str = ""
    meeting_code: str = ""
    sequence: int = 0
    is_cancelled: bool = False
    late_minutes: int = 0  # how much later than planned


@dataclass(frozen=True)
class Agenda:
    """A team's (or a table's) day."""

    id: int
    name: str
    items: tuple[AgendaItem, ...]
    participation_id: int | None = None

    @property
    def meetings(self) -> tuple[AgendaItem, ...]:
        """The meetings alone."""
        return tuple(item for item in self.items if item.kind == "meeting")


@dataclass(frozen=True)
class _Row:
    item: AgendaItem
    slot_id: int
    table_id: int
    exhibitor_team_id: int
    buyer_team_id: int


def team_agendas(version: ScheduleVersion, team_ids: Iterable[int] | None = None, locale: str = "id") -> list[Agenda]:
    """Return the agendas of approved teams (all of the event, or those named), by name; fixed number of statements."""
    wanted = None if team_ids is None else set(team_ids)
    teams = [team for team in _teams(version.event_id) if wanted is None or team.id in wanted]
    names, slots = team_names(version.event_id), live_slots(version.event_id)
    away, details = unavailable_slots(version.event_id, slots), _details(version.event_id, locale)
    times = times_of(version.event_id)
    rows, pauses = _rows(version.id, times), break_items(version.event_id)
    by_team: defaultdict[int, list[AgendaItem]] = defaultdict(list)
    busy: defaultdict[int, set[int]] = defaultdict(set)
    of_team = {team.id: team.participation_id for team in _all_teams(version.event_id)}
    for row in rows:
        for mine, other in (
            (row.exhibitor_team_id, row.buyer_team_id),
            (row.buyer_team_id, row.exhibitor_team_id),
        ):
            by_team[mine].append(_with(row.item, names.get(other, ""), details.get(of_team.get(other, 0), "")))
            busy[mine].add(row.slot_id)
    agendas = []
    for team in teams:
        others = [
            AgendaItem(
                "away" if slot.id in away.get(team.id, frozenset()) else "free",
                times.start(slot.id),
                times.end(slot.id),
            )
            for slot in slots
            if slot.id not in busy[team.id]
        ]
        agendas.append(_agenda(team.id, names[team.id], [*by_team[team.id], *others, *pauses], team.participation_id))
    return sorted(agendas, key=lambda agenda: agenda.name.casefold())


def table_agendas(version: ScheduleVersion) -> list[Agenda]:
    """Return what happens at each table, in the order of the tables."""
    names, found = team_names(version.event_id), defaultdict(list)
    for row in _rows(version.id, times_of(version.event_id)):
        exhibitor, buyer = names.get(row.exhibitor_team_id, ""), names.get(row.buyer_team_id, "")
        found[row.table_id].append(_with(row.item, exhibitor, buyer))
    tables = db.session.scalars(
        sa.select(MeetingTable)
        .where(
            MeetingTable.event_id == version.event_id,
            sa.or_(MeetingTable.retired_at.is_(None), MeetingTable.id.in_(list(found))),
        )
        .order_by(MeetingTable.number)
    )
    return [_agenda(table.id, table.name, found[table.id]) for table in tables]


def cancelled_items(version: ScheduleVersion, team_ids: Iterable[int]) -> dict[int, list[AgendaItem]]:
    """Return, by team, meetings that were published once and are no more, at their last place: calendars must drop them."""
    wanted = set(team_ids)
    now_held = set(db.session.scalars(sa.select(Placement.meeting_id).where(Placement.version_id == version.id)))
    rows = db.session.execute(
        sa.select(Placement, Meeting)
        .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
        .join(Meeting, Meeting.id == Placement.meeting_id)
        .where(
            ScheduleVersion.event_id == version.event_id,
            ScheduleVersion.state == VersionState.SUPERSEDED,
            ScheduleVersion.number < version.number,
            sa.or_(Placement.exhibitor_team_id.in_(wanted), Placement.buyer_team_id.in_(wanted)),
        )
        .order_by(ScheduleVersion.published_at, ScheduleVersion.number)
    )
    times = times_of(version.event_id)
    last: dict[int, tuple[Placement, AgendaItem]] = {}
    for placement, meeting in rows:
        if placement.meeting_id not in now_held:
            item = AgendaItem(
                "meeting", times.start(placement.slot_id, placement.table_id),
                times.end(placement.slot_id, placement.table_id), meeting_code=meeting.code,
                sequence=meeting.calendar_sequence, is_cancelled=True,
            )  # fmt: skip
            last[placement.meeting_id] = (placement, item)
    names = team_names(version.event_id) if last else {}
    found: defaultdict[int, list[AgendaItem]] = defaultdict(list)
    for placement, item in last.values():
        sides = (placement.exhibitor_team_id, placement.buyer_team_id)
        for mine, other in (sides, sides[::-1]):
            if mine in wanted:
                found[mine].append(_with(item, names.get(other, ""), ""))
    return dict(found)


def _agenda(id: int, name: str, items: list[AgendaItem], participation_id: int | None = None) -> Agenda:
    ordered = sorted(items, key=lambda item: (item.starts_at, item.ends_at, item.kind))
    return Agenda(id, name, tuple(ordered), participation_id)


def _with(item: AgendaItem, title: str, detail: str) -> AgendaItem:
    return replace(item, title=title, detail=detail)


def _teams(event_id: int) -> list[Team]:
    return list(
        db.session.scalars(
            sa.select(Team)
            .join(Participation, Participation.id == Team.participation_id)
            .where(Participation.event_id == event_id, Participation.state == ParticipationState.APPROVED)
            .order_by(Team.id)
        )
    )


def _all_teams(event_id: int) -> list[Team]:
    return list(db.session.scalars(sa.select(Team).where(Team.event_id == event_id)))


def _rows(version_id: int, times: SlotTimes) -> list[_Row]:
    slot, table = aliased(TimeSlot), aliased(MeetingTable)
    rows = db.session.execute(
        sa.select(Placement, table, Meeting)
        .join(slot, slot.id == Placement.slot_id)
        .join(table, table.id == Placement.table_id)
        .join(Meeting, Meeting.id == Placement.meeting_id)
        .where(Placement.version_id == version_id)
        .options(joinedload(table.zone))
        .order_by(slot.starts_at, table.number)
    )
    return [
        _Row(
            AgendaItem(
                "meeting",
                times.start(placement.slot_id, placement.table_id),
                times.end(placement.slot_id, placement.table_id),
                table=where.name,
                zone_name=where.zone.name if where.zone else "",
                meeting_code=meeting.code,
                sequence=meeting.calendar_sequence,
                late_minutes=times.late_minutes(placement.slot_id, placement.table_id),
            ),
            placement.slot_id,
            placement.table_id,
            placement.exhibitor_team_id,
            placement.buyer_team_id,
        )
        for placement, where, meeting in rows
    ]


def break_items(event_id: int) -> list[AgendaItem]:
    """Return the programme's breaks, which no delay moves."""
    zone = db.session.get_one(Event, event_id).timezone
    rows = db.session.scalars(sa.select(Break).where(Break.event_id == event_id).order_by(Break.day, Break.starts_at))
    return [
        AgendaItem(
            "break",
            clock.from_zone(datetime.combine(row.day, row.starts_at), zone),
            clock.from_zone(datetime.combine(row.day, row.ends_at), zone),
            title=row.name,
        )
        for row in rows
    ]


def _details(event_id: int, locale: str) -> dict[int, str]:
    """What each participant deals in, by participation: the line under its name."""
    names = category_names(locale)
    return {
        party.id: ", ".join(name for code, name in names.items() if code in party.categories or party.needs.get(code))
        for party in parties(event_id).values()
    }
