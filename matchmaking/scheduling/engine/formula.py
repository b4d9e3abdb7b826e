"""A Boolean model that no solver owns: clauses, at-most-ones and counts over literals (a variable or its negative)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Terms = Sequence[tuple[int, int]]


@dataclass
class Formula:
    """Constraints over variables 1..`variables`; literal -v is the negation of v."""

    variables: int = 0
    clauses: list[tuple[int, ...]] = field(default_factory=list)
    at_most_ones: list[tuple[int, ...]] = field(default_factory=list)
    exactly_ones: list[tuple[int, ...]] = field(default_factory=list)
    counts: list[tuple[Terms, int, int]] = field(default_factory=list)

    def new(self) -> int:
        """Make a variable."""
        self.variables += 1
        return self.variables

    def clause(self, *literals: int) -> None:
        """At least one literal is true."""
        self.clauses.append(literals)

    def at_most_one(self, literals: Sequence[int]) -> None:
        """No two literals are true."""
        if len(literals) > 1:
            self.at_most_ones.append(tuple(literals))

    def exactly_one(self, literals: Sequence[int]) -> None:
        """One literal is true."""
        self.exactly_ones.append(tuple(literals))

    def count(self, literals: Iterable[int], low: int, high: int) -> None:
        """From `low` to `high` of the literals are true."""
        self.weigh(((1, literal) for literal in literals), low, high)

    def weigh(self, terms: Iterable[tuple[int, int]], low: int, high: int) -> None:
        """The weights (positive) of the true literals add up to a number from `low` to `high`."""
        kept = tuple(terms)
        if low > 0 or high < sum(weight for weight, _ in kept):
            self.counts.append((kept, low, high))
