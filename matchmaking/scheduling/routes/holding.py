"""What a person has in hand on the board: a meeting of it, or an unmet wish; named in the address, so a reload keeps it."""

from __future__ import annotations

from flask import request

from matchmaking.extensions import db
from matchmaking.scheduling.models import Unmet
from matchmaking.scheduling.obstacles import Seat
from matchmaking.scheduling.queries.board import Board
from matchmaking.scheduling.routes.grid import Held
from matchmaking.typed import read_row_number


def held_of(shown: Board) -> Held | None:
    """Return what the address says is in hand; ``None`` when it is not on this board (any more)."""
    meeting_code, unmet_id = request.args.get("meeting"), read_row_number(request.args.get("unmet"))
    if meeting_code:
        seat = next((seat for seat in shown.rules.seats if seat.meeting_code == meeting_code), None)
        return Held(seat) if seat else None
    row = db.session.get(Unmet, unmet_id) if unmet_id else None
    if row is None or row.version_id != shown.version_id:
        return None
    pair = _teams_for(shown, row)
    return Held(Seat(0, "", *pair, 0, 0), is_new=True) if pair else None


def _teams_for(shown: Board, row: Unmet) -> tuple[int, int] | None:
    """Choose the teams of an unmet wish: those with the fewest meetings so far."""
    held = [team_id for seat in shown.rules.seats for team_id in seat.teams]

    def least_busy(participation_id: int) -> int | None:
        teams = [team.id for team in shown.hall.teams.values() if team.participation_id == participation_id]
        return min(teams, key=lambda id: (held.count(id), id), default=None)

    exhibitor, buyer = least_busy(row.exhibitor_id), least_busy(row.buyer_id)
    return (exhibitor, buyer) if exhibitor and buyer else None
