"""Finding a human being over all tables that know people."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking.accounts.hooks import PersonRef
from matchmaking.accounts.models import DataAccess, User, UserState
from matchmaking.accounts.queries import login_key
from matchmaking.events.models import Membership
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Organization, Participation

#: More hits than this ask for a narrower search.
MOST_FOUND = 30


@dataclass(frozen=True)
class FoundPerson:
    """A person of the event: an account, or a delegate without one. ``kind`` is ``account`` or ``delegate``."""

    kind: str
    code: str
    name: str
    detail: str
    phone: str | None
    email: str | None


def find_people(event_id: int, search: str) -> list[FoundPerson]:
    """Return people of the event by part of the name, or by the whole phone number or e-mail; two statements."""
    if not search.strip():
        return []
    users = db.session.scalars(
        sa.select(User).where(_is_member(event_id), _matches(User, search), User.state != UserState.ERASED)
        .order_by(sa.func.lower(User.name), User.id)
        .limit(MOST_FOUND)
    ).all()  # fmt: skip
    delegates = db.session.execute(
        sa.select(Delegate, Organization.legal_name)
        .join(Participation, Participation.id == Delegate.participation_id)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(
            Delegate.event_id == event_id,
            Delegate.user_id.is_(None),
            Delegate.erased_at.is_(None),
            _matches(Delegate, search),
        )
        .order_by(sa.func.lower(Delegate.name), Delegate.id)
        .limit(MOST_FOUND)
    ).all()
    found = [FoundPerson("account", user.code, user.name, "", user.phone, user.email) for user in users]
    return found + [FoundPerson("delegate", row.code, row.name, name, row.phone, row.email) for row, name in delegates]


def person_of(event_id: int, kind: str, code: str) -> tuple[PersonRef, str] | None:
    """Return a person of the event and their name; ``None`` when nobody of the event is meant."""
    if kind == "account":
        user = db.session.scalar(sa.select(User).where(_is_member(event_id), User.code == code))
        return _of_user(user) if user and user.state is not UserState.ERASED else None
    delegate = db.session.scalar(
        sa.select(Delegate).where(Delegate.event_id == event_id, Delegate.code == code, Delegate.erased_at.is_(None))
    )
    if delegate is None:
        return None
    if delegate.user_id:
        return _of_user(db.session.get_one(User, delegate.user_id))
    return PersonRef(None, (delegate.id,), delegate.phone, delegate.email, (delegate.name,)), delegate.name


def _of_user(user: User) -> tuple[PersonRef, str]:
    rows = db.session.execute(
        sa.select(Delegate.id, Delegate.name).where(Delegate.user_id == user.id).order_by(Delegate.id)
    ).all()
    names = tuple(dict.fromkeys((user.name, *(name for _id, name in rows))))
    return PersonRef(user.id, tuple(row_id for row_id, _name in rows), user.phone, user.email, names), user.name


def accesses(event_id: int) -> sa.Select[DataAccess]:
    """Return the statement for who looked at whose data in the event, newest first, to be paged."""
    return sa.select(DataAccess).where(DataAccess.event_id == event_id).order_by(DataAccess.id.desc())


def _is_member(event_id: int) -> sa.ColumnElement[bool]:
    own = sa.select(Delegate.user_id).where(Delegate.event_id == event_id, Delegate.user_id.is_not(None))
    serving = sa.select(Membership.user_id).where(Membership.event_id == event_id)
    return sa.or_(User.id.in_(serving), User.id.in_(own))


def _matches(model: type[User] | type[Delegate], search: str) -> sa.ColumnElement[bool]:
    escaped = search.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    key = login_key(search)
    return sa.or_(
        sa.func.lower(model.name).like(f"%{escaped}%", escape="\\"),
        model.phone == key,
        sa.func.lower(model.email) == key,
    )
