"""Demo event, doctor, backup and restore, export and erase of a person, jobs and audit pages."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.accounts import hooks
    from matchmaking.operations.backup.commands import backup, restore
    from matchmaking.operations.cli import demo_cli, doctor
    from matchmaking.operations.routes import operations
    from matchmaking.operations.services.privacy import own_files

    hooks.person_data.register(own_files)
    app.register_blueprint(operations)
    app.cli.add_command(doctor)
    app.cli.add_command(demo_cli)
    app.cli.add_command(backup)
    app.cli.add_command(restore)
