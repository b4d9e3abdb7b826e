"""What the big screen and people's phones follow: the slots from now on, and a stamp that changes when they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matchmaking.attendance.models import MeetingStep
from matchmaking.attendance.queries.day import DayMeeting, DaySlot, day_meetings, day_slots, nearest_slot
from matchmaking.extensions import db
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.queries.times import delay_revision

#: Slots that a screen holds: it goes on by itself that long without a network.
SLOTS_AHEAD = 4


@dataclass(frozen=True)
class LiveSlot:
    """A slot with its meetings in the order of the tables."""

    slot: DaySlot
    meetings: list[DayMeeting]


def live_slots(version: ScheduleVersion, zone: str, now: datetime) -> list[LiveSlot]:
    """Return the slot that runs or comes next and those after it; none when the last has ended."""
    slots = coming_slots(day_slots(version), now)
    meetings = day_meetings(version, zone, [slot.id for slot in slots]) if slots else []
    return [LiveSlot(slot, [row for row in meetings if row.slot and row.slot.id == slot.id]) for slot in slots]


def coming_slots(slots: Sequence[DaySlot], now: datetime) -> list[DaySlot]:
    """Return the slots of a screen: the nearest one and those after it."""
    nearest = nearest_slot(slots, now)
    if nearest is None or nearest.ends_at <= now:
        return []
    first = slots.index(nearest)
    return list(slots[first : first + SLOTS_AHEAD])


def live_stamp(version: ScheduleVersion | None, event_id: int) -> str:
    """Return what changes with the schedule, a delay or what became of a meeting; three statements, however many look."""
    steps = db.session.scalar(sa.select(sa.func.max(MeetingStep.id)).where(MeetingStep.event_id == event_id))
    number = f"{version.id}-{version.revision}" if version else "0"
    return f"{number}-{steps or 0}-{delay_revision(event_id)}"
