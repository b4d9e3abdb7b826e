"""Who could take a freed place: both there, both free, wanting or needing each other, not met, and no rule against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

import sqlalchemy as sa

from matchmaking.attendance.models import NOT_MET, Absent, MeetingRecord, MeetingState
from matchmaking.attendance.queries.day import arrivals_of_teams
from matchmaking.attendance.queries.rounds import present_teams
from matchmaking.attendance.seat_models import DaySeat
from matchmaking.extensions import db
from matchmaking.matching.queries.requests import MeetingRequest
from matchmaking.matching.suggestions import fit_points, may_meet
from matchmaking.matching.weights import Point, total
from matchmaking.scheduling.models import Meeting, ScheduleVersion
from matchmaking.scheduling.obstacles import BoardRules, Obstacle, Seat
from matchmaking.scheduling.queries.board import Board, board_of
from matchmaking.scheduling.queries.halls import TeamView
from matchmaking.scheduling.queries.times import SlotTimes, times_of

#: How many pairs are offered for one place.
MOST_OFFERED = 3


@dataclass(frozen=True)
class Pair:
    """Two teams that could sit together, and why. ``is_second_try``: they were to meet earlier, and somebody was missing."""

    exhibitor_team_id: int
    buyer_team_id: int
    exhibitor: str
    buyer: str
    points: tuple[Point, ...]
    is_second_try: bool = False

    @property
    def weight(self) -> int:
        """What the pair is worth."""
        return total(self.points)

    @property
    def teams(self) -> tuple[int, int]:
        """Both teams, the exhibitor's first."""
        return self.exhibitor_team_id, self.buyer_team_id


@dataclass(frozen=True)
class Hall:
    """The announced schedule as the day has left it: who sits where, what was recorded, who is there."""

    board: Board
    times: SlotTimes
    records: dict[int, MeetingRecord]
    arrived: dict[tuple[int, date], datetime]  # by team and day

    @cached_property
    def rules(self) -> BoardRules:
        """The rules with only those seats that still hold."""
        kept = tuple(seat for seat in self.board.rules.seats if self.state_of(seat.meeting_id) not in NOT_MET)
        return replace(self.board.rules, seats=kept)

    def state_of(self, meeting_id: int) -> MeetingState:
        """Return where a meeting stands."""
        record = self.records.get(meeting_id)
        return record.state if record else MeetingState.SCHEDULED

    def freed_seats(self, slot_id: int) -> list[Seat]:
        """Return the seats of a slot that nobody holds any more."""
        return [
            seat
            for seat in self.board.rules.seats
            if seat.slot_id == slot_id and self.state_of(seat.meeting_id) in NOT_MET
        ]

    def free_tables(self, slot_id: int) -> list[int]:
        """Return the tables at which nobody sits in a slot, freed ones first."""
        taken = {seat.table_id for seat in self.rules.seats if seat.slot_id == slot_id}
        freed = {seat.table_id for seat in self.freed_seats(slot_id)}
        live = [table.id for table in self.board.hall.tables if table.id not in taken]
        return sorted(live, key=lambda id: id not in freed)

    @cached_property
    def meeting_ids(self) -> dict[tuple[int, int], int]:
        """Return the meeting of each pair of teams that ever had one."""
        rows = db.session.scalars(sa.select(Meeting).where(Meeting.event_id == self.board.event_id))
        return {(row.exhibitor_team_id, row.buyer_team_id): row.id for row in rows}

    @cached_property
    def met(self) -> frozenset[tuple[int, int]]:
        """The organisations that meet, met or are meeting, by pair of entries."""
        held = {id for id, record in self.records.items() if record.state in (MeetingState.RUNNING, MeetingState.HELD)}
        teams = [seat.teams for seat in self.rules.seats]
        teams += [pair for pair, id in self.meeting_ids.items() if id in held]
        return frozenset(pair for two in teams if (pair := self._entries(two)))

    def _entries(self, teams: tuple[int, int]) -> tuple[int, int] | None:
        exhibitor, buyer = (self.board.hall.teams.get(id) for id in teams)
        return (exhibitor.participation_id, buyer.participation_id) if exhibitor and buyer else None

    def obstacles(self, teams: tuple[int, int], slot_id: int, table_id: int) -> list[Obstacle]:
        """Return the rules that stand against seating two teams at a place as the day has left it."""
        return self.rules.obstacles(Seat(self.meeting_ids.get(teams, 0), "", *teams, slot_id, table_id))


def hall_of_day(version: ScheduleVersion) -> Hall:
    """Return the day's hall in a fixed number of statements."""
    records = db.session.scalars(sa.select(MeetingRecord).where(MeetingRecord.event_id == version.event_id))
    known = {row.meeting_id: row for row in records}
    return Hall(board_of(version), times_of(version.event_id), known, arrivals_of_teams(version.event_id))


def seated_keys(event_id: int, slot_id: int) -> dict[int, str]:
    """Return the key that takes a seating of the day back, by meeting, for one slot."""
    rows = db.session.execute(
        sa.select(DaySeat.meeting_id, DaySeat.seat_key).where(
            DaySeat.event_id == event_id, DaySeat.slot_id == slot_id, DaySeat.undone_at.is_(None)
        )
    )
    return {meeting_id: key for meeting_id, key in rows}  # noqa: C416 - rows are no pairs to mypy


def stand_bys(hall: Hall, slot_id: int, tables: Sequence[int], most_tables: int) -> dict[int, list[Pair]]:
    """Return the best pairs for each of these tables in a slot; no team is offered first at two of them.

    ``most_tables``: for so many tables at most; those named first come first.

    Best is the greatest weight (wishes above needs), then who meets the fewest others, then the name.
    """
    pairs = candidates(hall, slot_id)
    found: dict[int, list[Pair]] = {}
    promised: set[int] = set()
    for table_id in tables:
        fitting = (pair for pair in pairs if not promised & set(pair.teams))
        able = _first(MOST_OFFERED, (pair for pair in fitting if not hall.obstacles(pair.teams, slot_id, table_id)))
        if able:
            found[table_id] = able
            if len(found) == most_tables:
                break
            promised |= set(able[0].teams)
    return found


def _first(most: int, pairs: Iterable[Pair]) -> list[Pair]:
    found = []
    for pair in pairs:
        found.append(pair)
        if len(found) == most:
            break
    return found


def candidates(hall: Hall, slot_id: int) -> list[Pair]:
    """Return the pairs that could meet in a slot at some table, the best first."""
    ready = ready_teams(hall, slot_id)
    load = Counter(team for seat in hall.rules.seats for team in seat.teams)
    pairs = list(_pairs(hall, ready, slot_id))
    return sorted(
        pairs,
        key=lambda p: (-p.weight, load[p.exhibitor_team_id] + load[p.buyer_team_id], p.exhibitor, p.buyer, p.teams),
    )


def ready_teams(hall: Hall, slot_id: int) -> list[TeamView]:
    """Return the teams that are there and free in a slot."""
    here, missing = present_teams(hall.board.event_id, slot_id), _known_absent(hall, slot_id)
    busy = {hall.board.hall.teams[t].unit for t in _busy(hall, slot_id) if t in hall.board.hall.teams}
    return [
        team
        for team in hall.board.hall.teams.values()
        if (here is None or team.id in here)
        and team.id not in missing
        and team.unit not in busy
        and slot_id not in team.away
    ]


def _busy(hall: Hall, slot_id: int) -> set[int]:
    """Who sits in this slot, or still sits in a meeting of another one."""
    return {
        team
        for seat in hall.rules.seats
        if seat.slot_id == slot_id or hall.state_of(seat.meeting_id) is MeetingState.RUNNING
        for team in seat.teams
    }


def _known_absent(hall: Hall, slot_id: int) -> set[int]:
    """Whose last word of the slot's day is a no-show of their own, and who has not arrived since."""
    last: dict[int, bool] = {}
    day = hall.times.slots[slot_id].day
    for seat in sorted(hall.board.rules.seats, key=lambda seat: hall.times.start(seat.slot_id, seat.table_id)):
        record = hall.records.get(seat.meeting_id)
        if record is None or record.state in (MeetingState.SCHEDULED, MeetingState.CANCELLED):
            continue
        if hall.times.slots[seat.slot_id].day != day:
            continue
        begun = hall.times.start(seat.slot_id, seat.table_id)
        for team, own in zip(seat.teams, (Absent.EXHIBITOR, Absent.BUYER), strict=True):
            came = hall.arrived.get((team, day))
            last[team] = record.absent in (own, Absent.BOTH) and not (came and came > begun)
    return {team for team, is_missing in last.items() if is_missing}


def _pairs(hall: Hall, ready: Sequence[TeamView], slot_id: int) -> Iterator[Pair]:
    """Pairs worth a meeting; not those who called it off, nor those who are to sit together in this very slot."""
    called_off = {id for id, record in hall.records.items() if record.state is MeetingState.CANCELLED}
    given_up = called_off | {seat.meeting_id for seat in hall.freed_seats(slot_id)}
    matching = hall.board.matching
    asked = {(r.exhibitor_id, r.buyer_id): r for r in matching.requests}
    makers = [team for team in ready if team.side == "exhibitor"]
    agencies = [team for team in ready if team.side == "buyer"]
    for maker in makers:
        for agency in agencies:
            entries = (maker.participation_id, agency.participation_id)
            if entries in hall.met or entries in matching.refused:
                continue
            again = hall.meeting_ids.get((maker.id, agency.id), 0)
            points = _points(hall, entries, asked.get(entries), (maker, agency))
            if points and again not in given_up:
                is_second_try = hall.state_of(again) is MeetingState.NO_SHOW
                yield Pair(maker.id, agency.id, maker.name, agency.name, points, is_second_try)


def _points(
    hall: Hall, entries: tuple[int, int], asked: MeetingRequest | None, teams: tuple[TeamView, TeamView]
) -> tuple[Point, ...]:
    """Why two would meet: nothing where nobody asked and no need fits, or where the wish names another team."""
    if asked:
        named = (asked.exhibitor_team_id, asked.buyer_team_id)
        is_right = all(name is None or name == team.id for name, team in zip(named, teams, strict=True))
        return asked.points if is_right else ()
    exhibitor, buyer = (hall.board.matching.parties[id] for id in entries)
    bans = hall.board.matching.bans
    return fit_points(exhibitor, buyer, bans) if may_meet(exhibitor, buyer, bans) else ()
