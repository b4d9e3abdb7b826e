"""Bounds that prune or are told to people: never above what the best schedules of tiny problems truly have."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings

from matchmaking.scheduling.engine import Problem, score_assignments
from matchmaking.scheduling.engine.construct import construct
from matchmaking.scheduling.engine.cpsat import Search
from matchmaking.scheduling.engine.flow import relax
from matchmaking.scheduling.engine.generate import EventSize, generate
from matchmaking.scheduling.engine.instance import compile_problem
from matchmaking.scheduling.engine.prices import prices
from matchmaking.scheduling.engine.problem import Assignment
from matchmaking.scheduling.engine.sides import side_bounds
from matchmaking.scheduling.engine.slackness import common_to_optima

from .brute import Judge, as_assignments, every_schedule
from .strategies import problems

TINY = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MIDDLE = EventSize(40, 20, 10, 12, 160)


def optima_of_relaxation(problem: Problem) -> list[tuple[Assignment, ...]]:
    """Every schedule without a violation that is as good as the flow's bounds on shortfall and weight."""
    bound = relax(compile_problem(problem))
    out = []
    judge = Judge(problem)
    for held in every_schedule(problem):
        rank = judge.rank(held)
        if rank is not None and rank[1:3] == (bound.shortfall, -bound.weight):
            out.append(as_assignments(held))
    return out


@TINY
@given(problems())
def test_common_to_optima_and_side_bounds_hold_for_every_schedule_at_the_flows_bound(problem: Problem) -> None:
    instance = compile_problem(problem)
    common = common_to_optima(instance)
    optima = optima_of_relaxation(problem)
    assume(common is not None and optima)
    assert common is not None
    bound = sum(side.breaks for side in side_bounds(instance, common, Search(20, 1)))
    for rows in optima:
        held = {a.meeting for a in rows}
        assert {instance.meetings[m].id for m in common.held} <= held
        assert not {instance.meetings[m].id for m in common.missed} & held
        for p, mine in enumerate(instance.meetings_of):
            count = sum(instance.meetings[m].id in held for m in mine)
            assert common.least[p] <= count <= common.most[p]
        breaks = score_assignments(problem, rows).breaks
        assert breaks is not None
        assert bound <= breaks


def test_common_to_optima_counts_how_often_people_meet_not_only_whether_it_is_certain() -> None:
    common = common_to_optima(compile_problem(generate(MIDDLE, 1)))
    assert common is not None
    open_people = [p for p in common.least if common.least[p] < common.most[p]]
    assert open_people
    assert sum(common.least[p] > 0 for p in open_people) > len(open_people) // 2


def test_side_bounds_see_breaks_that_full_tables_force() -> None:
    instance = compile_problem(generate(EventSize(24, 12, 10, 8, 150), 3))
    common = common_to_optima(instance)
    assert common is not None
    assert common.tables_full
    sides = side_bounds(instance, common, Search(20, 1))
    assert all(side.proven for side in sides)
    assert sum(side.breaks for side in sides) > 0


def test_prices_without_time_are_lower_bounds_of_the_exact_ones() -> None:
    instance = compile_problem(generate(MIDDLE, 2))
    slot = construct(instance, relax(instance).selected).slot
    missed = [m for m, t in enumerate(slot) if t < 0]
    exact = prices(instance, slot, missed)
    quick = prices(instance, slot, missed, lambda: True)
    assert quick.keys() == exact.keys()
    assert all(0 <= quick[m] <= exact[m] for m in exact)
    assert sum(quick.values()) > 0
