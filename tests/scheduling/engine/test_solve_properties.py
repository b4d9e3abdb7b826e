"""The engine against brute force on tiny problems with every rule and every objective in them."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from matchmaking.scheduling.engine import Limits, Problem, Status, false_claims, solve, violations
from matchmaking.scheduling.engine.problem import Solution

from .brute import best_rank, rank_of
from .strategies import problems

QUICK = Limits(seconds=20, workers=1)
TINY = settings(max_examples=70, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def assert_is_best(problem: Problem, solution: Solution) -> None:
    best = best_rank(problem)
    if best is None:
        assert solution.status == Status.INFEASIBLE
        return
    assert violations(problem, solution) == []
    assert false_claims(problem, solution) == []
    assert rank_of(solution.objective) == best
    assert solution.status == Status.OPTIMAL


@TINY
@given(problems())
def test_solve_equals_brute_force(problem: Problem) -> None:
    assert_is_best(problem, solve(problem, QUICK))


@TINY
@given(problems(replanning=True))
def test_replan_equals_brute_force(problem: Problem) -> None:
    assert_is_best(problem, solve(problem, QUICK))
