"""Closing the gap between a bound and a schedule in hand, where every meeting is required: from below and from above.

Two processes (asking.py) ask the same question with different numbers (question.py): one refutes as many breaks as are
proven to be needed, the other finds schedules with fewer than are in hand. Where core-guided searches stand still for a
minute, these meet after seconds (docs/scheduling.md, "Published events").
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from .model import Model
from .problem import Problem
from .process import Child
from .question import question_of
from .run import Run

SQUEEZED_MEETINGS = 60
MOST_ASKED = 40
"""Breaks above the bound up to which the question is asked: beyond them annealing is quicker."""
MOVES = 4_000
"""Moves per meeting of the cooling that comes first: the schedule in hand has breaks for nearly everybody."""
SHARE = 0.2
"""Of the time left, the most that cooling may take."""
TICK_SECONDS = 0.05


def is_worth_squeezing(problem: Problem) -> bool:
    """Whether all meetings are required, and enough of them that core-guided searches may stand still."""
    return len(problem.meetings) >= SQUEEZED_MEETINGS and all(m.required for m in problem.meetings)


def squeeze(run: Run, model: Model, bound: int) -> int:
    """Offer schedules with fewer breaks until none can exist or time is over; returns the proven bound."""
    squeezing = _Squeezing(run, model, bound)
    try:
        squeezing.begin_from_below()
        _cool(run)
        squeezing.begin_from_above()
        while not squeezing.is_over():
            squeezing.heard.wait(TICK_SECONDS)
            squeezing.heard.clear()
    finally:
        squeezing.stop()
    return squeezing.bound


def _cool(run: Run) -> None:
    """One cooling from the schedule in hand, counted in moves unless time is short."""
    from .anneal import Annealing, Cooling, compile_kernel

    compile_kernel()  # seconds, once per machine
    if run.slot is not None:
        search = Annealing(run.instance, run.slot, run.limits.seed)
        seconds = max(0.05, run.left() * SHARE)
        search.run(Cooling(moves=MOVES * len(run.slot), seconds=seconds), run.should_stop)
        run.offer(search.slot)


class _Squeezing:
    """Both processes at work: what they say raises the bound or is offered to the run."""

    def __init__(self, run: Run, model: Model, bound: int) -> None:
        self.run, self.bound = run, bound
        self.heard = threading.Event()
        question = question_of(model, max(0, min(bound + MOST_ASKED, self._in_hand() - 1)))
        self._told: dict[str, Any] = {
            "clauses": question.clauses,
            "more_than": question.more_than,
            "places": question.places,
        }
        self._children: list[Child] = []

    def begin_from_below(self) -> None:
        """Ask whether as many breaks as are proven are enough."""
        self._begin({"bound": self.bound})

    def begin_from_above(self) -> None:
        """Ask for fewer breaks than the schedule in hand has."""
        self._begin({"pairs": self.run.instance.pairs, "start": self.run.slot, "seed": self.run.limits.seed})

    def _begin(self, told: dict[str, Any]) -> None:
        self._children.append(Child("asking", {**self._told, **told}, self._hear))

    def is_over(self) -> bool:
        """Whether nothing is left to ask, nobody is left to answer, or time is over."""
        gone = all(child.is_gone for child in self._children)
        return self._in_hand() <= self.bound or gone or self.run.should_stop()

    def stop(self) -> None:
        """End both, whatever they are doing."""
        for child in self._children:
            child.stop()

    def _in_hand(self) -> int:
        value = self.run.value
        return 0 if value is None else value.breaks or 0

    def _hear(self, message: dict[str, Any]) -> None:
        if "slots" in message:
            slots: Sequence[int] = message["slots"]
            self.run.offer(slots)
        self.bound = max(self.bound, message.get("bound", 0))
        self.heard.set()
