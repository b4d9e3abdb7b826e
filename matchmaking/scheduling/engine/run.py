"""One run: the best checked schedule so far, the bounds proven so far, the clock and the wish to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from .board import FREE
from .checker import broken_rules, score_assignments
from .flow import Relaxation
from .instance import Instance
from .problem import Assignment, Limits, Objective, Progress
from .tables import Seating, all_seated, best_seating, keep_told_tables, seat

OnProgress = Callable[[Progress], None]


def rank(objective: Objective) -> tuple[int, int, int, int]:
    """The contract's order as a tuple: smaller is better; table changes come last and are not in it."""
    return (
        objective.disruption or 0,
        objective.min_shortfall or 0,
        -(objective.weight or 0),
        objective.breaks or 0,
    )


@dataclass
class Run:
    """Shared by every stage of the pipeline; only a checked, better schedule replaces the one in hand.

    `stopped`: time is over or the caller has had enough. `clocked`: some stage was ended or hurried by the clock.
    `raced`: two legs of a portfolio ran, and the answer may be that of whichever was first.
    """

    instance: Instance
    limits: Limits
    on_progress: OnProgress
    cancelled: Callable[[], bool]
    relaxation: Relaxation
    started: float = field(default_factory=time.monotonic)
    slot: list[int] | None = None
    assignments: tuple[Assignment, ...] = ()
    value: Objective | None = None
    progress: list[Progress] = field(default_factory=list)
    disruption_bound: int = 0
    shortfall_bound: int = 0
    weight_bound: int = 0
    breaks_bound: int = 0
    infeasible: bool = False
    clocked: bool = False
    stopped: bool = False
    raced: bool = False
    last_seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def elapsed(self) -> float:
        """Seconds since the problem was read."""
        return time.monotonic() - self.started

    def left(self) -> float:
        """Seconds until the time limit."""
        return self.limits.seconds - self.elapsed

    def should_stop(self) -> bool:
        """Whether time is over or the caller has had enough; remembered, for it makes a run irreproducible."""
        if not self.stopped and (self.cancelled() or self.left() <= 0):
            self.stopped = self.clocked = True
        return self.stopped

    def offer(self, slot: Sequence[int]) -> bool:
        """Take a schedule in if it breaks no rule and is better than the one in hand."""
        with self._lock:
            return self._offer(slot)

    def _offer(self, slot: Sequence[int]) -> bool:
        seating = self._seated(slot)
        if seating is None:
            return False
        assignments = self.instance.assignments(seating.slot, seating.table)
        value = score_assignments(self.instance.problem, assignments)
        if self.value is not None and rank(value) >= rank(self.value):
            return False
        if broken_rules(self.instance.problem, assignments):
            return False
        self._record(list(seating.slot), assignments, value)
        return True

    def _seated(self, slot: Sequence[int]) -> Seating | None:
        seating = seat(self.instance, slot)
        if all_seated(seating):
            return keep_told_tables(seating)
        # Zones that overlap in many ways are counted incompletely: what finds no table is not held.
        slot = [t if t == FREE or seating.table[m] else FREE for m, t in enumerate(slot)]
        seating = seat(self.instance, slot)
        return seating if all_seated(seating) else None

    def _record(self, slot: list[int], assignments: tuple[Assignment, ...], value: Objective) -> None:
        if self.value is None or self.value.min_shortfall != value.min_shortfall:
            self.weight_bound = self.relaxation.weight_bound(value.min_shortfall or 0)
        self.slot, self.assignments, self.value = slot, assignments, value
        self.last_seconds = round(self.elapsed, 3)
        entry = Progress(
            seconds=self.last_seconds,
            min_shortfall=value.min_shortfall or 0,
            weight=value.weight or 0,
            breaks=value.breaks or 0,
            disruption=value.disruption,
        )
        self.progress.append(entry)
        self.on_progress(entry)

    def polish_tables(self) -> None:
        """Choose the tables of the schedule in hand anew without touching a slot (tables.py says what is best)."""
        if self.slot is None or self.value is None:
            return
        # Over time by a little is allowed here: half of the finish is kept back for it, and no schedule needs it.
        latest = time.monotonic() + max(0.2, self.left() / 2)
        seating = best_seating(self.instance, self.slot, lambda: self.cancelled() or time.monotonic() > latest)
        assignments = self.instance.assignments(seating.slot, seating.table)
        value = score_assignments(self.instance.problem, assignments)
        if rank(value) <= rank(self.value) and not broken_rules(self.instance.problem, assignments):
            self.assignments, self.value = assignments, value

    def objective(self) -> Objective:
        """The value of the schedule in hand with the bounds."""
        if self.value is None:
            return Objective()
        return replace(
            self.value,
            min_shortfall_bound=self.shortfall_bound,
            weight_bound=self.weight_bound,
            breaks_bound=self.breaks_bound,
            disruption_bound=None if self.value.disruption is None else self.disruption_bound,
        )

    def reaches_relaxation(self) -> bool:
        """Whether the schedule in hand is as good as the flow: then all equals of it obey complementary slackness."""
        v = self.value
        return v is not None and (v.min_shortfall, v.weight) == (self.relaxation.shortfall, self.relaxation.weight)

    def proven(self) -> bool:
        """Whether every bound is met."""
        v = self.value
        return (
            v is not None
            and (v.disruption or 0) <= self.disruption_bound
            and v.min_shortfall == self.shortfall_bound
            and v.weight == self.weight_bound
            and v.breaks == self.breaks_bound
        )
