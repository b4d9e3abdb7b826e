"""Papers that a tablet sent beside a record and that the record does not take (any more): kept, with their own hash, and told in the trail.

The record, its text, its signatures and its sealed file stay what they are (``docs/adr/0018``, "Late papers").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.commitments.authority import is_same_person
from matchmaking.commitments.commands import RecordEvent
from matchmaking.commitments.life import COUNTED, HAS_BEEN_SIGNED, state_on
from matchmaking.commitments.models import Commitment, CommitmentParty, CommitmentState, EventKind, PartyKind
from matchmaking.commitments.queries.sealing import sealed_file
from matchmaking.commitments.queries.trail import strokes_hash
from matchmaking.commitments.sent_models import BesideReason, SentKind, SentPaper, SentStanding
from matchmaking.commitments.services.drafting import parties_of
from matchmaking.commitments.services.mandates import OWNER, Mandate, put_mandate
from matchmaking.commitments.services.recording import locked_commitment, record_event
from matchmaking.commitments.services.witnessing import WitnessDrawing
from matchmaking.commitments.signed_mandate import SentMandate
from matchmaking.extensions import db
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, check_picture, keep_file
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


def store_mandate(
    actor: Actor, event_id: int, mandate: SentMandate, sent: Sent, refusal: BesideReason | None
) -> SentPaper:
    """Keep a mandate as it came and give it to its party; it waits while its record is not here.

    ``refusal``: why it is not taken by itself, whatever the record says.
    """
    row = SentPaper(
        **{
            "kind": SentKind.MANDATE, "party": mandate.party, "name": mandate.name, "office": "", "number": mandate.number,
            "limit_amount": mandate.limit, "sha256": mandate.sha256, "strokes": None, "payload": dict(mandate.payload),
            "content_hash": mandate.content_hash, "commitment_id": None, "standing": SentStanding.WAITING, "reason": None,
            "file_id": _keep_content(event_id, mandate), "device_time": mandate.device_time, **_arrival(event_id, sent),
        }
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()  # of two at the same moment the second fails whole, and is known when it is sent again
    audit.record(actor, "commitments.receive_mandate", row, event_id=event_id, data={"sha256": row.sha256})
    commitment = _of_content(event_id, mandate.content_hash)
    if commitment:
        _give(actor, commitment, row, refusal)
    return row


def known_mandate(event_id: int, mandate: SentMandate) -> SentPaper | None:
    """Return the mandate of this very text and file, if it has come before."""
    return db.session.scalar(
        sa.select(SentPaper).where(
            SentPaper.event_id == event_id,
            SentPaper.content_hash == mandate.content_hash,
            SentPaper.kind == SentKind.MANDATE,
            SentPaper.sha256 == mandate.sha256,
        )
    )


def take_in_waiting(actor: Actor, commitment: Commitment) -> None:
    """Give a locked commitment the mandates that came before it, so that they count for the signatures that follow."""
    rows = db.session.scalars(
        sa.select(SentPaper)
        .where(
            SentPaper.event_id == commitment.event_id,
            SentPaper.content_hash == commitment.content_hash,
            SentPaper.standing == SentStanding.WAITING,
        )
        .order_by(SentPaper.id)
    )
    for row in rows.all():
        _give(actor, commitment, row, None)


def _keep_content(event_id: int, mandate: SentMandate) -> int:
    """Store the bytes as they were hashed; a photo that is none is refused here, whatever its first bytes say."""
    if mandate.media_type == "image/jpeg":
        check_picture(mandate.content)
    name = "surat-kuasa.pdf" if mandate.media_type == "application/pdf" else "surat-kuasa.jpg"
    return keep_file(mandate.content, name, mandate.media_type, Owner("mandate", event_id, OWNER)).id


def _of_content(event_id: int, content_hash: str) -> Commitment | None:
    found = sa.select(Commitment.code).where(Commitment.event_id == event_id, Commitment.content_hash == content_hash)
    code = db.session.scalar(found)
    return locked_commitment(event_id, code) if code else None


def _give(actor: Actor, commitment: Commitment, row: SentPaper, refusal: BesideReason | None) -> None:
    """Make it the party's mandate while somebody still signs for the party; else it is a late paper."""
    kind = PartyKind(str(row.party))
    party = parties_of(commitment.id)[kind]
    reason = refusal or _why_no_mandate(commitment, party, row)
    row.commitment_id, row.standing, row.reason = (
        commitment.id, SentStanding.BESIDE if reason else SentStanding.TAKEN, reason,
    )  # fmt: skip
    db.session.flush()
    if reason:
        tell_beside(actor, commitment, row)
        return
    stored = db.session.get_one(StoredFile, row.file_id)
    stored.owner_id = party.id
    happened = RecordEvent(
        EventKind.MANDATE_ADDED,
        row.sha256[:40],
        kind.value,
        device_time=row.device_time,
        details={"sha256": row.sha256},
    )
    put_mandate(actor, commitment, party, Mandate(stored.id, row.number, row.limit_amount), happened)


def _why_no_mandate(commitment: Commitment, party: CommitmentParty, row: SentPaper) -> BesideReason | None:
    state = state_on(commitment.state, commitment.valid_until, clock.today())
    if state in HAS_BEEN_SIGNED:
        return BesideReason.SIGNED
    if state not in _OPEN:
        return BesideReason.ENDED
    return None if is_same_person(party.signatory_name, row.name) else BesideReason.OTHER_PERSON


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
