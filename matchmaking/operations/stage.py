"""What a projector shows of one slot: who sits where now and who comes next, a few tables at a time.

A page holds :data:`TABLES_A_PAGE` tables: so many rows of two lines fit at the size that can be read from ten metres (scss/_stage.scss).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaking.attendance.day_view import table_rows
from matchmaking.attendance.queries.day import DayMeeting, DaySlot, day_meetings, day_slots, day_tables, nearest_slot
from matchmaking.events.queries import tables_of
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_time
from matchmaking.scheduling.models import ScheduleVersion

TABLES_A_PAGE = 6


@dataclass(frozen=True)
class Pair:
    """The two names at a table."""

    exhibitor: str
    buyer: str


@dataclass(frozen=True)
class Seat:
    """One table."""

    table: str
    now: Pair | None
    coming: Pair | None


@dataclass(frozen=True)
class Screen:
    """One page for the projector. ``slot`` and ``page`` count from 1; ``slot`` is 0 for examples; times are words in the event's zone."""

    clock: str
    place: str
    now_time: str
    coming_time: str
    seats: list[Seat]
    slot: int
    slots: int
    page: int
    pages: int

    @property
    def is_example(self) -> bool:
        """Say whether the names are made up: there is no schedule yet."""
        return not self.slot

    @property
    def following_page(self) -> int:
        """Return the page after this one, the first after the last."""
        return self.page % self.pages + 1


def screen_of(version: ScheduleVersion, zone: str, now: datetime, *, slot: int = 0, page: int = 1) -> Screen | None:
    """Return a page of a slot of a version; without a known slot that of the present one. ``None``: the version has no slots."""
    slots = day_slots(version)
    chosen = next((one for one in slots if one.number == slot), None) or nearest_slot(slots, now)
    if chosen is None:
        return None
    following = next((one for one in slots if one.number == chosen.number + 1), None)
    meetings = day_meetings(version, zone, [one.id for one in (chosen, following) if one])
    rows = table_rows(day_tables(version), meetings, chosen, following)
    seats = [Seat(row.name, _pair(row.now), _pair(row.coming)) for row in rows]
    return _paged(
        seats,
        page,
        clock=clock_words(now, zone),
        place=_("slot %(number)s of %(total)s", number=chosen.number, total=len(slots)),
        now_time=_span(chosen, zone),
        coming_time=_span(following, zone) if following else "",
        slot=chosen.number,
        slots=len(slots),
    )


def example_screen(event_id: int, zone: str, now: datetime, *, page: int = 1) -> Screen:
    """Return examples at the event's tables, with names as long as they get: is everything legible in this hall?"""
    names = [row.name for row in tables_of(event_id)] or [str(number) for number in range(1, TABLES_A_PAGE + 1)]
    pair = Pair(_("Example: Weavers’ Cooperative"), _("Example: Regional Office of Tourism and Creative Economy"))
    return _paged(
        [Seat(name, pair, pair if number % 2 else None) for number, name in enumerate(names)],
        page,
        clock=clock_words(now, zone),
        place=_("test picture"),
        now_time="09.00–09.20",
        coming_time="09.20–09.40",
        slot=0,
        slots=0,
    )


def clock_words(now: datetime, zone: str) -> str:
    """Return the time as the projector shows it."""
    return show_time(now, zone, with_zone=True)


def _paged(seats: Sequence[Seat], page: int, **words: object) -> Screen:
    pages = max(-(-len(seats) // TABLES_A_PAGE), 1)
    page = min(max(page, 1), pages)
    shown = list(seats[(page - 1) * TABLES_A_PAGE : page * TABLES_A_PAGE])
    return Screen(seats=shown, page=page, pages=pages, **words)  # type: ignore[arg-type]


def _pair(meeting: DayMeeting | None) -> Pair | None:
    return Pair(meeting.exhibitor.name, meeting.buyer.name) if meeting else None


def _span(slot: DaySlot, zone: str) -> str:
    return f"{show_time(slot.starts_at, zone)}–{show_time(slot.ends_at, zone)}"
