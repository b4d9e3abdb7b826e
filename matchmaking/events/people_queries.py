"""Reading who serves in an event, and its devices."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking.accounts.models import AccessLink, User, UserState
from matchmaking.accounts.queries import login_key
from matchmaking.accounts.services.links import ACCOUNT_PURPOSES
from matchmaking.actor import Role
from matchmaking.codes import token_hash
from matchmaking.events.models import Device, Membership
from matchmaking.events.services.memberships import STAFF_ROLES
from matchmaking.extensions import db
from matchmaking.web.paging import Page, paginate


@dataclass(frozen=True)
class Member:
    """A person with everything they are in the event; ``link`` is the live invitation or reset, if any."""

    user: User
    roles: tuple[Role, ...]
    link: AccessLink | None

    @property
    def staff_roles(self) -> tuple[Role, ...]:
        """Return the roles an organiser may change."""
        return tuple(role for role in self.roles if role in STAFF_ROLES)

    @property
    def has_joined(self) -> bool:
        """Say whether the person can log in by themselves."""
        return self.user.password_hash is not None

    @property
    def is_closed(self) -> bool:
        """Say whether the account is closed."""
        return self.user.state is UserState.DISABLED


def members(event_id: int, roles: tuple[Role, ...], search: str, page_number: int) -> Page[Member]:
    """Return one page of the people who hold any of ``roles`` in the event, by name; three statements in all."""
    serving = sa.select(Membership.user_id).where(Membership.event_id == event_id, Membership.role.in_(roles))
    statement = sa.select(User).where(User.id.in_(serving)).order_by(sa.func.lower(User.name), User.id)
    if search.strip():
        statement = statement.where(person_matches(search))
    page = paginate(statement, page_number)
    ids = [user.id for user in page.items]
    return Page(_with_roles(event_id, page.items, ids), page.number, page.pages, page.total)


def person_matches(search: str) -> sa.ColumnElement[bool]:
    """Return the condition that finds people by part of the name, or by the whole phone number or e-mail."""
    pattern = "%" + search.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    key = login_key(search)
    return sa.or_(sa.func.lower(User.name).like(pattern, escape="\\"), User.phone == key, User.email == key)


def _with_roles(event_id: int, people: list[User], ids: list[int]) -> list[Member]:
    held: dict[int, list[Role]] = {user_id: [] for user_id in ids}
    for user_id, role in db.session.execute(
        sa.select(Membership.user_id, Membership.role).where(
            Membership.event_id == event_id, Membership.user_id.in_(ids)
        )
    ):
        held[user_id].append(role)
    links = {
        link.subject_id: link
        for link in db.session.scalars(
            sa.select(AccessLink).where(
                AccessLink.purpose.in_(ACCOUNT_PURPOSES),
                AccessLink.subject_id.in_(ids),
                AccessLink.ended_at.is_(None),
            )
        )
    }
    order = list(Role)
    return [Member(user, tuple(sorted(held[user.id], key=order.index)), links.get(user.id)) for user in people]


def member_user(event_id: int, code: str) -> User | None:
    """Return the person with this code if they have a part in the event."""
    return db.session.scalar(
        sa.select(User).where(
            User.code == code, User.id.in_(sa.select(Membership.user_id).where(Membership.event_id == event_id))
        )
    )


def devices_of(event_id: int) -> list[Device]:
    """Return the event's devices: those in use first, revoked ones last."""
    statement = (
        sa.select(Device)
        .where(Device.event_id == event_id)
        .order_by(Device.revoked_at.is_not(None), Device.name, Device.id)
    )
    return list(db.session.scalars(statement))


def device_by_token(token: str) -> Device | None:
    """Return the enrolled device with this secret."""
    return db.session.scalar(
        sa.select(Device).where(Device.token_hash == token_hash(token), Device.revoked_at.is_(None))
    )
