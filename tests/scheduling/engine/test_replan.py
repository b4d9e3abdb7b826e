"""Re-planning at size: what is not concerned stays, the past is fact, and the bounds are true."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings

from matchmaking.scheduling.engine import Current, Limits, Problem, Solution, Status, false_claims, solve, violations
from matchmaking.scheduling.engine.disruption import least_disruption
from matchmaking.scheduling.engine.generate import EventSize, generate
from matchmaking.scheduling.engine.instance import compile_problem
from matchmaking.scheduling.engine.pipeline import new_run
from matchmaking.scheduling.engine.replan import repair, rings

from .brute import best_rank
from .strategies import problems


@cache
def published() -> tuple[Problem, Solution]:
    problem = generate(EventSize(40, 20, 10, 14, 160), 1)
    return problem, solve(problem, Limits(seconds=1, workers=1))


def told(*, frozen: int = 0) -> Problem:
    problem, solution = published()
    return replace(problem, current=Current(solution.assignments, frozen))


def busiest(problem: Problem) -> str:
    agenda = [p for m in problem.meetings for p in m.participants if p.startswith("B")]
    return max(sorted(set(agenda)), key=agenda.count)


def away(problem: Problem, name: str, slots: set[int]) -> Problem:
    people = [replace(p, unavailable=p.unavailable | slots) if p.id == name else p for p in problem.participants]
    return replace(problem, participants=tuple(people))


def test_replan_without_a_change_changes_nothing() -> None:
    solution = solve(told(), Limits(seconds=1, workers=1))
    assert (solution.objective.disruption, solution.objective.disruption_bound) == (0, 0)
    assert set(published()[1].assignments) <= set(solution.assignments)


def test_replan_after_a_cancellation_loses_only_that_persons_meetings() -> None:
    problem = told(frozen=3)
    who = busiest(problem)
    meetings = {m.id: m for m in problem.meetings}
    gone = {a.meeting for a in published()[1].assignments if a.slot > 3 and who in meetings[a.meeting].participants}
    changed = away(problem, who, set(range(4, 11)))
    solution = solve(changed, Limits(seconds=10, workers=1))
    assert violations(changed, solution) == []
    assert false_claims(changed, solution) == []
    assert (solution.objective.lost, solution.objective.moved) == (len(gone), 0)
    assert solution.objective.disruption == solution.objective.disruption_bound


@pytest.mark.parametrize("fewer", [1, 3])
def test_replan_with_fewer_tables_is_near_its_bound(fewer: int) -> None:
    problem = told()
    problem = replace(problem, tables=tuple(n - fewer for n in problem.tables))
    solution = solve(problem, Limits(seconds=2.5, workers=1))
    o = solution.objective
    assert violations(problem, solution) == []
    assert o.disruption is not None
    assert o.disruption_bound is not None
    assert o.disruption_bound <= o.disruption
    assert (o.moved or 0) < len(problem.meetings) / 3


def test_rings_improve_what_repair_found_and_leave_the_others_alone() -> None:
    problem = away(told(frozen=2), busiest(told()), {3, 4, 5})
    run = new_run(problem, Limits(seconds=8, workers=1))
    repair(run)
    assert run.value is not None
    first = run.value
    rings(run)
    assert (run.value.disruption or 0) <= (first.disruption or 0)
    assert (run.value.moved or 0) <= 12
    solution = Solution("", Status.FEASIBLE, run.assignments, objective=run.value)
    assert violations(problem, solution) == []


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problems(replanning=True))
def test_least_disruption_is_never_above_the_best(problem: Problem) -> None:
    best = best_rank(problem)
    if best is not None:
        assert least_disruption(compile_problem(problem)) <= best[0]
