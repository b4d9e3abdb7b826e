"""The search on larger made-up events: checked, never worse than what it began with, reproducible, and quick to stop."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from matchmaking.scheduling.engine import (
    Limits,
    Problem,
    Progress,
    Solution,
    Status,
    false_claims,
    parse_problem,
    solve,
    violations,
)
from matchmaking.scheduling.engine.anneal import Annealing, Cooling
from matchmaking.scheduling.engine.construct import construct
from matchmaking.scheduling.engine.exact import find_first
from matchmaking.scheduling.engine.flow import relax
from matchmaking.scheduling.engine.generate import EventSize, generate
from matchmaking.scheduling.engine.instance import compile_problem
from matchmaking.scheduling.engine.maxsat import MaxSatLeg
from matchmaking.scheduling.engine.model import build
from matchmaking.scheduling.engine.pipeline import new_run
from matchmaking.scheduling.engine.rules import Schedule, total_breaks
from matchmaking.scheduling.engine.stopping import Patience

MIDDLE = EventSize(40, 20, 10, 12, 160)


def is_sound(problem: Problem, solution: Solution) -> bool:
    return not violations(problem, solution) and not false_claims(problem, solution)


def test_generate_same_seed_gives_same_event_and_another_seed_another() -> None:
    assert generate(MIDDLE, 3) == generate(MIDDLE, 3)
    assert generate(MIDDLE, 3).meetings != generate(MIDDLE, 4).meetings


def test_generate_draws_what_its_docstring_says() -> None:
    problem = generate(EventSize(400, 200, 20, 90, 4_000), 1)
    away = [p for p in problem.participants if len(p.unavailable) >= 4]
    per_person = Counter(p for m in problem.meetings for p in m.participants)
    assert 0.10 < len(away) / 600 < 0.22
    assert {m.weight for m in problem.meetings} == {2, 3, 4, 5, 6}
    assert len({m.participants for m in problem.meetings}) == 4_000
    assert max(per_person.values()) > 4 * 4_000 / 400


def test_construct_reaches_nearly_the_bound_at_once() -> None:
    instance = compile_problem(generate(EventSize(200, 100, 20, 90, 2_000), 1))
    bound = relax(instance)
    board = construct(instance, bound.selected)
    weight = sum(w for w, t in zip(instance.weight, board.slot, strict=True) if t >= 0)
    assert 0.999 * bound.weight <= weight <= bound.weight


def test_anneal_keeps_every_rule_and_its_count_of_breaks_is_true() -> None:
    problem = generate(MIDDLE, 1)
    instance = compile_problem(problem)
    board = construct(instance, relax(instance).selected)
    search = Annealing(instance, board.slot, seed=1)
    before = search.best
    assert search.run(Cooling(moves=200_000), lambda: False)
    table = [0] * len(board.slot)
    rows = instance.assignments(search.slot, table)
    assert search.best < before
    assert total_breaks(Schedule(problem, rows)) == search.best[3]
    rebuilt = Annealing(instance, search.state.slot.tolist(), seed=1).state
    for part in ("at", "load", "held", "breaks"):
        assert getattr(rebuilt, part).tolist() == getattr(search.state, part).tolist()


def test_solve_gives_the_same_schedule_twice_when_no_clock_ended_it() -> None:
    problem = generate(EventSize(24, 12, 8, 8, 70), 5)
    one, other = (solve(problem, Limits(seconds=60, workers=1, seed=7)) for _ in range(2))
    assert one.reproducible
    assert (one.assignments, one.objective) == (other.assignments, other.objective)


def test_solve_ended_by_the_clock_is_sound_and_says_it_is_not_reproducible() -> None:
    problem = generate(EventSize(60, 30, 14, 25, 500), 2)
    seen: list[Progress] = []
    begun = time.monotonic()
    solution = solve(problem, Limits(seconds=1.5, workers=2, seed=1), seen.append)
    assert time.monotonic() - begun < 6
    assert is_sound(problem, solution)
    assert (solution.status, solution.reproducible) == (Status.FEASIBLE, False)
    assert list(solution.progress) == seen
    ranks = [(p.min_shortfall, -p.weight, p.breaks) for p in seen]
    assert ranks == sorted(set(ranks), reverse=True)


@pytest.mark.parametrize("after", [0, 1])
def test_solve_told_to_stop_returns_the_best_so_far(after: int) -> None:
    problem = generate(EventSize(60, 30, 14, 25, 500), 2)
    seen: list[Progress] = []
    begun = time.monotonic()
    solution = solve(problem, Limits(seconds=600), seen.append, lambda: len(seen) >= after)
    assert time.monotonic() - begun < 20
    assert is_sound(problem, solution)
    assert solution.reproducible is False
    if after:
        assert solution.objective.breaks == seen[-1].breaks
        assert len(solution.assignments) > 300


def test_solve_keeps_zones_homes_order_and_minimum_at_size() -> None:
    plain = generate(MIDDLE, 6).to_json()
    for i, person in enumerate(plain["participants"]):
        if person["side"] == "exhibitor":
            person["min_meetings"] = 2
            if i % 3 == 0:
                person["tables"] = [1 + i % 4, 2 + i % 4, 3 + i % 4]
            elif i % 7 == 0:
                person["home_table"] = 5 + i % 8
    for earlier, later in zip(plain["meetings"][::9], plain["meetings"][1::9], strict=False):
        later["after"] = [earlier["id"]]
    problem = parse_problem(plain)
    solution = solve(problem, Limits(seconds=3, workers=1))
    assert is_sound(problem, solution)
    assert solution.objective.weight is not None
    assert solution.objective.weight >= 0.9 * (solution.objective.weight_bound or 0)


def all_required(size: EventSize) -> Problem:
    plain = generate(size, 4).to_json()
    for m in plain["meetings"]:
        m["required"] = True
    return parse_problem(plain)


def test_find_first_gives_a_sound_schedule_without_an_optimum() -> None:
    problem = all_required(EventSize(16, 16, 14, 8, 60))
    run = new_run(problem, Patience(Limits(seconds=60, workers=1), lambda: False))
    find_first(run, build(run.instance))
    assert run.value is not None
    assert len(run.assignments) == 60
    assert violations(problem, Solution("", Status.FEASIBLE, run.assignments)) == []


def test_maxsat_leg_proves_the_optimum_of_the_other_leg() -> None:
    problem = all_required(EventSize(16, 16, 14, 8, 60))
    best = solve(problem, Limits(seconds=60, workers=1)).objective.breaks
    model = build(compile_problem(problem))
    leg = MaxSatLeg(model.formula, model.break_terms(), wants_first=True)
    while not leg.finished and not leg.failed:
        time.sleep(0.02)
    leg.stop()
    assert leg.first is not None
    assert (leg.bound, leg.infeasible) == (best, False)
