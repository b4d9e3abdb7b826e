"""Pages of the schedule: runs, versions, the board, agendas, who was told."""

from __future__ import annotations

from flask import Blueprint

scheduling = Blueprint("scheduling", __name__)

from matchmaking.scheduling.routes import (  # noqa: E402, F401 - they hang their views on it
    agendas,
    board,
    comparing,
    edits,
    going_back,
    live,
    notices,
    own,
    reminders,
    runs,
    solving,
    undoing,
    versions,
)
