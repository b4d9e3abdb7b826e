"""The event itself as a calendar file: whole days, one entry."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from icalendar import Calendar, Event


def event_calendar(*, uid: str, title: str, place: str, first: date, last: date, made_at: datetime) -> bytes:
    """Return an iCalendar file with one all-day entry from ``first`` to ``last`` (both included)."""
    calendar = Calendar()
    calendar.add("prodid", "-//Temu Bisnis//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    entry = Event()
    entry.add("uid", uid)
    entry.add("dtstamp", made_at)
    entry.add("dtstart", first)
    entry.add("dtend", last + timedelta(days=1))
    entry.add("summary", title)
    if place:
        entry.add("location", place)
    calendar.add_component(entry)
    return calendar.to_ical()
