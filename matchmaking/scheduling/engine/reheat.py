"""Annealing beside a proof of breaks that does not come, in a thread on the core of the proof's second leg.

Where there is choice it anneals again and again from the best schedule and the leg has ended: measured at 50 × 25
(docs/scheduling.md), it finds what neighbourhoods solved by CP-SAT do not. Where every meeting is required the leg is the
proof's best hope, and the schedule in hand is whichever was found first, with breaks for nearly everybody: it anneals that
one once, for a second or three, while the leg waits.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from .problem import Problem

if TYPE_CHECKING:
    from .maxsat import MaxSatLeg
    from .run import Run

ANNEALED_MEETINGS = 60

HOT = 0.3
"""Half as hot as from scratch: much of the schedule stays as it is."""
MOVES = 4_000
"""Moves per meeting of the first cooling; one that finds nothing is followed by one twice as long, up to LONGEST times."""
LONGEST = 16
MOVES_OF_FIRST = 4_000
"""Moves per meeting of the one cooling where every meeting is required, and the share of the time left it may take."""
SHARE_OF_FIRST = 0.2
ENDLESS_SECONDS = 1e9
"""Each cooling is counted in moves, and ended from outside."""


def is_worth_cooling(problem: Problem) -> bool:
    """Whether there are enough meetings, all of them required, that the first schedule found is far from the best."""
    return len(problem.meetings) >= ANNEALED_MEETINGS and all(m.required for m in problem.meetings)


def is_worth_annealing(problem: Problem) -> bool:
    """Whether there are enough meetings, and enough choice, that a search beats going straight to the proof."""
    return len(problem.meetings) >= ANNEALED_MEETINGS and not all(m.required for m in problem.meetings)


class _Beside(ABC):
    """A search in a thread; whatever it finds is offered to the run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @abstractmethod
    def _work(self) -> None:
        """Search until there is nothing more to do or `_is_over` says so."""

    def stop(self) -> None:
        """End the search; it ends within a few thousand moves."""
        self._over.set()
        self._thread.join()

    def _is_over(self) -> bool:
        return self._over.is_set() or self._run.should_stop()


class Reheating(_Beside):
    """Cooling after cooling from the best schedule, each half as hot as from scratch."""

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


class FirstCooling(_Beside):
    """One cooling from the first schedule, while the second leg waits."""

    def __init__(self, run: Run, leg: MaxSatLeg) -> None:
        self._leg = leg
        super().__init__(run)

    def _work(self) -> None:
        from .anneal import Annealing, Cooling, compile_kernel

        run = self._run
        compile_kernel()  # seconds, once per machine: the leg need not wait for that
        if run.slot is None or self._is_over():
            return
        with self._leg.waiting():
            search = Annealing(run.instance, run.slot, run.limits.seed)
            seconds = max(0.05, run.left() * SHARE_OF_FIRST)
            search.run(Cooling(moves=MOVES_OF_FIRST * len(run.slot), seconds=seconds), self._is_over)
        run.offer(search.slot)
