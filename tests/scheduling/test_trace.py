"""The short list of points that a run leaves: bounded, in order, true at both ends; and with a schedule in hand from the start."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from matchmaking.scheduling.solving.trace import (
    MOST_POINTS,
    NAMES,
    as_values,
    bounded,
    from_start,
    point_of,
    rank,
    thinned,
    trace_of,
)


def value(weight: int, breaks: int = 0, **more: Any) -> dict[str, Any]:
    return {"min_shortfall": 0, "weight": weight, "breaks": breaks, "disruption": None, **more}


@given(st.lists(st.floats(0, 900), min_size=0, max_size=400))
def test_thinning_keeps_order_both_ends_and_few(seconds: list[float]) -> None:
    points = [point_of(second, value(n)) for n, second in enumerate(sorted(seconds))]
    kept = thinned(points)
    assert len(kept) == min(len(points), MOST_POINTS)
    assert kept == [point for point in points if point in kept]
    assert kept[:1] == points[:1]
    assert kept[-1:] == points[-1:]


def test_thinning_drops_what_is_close_in_time_and_keeps_what_is_far() -> None:
    crowd = [point_of(n / 100, value(n)) for n in range(200)]
    late = [point_of(100 + 50 * n, value(200 + n)) for n in range(5)]
    assert thinned(crowd + late)[-5:] == late


def test_a_point_is_named_and_back() -> None:
    point = point_of(1.234, value(3, 4, weight_bound=9))
    assert as_values(point) == {
        **dict.fromkeys(NAMES), "seconds": 1.23, "min_shortfall": 0, "weight": 3, "breaks": 4, "weight_bound": 9,
    }  # fmt: skip


def test_an_answer_without_a_trace_is_drawn_from_its_progress_and_ends_with_its_bounds() -> None:
    answer = {
        "progress": [{"seconds": 0.5, **value(3)}, {"seconds": 1.0, **value(5)}],
        "objective": value(5, weight_bound=6),
        "seconds": 4.0,
    }
    shown = [(p["seconds"], p["weight"], p["weight_bound"]) for p in map(as_values, trace_of(answer))]
    assert shown == [(0.5, 3, None), (1.0, 5, None), (4.0, 5, 6)]
    assert trace_of({"progress": [], "objective": {"weight": None}, "seconds": 1}) == []


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12), st.integers(0, 9), st.integers(0, 9))
def test_a_run_with_a_start_never_shows_less_than_it(found: list[tuple[int, int]], weight: int, breaks: int) -> None:
    start = value(weight, breaks)
    better_and_better = sorted((value(*each) for each in found), key=rank, reverse=True)
    points = [point_of(n + 1, each) for n, each in enumerate(better_and_better)]
    shown = [as_values(point) for point in from_start(points, start)]
    assert (shown[0]["seconds"], rank(shown[0])) == (0, rank(start))
    assert [rank(each) for each in shown] == sorted((rank(each) for each in shown), reverse=True)
    best = min([rank(start), *map(rank, better_and_better)])
    assert rank(shown[-1]) == best
    assert shown[-1]["seconds"] == (points[-1][0] if points else 0)
    assert from_start(points, None) == points


def test_a_bound_is_lent_to_the_start_only_where_it_holds_for_it() -> None:
    found = value(7, 2, min_shortfall_bound=0, weight_bound=9, breaks_bound=1)
    same, lighter, short = (
        bounded(value(*v, **m), found) for v, m in (((7, 5), {}), ((6, 5), {}), ((9, 0), {"min_shortfall": 1}))
    )
    assert (same["weight_bound"], same["breaks_bound"]) == (9, 1)
    assert (lighter["weight_bound"], lighter.get("breaks_bound")) == (9, None)
    assert (short["min_shortfall_bound"], short.get("weight_bound")) == (0, None)
