"""Runs the migrations inside the application, on whichever database it is configured for."""

import sqlalchemy as sa
from alembic import context
from flask import current_app

from matchmaking.extensions import UtcDateTime

database = current_app.extensions["migrate"].db


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column type as the plain one it is stored as: a migration must not need today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run() -> None:
    """Migrate in one transaction; on SQLite foreign keys rest meanwhile, because tables are rebuilt in batch mode."""
    if given := context.config.attributes.get("connection"):  # a restore, inside its own transaction
        _configure(given)
        context.run_migrations()
        return
    with database.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        _configure(connection)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def _configure(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=database.metadatas[None],
        render_item=render_item,
        **current_app.extensions["migrate"].configure_args,
    )


run()
