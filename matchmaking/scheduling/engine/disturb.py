"""Made-up changes to a schedule that people have been told, for tests and benchmarks; the same seed, the same change.

How: the event is cut at a third of its slots (what is before has been held) unless the change is known before the day.
Who is hit is drawn with random.Random(seed) alone, among those whose agenda the change can hit at all.

| name | what happens |
|---|---|
| `buyer_late` | before the day: a buyer will come four slots late |
| `busiest_late` | the same for the buyer with the most meetings, whose agenda has no room |
| `buyer_leaves` | a buyer leaves four slots before the end |
| `buyer_cancels` | a buyer is not there from the cut on |
| `exhibitor_cancels` | before the day: an exhibitor does not come |
| `five_miss` | five people miss three slots each |
| `added` | before the day: an exhibitor comes in addition, with ten wishes of weights 2 to 6 |
| `tables_lost` | from the cut on every tenth table is gone (those with the highest numbers) |
| `session_late` | the slot after the cut falls away: a session begins thirty minutes late |
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .generate import WEIGHTS
from .problem import Assignment, Current, Meeting, Participant, Problem

CUT = 3
LATE_SLOTS = 4
MISSING_PEOPLE, MISSED_SLOTS = 5, 3
NEW_WISHES = 10
LOST_SHARE = 0.1


@dataclass(frozen=True)
class Told:
    """An event whose schedule people have been told."""

    problem: Problem
    assignments: tuple[Assignment, ...]

    @property
    def cut(self) -> int:
        """The last slot that has been held when something happens on the day."""
        return self.problem.slots // CUT

    def people(self, side: str, slots: range) -> list[str]:
        """Who of a side sits in a meeting in one of the slots, in the order of their ids."""
        who = {m.id: m.participants for m in self.problem.meetings}
        busy = {p for a in self.assignments if a.slot in slots for p in who[a.meeting]}
        return sorted(p.id for p in self.problem.participants if p.side == side and p.id in busy)

    def without(self, absent: dict[str, range], *, frozen: int) -> Problem:
        """The event in which some people are away for some slots."""
        people = [replace(p, unavailable=p.unavailable | set(absent.get(p.id, ()))) for p in self.problem.participants]
        return replace(self.with_current(frozen), participants=tuple(people))

    def with_current(self, frozen: int) -> Problem:
        """The event as told, with its first slots held."""
        return replace(self.problem, current=Current(self.assignments, frozen))


def _buyer_late(told: Told, draw: random.Random) -> Problem:
    late = range(1, LATE_SLOTS + 1)
    return told.without({draw.choice(told.people("buyer", late)): late}, frozen=0)


def _busiest_late(told: Told, _: random.Random) -> Problem:
    who = {m.id: m.participants for m in told.problem.meetings}
    count = Counter(p for a in told.assignments for p in who[a.meeting])
    busiest = max(told.people("buyer", range(1, told.problem.slots + 1)), key=lambda p: (count[p], p))
    return told.without({busiest: range(1, LATE_SLOTS + 1)}, frozen=0)


def _buyer_leaves(told: Told, draw: random.Random) -> Problem:
    last = range(told.problem.slots - LATE_SLOTS + 1, told.problem.slots + 1)
    return told.without({draw.choice(told.people("buyer", last)): last}, frozen=told.cut)


def _buyer_cancels(told: Told, draw: random.Random) -> Problem:
    rest = range(told.cut + 1, told.problem.slots + 1)
    return told.without({draw.choice(told.people("buyer", rest)): rest}, frozen=told.cut)


def _exhibitor_cancels(told: Told, draw: random.Random) -> Problem:
    every = range(1, told.problem.slots + 1)
    return told.without({draw.choice(told.people("exhibitor", every)): every}, frozen=0)


def _five_miss(told: Told, draw: random.Random) -> Problem:
    rest = range(told.cut + 1, told.problem.slots + 1)
    people = told.people("buyer", rest) + told.people("exhibitor", rest)
    absent = {}
    for who in draw.sample(people, min(MISSING_PEOPLE, len(people))):
        first = draw.randint(told.cut + 1, told.problem.slots - MISSED_SLOTS + 1)
        absent[who] = range(first, first + MISSED_SLOTS)
    return told.without(absent, frozen=told.cut)


def _added(told: Told, draw: random.Random) -> Problem:
    buyers = sorted(p.id for p in told.problem.participants if p.side == "buyer")
    chosen = draw.sample(buyers, min(NEW_WISHES, len(buyers)))
    wishes = [Meeting(f"new{i + 1:02}", ("E-new", b), draw.randint(*WEIGHTS)) for i, b in enumerate(chosen)]
    problem = told.with_current(0)
    return replace(
        problem,
        participants=(*problem.participants, Participant("E-new", "exhibitor")),
        meetings=(*problem.meetings, *wishes),
    )


def _tables_lost(told: Told, _: random.Random) -> Problem:
    tables = [n - round(n * LOST_SHARE) * (t >= told.cut) for t, n in enumerate(told.problem.tables)]
    return replace(told.with_current(told.cut), tables=tuple(tables))


def _session_late(told: Told, _: random.Random) -> Problem:
    tables = [0 if t == told.cut else n for t, n in enumerate(told.problem.tables)]
    return replace(told.with_current(told.cut), tables=tuple(tables))


SCENARIOS: dict[str, Callable[[Told, random.Random], Problem]] = {
    "buyer_late": _buyer_late,
    "busiest_late": _busiest_late,
    "buyer_leaves": _buyer_leaves,
    "buyer_cancels": _buyer_cancels,
    "exhibitor_cancels": _exhibitor_cancels,
    "five_miss": _five_miss,
    "added": _added,
    "tables_lost": _tables_lost,
    "session_late": _session_late,
}


def disturb(problem: Problem, assignments: Sequence[Assignment], name: str, seed: int = 1) -> Problem:
    """Return the problem to re-plan after the change of that name."""
    draw = random.Random(f"{name}-{seed}")  # noqa: S311 - a reproducible example, not a secret
    return SCENARIOS[name](Told(replace(problem, current=None), tuple(sorted(assignments))), draw)
