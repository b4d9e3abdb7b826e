"""Annealing beside a proof of breaks that does not come, in a thread on the core of the proof's second leg.

Where there is choice the leg has ended by then, and it anneals again and again from the best schedule: measured at
50 × 25 (docs/scheduling.md), it finds what neighbourhoods solved by CP-SAT do not.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from .problem import Problem

if TYPE_CHECKING:
    from .run import Run

ANNEALED_MEETINGS = 60

HOT = 0.3
"""Half as hot as from scratch: much of the schedule stays as it is."""
MOVES = 4_000
"""Moves per meeting of the first cooling; one that finds nothing is followed by one twice as long, up to LONGEST times."""
LONGEST = 16
ENDLESS_SECONDS = 1e9
"""Each cooling is counted in moves, and ended from outside."""


def is_worth_annealing(problem: Problem) -> bool:
    """Whether there are enough meetings, and enough choice, that a search beats going straight to the proof."""
    return len(problem.meetings) >= ANNEALED_MEETINGS and not all(m.required for m in problem.meetings)


class Reheating:
    """Cooling after cooling from the best schedule, each half as hot as from scratch; what it finds is offered to the run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the search; it ends within a few thousand moves."""
        self._over.set()
        self._thread.join()

    def _is_over(self) -> bool:
        return self._over.is_set() or self._run.should_stop()

    def _work(self) -> None:
        from .anneal import Annealing, Cooling

        run, factor, seed = self._run, 1, self._run.limits.seed
        while run.slot is not None and not self._is_over():
            seed += 1
            search = Annealing(run.instance, run.slot, seed)
            moves = MOVES * factor * len(run.slot)
            search.run(Cooling(hot=HOT, moves=moves, seconds=ENDLESS_SECONDS), self._is_over)
            found = run.offer(search.slot)
            factor = 1 if found else min(LONGEST, 2 * factor)
