"""The one owner of transactions: ``with transaction():`` at the edge, and nowhere else.

SQLite: reading runs in a plain ``BEGIN``; ``transaction()`` ends that read and opens ``BEGIN IMMEDIATE``, so two writers
queue instead of losing updates. PostgreSQL: READ COMMITTED, and services lock the parent row (:func:`lock_row`), all in one
order (ADR 0024).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from matchmaking.extensions import Base, db

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_BEFORE = "before_commit"
_AFTER = "after_commit"
_UNDO = "after_rollback"
_OPEN = "transaction_open"
_SCRATCH = "transaction_scratch"
_WRITTEN = "written_watches"

Row = TypeVar("Row", bound=Base)


def prepare_engine(engine: Engine, wait_ms: int) -> None:
    """Give an engine what the module's promises rest on: it notes what is written; SQLite gets its pragmas and its BEGIN.

    ``wait_ms``: how long a writer waits for the writer before it until the person is told to try again.
    """
    sa.event.listen(engine, "before_cursor_execute", _note_written)
    if engine.dialect.name != "sqlite":
        return

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin by itself
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {wait_ms}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


@contextmanager
def transaction() -> Iterator[None]:
    """Run one business action: commit at the end, roll back on any error, then run what waits for the commit.

    Rows loaded before the block belong to the ended read and are reloaded on use. Nesting is refused, because
    an inner block would commit half of the outer action.
    """
    session = db.session
    info = session().info
    if info.get(_OPEN):
        raise RuntimeError("transaction() does not nest: one business action is one transaction")
    session.rollback()
    _reset(info, is_open=True)
    token = _writing.set(True)
    try:
        session.connection()
        yield
        session.flush()
        for name in sorted(info[_WRITTEN]):
            _watches[name].act()
        for act in list(info[_BEFORE].values()):
            act()
        session.commit()
        waiting = info[_AFTER]
    except BaseException:
        session.rollback()
        for undo in info[_UNDO]:
            undo()
        raise
    finally:
        _writing.reset(token)
        _reset(info, is_open=False)
    for act in waiting:
        act()


def _reset(info: dict[Any, Any], *, is_open: bool) -> None:
    info[_OPEN], info[_BEFORE], info[_AFTER], info[_UNDO], info[_SCRATCH] = is_open, {}, [], [], {}
    info[_WRITTEN] = set()


def in_transaction() -> bool:
    """Say whether a business action is under way in this session."""
    return bool(db.session().info.get(_OPEN))


@dataclass(frozen=True)
class _Watch:
    """Tables whose writers ``act`` waits for; ``falling``: those from which a deletion reaches them by a foreign key."""

    tables: frozenset[str]
    falling: frozenset[str]
    act: Callable[[], None]


_watches: dict[str, _Watch] = {}


def when_written(name: str, tables: Collection[str], act: Callable[[], None]) -> None:
    """From now on run ``act`` right before each commit whose transaction has written to one of these tables, by whatever statement.

    Where rows of them go or change because a row that they refer to is deleted, that counts too. ``act`` runs before the audit
    trail's lock; the ones of several watches in the order of their names.
    """
    _watches[name] = _Watch(frozenset(tables), _falling(tables), act)


def _falling(tables: Collection[str]) -> frozenset[str]:
    found = set(tables)
    while (
        more := {
            key.column.table.name
            for name in found
            for key in Base.metadata.tables[name].foreign_keys
            if key.ondelete in ("CASCADE", "SET NULL")
        }
        - found
    ):
        found |= more
    return frozenset(found)


def _note_written(_connection: Any, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool) -> None:
    if not _writing.get() or not _watches:
        return
    statement = getattr(getattr(context, "compiled", None), "statement", None)
    info = db.session().info
    if isinstance(statement, sa.Insert | sa.Update | sa.Delete) and info.get(_OPEN):
        reached = "falling" if isinstance(statement, sa.Delete) else "tables"
        name = getattr(statement.table, "name", "")
        info[_WRITTEN] |= {key for key, watch in _watches.items() if name in getattr(watch, reached)}


def before_commit(key: str, act: Callable[[], None]) -> None:
    """Run ``act`` once, right before this transaction commits (the audit chain locks its head as late as it can)."""
    _require_open()
    db.session().info[_BEFORE].setdefault(key, act)


def after_commit(act: Callable[[], None]) -> None:
    """Run ``act`` when, and only when, this transaction has been committed (queueing a job)."""
    _require_open()
    db.session().info[_AFTER].append(act)


def after_rollback(act: Callable[[], None]) -> None:
    """Run ``act`` when, and only when, this transaction is undone (removing a file that was written for it)."""
    _require_open()
    db.session().info[_UNDO].append(act)


def scratch() -> dict[str, Any]:
    """Return a dict that lives as long as this transaction, for leaves that collect something until its end."""
    _require_open()
    return db.session().info[_SCRATCH]


def lock_row(model: type[Row], row_id: int | str, *, bars_new: bool = False) -> Row | None:
    """Return the row, locked until the commit on PostgreSQL; on SQLite the writer is alone already.

    Rows that only refer to this one may come meanwhile: who inserts them waits for nobody. ``bars_new``: not even
    they, because the row is about to go.
    """
    _require_open()
    statement = sa.select(model).where(_key(model) == row_id).with_for_update(key_share=not bars_new)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def lock_rows(model: type[Row], row_ids: Collection[int]) -> list[Row]:
    """Return the rows, locked as by :func:`lock_row` in the order of their ids, as everybody locks several of a kind."""
    _require_open()
    key = _key(model)
    statement = sa.select(model).where(key.in_(row_ids)).order_by(key).with_for_update(key_share=True)
    return list(db.session.scalars(statement.execution_options(populate_existing=True)))


def lock_where(model: type[Row], chosen: sa.ColumnElement[bool]) -> Sequence[int]:
    """Lock rows as :func:`lock_rows` does, without loading them; return their ids."""
    _require_open()
    key = _key(model)
    return db.session.scalars(sa.select(key).where(chosen).order_by(key).with_for_update(key_share=True)).all()


def insert_new(model: type[Row], values: dict[str, Any]) -> int | None:
    """Insert a row unless a unique value is taken, and return its id, or ``None``; two at once cannot both win."""
    _require_open()
    insert = postgresql.insert if db.session.connection().dialect.name == "postgresql" else sqlite.insert
    return db.session.scalar(insert(model).values(values).on_conflict_do_nothing().returning(_key(model)))


def _key(model: type[Base]) -> sa.ColumnElement[int]:
    return sa.inspect(model).primary_key[0]


def is_flushed() -> bool:
    """Write what waits in the session; say ``False`` when a unique value is taken, with nothing of it written."""
    _require_open()
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        return False
    return True


@contextmanager
def snapshot() -> Iterator[sa.Connection]:
    """Read the whole database as it is at one moment, while others go on writing (a backup)."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


@contextmanager
def all_or_nothing(engine: Engine) -> Iterator[sa.Connection]:
    """Fill a database with no session about (a restore): everything is committed at the end, or nothing is."""
    with engine.begin() as connection:
        yield connection


def end_read() -> None:
    """Close the read under way, so that long work (a solver run) holds no snapshot and no connection."""
    if in_transaction():
        raise RuntimeError("a transaction is open")
    db.session.rollback()
    db.session.remove()


def abandon() -> None:
    """After an error: give up the read under way, so that the page that tells of it can be made."""
    db.session.rollback()


def _require_open() -> None:
    if not in_transaction():
        raise RuntimeError("this needs an open transaction(): services are called inside one")
