"""How a run came to its best schedule: a short list of points, each with what was reached and what is proven; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]
Point = list[float | int | None]

#: A point is a list in this order: short, for it goes into the job's row some times a second.
NAMES = (
    "seconds",
    "disruption",
    "disruption_bound",
    "min_shortfall",
    "min_shortfall_bound",
    "weight",
    "weight_bound",
    "breaks",
    "breaks_bound",
)
MOST_POINTS = 60


def point_of(seconds: float, objective: Json) -> Point:
    """Return one point for the value (and bounds) of a schedule."""
    return [round(seconds, 2), *(objective.get(name) for name in NAMES[1:])]


def as_values(point: Sequence[float | int | None]) -> Json:
    """Return a point by its names."""
    return dict(zip(NAMES, point, strict=True))


def thinned(points: list[Point]) -> list[Point]:
    """Leave out, until there are few enough, the inner point whose neighbours are nearest in time: the picture keeps its shape."""
    kept = list(points)
    while len(kept) > MOST_POINTS:
        inner = range(1, len(kept) - 1)
        del kept[min(inner, key=lambda n: (kept[n + 1][0] or 0) - (kept[n - 1][0] or 0))]
    return kept


def trace_of(answer: Json) -> list[Point]:
    """Return the points of an answer, the last one with the bounds at its end."""
    points: list[Point] = list(answer.get("trace") or (point_of(p["seconds"], p) for p in answer.get("progress", [])))
    if answer["objective"].get("weight") is not None:
        points.append(point_of(float(answer.get("seconds") or 0), answer["objective"]))
    return thinned(points)


def rank(values: Json) -> tuple[int, ...]:
    """Return what a schedule is worth in the contract's order; smaller is better."""
    return (
        values.get("disruption") or 0,
        values.get("min_shortfall") or 0,
        -(values.get("weight") or 0),
        values.get("breaks") or 0,
    )


def from_start(points: list[Point], start: Json | None) -> list[Point]:
    """Return the points of a run that has a schedule in hand when it begins: what is not better than that is not its best."""
    if start is None:
        return points
    first = point_of(0, bounded(start, as_values(points[0]) if points else {}))
    better = [point for point in points if rank(as_values(point)) < rank(start)]
    if better or not points:
        return thinned([first, *better])
    return [first, point_of(points[-1][0] or 0, bounded(start, as_values(points[-1])))]


def bounded(start: Json, found: Json) -> Json:
    """Return the start's values with the bounds of what was found, as far as these hold at the start's level.

    A bound on the weight holds for the shortfall that was reached, one on breaks for shortfall and weight.
    """
    values = dict(start)
    for level in ("disruption", "min_shortfall", "weight", "breaks"):
        values[f"{level}_bound"] = found.get(f"{level}_bound")
        if found.get(level) != start.get(level):
            break
    return values
