"""The draft that a run starts from, as a schedule of the run's problem: what it is worth, and whether an answer beats it; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from matchmaking.scheduling import engine
from matchmaking.scheduling.solving.trace import bounded, rank

Start = tuple[engine.Assignment, ...]


def start_value(problem: engine.Problem, start: Start) -> dict[str, Any] | None:
    """Return what the start is worth; ``None`` when it breaks a rule of this problem and can be no answer."""
    return None if engine.broken_rules(problem, start) else asdict(engine.score_assignments(problem, start))


def beats(problem: engine.Problem, found: Iterable[engine.Assignment], start: Start) -> bool:
    """Say whether a schedule is better than the start, in the contract's order down to the table changes."""
    floor = start_value(problem, start)
    value = asdict(engine.score_assignments(problem, found))
    return floor is None or (rank(value), value["table_changes"]) < (rank(floor), floor["table_changes"])


def start_as_answer(problem: engine.Problem, answer: dict[str, Any], start: Start) -> dict[str, Any]:
    """Return the answer of a run that found nothing better: what it started from, with the bounds that hold for it."""
    objective = bounded(start_value(problem, start) or {}, answer["objective"])
    return {**answer, "assignments": [asdict(a) for a in start], "objective": objective}
