"""A round as the control page shows it: what is under way, how late it is, what one tap may do, which delays hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaking.attendance.day_view import TableRow
from matchmaking.attendance.models import MeetingState
from matchmaking.attendance.queries.day import DaySlot
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext, show_time
from matchmaking.scheduling.day_models import DelayScope
from matchmaking.scheduling.queries.agendas import AgendaItem
from matchmaking.scheduling.queries.times import NotedDelay

#: From this many minutes on, a round that began late is offered to be written down as a delay.
WORTH_NOTING = 2
#: Delays offered with one tap, in minutes.
QUICK_DELAYS = (5, 10)


@dataclass(frozen=True)
class RoundState:
    """What is said of the chosen slot. ``late_minutes``: what one tap would write down as a delay, 0: nothing to write."""

    kind: str = "neutral"  # of a signal
    words: str = ""
    late_minutes: int = 0
    may_start: int = 0  # meetings that are still scheduled
    may_end: int = 0  # meetings under way


def round_state(slot: DaySlot, rows: Sequence[TableRow], now: datetime, zone: str) -> RoundState:
    """Say where the round stands beside the clock."""
    meetings = [row.now for row in rows if row.now]
    states = Counter(row.state for row in meetings)
    waiting, running = states[MeetingState.SCHEDULED], states[MeetingState.RUNNING]
    begun = [row.standing.started_at for row in meetings if row.standing.started_at]
    if running and now >= slot.ends_at:
        return RoundState("warning", _over(running, slot, now, zone), 0, waiting, running)
    if running:
        late = _minutes(slot.starts_at, min(begun))
        words = ngettext("%(num)s table under way", "%(num)s tables under way", running)
        if late >= WORTH_NOTING:
            words = _("%(words)s, begun %(minutes)s minutes late", words=words, minutes=late)
            return RoundState("warning", words, late, waiting, running)
        return RoundState("waiting", words, 0, waiting, running)
    if waiting and not begun and now >= slot.starts_at:
        late = _minutes(slot.starts_at, now)
        words = _("not begun, due since %(time)s", time=show_time(slot.starts_at, zone))
        return RoundState("warning", words, late if late >= WORTH_NOTING and now < slot.ends_at else 0, waiting)
    if not waiting and meetings:
        return RoundState("held", _("this round is over"))
    return RoundState(may_start=waiting)


def _over(running: int, slot: DaySlot, now: datetime, zone: str) -> str:
    return ngettext(
        "%(num)s table is over time since %(time)s",
        "%(num)s tables are over time since %(time)s",
        running,
        time=show_time(slot.ends_at, zone),
    )


def _minutes(planned: datetime, really: datetime) -> int:
    return max(int((really - planned).total_seconds() // 60), 0)


@dataclass(frozen=True)
class DelayLine:
    """A delay that holds, in words, and the key that takes it back."""

    key: str
    words: str
    noted: str


def delay_lines(delays: Sequence[NotedDelay], zone: str) -> list[DelayLine]:
    """Return the delays that hold, the newest first."""
    return [DelayLine(row.key, _reach(row, zone), _noted(row, zone)) for row in delays]


def _reach(row: NotedDelay, zone: str) -> str:
    minutes, time = row.delay.minutes, show_time(row.starts_at, zone, with_zone=True)
    if row.delay.scope is DelayScope.TABLE:
        return _("+%(minutes)s min at table %(table)s, from %(time)s to the end of the session",
                 minutes=minutes, table=row.table, time=time)  # fmt: skip
    if row.delay.scope is DelayScope.SESSION:
        return _("+%(minutes)s min in %(session)s, from %(time)s on",
                 minutes=minutes, session=row.session or _("this session"), time=time)  # fmt: skip
    return _("+%(minutes)s min for everything from %(time)s on", minutes=minutes, time=time)


def _noted(row: NotedDelay, zone: str) -> str:
    at = show_time(row.at, zone)
    words = _("noted %(time)s by %(name)s", time=at, name=row.who) if row.who else _("noted %(time)s", time=at)
    return f"{words} · {_('those concerned are told')}" if row.is_told else words


def delay_warnings(slots: Sequence[DaySlot], breaks: Sequence[AgendaItem], overlapping: int, zone: str) -> list[str]:
    """Return what the delays run into: breaks, the slot after, and people who would sit at two tables at once."""
    found = []
    for slot, following in zip(slots, [*slots[1:], None], strict=True):
        if not slot.late_minutes:
            continue
        for pause in breaks:
            if slot.starts_at < pause.ends_at and pause.starts_at < slot.ends_at:
                found.append(_into(slot, pause.title, pause.starts_at, zone))
        if following and following.starts_at < slot.ends_at:
            found.append(_into(slot, _("the next slot"), following.starts_at, zone))
    if overlapping:
        found.append(
            ngettext(
                "%(num)s meeting begins before one of its people is free again.",
                "%(num)s meetings begin before one of their people is free again.",
                overlapping,
            )
        )
    return found


def _into(slot: DaySlot, what: str, since: datetime, zone: str) -> str:
    return _(
        "The slot at %(time)s now runs into “%(what)s” (%(since)s).",
        time=show_time(slot.starts_at, zone), what=what, since=show_time(since, zone),
    )  # fmt: skip
