"""The best schedule that a solver reported before it was ended by force, died or hung, written up as its answer.

A solver reports each better schedule, already checked, as it finds it: `{"places": [number, slot, table, …], "objective": {…}}`
with meetings by their place in the problem, for 60,000 wishes must cost milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from matchmaking.scheduling import engine

Json = dict[str, Any]


def report_of(numbers: dict[str, int], assignments: Sequence[engine.Assignment], value: engine.Objective) -> Json:
    """What the solver's process says of a schedule; `numbers` are the places of the meetings in the problem."""
    places = [number for a in assignments for number in (numbers[a.meeting], a.slot, a.table)]
    return {"places": places, "objective": asdict(value)}


def kept_answer(problem: Json, limits: Json, best: Json | None, seconds: float) -> Json:
    """Return the answer that a solver can no longer give itself: feasible with its last report, else unknown.

    The reasons of what is not held are not in it (`with_reasons` adds them), and nothing claims to be proven.
    """
    answer: Json = {
        "format": engine.SOLUTION_FORMAT,
        "problem": problem.get("name", ""),
        "status": str(engine.Status.UNKNOWN if best is None else engine.Status.FEASIBLE),
        "assignments": [],
        "objective": asdict(engine.Objective()),
        "progress": [],
        "seconds": round(seconds, 3),
        "seed": limits["seed"],
        "workers": limits["workers"],
        "reproducible": False,
    }
    if best is not None:
        places = best["places"]
        rows = [
            {"meeting": problem["meetings"][number]["id"], "slot": slot, "table": table}
            for number, slot, table in zip(places[::3], places[1::3], places[2::3], strict=True)
        ]
        answer |= {"assignments": rows, "objective": best["objective"]}
    return answer


def with_reasons(problem: engine.Problem, answer: Json) -> Json:
    """Say of each meeting that a kept answer does not hold why, as far as looking at it tells; prices are "at least 0"."""
    if "unscheduled" in answer:
        return answer
    solution = engine.parse_solution({**answer, "unscheduled": []}, problem)
    whole = engine.with_reasons(problem, solution) if solution.assignments else solution
    return {**answer, "unscheduled": whole.to_json(assignments=False)["unscheduled"]}
