"""A formula written as clauses only, for SAT and MaxSAT solvers."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from .formula import Formula

PAIRWISE = 6
"""Up to this size an at-most-one is written pair by pair, beyond it as a ladder."""


def clauses_of(formula: Formula) -> tuple[list[list[int]], int]:
    """Return the clauses of the formula and the number of variables they use."""
    writer = Writer(formula.variables)
    writer.write(formula)
    return writer.clauses, writer.top


class Writer:
    """Clauses written so far; auxiliary variables are numbered from `top`."""

    def __init__(self, top: int) -> None:
        self.top = top
        self.clauses: list[list[int]] = []
        self._definitions: list[list[int]] = []

    def write(self, formula: Formula, unless: tuple[int, ...] = ()) -> None:
        """Add all constraints of a formula; each clause may also be satisfied by a literal of `unless`."""
        start = len(self.clauses)
        self.clauses.extend(list(c) for c in formula.clauses)
        for group in formula.at_most_ones:
            self.at_most_one(list(group))
        for group in formula.exactly_ones:
            self.clauses.append(list(group))
            self.at_most_one(list(group))
        for terms, low, high in formula.counts:
            self.count([v for weight, v in terms for _ in range(weight)], low, high)
        if unless:
            for clause in self.clauses[start:]:
                clause.extend(unless)
        self.clauses.extend(self._definitions)
        self._definitions = []

    def new(self) -> int:
        """Make an auxiliary variable."""
        self.top += 1
        return self.top

    def at_most_one(self, literals: list[int]) -> None:
        """Write in groups of three chained by a fresh variable; short ones pair by pair."""
        while len(literals) > PAIRWISE:
            head, tail = literals[:3], literals[3:]
            carry = self.new()
            self._pairwise(head)
            self.clauses.extend([-v, carry] for v in head)
            literals = [*tail, carry]
        self._pairwise(literals)

    def _pairwise(self, literals: list[int]) -> None:
        self.clauses.extend([-a, -b] for a, b in combinations(literals, 2))

    def count(self, literals: list[int], low: int, high: int) -> None:
        """From `low` to `high` of the literals (repeated by weight) are true."""
        from pysat.card import CardEnc, EncType

        size = len(literals)
        if low > size or high < 0:
            self.clauses.append([])
            return
        if low == 1:
            self.clauses.append(list(literals))
            low = 0
        if low > 0:
            self._add(CardEnc.atmost([-v for v in literals], size - low, top_id=self.top, encoding=EncType.totalizer))
        if high == 1:
            self.at_most_one(list(literals))
        elif high < size:
            self._add(CardEnc.atmost(literals, high, top_id=self.top, encoding=EncType.totalizer))

    def _add(self, encoded: Any) -> None:
        """A totalizer's clauses only say what its outputs count, always satisfiable; its units are the limit itself."""
        for clause in encoded.clauses:
            (self.clauses if len(clause) == 1 else self._definitions).append(list(clause))
        self.top = max(self.top, encoded.nv)
