"""Taking the demo away, so that an installation can go to work: its event, parties and accounts, and nothing else."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking import audit
from matchmaking.accounts.models import AccessLink, LinkPurpose, User
from matchmaking.actor import Actor
from matchmaking.events.models import Event
from matchmaking.events.services.lifecycle import delete_demo_event
from matchmaking.extensions import db
from matchmaking.registration.models import Organization, Participation


def remove_demo(actor: Actor) -> int:
    """Delete demo events, the organisations only they had, and demo accounts; return how many accounts went.

    Where the demo's organiser was the only one, the installation opens on its first-run page again. Removing what is
    not there changes nothing.
    """
    event_ids = list(db.session.scalars(sa.select(Event.id).where(Event.is_demo)))
    organization_ids = _only_in(event_ids)
    for event_id in event_ids:
        delete_demo_event(actor, event_id)
    if organization_ids:
        db.session.execute(sa.delete(Organization).where(Organization.id.in_(organization_ids)))
    user_ids = list(db.session.scalars(sa.select(User.id).where(User.is_demo)))
    for start in range(0, len(user_ids), 500):
        some = user_ids[start : start + 500]
        people = (LinkPurpose.INVITATION, LinkPurpose.RESET)
        db.session.execute(sa.delete(AccessLink).where(AccessLink.subject_id.in_(some), AccessLink.purpose.in_(people)))
        db.session.execute(sa.delete(User).where(User.id.in_(some)))
    if event_ids or user_ids:
        audit.record(actor, "operations.remove_demo", ("event", None), data={"events": event_ids})
    db.session.expire_all()
    return len(user_ids)


def _only_in(event_ids: list[int]) -> list[int]:
    """Return the organisations that take part in these events and in no other."""
    elsewhere = sa.select(Participation.organization_id).where(Participation.event_id.not_in(event_ids))
    return list(
        db.session.scalars(
            sa.select(Participation.organization_id)
            .where(Participation.event_id.in_(event_ids), Participation.organization_id.not_in(elsewhere))
            .distinct()
        )
    )
