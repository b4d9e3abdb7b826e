"""No action and no background work is shown by its code: the words are compared with what the sources record."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from matchmaking import audit
from matchmaking.commitments.models import EventKind
from matchmaking.jobs import services as jobs
from matchmaking.operations.trail_words import action_words, job_words, subject_words
from matchmaking.transactions import transaction
from tests.world import World

ROOT = Path(__file__).resolve().parents[2] / "matchmaking"
CODE = re.compile(r"[a-z]+\.[a-z_]+")
#: Actions whose code is put together; what they are made of is listed here.
COMPOSED = {
    "registration.{_VERBS[state]}": {f"registration.{verb}" for verb in ("approve", "refuse", "waitlist", "withdraw", "reopen")},
    "registration.{verb}": {
        f"registration.{verb}"
        for verb in (
            "add_delegate", "edit_delegate", "remove_delegate", "make_contact", "add_team", "rename_team", "move_delegate", "remove_team",
        )
    },
    "scheduling.{action}": {
        f"scheduling.{action}"
        for action in (
            "move_meeting", "swap_meetings", "place_meeting", "pin_meeting", "unpin_meeting", "remove_meeting", "repair_draft",
            "undo_step", "redo_step",
        )
    },
    "attendance.{verb}": {"attendance.meeting", "attendance.undo_meeting"},
    "commitments.{happened.kind.value}": {f"commitments.{kind}" for kind in EventKind},
}  # fmt: skip


def recorded() -> set[str]:
    """Return every action that the sources record: written out, handed to a helper that records it, or composed."""
    found = set[str]()
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        helpers = {
            function.name
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef)
            for call in ast.walk(function)
            if isinstance(call, ast.Call) and _is_record(call) and isinstance(call.args[1], ast.Name)
        }
        for call in calls:
            if _is_record(call) and isinstance(call.args[1], ast.JoinedStr):
                found |= COMPOSED[ast.unparse(call.args[1])[2:-1]]
            elif _is_record(call) or _called(call) in helpers:
                found |= {
                    node.value
                    for argument in call.args
                    for node in ast.walk(argument)
                    if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
                }
    return found


def _is_record(call: ast.Call) -> bool:
    return _called(call) in {"audit.record", "record"} and len(call.args) > 2


def _called(call: ast.Call) -> str:
    """Return what a call names: ``record`` or ``audit.record``."""
    match call.func:
        case ast.Name(name):
            return name
        case ast.Attribute(ast.Name(module), name):
            return f"{module}.{name}"
    return ""


def test_every_action_has_words_and_no_words_are_left_over(app: Flask) -> None:
    actions = recorded()
    assert (actions - action_words().keys(), action_words().keys() - actions) == (set(), set())


def test_every_kind_of_work_has_words(app: Flask) -> None:
    assert jobs.kinds() - job_words().keys() == set()


@pytest.mark.parametrize("words", [action_words, subject_words, job_words])
def test_no_two_are_called_alike_by_mistake(app: Flask, words: object) -> None:
    assert callable(words)
    said = list(words().values())
    assert [text for text in said if said.count(text) > 1] == []


def test_the_trail_speaks_in_words(world: World) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    with transaction():
        audit.record(actor, "events.add_tables", ("event", event_id), data={"count": 3})
    page = world.client(actor.user_id).get(f"/manage/{world.code_of(event_id)}/audit").get_data(as_text=True)
    assert ("Menambah meja</td>" in page, "events.add_tables</td>" in page) == (True, False)
