"""Noting who looked at, or took out, whose personal data (UU PDP 27/2022): ids only, never the data."""

from __future__ import annotations

from matchmaking import clock
from matchmaking.accounts.models import DataAccess
from matchmaking.actor import Actor
from matchmaking.extensions import db


def note_access(actor: Actor, what: str, subject: tuple[str, int | None]) -> None:
    """Write down that the actor saw personal data.

    Args:
        actor: who looked, in which event.
        what: ``contact.revealed``, ``person.exported``, ``list.exported``, …
        subject: table name and row id.
    """
    db.session.add(
        DataAccess(
            at=clock.now(),
            actor_user_id=actor.user_id,
            event_id=actor.event_id,
            what=what,
            subject_type=subject[0],
            subject_id=subject[1],
        )
    )
