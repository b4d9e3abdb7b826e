"""Finding people."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.accounts.models import User
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
