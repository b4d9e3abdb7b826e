"""The big screen and the card on a phone, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaking import clock
from matchmaking.attendance.day_view import left_until, place_words
from matchmaking.attendance.models import MeetingState
from matchmaking.attendance.queries.day import DayMeeting
from matchmaking.attendance.queries.live import LiveSlot
from matchmaking.i18n import show_date, show_time
from matchmaking.registration.models import Side

#: What is not said on a screen in the hall: whoever stays away is told at the desk.
GONE = frozenset({MeetingState.CANCELLED, MeetingState.NO_SHOW})


@dataclass(frozen=True)
class ScreenRow:
    """One table on the big screen."""

    table: str
    zone: str
    exhibitor: str
    buyer: str
    time: str  # only where it differs from the slot's


@dataclass(frozen=True)
class ScreenSlot:
    """One slot on the big screen. ``is_now``: it ran when the page was made; the browser goes on from there."""

    starts_at: datetime
    ends_at: datetime
    time: str
    day: str  # where it is not today
    late_minutes: int
    left: str
    is_now: bool
    rows: list[ScreenRow]


def screen_slots(slots: Sequence[LiveSlot], now: datetime, zone: str) -> list[ScreenSlot]:
    """Return the slots as the screen shows them."""
    today = clock.in_zone(now, zone).date()
    shown = []
    for part in slots:
        slot, day = part.slot, clock.in_zone(part.slot.starts_at, zone).date()
        is_now = slot.starts_at <= now
        shown.append(
            ScreenSlot(
                slot.starts_at,
                slot.ends_at,
                time_span(slot.starts_at, slot.ends_at, zone),
                show_date(day) if day != today else "",
                slot.late_minutes,
                left_until(slot.ends_at if is_now else slot.starts_at, now),
                is_now,
                [_row(row, slot.starts_at, zone) for row in part.meetings if row.state not in GONE],
            )
        )
    return shown


def time_span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Return from when to when, as the screen shows it."""
    return f"{show_time(starts_at, zone)}–{show_time(ends_at, zone)}"


def _row(row: DayMeeting, starts_at: datetime, zone: str) -> ScreenRow:
    own = row.slot.starts_at if row.slot else starts_at
    time = show_time(own, zone) if own != starts_at else ""
    return ScreenRow(row.table, row.zone, row.exhibitor.name, row.buyer.name, time)


@dataclass(frozen=True)
class OwnEntry:
    """One of a person's own meetings. ``when``: ``now``, ``next`` or nothing at the moment it was drawn."""

    starts_at: datetime
    ends_at: datetime
    time: str
    day: str
    place: str
    partner: str
    left: str
    is_gone: bool
    when: str


def own_entries(rows: Sequence[DayMeeting], teams: dict[int, Side], now: datetime, zone: str) -> list[OwnEntry]:
    """Return a person's meetings that have not ended, in time order; those called off too, for somebody waits there."""
    coming = sorted(
        ((row.slot, row) for row in rows if row.slot and row.slot.ends_at > now and row.state is not MeetingState.HELD),
        key=lambda pair: pair[0].starts_at,
    )
    today, entries, has_next = clock.in_zone(now, zone).date(), [], False
    for slot, row in coming:
        side, day = row.side_of(teams), clock.in_zone(slot.starts_at, zone).date()
        if side is None:
            continue
        when = "now" if slot.starts_at <= now else "" if has_next else "next"
        has_next = has_next or when == "next"
        entries.append(
            OwnEntry(
                slot.starts_at,
                slot.ends_at,
                show_time(slot.starts_at, zone),
                show_date(day) if day != today else "",
                place_words(row, zone)["table"],
                row.partner_of(side).name,
                left_until(slot.ends_at if when == "now" else slot.starts_at, now),
                row.state in GONE,
                when,
            )
        )
    return entries


@dataclass(frozen=True)
class Call:
    """One line of the host's call list. ``missing``: the names of those who have not arrived."""

    table: str
    zone: str
    exhibitor: str
    buyer: str
    missing: list[str]


def calls_of(rows: Sequence[DayMeeting]) -> list[Call]:
    """Return the calls of a slot by table; a meeting that was called off is not called."""
    return [
        Call(
            row.table,
            row.zone,
            row.exhibitor.name,
            row.buyer.name,
            [side.name for side in (row.exhibitor, row.buyer) if side.arrived_at is None],
        )
        for row in rows
        if row.state not in GONE
    ]
