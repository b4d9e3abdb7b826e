"""The transaction commitment: record, signing, paper, public check page."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.commitments import models  # noqa: F401 - tables register themselves
    from matchmaking.commitments.cli import commitments_cli
    from matchmaking.commitments.guard import guard_records
    from matchmaking.commitments.routes import commitments

    guard_records()
    app.register_blueprint(commitments)
    app.cli.add_command(commitments_cli)
    _take_part()


def _take_part() -> None:
    """Register what this feature does when features to its left change something."""
