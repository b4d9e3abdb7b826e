"""The brute force and the checker were written apart from each other: on any schedule at all they must agree."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaking.scheduling.engine import Assignment, Problem, broken_rules, score_assignments

from .brute import Judge, every_schedule, rank_of
from .strategies import problems


@settings(max_examples=1_000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problems(replanning=True), st.integers(0, 2**32))
def test_checker_and_brute_force_agree_on_random_schedules(problem: Problem, seed: int) -> None:
    draw = random.Random(seed)
    possible = {tuple(sorted(held.items())) for held, _ in zip(every_schedule(problem), range(400), strict=False)}
    for rows in [*draw.sample(sorted(possible), min(4, len(possible))), *(_anything(problem, draw) for _ in range(4))]:
        held = dict(rows)
        assignments = [Assignment(name, *place) for name, place in rows]
        rank = Judge(problem).rank(held)
        allowed = rank is not None and _is_among(problem, held)
        assert allowed == (not broken_rules(problem, assignments))
        if allowed:
            value = score_assignments(problem, assignments)
            assert rank == (*rank_of(value), value.table_changes)


def _anything(problem: Problem, draw: random.Random) -> tuple[tuple[str, tuple[int, int]], ...]:
    chosen = [m.id for m in problem.meetings if draw.random() < 0.6]
    return tuple((name, (draw.randint(1, problem.slots), draw.randint(1, 2))) for name in chosen)


def _is_among(problem: Problem, held: dict[str, tuple[int, int]]) -> bool:
    return any(each == held for each in every_schedule(problem))
