"""From sessions and breaks to slots: pure, no database. Times are wall times in the event's zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

FRIDAY = 4
#: Kept free: Friday prayer on Fridays, Zuhur on other days (about 12.00–12.45 in Lampung all year round).
FRIDAY_PRAYER = (time(11, 30), time(13, 0))
NOON_PRAYER = (time(12, 0), time(12, 45))


@dataclass(frozen=True, order=True)
class SessionPlan:
    """A stretch of one day: slots of ``slot_minutes`` with ``changeover_minutes`` between them. ``id`` 0: new."""

    day: date
    starts_at: time
    ends_at: time
    slot_minutes: int
    changeover_minutes: int = 0
    name: str = ""
    id: int = 0


@dataclass(frozen=True, order=True)
class BreakPlan:
    """A time without meetings."""

    day: date
    starts_at: time
    ends_at: time
    name: str = ""
    kind: str = "other"
    id: int = 0


@dataclass(frozen=True)
class SlotPlan:
    """One slot; ``session`` is the index of its session in the programme."""

    session: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Programme:
    """All sessions and breaks of an event."""

    sessions: tuple[SessionPlan, ...] = ()
    breaks: tuple[BreakPlan, ...] = ()


@dataclass(frozen=True)
class Caution:
    """Something to look at: a code, the day and the numbers for its sentence."""

    code: str  # friday_prayer, noon_prayer, overlap, outside_event, unused_minutes, no_slots
    day: date
    name: str = ""
    minutes: int = 0


def slots(programme: Programme) -> list[SlotPlan]:
    """Return every slot in time order: inside its session, touching no break, a change-over apart from the one before."""
    found = [slot for index in range(len(programme.sessions)) for slot in _slots_of(programme, index)]
    return sorted(found, key=lambda slot: (slot.starts_at, slot.session))


def _slots_of(programme: Programme, index: int) -> list[SlotPlan]:
    session = programme.sessions[index]
    length, pause = timedelta(minutes=session.slot_minutes), timedelta(minutes=session.changeover_minutes)
    begins, end = datetime.combine(session.day, session.starts_at), datetime.combine(session.day, session.ends_at)
    found = []
    while begins + length <= end:
        blocking = _first_break(programme.breaks, begins, begins + length)
        if blocking:
            begins = blocking
            continue
        found.append(SlotPlan(index, begins, begins + length))
        begins += length + pause
    return found


def _first_break(breaks: Iterable[BreakPlan], begins: datetime, ends: datetime) -> datetime | None:
    """Return the end of a break that the stretch would touch, or ``None``."""
    touching = [b for b in breaks if _overlap(b.day, b.starts_at, b.ends_at, begins, ends)]
    return max((datetime.combine(b.day, b.ends_at) for b in touching), default=None)


def _overlap(day: date, starts_at: time, ends_at: time, begins: datetime, ends: datetime) -> bool:
    return datetime.combine(day, starts_at) < ends and begins < datetime.combine(day, ends_at)


def cautions(programme: Programme, first_day: date, last_day: date) -> list[Caution]:
    """Return what a careful organiser would notice: prayer times, overlaps, wrong days, minutes left over."""
    planned = slots(programme)
    return [
        *_outside(programme, first_day, last_day),
        *_overlaps(programme),
        *_prayers(planned),
        *_leftovers(programme, planned),
    ]


def _outside(programme: Programme, first_day: date, last_day: date) -> list[Caution]:
    return [Caution("outside_event", s.day, s.name) for s in programme.sessions if not first_day <= s.day <= last_day]


def _overlaps(programme: Programme) -> list[Caution]:
    ordered = sorted(programme.sessions)
    return [
        Caution("overlap", later.day, f"{earlier.name} / {later.name}")
        for position, earlier in enumerate(ordered)
        for later in ordered[position + 1 :]
        if earlier.day == later.day and later.starts_at < earlier.ends_at
    ]


def _prayers(planned: list[SlotPlan]) -> list[Caution]:
    found = []
    for day in sorted({slot.starts_at.date() for slot in planned}):
        starts_at, ends_at = FRIDAY_PRAYER if day.weekday() == FRIDAY else NOON_PRAYER
        if any(_overlap(day, starts_at, ends_at, slot.starts_at, slot.ends_at) for slot in planned):
            found.append(Caution("friday_prayer" if day.weekday() == FRIDAY else "noon_prayer", day))
    return found


def _leftovers(programme: Programme, planned: list[SlotPlan]) -> list[Caution]:
    found = []
    for index, session in enumerate(programme.sessions):
        own = [slot for slot in planned if slot.session == index]
        if not own:
            found.append(Caution("no_slots", session.day, session.name))
            continue
        unused = int((datetime.combine(session.day, session.ends_at) - own[-1].ends_at).total_seconds() // 60)
        if unused > 0 and not _is_break_time(programme, own[-1].ends_at, session):
            found.append(Caution("unused_minutes", session.day, session.name, unused))
    return found


def _is_break_time(programme: Programme, begins: datetime, session: SessionPlan) -> bool:
    """Say whether the rest of the session is a break, which is no waste."""
    ends = datetime.combine(session.day, session.ends_at)
    return any(
        b.day == session.day
        and datetime.combine(b.day, b.starts_at) <= begins
        and datetime.combine(b.day, b.ends_at) >= ends
        for b in programme.breaks
    )


def usual_day(day: date, slot_minutes: int = 20, changeover_minutes: int = 0) -> Programme:
    """Return the programme most offices use: morning and afternoon, prayer time free (longer on a Friday)."""
    is_friday = day.weekday() == FRIDAY
    morning_end, afternoon_start, evening = (
        (time(11, 20), time(13, 30), time(15, 30)) if is_friday else (time(12, 0), time(13, 0), time(15, 20))
    )
    prayer = "Salat Jumat dan makan siang" if is_friday else "Salat Zuhur dan makan siang"
    return Programme(
        (
            SessionPlan(day, time(9, 0), morning_end, slot_minutes, changeover_minutes, "Sesi pagi"),
            SessionPlan(day, afternoon_start, evening, slot_minutes, changeover_minutes, "Sesi siang"),
        ),
        (
            BreakPlan(day, time(10, 0), time(10, 20), "Rehat kopi", "coffee"),
            BreakPlan(day, morning_end, afternoon_start, prayer, "prayer"),
        ),
    )
