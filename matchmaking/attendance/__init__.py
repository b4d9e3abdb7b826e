"""The day: badges, check-in, substitutes, walk-ins, meetings as they are held and how they went."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.attendance import models  # noqa: F401 - tables register themselves
    from matchmaking.attendance.routes import attendance

    app.register_blueprint(attendance)
    _take_part()


def _take_part() -> None:
    """Register what this feature does when features to its left change something."""
