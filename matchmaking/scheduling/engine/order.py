"""By when a meeting has been held, as variables: what a SAT solver needs in order to learn from precedence and sessions.

x[m][t] says that meeting m is in slot t. A search that has to say "not before noon" in those has to say it slot by slot;
here held[m][t] says that m is held at or before t (the order encoding), and the rules that speak of before and after are
said once more in them: precedence, when somebody's day begins, and for who has no break that all is done n slots later.
At the end of a session the meetings that somebody has held by then are counted as well: with its session known, how much
of a day lies before noon decides when the day begins. docs/scheduling.md says what each is worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .formula import Formula
from .levels import Block
from .model import Model

Known = int | bool
"""A literal, or what is true (or false) anyway."""

WORTH_COUNTING = 3
"""Meetings of a person from which counting those held by the end of a session says more than each by itself."""


def add_order(model: Model, counts: Mapping[int, int]) -> None:
    """Add to the model's formula the order of its meetings; `counts`: meetings of whom it is known (levels.py)."""
    held = [_Held(model, m) for m in range(len(model.x))]
    for earlier, later in model.instance.after:
        _precede(model, held[earlier], held[later])
    for p, mine in enumerate(model.instance.meetings_of):
        if model.ends[p] and len(mine) > 1:
            _Day(model, p, counts.get(p), [held[m] for m in mine]).add()


class _Held:
    """held[t] for one meeting: true exactly when it is held at or before slot t."""

    def __init__(self, model: Model, m: int) -> None:
        self.row = model.x[m]
        self.slots = sorted(self.row)
        self.missed = model.missed.get(m)
        self._by: dict[int, int] = {}
        f = model.formula
        before: int | None = None
        for t in self.slots:
            if before is None:
                self._by[t] = self.row[t]
            else:
                by = self._by[t] = f.new()
                f.clause(-self.row[t], by)
                f.clause(-before, by)
                f.clause(-by, before, self.row[t])
                f.clause(-before, -self.row[t])
            before = self._by[t]
        if before is not None and self.missed is None:
            f.clause(before)

    def by(self, t: int) -> Known:
        """The literal that it is held at or before t."""
        if not self.slots or t < self.slots[0]:
            return False
        return self._by[max(s for s in self.slots if s <= t)]


def _precede(model: Model, earlier: _Held, later: _Held) -> None:
    """Once the later one is held, the earlier one has been, or is not held at all."""
    for t in later.slots:
        _clause(model.formula, [_not(later.by(t)), earlier.by(t - 1), earlier.missed or False])


class _Day:
    """The meetings of one person beside the block of slots in which all of them are held, if nothing breaks it."""

    def __init__(self, model: Model, p: int, count: int | None, held: Sequence[_Held]) -> None:
        self.model, self.held, self.count = model, held, count
        self.formula = model.formula
        self.block = Block(model, p, count)
        self.broken: Sequence[Known] = model.levels.get(p, [])[:1]

    def add(self) -> None:
        """Tie each meeting, and at the end of each session their number, to the beginning of the day."""
        for one in self.held:
            for t in one.slots:
                self._clause(_not(one.by(t)), self._begun(t))
        if self.count == len(self.held):
            for one in self.held:
                for t in range(self.block.first, self.block.last + 1):
                    self._clause(_not(self._begun(t - self.count + 1)), one.by(t), *self.broken)
        if len(self.held) >= WORTH_COUNTING:
            for t in _session_ends(self.model):
                self._count(t)

    def _count(self, t: int) -> None:
        """At least k are held by t exactly when, without a break, the block has begun by t - k + 1."""
        by = [one.by(t) for one in self.held]
        numbers = _sorted(self.formula, [v for v in by if v is not False])
        for k, at_least in enumerate(numbers, start=1):
            begun = self._begun(t - k + 1)
            self._clause(-at_least, begun)
            if self.count is not None and k <= self.count:
                self._clause(_not(begun), at_least, *self.broken)

    def _begun(self, t: int) -> Known:
        """That the day has begun by t; from its last slot on there is nothing to say."""
        if t >= self.block.last:
            return True
        return self.block.begun(t) or False

    def _clause(self, *parts: Known) -> None:
        _clause(self.formula, parts)


def _session_ends(model: Model) -> list[int]:
    """The slots after which a session ends or before which one begins, but for the ends of the day."""
    sessions = model.instance.problem.sessions
    ends = {s.last - 1 for s in sessions} | {s.first - 2 for s in sessions}
    return sorted(t for t in ends if 0 <= t < model.instance.slots - 1)


def _sorted(f: Formula, literals: Sequence[int]) -> list[int]:
    """Literals k = 1, 2 …: at least k of these are true (a totalizer, both ways; Bailleux and Boufkhad, CP 2003)."""
    if len(literals) <= 1:
        return list(literals)
    half = len(literals) // 2
    left, right = _sorted(f, literals[:half]), _sorted(f, literals[half:])
    both = [f.new() for _ in literals]
    for i in range(len(left) + 1):
        for j in range(len(right) + 1):
            if i + j > 0:
                f.clause(both[i + j - 1], *(-v for v in left[i - 1 : i]), *(-v for v in right[j - 1 : j]))
            if i + j < len(both):
                f.clause(-both[i + j], *left[i : i + 1], *right[j : j + 1])
    return both


def _not(value: Known) -> Known:
    return not value if isinstance(value, bool) else -value


def _clause(f: Formula, parts: Sequence[Known]) -> None:
    """One of the parts is true."""
    if True not in [part for part in parts if isinstance(part, bool)]:
        f.clause(*(part for part in parts if not isinstance(part, bool)))
