"""Why a wish was not met, what it would cost, and why there is no schedule at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from matchmaking.scheduling.engine import Limits, Problem, Solution, Status, solve

from .brute import best_rank
from .build import people, problem, wish
from .strategies import problems

QUICK = Limits(seconds=20, workers=1)


def reasons(p: Problem) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {u.meeting: (u.reason, u.participants) for u in solve(p, QUICK).unscheduled}


def pair(**second: Any) -> Problem:
    """E1 would rather meet B1 (weight 9) than B2."""
    return problem(
        people("E1", "B1", "B2"), [wish("m1", "E1", "B1", weight=9), wish("m2", "E1", "B2")], **{"slots": 1, **second}
    )


def test_wish_of_a_full_exhibitor_names_the_exhibitor() -> None:
    assert reasons(pair()) == {"m2": ("exhibitor_full", ("E1",))}
    assert reasons(pair(slots=2)) == {}


def test_wish_of_a_full_buyer_names_the_buyer() -> None:
    p = problem(people("E1", "E2", "B1"), [wish("m1", "E1", "B1", weight=9), wish("m2", "E2", "B1")], slots=1)
    assert reasons(p) == {"m2": ("buyer_full", ("B1",))}


def test_wish_of_two_full_people_names_both() -> None:
    meetings = [wish("m1", "E1", "B1"), wish("m2", "E1", "B2", weight=9), wish("m3", "E2", "B1", weight=9)]
    assert reasons(problem(people("E1", "E2", "B1", "B2"), meetings, slots=1)) == {"m1": ("both_full", ("B1", "E1"))}


def test_without_sides_the_reason_says_participant() -> None:
    p = problem([{"id": n} for n in "abc"], [wish("m1", "a", "b", weight=9), wish("m2", "a", "c")], slots=1)
    assert reasons(p) == {"m2": ("participant_full", ("a",))}


def test_maximum_that_is_reached_counts_as_full_and_is_said() -> None:
    crowd = people("E1", max_meetings=1) + people("B1", "B2")
    solution = solve(problem(crowd, [wish("m1", "E1", "B1", weight=9), wish("m2", "E1", "B2")]), QUICK)
    (one,) = solution.unscheduled
    assert (one.reason, one.text["en"]) == ("exhibitor_full", "E1 has reached 1 meetings, the most that was set.")
    assert one.text["id"] == "E1 sudah mencapai 1 pertemuan, batas yang ditetapkan."


@pytest.mark.parametrize("fields", [{"unavailable": [1, 2]}, {"unavailable": [1]}])
def test_people_who_are_never_there_together_have_no_common_slot(fields: dict[str, Any]) -> None:
    crowd = people("E1", unavailable=[2]) + people("B1", **fields)
    assert reasons(problem(crowd, [wish("m1", "E1", "B1")], slots=2)) == {"m1": ("no_common_slot", ("B1", "E1"))}


def test_free_people_without_a_free_table_are_told_so() -> None:
    p = problem(people("E1", "E2", "B1", "B2"), [wish("m1", "E1", "B1", weight=9), wish("m2", "E2", "B2")], slots=1)
    assert reasons(replace(p, tables=(1,))) == {"m2": ("no_free_table", ("B2", "E2"))}
    assert reasons(p) == {}


def test_people_free_at_different_times_are_outweighed() -> None:
    crowd = people("E1", "E2", "B1", "B2")
    meetings = [
        wish("m1", "E1", "B2", slot=1, weight=9),
        wish("m2", "E2", "B1", slot=2, weight=9),
        wish("m3", "E1", "B1"),
    ]
    assert reasons(problem(crowd, meetings, slots=2)) == {"m3": ("lower_weight", ("B1", "E1"))}


def words(p: Problem) -> str:
    (one,) = solve(p, QUICK).unscheduled
    assert set(one.text) == {"id", "en"}
    assert one.reason == "lower_weight"
    return one.text["en"]


def test_what_stands_against_free_people_is_named_by_the_rule_that_does() -> None:
    crowd = people("E1", "E2", "B1", "B2")
    held = wish("m1", "E1", "B1", slot=3, weight=9)
    assert words(problem(crowd, [held, wish("m2", "E2", "B2", after=["m1"])], slots=3)) == (
        "B2 and E2 have a free slot together, but not in the order asked for with other meetings."
    )
    assert solve(problem(crowd, [held, wish("m2", "E2", "B2", after=["m1"])], slots=4), QUICK).unscheduled == ()
    apart = [wish("m1", "E1", "B1", slot=1, weight=9), wish("m2", "E1", "B2", slot=3)]
    assert words(problem(crowd, apart, slots=3, fairness=0)) == (
        "B2 and E1 are free together, but the breaks of two participants would differ by too much."
    )
    assert solve(problem(crowd, apart, slots=3), QUICK).unscheduled == ()


def test_wish_of_no_weight_that_would_only_make_a_break_says_so() -> None:
    crowd = people("E1", "B1", "B2")
    both = [wish("m1", "E1", "B1", slot=1, weight=9), wish("m2", "E1", "B2", slot=3, weight=0)]
    assert words(problem(crowd, both, slots=3)) == "B2 and E1 are free together, but this wish has a weight of zero."


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problems())
def test_a_proven_schedule_never_blames_the_search(p: Problem) -> None:
    for unmet in solve(p, QUICK).unscheduled:
        assert "ended early" not in unmet.text["en"]


def test_price_is_the_weight_lost_where_the_flow_sees_it() -> None:
    (one,) = solve(pair(), QUICK).unscheduled
    assert one.price == 9


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problems())
def test_price_is_never_more_than_what_holding_the_wish_truly_costs(p: Problem) -> None:
    solution = solve(replace(p, fairness=None), QUICK)
    for unmet in solution.unscheduled:
        forced = replace(
            p,
            fairness=None,
            meetings=tuple(replace(m, required=m.required or m.id == unmet.meeting) for m in p.meetings),
        )
        best = best_rank(forced)
        if best is not None:
            own = next(m.weight for m in p.meetings if m.id == unmet.meeting)
            assert solution.objective.weight is not None
            assert unmet.price <= solution.objective.weight - (-best[2] - own)


# Conflicts


def conflict(p: Problem) -> set[tuple[str, ...]]:
    solution: Solution = solve(p, QUICK)
    assert solution.status == Status.INFEASIBLE
    assert solution.assignments == ()
    return {(r.rule, *r.ids) for r in solution.conflict}


def must(name: str, a: str, b: str, **fields: Any) -> dict[str, Any]:
    return wish(name, a, b, required=True, **fields)


def test_conflict_of_absence_and_requirement() -> None:
    p = problem(
        people("E1", "E2", "B2") + people("B1", unavailable=[1, 2, 3, 4]),
        [must("m1", "E1", "B1"), must("m2", "E2", "B2")],
    )
    assert conflict(p) == {("required", "m1"), ("unavailable", "B1")}


def test_conflict_of_more_requirements_than_slots() -> None:
    crowd = people("E1", "B1", "B2", "B3")
    meetings = [must(f"m{i}", "E1", f"B{i}") for i in (1, 2, 3)]
    assert conflict(problem(crowd, meetings, slots=2)) == {("required", "m1"), ("required", "m2"), ("required", "m3")}


def test_conflict_of_a_maximum_and_of_tables() -> None:
    crowd = people("E1", max_meetings=1) + people("B1", "B2", "E2")
    both = [must("m1", "E1", "B1"), must("m2", "E1", "B2")]
    assert conflict(problem(crowd, both)) == {("max_meetings", "E1"), ("required", "m1"), ("required", "m2")}
    apart = [must("m1", "E1", "B1"), must("m2", "E2", "B2")]
    assert conflict(problem(crowd, apart, slots=1, tables=1)) == {("tables",), ("required", "m1"), ("required", "m2")}


def test_conflict_of_order_and_session() -> None:
    meetings = [must("m1", "E1", "B1", session="late"), must("m2", "E2", "B2", session="early", after=["m1"])]
    sessions = [{"id": "early", "first": 1, "last": 2}, {"id": "late", "first": 3, "last": 4}]
    assert conflict(problem(people("E1", "E2", "B1", "B2"), meetings, sessions=sessions)) == {
        ("after", "m2", "m1"),
        ("required", "m1"),
        ("required", "m2"),
        ("session", "m1"),
        ("session", "m2"),
    }


def test_conflict_of_fairness_and_pins() -> None:
    crowd = people("E1", "B1", "B2", "B3")
    meetings = [must("m1", "E1", "B1", slot=1), must("m2", "E1", "B2", slot=3)]
    found = conflict(problem(crowd, meetings, fairness=0))
    assert found >= {("fairness",), ("pin_slot", "m1"), ("pin_slot", "m2")}
    assert solve(problem(crowd, meetings, fairness=1), QUICK).status == Status.OPTIMAL
