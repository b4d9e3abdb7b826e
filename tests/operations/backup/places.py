"""Everything that a database holds, read by the models; and worlds that use each kind of value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from matchmaking.extensions import db

Elsewhere = Callable[..., Flask]
Run = Callable[..., Result]


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table; JSON as the text that is stored, beside what it means."""
    db.session.remove()
    found = {}
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            texts = [sa.cast(column, sa.Text) for column in table.columns if isinstance(column.type, sa.JSON)]
            rows = connection.execute(sa.select(table, *texts).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    return found


def said(done: Result) -> str:
    """Return the one sentence of a command that was refused."""
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    return next(line for line in done.stderr.splitlines() if not line.endswith("…"))
