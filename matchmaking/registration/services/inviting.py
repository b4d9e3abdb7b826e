"""Giving the contact of an approved entry an account with its role, and keeping the list of who must be handed a link."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.accounts.models import User, UserState
from matchmaking.actor import Actor, Role
from matchmaking.codes import new_code
from matchmaking.events.models import Membership
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Participation


def invite_contacts(actor: Actor, participation: Participation) -> list[int]:
    """Make sure that the entry's contacts have an account and the side's role; return the users' ids.

    A contact without phone and e-mail gets no account: staff act for them.
    """
    contacts = db.session.scalars(
        sa.select(Delegate).where(Delegate.participation_id == participation.id, Delegate.is_contact)
    ).all()
    users = [user for contact in contacts if (user := _account_of(contact))]
    for user in users:
        _give_role(participation.event_id, user.id, Role(participation.side.value))
    db.session.flush()
    return [user.id for user in users]


def _account_of(contact: Delegate) -> User | None:
    if contact.user_id:
        return db.session.get(User, contact.user_id)
    user = _known(User.phone, contact.phone) or _known(User.email, contact.email) or _new_user(contact)
    if user is None or user.state is not UserState.ACTIVE:
        return None
    contact.user_id = user.id
    return user


def _known(column: sa.orm.InstrumentedAttribute[str | None], value: str | None) -> User | None:
    return db.session.scalar(sa.select(User).where(column == value)) if value else None


def _new_user(contact: Delegate) -> User | None:
    if not contact.phone and not contact.email:
        return None
    user = User(code=new_code(12), name=contact.name, phone=contact.phone, email=contact.email, created_at=clock.now())
    db.session.add(user)
    db.session.flush()
    return user


def _give_role(event_id: int, user_id: int, role: Role) -> None:
    has = db.session.scalar(
        sa.select(Membership.id).where(
            Membership.event_id == event_id, Membership.user_id == user_id, Membership.role == role
        )
    )
    if has is None:
        db.session.add(Membership(event_id=event_id, user_id=user_id, role=role, created_at=clock.now()))
