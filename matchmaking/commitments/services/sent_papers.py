"""Papers that a tablet sent beside a record and that the record does not take (any more): kept, with their own hash, and told in the trail.

The record, its text, its signatures and its sealed file stay what they are (``docs/adr/0018``, "Late papers").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matchmaking import clock
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.commitments.commands import RecordEvent
from matchmaking.commitments.life import COUNTED
from matchmaking.commitments.models import Commitment, CommitmentState, EventKind
from matchmaking.commitments.queries.sealing import sealed_file
from matchmaking.commitments.queries.trail import strokes_hash
from matchmaking.commitments.sent_models import BesideReason, SentKind, SentPaper, SentStanding
from matchmaking.commitments.services.recording import record_event
from matchmaking.commitments.services.witnessing import WitnessDrawing
from matchmaking.extensions import db
from matchmaking.transactions import insert_new

_OPEN = (CommitmentState.PROPOSED, CommitmentState.AGREED)


@dataclass(frozen=True)
class Sent:
    """How something came: the tablet that made it, how far its clock was off, who imported it; the hash of the item it came in."""

    tablet_id: int | None
    clock_error_seconds: int | None
    received_by: int | None
    paper_hash: str = ""


def keep_witness_beside(actor: Actor, commitment: Commitment, drawing: WitnessDrawing, sent: Sent) -> SentPaper | None:
    """Keep a witness's drawing that cannot stand under a locked commitment; ``None`` when it is kept already."""
    return _keep_beside(
        actor,
        commitment,
        {
            "kind": SentKind.WITNESS, "party": None, "name": drawing.name, "office": drawing.office, "number": "", "limit_amount": None,
            "sha256": strokes_hash(drawing.strokes), "file_id": None, "strokes": drawing.strokes, "payload": {},
            "reason": _why_no_witness(commitment), "device_time": drawing.device_time, **_arrival(commitment.event_id, sent),
        },
    )  # fmt: skip


def _why_no_witness(commitment: Commitment) -> BesideReason:
    if sealed_file(commitment.id) is not None:
        return BesideReason.SEALED
    if commitment.state in COUNTED:
        return BesideReason.WITNESSED
    return BesideReason.NOT_SIGNED if commitment.state in _OPEN else BesideReason.ENDED


def _arrival(event_id: int, sent: Sent) -> dict[str, Any]:
    return {
        "code": new_code(16), "event_id": event_id, "tablet_id": sent.tablet_id, "paper_hash": sent.paper_hash,
        "clock_error_seconds": sent.clock_error_seconds, "received_at": clock.now(), "received_by": sent.received_by,
    }  # fmt: skip


def _keep_beside(actor: Actor, commitment: Commitment, values: dict[str, Any]) -> SentPaper | None:
    row_id = insert_new(
        SentPaper,
        {
            **values,
            "commitment_id": commitment.id,
            "content_hash": commitment.content_hash,
            "standing": SentStanding.BESIDE,
        },
    )
    if row_id is None:
        return None
    row = db.session.get_one(SentPaper, row_id)
    tell_beside(actor, commitment, row)
    return row


def tell_beside(actor: Actor, commitment: Commitment, row: SentPaper) -> None:
    """Append to the trail that a paper is kept beside the record: what it is, its hash, and why it is no part of it."""
    details = {"paper": row.kind.value, "sha256": row.sha256, "why": row.reason.value if row.reason else ""}
    key = f"paper-{row.sha256[:34]}"
    happened = RecordEvent(
        EventKind.PAPER_KEPT, key, row.party.value if row.party else None, device_time=row.device_time, details=details
    )
    record_event(actor, commitment, happened)
