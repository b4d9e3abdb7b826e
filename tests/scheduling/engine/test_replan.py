"""Re-planning at size: what is not concerned stays, the past is fact, and the bounds are true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings

from matchmaking.scheduling.engine import (
    Current,
    Limits,
    Problem,
    Solution,
    Status,
    broken_rules,
    false_claims,
    solve,
    violations,
)
from matchmaking.scheduling.engine.disruption import least_disruption
from matchmaking.scheduling.engine.disturb import SCENARIOS, disturb
from matchmaking.scheduling.engine.generate import EventSize, generate
from matchmaking.scheduling.engine.instance import compile_problem
from matchmaking.scheduling.engine.milp import Solver
from matchmaking.scheduling.engine.pipeline import new_run
from matchmaking.scheduling.engine.replan import repair, rings
from matchmaking.scheduling.engine.stopping import Patience

from .brute import best_rank
from .strategies import problems


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as running:
        yield running


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


def test_rings_improve_what_repair_found_and_leave_the_others_alone(solver: Solver) -> None:
    problem = away(told(frozen=2), busiest(told()), {3, 4, 5})
    run = new_run(problem, Patience(Limits(seconds=8, workers=1), lambda: False))
    board = repair(run)
    assert run.value is not None
    first = run.value
    rings(run, board, solver)
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


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problems(replanning=True))
def test_rings_find_the_least_disruption_and_their_bound_is_never_above_it(solver: Solver, problem: Problem) -> None:
    problem = replace(problem, fairness=None)
    best = best_rank(problem)
    run = new_run(problem, Patience(Limits(seconds=20, workers=1), lambda: False))
    if not run.infeasible:
        rings(run, repair(run), solver)
    if best is None:
        assert run.value is None
        return
    assert run.value is not None
    assert run.disruption_bound <= best[0] <= (run.value.disruption or 0)
    assert run.value.disruption == best[0] or has_told_rivals(problem)


def has_told_rivals(problem: Problem) -> bool:
    """Told tables that others may need are left to the complete search; the rings only count tables."""
    told = [(a.slot, a.table) for a in problem.current.assignments] if problem.current else []
    bound = any(p.home_table or p.tables for p in problem.participants) or any(m.table for m in problem.meetings)
    return bound or len(set(told)) < len(told)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_made_up_change_is_answered_with_a_proof_of_the_least_disruption(solver: Solver, name: str) -> None:
    event, solution = published()
    problem = disturb(event, solution.assignments, name, seed=3)
    assert problem == disturb(event, solution.assignments, name, seed=3)
    run = new_run(problem, Patience(Limits(seconds=60, workers=1), lambda: False))
    rings(run, repair(run), solver)
    assert run.value is not None
    assert run.value.disruption == run.disruption_bound
    assert broken_rules(problem, run.assignments) == []
    facts = problem.facts()
    assert [a for a in run.assignments if a.meeting in facts and facts[a.meeting] != a] == []
