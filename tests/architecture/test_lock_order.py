"""Rows are locked in one file, in one order: the watch of all tests knows what ADR 0024 says, and notices what breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from matchmaking.events.models import Event
from matchmaking.extensions import Base, db
from matchmaking.jobs.models import Job
from matchmaking.scheduling.models import Meeting
from matchmaking.transactions import lock_row, lock_rows, transaction
from tests.lock_order import ORDER, TRAIL, Held

ROOT = Path(__file__).resolve().parents[2]
OWNER = ROOT / "matchmaking" / "transactions.py"


def test_locking_statements_stand_in_one_file() -> None:
    found = [
        path.name
        for path in (ROOT / "matchmaking").rglob("*.py")
        if "for_update" in path.read_text(encoding="utf-8") and path != OWNER
    ]
    assert found == []
    assert "for_update" in OWNER.read_text(encoding="utf-8")


def test_the_order_is_the_written_one_and_of_tables_that_exist(app: Flask) -> None:
    written = (ROOT / "docs" / "adr" / "0024-one-order-of-locks.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^\d+\. `(\w+)`", written, re.M)) == (*ORDER, TRAIL)
    assert {*ORDER, TRAIL} <= set(Base.metadata.tables)


@pytest.mark.parametrize(
    ("locks", "fault"),
    [
        ([("event", 1), ("meeting", 7), ("meeting_record", 7), ("audit_head", 1)], ""),
        ([("meeting", 7), ("event", 1)], "event after meeting"),
        ([("event", 1), ("meeting", 7), ("event", 1)], ""),  # held already
        ([("meeting", 8), ("meeting", 7)], "meeting 7 after 8"),
        ([("badge", 1), ("participation", 1)], "participation after badge"),
        ([("participation", 1), ("organization", 1)], "organization after participation"),
        ([("event", 1), ("participation", 1), ("organization", 2)], ""),  # entry by entry
        ([("event", 1), ("meeting", 1), ("organization", 2)], "organization after meeting"),
        ([("event", 1), ("audit_head", 1), ("badge", 1)], "badge after the audit trail"),
        ([("audit_head", 1), ("event", 1)], ""),  # what may happen only once begins with it
    ],
)
def test_the_watch_tells_what_is_out_of_turn(locks: list[tuple[str, int | None]], fault: str) -> None:
    held = Held()
    assert [held.take(table, [id]) for table, id in locks] == [*[""] * (len(locks) - 1), fault]


def test_two_actions_of_one_test_are_not_compared() -> None:
    held = Held()
    taken = [
        held.take("meeting", [1], caller="a"),
        held.take("event", [1], caller="b"),
        held.take("job", [1], caller="b"),
    ]
    assert taken == ["", "", "job after event"]


def test_a_row_that_bars_newcomers_frees_from_the_order() -> None:
    held = Held()
    assert [held.take("event", [1], bars_new=True), held.take("meeting", [1]), held.take("job", [1])] == ["", "", ""]


@pytest.mark.parametrize("model", [Event, Job, Meeting])
def test_every_lock_is_seen(app: Flask, model: type[Base]) -> None:
    """The watch reads SQLAlchemy's statements: a new release must not make it blind."""

    seen: list[Callable[[], object]] = [lambda: lock_row(model, 5), lambda: lock_rows(model, [5, 6])]
    held = []
    for lock in seen:
        with transaction():
            lock()
            held.append(db.session.connection().info["held"].rows)
    name = model.__tablename__
    assert held == [[(name, 5)], [(name, 5), (name, 6)]]
