"""Only ``matchmaking/transactions.py`` commits and rolls back: one business action is one transaction."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "matchmaking"
OWNER = PACKAGE / "transactions.py"
ENDING = {"commit", "rollback", "begin", "begin_nested"}


def endings(source: str) -> list[int]:
    """Return the lines that call ``….commit()`` and its like."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in ENDING]


def test_transactions_are_ended_by_their_owner_alone() -> None:
    found = {
        str(path.relative_to(PACKAGE)): lines
        for path in PACKAGE.rglob("*.py")
        if path != OWNER and (lines := endings(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_the_owner_does_end_them() -> None:
    assert endings(OWNER.read_text(encoding="utf-8"))


@pytest.mark.parametrize("line", ["db.session.commit()", "session.rollback()", "with s.begin_nested():\n    pass"])
def test_an_ending_is_found(line: str) -> None:
    assert endings(f"x = 1\n{line}\n") == [2]
