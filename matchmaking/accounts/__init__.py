"""People who log in: accounts, invitation and reset links, sessions."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.accounts import models, sessions  # noqa: F401 - the tables register themselves
    from matchmaking.accounts.cli import users_cli
    from matchmaking.accounts.routes import accounts

    sessions.init_sessions()
    app.register_blueprint(accounts)
    app.cli.add_command(users_cli)
