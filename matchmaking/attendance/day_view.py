"""The day as its pages show it: which slot, how long it still runs, what happens at each table, what a tap may do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matchmaking import clock
from matchmaking.attendance.meeting_words import MEETING_SIGNALS, RESULTS, state_words
from matchmaking.attendance.models import Absent, MeetingOutcome, MeetingState
from matchmaking.attendance.queries.day import DayMeeting, DaySlot, nearest_slot
from matchmaking.codes import new_code
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_date, show_time
from matchmaking.money import format_short


@dataclass(frozen=True)
class TableRow:
    """One table: the meeting in the chosen slot, and the one in the slot after it."""

    id: int
    name: str
    now: DayMeeting | None
    coming: DayMeeting | None

    @property
    def is_given_up(self) -> bool:
        """Nobody sits here: nothing is placed, or what was placed does not take place."""
        return self.now is None or self.now.state in (MeetingState.NO_SHOW, MeetingState.CANCELLED)


@dataclass(frozen=True)
class Timing:
    """Where the clock stands beside the chosen slot. ``until``: what the countdown runs to, with the word before it."""

    time: str
    place: str  # "slot 5 of 14"
    word: str = ""
    until: datetime | None = None
    left: str = ""  # 08:00
    note: str = ""  # before and after the day, or when another slot is looked at


@dataclass(frozen=True)
class SlotLink:
    """One slot in the strip."""

    number: int
    time: str
    day: str  # said where it changes
    is_chosen: bool
    is_now: bool


def timing_of(slots: Sequence[DaySlot], chosen: DaySlot, now: datetime, zone: str) -> Timing:
    """Say where the chosen slot stands."""
    time = show_time(now, zone)
    place = _("slot %(number)s of %(total)s", number=chosen.number, total=len(slots))
    if chosen.starts_at <= now < chosen.ends_at:
        return Timing(time, place, _("ends in"), chosen.ends_at, left_until(chosen.ends_at, now))
    nearest = nearest_slot(slots, now)
    is_today = clock.in_zone(now, zone).date() == clock.in_zone(chosen.starts_at, zone).date()
    if chosen == nearest and is_today and now < chosen.starts_at:
        return Timing(time, place, _("begins in"), chosen.starts_at, left_until(chosen.starts_at, now))
    if now < slots[0].starts_at:
        note = _("No meeting has begun yet: the first is on %(time)s.", time=_moment(slots[0].starts_at, zone))
    elif now >= slots[-1].ends_at:
        note = _("All slots are over: the last ended on %(time)s.", time=_moment(slots[-1].ends_at, zone))
    else:
        note = _("You are looking at another slot than the one that runs.")
    return Timing(time, place, note=note)


def left_until(moment: datetime, now: datetime) -> str:
    """Return the time left as ``08:00`` or ``1:08:00``."""
    seconds = max(int((moment - now).total_seconds()), 0)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"


def slot_links(slots: Sequence[DaySlot], chosen: DaySlot, now: datetime, zone: str) -> list[SlotLink]:
    """Return the strip of slots; over several days each day's first slot says the day."""
    links, before = [], None
    several = len({clock.in_zone(slot.starts_at, zone).date() for slot in slots}) > 1
    for slot in slots:
        day = clock.in_zone(slot.starts_at, zone).date()
        links.append(
            SlotLink(
                slot.number,
                show_time(slot.starts_at, zone),
                show_date(day) if several and day != before else "",
                slot == chosen,
                slot.starts_at <= now < slot.ends_at,
            )
        )
        before = day
    return links


def table_rows(
    tables: Sequence[tuple[int, str]], meetings: Sequence[DayMeeting], chosen: DaySlot, following: DaySlot | None
) -> list[TableRow]:
    """Return what happens at each table in the chosen slot and in the one after it."""
    at = {(row.slot.id, row.table_id): row for row in meetings if row.slot}
    return [
        TableRow(table_id, name, at.get((chosen.id, table_id)), at.get((following.id, table_id)) if following else None)
        for table_id, name in tables
    ]


def summary_of(rows: Sequence[TableRow]) -> list[tuple[str, int, str]]:
    """Return (signal, number, word) for held, under way, waiting, no-show, cancelled and free tables."""
    states = Counter(row.now.state for row in rows if row.now)
    free = sum(row.now is None for row in rows)
    return [
        ("held", states[MeetingState.HELD], _("held")),
        ("waiting", states[MeetingState.RUNNING], _("under way")),
        ("neutral", states[MeetingState.SCHEDULED], _("not begun")),
        ("refused", states[MeetingState.NO_SHOW], _("no-show")),
        ("warning", states[MeetingState.CANCELLED], _("cancelled")),
        ("neutral", free, _("tables free")),
    ]


@dataclass(frozen=True)
class Choice:
    """One button of a row: what it is called and what it sends."""

    value: str  # "held", "no_show:buyer"
    label: str
    icon: str
    style: str = "btn btn-small"


@dataclass(frozen=True)
class RowActions:
    """The buttons of one meeting. ``key`` is of this drawing of the row: the same button sent twice counts once."""

    key: str
    first: tuple[Choice, ...]
    no_show: tuple[Choice, ...]
    last: tuple[Choice, ...]


def actions_of(row: DayMeeting) -> RowActions:
    """Return what one tap may do with a meeting where it stands now."""
    start = Choice("running", _("Start"), "play-circle")
    held = Choice("held", _("Held"), "check-lg")
    cancel = Choice("cancelled", _("Call off"), "slash-circle", "btn btn-small btn-quiet")
    missed = (
        Choice("no_show:exhibitor", _("IKM"), "person-x"),
        Choice("no_show:buyer", _("Buyer"), "person-x"),
        Choice("no_show:both", _("Both"), "person-x"),
    )
    offered = {
        MeetingState.SCHEDULED: ((start, held), missed, (cancel,)),
        MeetingState.RUNNING: ((held,), missed, (cancel,)),
        MeetingState.HELD: ((), (), ()),
        MeetingState.NO_SHOW: ((Choice("running", _("They came: start"), "play-circle"),), (), ()),
        MeetingState.CANCELLED: ((Choice("scheduled", _("Takes place after all"), "arrow-clockwise"),), (), ()),
    }
    return RowActions(new_code(16), *offered[row.state])


def read_choice(text: str) -> tuple[MeetingState, Absent | None] | None:
    """Return state and whose no-show a button sent; ``None`` for nonsense."""
    state, _colon, absent = text.partition(":")
    if state not in set(MeetingState) or (absent and absent not in set(Absent)):
        return None
    return MeetingState(state), Absent(absent) if absent else None


def state_of(row: DayMeeting, zone: str) -> dict[str, str]:
    """Return signal, words and time of a meeting's state, for the macro ``signal``."""
    standing = row.standing
    at = {MeetingState.RUNNING: standing.started_at, MeetingState.HELD: standing.ended_at}.get(row.state)
    return {
        "kind": MEETING_SIGNALS[row.state],
        "words": state_words(row.state, standing.absent),
        "time": show_time(at, zone) if at else "",
    }


def outcome_words(outcome: MeetingOutcome | None) -> str:
    """Return how a meeting went in one line: ``Potensi Rp25 juta``."""
    if outcome is None:
        return ""
    words = str(RESULTS[outcome.result])
    return f"{words} {format_short(outcome.potential_value)}" if outcome.potential_value else words


def _moment(at: datetime, zone: str) -> str:
    return f"{show_date(clock.in_zone(at, zone).date())}, {show_time(at, zone, with_zone=True)}"


def place_words(row: DayMeeting, zone: str) -> dict[str, Any]:
    """Return when and where a meeting is, in words."""
    if row.slot is None:
        return {"day": "", "time": "", "table": "", "note": _("not in the present schedule")}
    day = clock.in_zone(row.slot.starts_at, zone).date()
    time = f"{show_time(row.slot.starts_at, zone)}–{show_time(row.slot.ends_at, zone, with_zone=True)}"
    table = _("Table %(name)s", name=row.table)
    return {"day": show_date(day), "time": time, "table": f"{table} · {row.zone}" if row.zone else table, "note": ""}
