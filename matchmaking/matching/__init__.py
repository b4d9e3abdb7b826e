"""Availability, wishes and suggestions."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.matching import models  # noqa: F401 - the tables register themselves
