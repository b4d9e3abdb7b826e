"""Pages of availability and wishes."""

from __future__ import annotations

from flask import Blueprint

matching = Blueprint("matching", __name__)

from matchmaking.matching.routes import own, staff  # noqa: E402, F401 - they hang their views on the blueprint
