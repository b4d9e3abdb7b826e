"""Reading events and who belongs to them."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.actor import Role
from matchmaking.events.models import Event, Membership
from matchmaking.extensions import db
from matchmaking.web.access import EventContext


def event_context(code: str) -> EventContext | None:
    """Return what every page of the event needs, or ``None``."""
    row = db.session.scalar(sa.select(Event).where(Event.code == code))
    if row is None:
        return None
    return EventContext(row.id, row.code, row.name, row.timezone, row.state.value, row.is_demo)


def roles_of(user_id: int, event_id: int) -> frozenset[Role]:
    """Return the roles a person holds in the event."""
    return frozenset(
        db.session.scalars(
            sa.select(Membership.role).where(Membership.user_id == user_id, Membership.event_id == event_id)
        )
    )
