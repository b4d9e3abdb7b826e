"""What of a board is shown: the meetings of an exhibitor, of a buyer, of a category, in a zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import request

from matchmaking.scheduling.obstacles import Seat
from matchmaking.scheduling.queries.board import Board
from matchmaking.typed import read_row_number


@dataclass(frozen=True)
class Filter:
    """What was chosen; ``exhibitor`` and ``buyer`` are participations."""

    exhibitor: int | None = None
    buyer: int | None = None
    category: str = ""
    zone: int | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """The part of an address that keeps the choice."""
        return {name: value for name, value in vars(self).items() if value}

    def shows(self, board: Board, seat: Seat) -> bool:
        """Say whether a meeting is one of those that are looked for."""
        if not self.arguments:
            return True
        zones = {table.id: table.zone_id for table in board.hall.tables}
        exhibitor, buyer = (board.hall.teams.get(id) for id in seat.teams)
        pair = (exhibitor.participation_id if exhibitor else 0, buyer.participation_id if buyer else 0)
        return self.shows_pair(board, pair) and (not self.zone or zones.get(seat.table_id) == self.zone)

    def shows_pair(self, board: Board, pair: tuple[int, int]) -> bool:
        """Say the same of a wish that has no table."""
        if (self.exhibitor and pair[0] != self.exhibitor) or (self.buyer and pair[1] != self.buyer):
            return False
        return not self.category or any(self.category in categories_of(board, id) for id in pair)


def chosen_filter() -> Filter:
    """Return what the address chooses; what no number or word can be is no choice."""
    wanted = request.args
    return Filter(
        read_row_number(wanted.get("exhibitor")),
        read_row_number(wanted.get("buyer")),
        wanted.get("category", "")[:60],
        read_row_number(wanted.get("zone")),
    )


def categories_of(board: Board, participation_id: int) -> Iterable[str]:
    """Return what a participant offers or needs."""
    party = board.matching.parties.get(participation_id)
    return (*party.categories, *party.needs) if party else ()
