"""Who comes to the demo: the written cast, or as many more as asked for, always the same for a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from matchmaking.operations.demo.people import AGENCIES, Agency, Maker, makers
from matchmaking.regions import REGENCIES

#: How sure a pair is to be wished for when it shares a category (must, want), out of 100.
MUST_PERCENT, WANT_PERCENT = 22, 38
#: A buyer or maker that says no to somebody of the other side, out of 100 pairs without a shared category.
NO_PERCENT = 2


@dataclass(frozen=True)
class Pair:
    """A wish of the demo: indexes into the cast, which side asks, how strongly."""

    exhibitor: int
    buyer: int
    by_exhibitor: bool
    strength: str


def exhibitors(number: int | None) -> list[Maker]:
    """Return the written makers, or ``number`` of them, the written ones repeated under numbered names."""
    return _repeated(list(makers()), number)


def buyers(number: int | None) -> list[Agency]:
    """Return the written agencies, or ``number`` of them."""
    return _repeated(list(AGENCIES), number)


def _repeated(written: list, number: int | None) -> list:
    if number is None:
        return written
    rounds = [written[index % len(written)] for index in range(number)]
    return [
        party if index < len(written) else _numbered(party, index // len(written) + 1)
        for index, party in enumerate(rounds)
    ]


def _numbered(party: Maker | Agency, copy: int) -> Maker | Agency:
    moved = REGENCIES[(copy * 7 + len(party.name)) % len(REGENCIES)].code
    return replace(party, name=f"{party.name} {copy}", regency=moved)


def categories_of(party: Maker | Agency) -> set[str]:
    """Return the categories a party deals in."""
    if isinstance(party, Maker):
        return {party.category}
    return {need.category for need in party.needs if need.category}


def wishes(sellers: list[Maker], agencies: list[Agency], seed: int) -> list[Pair]:
    """Return who wishes to meet whom, mostly within a category; each agency asks for at most nine makers."""
    chance = random.Random(seed)  # noqa: S311 - a demo, not a secret
    found: list[Pair] = []
    for b, agency in enumerate(agencies):
        wanted = categories_of(agency)
        candidates = [e for e, maker in enumerate(sellers) if categories_of(maker) & wanted]
        chance.shuffle(candidates)
        for e in sorted(candidates[:9]):
            strength = _strength(chance)
            if strength:
                found.append(Pair(e, b, False, strength))
            if chance.randrange(100) < 30:
                found.append(Pair(e, b, True, "must" if chance.randrange(3) == 0 else "want"))
        others = [e for e in range(len(sellers)) if e not in candidates]
        if others and chance.randrange(100) < NO_PERCENT * 10:
            found.append(Pair(chance.choice(others), b, False, "no"))
    return found


def _strength(chance: random.Random) -> str | None:
    drawn = chance.randrange(100)
    if drawn < MUST_PERCENT:
        return "must"
    return "want" if drawn < MUST_PERCENT + WANT_PERCENT + 25 else None
