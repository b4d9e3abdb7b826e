"""What a pair's wishes are worth to the scheduler; pure, and the one place where it is said.

The scheduler holds the schedule of greatest total weight, after every exhibitor's minimum. One meeting can stand in the
way of at most two others in its slot (one for each of the two who sit there), so that a stronger word wins when it weighs
more than twice the weaker one:

======================  =========  =========================================
asked by                weight     why
======================  =========  =========================================
nobody, but they fit    1 to 4     a suggestion; two of them stay below a wish
one side wants          10
one side wants much     25         more than two who merely want
both want               40         two who want each other make a deal
one much, the other so  60
both want very much     100        the highest there is
one side says no        none       the pair never meets, whatever the other says
======================  =========  =========================================

How well the two fit (1 to 4 points, see ``suggestions``) is added to a wish, so that it settles ties and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from matchmaking.matching.models import WishStrength

MUST, WANT, NO = WishStrength.MUST, WishStrength.WANT, WishStrength.NO

#: The most that fitting together is worth; twice it stays below the weakest wish.
MOST_FIT = 4
_BOTH = {
    frozenset({MUST}): 100,
    frozenset({MUST, WANT}): 60,
    frozenset({WANT}): 40,
}
_ONE = {MUST: 25, WANT: 10}


@dataclass(frozen=True)
class Point:
    """Part of a weight: how much, and why as a code that ``wording`` puts into a sentence."""

    value: int
    reason: str
    about: str = ""


def is_excluded(exhibitor: WishStrength | None, buyer: WishStrength | None) -> bool:
    """Say whether a "no" keeps the two apart."""
    return NO in (exhibitor, buyer)


def is_wished(exhibitor: WishStrength | None, buyer: WishStrength | None) -> bool:
    """Say whether at least one side asked for the other and none refused."""
    return not is_excluded(exhibitor, buyer) and bool(exhibitor or buyer)


def wish_points(exhibitor: WishStrength | None, buyer: WishStrength | None) -> tuple[Point, ...]:
    """Return what the two sides' words are worth; nothing when nobody asked.

    Raises:
        ValueError: one side said no; such a pair has no weight and must not be asked about.
    """
    if is_excluded(exhibitor, buyer):
        raise ValueError("a refused pair has no weight")
    if exhibitor and buyer:
        reason = f"mutual_{exhibitor.value}_{buyer.value}"
        return (Point(_BOTH[frozenset({exhibitor, buyer})], reason),)
    if exhibitor:
        return (Point(_ONE[exhibitor], f"exhibitor_{exhibitor.value}"),)
    return (Point(_ONE[buyer], f"buyer_{buyer.value}"),) if buyer else ()


def total(points: tuple[Point, ...]) -> int:
    """Return the weight that the points add up to."""
    return sum(point.value for point in points)
