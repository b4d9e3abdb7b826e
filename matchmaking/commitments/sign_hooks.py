"""Whom a sign link is for, and where it leads: this feature's answers to accounts."""

from __future__ import annotations

from flask import url_for

from matchmaking.accounts import hooks
from matchmaking.accounts.hooks import LinkSubject
from matchmaking.accounts.models import AccessLink, LinkPurpose
from matchmaking.commitments.models import CommitmentParty
from matchmaking.commitments.queries.signing import party_subject
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate


def subject_of_link(link: AccessLink) -> LinkSubject | None:
    """Return the person named to sign for a party; the link writes by the last four digits of that person's phone."""
    found = party_subject(link.subject_id) if link.purpose is LinkPurpose.SIGN else None
    if found is None:
        return None
    party, _commitment = found
    first_name = next(iter(party.signatory_name.split()), "")
    return LinkSubject(first_name, party.name, party.signatory_phone, mail_of(party))


def mail_of(party: CommitmentParty) -> str | None:
    """Return the address of the person named to sign, where registration knows it."""
    person = db.session.get(Delegate, party.delegate_id) if party.delegate_id else None
    return person.email if person and person.erased_at is None else None


def page_of_link(link: AccessLink) -> str | None:
    """Return the page on which that party signs."""
    found = party_subject(link.subject_id) if link.purpose is LinkPurpose.SIGN else None
    if found is None:
        return None
    party, commitment = found
    event = db.session.get_one(Event, commitment.event_id)
    return url_for("commitments.link_sign", event_code=event.code, code=commitment.code, party=party.kind.value)


def register_hooks() -> None:
    """Answer for sign links."""
    hooks.link_subject.register(subject_of_link)
    hooks.link_page.register(page_of_link)
