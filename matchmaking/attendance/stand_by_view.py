"""Who could take a freed place, as the control page offers it: two names and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaking.attendance.queries.standing_by import Pair
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale
from matchmaking.matching.queries.parties import category_names
from matchmaking.matching.wording import point_sentence

#: So many tables of a slot are offered somebody: more would be a list, not a proposal.
MOST_FREE_TABLES = 6


@dataclass(frozen=True)
class Offer:
    """One pair for one place; the teams are what the tap sends."""

    exhibitor_team_id: int
    buyer_team_id: int
    names: str
    why: str


def offers(pairs: Sequence[Pair]) -> list[Offer]:
    """Return pairs with the reason, in the reader's language."""
    names = category_names(select_locale())
    return [Offer(*pair.teams, f"{pair.exhibitor} – {pair.buyer}", _why(pair, names)) for pair in pairs]


def _why(pair: Pair, category_names: dict[str, str]) -> str:
    said = [point_sentence(point, category_names) for point in pair.points[:2]]
    if pair.is_second_try:
        said.insert(0, _("They missed each other earlier today."))
    return " ".join(said)
