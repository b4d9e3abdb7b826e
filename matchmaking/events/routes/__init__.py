"""Pages of events: one module a subject, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

events = Blueprint("events", __name__)

from matchmaking.events.routes import (  # noqa: E402, F401 - the modules add their views to the blueprint
    basics,
    day_settings,
    devices,
    lifecycle,
    mail,
    people,
    programme,
    public,
    rules,
    tables,
)
