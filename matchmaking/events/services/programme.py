"""Changing sessions, breaks and with them the slots, keeping the identity of every slot that stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.errors import InvalidInput
from matchmaking.events import hooks
from matchmaking.events.hooks import Consequence, SetupChange
from matchmaking.events.models import Break, BreakKind, Event, Session, TimeSlot
from matchmaking.events.programme import BreakPlan, Programme, SessionPlan, SlotPlan, slots
from matchmaking.events.queries import programme_of
from matchmaking.events.services.guards import editable_event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _

MAX_SLOTS = 200


@dataclass(frozen=True)
class Preview:
    """What a new programme would change, before it is confirmed."""

    change: SetupChange
    consequences: list[Consequence]

    @property
    def needs_confirmation(self) -> bool:
        """Ask once when meetings are touched; otherwise just do it."""
        return bool(self.consequences)


def check_programme(programme: Programme) -> None:
    """Refuse impossible times and programmes beyond any hall's day.

    Raises:
        InvalidInput: with the field at fault.
    """
    plans: list[SessionPlan | BreakPlan] = [*programme.sessions, *programme.breaks]
    for plan in plans:
        if plan.starts_at >= plan.ends_at:
            raise InvalidInput(
                _("The end must be later than the start."), fields={"ends_at": _("later than the start")}
            )
    for session in programme.sessions:
        if not 5 <= session.slot_minutes <= 240:
            raise InvalidInput(
                _("A slot lasts between 5 and 240 minutes."), fields={"slot_minutes": _("between 5 and 240")}
            )
        if not 0 <= session.changeover_minutes <= 60:
            raise InvalidInput(
                _("The change-over lasts at most 60 minutes."), fields={"changeover_minutes": _("at most 60")}
            )
    _refuse_overlaps(programme)
    if len(slots(programme)) > MAX_SLOTS:
        raise InvalidInput(_("This would make more than %(number)s slots. Use longer slots.", number=MAX_SLOTS))


def _refuse_overlaps(programme: Programme) -> None:
    """Two sessions at once would put people into two slots at one time."""
    ordered = sorted(programme.sessions)
    for earlier, later in pairwise(ordered):
        if earlier.day == later.day and later.starts_at < earlier.ends_at:
            raise InvalidInput(
                _(
                    "“%(first)s” and “%(second)s” overlap. Let one end before the other starts.",
                    first=earlier.name,
                    second=later.name,
                ),
                fields={"starts_at": _("overlaps another session")},
            )


def preview_programme(event_id: int, programme: Programme) -> Preview:
    """Return what the programme would change and what that would move; changes nothing."""
    check_programme(programme)
    event = db.session.get_one(Event, event_id)
    change = _difference(event, programme)
    if change.is_empty:
        return Preview(change, [])
    return Preview(change, [item for part in hooks.setup_changing(event_id, change) for item in part])


def change_programme(actor: Actor, event_id: int, programme: Programme, seen_version: int) -> SetupChange:
    """Store the programme and bring the slots in step: slots that stay keep their identity, others are retired, not deleted.

    Raises:
        SetupOutdated: somebody else changed the set-up since the preview.
    """
    event = editable_event(event_id, seen_version)
    check_programme(programme)
    change = _difference(event, programme)
    session_ids = _store_sessions(event, programme.sessions)
    _store_breaks(event, programme.breaks)
    _sync_slots(event, programme, session_ids)
    event.setup_version += 1
    db.session.flush()
    if not change.is_empty:
        hooks.setup_changed(actor, event_id, change)
    audit.record(
        actor,
        "events.change_programme",
        event,
        event_id=event.id,
        data={"retired": list(change.retired_slot_ids), "added": change.added_slots},
    )
    return change


def _utc(event: Event, wall: datetime) -> datetime:
    return clock.from_zone(wall, event.timezone).astimezone(UTC)


def _live_slots(event_id: int) -> dict[datetime, TimeSlot]:
    rows = db.session.scalars(sa.select(TimeSlot).where(TimeSlot.event_id == event_id, TimeSlot.retired_at.is_(None)))
    return {row.starts_at: row for row in rows}


def _difference(event: Event, programme: Programme) -> SetupChange:
    live = _live_slots(event.id)
    wanted = {_utc(event, plan.starts_at): plan for plan in slots(programme)}
    return SetupChange(
        retired_slot_ids=tuple(sorted(row.id for start, row in live.items() if start not in wanted)),
        retimed_slot_ids=tuple(
            sorted(
                row.id
                for start, row in live.items()
                if start in wanted and row.ends_at != _utc(event, wanted[start].ends_at)
            )
        ),
        added_slots=len([start for start in wanted if start not in live]),
    )


def _store_sessions(event: Event, plans: tuple[SessionPlan, ...]) -> list[int]:
    """Write the sessions; return the row id of each plan, in order."""
    known = {row.id: row for row in db.session.scalars(sa.select(Session).where(Session.event_id == event.id))}
    kept = []
    for plan in plans:
        row = known.pop(plan.id, None) or Session(event_id=event.id)
        row.name, row.day, row.starts_at, row.ends_at = plan.name, plan.day, plan.starts_at, plan.ends_at
        row.slot_minutes, row.changeover_minutes = plan.slot_minutes, plan.changeover_minutes
        db.session.add(row)
        kept.append(row)
    for gone in known.values():
        db.session.delete(gone)
    db.session.flush()
    return [row.id for row in kept]


def _store_breaks(event: Event, plans: tuple[BreakPlan, ...]) -> None:
    known = {row.id: row for row in db.session.scalars(sa.select(Break).where(Break.event_id == event.id))}
    for plan in plans:
        row = known.pop(plan.id, None) or Break(event_id=event.id)
        row.name, row.day, row.starts_at, row.ends_at = plan.name, plan.day, plan.starts_at, plan.ends_at
        row.kind = BreakKind(plan.kind)
        db.session.add(row)
    for gone in known.values():
        db.session.delete(gone)


def _sync_slots(event: Event, programme: Programme, session_ids: list[int]) -> None:
    live = _live_slots(event.id)
    planned: list[SlotPlan] = slots(programme)
    wanted = {_utc(event, plan.starts_at) for plan in planned}
    for start, row in live.items():
        if start not in wanted:
            row.retired_at = clock.now()
    db.session.flush()
    for position, plan in enumerate(planned, start=1):
        start = _utc(event, plan.starts_at)
        row = live.get(start) or _revived(event.id, start) or TimeSlot(event_id=event.id, starts_at=start)
        row.ends_at, row.position, row.session_id = _utc(event, plan.ends_at), position, session_ids[plan.session]
        db.session.add(row)


def _revived(event_id: int, starts_at: datetime) -> TimeSlot | None:
    """Bring a retired slot of the same start back, so that undoing a change restores what referred to it."""
    row = db.session.scalar(
        sa.select(TimeSlot)
        .where(TimeSlot.event_id == event_id, TimeSlot.starts_at == starts_at, TimeSlot.retired_at.is_not(None))
        .order_by(TimeSlot.retired_at.desc())
        .limit(1)
    )
    if row:
        row.retired_at = None
    return row


def preview_zone(event_id: int, timezone: str) -> Preview:
    """Return what another time zone would change: every slot keeps its wall time and so moves in fact."""
    event = db.session.get_one(Event, event_id)
    slot_ids = tuple(sorted(row.id for row in _live_slots(event_id).values())) if timezone != event.timezone else ()
    change = SetupChange(retimed_slot_ids=slot_ids)
    if change.is_empty:
        return Preview(change, [])
    return Preview(change, [item for part in hooks.setup_changing(event_id, change) for item in part])


def move_to_zone(actor: Actor, event: Event, old_zone: str) -> None:
    """Give every slot the same wall time in the event's new zone: “09.00” stays “09.00”, as the sessions say it."""
    rows = db.session.scalars(
        sa.select(TimeSlot).where(TimeSlot.event_id == event.id).order_by(TimeSlot.starts_at)
    ).all()
    moved = [
        (row, _same_wall(event, row.starts_at, old_zone), _same_wall(event, row.ends_at, old_zone)) for row in rows
    ]
    if moved and moved[0][1] > moved[0][0].starts_at:
        moved.reverse()  # one by one from the far end, so that no two slots ever start together
    for row, starts_at, ends_at in moved:
        row.starts_at, row.ends_at = starts_at, ends_at
        db.session.flush()
    live = tuple(sorted(row.id for row in rows if row.retired_at is None))
    if live:
        hooks.setup_changed(actor, event.id, SetupChange(retimed_slot_ids=live))


def _same_wall(event: Event, moment: datetime, old_zone: str) -> datetime:
    return _utc(event, clock.in_zone(moment, old_zone).replace(tzinfo=None))


def with_session(event_id: int, plan: SessionPlan) -> Programme:
    """Return the stored programme with one session added, or replaced when it has a known id."""
    current = programme_of(event_id)
    others = tuple(s for s in current.sessions if s.id != plan.id or not plan.id)
    return Programme(tuple(sorted((*others, plan))), current.breaks)


def with_break(event_id: int, plan: BreakPlan) -> Programme:
    """Return the stored programme with one break added or replaced."""
    current = programme_of(event_id)
    others = tuple(b for b in current.breaks if b.id != plan.id or not plan.id)
    return Programme(current.sessions, tuple(sorted((*others, plan))))


def without(event_id: int, *, session_id: int = 0, break_id: int = 0) -> Programme:
    """Return the stored programme without one session or break."""
    current = programme_of(event_id)
    return Programme(
        tuple(s for s in current.sessions if s.id != session_id), tuple(b for b in current.breaks if b.id != break_id)
    )
