"""Reading events: context of a page, programme, hall, rules, public list, what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Actor, Role
from matchmaking.events import hooks
from matchmaking.events.models import (
    Break,
    Event,
    EventState,
    MeetingTable,
    Membership,
    PairRule,
    Session,
    TimeSlot,
    Zone,
)
from matchmaking.events.programme import BreakPlan, Programme, SessionPlan
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext
from matchmaking.web.access import EventContext


def event_context(code: str) -> EventContext | None:
    """Return what every page of the event needs, or ``None``."""
    row = db.session.scalar(sa.select(Event).where(Event.code == code))
    if row is None:
        return None
    return EventContext(row.id, row.code, row.name, row.timezone, row.state.value, row.is_demo)


def roles_of(user_id: int, event_id: int) -> frozenset[Role]:
    """Return the roles a person holds in the event."""
    return frozenset(
        db.session.scalars(
            sa.select(Membership.role).where(Membership.user_id == user_id, Membership.event_id == event_id)
        )
    )


def event_row(event_id: int) -> Event:
    """Return the event."""
    return db.session.get_one(Event, event_id)


def programme_of(event_id: int) -> Programme:
    """Return the stored sessions and breaks, in time order."""
    sessions = db.session.scalars(
        sa.select(Session).where(Session.event_id == event_id).order_by(Session.day, Session.starts_at)
    )
    breaks = db.session.scalars(sa.select(Break).where(Break.event_id == event_id).order_by(Break.day, Break.starts_at))
    return Programme(
        tuple(
            SessionPlan(s.day, s.starts_at, s.ends_at, s.slot_minutes, s.changeover_minutes, s.name, s.id)
            for s in sessions
        ),
        tuple(BreakPlan(b.day, b.starts_at, b.ends_at, b.name, b.kind.value, b.id) for b in breaks),
    )


def slots_of(event_id: int) -> list[TimeSlot]:
    """Return the live slots in time order."""
    return list(
        db.session.scalars(
            sa.select(TimeSlot)
            .where(TimeSlot.event_id == event_id, TimeSlot.retired_at.is_(None))
            .order_by(TimeSlot.position)
        )
    )


def tables_of(event_id: int) -> list[MeetingTable]:
    """Return the live tables by number."""
    return list(
        db.session.scalars(
            sa.select(MeetingTable)
            .where(MeetingTable.event_id == event_id, MeetingTable.retired_at.is_(None))
            .order_by(MeetingTable.number)
            .options(sa.orm.joinedload(MeetingTable.zone))
        )
    )


def zones_of(event_id: int) -> list[Zone]:
    """Return the zones by name."""
    return list(db.session.scalars(sa.select(Zone).where(Zone.event_id == event_id).order_by(Zone.name)))


def pair_rules_of(event_id: int) -> list[PairRule]:
    """Return who may not meet whom."""
    return list(
        db.session.scalars(
            sa.select(PairRule).where(PairRule.event_id == event_id).order_by(PairRule.buyer_type, PairRule.category_id)
        )
    )


def events_for(actor: Actor) -> list[tuple[Event, frozenset[Role]]]:
    """Return the events a person belongs to with the roles there; an administrator sees all. Newest first."""
    if actor.user_id is None:
        return []
    rows = db.session.execute(
        sa.select(Membership.event_id, Membership.role).where(Membership.user_id == actor.user_id)
    ).all()
    roles: dict[int, set[Role]] = {}
    for event_id, role in rows:
        roles.setdefault(event_id, set()).add(role)
    statement = sa.select(Event).order_by(Event.starts_on.desc(), Event.id.desc())
    if not actor.is_administrator:
        statement = statement.where(Event.id.in_(roles))
    return [(event, frozenset(roles.get(event.id, ()))) for event in db.session.scalars(statement)]


def public_events() -> list[Event]:
    """Return the events with a public page, those still to come first, soonest first."""
    rows = db.session.scalars(
        sa.select(Event).where(
            Event.state == EventState.OPEN, Event.is_public_page_on.is_(True), Event.is_test.is_(False)
        )
    )
    today = clock.today()
    return sorted(
        rows, key=lambda e: (e.ends_on < today, e.starts_on if e.ends_on >= today else _descending(e.starts_on))
    )


def _descending(day: date) -> date:
    return date.fromordinal(date.max.toordinal() - day.toordinal())


def registration_state(event: Event, now: datetime) -> str:
    """Return ``not_yet``, ``open`` or ``closed`` for the public registration; without an opening time: open."""
    if event.state is not EventState.OPEN:
        return "closed"
    if event.registration_opens_at and now < event.registration_opens_at:
        return "not_yet"
    if event.registration_closes_at and now >= event.registration_closes_at:
        return "closed"
    return "open"


def full_sides(event: Event) -> frozenset[str]:
    """Return the sides whose places are all taken: who registers there now goes to the waiting list."""
    places = {"exhibitor": event.exhibitor_places, "buyer": event.buyer_places}
    if not any(places.values()):
        return frozenset()
    taken = {side: number for part in hooks.places_taken(event.id) for side, number in part.items()}
    return frozenset(side for side, limit in places.items() if limit is not None and taken.get(side, 0) >= limit)


@dataclass(frozen=True)
class SetupStep:
    """A line of the set-up's checklist; ``endpoint`` is where it is done."""

    key: str
    label: str
    text: str
    is_done: bool
    endpoint: str


def setup_steps(event_id: int) -> list[SetupStep]:
    """Return what an event needs before people register and before a schedule can be made."""
    event = event_row(event_id)
    slots, tables = len(slots_of(event_id)), len(tables_of(event_id))
    return [
        SetupStep(
            "basics",
            _("Name, place and contact"),
            "" if event.venue and event.contact_phone else _("Give the venue and a telephone people may call."),
            bool(event.venue and event.contact_phone),
            "events.basics",
        ),
        SetupStep(
            "programme",
            _("Sessions and slots"),
            ngettext("%(num)s slot", "%(num)s slots", slots) if slots else _("No slots yet."),
            slots > 0,
            "events.programme",
        ),
        SetupStep(
            "tables",
            _("Tables"),
            ngettext("%(num)s table", "%(num)s tables", tables) if tables else _("No tables yet."),
            tables > 0,
            "events.tables",
        ),
        SetupStep(
            "registration",
            _("Registration window"),
            "" if event.registration_opens_at else _("Say when registration opens and closes."),
            event.registration_opens_at is not None,
            "events.registration_window",
        ),
        SetupStep(
            "letterhead",
            _("Letterhead"),
            "" if event.host_name else _("The name of your office stands on every paper."),
            bool(event.host_name),
            "events.letterhead",
        ),
    ]
