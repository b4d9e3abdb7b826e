"""What a status link is for, and where it leads: registration's answers to the accounts feature."""

from __future__ import annotations

from flask import url_for

from matchmaking.accounts import hooks
from matchmaking.accounts.hooks import LinkSubject
from matchmaking.accounts.models import AccessLink, LinkPurpose
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration.models import Participation
from matchmaking.registration.queries.entries import contact_of, values_for_owner


def subject_of_link(link: AccessLink) -> LinkSubject | None:
    """Return whom a status link is for; the phone is the contact's, by whose last four digits it writes."""
    entry = _entry(link)
    if entry is None:
        return None
    contact = contact_of(entry.id)
    first_name = contact.name.split()[0] if contact and contact.name else ""
    name = str(values_for_owner(entry)["legal_name"])
    return LinkSubject(first_name, name, contact.phone if contact else None, contact.email if contact else None)


def page_of_link(link: AccessLink) -> str | None:
    """Return the page a status link leads to."""
    entry = _entry(link)
    if entry is None:
        return None
    event = db.session.get_one(Event, entry.event_id)
    return url_for("registration.link_entry", event_code=event.code, code=entry.code)


def _entry(link: AccessLink) -> Participation | None:
    return db.session.get(Participation, link.subject_id) if link.purpose is LinkPurpose.STATUS else None


def register_hooks() -> None:
    """Answer for status links."""
    hooks.link_subject.register(subject_of_link)
    hooks.link_page.register(page_of_link)
