"""Short hands for small problems."""

from __future__ import annotations

from typing import Any

from matchmaking.scheduling.engine import Assignment, Problem, Solution, Status, parse_problem


def people(*names: str, **fields: Any) -> list[dict[str, Any]]:
    """Participants by name; E… are exhibitors, B… buyers."""
    sides = {"E": "exhibitor", "B": "buyer"}
    return [{"id": n, **({"side": sides[n[0]]} if n[0] in sides else {}), **fields} for n in names]


def wish(name: str, a: str, b: str, **fields: Any) -> dict[str, Any]:
    return {"id": name, "participants": [a, b], **fields}


def document(participants: list[dict[str, Any]], meetings: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    base = {"format": "b2b-schedule-problem/1", "name": "small", "slots": 4, "tables": 2}
    return {**base, "participants": participants, "meetings": meetings, **fields}


def problem(participants: list[dict[str, Any]], meetings: list[dict[str, Any]], **fields: Any) -> Problem:
    return parse_problem(document(participants, meetings, **fields))


def schedule(*rows: tuple[str, int, int]) -> Solution:
    return Solution("small", Status.FEASIBLE, tuple(Assignment(*row) for row in rows))
