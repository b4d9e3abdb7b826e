"""When slots really begin and end: the plan plus the delays of the day. Whatever shows a time of a meeting asks here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.accounts.models import User
from matchmaking.events.models import Event, MeetingTable, TimeSlot
from matchmaking.extensions import db
from matchmaking.scheduling.day_models import DelayScope, SlotDelay
from matchmaking.scheduling.models import Placement

Column = sa.orm.InstrumentedAttribute[int]


@dataclass(frozen=True)
class Delay:
    """One delay that counts. ``minutes``: how much later; ``table_id`` only for one table."""

    scope: DelayScope
    from_slot_id: int
    minutes: int
    table_id: int | None = None


@dataclass(frozen=True)
class Planned:
    """A slot as planned; ``day`` is that of the event's zone."""

    starts_at: datetime
    ends_at: datetime
    day: date
    session_id: int | None


@dataclass(frozen=True)
class SlotTimes:
    """The event's slots, retired ones too, and the delays that count. Without a table: what holds for all tables."""

    slots: Mapping[int, Planned]
    delays: tuple[Delay, ...] = ()

    def late_minutes(self, slot_id: int, table_id: int | None = None) -> int:
        """Return how much later than planned a slot runs (at a table), in minutes."""
        return sum(delay.minutes for delay in self.delays if self._hits(delay, slot_id, table_id))

    def _hits(self, delay: Delay, slot_id: int, table_id: int | None) -> bool:
        slot, first = self.slots[slot_id], self.slots[delay.from_slot_id]
        if slot.day != first.day or slot.starts_at < first.starts_at:
            return False
        if delay.scope is DelayScope.DAY:
            return True
        same_session = slot.session_id == first.session_id
        return same_session and (delay.scope is DelayScope.SESSION or delay.table_id == table_id)

    def start(self, slot_id: int, table_id: int | None = None) -> datetime:
        """Return when a slot really begins."""
        return self.slots[slot_id].starts_at + timedelta(minutes=self.late_minutes(slot_id, table_id))

    def end(self, slot_id: int, table_id: int | None = None) -> datetime:
        """Return when a slot really ends."""
        return self.slots[slot_id].ends_at + timedelta(minutes=self.late_minutes(slot_id, table_id))

    def where(
        self, slot: Column, table: Column, is_wanted: Callable[[datetime, datetime], bool]
    ) -> sa.ColumnElement[bool]:
        """Return the SQL condition that a place's real begin and end are as wanted.

        A place with a delay of its own is named; all others follow their slot. Delays are few, so the condition is short.
        """
        own = {delay.table_id for delay in self.delays if delay.table_id is not None}
        plain = [id for id in self.slots if is_wanted(self.start(id), self.end(id))]
        others = sa.and_(slot.in_(plain), table.not_in(own)) if own else slot.in_(plain)
        named = [
            sa.and_(
                table == table_id,
                slot.in_([id for id in self.slots if is_wanted(self.start(id, table_id), self.end(id, table_id))]),
            )
            for table_id in sorted(own)
        ]
        return sa.or_(others, *named)


def past_slots(times: SlotTimes, begun: Collection[int] = ()) -> frozenset[int]:
    """Return the slots that have begun by the clock with all delays, those that are said to have begun, and all before them."""
    now = clock.now()
    found = {id for id in times.slots if times.start(id) <= now} | set(begun)
    last = max((times.slots[id].starts_at for id in found), default=None)
    return frozenset(id for id, slot in times.slots.items() if last is not None and slot.starts_at <= last)


def times_of(event_id: int) -> SlotTimes:
    """Return the real times of an event's slots; a fixed number of statements."""
    zone = db.session.get_one(Event, event_id).timezone
    rows = db.session.scalars(sa.select(TimeSlot).where(TimeSlot.event_id == event_id))
    slots = {
        row.id: Planned(row.starts_at, row.ends_at, clock.in_zone(row.starts_at, zone).date(), row.session_id)
        for row in rows
    }
    return SlotTimes(slots, tuple(_delay(row) for row in _live_delays(event_id)))


def _live_delays(event_id: int) -> Iterable[SlotDelay]:
    return db.session.scalars(
        sa.select(SlotDelay)
        .where(SlotDelay.event_id == event_id, SlotDelay.undone_at.is_(None))
        .order_by(SlotDelay.number)
    )


def _delay(row: SlotDelay) -> Delay:
    return Delay(row.scope, row.from_slot_id, row.minutes, row.table_id)


@dataclass(frozen=True)
class NotedDelay:
    """A delay that counts, as a page shows it: who noted it and when."""

    key: str
    delay: Delay
    starts_at: datetime  # as planned, of the slot from which it counts
    table: str
    session: str
    at: datetime
    who: str
    is_told: bool


def noted_delays(event_id: int) -> list[NotedDelay]:
    """Return the delays that count, the newest first."""
    rows = db.session.execute(
        sa.select(SlotDelay, TimeSlot, MeetingTable, User.name)
        .join(TimeSlot, TimeSlot.id == SlotDelay.from_slot_id)
        .outerjoin(MeetingTable, MeetingTable.id == SlotDelay.table_id)
        .outerjoin(User, User.id == SlotDelay.user_id)
        .options(sa.orm.joinedload(TimeSlot.session))
        .where(SlotDelay.event_id == event_id, SlotDelay.undone_at.is_(None))
        .order_by(SlotDelay.number.desc())
    )
    return [
        NotedDelay(
            row.delay_key,
            _delay(row),
            slot.starts_at,
            table.name if table else "",
            slot.session.name if slot.session else "",
            row.at,
            who or "",
            row.is_told,
        )
        for row, slot, table, who in rows
    ]


def delay_revision(event_id: int) -> int:
    """Return how often the delays of an event were changed: each delay and each taking back counts one."""
    found = db.session.execute(
        sa.select(sa.func.coalesce(sa.func.max(SlotDelay.number), 0), sa.func.count(SlotDelay.undone_at)).where(
            SlotDelay.event_id == event_id
        )
    ).one()
    return int(found[0]) + int(found[1])


def overlapping_meetings(version_id: int, times: SlotTimes) -> int:
    """Return how many meetings of a version begin, with all delays, before an earlier one of the same team has ended."""
    spans: defaultdict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in db.session.scalars(sa.select(Placement).where(Placement.version_id == version_id)):
        span = times.start(row.slot_id, row.table_id), times.end(row.slot_id, row.table_id)
        spans[row.exhibitor_team_id].append(span)
        spans[row.buyer_team_id].append(span)
    return sum(later[0] < earlier[1] for found in spans.values() for earlier, later in pairwise(sorted(found)))
