"""When a run is over, and how work that is under way then ends: by checkpoints that raise, at most so much later.

Loops ask `is_over()` and end by themselves. What cannot be ended half done (a compiled instance, a judged schedule) calls
`check()` between its steps; that raises Interrupted once the grace is over, and what was in hand before stays in hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .problem import Limits

Checkpoint = Callable[[], None]

GRACE_SECONDS = 0.3
"""What is under way may take this much longer once the run is over."""
FIRST_GRACE_SECONDS = 2.0
"""The same past the time limit, as long as no schedule is in hand: a late one is better than none."""


class Interrupted(Exception):
    """The run is over and its grace too: what is under way is given up."""


def no_check() -> None:
    """Nobody is in a hurry."""


@dataclass
class Patience:
    """The clock of one run and the caller's wish to stop; `over` is remembered, for it makes a run irreproducible."""

    limits: Limits
    cancelled: Callable[[], bool]
    started: float = field(default_factory=time.monotonic)
    over: bool = False
    empty_handed: bool = True
    _over_since: float = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since the problem was read."""
        return time.monotonic() - self.started

    def left(self) -> float:
        """Seconds until the time limit."""
        return self.limits.seconds - self.elapsed

    def is_over(self) -> bool:
        """Whether time is over or the caller has had enough."""
        if not self.over and (self.cancelled() or self.left() <= 0):
            self.over, self._over_since = True, time.monotonic()
        return self.over

    def is_over_for_first(self) -> bool:
        """As `is_over` for the search for a first schedule: past the limit it may take half of its grace, then be judged."""
        return self.cancelled() or self.left() < -FIRST_GRACE_SECONDS / 2

    def check(self) -> None:
        """Raise Interrupted when the run is over and so is the grace of what is under way."""
        if not self.is_over():
            return
        late = self.empty_handed and not self.cancelled()
        if time.monotonic() - self._over_since > (FIRST_GRACE_SECONDS if late else GRACE_SECONDS):
            raise Interrupted
