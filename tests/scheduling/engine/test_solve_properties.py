"""The engine against brute force on thousands of tiny problems with every rule and every objective in them.

What the problems have in them is drawn by strategies.py: absences, homes, zones, least and most meetings, tables that differ
by slot, sessions, pins, order, required meetings, weights of nothing, fairness; when re-planning also told meetings (with
tables that are gone) and a past. About a quarter of them have no schedule at all.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, seed, settings

from matchmaking.scheduling.engine import Limits, Problem, Status, false_claims, solve, violations
from matchmaking.scheduling.engine.problem import Solution

from .brute import best_rank, rank_of
from .strategies import problems

QUICK = Limits(seconds=60, workers=1)
TINY = settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def assert_is_best(problem: Problem, solution: Solution) -> None:
    best = best_rank(problem)
    if best is None:
        assert solution.status == Status.INFEASIBLE
        return
    assert violations(problem, solution) == []
    assert false_claims(problem, solution) == []
    assert rank_of(solution.objective) == best
    assert solution.status == Status.OPTIMAL


@pytest.mark.parametrize("number", range(3))
def test_solve_equals_brute_force(number: int) -> None:
    @seed(number)
    @TINY
    @given(problems())
    def every(problem: Problem) -> None:
        assert_is_best(problem, solve(problem, QUICK))

    every()


@pytest.mark.parametrize("number", range(3))
def test_replan_equals_brute_force(number: int) -> None:
    @seed(number)
    @TINY
    @given(problems(replanning=True))
    def every(problem: Problem) -> None:
        assert_is_best(problem, solve(problem, QUICK))

    every()
