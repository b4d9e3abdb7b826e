"""The one order in which every action locks rows (ADR 0024), watched in the features' tests: what is out of turn fails them.

A deadlock needs two who meet at the wrong moment, so no test would find it by itself. The order in which each of them
locks can be seen in any test, on SQLite too: there the statements lock nothing, but they are the same.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

#: From what is locked first to what is locked last; tables that are not named here come after those that are.
ORDER = (
    "job", "event", "session", "time_slot", "meeting_table", "import_batch", "user_account", "organization", "participation", "delegate", "schedule_run", "schedule_version", "meeting",
    "replan", "received_record", "commitment",
)  # fmt: skip
#: The tests that fail by it.
WATCHED = tuple(
    f"tests/{name}/" for name in ("accounts", "events", "registration", "catalogue", "scheduling", "attendance")
)
#: The end of the audit trail's chain: the last lock of all.
TRAIL = "audit_head"
#: Under an event's lock these are gone through entry by entry: approving many, a walk-in; an import does so with all it stores.
BY_ENTRY = frozenset({"user_account", "organization", "participation", "delegate"})
#: Several rows of these are locked in the order of their ids.
BY_ID = frozenset({"job", "event", "meeting"})


class OutOfOrder(AssertionError):
    """A row was locked that should have been locked before another."""


@dataclass
class Held:
    """What a transaction has locked so far: (table, id), id ``None`` where a condition chose the rows."""

    rows: list[tuple[str, int | None]] = field(default_factory=list)
    #: Rows that the transaction made itself: nobody else sees them.
    own: set[tuple[str, int | None]] = field(default_factory=set)
    bars_new: bool = False
    #: For each of ``rows`` the line of a test from which it was locked.
    callers: list[str] = field(default_factory=list)

    def take(self, table: str, ids: list[int | None], *, bars_new: bool = False, caller: str = "") -> str:
        """Note a lock; return what is out of order with it, nothing when all is well.

        What another line of the test locked in the same transaction is not looked at: it is another action.
        """
        known = {*self.rows, *self.own}
        fresh = [id for id in ids if not {(table, id), (table, None)} & known]
        before = [row for row, by in zip(self.rows, self.callers, strict=True) if by == caller]
        self.bars_new = self.bars_new or bars_new
        self.rows += [(table, id) for id in fresh]
        self.callers += [caller] * len(fresh)
        return "" if self.bars_new else next((why for id in fresh if (why := _fault(before, table, id))), "")


def _fault(before: list[tuple[str, int | None]], table: str, id: int | None) -> str:
    if any(held == TRAIL for held, _id in before) and before[0][0] != TRAIL:
        return f"{table} after the audit trail"
    for held, held_id in before:
        if held == table and table in BY_ID and id is not None and held_id is not None and id < held_id:
            return f"{table} {id} after {held_id}"
        if held == TRAIL or _rank(held) <= _rank(table):
            continue
        names = {name for name, _id in before}
        if "import_batch" not in names and not ({held, table} <= BY_ENTRY and "event" in names):
            return f"{table} after {held}"
    return ""


def _rank(table: str) -> int:
    return ORDER.index(table) if table in ORDER else len(ORDER)


def watch(engine: sa.Engine) -> None:
    """Look at every statement of this engine."""
    for ending in ("begin", "commit", "rollback"):
        sa.event.listen(engine, ending, _forget)
    sa.event.listen(engine, "before_cursor_execute", _look)


def _forget(connection: sa.Connection) -> None:
    connection.info["held"] = Held()


@sa.event.listens_for(Session, "after_flush")
def _note_own(session: Session, _context: Any) -> None:
    own = session.connection().info.get("held", Held()).own
    for row in session.new:
        own.add((row.__tablename__, sa.inspect(row).identity[0] if sa.inspect(row).identity else None))


def _look(connection: sa.Connection, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool) -> None:
    compiled = getattr(context, "compiled", None)
    held: Held = connection.info.setdefault("held", Held())
    if compiled is None:
        return
    statement = compiled.statement
    table, bars_new = _locked_table(statement), False
    if table is None:
        if isinstance(statement, sa.Insert) and getattr(statement, "_post_values_clause", None) is not None:
            held.own.add((statement.table.name, None))  # insert_new
        return
    if isinstance(statement, sa.Select):
        bars_new = not statement._for_update_arg.key_share
    ids = _ids(table, context.compiled_parameters)
    if isinstance(statement, sa.Delete) and ids == [None]:
        return  # all of an event that goes
    fault = held.take(table.name, ids, bars_new=bars_new, caller=_caller())
    if fault and os.environ.get("PYTEST_CURRENT_TEST", "").startswith(WATCHED) and (place := _service()):
        raise OutOfOrder(f"{place} locks {fault}; see docs/adr/0024-one-order-of-locks.md")


def _locked_table(statement: Any) -> sa.Table | None:
    if isinstance(statement, sa.Update | sa.Delete):
        return statement.table
    if isinstance(statement, sa.Select) and statement._for_update_arg is not None:
        found = statement.get_final_froms()[0]
        return found if isinstance(found, sa.Table) else None
    return None


def _ids(table: sa.Table, rounds: list[dict[str, Any]]) -> list[int | None]:
    """Return the ids a statement names; ``None`` for rows chosen otherwise."""
    key = next((column.name for column in table.primary_key), "")
    names = re.compile(rf"{table.name}_{key}|{key}_1(_\d+)?")
    found = [id for values in rounds for name, id in values.items() if names.fullmatch(name) and isinstance(id, int)]
    return sorted(found) or [None]


def _caller() -> str:
    """Return the innermost line of a test that is being run."""
    frame: FrameType | None = sys._getframe(2)
    while frame and ("/tests/" not in frame.f_code.co_filename or frame.f_code.co_filename == __file__):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else ""


def _service() -> str:
    """Return the place in the product that runs the statement; what a test does by itself is its own affair.

    So is the demo's story: it fills an event of its own with many actions at a time.
    """
    frames = [frame for frame in traceback.extract_stack() if "/matchmaking/" in frame.filename]
    inner = [frame for frame in frames if not frame.filename.endswith("transactions.py")]
    goes = inner and inner[-1].filename.endswith(("leaving.py", "merging.py"))  # tests call these hooks by themselves
    if not inner or goes or any("/operations/demo/" in frame.filename for frame in frames):
        return ""
    return f"{inner[-1].filename.rsplit('/matchmaking/')[-1]}:{inner[-1].lineno}"
