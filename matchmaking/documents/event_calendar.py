"""The event itself as a calendar file: whole days, one entry that later versions replace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event


@dataclass(frozen=True)
class EventDays:
    """What the entry says. ``sequence`` goes up with each change: a calendar that has the entry takes the new one."""

    uid: str
    title: str
    first: date
    last: date
    place: str = ""
    description: str = ""
    url: str = ""
    sequence: int = 0


def event_calendar(days: EventDays, made_at: datetime) -> bytes:
    """Return an iCalendar file with one all-day entry from ``first`` to ``last`` (both included)."""
    calendar = Calendar()
    calendar.add("prodid", "-//Temu Bisnis//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    entry = Event()
    entry.add("uid", days.uid)
    entry.add("sequence", days.sequence)
    entry.add("dtstamp", made_at)
    entry.add("dtstart", days.first)
    entry.add("dtend", days.last + timedelta(days=1))
    entry.add("summary", days.title)
    for name, value in (("location", days.place), ("description", days.description), ("url", days.url)):
        if value:
            entry.add(name, value)
    calendar.add_component(entry)
    return calendar.to_ical()
