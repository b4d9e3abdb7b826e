"""Made-up two-sided events for tests and benchmarks: any size, skewed popularity, absences; the same seed, the same event.

How: exhibitors E0001…, buyers B0001…; a wish joins two drawn with Zipf weights (exponent 0.5) over a shuffled ranking
of each side, no pair twice; its weight is 2 to 6; 15 % of the people are away for one stretch of a fifth to a half of
the slots; every other (person, slot) is blocked with 3 %. Random numbers come from random.Random(seed) alone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate

from .problem import Meeting, Participant, Problem

AWAY_SHARE = 0.15
SCATTERED_SHARE = 0.03
ZIPF_EXPONENT = 0.5
WEIGHTS = (2, 6)


@dataclass(frozen=True, slots=True)
class EventSize:
    """How large the made-up event is."""

    exhibitors: int
    buyers: int
    slots: int
    tables: int
    wishes: int


#: The sizes of scheduling.md and one beyond, small to huge.
SIZES = {
    "S1": EventSize(50, 25, 12, 20, 400),
    "S3": EventSize(200, 100, 20, 90, 2_000),
    "S5": EventSize(1_000, 500, 30, 350, 10_000),
    "S6": EventSize(5_000, 2_500, 40, 1_750, 60_000),
}


def generate(size: EventSize, seed: int = 1) -> Problem:
    """Return a made-up event."""
    draw = random.Random(seed)  # noqa: S311 - a reproducible example, not a secret
    exhibitors = [f"E{i + 1:04}" for i in range(size.exhibitors)]
    buyers = [f"B{i + 1:04}" for i in range(size.buyers)]
    pairs = _pairs(draw, exhibitors, buyers, size.wishes)
    people = [Participant(e, "exhibitor", _absence(draw, size.slots)) for e in exhibitors]
    people += [Participant(b, "buyer", _absence(draw, size.slots)) for b in buyers]
    meetings = [Meeting(f"m{i + 1:05}", pair, draw.randint(*WEIGHTS)) for i, pair in enumerate(pairs)]
    name = f"generated-{size.exhibitors}x{size.buyers}x{size.slots}-seed{seed}"
    return Problem(size.slots, (size.tables,) * size.slots, tuple(people), tuple(meetings), name=name)


def _pairs(draw: random.Random, left: list[str], right: list[str], count: int) -> list[tuple[str, str]]:
    ranked = draw.sample(left, len(left)), draw.sample(right, len(right))
    weights = [list(accumulate((i + 1) ** -ZIPF_EXPONENT for i in range(len(side)))) for side in ranked]
    seen: dict[tuple[str, str], None] = {}
    while len(seen) < min(count, len(left) * len(right)):
        a, b = (draw.choices(side, cum_weights=w)[0] for side, w in zip(ranked, weights, strict=True))
        seen[a, b] = None
    return list(seen)


def _absence(draw: random.Random, slots: int) -> frozenset[int]:
    if draw.random() < AWAY_SHARE:
        length = draw.randint(max(1, slots // 5), max(1, slots // 2))
        first = draw.randint(1, slots - length + 1)
        return frozenset(range(first, first + length))
    return frozenset(t for t in range(1, slots + 1) if draw.random() < SCATTERED_SHARE)
