"""Finding people."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.accounts.hooks import EventFacts, event_facts
from matchmaking.accounts.models import AccessLink, User
from matchmaking.codes import token_hash
from matchmaking.extensions import db
from matchmaking.phones import parse_phone


def has_any_user() -> bool:
    """Say whether anybody has an account: without one the installation opens on its first-run page."""
    return db.session.scalar(sa.select(User.id).limit(1)) is not None


def login_key(text: str) -> str:
    """Return what a typed log-in name is looked up by: the e-mail in lower case, else E.164, else the bare text."""
    plain = text.strip().lower()
    if "@" in plain:
        return plain
    try:
        return parse_phone(plain)
    except ValueError:
        return plain


def user_by_login(text: str) -> User | None:
    """Return the person with this e-mail or phone number, in whatever state."""
    key = login_key(text)
    if not key:
        return None
    column = User.email if "@" in key else User.phone
    return db.session.scalar(sa.select(User).where(column == key))


def user_by_code(code: str) -> User | None:
    """Return the person with this public code."""
    return db.session.scalar(sa.select(User).where(User.code == code))


def link_by_token(token: str) -> AccessLink | None:
    """Return the link with this secret, in whatever state."""
    return db.session.scalar(sa.select(AccessLink).where(AccessLink.token_hash == token_hash(token)))


def link_by_id(link_id: int) -> AccessLink | None:
    """Return the link with this row id; only for ids that come from a signed session."""
    return db.session.get(AccessLink, link_id)


def facts_of_event(event_id: int | None) -> EventFacts | None:
    """Return what a link says about its event."""
    if event_id is None:
        return None
    return next((facts for facts in event_facts(event_id) if facts), None)
