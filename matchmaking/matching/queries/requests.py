"""The pairs that may meet, with what each is worth and why: wishes first, suggestions to fill the day."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from matchmaking.events.models import TimeSlot
from matchmaking.extensions import db
from matchmaking.matching.models import Wish, WishStrength
from matchmaking.matching.queries.parties import bans, parties
from matchmaking.matching.suggestions import Ban, Party, fit_points, may_meet, suggested_pairs
from matchmaking.matching.weights import Point, is_excluded, is_wished, total, wish_points

Pair = tuple[int, int]


@dataclass(frozen=True)
class MeetingRequest:
    """A pair (exhibitor, buyer) that may meet. ``is_wish``: somebody asked; else it is suggested."""

    exhibitor_id: int
    buyer_id: int
    is_wish: bool
    points: tuple[Point, ...]
    exhibitor_strength: WishStrength | None = None
    buyer_strength: WishStrength | None = None
    exhibitor_team_id: int | None = None  # named by the buyer's wish
    buyer_team_id: int | None = None  # named by the exhibitor's wish

    @property
    def weight(self) -> int:
        """What the pair is worth to the scheduler."""
        return total(self.points)


@dataclass(frozen=True)
class Matching:
    """Everything the scheduler needs to know about who meets whom."""

    parties: dict[int, Party]
    bans: tuple[Ban, ...]
    requests: tuple[MeetingRequest, ...]
    refused: frozenset[Pair] = field(default_factory=frozenset)


@dataclass(frozen=True)
class _Word:
    """What one side said; a team of the other side may be named."""

    strength: WishStrength
    target_team_id: int | None


@dataclass
class _Words:
    """Both sides' words about one pair."""

    exhibitor: _Word | None = None
    buyer: _Word | None = None

    @property
    def strengths(self) -> tuple[WishStrength | None, WishStrength | None]:
        return (
            self.exhibitor.strength if self.exhibitor else None,
            self.buyer.strength if self.buyer else None,
        )


def matching_of(event_id: int, *, with_suggestions: bool = True) -> Matching:
    """Return participants and requests of an event; the number of statements does not depend on its size."""
    people, rules = parties(event_id), bans(event_id)
    words = _words(event_id, people)
    refused = frozenset(pair for pair, said in words.items() if is_excluded(*said.strengths))
    wished = [
        _wished(pair, said, people, rules)
        for pair, said in sorted(words.items())
        if is_wished(*said.strengths) and may_meet(people[pair[0]], people[pair[1]], rules)
    ]
    suggested = _suggested(event_id, people, rules, refused, wished) if with_suggestions else []
    return Matching(people, rules, tuple(wished + suggested), refused)


def _words(event_id: int, people: dict[int, Party]) -> dict[Pair, _Words]:
    found: dict[Pair, _Words] = {}
    rows = db.session.execute(
        sa.select(Wish.wisher_id, Wish.target_id, Wish.strength, Wish.target_team_id)
        .where(Wish.event_id == event_id)
        .order_by(Wish.id)
    )
    for wisher_id, target_id, strength, team_id in rows:
        wisher, target, word = people.get(wisher_id), people.get(target_id), _Word(strength, team_id)
        if wisher is None or target is None or wisher.side == target.side:
            continue
        if wisher.side == "exhibitor":
            found.setdefault((wisher.id, target.id), _Words()).exhibitor = word
        else:
            found.setdefault((target.id, wisher.id), _Words()).buyer = word
    return found


def _wished(pair: Pair, said: _Words, people: dict[int, Party], rules: tuple[Ban, ...]) -> MeetingRequest:
    exhibitor, buyer = said.strengths
    return MeetingRequest(
        exhibitor_id=pair[0],
        buyer_id=pair[1],
        is_wish=True,
        points=wish_points(exhibitor, buyer) + fit_points(people[pair[0]], people[pair[1]], rules),
        exhibitor_strength=exhibitor,
        buyer_strength=buyer,
        exhibitor_team_id=said.buyer.target_team_id if said.buyer else None,
        buyer_team_id=said.exhibitor.target_team_id if said.exhibitor else None,
    )


def _suggested(
    event_id: int,
    people: dict[int, Party],
    rules: tuple[Ban, ...],
    refused: frozenset[Pair],
    wished: list[MeetingRequest],
) -> list[MeetingRequest]:
    slots = db.session.scalar(
        sa.select(sa.func.count()).where(TimeSlot.event_id == event_id, TimeSlot.retired_at.is_(None))
    )
    pairs = suggested_pairs(
        [p for p in people.values() if p.side == "exhibitor"],
        [p for p in people.values() if p.side == "buyer"],
        rules,
        refused,
        most_each=(slots or 0) + 4,
    )
    known = {(request.exhibitor_id, request.buyer_id) for request in wished}
    return [MeetingRequest(e, b, False, points) for (e, b), points in sorted(pairs.items()) if (e, b) not in known]
