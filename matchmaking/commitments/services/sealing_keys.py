"""The event's pair of keys for sealed copies: made when the first tablet asks, the private half encrypted at rest."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.commitments.sealing import CannotOpen, key_id, new_private_key, open_sealed, public_jwk, sealed_to
from matchmaking.commitments.sync_models import SealingKey
from matchmaking.extensions import db
from matchmaking.mail.sealing import seal, unseal
from matchmaking.transactions import insert_new


def sealing_key_of(event_id: int) -> SealingKey:
    """Return the event's keys, making them at the first call; of two first calls at once one makes them."""
    known = db.session.get(SealingKey, event_id)
    if known:
        return known
    private = new_private_key()
    jwk = public_jwk(private)
    values = {"kid": key_id(jwk), "public_jwk": jwk, "private_sealed": seal(private), "made_at": clock.now()}
    insert_new(SealingKey, {"event_id": event_id, **values})
    return db.session.get_one(SealingKey, event_id, populate_existing=True)


def has_sealing_key(event_id: int) -> bool:
    """Say whether the event's keys were made."""
    return db.session.get(SealingKey, event_id) is not None


def open_copy(event_id: int, text: str) -> str:
    """Return what a tablet sealed for this event.

    Raises:
        CannotOpen: no sealed record, sealed for another event or installation, or changed since.
    """
    kid = sealed_to(text)
    row = db.session.scalar(sa.select(SealingKey).where(SealingKey.event_id == event_id, SealingKey.kid == kid))
    if row is None:
        raise CannotOpen("sealed to another key")
    return open_sealed(unseal(row.private_sealed), text)
