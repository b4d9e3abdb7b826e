"""What a version is worth in numbers, and how evenly it treats people: the engine's own measures, with our names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matchmaking.matching.queries.requests import MeetingRequest
from matchmaking.matching.weights import Point
from matchmaking.scheduling import engine
from matchmaking.scheduling.queries.board import Board
from matchmaking.scheduling.queries.inputs import Planned, assign_teams, meeting_key, problem_of


@dataclass(frozen=True)
class SideRow:
    """One side of a version: how many people, least, middle and most of their meetings and breaks, and who has fewest."""

    side: str
    people: int
    meetings: engine.Range
    breaks: engine.Range
    fewest: tuple[str, ...]
    below_minimum: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """A version in numbers, measured with the wishes and rules of now; ``weight``: of the wishes that are met."""

    meetings: int
    wishes_held: int
    wished: int
    weight: int
    breaks: int
    table_changes: int
    lacking: int
    impossible: int
    sides: tuple[SideRow, ...]


@dataclass(frozen=True)
class _Measured:
    """A board in the engine's words."""

    problem: engine.Problem
    planned: dict[str, Planned]
    assignments: list[engine.Assignment]


def spread_of(board: Board) -> list[SideRow]:
    """Return the spread of each side, exhibitors first; meetings whose slot, table or team is gone do not count."""
    return _sides(board, _measured(board))


def figures_of(board: Board) -> Figures:
    """Return a version in numbers; what is gone counts as a meeting that is not possible any more, and nowhere else."""
    it = _measured(board)
    score = engine.score_assignments(it.problem, it.assignments)
    held = [request for key in {a.meeting for a in it.assignments} if (request := it.planned[key].request).is_wish]
    return Figures(
        meetings=len(board.rules.seats),
        wishes_held=len(held),
        wished=sum(1 for request in board.matching.requests if request.is_wish),
        weight=sum(request.weight for request in held),
        breaks=score.breaks or 0,
        table_changes=score.table_changes or 0,
        lacking=score.min_shortfall or 0,
        impossible=len(board.rules.conflicts()),
        sides=tuple(_sides(board, it)),
    )


def _sides(board: Board, it: _Measured) -> list[SideRow]:
    names = {f"T{team.unit}": board.names[team.unit] for team in board.hall.teams.values()}
    rows = [_row(side, names) for side in engine.spread(it.problem, it.assignments)]
    return sorted(rows, key=lambda row: row.side != "exhibitor")


def _measured(board: Board) -> _Measured:
    """Return what could be held with the teams of what is held, and what is held in the engine's numbers."""
    hall = board.hall
    slots, tables = {s.id: s.number for s in hall.slots}, {t.id: t.number for t in hall.tables}
    planned, assignments = assign_teams(board.matching.requests, hall, ()), []
    for seat in board.rules.seats:
        exhibitor, buyer = hall.teams.get(seat.exhibitor_team_id), hall.teams.get(seat.buyer_team_id)
        if exhibitor is None or buyer is None or seat.slot_id not in slots or seat.table_id not in tables:
            continue
        pair = (exhibitor.participation_id, buyer.participation_id)
        key = meeting_key(pair)
        request = planned[key].request if key in planned else MeetingRequest(*pair, False, (Point(1, "staff"),))
        planned[key] = Planned(request, exhibitor.id, buyer.id)
        assignments.append(engine.Assignment(key, slots[seat.slot_id], tables[seat.table_id]))
    return _Measured(problem_of(board.event_id, hall, board.matching, planned, {}), planned, assignments)


def _row(side: engine.SideSpread, names: dict[str, str]) -> SideRow:
    return SideRow(
        side.side or "",
        side.people,
        side.meetings,
        side.breaks,
        _named(side.fewest, names),
        _named(side.below_minimum, names),
    )


def _named(ids: Iterable[str], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted((names[id] for id in ids), key=str.casefold))
