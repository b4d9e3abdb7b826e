"""Links of an entry: the contact's account with its role, the invitation to it, and the status link."""

from __future__ import annotations

import sqlalchemy as sa
from flask import has_request_context

from matchmaking import clock
from matchmaking.accounts.handover import send_by_mail
from matchmaking.accounts.models import User, UserState
from matchmaking.accounts.services.links import IssuedLink, issue_account_link, issue_status_link
from matchmaking.accounts.services.users import NewPerson, find_or_make_user
from matchmaking.actor import Actor, Role
from matchmaking.errors import Conflict
from matchmaking.events.models import Membership
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.registration.models import Delegate, Participation
from matchmaking.registration.services.messages import LETTER_LOCALE


def give_status_link(actor: Actor, participation_id: int, seed: str | None) -> IssuedLink:
    """Return the entry's status link, mailed where there is an address; a form sent twice gets the same one."""
    event_id = db.session.get_one(Participation, participation_id).event_id
    issued = issue_status_link(actor, participation_id, event_id, seed=seed)
    _mail(actor, issued)
    return issued


def invite_contacts(actor: Actor, participation: Participation) -> list[int]:
    """Make sure that the entry's contacts have an account and the side's role; mail invitations; return the users' ids.

    A contact without phone and e-mail gets no account: staff act for them. Who has no e-mail stays on the list of
    links to be handed over.
    """
    contacts = db.session.scalars(
        sa.select(Delegate).where(Delegate.participation_id == participation.id, Delegate.is_contact)
    ).all()
    users = [user for contact in contacts if (user := _account_of(actor, contact))]
    for user in users:
        _give_role(participation.event_id, user.id, Role(participation.side.value))
        if user.email and user.password_hash is None:
            _mail(actor, issue_account_link(actor, user.id, participation.event_id))
    db.session.flush()
    return [user.id for user in users]


def _mail(actor: Actor, issued: IssuedLink) -> None:
    if has_request_context():  # a link needs the address people reach this installation at
        with force_locale(LETTER_LOCALE):
            send_by_mail(actor, issued)


def _account_of(actor: Actor, contact: Delegate) -> User | None:
    if contact.user_id:
        return db.session.get(User, contact.user_id)
    if not contact.phone and not contact.email:
        return None
    user = _find_or_make(actor, contact)
    if user is not None and user.state is UserState.ACTIVE:
        contact.user_id = user.id
        return user
    return None


def _find_or_make(actor: Actor, contact: Delegate) -> User | None:
    """Phone and e-mail may belong to two people (an office shares an address): then the phone says who it is."""
    person = NewPerson(contact.name, contact.email or "", contact.phone or "")
    try:
        return find_or_make_user(actor, person)
    except Conflict:
        if not contact.phone or not contact.email:
            return None
    try:
        return find_or_make_user(actor, NewPerson(contact.name, "", contact.phone))
    except Conflict:
        return None


def _give_role(event_id: int, user_id: int, role: Role) -> None:
    has = db.session.scalar(
        sa.select(Membership.id).where(
            Membership.event_id == event_id, Membership.user_id == user_id, Membership.role == role
        )
    )
    if has is None:
        db.session.add(Membership(event_id=event_id, user_id=user_id, role=role, created_at=clock.now()))
