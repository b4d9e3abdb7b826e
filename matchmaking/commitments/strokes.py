"""A drawn signature: strokes of points in a field 1000 wide and 400 high, read from what a browser sends.

Pure: text in, strokes out, or the reason why this is no signature. A stroke is a list of ``[x, y, milliseconds, pressure]``.
"""

from __future__ import annotations

import itertools
import json
import math
from enum import StrEnum
from typing import Any

WIDTH, HEIGHT = 1000, 400
#: A finger gives some 60 points a second: this is more than a minute without lifting it.
MAX_POINTS = 5000
MAX_STROKES = 200
MAX_TEXT = 400_000
#: The shortest real signature seen is a hook of the finger; what is below this is a slip, a dot or a dash.
MIN_POINTS = 6
MIN_LENGTH = 150.0
MIN_EXTENT = 60.0
MAX_MILLISECONDS = 24 * 60 * 60 * 1000

Stroke = list[list[float]]


class Problem(StrEnum):
    """Why something drawn is no signature."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"  # a dot, a dash, a slip of the finger
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


class StrokesRefused(ValueError):
    """What was sent is no signature."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def read_strokes(text: str) -> list[Stroke]:
    """Return the strokes of a signature: points kept inside the field, times from the first point on, never backwards.

    Raises:
        StrokesRefused: nothing, a dot, too short, too much, or not the form of strokes.
    """
    if not text.strip():
        raise StrokesRefused(Problem.EMPTY)
    if len(text) > MAX_TEXT:
        raise StrokesRefused(Problem.TOO_LARGE)
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError):
        raise StrokesRefused(Problem.UNREADABLE) from None
    strokes = _checked(sent)
    if not strokes:
        raise StrokesRefused(Problem.EMPTY)
    if not is_long_enough(strokes):
        raise StrokesRefused(Problem.TOO_SHORT)
    return strokes


def _checked(sent: Any) -> list[Stroke]:
    if not isinstance(sent, list) or not all(isinstance(stroke, list) for stroke in sent):
        raise StrokesRefused(Problem.UNREADABLE)
    if len(sent) > MAX_STROKES or sum(len(stroke) for stroke in sent) > MAX_POINTS:
        raise StrokesRefused(Problem.TOO_LARGE)
    strokes, latest = [], 0
    for stroke in sent:
        points = []
        for point in stroke:
            x, y, milliseconds, pressure = _point(point)
            latest = max(latest, milliseconds)
            points.append([x, y, latest, pressure])
        if points:
            strokes.append(points)
    return strokes


def _point(point: Any) -> tuple[float, float, int, float]:
    if not isinstance(point, list) or len(point) != 4 or not all(_is_number(value) for value in point):
        raise StrokesRefused(Problem.UNREADABLE)
    x, y, milliseconds, pressure = point
    return (
        round(float(min(max(x, 0), WIDTH)), 1),
        round(float(min(max(y, 0), HEIGHT)), 1),
        int(min(max(milliseconds, 0), MAX_MILLISECONDS)),
        round(float(min(max(pressure, 0), 1)), 2),
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_long_enough(strokes: list[Stroke]) -> bool:
    """Say whether this is more than a dot or a slip: enough points, a path long enough, and some extent."""
    points = [point for stroke in strokes for point in stroke]
    if len(points) < MIN_POINTS or path_length(strokes) < MIN_LENGTH:
        return False
    across = max(point[0] for point in points) - min(point[0] for point in points)
    down = max(point[1] for point in points) - min(point[1] for point in points)
    return math.hypot(across, down) >= MIN_EXTENT


def path_length(strokes: list[Stroke]) -> float:
    """Return how far the finger went on the field, without the jumps between strokes."""
    return sum(math.dist(before[:2], after[:2]) for stroke in strokes for before, after in itertools.pairwise(stroke))


def svg_paths(strokes: list[Stroke]) -> list[str]:
    """Return an SVG path of straight pieces for each stroke, in the field's own units; a lone point is a short dash."""
    return [_path(stroke) for stroke in strokes if stroke]


def _path(stroke: Stroke) -> str:
    if len(stroke) == 1:
        return f"M{stroke[0][0]:g} {stroke[0][1]:g}h2"
    return "M" + "L".join(f"{x:g} {y:g}" for x, y, _milliseconds, _pressure in stroke)
