"""One run: the best checked schedule so far, the bounds proven so far, the clock and the wish to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from .board import FREE
from .checker import broken_rules, score_assignments
from .flow import Relaxation
from .instance import Instance
from .problem import Assignment, Limits, Objective, Progress
from .stopping import Checkpoint, Interrupted, Patience, no_check
from .tables import Seating, all_seated, best_seating, keep_told_tables, seat

OnProgress = Callable[[Progress], None]
OnBest = Callable[[tuple[Assignment, ...], Objective], None]


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

    `clocked`: some stage was ended or hurried by the clock.
    `raced`: two legs of a portfolio ran, and the answer may be that of whichever was first.
    """

    instance: Instance
    patience: Patience
    relaxation: Relaxation
    on_progress: OnProgress
    on_best: OnBest
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
    raced: bool = False
    last_seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def limits(self) -> Limits:
        """How long and how hard to try."""
        return self.patience.limits

    def left(self) -> float:
        """Seconds until the time limit."""
        return self.patience.left()

    def check(self) -> None:
        """Raise Interrupted when the run is over, and the grace of what is under way too."""
        self.patience.check()

    def should_stop(self) -> bool:
        """Whether time is over or the caller has had enough; remembered, for it makes a run irreproducible."""
        over = self.patience.is_over()
        self.clocked = self.clocked or over
        return over

    def offer(self, slot: Sequence[int]) -> bool:
        """Take a schedule in if it breaks no rule and is better than the one in hand.

        Never raises: solvers call it from inside their search. What cannot be judged in time is not taken in.
        """
        with self._lock, suppress(Interrupted):
            return self._offer(slot, self.check)
        return False

    def settle_for_least(self) -> None:
        """With nothing in hand, take what has happened already and nothing else, where that breaks no rule."""
        if self.value is None:
            fact = self.instance.fact
            slot = [fact[m].slot - 1 if m in fact else FREE for m in range(len(self.instance.meetings))]
            with self._lock:
                self._offer(slot, no_check)

    def _offer(self, slot: Sequence[int], check: Checkpoint) -> bool:
        seating = self._seated(slot, check)
        if seating is None:
            return False
        assignments = self.instance.assignments(seating.slot, seating.table)
        value = score_assignments(self.instance.problem, assignments, check)
        if self.value is not None and rank(value) >= rank(self.value):
            return False
        if broken_rules(self.instance.problem, assignments, check):
            return False
        self._record(list(seating.slot), assignments, value)
        return True

    def _seated(self, slot: Sequence[int], check: Checkpoint) -> Seating | None:
        seating = seat(self.instance, slot, check)
        if all_seated(seating):
            return keep_told_tables(seating)
        # Zones that overlap in many ways are counted incompletely: what finds no table is not held.
        slot = [t if t == FREE or seating.table[m] else FREE for m, t in enumerate(slot)]
        seating = seat(self.instance, slot, check)
        return seating if all_seated(seating) else None

    def _record(self, slot: list[int], assignments: tuple[Assignment, ...], value: Objective) -> None:
        if self.value is None or self.value.min_shortfall != value.min_shortfall:
            self.weight_bound = self.relaxation.weight_bound(value.min_shortfall or 0)
        self.slot, self.assignments, self.value = slot, assignments, value
        self.patience.empty_handed = False
        self.last_seconds = round(self.patience.elapsed, 3)
        entry = Progress(
            seconds=self.last_seconds,
            min_shortfall=value.min_shortfall or 0,
            weight=value.weight or 0,
            breaks=value.breaks or 0,
            disruption=value.disruption,
        )
        self.progress.append(entry)
        self.on_progress(entry)
        self.on_best(assignments, self.objective())

    def polish_tables(self) -> None:
        """Choose the tables of the schedule in hand anew without touching a slot (tables.py says what is best)."""
        if self.slot is None or self.value is None:
            return
        # Over time by a little is allowed here: half of the finish is kept back for it, and no schedule needs it.
        latest = time.monotonic() + max(0.2, self.left() / 2)

        def check() -> None:
            if self.patience.cancelled() or time.monotonic() > latest:
                self.clocked = True
                raise Interrupted

        with suppress(Interrupted):
            check()
            seating = best_seating(self.instance, self.slot, check)
            assignments = self.instance.assignments(seating.slot, seating.table)
            value = score_assignments(self.instance.problem, assignments, self.check)
            if rank(value) <= rank(self.value) and not broken_rules(self.instance.problem, assignments, self.check):
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
