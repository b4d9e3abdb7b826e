"""A person's rights under UU PDP 27/2022: everything that is kept of them as a file, and being forgotten."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.accounts import hooks
from matchmaking.accounts.hooks import PersonFile, PersonRef
from matchmaking.accounts.models import AccessLink, DataAccess, User
from matchmaking.accounts.services.access_log import note_access
from matchmaking.accounts.services.closing import erase_user
from matchmaking.accounts.services.links import ACCOUNT_PURPOSES
from matchmaking.actor import Actor
from matchmaking.errors import NotAllowed
from matchmaking.events.models import Event, Membership
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.mail.models import MailMessage
from matchmaking.registration.services.erasing import person_delegates


@dataclass(frozen=True)
class PersonExport:
    """The export of one person's data: a ZIP of one JSON and one HTML file."""

    content: bytes
    made_at: datetime


def export_person(actor: Actor, person: PersonRef) -> PersonExport:
    """Collect what every feature keeps of the person, and write down that it was taken out.

    Raises:
        NotAllowed: the person has a part in an event that the actor does not organise.
    """
    _require_authority(actor, person)
    note_access(actor, "person.exported", _subject(person))
    audit.record(actor, "operations.export_person", _subject(person))
    files = [file for answer in hooks.person_data(person) for file in answer]
    made_at = clock.now()
    return PersonExport(_zip(files, made_at), made_at)


def erase_person(actor: Actor, person: PersonRef) -> None:
    """Forget the person everywhere; schedule and counts stay, the trail keeps ids only.

    Raises:
        NotAllowed: the person has a part in an event that the actor does not organise.
        StillNeeded, LastAdministrator: somebody else must take over first.
    """
    _require_authority(actor, person)
    if person.user_id is not None and person.user_id == actor.user_id:
        raise NotAllowed(_("You cannot erase yourself. Ask another organiser."))
    for_addresses = [address for address in (person.email,) if address]
    if person.user_id is not None:
        erase_user(actor, person.user_id)
    hooks.person_erasing(actor, person)
    _forget_mail(for_addresses)
    note_access(actor, "person.erased", _subject(person))
    audit.record(actor, "operations.erase_person", _subject(person))


def own_files(person: PersonRef) -> list[PersonFile]:
    """Return what accounts, events and mail keep of the person."""
    user = db.session.get(User, person.user_id) if person.user_id else None
    account = [_plain(user, "code", "name", "email", "phone", "locale", "created_at", "last_login_at")] if user else []
    return [
        PersonFile("account", tuple(account)),
        PersonFile("roles", tuple(_roles(person.user_id))),
        PersonFile("links", tuple(_links(person.user_id))),
        PersonFile("messages", tuple(_messages(person.email))),
        PersonFile("looked_at", tuple(_looked_at(person))),
    ]


def _roles(user_id: int | None) -> list[dict[str, Any]]:
    rows = db.session.execute(
        sa.select(Event.name, Membership.role, Membership.created_at)
        .join(Event, Event.id == Membership.event_id)
        .where(Membership.user_id == user_id)
        .order_by(Membership.id)
    )
    return [{"event": name, "role": role.value, "since": since.isoformat()} for name, role, since in rows]


def _links(user_id: int | None) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(AccessLink)
        .where(AccessLink.purpose.in_(ACCOUNT_PURPOSES), AccessLink.subject_id == user_id)
        .order_by(AccessLink.id)
    )
    return [_plain(row, "purpose", "created_at", "expires_at", "ended_at", "end_reason", "channel") for row in rows]


def _messages(email: str | None) -> list[dict[str, Any]]:
    if not email:  # what was written to forgotten people stands without an address
        return []
    rows = db.session.scalars(sa.select(MailMessage).where(MailMessage.to_address == email).order_by(MailMessage.id))
    return [_plain(row, "subject", "state", "created_at", "sent_at") for row in rows]


def _looked_at(person: PersonRef) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(DataAccess)
        .where(
            sa.or_(
                sa.and_(DataAccess.subject_type == "user_account", DataAccess.subject_id == person.user_id),
                sa.and_(DataAccess.subject_type == "delegate", DataAccess.subject_id.in_(person.delegate_ids)),
            )
        )
        .order_by(DataAccess.id)
    )
    return [_plain(row, "at", "what") for row in rows]


def _forget_mail(addresses: list[str]) -> None:
    db.session.execute(
        sa.update(MailMessage)
        .where(MailMessage.to_address.in_(addresses))
        .values(to_address="", subject="", body="", attachments=[])
    )


def _require_authority(actor: Actor, person: PersonRef) -> None:
    if actor.is_administrator:
        return
    mine = set(
        db.session.scalars(
            sa.select(Membership.event_id).where(Membership.user_id == actor.user_id, Membership.role == "organizer")
        )
    )
    is_administrator = person.user_id and db.session.scalar(
        sa.select(User.is_administrator).where(User.id == person.user_id)
    )
    if is_administrator or not events_of(person) <= mine:
        raise NotAllowed(
            _(
                "This person has a part in other events too. Only an organiser of all of them, or the administrator, may do this."
            )
        )


def events_of(person: PersonRef) -> set[int]:
    """Return every event the features would reach into: by account, or as a delegate known by id, phone or e-mail."""
    members = db.session.scalars(sa.select(Membership.event_id).where(Membership.user_id == person.user_id))
    return {*members, *(delegate.event_id for delegate in person_delegates(person))}


def _subject(person: PersonRef) -> tuple[str, int | None]:
    if person.user_id is not None:
        return "user_account", person.user_id
    return "delegate", person.delegate_ids[0] if person.delegate_ids else None


def _plain(row: Any, *names: str) -> dict[str, Any]:
    return {name: _value(getattr(row, name)) for name in names}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return getattr(value, "value", value)


def _zip(files: list[PersonFile], made_at: datetime) -> bytes:
    buffer = io.BytesIO()
    data = {"made_at": made_at.isoformat(), **{file.name: list(file.rows) for file in files}}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2, default=str))
        archive.writestr("data.html", _html(files, made_at))
    return buffer.getvalue()


def _html(files: list[PersonFile], made_at: datetime) -> str:
    parts = [f"<h2>{escape(file.name)}</h2>{_table(file)}" for file in files if file.rows]
    title = escape(str(_("Personal data kept by Temu Bisnis")))
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>{made_at.isoformat()}</p>{''.join(parts)}</body></html>"
    )


def _table(file: PersonFile) -> str:
    names = list(dict.fromkeys(name for row in file.rows for name in row))
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{escape(str(row.get(name) if row.get(name) is not None else ''))}</td>" for name in names)
        + "</tr>"
        for row in file.rows
    )
    return f'<table border="1"><tr>{head}</tr>{rows}</table>'
