"""Solver runs, schedule versions, the grid, agendas and calendar files."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.scheduling import models, tasks  # noqa: F401 - tables and job handlers register themselves
    from matchmaking.scheduling.cli import schedule_cli

    app.cli.add_command(schedule_cli)
