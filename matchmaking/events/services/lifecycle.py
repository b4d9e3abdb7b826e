"""Copying, archiving and deleting events."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor, Role
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.events import hooks
from matchmaking.events.hooks import CopyOptions
from matchmaking.events.models import Event, EventState, MeetingTable, Membership, PairRule, Zone
from matchmaking.events.programme import BreakPlan, Programme, SessionPlan
from matchmaking.events.queries import pair_rules_of, programme_of, tables_of, zones_of
from matchmaking.events.services.basics import EventBasics, create_event
from matchmaking.events.services.programme import change_programme
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.jobs.models import Job
from matchmaking.mail.models import MailMessage, MailServer
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, delete_file, keep_file, open_file
from matchmaking.transactions import lock_row

_COPIED = [
    "timezone",
    "venue",
    "address",
    "summary",
    "programme",
    "host_name",
    "host_parent",
    "host_address",
    "contact_name",
    "contact_phone",
    "contact_email",
    "public_address",
    "is_public_page_on",
    "is_catalogue_public",
    "has_badges",
    "has_check_in",
    "has_screen_signing",
    "exhibitor_places",
    "buyer_places",
    "exhibitor_min_meetings",
    "exhibitor_max_meetings",
    "buyer_min_meetings",
    "buyer_max_meetings",
]


def copy_event(
    actor: Actor, source_id: int, name: str, code: str, starts_on: date, options: CopyOptions | None = None
) -> Event:
    """Make next year's event from this one: set-up, hall, rules, letterhead, mail and staff, with all dates shifted.

    Registrations are taken over by the registration feature (``event_copied``); wishes, schedules and outcomes are not.
    """
    source = db.session.get(Event, source_id)
    if source is None:
        raise NotFound(_("There is no event at this address. Please check the link."))
    shift = starts_on - source.starts_on
    basics = EventBasics(code, name, starts_on, source.ends_on + shift, source.timezone)
    target = create_event(actor, basics)
    for field in _COPIED:
        setattr(target, field, getattr(source, field))
    target.copied_from_id = source.id
    _shift_window(source, target, shift)
    _copy_hall(source.id, target.id)
    _copy_people(source.id, target.id)
    _copy_logo(source, target)
    _copy_mail(source.id, target.id)
    db.session.flush()
    change_programme(actor, target.id, _shifted(programme_of(source.id), shift), target.setup_version)
    hooks.event_copied(actor, source.id, target.id, options or CopyOptions())
    audit.record(actor, "events.copy", target, event_id=target.id, data={"source": source.id})
    return target


def _shift_window(source: Event, target: Event, shift: timedelta) -> None:
    for field in ("registration_opens_at", "registration_closes_at", "wishes_close_at"):
        moment: datetime | None = getattr(source, field)
        setattr(target, field, moment + shift if moment else None)


def _copy_hall(source_id: int, target_id: int) -> None:
    zones = {}
    for zone in zones_of(source_id):
        zones[zone.id] = Zone(event_id=target_id, name=zone.name)
    db.session.add_all(zones.values())
    db.session.flush()
    for table in tables_of(source_id):
        zone_id = zones[table.zone_id].id if table.zone_id in zones else None
        db.session.add(MeetingTable(event_id=target_id, number=table.number, label=table.label, zone_id=zone_id))
    for rule in pair_rules_of(source_id):
        db.session.add(PairRule(event_id=target_id, buyer_type=rule.buyer_type, category_id=rule.category_id))


def _copy_people(source_id: int, target_id: int) -> None:
    """Organisers and leaders come along; desk staff are named anew for each event."""
    known = {
        (user_id, role)
        for user_id, role in db.session.execute(
            sa.select(Membership.user_id, Membership.role).where(Membership.event_id == target_id)
        )
    }
    rows = db.session.scalars(
        sa.select(Membership).where(
            Membership.event_id == source_id, Membership.role.in_([Role.ORGANIZER, Role.LEADER])
        )
    ).all()
    for row in rows:
        if (row.user_id, row.role) not in known:
            db.session.add(Membership(event_id=target_id, user_id=row.user_id, role=row.role, created_at=clock.now()))


def _copy_logo(source: Event, target: Event) -> None:
    logo = db.session.get(StoredFile, source.logo_file_id) if source.logo_file_id else None
    if logo is None:
        return
    with open_file(logo) as file:
        owner = Owner("logo", target.id, "event", target.id, is_public=True)
        target.logo_file_id = keep_file(file.read(), logo.original_name, logo.media_type, owner).id


def _copy_mail(source_id: int, target_id: int) -> None:
    server = db.session.scalar(sa.select(MailServer).where(MailServer.event_id == source_id))
    if server:
        columns = {c.key: getattr(server, c.key) for c in sa.inspect(MailServer).column_attrs}
        db.session.add(MailServer(**{**columns, "id": None, "event_id": target_id}))


def _shifted(programme: Programme, shift: timedelta) -> Programme:
    return Programme(
        tuple(
            SessionPlan(s.day + shift, s.starts_at, s.ends_at, s.slot_minutes, s.changeover_minutes, s.name)
            for s in programme.sessions
        ),
        tuple(BreakPlan(b.day + shift, b.starts_at, b.ends_at, b.name, b.kind) for b in programme.breaks),
    )


def archive_event(actor: Actor, event_id: int) -> None:
    """Make the event read-only; archiving twice changes nothing."""
    event = _locked(event_id)
    if event.state is EventState.ARCHIVED:
        return
    event.state = EventState.ARCHIVED
    audit.record(actor, "events.archive", event, event_id=event.id)


def reopen_event(actor: Actor, event_id: int) -> None:
    """Take an event out of the archive."""
    event = _locked(event_id)
    if event.state is EventState.ARCHIVED:
        event.state = EventState.OPEN
        audit.record(actor, "events.reopen", event, event_id=event.id)


def delete_test_event(actor: Actor, event_id: int, typed_name: str) -> None:
    """Delete a test event with all that belongs to it; a real event can only be archived.

    Raises:
        Conflict: it is no test event.
        InvalidInput: the name typed is not the event's.
    """
    event = _locked(event_id, bars_new=True)
    if not event.is_test:
        raise Conflict(_("Only a test event can be deleted. Archive this one: its papers may still be checked."))
    if " ".join(typed_name.split()) != event.name:
        raise InvalidInput(
            _("Type the event's name exactly to delete it."), fields={"typed_name": _("not the event's name")}
        )
    _delete(actor, event)


def delete_demo_event(actor: Actor, event_id: int) -> None:
    """Delete a demo event with all that belongs to it.

    Raises:
        Conflict: it is a real event.
    """
    event = _locked(event_id, bars_new=True)
    if not event.is_demo:
        raise Conflict(_("This is no demo event."))
    _delete(actor, event)


def _delete(actor: Actor, event: Event) -> None:
    hooks.event_deleting(actor, event.id)
    audit.record(actor, "events.delete", ("event", event.id), event_id=event.id)
    _forget_leaves(event.id)
    db.session.delete(event)
    db.session.flush()


def _forget_leaves(event_id: int) -> None:
    """Leaves refer to events by plain ids, so no foreign key takes these along: mail, jobs and uploaded papers."""
    for model in (MailServer, MailMessage, Job):
        db.session.execute(sa.delete(model).where(model.event_id == event_id))
    for stored in db.session.scalars(sa.select(StoredFile).where(StoredFile.event_id == event_id)).all():
        delete_file(stored)


def _locked(event_id: int, *, bars_new: bool = False) -> Event:
    event = lock_row(Event, event_id, bars_new=bars_new)
    if event is None:
        raise NotFound(_("There is no event at this address. Please check the link."))
    return event
