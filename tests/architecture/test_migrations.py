"""Models and migrations agree on both databases, and an installation with data migrates from the first revision on."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from matchmaking.extensions import db
from tests.conftest import _postgres, _postgres_database
from tests.shared_app import make_app
from tests.world import BOTH

HISTORY = ScriptDirectory(str(Path(__file__).resolve().parents[2] / "migrations"))
CHOICES = re.compile(r"(\w+)\)?(?:::\w+)? (?:IN \(|= ANY \(+ARRAY\[)'(\w+)'")
#: What a row needs that no rule of the column tells, by table and column.
VALUES: dict[tuple[str, str], Any] = {
    ("user_account", "email"): "peserta@contoh.example",
    ("dismissed_duplicate", "second_id"): 2,
    ("wish", "target_id"): 2,
    **{(name, "ends_at"): time(10, 0) for name in ("event_break", "session")},
    **{(name, "ends_at"): datetime(2023, 5, 12, tzinfo=UTC) for name in ("time_slot", "absence")},
    ("session", "slot_minutes"): 20,
    ("substitution", "substitute_delegate_id"): 2,
    ("scan", "problem"): "",
    ("scan", "delegate_id"): 1,
    ("signature", "file_id"): 1,
    ("signature", "authority"): "role",
    ("signature", "method"): "ink",
    ("commitment", "fiscal_year"): 2023,
    ("received_record", "problem"): "",
    ("received_record", "outcome"): "stored",
    ("received_record", "commitment_id"): 1,
    ("sent_paper", "strokes"): [],
    ("meeting_step", "from_state"): "scheduled",
    ("slot_delay", "table_id"): 1,
    ("replan", "team_id"): 1,
    ("realization", "void_reason"): "",
    ("blank_form", "spoil_reason"): "",
}
#: Tables whose rows are paired somewhere.
TWICE = {"delegate", "organization", "participation"}


@pytest.fixture
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without tables."""
    if request.param == "sqlite":
        url, name = f"sqlite:///{tmp_path}/empty.sqlite3", ""
    else:
        name = f"temu_empty_{secrets.token_hex(6)}"
        _postgres(f'CREATE DATABASE "{name}"')
        url = _postgres_database(name)
    app = make_app(url, tmp_path / "instance")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if name:
        _postgres(f'DROP DATABASE "{name}" WITH (FORCE)')


def revisions() -> list[str]:
    return [script.revision for script in reversed(list(HISTORY.walk_revisions()))]


def test_history_is_one_line() -> None:
    """Two revisions on the same parent cannot both be upgraded to: renumber the later one."""
    assert len(HISTORY.get_heads()) == 1


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_models_are_what_the_migrations_make(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


@pytest.mark.parametrize("empty_app", BOTH, indirect=True)
def test_checks_are_what_the_migrations_make(empty_app: Flask) -> None:
    """Alembic compares no CHECK constraints: a word missing in a list is found here."""
    db.create_all()
    made = checks_of_tables()
    db.drop_all()
    upgrade()
    assert checks_of_tables() == made


def checks_of_tables() -> dict[str, dict[str, set[str]]]:
    """Return the words of each named check, in any order: lists differ in their order only."""
    inspector = sa.inspect(db.engine)
    return {
        name: {
            str(check["name"]): set(re.findall(r"\w+", check["sqltext"]))
            for check in inspector.get_check_constraints(name)
        }
        for name in db.metadata.tables
    }


@pytest.mark.parametrize("empty_app", BOTH, indirect=True)
def test_data_survives_every_upgrade(empty_app: Flask) -> None:
    """Put a row into each table as soon as a revision has made it, then go on; every row is there at the end."""
    for revision in revisions():
        upgrade(revision=revision)
        fill_empty_tables()
    assert [name for name, count in row_counts().items() if not count] == []
    assert broken_references() == []


def fill_empty_tables() -> None:
    """Insert a row into each table that has none."""
    metadata = sa.MetaData()
    empty = [name for name, count in row_counts().items() if not count]
    with db.engine.begin() as connection:
        metadata.reflect(connection, only=empty)  # and what they refer to
        for table in (table for table in metadata.sorted_tables if table.name in empty):
            for number in range(1, 3 if table.name in TWICE else 2):
                connection.execute(table.insert().values(row_for(connection, table, number)))


def row_for(connection: sa.Connection, table: sa.Table, number: int) -> dict[str, Any]:
    """Return values for the columns that must have one; the rows of a table differ by their number."""
    checks = sa.inspect(connection).get_check_constraints(table.name)
    choices = dict(match for check in checks for match in CHOICES.findall(check["sqltext"]))
    return {
        column.name: value_for(connection, column, choices, number)
        for column in table.columns
        if (table.name, column.name) in VALUES or not column.nullable
    }


def value_for(connection: sa.Connection, column: sa.Column, choices: dict[str, str], number: int) -> Any:
    if (column.table.name, column.name) in VALUES:
        return VALUES[column.table.name, column.name]
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        there = list(connection.scalars(sa.select(target).order_by(target)))
        return there[(number - 1) % len(there)]
    if column.name in choices:
        return choices[column.name]
    samples: dict[type, Any] = {
        bool: True, int: number, float: 1.0, str: f"x{number}", bytes: b"x",
        object: {},  # JSON
        date: date(2023, 5, 11), time: time(9, 0), datetime: datetime(2023, 5, 11, tzinfo=UTC),
    }  # fmt: skip
    return samples[column.type.python_type]


def row_counts() -> dict[str, int | None]:
    """Return how many rows each table has."""
    with db.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        return {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) for name in names}


def broken_references() -> list[Any]:
    """SQLite rebuilds tables with foreign keys at rest; nothing may point nowhere afterwards."""
    if db.engine.dialect.name != "sqlite":
        return []
    with db.engine.connect() as connection:
        return list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
