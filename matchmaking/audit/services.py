"""Appending to the audit trail and proving that nobody changed it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from flask import g, has_request_context

from matchmaking import clock
from matchmaking.actor import Actor
from matchmaking.audit.models import AuditEntry, AuditHead
from matchmaking.extensions import db
from matchmaking.transactions import before_commit, lock_row, scratch

GENESIS = "0" * 64
#: The id of the one row that holds the chain's end.
THE_ONE = 1
_PENDING = "pending_audit"


def record(
    actor: Actor,
    action: str,
    subject: Any,
    *,
    event_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Note an action of this transaction; it is chained and stored right before the commit.

    Args:
        actor: who did it.
        action: ``feature.verb``, such as ``registration.approve``.
        subject: the row it was done to, or a pair ``(table name, id)``.
        event_id: the event it belongs to; the actor's event by default.
        data: ids, states, names of changed fields. Never a name, phone, e-mail or identity number.
    """
    pending = scratch().setdefault(_PENDING, [])
    pending.append((actor, action, subject, event_id or actor.event_id, data or {}, clock.now()))
    before_commit("audit", _append_pending)


def lock_trail() -> AuditHead:
    """Queue behind every other writer of the installation until the commit; return the chain's end.

    Every action ends with this lock; one that may happen only once in the installation's life begins with it.
    """
    head = lock_row(AuditHead, THE_ONE)
    assert head is not None  # noqa: S101 - the first migration made it
    return head


def _append_pending() -> None:
    pending = scratch().pop(_PENDING, [])
    head = lock_trail()
    for actor, action, subject, event_id, data, at in pending:
        entry = AuditEntry(
            sequence=head.sequence + 1,
            at=at,
            event_id=event_id,
            actor_kind=actor.kind.value,
            actor_reference=actor.reference,
            action=action,
            subject_type=subject[0] if isinstance(subject, tuple) else subject.__tablename__,
            subject_id=subject[1] if isinstance(subject, tuple) else subject.id,
            data=data,
            request_id=g.get("request_id") if has_request_context() else None,
            previous_hash=head.hash,
        )
        entry.hash = entry_hash(entry)
        db.session.add(entry)
        head.sequence, head.hash = entry.sequence, entry.hash
    db.session.flush()


def entry_hash(entry: AuditEntry) -> str:
    """Return SHA-256 over the canonical JSON of the entry and the hash before it."""
    content = {
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).isoformat(),
        "event": entry.event_id,
        "actor": [entry.actor_kind, entry.actor_reference],
        "action": entry.action,
        "subject": [entry.subject_type, entry.subject_id],
        "data": entry.data,
        "request": entry.request_id,
        "previous": entry.previous_hash,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class ChainReport:
    """What checking the chain found; ``broken_at`` is the first sequence number that does not fit."""

    entries: int
    broken_at: int | None

    @property
    def is_intact(self) -> bool:
        """Say whether every entry fits."""
        return self.broken_at is None


def verify_chain() -> ChainReport:
    """Recompute every hash from the first entry on and compare the end with the head."""
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence).execution_options(yield_per=500))
    previous, count = GENESIS, 0
    with entries:  # PostgreSQL keeps a cursor open for it
        for entry in entries:
            count += 1
            if entry.sequence != count or entry.previous_hash != previous or entry_hash(entry) != entry.hash:
                return ChainReport(count, entry.sequence)
            previous = entry.hash
    head = db.session.scalar(sa.select(AuditHead))
    if (head.sequence, head.hash) != (count, previous) if head else count > 0:
        return ChainReport(count, count + 1)
    return ChainReport(count, None)
