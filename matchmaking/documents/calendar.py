"""Calendar files (iCalendar, RFC 5545): meetings in, bytes out that Google, Apple and Outlook take in and keep in step.

Each meeting has one UID for ever; a higher SEQUENCE replaces what a calendar holds, and STATUS:CANCELLED takes it away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

PRODUCT = "-//Temu Bisnis//Agenda//ID"


@dataclass(frozen=True)
class CalendarEntry:
    """One meeting; instants are aware."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    text: str = ""
    is_cancelled: bool = False


def render_calendar(entries: Iterable[CalendarEntry], name: str, stamp: datetime, reminder_minutes: int = 10) -> bytes:
    """Return the calendar file.

    Args:
        entries: meetings of one agenda, cancelled ones too.
        name: what the calendar is called where it is shown by itself.
        stamp: when the schedule was published; the same input gives the same bytes.
        reminder_minutes: how long before a meeting the phone reminds.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for entry in sorted(entries, key=lambda e: (e.starts_at, e.uid)):
        calendar.add_component(_event(entry, stamp, reminder_minutes))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: CalendarEntry, stamp: datetime, reminder_minutes: int) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", entry.title)
    event.add("location", entry.place)
    if entry.text:
        event.add("description", entry.text)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    if not entry.is_cancelled:
        event.add_component(_alarm(entry, reminder_minutes))
    return event


def _alarm(entry: CalendarEntry, minutes: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.title)
    alarm.add("trigger", timedelta(minutes=-minutes))
    return alarm
