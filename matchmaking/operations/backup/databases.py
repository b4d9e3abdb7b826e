"""The two kinds of database a backup is restored into: how a new one is made beside the old, and takes its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from matchmaking.config import ROOT
from matchmaking.extensions import db
from matchmaking.operations.backup.moves import Moves, settle
from matchmaking.operations.backup.tables import has_rows
from matchmaking.transactions import all_or_nothing, end_read, snapshot

#: How long the old tables may be held by somebody who came in after we looked.
LOCK_WAIT_MS = 10_000


class Target(Protocol):
    """A database that is about to be replaced; its old rows go into a folder or a schema."""

    @property
    def old_folder(self) -> Path | None:
        """The folder for what is set aside, if any."""

    @property
    def old_schema(self) -> str:
        """The schema in which used tables are set aside; empty when there are none."""

    def is_used(self) -> bool:
        """Say whether it has rows of its own."""

    def has_others(self) -> bool:
        """Say whether another program has it open."""

    def building(self) -> Any:
        """A context with a connection to the new database, empty of tables; committed at its end."""

    def finish(self, connection: sa.Connection) -> None:
        """Do what comes after the rows: references hold, numbers go on."""

    def put_in_place(self, moves: Moves) -> None:
        """Let the new one take the old one's place."""

    def discard(self) -> None:
        """Leave nothing of a new one that did not take the place."""


def target_of(url: str, label: str) -> Target:
    """Return the database of the settings as a target; ``label`` names what is set aside."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(str(address.database))
        return SqliteTarget(path, path.parent / label)
    return PostgresTarget(label)


def migrate(connection: sa.Connection, revision: str) -> None:
    """Bring a schema to a revision, inside the connection's own transaction."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@dataclass
class SqliteTarget:
    """A new file, built beside the old one and renamed."""

    path: Path
    old_folder: Path
    old_schema: str = ""

    @property
    def _files(self) -> list[Path]:
        return [self.path, *(self.path.with_name(self.path.name + end) for end in ("-wal", "-shm"))]

    @property
    def _new(self) -> Path:
        return self.path.with_name(f".{self.path.name}.restoring")

    def is_used(self) -> bool:
        """Say whether it has rows of its own; one that cannot be read counts as used."""
        if not self.path.exists():
            return False
        try:
            with snapshot() as connection:
                return has_rows(connection)
        except sa.exc.DatabaseError:
            return True

    def has_others(self) -> bool:
        """Say whether another program has it open: only who is alone with a file can end its write-ahead log."""
        _leave()
        if not self.path.exists():
            return False
        with closing(sqlite3.connect(self.path, timeout=0.2, isolation_level=None)) as connection:
            try:
                connection.execute("PRAGMA journal_mode = DELETE")
            except sqlite3.OperationalError:
                return True
            except sqlite3.DatabaseError:  # a damaged file is opened by nobody
                return False
        return False

    @contextmanager
    def building(self) -> Iterator[sa.Connection]:
        """A new file; foreign keys rest until :meth:`finish`."""
        self.discard()
        self._new.parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(f"sqlite:///{self._new}", poolclass=sa.NullPool)
        sa.event.listen(engine, "connect", _begin_ourselves)
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        with all_or_nothing(engine) as connection:
            self._new.chmod(0o600)
            yield connection

    def finish(self, connection: sa.Connection) -> None:
        """Check that no row refers to nothing."""
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken:
            raise sa.exc.DatabaseError(None, None, ValueError(f"{broken[0]} refers to a missing {broken[2]}"))

    def put_in_place(self, moves: Moves) -> None:
        """Rename the old file away and the new one in."""
        _leave()
        for path in self._files:
            moves.move(path, self.old_folder / path.name)
        moves.move(self._new, self.path)
        settle(self.path.parent)

    def discard(self) -> None:
        """Remove a new file that did not come into its place."""
        for end in ("", "-journal"):
            self._new.with_name(self._new.name + end).unlink(missing_ok=True)


def _begin_ourselves(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would end a transaction before each CREATE TABLE
    connection.execute("PRAGMA foreign_keys = OFF")


@dataclass
class PostgresTarget:
    """The old tables go into a schema of their own, the new ones are made, all in one transaction."""

    label: str
    old_schema: str = ""
    old_folder: None = None

    def is_used(self) -> bool:
        """Say whether it has rows of its own."""
        with snapshot() as connection:
            is_used = has_rows(connection)
        self.old_schema = self._schema if is_used else ""
        return is_used

    @property
    def _schema(self) -> str:
        return self.label.replace("-", "_")

    def has_others(self) -> bool:
        """Say whether anybody else is connected to it."""
        _leave()
        with snapshot() as connection:
            found = connection.scalar(
                sa.text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
            )
        return bool(found)

    @contextmanager
    def building(self) -> Iterator[sa.Connection]:
        """The same database with its old tables set aside; foreign keys are put back by :meth:`finish`."""
        with all_or_nothing(db.engine) as connection:
            self._set_aside(connection)
            yield connection
            if not self.old_schema:
                connection.exec_driver_sql(f'DROP SCHEMA "{self._schema}" CASCADE')

    def _set_aside(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}")
        connection.exec_driver_sql(f'CREATE SCHEMA "{self._schema}"')
        for kind, name in connection.execute(sa.text(_OURS)).all():
            connection.exec_driver_sql(f'ALTER {kind} {name} SET SCHEMA "{self._schema}"')

    def finish(self, connection: sa.Connection) -> None:
        """Let every sequence go on after the largest number that is there."""
        for table, column in connection.execute(sa.text(_SEQUENCES)).all():
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), "  # noqa: S608 - names of the catalogue
                f"coalesce(max({column}), 1), max({column}) IS NOT NULL) FROM {table}"
            )

    def put_in_place(self, moves: Moves) -> None:
        """The commit did it."""

    def discard(self) -> None:
        """The rollback did it."""


@contextmanager
def without_references(connection: sa.Connection) -> Iterator[None]:
    """Let rows come in any order; at the end every reference must hold (SQLite's rest by a setting of the connection)."""
    if connection.dialect.name != "postgresql":
        yield
        return
    found = connection.execute(sa.text(_REFERENCES)).all()
    for table, name, _definition in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _leave() -> None:
    """Close this program's own connections."""
    end_read()
    db.engine.dispose()


#: Tables and functions of the schema in use; what an extension brought along stays.
_OURS = """
    SELECT 'TABLE', quote_ident(relname) FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
    UNION ALL
    SELECT 'FUNCTION', oid::regprocedure::text FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""
_SEQUENCES = """
    SELECT quote_ident(table_name), column_name FROM information_schema.columns
    WHERE table_schema = current_schema()
    AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL
"""
_REFERENCES = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""
