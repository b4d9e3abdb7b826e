"""The board as a list: the same meetings as the grid, a line each, for reading aloud and for narrow screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from matchmaking.scheduling.obstacles import Seat
from matchmaking.scheduling.routes.grid import Grid
from matchmaking.scheduling.wording import obstacle_sentences


@dataclass(frozen=True)
class Line:
    """One meeting; ``who``: the team whose day it is, in the view of participants."""

    who: str
    place: str
    exhibitor: str
    buyer: str
    is_pinned: bool
    conflict: str
    url: str


def listed(grid: Grid) -> list[Line]:
    """Return every meeting in the order of time and table, in the view of participants once for each of the two."""
    order = grid.judge.order
    tables = {table.id: table.number for table in grid.board.hall.tables}
    seats = sorted(grid.seats(), key=lambda s: (order.get(s.slot_id, 0), tables.get(s.table_id, 0)))
    if grid.page.view != "participants":
        return [_line(grid, seat, "") for seat in seats]
    return [_line(grid, seat, team.name) for team in grid.teams() for seat in seats if team.id in seat.teams]


def _line(grid: Grid, seat: Seat, who: str) -> Line:
    names = grid.board.names
    reasons = obstacle_sentences(grid.conflicts.get(seat.meeting_id, []), names)
    chosen: dict[str, Any] = {"code": grid.page.code, "view": grid.page.view, "as": "list", "_anchor": "held"}
    chosen |= grid.page.filter.arguments
    chosen["meeting"] = seat.meeting_code
    return Line(
        who,
        grid.place_name(seat.slot_id, seat.table_id),
        names[seat.exhibitor_team_id],
        names[seat.buyer_team_id],
        seat.is_pinned,
        " ".join(reasons),
        url_for("scheduling.board", **chosen),
    )
