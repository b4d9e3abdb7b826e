"""Pages of reports: homes, exports, recap."""

from __future__ import annotations

from flask import Blueprint

reports = Blueprint("reports", __name__)

from matchmaking.reports.routes import exports, homes, print_desk, recap  # noqa: E402, F401 - the modules add their views
