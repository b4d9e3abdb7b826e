"""The order of meetings as variables: no schedule is lost, none is won, and what it says follows at once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from pysat.solvers import Solver

from matchmaking.scheduling.engine import Problem
from matchmaking.scheduling.engine.cnf import clauses_of
from matchmaking.scheduling.engine.instance import compile_problem
from matchmaking.scheduling.engine.levels import add_levels, known_counts
from matchmaking.scheduling.engine.model import Model, build
from matchmaking.scheduling.engine.order import _sorted, add_order

from .build import people, problem, wish
from .strategies import busy_days

MOST_SCHEDULES = 3_000


def model_of(one: Problem, *, ordered: bool) -> Model:
    model = build(compile_problem(one))
    add_levels(model, known_counts(model))
    if ordered:
        add_order(model, known_counts(model))
    return model


def schedules(model: Model) -> set[tuple[tuple[int, ...], tuple[bool, ...]]]:
    """Who meets when, and who may have a break, in all solutions of the formula (none where there are too many)."""
    places = [v for row in model.x for v in row.values()]
    levels = [v for row in model.levels.values() for v in row]
    found: set[tuple[tuple[int, ...], tuple[bool, ...]]] = set()
    clauses, _ = clauses_of(model.formula)
    with Solver(name="g4", bootstrap_with=clauses) as solver:
        while len(found) < MOST_SCHEDULES and solver.solve():
            values = solver.get_model()
            found.add(
                (tuple(v for v in places if values[v - 1] > 0), tuple(values[v - 1] > 0 for v in levels)),
            )
            solver.add_clause([-values[v - 1] for v in (*places, *levels)])
    return found if len(found) < MOST_SCHEDULES else set()


@settings(max_examples=40, derandomize=True, deadline=None)
@given(busy_days(required=True, ordered=True))
def test_order_keeps_every_schedule_of_required_meetings_and_makes_none(one: Problem) -> None:
    assert schedules(model_of(one, ordered=True)) == schedules(model_of(one, ordered=False))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(busy_days(required=False, ordered=True))
def test_order_keeps_every_schedule_of_meetings_that_may_be_missed(one: Problem) -> None:
    assert schedules(model_of(one, ordered=True)) == schedules(model_of(one, ordered=False))


def follows(model: Model, assumed: Sequence[int], claims: Sequence[int]) -> list[bool]:
    """Which of the claims unit propagation alone finds: the opposite is refused at once."""
    clauses, _ = clauses_of(model.formula)
    with Solver(name="g4", bootstrap_with=clauses) as solver:
        return [not solver.propagate(assumptions=[*assumed, -claim])[0] for claim in claims]


def three_in_a_row(**fields: object) -> Problem:
    wishes = [wish(f"m{i}", "E", f"B{i}", required=True) for i in range(3)]
    wishes[0].update(fields)
    wishes[1]["after"] = ["m0"]
    return problem(people("E", "B0", "B1", "B2"), wishes, slots=6, tables=3)


@pytest.mark.parametrize("ordered", [False, True])
def test_order_who_has_no_break_has_held_all_of_it_three_slots_after_the_beginning(ordered: bool) -> None:
    """E sits in slots 1 to 3: each of the three meetings is there, also by propagation."""
    model = model_of(three_in_a_row(), ordered=ordered)
    host = model.instance.people.index(next(p for p in model.instance.people if p.id == "E"))
    late = [-v for row in model.x for t, v in row.items() if t >= 3]
    assert follows(model, [model.u[host][0], -model.levels[host][0]], late) == [True] * len(late)


def test_order_counts_at_the_end_of_a_session_say_when_the_day_began() -> None:
    """Two of four meetings are for the morning (slots 1 to 4), so without a break the day begins by slot 3."""
    sessions = [{"id": "early", "first": 1, "last": 4}]
    wishes = [wish(f"m{i}", "E", f"B{i}", required=True, session="early" if i < 2 else None) for i in range(4)]
    one = problem(people("E", "B0", "B1", "B2", "B3"), wishes, slots=8, tables=4, sessions=sessions)
    model = model_of(one, ordered=True)
    host = next(p for p, mine in enumerate(model.instance.meetings_of) if len(mine) == 4)
    begun = [model.begun[host][t] for t in (1, 2)]
    assert follows(model, [-model.levels[host][0]], begun) == [False, True]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5])
def test_order_sorted_literals_count_what_is_true(size: int) -> None:
    model = build(compile_problem(three_in_a_row()))
    f = model.formula
    literals = [f.new() for _ in range(size)]
    numbers = _sorted(f, literals)
    for pattern in range(1 << size):
        chosen = [v if pattern >> i & 1 else -v for i, v in enumerate(literals)]
        assert follows(model, chosen, numbers) == [k < pattern.bit_count() for k in range(size)]
        assert follows(model, chosen, [-n for n in numbers]) == [k >= pattern.bit_count() for k in range(size)]
