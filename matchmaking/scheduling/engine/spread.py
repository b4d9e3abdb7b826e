"""How evenly a schedule treats people: meetings and breaks over each side, and who stands at a guaranteed minimum; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from .problem import Assignment, Participant, Problem
from .rules import Schedule, breaks_of


@dataclass(frozen=True, slots=True)
class Range:
    """Least, middle and most of some counts."""

    least: int
    middle: float
    most: int


@dataclass(frozen=True, slots=True)
class SideSpread:
    """One side: how many meetings and breaks its people have, and who has just the minimum or less than that."""

    side: str | None
    people: int
    meetings: Range
    breaks: Range
    fewest: tuple[str, ...]
    at_minimum: tuple[str, ...]
    below_minimum: tuple[str, ...]


def spread(problem: Problem, assignments: Iterable[Assignment]) -> tuple[SideSpread, ...]:
    """Return the spread of each side that has somebody with a wish; who is in no meeting at all counts with 0."""
    schedule = Schedule(problem, assignments)
    wished = {p for m in problem.meetings for p in m.participants}
    sides: dict[str | None, list[Participant]] = {}
    for p in problem.participants:
        if p.id in wished or p.min_meetings:
            sides.setdefault(p.side, []).append(p)
    return tuple(_of_side(schedule, side, sides[side]) for side in sorted(sides, key=lambda s: (s is None, s or "")))


def _of_side(schedule: Schedule, side: str | None, people: Sequence[Participant]) -> SideSpread:
    held = {p.id: len(schedule.agenda[p.id]) for p in people}
    least = min(held.values())
    return SideSpread(
        side,
        len(people),
        _range(list(held.values())),
        _range([breaks_of(schedule.agenda[p.id]) for p in people]),
        fewest=tuple(sorted(id for id, n in held.items() if n == least)),
        at_minimum=tuple(sorted(p.id for p in people if p.min_meetings and held[p.id] == p.min_meetings)),
        below_minimum=tuple(sorted(p.id for p in people if held[p.id] < p.min_meetings)),
    )


def _range(numbers: Sequence[int]) -> Range:
    return Range(min(numbers), median(numbers), max(numbers))
