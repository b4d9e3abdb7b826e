"""Making an event and keeping its plain facts: name, place, dates, letterhead, window, rules."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from matchmaking import audit, clock
from matchmaking.actor import Actor, Role
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.events.models import Event, EventState, Membership
from matchmaking.events.services.guards import editable_event
from matchmaking.events.services.programme import move_to_zone
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, delete_file, keep_image
from matchmaking.web.addresses import is_reachable_address

CODE = re.compile(r"^[a-z0-9](?:[a-z0-9-]{1,58}[a-z0-9])$")
#: Words the addresses use themselves.
RESERVED = frozenset({"new", "create", "demo-remove"})
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


class CodeTaken(Conflict):
    """Another event already uses this address."""

    code = "events.code_taken"


@dataclass(frozen=True)
class EventBasics:
    """Name, place, dates and contact."""

    code: str
    name: str
    starts_on: date
    ends_on: date
    timezone: str = "Asia/Jakarta"
    venue: str = ""
    address: str = ""
    summary: str = ""
    programme: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    is_public_page_on: bool = True
    is_catalogue_public: bool = True


@dataclass(frozen=True)
class Letterhead:
    """Whose name stands on the papers, and the address printed links lead to."""

    host_parent: str
    host_name: str
    host_address: str
    public_address: str = ""


@dataclass(frozen=True)
class RegistrationWindow:
    """When people may register and wish, how many places there are, how long data are kept."""

    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    wishes_close_at: datetime | None
    exhibitor_places: int | None = None
    buyer_places: int | None = None
    retention_until: date | None = None


@dataclass(frozen=True)
class MeetingLimits:
    """Fewest and most meetings of each side."""

    exhibitor_min_meetings: int = 2
    exhibitor_max_meetings: int | None = None
    buyer_min_meetings: int = 0
    buyer_max_meetings: int | None = None


@dataclass(frozen=True)
class DaySettings:
    """What is done with this application on the day; what is off is done on paper."""

    has_badges: bool = True
    has_check_in: bool = True
    has_screen_signing: bool = True


#: One group of an event's facts, changed together.
Group = EventBasics | Letterhead | RegistrationWindow | MeetingLimits | DaySettings


def create_event(actor: Actor, basics: EventBasics, *, is_test: bool = False) -> Event:
    """Make a draft event; who makes it is its first organiser."""
    _check_basics(basics)
    event = Event(state=EventState.DRAFT, is_test=is_test, created_at=clock.now(), created_by=actor.user_id)
    _assign(event, basics)
    db.session.add(event)
    _flush_code(event)
    if actor.user_id:
        db.session.add(
            Membership(event_id=event.id, user_id=actor.user_id, role=Role.ORGANIZER, created_at=clock.now())
        )
    audit.record(actor, "events.create", event, event_id=event.id, data={"test": is_test})
    return event


def update_event(actor: Actor, event_id: int, values: Group, seen_version: int) -> Event:
    """Change one group of facts; refused when somebody else changed the event since the page was opened."""
    event = editable_event(event_id, seen_version)
    _check(values)
    old_zone = event.timezone
    changed = _assign(event, values)
    event.setup_version += 1
    _flush_code(event)
    if event.timezone != old_zone:
        move_to_zone(actor, event, old_zone)
    audit.record(actor, "events.update", event, event_id=event.id, data={"fields": changed})
    return event


def set_logo(actor: Actor, event_id: int, upload: BinaryIO, name: str) -> None:
    """Take a new logo for letterhead and public page; the old one goes."""
    event = editable_event(event_id)
    old = db.session.get(StoredFile, event.logo_file_id) if event.logo_file_id else None
    owner = Owner("logo", event.id, "event", event.id, is_public=True)
    event.logo_file_id = keep_image(upload, name, owner).id
    db.session.flush()
    if old:
        delete_file(old)
    audit.record(actor, "events.set_logo", event, event_id=event.id)


def open_event(actor: Actor, event_id: int) -> None:
    """Make a draft event visible to the public."""
    event = editable_event(event_id)
    event.state = EventState.OPEN
    audit.record(actor, "events.open", event, event_id=event.id)


def _assign(event: Event, values: Any) -> list[str]:
    """Copy the command's fields onto the row; return the names of those that changed."""
    changed = []
    for field in fields(values):
        value = getattr(values, field.name)
        if getattr(event, field.name) != value:
            setattr(event, field.name, value)
            changed.append(field.name)
    return changed


def _flush_code(event: Event) -> None:
    """Write the row; the unique address is decided by the database, also between two organisers at once."""
    taken = sa.select(Event.id).where(Event.code == event.code)
    taken = taken.where(Event.id != event.id) if event.id else taken
    with db.session.no_autoflush:
        is_taken = db.session.scalar(taken) is not None
    refusal = CodeTaken(
        _("The address “%(code)s” is used by another event. Choose another one.", code=event.code),
        fields={"code": _("used by another event")},
    )
    if is_taken:
        raise refusal
    try:
        db.session.flush()
    except IntegrityError as error:
        if "code" not in str(error.orig):
            raise
        raise refusal from error


def _check(values: Group) -> None:
    if isinstance(values, EventBasics):
        _check_basics(values)
    elif isinstance(values, Letterhead):
        _check_letterhead(values)
    elif isinstance(values, RegistrationWindow):
        _check_window(values)
    elif isinstance(values, MeetingLimits):
        _check_limits(values)


def _check_basics(basics: EventBasics) -> None:
    if not basics.name.strip():
        raise InvalidInput(_("The event needs a name."), fields={"name": _("needed")})
    if not CODE.match(basics.code) or basics.code in RESERVED:
        raise InvalidInput(
            _("The address takes 3 to 60 small letters, digits and hyphens, such as “temu-bisnis-2027”."),
            fields={"code": _("small letters, digits, hyphens")},
        )
    if basics.starts_on > basics.ends_on:
        raise InvalidInput(
            _("The last day must not be before the first."), fields={"ends_on": _("before the first day")}
        )
    try:
        ZoneInfo(basics.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidInput(_("Choose WIB, WITA or WIT."), fields={"timezone": _("unknown")}) from error


def _check_letterhead(letterhead: Letterhead) -> None:
    if letterhead.public_address and not is_reachable_address(letterhead.public_address):
        raise InvalidInput(
            _(
                "The public address must begin with https:// and be open to everybody, such as https://temubisnis.example.id."
            ),
            fields={"public_address": _("not open to everybody")},
        )


def _check_window(window: RegistrationWindow) -> None:
    opens, closes = window.registration_opens_at, window.registration_closes_at
    if opens and closes and opens >= closes:
        raise InvalidInput(
            _("Registration must close after it opens."), fields={"registration_closes_at": _("after the opening")}
        )
    for name in ("exhibitor_places", "buyer_places"):
        places = getattr(window, name)
        if places is not None and places < 1:
            raise InvalidInput(
                _("Leave places empty for no limit, or give at least 1."), fields={name: _("at least 1")}
            )


def _check_limits(limits: MeetingLimits) -> None:
    for side in ("exhibitor", "buyer"):
        fewest, most = getattr(limits, f"{side}_min_meetings"), getattr(limits, f"{side}_max_meetings")
        if fewest < 0:
            raise InvalidInput(_("A minimum cannot be negative."), fields={f"{side}_min_meetings": _("not negative")})
        if most is not None and most < max(fewest, 1):
            raise InvalidInput(
                _("The most meetings cannot be fewer than the fewest."),
                fields={f"{side}_max_meetings": _("at least %(number)s", number=max(fewest, 1))},
            )
