"""What registration knows of one person, and forgetting it (UU PDP): counts stay, the person does not."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.accounts.hooks import PersonFile, PersonRef
from matchmaking.accounts.services.closing import ERASED_NAME
from matchmaking.actor import Actor
from matchmaking.extensions import db
from matchmaking.registration.models import Consent, Delegate, EntryRevision, Organization, Participation
from matchmaking.registration.services.attachments import OWNER
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import delete_file
from matchmaking.transactions import lock_where


def person_delegates(person: PersonRef) -> list[Delegate]:
    """Return the delegates this person is: by account, by id, by phone or by e-mail."""
    tests: list[sa.ColumnElement[bool]] = [Delegate.id.in_(person.delegate_ids)]
    if person.user_id:
        tests.append(Delegate.user_id == person.user_id)
    if person.phone:
        tests.append(Delegate.phone == person.phone)
    if person.email:
        tests.append(Delegate.email == person.email)
    return list(db.session.scalars(sa.select(Delegate).where(sa.or_(*tests)).order_by(Delegate.id)))


def person_files(person: PersonRef) -> list[PersonFile]:
    """Return what is kept of the person: entries they come for, contact data, consents, files."""
    delegates = person_delegates(person)
    ids = [d.participation_id for d in delegates if d.is_contact]
    consents = db.session.scalars(sa.select(Consent).where(Consent.participation_id.in_(ids)).order_by(Consent.id))
    files = db.session.scalars(
        sa.select(StoredFile).where(StoredFile.owner_type == OWNER, StoredFile.owner_id.in_(ids))
    )
    return [
        PersonFile("delegates", tuple(_delegate_row(d) for d in delegates)),
        PersonFile("organizations", tuple(_organization_row(o) for o in _organizations(person, delegates))),
        PersonFile("consents", tuple(_row(c, "purpose", "text_version", "given_at", "withdrawn_at") for c in consents)),
        PersonFile("attachments", tuple(_row(f, "original_name", "media_type", "created_at") for f in files)),
    ]


def erase_person(actor: Actor, person: PersonRef) -> None:
    """Forget the person in delegates, contact data of organisations, traces of changes and attachments."""
    delegates = person_delegates(person)
    words = {w for d in delegates for w in (d.name, d.phone, d.email) if w}
    words |= {w for w in (person.phone, person.email) if w}
    entries = [d.participation_id for d in delegates]
    organizations = _organizations(person, delegates)
    lock_where(Organization, Organization.id.in_([organization.id for organization in organizations]))
    lock_where(Participation, Participation.id.in_(entries))
    lock_where(Delegate, Delegate.id.in_([d.id for d in delegates]))
    for organization in organizations:
        _erase_contact(organization, words)
    _erase_traces(entries, words)
    _erase_files([d.participation_id for d in delegates if d.is_contact])
    for delegate in delegates:
        delegate.name, delegate.office = ERASED_NAME, ""
        delegate.phone = delegate.email = delegate.user_id = None
        delegate.erased_at = clock.now()
        audit.record(actor, "registration.erase_person", delegate, event_id=delegate.event_id)
    db.session.flush()


def _organizations(person: PersonRef, delegates: list[Delegate]) -> list[Organization]:
    of_contact = sa.select(Participation.organization_id).where(
        Participation.id.in_([d.participation_id for d in delegates if d.is_contact])
    )
    tests: list[sa.ColumnElement[bool]] = [Organization.id.in_(of_contact)]
    if person.phone:
        tests.append(Organization.phone == person.phone)
    if person.email:
        tests.append(Organization.email == person.email)
    return list(db.session.scalars(sa.select(Organization).where(sa.or_(*tests)).order_by(Organization.id)))


def _erase_contact(organization: Organization, words: set[str]) -> None:
    is_owner = organization.owner_name in words
    if organization.phone in words:
        organization.phone = None
    if organization.email in words:
        organization.email = None
    if is_owner:
        organization.owner_name = ""
    if is_owner and organization.tax_number and not organization.tax_number.startswith("0"):
        organization.tax_number = None  # a sole proprietor's tax number is the citizen number


def _erase_traces(participation_ids: list[int], words: set[str]) -> None:
    revisions = db.session.scalars(
        sa.select(EntryRevision).where(EntryRevision.participation_id.in_(participation_ids))
    )
    for revision in revisions:
        revision.changes = [
            {key: None if key in ("old", "new") and value in words else value for key, value in change.items()}
            for change in revision.changes
        ]


def _erase_files(participation_ids: list[int]) -> None:
    files = db.session.scalars(
        sa.select(StoredFile).where(StoredFile.owner_type == OWNER, StoredFile.owner_id.in_(participation_ids))
    ).all()
    for stored in files:
        delete_file(stored)


def _delegate_row(delegate: Delegate) -> dict[str, Any]:
    return {
        "organization": delegate.participation.organization.legal_name,
        "event": delegate.participation.event.name,
        "office_role": delegate.office_role.value,
        **_row(delegate, "name", "phone", "email", "office"),
    }


def _organization_row(organization: Organization) -> dict[str, Any]:
    return _row(organization, "legal_name", "owner_name", "phone", "email", "address", "tax_number")


def _row(thing: Any, *names: str) -> dict[str, Any]:
    values = {name: getattr(thing, name) for name in names}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
