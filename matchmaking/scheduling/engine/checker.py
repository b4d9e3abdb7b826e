"""The judge: which hard rules a schedule breaks and what it is worth, from the definition alone, knowing no solver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from .problem import Assignment, Objective, Problem, Solution, Status
from .rules import (
    HARD_RULES,
    Schedule,
    Violation,
    disruption,
    held_weight,
    shortfall,
    table_changes,
    total_breaks,
)
from .stopping import Checkpoint, no_check

CLAIMED = ("min_shortfall", "weight", "breaks", "disruption", "lost", "moved", "retabled", "table_changes")


def violations(problem: Problem, solution: Solution) -> list[Violation]:
    """Return every broken hard rule; a schedule with none may be published."""
    return broken_rules(problem, solution.assignments)


def broken_rules(problem: Problem, assignments: Iterable[Assignment], check: Checkpoint = no_check) -> list[Violation]:
    """As `violations`, for bare assignments; `check` is called between the rules and may raise."""
    schedule = Schedule(problem, assignments)
    found: list[Violation] = []
    for rule in HARD_RULES:
        check()
        found.extend(rule(schedule))
    return found


def score(problem: Problem, solution: Solution) -> Objective:
    """Return the objective of the solution's assignments, without bounds."""
    return score_assignments(problem, solution.assignments)


def score_assignments(problem: Problem, assignments: Iterable[Assignment], check: Checkpoint = no_check) -> Objective:
    """As `score`, for bare assignments; `check` is called between the objectives and may raise."""
    s = Schedule(problem, assignments)
    change = disruption(s)
    values: list[int] = []
    for each in (shortfall, held_weight, total_breaks, table_changes):
        check()
        values.append(each(s))
    lacking, weight, breaks, changes = values
    return Objective(
        min_shortfall=lacking,
        weight=weight,
        breaks=breaks,
        disruption=change.cost if change else None,
        lost=change.lost if change else None,
        moved=change.moved if change else None,
        retabled=change.retabled if change else None,
        table_changes=changes,
    )


def false_claims(problem: Problem, solution: Solution) -> list[str]:
    """Return the objective values the solution claims that its assignments do not have, each as a sentence."""
    if solution.status in (Status.INFEASIBLE, Status.UNKNOWN):
        return []
    true = score(problem, solution)
    wrong = []
    for field in fields(Objective):
        if field.name in CLAIMED:
            claim, value = getattr(solution.objective, field.name), getattr(true, field.name)
            if claim != value:
                wrong.append(f"objective.{field.name} is {value}, the solution says {claim}")
    return wrong
