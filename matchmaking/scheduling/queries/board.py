"""One version as a board: its seats, the rules that bind them, what is unmet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking import clock
from matchmaking.extensions import db
from matchmaking.matching.queries.parties import team_names
from matchmaking.matching.queries.requests import Matching, matching_of
from matchmaking.registration.models import Participation
from matchmaking.scheduling.hooks import freed_meetings
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, Unmet
from matchmaking.scheduling.obstacles import BoardRules, Seat, TeamRule
from matchmaking.scheduling.queries.halls import Hall, TeamView, hall_of
from matchmaking.scheduling.queries.times import SlotTimes, times_of
from matchmaking.scheduling.verdicts import Judge


@dataclass(frozen=True)
class Board:
    """A version with everything needed to show and to judge it."""

    version_id: int
    event_id: int
    hall: Hall
    matching: Matching
    rules: BoardRules
    names: dict[int, str]  # every team of the event, those that left too
    times: SlotTimes  # with the delays of the day

    def seat_of(self, meeting_id: int) -> Seat | None:
        """Return where a meeting sits."""
        return self.rules.seat_of(meeting_id)

    def entries_of(self, seat: Seat) -> tuple[int, int]:
        """Return the participations that sit there, the exhibitor's first; 0 for one that left."""
        return _pair(self.hall, *seat.teams)

    def wishes_held(self, seats: Iterable[Seat]) -> int:
        """Count the wishes that these seats meet; two organisations whose teams meet twice had one wish."""
        return len({self.entries_of(seat) for seat in seats if seat.is_wish})


def board_of(version: ScheduleVersion) -> Board:
    """Return the board of a version in a fixed number of statements."""
    return boards_of([version])[0]


def boards_of(versions: Sequence[ScheduleVersion]) -> list[Board]:
    """Return the boards of versions of one event; they share what does not depend on the version."""
    event_id = versions[0].event_id
    hall, matching = hall_of(event_id), matching_of(event_id, with_suggestions=False)
    wished = {(r.exhibitor_id, r.buyer_id) for r in matching.requests}
    teams = {team.id: _rule(team, hall, matching) for team in hall.teams.values()}
    slots, tables = frozenset(slot.id for slot in hall.slots), frozenset(table.id for table in hall.tables)
    names, times = team_names(event_id), times_of(event_id)
    freed = frozenset(id for found in freed_meetings(event_id) for id in found)
    return [
        Board(
            version.id,
            event_id,
            hall,
            matching,
            BoardRules(tuple(_seats(version.id, hall, wished)), slots, tables, teams, matching.refused, freed),
            names,
            times,
        )
        for version in versions
    ]


def judge_of(board: Board) -> Judge:
    """Return what judges places on this board; while the event runs, slots that have begun are asked about."""
    now, slots, times = clock.now(), board.hall.slots, board.times
    is_over = not slots or slots[-1].ends_at <= now
    begun = () if is_over else (slot.id for slot in slots if times.start(slot.id) <= now)
    return Judge(board.rules, {slot.id: slot.number for slot in slots}, frozenset(begun))


def _seats(version_id: int, hall: Hall, wished: set[tuple[int, int]]) -> list[Seat]:
    rows = db.session.execute(
        sa.select(
            Placement.meeting_id,
            Meeting.code,
            Placement.exhibitor_team_id,
            Placement.buyer_team_id,
            Placement.slot_id,
            Placement.table_id,
            Placement.is_pinned,
        )
        .join(Meeting, Meeting.id == Placement.meeting_id)
        .where(Placement.version_id == version_id)
        .order_by(Placement.slot_id, Placement.table_id)
    )
    return [
        Seat(
            meeting_id,
            code,
            exhibitor_id,
            buyer_id,
            slot_id,
            table_id,
            is_pinned,
            _pair(hall, exhibitor_id, buyer_id) in wished,
        )
        for meeting_id, code, exhibitor_id, buyer_id, slot_id, table_id, is_pinned in rows
    ]


def _pair(hall: Hall, exhibitor_team_id: int, buyer_team_id: int) -> tuple[int, int]:
    exhibitor, buyer = hall.teams.get(exhibitor_team_id), hall.teams.get(buyer_team_id)
    return (exhibitor.participation_id if exhibitor else 0, buyer.participation_id if buyer else 0)


def _rule(team: TeamView, hall: Hall, matching: Matching) -> TeamRule:
    live = {table.id for table in hall.tables}
    tables: frozenset[int] | None = None
    if team.home_table_id in live:
        tables = frozenset({team.home_table_id}) if team.home_table_id else None
    elif team.zone_id is not None:
        tables = frozenset(t.id for t in hall.tables if t.zone_id == team.zone_id) or None
    maximum = matching.parties[team.participation_id].maximum
    return TeamRule(team.id, team.unit, team.participation_id, team.away, tables, maximum)


@dataclass(frozen=True)
class UnmetRow:
    """A wish that a version does not hold."""

    id: int
    exhibitor: str
    buyer: str
    exhibitor_id: int
    buyer_id: int
    reason: str
    text: str
    price: int
    weight: int


def unmet_rows(version_id: int, locale: str) -> list[UnmetRow]:
    """Return a version's unmet wishes, the weightiest first."""
    rows = db.session.scalars(
        sa.select(Unmet)
        .where(Unmet.version_id == version_id)
        .options(joinedload(Unmet.exhibitor, innerjoin=True).joinedload(Participation.organization))
        .options(joinedload(Unmet.buyer, innerjoin=True).joinedload(Participation.organization))
        .order_by(Unmet.weight.desc(), Unmet.id)
    )
    return [
        UnmetRow(
            row.id,
            row.exhibitor.organization.legal_name,
            row.buyer.organization.legal_name,
            row.exhibitor_id,
            row.buyer_id,
            row.reason,
            row.text_en if locale == "en" else row.text_id,
            row.price,
            row.weight,
        )
        for row in rows
    ]
