"""Pages of operations: one module a subject, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

operations = Blueprint("operations", __name__)

from matchmaking.operations.routes import (  # noqa: E402, F401 - the modules add their views to the blueprint
    demo,
    jobs,
    privacy,
    rehearsal,
    trail,
    venue,
)
