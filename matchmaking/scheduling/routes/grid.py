"""The board as rows of cells: what stands where, and what is possible for the meeting that is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_time
from matchmaking.matching.queries.availability import SlotView
from matchmaking.scheduling.obstacles import Obstacle, Seat
from matchmaking.scheduling.queries.board import Board
from matchmaking.scheduling.wording import obstacle_sentences


@dataclass(frozen=True)
class Cell:
    """Arguments of the ``cell`` macro."""

    state: str
    title: str = ""
    detail: str = ""
    url: str = ""
    reason: str = ""
    attributes: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class GridRow:
    """One table or one team."""

    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Choice:
    """A place that is possible for the held meeting, for the list that works without the grid."""

    value: str
    label: str


@dataclass(frozen=True)
class Held:
    """The meeting in hand: one of the board, or two teams that wait for a place."""

    seat: Seat
    is_new: bool = False


class Grid:
    """Draws one board; ``held`` turns every empty cell into a possible or an impossible place."""

    def __init__(
        self, board: Board, code: str, zone: str, held: Held | None = None, *, is_editable: bool = False
    ) -> None:
        self.board, self.code, self.zone, self.held, self.is_editable = board, code, zone, held, is_editable
        self.conflicts = board.rules.conflicts()
        self._at = {(seat.slot_id, seat.table_id): seat for seat in board.rules.seats}
        self._of_team = {(seat.slot_id, team_id): seat for seat in board.rules.seats for team_id in seat.teams}

    def slots(self) -> list[dict[str, Any]]:
        """Return the heads of the columns."""
        return [
            {"start": show_time(slot.starts_at, self.zone), "label": slot.session, "is_break": False}
            for slot in self.board.hall.slots
        ]

    def table_rows(self) -> list[GridRow]:
        """Return one row for each table."""
        return [
            GridRow(table.name, tuple(self._table_cell(slot, table.id) for slot in self.board.hall.slots))
            for table in self.board.hall.tables
        ]

    def team_rows(self) -> list[GridRow]:
        """Return one row for each team, exhibitors first."""
        teams = sorted(self.board.hall.teams.values(), key=lambda t: (t.side != "exhibitor", t.name.casefold()))
        tables = {table.id: table.name for table in self.board.hall.tables}
        return [
            GridRow(team.name, tuple(self._team_cell(slot, team.id, tables) for slot in self.board.hall.slots))
            for team in teams
        ]

    def choices(self) -> list[Choice]:
        """Return the possible places of the held meeting, other than where it sits."""
        if self.held is None:
            return []
        now = (self.held.seat.slot_id, self.held.seat.table_id)
        return [
            Choice(f"{slot.id}-{table.id}", f"{self._slot_name(slot)} · {_('table %(name)s', name=table.name)}")
            for slot in self.board.hall.slots
            for table in self.board.hall.tables
            if (slot.id, table.id) != now and not self._obstacles(slot.id, table.id)
        ]

    def _slot_name(self, slot: SlotView) -> str:
        return f"{show_time(slot.starts_at, self.zone)}–{show_time(slot.ends_at, self.zone, with_zone=True)}"

    def _table_cell(self, slot: SlotView, table_id: int) -> Cell:
        seat = self._at.get((slot.id, table_id))
        if seat is not None:
            return self._meeting_cell(seat)
        return self._empty_cell(slot.id, table_id)

    def _meeting_cell(self, seat: Seat) -> Cell:
        names = self.board.names
        reasons = obstacle_sentences(self.conflicts.get(seat.meeting_id, []), names)
        is_held = self.held is not None and self.held.seat.meeting_id == seat.meeting_id
        state = "selected" if is_held else "conflict" if reasons else "pinned" if seat.is_pinned else "meeting"
        return Cell(
            state,
            names[seat.exhibitor_team_id],
            names[seat.buyer_team_id],
            url_for("scheduling.board", code=self.code, meeting=seat.meeting_code, _anchor="held"),
            reasons[0] if reasons else "",
        )

    def _empty_cell(self, slot_id: int, table_id: int) -> Cell:
        if self.held is None or not self.is_editable:
            return Cell("free")
        if found := self._obstacles(slot_id, table_id):
            return Cell("impossible", reason=obstacle_sentences(found, self.board.names)[0])
        return Cell(
            "possible",
            reason=_("possible here"),
            attributes={"name": "place", "value": f"{slot_id}-{table_id}"},
        )

    def _obstacles(self, slot_id: int, table_id: int) -> list[Obstacle]:
        if self.held is None:
            return []
        return self.board.rules.obstacles(replace(self.held.seat, slot_id=slot_id, table_id=table_id))

    def _team_cell(self, slot: SlotView, team_id: int, tables: Mapping[int, str]) -> Cell:
        seat = self._of_team.get((slot.id, team_id))
        if seat is None:
            is_away = slot.id in self.board.hall.teams[team_id].away
            return Cell("impossible", reason=_("not there")) if is_away else Cell("free")
        other = seat.buyer_team_id if team_id == seat.exhibitor_team_id else seat.exhibitor_team_id
        cell = self._meeting_cell(seat)
        return replace(
            cell, title=self.board.names[other], detail=_("table %(name)s", name=tables.get(seat.table_id, "–"))
        )
