"""One question, asked again and again: is there a schedule with at most k breaks?

The model of the proof (model.py, levels.py) sharpened by the order of its meetings (order.py) and written as clauses, with
a sequential counter (Sinz, CP 2005) over the levels: to ask for another k is to assume another of its outputs, and
what a solver has learned from one answer serves the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .cnf import Writer
from .levels import known_counts
from .model import Model
from .order import add_order


@dataclass(frozen=True)
class Question:
    """`more_than[k]` is implied when there are more than k breaks; `places[m]` has a (slot, variable) for each slot of m."""

    clauses: list[list[int]]
    more_than: list[int]
    places: list[list[tuple[int, int]]]


def question_of(model: Model, most: int) -> Question:
    """The question for k from 0 to `most`; the model stays as it is.

    Every meeting has to be held: only so is a schedule known by the slots of its meetings.
    """
    formula = replace(
        model.formula,
        clauses=[*model.formula.clauses],
        at_most_ones=[*model.formula.at_most_ones],
        exactly_ones=[*model.formula.exactly_ones],
        counts=[*model.formula.counts],
    )
    add_order(replace(model, formula=formula), known_counts(model))
    writer = Writer(formula.variables)
    writer.write(formula)
    more_than = _count(writer, _breaks(model), most)
    return Question(writer.clauses, more_than, [sorted(row.items()) for row in model.x])


def _breaks(model: Model) -> list[int]:
    """Literals of which at least as many are true as there are breaks: levels where there are, ends elsewhere."""
    return [v for p, ends in enumerate(model.ends) for v in model.levels.get(p, ends.values())]


def _count(writer: Writer, literals: Sequence[int], most: int) -> list[int]:
    """For k = 0 … most: a literal that is implied when more than k of the literals are true."""
    so_far: list[int] = []
    for v in literals:
        outputs = [writer.new() for _ in range(min(len(so_far), most) + 1)]
        for k, output in enumerate(outputs):
            writer.clauses.append([-v, output, *(-w for w in so_far[k - 1 : k] if k)])
            writer.clauses.extend([-w, output] for w in so_far[k : k + 1])
        so_far = outputs
    return so_far
