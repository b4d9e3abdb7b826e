"""The best schedule of a tiny problem by trying every one, judged by the checker alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from matchmaking.scheduling.engine import Assignment, Objective, Problem, broken_rules, score_assignments

Rank = tuple[int, int, int, int]


def best_rank(problem: Problem) -> Rank | None:
    """The least (disruption, shortfall, -weight, breaks) of all schedules without a violation, or None."""
    ranks = (
        rank_of(score_assignments(problem, assignments))
        for assignments in every_schedule(problem)
        if not broken_rules(problem, assignments)
    )
    return min(ranks, default=None)


def rank_of(objective: Objective) -> Rank:
    assert objective.min_shortfall is not None
    assert objective.weight is not None
    assert objective.breaks is not None
    return (objective.disruption or 0, objective.min_shortfall, -objective.weight, objective.breaks)


def every_schedule(problem: Problem) -> Iterator[tuple[Assignment, ...]]:
    """Every way to give slots and tables in which nobody and no table is used twice; all else is for the checker."""
    places = [(slot, table) for slot in range(1, problem.slots + 1) for table in tables_of(problem, slot)]
    options = [[None, *places] for _ in problem.meetings]
    for choice in product(*options):
        rows = [
            Assignment(m.id, *place) for m, place in zip(problem.meetings, choice, strict=True) if place is not None
        ]
        if is_physically_possible(problem, rows):
            yield tuple(rows)


def tables_of(problem: Problem, slot: int) -> range:
    facts = [a.table for a in problem.facts().values()]
    return range(1, max([problem.tables[slot - 1], *facts]) + 1)


def is_physically_possible(problem: Problem, rows: list[Assignment]) -> bool:
    who = {m.id: m.participants for m in problem.meetings}
    seats = [(person, a.slot) for a in rows for person in who[a.meeting]]
    return len(seats) == len(set(seats))
