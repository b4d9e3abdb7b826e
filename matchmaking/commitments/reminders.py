"""When somebody who still has to sign is reminded: at each stage once; pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Stage:
    """``after``: how long the record has waited for the signatory."""

    name: str
    after: timedelta


STAGES = (
    Stage("agreed", timedelta()),
    Stage("day_3", timedelta(days=3)),
    Stage("day_7", timedelta(days=7)),
    Stage("day_14", timedelta(days=14)),
)


def due_stage(waiting_since: datetime, now: datetime, done: Collection[str]) -> str:
    """Return the latest stage that is reached, or nothing when that one is done: what was missed is not made up for."""
    reached = [stage.name for stage in STAGES if waiting_since + stage.after <= now]
    return reached[-1] if reached and reached[-1] not in done else ""
