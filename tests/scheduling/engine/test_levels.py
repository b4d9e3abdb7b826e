"""Breaks by level: no schedule is lost, the optimum is the same, and what nobody can avoid is known before searching."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.scheduling.engine import Limits, Problem, Status, cpsat, solve
from matchmaking.scheduling.engine.construct import construct
from matchmaking.scheduling.engine.formula import Formula
from matchmaking.scheduling.engine.instance import compile_problem, most_placed
from matchmaking.scheduling.engine.levels import add_levels, known_counts
from matchmaking.scheduling.engine.model import Model, build

from .build import people, problem, wish
from .strategies import DAY_SLOTS as SLOTS
from .strategies import busy_days


def with_levels(one: Problem, *, counts: bool = True) -> Model:
    model = build(compile_problem(one))
    add_levels(model, known_counts(model) if counts else {})
    return model


def least_breaks(model: Model) -> int | None:
    outcome = cpsat.solve(model.formula, model.break_terms(), cpsat.Search(60, workers=1))
    assert outcome.proven or outcome.infeasible
    return None if outcome.infeasible else outcome.objective or 0


def holds(formula: Formula, values: list[bool]) -> bool:
    def true(v: int) -> bool:
        return values[v] if v > 0 else not values[-v]

    return (
        all(any(map(true, clause)) for clause in formula.clauses)
        and all(sum(map(true, group)) <= 1 for group in formula.at_most_ones)
        and all(sum(map(true, group)) == 1 for group in formula.exactly_ones)
        and all(low <= sum(w for w, v in terms if true(v)) <= high for terms, low, high in formula.counts)
    )


@settings(max_examples=60, derandomize=True)
@given(busy_days(required=True), st.booleans())
def test_levels_keep_the_optimum_of_break_ends(one: Problem, counts: bool) -> None:
    plain = build(compile_problem(one))
    assert least_breaks(with_levels(one, counts=counts)) == least_breaks(plain)


@settings(max_examples=60, derandomize=True)
@given(busy_days(required=False))
def test_levels_a_completed_schedule_satisfies_the_formula(one: Problem) -> None:
    board = construct(compile_problem(one), [True] * len(one.meetings))
    model = with_levels(one)
    kept = build(compile_problem(one))
    assert holds(model.formula, model.complete(board.slot)) == holds(kept.formula, kept.complete(board.slot))


def pinned(*slots: int, **fields: object) -> Problem:
    """E sees a new buyer in each of these slots."""
    buyers = [f"B{t}" for t in slots]
    wishes = [wish(f"m{t}", "E", f"B{t}", slot=t, required=True) for t in slots]
    return problem(people("E", *buyers), wishes, slots=SLOTS, tables=2, **fields)


@pytest.mark.parametrize(("slots", "forced"), [((2, 3, 4), 0), ((1, 3), 1), ((1, 3, 6), 2), ((1, 4, 5, 8), 2)])
def test_levels_count_the_breaks_that_pins_force(slots: tuple[int, ...], forced: int) -> None:
    model = with_levels(pinned(*slots))
    assert sum(model.forced.values()) == forced
    assert {model.instance.people[p].id for p in model.forced} <= {"E"}
    solution = solve(pinned(*slots), Limits(seconds=20, workers=1))
    assert (solution.status, solution.objective.breaks, solution.objective.breaks_bound) == (
        Status.OPTIMAL, forced, forced,
    )  # fmt: skip


@pytest.mark.parametrize(("away", "forced"), [([4], 1), ([3, 6], 2), ([1, 8], 0), ([7], 0)])
def test_levels_count_the_breaks_that_absences_force(away: list[int], forced: int) -> None:
    """Five meetings in eight slots: where no five in a row are left, some breaks are for certain."""
    host = people("E", unavailable=away)
    guests = [f"B{i}" for i in range(5)]
    wishes = [wish(f"m{g}", "E", g, required=True) for g in guests]
    assert sum(with_levels(problem([*host, *people(*guests)], wishes, slots=SLOTS)).forced.values()) == forced


def test_levels_two_free_meetings_do_not_bridge_three_pins_far_apart() -> None:
    """Pins in 1, 4 and 8: two more fill one gap of two, never both gaps."""
    free = [wish(f"f{i}", "E", f"B{20 + i}", required=True) for i in range(2)]
    one = pinned(1, 4, 8)
    extra = problem(people("E", "B1", "B4", "B8", "B20", "B21"), [*one.to_json()["meetings"], *free], slots=SLOTS)
    assert sum(with_levels(extra).forced.values()) == 1
    three = problem(people("E", "B1", "B4", "B8", "B20"), [*one.to_json()["meetings"], free[0]], slots=SLOTS)
    assert sum(with_levels(three).forced.values()) == 2


def test_levels_know_that_a_session_keeps_a_block_from_beginning_late() -> None:
    """Two meetings of the morning (slots 1 to 4) and one pinned to slot 7 cannot stand together."""
    sessions = [{"id": "early", "first": 1, "last": 4}]
    wishes = [
        wish("a", "E", "B1", session="early", required=True),
        wish("b", "E", "B2", session="early", required=True),
    ]
    late = [wish("c", "E", "B3", slot=7, required=True)]
    one = problem(people("E", "B1", "B2", "B3"), [*wishes, *late], slots=SLOTS, sessions=sessions)
    assert sum(with_levels(one).forced.values()) == 1
    assert solve(one, Limits(seconds=20, workers=1)).objective.breaks == 1


@pytest.mark.parametrize(("fairness", "status"), [(1, Status.INFEASIBLE), (2, Status.OPTIMAL)])
def test_levels_forced_beyond_fairness_leave_no_schedule(fairness: int, status: Status) -> None:
    assert solve(pinned(1, 3, 6, fairness=fairness), Limits(seconds=20, workers=1)).status == status


@pytest.mark.parametrize(
    ("masks", "size"), [([0b1, 0b1], 1), ([0b11, 0b1], 2), ([0b110, 0b11, 0b1], 3), ([0, 0b1], 1), ([], 0)]
)
def test_most_placed_is_a_maximum_matching(masks: list[int], size: int) -> None:
    assert most_placed(masks, 99) == size
    assert most_placed(masks, 1) == min(size, 1)


@pytest.mark.parametrize(("fairness", "least"), [(None, 1), (1, 1), (0, None)])
def test_model_caps_breaks_where_somebody_can_have_none(fairness: int | None, least: int | None) -> None:
    assert least_breaks(build(compile_problem(pinned(1, 3, fairness=fairness)))) == least


@pytest.mark.parametrize(("fairness", "least"), [(None, 2), (1, 2), (0, 4)])
def test_model_shares_breaks_where_everybody_can_have_one(fairness: int | None, least: int) -> None:
    """One pair cannot avoid a break each; with fairness 0 the other pair takes one each too."""
    forced = [wish(f"m{t}", "E1", "B1", slot=t, required=True) for t in (1, 3)]
    free = [wish(f"n{i}", "E2", "B2", required=True) for i in (1, 2)]
    one = problem(people("E1", "B1", "E2", "B2"), [*forced, *free], slots=4, tables=2, fairness=fairness)
    assert least_breaks(build(compile_problem(one))) == least
