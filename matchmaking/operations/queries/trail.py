"""Reading the audit trail and the jobs of an event."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.accounts.models import User
from matchmaking.audit.models import AuditEntry
from matchmaking.extensions import db


def trail_of(event_id: int, action: str) -> sa.Select[AuditEntry]:
    """Return the statement for an event's entries, newest first, of one action or of all."""
    statement = sa.select(AuditEntry).where(AuditEntry.event_id == event_id).order_by(AuditEntry.sequence.desc())
    return statement.where(AuditEntry.action == action) if action else statement


def actions_of(event_id: int) -> list[str]:
    """Return the kinds of action that occur in the event's trail."""
    statement = sa.select(AuditEntry.action).where(AuditEntry.event_id == event_id).distinct()
    return list(db.session.scalars(statement.order_by(AuditEntry.action)))


def names_of(user_ids: set[int]) -> dict[int, str]:
    """Return the present names of these people; the trail itself keeps ids only."""
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}
