"""What the rehearsal puts on the projector: the big screen as it will be at a slot, of a schedule or, without one, of examples."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from matchmaking.attendance.live_view import ScreenRow, ScreenSlot, screen_slots, time_span
from matchmaking.attendance.queries.day import day_slots, nearest_slot
from matchmaking.attendance.queries.live import live_slots
from matchmaking.events.queries import tables_of
from matchmaking.i18n import gettext as _
from matchmaking.scheduling.models import ScheduleVersion

EXAMPLE_MINUTES = 20
EXAMPLE_TABLES = 6


@dataclass(frozen=True)
class Stage:
    """The big screen at a moment. ``slot`` counts from 1 and is 0 for examples, whose names are made up."""

    at: datetime
    slots: list[ScreenSlot]
    slot: int
    total: int


def stage_of(version: ScheduleVersion, zone: str, now: datetime, number: int = 0) -> Stage | None:
    """Return the screen at the beginning of a slot of a version; without a known slot, now, or the first when all are over.

    ``None``: the version has no slots.
    """
    slots = day_slots(version)
    nearest = nearest_slot(slots, now)
    if nearest is None:
        return None
    chosen = next((slot for slot in slots if slot.number == number), None)
    if chosen is None and nearest.ends_at <= now:
        chosen = slots[0]
    at = chosen.starts_at if chosen else now
    return Stage(at, screen_slots(live_slots(version, zone, at), at, zone), (chosen or nearest).number, len(slots))


def example_stage(event_id: int, zone: str, now: datetime) -> Stage:
    """Return examples at the event's tables, with names as long as they get: is everything legible in this hall?"""
    names = [row.name for row in tables_of(event_id)] or [str(number) for number in range(1, EXAMPLE_TABLES + 1)]
    pair = _("Example: Weavers’ Cooperative"), _("Example: Regional Office of Tourism and Creative Economy")
    rows = [ScreenRow(name, "", *pair, "") for name in names]
    length = timedelta(minutes=EXAMPLE_MINUTES)
    shown = [
        ScreenSlot(
            starts,
            starts + length,
            time_span(starts, starts + length, zone),
            "",
            0,
            "20:00",
            starts == now,
            rows[:count],
        )
        for starts, count in ((now, len(rows)), (now + length, max(len(rows) // 2, 1)))
    ]
    return Stage(now, shown, 0, 0)
