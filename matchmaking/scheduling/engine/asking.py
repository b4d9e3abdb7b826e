"""Asking a SAT solver for fewer breaks, from below or from above, in a process of its own (question.py, squeeze.py).

From below: are as many breaks enough as are proven to be needed? No raises the bound by one, yes ends the search.
From above: is there a schedule with fewer breaks than the one in hand, in which only the meetings of a stretch of slots
move? The stretch lies about somebody's break; it grows with each no until it is the whole day, and then a no is a proof.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
from collections.abc import Callable, Sequence
from typing import Any

from .process import limit_process
from .question import Question

SOLVER = "cd195"
FIRST_STRETCH = 7.0
"""Slots that move at first."""
WIDER, NARROWER = 0.1, 0.3
"""By how much of a slot a no makes the stretch longer, and a question that was given up makes it shorter."""
CONFLICTS = 2_000
"""A question about a stretch is given up after as many conflicts (half a second), twice as many each time when the whole day was."""
PATIENCE, MORE_PATIENCE = 12, 4
"""Questions given up without a better schedule until the search begins again where it began, and how many more each time."""

Say = Callable[..., None]


def ask_from_below(question: Question, bound: int, say: Say) -> None:
    """Raise the bound until as many breaks are enough, or the question goes no further."""
    with _solver(question) as solver:
        while bound < len(question.more_than):
            if solver.solve(assumptions=[-question.more_than[bound]]):
                say(slots=_slots(question, solver))
                return
            bound += 1
            say(bound=bound)


class FromAbove:
    """The search for fewer breaks than in hand. Slots count from 0."""

    def __init__(self, question: Question, pairs: Sequence[Sequence[int]], start: Sequence[int], seed: int) -> None:
        self.question, self.slot = question, list(start)
        self.slots = 1 + max(t for row in question.places for t, _ in row)
        self.stretch, self.conflicts = min(FIRST_STRETCH, self.slots), CONFLICTS
        self._start, self._fewest = list(start), len(question.more_than)
        self._given_up, self._patience = 0, PATIENCE
        self._draw = random.Random(seed)  # noqa: S311 - a search, not a secret
        self._place = [dict(row) for row in question.places]
        self._mine: dict[int, list[int]] = {}
        for m, pair in enumerate(pairs):
            for p in pair:
                self._mine.setdefault(p, []).append(m)

    def search(self, say: Say) -> None:
        """Say each better schedule, until nothing better exists."""
        with _solver(self.question) as solver:
            self._take(self.slot, solver)
            while gaps := self._gaps():
                moving = self._drawn_stretch(gaps)
                step = self._draw.choice((1, max(1, len(gaps) // 4)))
                enough = min(len(gaps) - step, len(self.question.more_than) - 1)
                solver.conf_budget(self.conflicts)
                answer = solver.solve_limited(assumptions=self._assumed(moving, enough))
                if answer:
                    self._take(_slots(self.question, solver), solver)
                    if len(self._gaps()) < self._fewest:
                        self._fewest, self._given_up = len(self._gaps()), 0
                        say(slots=self.slot)
                elif len(moving) < len(self.slot):
                    self._learn_from(answer)
                    if self._given_up > self._patience:
                        self._begin_again(solver)
                elif answer is None:
                    self.conflicts *= 2
                else:
                    say(bound=enough + 1)
                    if enough + 1 == len(gaps):
                        return

    def _learn_from(self, answer: bool | None) -> None:
        """A stretch in which nothing better exists was too short, one that did not decide was too long."""
        longer = WIDER if answer is False else -NARROWER
        self.stretch = min(self.slots, max(2.0, self.stretch + longer))
        self._given_up += answer is None

    def _begin_again(self, solver: Any) -> None:
        """Leave a schedule from which no way leads on; other draws lead elsewhere, often within seconds."""
        self._given_up, self._patience = 0, self._patience + MORE_PATIENCE
        self.stretch = min(FIRST_STRETCH, self.slots)
        self._take(self._start, solver)

    def _take(self, slot: Sequence[int], solver: Any) -> None:
        """Go on from a schedule; its places are what the solver tries first."""
        self.slot = list(slot)
        solver.set_phases([v if slot[m] == t else -v for m, row in enumerate(self._place) for t, v in row.items()])

    def _gaps(self) -> list[tuple[int, int, int]]:
        """Each break in hand: whose, the slot before it, the slot after it."""
        gaps: list[tuple[int, int, int]] = []
        for p, mine in self._mine.items():
            slots = sorted(self.slot[m] for m in mine)
            gaps.extend((p, a, b) for a, b in itertools.pairwise(slots) if b - a > 1)
        return gaps

    def _drawn_stretch(self, gaps: Sequence[tuple[int, int, int]]) -> set[int]:
        """The meetings in some slots about a break, and all of whoever has it."""
        person, before, after = self._draw.choice(gaps)
        width = min(self.slots, int(self.stretch + self._draw.random()))
        first = self._draw.choice((before, after)) - self._draw.randrange(width)
        first = max(0, min(self.slots - width, first))
        moving = {m for m, t in enumerate(self.slot) if first <= t < first + width}
        return moving | set(self._mine[person])

    def _assumed(self, moving: set[int], breaks: int) -> list[int]:
        stay = [self._place[m][t] for m, t in enumerate(self.slot) if m not in moving]
        return [*stay, -self.question.more_than[breaks]]


def _solver(question: Question) -> Any:
    from pysat.solvers import Solver

    return Solver(name=SOLVER, bootstrap_with=question.clauses)


def _slots(question: Question, solver: Any) -> list[int]:
    """The slot of each meeting in the schedule that was found."""
    values = solver.get_model()
    return [next(t for t, v in row if values[v - 1] > 0) for row in question.places]


def _say(**message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read a question and from where to ask it; report."""
    limit_process()
    told = json.loads(sys.stdin.readline())
    places = [[(t, v) for t, v in row] for row in told["places"]]
    question = Question(told["clauses"], told["more_than"], places)
    if "start" in told:
        FromAbove(question, told["pairs"], told["start"], told["seed"]).search(_say)
    else:
        ask_from_below(question, told["bound"], _say)
