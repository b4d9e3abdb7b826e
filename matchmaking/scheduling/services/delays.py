"""Noting that a table, a session or the rest of the day runs later, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.events.models import Event, MeetingTable, TimeSlot
from matchmaking.events.services.guards import editable_event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.scheduling.day_models import MOST_MINUTES, DelayScope, SlotDelay
from matchmaking.scheduling.errors import ChangedMeanwhile
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.times import SlotTimes, delay_revision, times_of
from matchmaking.scheduling.services.setup import tell_shifted
from matchmaking.transactions import is_flushed, lock_where

MAX_KEY = 40


@dataclass(frozen=True)
class NoteDelay:
    """What an organiser noted. ``seen``: ``delay_revision`` of the page; ``tells``: those concerned are written to."""

    event_id: int
    from_slot_id: int
    minutes: int
    key: str
    scope: DelayScope = DelayScope.DAY
    table_id: int | None = None
    tells: bool = False
    seen: int | None = None


def note_delay(actor: Actor, wanted: NoteDelay) -> SlotDelay:
    """Let everything in the delay's reach begin later; the same key again changes nothing.

    Raises:
        ChangedMeanwhile: somebody noted or took back a delay since the page was shown.
        EventArchived: the event is read-only.
        InvalidInput: minutes out of range, or a table where there is none to name.
        NotFound: slot or table are not the event's.
    """
    _check(wanted)
    event = _locked_event(wanted.event_id)
    if known := _by_key(event.id, wanted.key):
        return known
    _check_seen(event.id, wanted.seen)
    _check_place(wanted)
    last = db.session.scalar(sa.select(sa.func.max(SlotDelay.number)).where(SlotDelay.event_id == event.id))
    row = SlotDelay(
        event_id=event.id,
        number=(last or 0) + 1,
        delay_key=wanted.key,
        scope=wanted.scope,
        from_slot_id=wanted.from_slot_id,
        table_id=wanted.table_id,
        minutes=wanted.minutes,
        is_told=wanted.tells,
        at=clock.now(),
        user_id=actor.user_id,
    )
    before = times_of(event.id)
    db.session.add(row)
    if not is_flushed():
        raise _changed()
    _shift(actor, event.id, before, tells=row.is_told)
    data = {"scope": row.scope.value, "minutes": row.minutes, "from_slot": row.from_slot_id}
    audit.record(actor, "scheduling.note_delay", row, event_id=event.id, data=data)
    return row


def undo_delay(actor: Actor, event_id: int, key: str) -> SlotDelay:
    """Take a delay back: everything is at its time again, as far as no other delay holds. Twice changes nothing."""
    event = _locked_event(event_id)
    row = _by_key(event.id, key)
    if row is None:
        raise NotFound(_("There is nothing to take back. Please look at the page again."))
    if row.undone_at is not None:
        return row
    before = times_of(event.id)
    row.undone_at, row.undone_by = clock.now(), actor.user_id
    db.session.flush()
    _shift(actor, event.id, before, tells=row.is_told)
    audit.record(actor, "scheduling.undo_delay", row, event_id=event.id)
    return row


def _check(wanted: NoteDelay) -> None:
    if not 1 <= wanted.minutes <= MOST_MINUTES:
        raise InvalidInput(_("A delay has 1 to %(most)s minutes.", most=MOST_MINUTES))
    if (wanted.scope is DelayScope.TABLE) != (wanted.table_id is not None):
        raise InvalidInput(_("Please choose the table that runs late."))
    if not 8 <= len(wanted.key) <= MAX_KEY:
        raise InvalidInput(_("The page is out of date. Please open it again."))


def _locked_event(event_id: int) -> Event:
    """Lock the event and its meetings, whose times change."""
    event = editable_event(event_id)
    lock_where(Meeting, Meeting.event_id == event_id)
    return event


def _check_seen(event_id: int, seen: int | None) -> None:
    if seen is not None and seen != delay_revision(event_id):
        raise _changed()


def _changed() -> ChangedMeanwhile:
    return ChangedMeanwhile(
        _("Somebody was faster: the delays have changed since you saw them. Nothing was added; look at them first.")
    )


def _check_place(wanted: NoteDelay) -> None:
    slot = db.session.get(TimeSlot, wanted.from_slot_id)
    table = db.session.get(MeetingTable, wanted.table_id) if wanted.table_id else None
    if slot is None or slot.event_id != wanted.event_id:
        raise NotFound(_("This slot is not part of the programme any more."))
    if wanted.table_id and (table is None or table.event_id != wanted.event_id):
        raise NotFound(_("This table does not exist any more."))


def _by_key(event_id: int, key: str) -> SlotDelay | None:
    return db.session.scalar(sa.select(SlotDelay).where(SlotDelay.event_id == event_id, SlotDelay.delay_key == key))


def _shift(actor: Actor, event_id: int, before: SlotTimes, *, tells: bool) -> None:
    """Let calendars know of the published meetings to come that begin at another time now, and people if wanted."""
    after, now = times_of(event_id), clock.now()
    rows = db.session.scalars(
        sa.select(Placement)
        .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
        .where(ScheduleVersion.event_id == event_id, ScheduleVersion.state == VersionState.PUBLISHED)
    )
    shifted = [
        row
        for row in rows
        if before.start(row.slot_id, row.table_id) != after.start(row.slot_id, row.table_id)
        and max(before.end(row.slot_id, row.table_id), after.end(row.slot_id, row.table_id)) > now
    ]
    tell_shifted(actor, shifted, tells=tells)
