"""Which pairs fit although nobody asked: same category, the rules of the event, every exhibitor's minimum; pure.

A suggestion never weighs as much as a wish (see ``weights``). Every point carries its reason, and a person may overrule it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matchmaking.matching.weights import MOST_FIT, Point


@dataclass(frozen=True)
class Party:
    """One participant as matching sees it; ``needs`` counts a buyer's needs by category."""

    id: int
    code: str
    name: str
    side: str
    categories: frozenset[str] = frozenset()
    needs: Mapping[str, int] = field(default_factory=dict)
    buyer_type: str = ""
    regency: str = ""
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True)
class Ban:
    """A rule of the event: this buyer type and this category do not go together (either empty: any)."""

    buyer_type: str
    category: str

    def covers(self, buyer: Party, category: str | None) -> bool:
        """Say whether the rule forbids talking about ``category`` (``None``: an exhibitor without any) with the buyer."""
        is_type = not self.buyer_type or self.buyer_type == buyer.buyer_type
        return is_type and (not self.category or self.category == category)


def open_categories(exhibitor: Party, buyer: Party, bans: Iterable[Ban]) -> frozenset[str]:
    """Return the exhibitor's categories that the rules let this buyer hear about."""
    return frozenset(c for c in exhibitor.categories if not any(ban.covers(buyer, c) for ban in bans))


def may_meet(exhibitor: Party, buyer: Party, bans: tuple[Ban, ...]) -> bool:
    """Say whether the rules of the event let the two meet at all."""
    if exhibitor.categories:
        return bool(open_categories(exhibitor, buyer, bans))
    return not any(ban.covers(buyer, None) for ban in bans)


def fit_points(exhibitor: Party, buyer: Party, bans: tuple[Ban, ...] = ()) -> tuple[Point, ...]:
    """Return why the two fit, at most ``MOST_FIT`` points; nothing when they share no category.

    One point for a category of both; one more for a need the buyer has written down in it; one more for several needs;
    the same regency settles ties (domain.md 7.2). Procurement flags are not looked at: nearly all packages carry them.
    """
    common = sorted(open_categories(exhibitor, buyer, bans) & (buyer.categories | buyer.needs.keys()))
    if not common:
        return ()
    wanted = [category for category in common if buyer.needs.get(category)]
    points = [Point(1, "same_category", common[0])]
    if wanted:
        points = [Point(1, "same_category", wanted[0]), Point(1, "written_need", wanted[0])]
        if sum(buyer.needs[category] for category in wanted) > 1:
            points.append(Point(1, "several_needs"))
    if exhibitor.regency and exhibitor.regency == buyer.regency:
        points.append(Point(1, "same_regency"))
    return tuple(points[:MOST_FIT])


def suggested_pairs(
    exhibitors: Iterable[Party],
    buyers: Iterable[Party],
    bans: tuple[Ban, ...],
    apart: frozenset[tuple[int, int]],
    most_each: int,
) -> dict[tuple[int, int], tuple[Point, ...]]:
    """Return the suggested pairs with their points: (exhibitor id, buyer id) -> points.

    Args:
        exhibitors: every approved exhibitor.
        buyers: every approved buyer.
        bans: rules about who may not meet whom.
        apart: pairs that one side refused.
        most_each: how many suggestions one participant needs at most (a few more than it has slots).
    """
    makers, agencies = sorted(exhibitors, key=_by_id), sorted(buyers, key=_by_id)
    fitting = {
        (e.id, b.id): points
        for e in makers
        for b in agencies
        if (e.id, b.id) not in apart and (points := fit_points(e, b, bans))
    }
    kept = _best_of_each(fitting, most_each)
    for exhibitor in makers:
        kept.update(_minimum_pairs(exhibitor, agencies, kept, bans, apart))
    return kept


def _by_id(party: Party) -> int:
    return party.id


def _best_of_each(
    fitting: dict[tuple[int, int], tuple[Point, ...]], most_each: int
) -> dict[tuple[int, int], tuple[Point, ...]]:
    """Keep a pair that is among the best of either side: enough to fill a day, few enough to solve quickly."""
    ranked = sorted(fitting.items(), key=lambda item: (-sum(p.value for p in item[1]), _spread(item[0]), item[0]))
    counts: dict[tuple[str, int], int] = {}
    kept = {}
    for pair, points in ranked:
        ends = (("e", pair[0]), ("b", pair[1]))
        if any(counts.get(end, 0) < most_each for end in ends):
            kept[pair] = points
            for end in ends:
                counts[end] = counts.get(end, 0) + 1
    return kept


def _spread(pair: tuple[int, int]) -> int:
    """Order equals so that not everybody is given the same first few partners, and the same way each time."""
    return (pair[0] * 7919 + pair[1] * 104_729) % 1009


def _minimum_pairs(
    exhibitor: Party,
    buyers: list[Party],
    kept: dict[tuple[int, int], tuple[Point, ...]],
    bans: tuple[Ban, ...],
    apart: frozenset[tuple[int, int]],
) -> dict[tuple[int, int], tuple[Point, ...]]:
    """Give an exhibitor that fits with too few buyers others to choose from, so that its minimum can be held."""
    have = sum(1 for pair in kept if pair[0] == exhibitor.id)
    if have >= exhibitor.minimum:
        return {}
    others = [
        b
        for b in buyers
        if (exhibitor.id, b.id) not in kept and (exhibitor.id, b.id) not in apart and may_meet(exhibitor, b, bans)
    ]
    others.sort(key=lambda b: (_spread((exhibitor.id, b.id)), b.id))
    # Twice what is lacking: some of them will be busy.
    chosen = others[: 2 * (exhibitor.minimum - have) + 2]
    return {(exhibitor.id, b.id): (Point(1, "minimum"),) for b in chosen}
