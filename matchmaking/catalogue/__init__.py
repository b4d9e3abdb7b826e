"""Products, certificates and needs under one category scheme, and their imports."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.catalogue import models  # noqa: F401 - the tables register themselves
