"""The audit trail: chained, append-only, complete under concurrency, and honest when somebody changed it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import audit
from matchmaking.actor import SYSTEM
from matchmaking.audit.models import AuditEntry
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.threads import at_once
from tests.world import BOTH, World

both = pytest.mark.parametrize("database", BOTH, indirect=True)


def note(count: int = 3) -> None:
    for number in range(count):
        with transaction():
            audit.record(SYSTEM, "x.do", ("zone", number), data={"n": number})


def without_triggers(statement: str) -> None:
    """Change the trail as somebody would who holds the database itself."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    names = (
        ["audit_entry_no_update", "audit_entry_no_delete"] if is_sqlite else ["audit_entry_no_change ON audit_entry"]
    )
    with transaction():
        for name in names:
            db.session.execute(sa.text(f"DROP TRIGGER {name}"))
        db.session.execute(sa.text(statement))


@both
def test_chain_is_intact_after_many_writers_at_once(app: Flask, world: World) -> None:
    def write(number: int) -> None:
        for _again in range(3):
            with transaction():
                audit.record(SYSTEM, "x.do", ("zone", number))

    assert at_once(app, write, 16) == [None] * 16
    report = audit.verify_chain()
    assert (report.is_intact, report.entries) == (True, 48)
    assert list(db.session.scalars(sa.select(AuditEntry.sequence).order_by(AuditEntry.sequence))) == list(range(1, 49))


@both
@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'y'", "DELETE FROM audit_entry"])
def test_database_refuses_to_change_an_entry(app: Flask, statement: str) -> None:
    note()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction():
        db.session.execute(sa.text(statement))
    assert audit.verify_chain().entries == 3


@both
@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit_entry SET action = 'y.do' WHERE sequence = 2", 2),
        ("UPDATE audit_entry SET subject_id = 99 WHERE sequence = 1", 1),
        ("UPDATE audit_entry SET data = '{}' WHERE sequence = 3", 3),
        ("UPDATE audit_entry SET actor_kind = 'user' WHERE sequence = 2", 2),
        ("DELETE FROM audit_entry WHERE sequence = 2", 3),
        ("DELETE FROM audit_entry WHERE sequence = 3", 3),
        ("DELETE FROM audit_entry", 1),
        ("UPDATE audit_head SET sequence = 2", 4),
    ],
)
def test_tampering_is_found_where_it_happened(app: Flask, statement: str, broken_at: int) -> None:
    note()
    without_triggers(statement)
    assert (audit.verify_chain().is_intact, audit.verify_chain().broken_at) == (False, broken_at)


def test_command_says_intact_or_where_it_is_broken(app: Flask) -> None:
    note()
    run = app.test_cli_runner().invoke
    assert (run(args=["audit", "verify"]).exit_code, run(args=["audit", "verify"]).stdout) == (0, "intact: 3 entries\n")
    without_triggers("UPDATE audit_entry SET action = 'y' WHERE sequence = 2")
    result = run(args=["audit", "verify"])
    assert (result.exit_code, result.stdout, "entry 2" in result.stderr) == (1, "", True)


def test_action_that_fails_leaves_no_entry(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        audit.record(SYSTEM, "x.do", ("zone", 1))
        raise ZeroDivisionError
    assert audit.verify_chain().entries == 0


def test_empty_chain_is_intact(app: Flask) -> None:
    assert (audit.verify_chain().is_intact, audit.verify_chain().entries) == (True, 0)
