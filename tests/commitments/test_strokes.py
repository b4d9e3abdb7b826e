"""What is a signature and what is a dot, a slip or nonsense."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.commitments.strokes import (
    HEIGHT,
    MAX_POINTS,
    MAX_STROKES,
    MAX_TEXT,
    MIN_EXTENT,
    MIN_LENGTH,
    MIN_POINTS,
    WIDTH,
    Problem,
    StrokesRefused,
    is_long_enough,
    path_length,
    read_strokes,
    svg_paths,
)
from tests.commitments.frozen import DRAWN, WAVE

numbers = st.floats(allow_nan=False, allow_infinity=False, width=32) | st.integers(-(10**9), 10**9)
points = st.tuples(numbers, numbers, numbers, numbers).map(list)
drawings = st.lists(st.lists(points, max_size=30), max_size=6)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)


def problem_of(text: str) -> Problem | None:
    try:
        read_strokes(text)
    except StrokesRefused as refusal:
        return refusal.problem
    return None


def test_a_wave_is_a_signature_and_comes_out_as_it_went_in() -> None:
    assert read_strokes(DRAWN) == WAVE


@pytest.mark.parametrize(
    ("drawn", "problem"),
    [
        ("", Problem.EMPTY),
        ("  ", Problem.EMPTY),
        ("[]", Problem.EMPTY),
        ("[[]]", Problem.EMPTY),
        ("[[[500,200,0,0.5]]]", Problem.TOO_SHORT),  # a dot
        (json.dumps([[[500, 200, n, 0.5] for n in range(50)]]), Problem.TOO_SHORT),  # a finger held still
        (json.dumps([[[500 + n % 2, 200, n, 0.5] for n in range(400)]]), Problem.TOO_SHORT),  # trembling on one spot
        (json.dumps([[[100 + 10 * n, 200, n, 0.5] for n in range(8)]]), Problem.TOO_SHORT),  # a dash
        (json.dumps([[[10, 10, 0, 0.5], [990, 390, 9, 0.5]]]), Problem.TOO_SHORT),  # two points
        (json.dumps([[[n % 900, 200, n, 0.5] for n in range(MAX_POINTS + 1)]]), Problem.TOO_LARGE),
        (json.dumps([[[n, 200, n, 0.5]] for n in range(MAX_STROKES + 1)]), Problem.TOO_LARGE),
        (" " * MAX_TEXT + DRAWN, Problem.TOO_LARGE),
        ("not json", Problem.UNREADABLE),
        ("{}", Problem.UNREADABLE),
        ("[1]", Problem.UNREADABLE),
        ("[[1]]", Problem.UNREADABLE),
        ("[[[1,2,3]]]", Problem.UNREADABLE),
        ('[[["1",2,3,4]]]', Problem.UNREADABLE),
        ("[[[true,2,3,4]]]", Problem.UNREADABLE),
        ("[[[NaN,2,3,4]]]", Problem.UNREADABLE),
        ("[[[1e999,2,3,4]]]", Problem.UNREADABLE),
        ("[" * 100_000, Problem.UNREADABLE),
    ],
)
def test_what_is_no_signature_is_refused_with_its_reason(drawn: str, problem: Problem) -> None:
    assert problem_of(drawn) is problem


@given(drawings)
def test_whatever_is_kept_lies_in_the_field_and_never_goes_back_in_time(drawn: list[list[list[float]]]) -> None:
    try:
        strokes = read_strokes(json.dumps(drawn))
    except StrokesRefused:
        return
    kept = [point for stroke in strokes for point in stroke]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT and 0 <= pressure <= 1 for x, y, _ms, pressure in kept)
    assert [point[2] for point in kept] == sorted(point[2] for point in kept)
    assert len(kept) == sum(len(stroke) for stroke in drawn)
    assert read_strokes(json.dumps(strokes)) == strokes  # reading again changes nothing


@given(drawings)
def test_what_is_accepted_has_the_least_of_everything(drawn: list[list[list[float]]]) -> None:
    problem = problem_of(json.dumps(drawn))
    assert problem in {None, Problem.EMPTY, Problem.TOO_SHORT}
    if problem:
        return
    strokes = read_strokes(json.dumps(drawn))
    kept = [point for stroke in strokes for point in stroke]
    extent = math.dist([min(p[i] for p in kept) for i in (0, 1)], [max(p[i] for p in kept) for i in (0, 1)])
    assert (len(kept) >= MIN_POINTS, path_length(strokes) >= MIN_LENGTH, extent >= MIN_EXTENT) == (True, True, True)


@given(anything)
def test_nonsense_is_refused_and_never_breaks(sent: object) -> None:
    assert problem_of(json.dumps(sent)) in {*Problem, None}


def test_each_least_counts() -> None:
    line = [[100.0 + 40 * n, 200.0, n, 0.5] for n in range(MIN_POINTS)]
    assert is_long_enough([line])  # type: ignore[list-item]
    assert not is_long_enough([line[:-1]])  # type: ignore[list-item]
    assert not is_long_enough([[[100 + n, 200, n, 0.5] for n in range(100)]])  # long in points, short as a path


def test_jumps_between_strokes_are_no_drawing() -> None:
    assert path_length([[[0, 0, 0, 1], [30, 40, 1, 1]], [[900, 300, 2, 1]]]) == 50


def test_paths_for_the_paper() -> None:
    assert svg_paths([[[1, 2, 0, 1], [3.5, 4, 5, 1]], [[7, 8, 9, 1]]]) == ["M1 2L3.5 4", "M7 8h2"]
