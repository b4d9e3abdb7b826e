"""Breaks counted per person: "p has more than k breaks", and what follows for somebody who has none.

The break-end literals of the model say where a break ends; nothing ties those of one person together. Here each person gets
one literal per level, and a person without breaks sits in one block: in slot t exactly when the block has begun and not yet
ended. Where the number n of meetings is known, it has ended by t when it had begun by t - n, and a block may only begin where
its slots can be filled, one meeting each (a matching: sessions, pins and absences count). A core-guided search starts with
everybody at no breaks, so all of this propagates at once; docs/scheduling.md says what it is worth.

As objective the ends do better than the levels, on short days by far; levels stand in for the ends only where some
breaks cannot be avoided (pins, absences): those are true from the start and no search has to find them one by one.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from .instance import most_placed
from .model import Model

NEVER, ALWAYS = 0, None
"""What `begun` and `still` are where they need no variable."""


def add_levels(model: Model, counts: Mapping[int, int]) -> None:
    """Give every person who can have a break the literals of their levels; `counts`: meetings of whom it is known."""
    for p, ends in enumerate(model.ends):
        known = counts.get(p)
        if ends and known not in (0, 1):
            Block(model, p, known).add()


def known_counts(model: Model) -> dict[int, int]:
    """How many meetings somebody has who has to hold all of them."""
    required = model.instance.required
    return {p: len(mine) for p, mine in enumerate(model.instance.meetings_of) if all(required[m] for m in mine)}


class Block:
    """One person's levels: `levels[k]` is true when more than k breaks are allowed for."""

    def __init__(self, model: Model, p: int, count: int | None) -> None:
        self.model, self.p, self.count = model, p, count
        self.formula = model.formula
        self.seats, self.ends = model.u[p], model.ends[p]
        self.first, self.last = min(self.seats), max(self.seats)
        self.still: dict[int, int] = {}

    def add(self) -> None:
        """Tie the ends to levels, and the lowest level to one block."""
        levels = self._count_ends()
        if self.count is None:
            self._follow()
            self._fill_between()
            return
        self._keep_together(self.count)
        if not self._begin_where_it_fits(self.count):
            forced = max(1, self._least_breaks(self.count))
            self.model.forced[self.p] = forced
            for k in range(forced):  # beyond the levels that fairness allows: no schedule at all
                self.formula.clause(*levels[k : k + 1])

    def _count_ends(self) -> list[int]:
        fairness = self.model.instance.fairness
        most = len(self.ends) if self.count is None else min(len(self.ends), self.count - 1)
        # A floor that all share may lift everybody, so fairness caps the levels only where it caps the breaks.
        if fairness is not None and not self.model.floor:
            most = min(most, fairness)
        levels = [self.formula.new() for _ in range(most)]
        for one, other in itertools.pairwise(levels):
            self.formula.clause(one, -other)
        for end in self.ends.values():
            self.formula.clause(-end, *levels[:1])
        for level in levels[:1]:
            self.formula.clause(-level, *self.ends.values())
        if most > 1:
            self.formula.count([*self.ends.values(), *(-v for v in levels)], 0, most)
        self.model.levels[self.p] = levels
        self.unless = levels[:1]
        return levels

    def _follow(self) -> None:
        """still[t] is implied when somebody sits at or after t."""
        later = self.seats[self.last]
        for t in range(self.last, self.first - 1, -1):
            if t in self.seats and t < self.last:
                here = self.formula.new()
                self.formula.clause(-self.seats[t], here)
                self.formula.clause(-later, here)
                later = here
            self.still[t] = later
        self.model.still[self.p] = self.still

    def _fill_between(self) -> None:
        """Who has begun and goes on sits in every slot between, but for a break."""
        for t in range(self.first + 1, self.last):
            sits = [self.seats[t]] if t in self.seats else []
            self._clause(_not(self.begun(t - 1)), _not(self.still[t + 1]), sits)

    def _keep_together(self, count: int) -> None:
        """The block has begun by t and had not begun by t - n: exactly then its slot is t."""
        for t in range(self.first, self.last + 1):
            begun, ended = self.begun(t), self.begun(t - count)
            sits = [self.seats[t]] if t in self.seats else []
            self._clause(_not(begun), _yes(ended), sits)
            if sits:
                self._clause(_not(ended), [-sits[0]])

    def _masks(self) -> list[int]:
        rows = [self.model.x[m] for m in self.model.instance.meetings_of[self.p]]
        return [sum(1 << t for t in row) for row in rows if row]

    def _begin_where_it_fits(self, count: int) -> bool:
        """Allow a block to begin only where its slots can be filled; returns whether that is anywhere."""
        masks, anywhere = self._masks(), False
        for t in range(self.first, self.last + 1):
            block = ((1 << count) - 1) << t
            if block >> self.last + 1 or most_placed([mask & block for mask in masks], count) < count:
                self._clause(_not(self.begun(t)), _yes(self.begun(t - 1)))
            else:
                anywhere = True
        return anywhere

    def _least_breaks(self, count: int) -> int:
        """A lower bound when sitting `count` times in possible slots, among them those that a required meeting is bound to.

        runs[k, busy]: the fewest runs of meetings with k slots used so far, the last one busy or not.
        """
        instance = self.model.instance
        mine = [m for m in instance.meetings_of[self.p] if instance.required[m]]
        bound = {next(iter(self.model.x[m])) for m in mine if len(self.model.x[m]) == 1}
        runs: dict[tuple[int, bool], int] = {(0, False): 0}
        for t in range(self.first, self.last + 1):
            after: dict[tuple[int, bool], int] = {}
            for (used, busy), number in runs.items():
                if t in self.seats and used < count:
                    sits = (used + 1, True)
                    after[sits] = min(after.get(sits, number + 1), number + (not busy))
                if t not in bound:
                    idle = (used, False)
                    after[idle] = min(after.get(idle, number), number)
            runs = after
        return min((number - 1 for (used, _), number in runs.items() if used == count), default=0)

    def begun(self, t: int) -> int | None:
        """The literal that somebody has sat at or before t, or NEVER, or ALWAYS."""
        if t < self.first:
            return NEVER
        if t >= self.last and self.count is not None:
            return ALWAYS
        begun = self.model.begun[self.p]
        while t > self.first and t not in begun:
            t -= 1
        return begun.get(t, self.seats[self.first])

    def _clause(self, *parts: list[int] | None) -> None:
        """One of the parts (None: it is true anyway), or a break."""
        if all(part is not None for part in parts):
            self.formula.clause(*(v for part in parts for v in part or ()), *self.unless)


def _yes(literal: int | None) -> list[int] | None:
    if literal == ALWAYS:
        return None
    return [literal] if literal else []


def _not(literal: int | None) -> list[int] | None:
    if literal == NEVER:
        return None
    return [-literal] if literal else []
