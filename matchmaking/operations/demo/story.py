"""What the chapters of the demo's day share: whose day it is, who tells it, and the hours in which it goes on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from matchmaking.actor import Actor
from matchmaking.operations.demo.people import Agency, Maker

DAY = date(2023, 5, 11)
ZONE = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True)
class Story:
    """The demo's event with its people; ``exhibitors`` and ``buyers`` are ids of entries, in the order of the cast."""

    event_id: int
    organizer: Actor
    desk: Actor
    makers: Sequence[Maker]
    agencies: Sequence[Agency]
    exhibitors: Sequence[int]
    buyers: Sequence[int]
    seed: int

    def chance(self, chapter: str) -> random.Random:
        """Return the chance of one chapter: the same for a seed, whatever the other chapters drew."""
        return random.Random(f"{self.seed}:{chapter}")  # noqa: S311 - a demo, not a secret

    def key(self, *parts: object) -> str:
        """Return a key as a page or a device would make it, the same for the same parts."""
        return "-".join(str(part) for part in ("demo", self.event_id, *parts))


def at(hour: int, minute: int = 0, second: int = 0, day: date = DAY) -> datetime:
    """Return a moment by the clock of the hall, in UTC."""
    return datetime.combine(day, time(hour, minute, second), ZONE).astimezone(UTC)
