"""Taking in what a tablet signed without a network: into the same tables, by the same rules, exactly once.

A record that a rule refuses is not lost: :func:`keep_aside` keeps it whole in a transaction of its own, and the organiser decides
(:mod:`matchmaking.commitments.services.reviewing`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import SYSTEM, Actor, ActorKind
from matchmaking.codes import new_code
from matchmaking.commitments.models import Commitment, CommitmentSettings, IdentifiedHow, Signature, SigningMethod
from matchmaking.commitments.queries.tablets import Standing, TabletView, tablet_by_code
from matchmaking.commitments.sent_models import BesideReason, SentStanding
from matchmaking.commitments.services.recording import locked_commitment
from matchmaking.commitments.services.sent_papers import (
    Sent,
    keep_witness_beside,
    known_mandate,
    store_mandate,
    take_in_waiting,
)
from matchmaking.commitments.services.signing import Signatory, SignRequest, sign_locked
from matchmaking.commitments.services.tablets import clock_error
from matchmaking.commitments.services.taking_over import KeptAside, take_over
from matchmaking.commitments.services.witnessing import WitnessDrawing, add_witness
from matchmaking.commitments.signed_mandate import SentMandate
from matchmaking.commitments.signed_record import RecordSignature, SignedRecord
from matchmaking.commitments.strokes import read_strokes
from matchmaking.commitments.sync_labels import PROBLEMS, problem_sentence
from matchmaking.commitments.sync_models import ReceivedOutcome, ReceivedRecord, ReceivedVia
from matchmaking.errors import DomainError
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.transactions import insert_new

#: Bounds of one sync.
MAX_RECORDS = 25
MAX_BODY_BYTES = 8_000_000
_CODE_LENGTH = 12


@dataclass(frozen=True)
class Arrival:
    """A record on its way in. ``sender``: the tablet that sends it; ``None`` for a file that ``received_by`` imports."""

    record: SignedRecord
    event_id: int
    sender: TabletView | None = None
    device_time: datetime | None = None  # of the sender's clock, now
    received_by: int | None = None

    @property
    def via(self) -> ReceivedVia:
        """How it came."""
        return ReceivedVia.SYNC if self.sender else ReceivedVia.FILE


@dataclass(frozen=True)
class Came:
    """How an item comes, as in :class:`Arrival`."""

    event_id: int
    sender: TabletView | None = None
    device_time: datetime | None = None
    received_by: int | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of it: ``stored``, ``duplicate`` or ``needs_review``; ``state`` is the commitment's."""

    outcome: str
    code: str = ""
    message: str = ""
    state: str = ""
    received_code: str = field(default="", compare=False)


def store_record(arrival: Arrival) -> Receipt:
    """Store a record, or say that it is stored already.

    Raises:
        DomainError: a rule stands in the way; nothing is stored yet, :func:`keep_aside` keeps it whole.
    """
    known = _received(arrival.record)
    if known:
        return _answer_again(known)
    tablet = tablet_by_code(arrival.record.tablet)
    _check_sender(arrival, tablet)
    actor = signing_actor(tablet, arrival.event_id)
    held = rows_in_hand(arrival.event_id)
    commitment, is_new = find_or_take_over(actor, arrival.record, arrival.event_id, tablet)
    held += [commitment.buyer, commitment.buyer.organization]
    take_in_waiting(actor, commitment)
    added = add_signatures(actor, commitment, arrival.record)
    take_in_witness(actor, commitment, arrival.record, sender_of(arrival, tablet))
    values = {"outcome": ReceivedOutcome.STORED, "commitment_id": commitment.id}
    row_id = insert_new(ReceivedRecord, {**_values(arrival, tablet), **values})
    if row_id is None or not (is_new or added):
        return Receipt("duplicate", state=commitment.state.value)
    return Receipt("stored", state=commitment.state.value)


def rows_in_hand(event_id: int) -> list[object]:
    """Return what every step of storing a record looks at: a session forgets rows that nobody holds, and would read them again."""
    return [db.session.get(Event, event_id), db.session.get(CommitmentSettings, event_id)]


def store_sent_mandate(mandate: SentMandate, came: Came) -> Receipt:
    """Store a mandate that a tablet sent, with its record or before it; kept whole also where it is not taken by itself."""
    event_id = came.event_id
    tablet = tablet_by_code(mandate.tablet)
    actor = signing_actor(tablet, event_id)
    code = _sender_problem(tablet, event_id, came.sender)
    sent = Sent(
        tablet.id if tablet else None, clock_error(came.device_time, clock.now()), came.received_by, mandate.record_hash
    )  # fmt: skip
    refusal = (BesideReason.SHUT_OUT if code == "shut_out" else BesideReason.OTHER_TABLET) if code else None
    known = known_mandate(event_id, mandate)
    row = known or store_mandate(actor, event_id, mandate, sent, refusal)
    state = db.session.get_one(Commitment, row.commitment_id).state.value if row.commitment_id else ""
    if refusal and row.standing is not SentStanding.TAKEN:
        return Receipt("needs_review", code, problem_sentence(code, ""), state=state)
    return Receipt("duplicate" if known else "stored", state=state)


def keep_aside(arrival: Arrival, refusal: Exception) -> Receipt:
    """Keep a record whole that a rule refused, until the organiser decides; sent again, it is the same one."""
    code = refusal.code if isinstance(refusal, DomainError) else "not_storable"
    beside = refusal.beside_id if isinstance(refusal, KeptAside) else None
    tablet = tablet_by_code(arrival.record.tablet)
    message = "" if code in PROBLEMS else str(refusal)[:500]
    row_id = insert_new(
        ReceivedRecord,
        {
            **_values(arrival, tablet),
            "outcome": ReceivedOutcome.NEEDS_REVIEW,
            "problem": code[:60],
            "message": message,
            "beside_id": beside,
        },
    )
    row = db.session.get(ReceivedRecord, row_id) if row_id else _received(arrival.record)
    if row is None:
        raise RuntimeError("a record that can be neither kept nor found")
    if row_id:
        actor = signing_actor(tablet, arrival.event_id)
        audit.record(actor, "commitments.keep_aside", row, event_id=arrival.event_id, data={"problem": row.problem})
    return _answer_again(row)


def find_or_take_over(
    actor: Actor, record: SignedRecord, event_id: int, tablet: TabletView | None
) -> tuple[Commitment, bool]:
    """Return the commitment of a record, locked, and whether it was made from it just now.

    Raises:
        KeptAside: it cannot be made, or its id is stored with another content.
    """
    known = _commitment(record, event_id)
    if known is None:
        made = take_over(actor, record, event_id, tablet)
        if made:
            return made, True
        known = _commitment(record, event_id)  # another request stored it at this moment
    if known is None:
        raise RuntimeError("a record that can be neither stored nor found")
    if known.event_id != event_id or known.content_hash != record.content_hash:
        raise KeptAside("other_content", beside_id=known.id if known.event_id == event_id else None)
    return locked_commitment(event_id, known.code), False


def add_signatures(actor: Actor, commitment: Commitment, record: SignedRecord, as_of: date | None = None) -> int:
    """Store the record's signatures that are not stored yet under a locked commitment; return how many there were.

    Raises:
        KeptAside: a signature of the same key is stored with another drawing; DomainError: a rule of signing.
    """
    keys = [signature.key for signature in record.signatures]
    rows = db.session.scalars(sa.select(Signature).where(Signature.signature_key.in_(keys)))
    stored = {row.signature_key: row for row in rows}
    added = 0
    for signature in record.signatures:
        if signature.key in stored:
            _require_same(stored[signature.key], commitment, signature)
        else:
            sign_locked(actor, commitment, _request(commitment, signature, as_of))
            added += 1
    return added


def take_in_witness(actor: Actor, commitment: Commitment, record: SignedRecord, sent: Sent) -> None:
    """Store the record's witness under what both have signed; where it cannot stand there it is a late paper beside the record."""
    if record.witness:
        given = record.witness
        drawing = WitnessDrawing(given.key, given.name, given.office, read_strokes(given.strokes), given.device_time)
        if not add_witness(actor, commitment, drawing):
            keep_witness_beside(actor, commitment, drawing, replace(sent, paper_hash=record.record_hash))


def sender_of(arrival: Arrival, tablet: TabletView | None) -> Sent:
    """Return how an arriving item came, for what is kept of it beside the record."""
    error = clock_error(arrival.device_time, clock.now())
    return Sent(tablet.id if tablet else None, error, arrival.received_by)


def _require_same(row: Signature, commitment: Commitment, signature: RecordSignature) -> None:
    is_same = (row.commitment_id, row.kind, row.strokes) == (
        commitment.id, signature.party, read_strokes(signature.strokes),
    )  # fmt: skip
    if not is_same:
        raise KeptAside("other_signature", beside_id=commitment.id)


def _request(commitment: Commitment, signature: RecordSignature, as_of: date | None) -> SignRequest:
    """Return what is asked of signing; a way of identifying that is unknown here stays in the record as it came."""
    is_known = signature.identified_how in set(IdentifiedHow)
    how = IdentifiedHow(signature.identified_how) if is_known else None
    return SignRequest(
        event_id=commitment.event_id,
        code=commitment.code,
        kind=signature.party,
        key=signature.key,
        content_hash=commitment.content_hash or "",
        method=SigningMethod.TABLET,
        signatory=Signatory(signature.name, signature.office, signature.role),
        strokes=signature.strokes,
        device_time=signature.device_time,
        identified_how=how,
        identified_note=signature.identified_note if how else "",
        authority_limit=signature.authority_limit,
        decided_as_of=as_of,
    )


def signing_actor(tablet: TabletView | None, event_id: int) -> Actor:
    """Return who acted when it was signed: the tablet, whoever brings its record in."""
    return Actor(ActorKind.DEVICE, tablet.device_id, event_id) if tablet else SYSTEM


def _check_sender(arrival: Arrival, tablet: TabletView | None) -> None:
    if problem := _sender_problem(tablet, arrival.event_id, arrival.sender):
        raise KeptAside(problem)


def _sender_problem(tablet: TabletView | None, event_id: int, sender: TabletView | None) -> str:
    """Return why what this tablet made is not taken in by itself; ``""`` when it is."""
    if tablet and tablet.event_id != event_id:
        return "other_event"
    if sender and (tablet is None or tablet.id != sender.id):
        return "other_tablet"
    return "shut_out" if tablet and tablet.standing is Standing.SHUT_OUT else ""


def _commitment(record: SignedRecord, event_id: int) -> Commitment | None:
    """Return the commitment of this very content, else the one that has its id."""
    is_same = sa.and_(Commitment.event_id == event_id, Commitment.content_hash == record.content_hash)
    return db.session.scalar(
        sa.select(Commitment)
        .where(sa.or_(Commitment.record_id == record.record_id, is_same))
        .order_by(is_same.desc(), Commitment.id)
        .limit(1)
    )


def _received(record: SignedRecord) -> ReceivedRecord | None:
    return db.session.scalar(
        sa.select(ReceivedRecord).where(
            ReceivedRecord.record_id == record.record_id, ReceivedRecord.record_hash == record.record_hash
        )
    )


def _answer_again(row: ReceivedRecord) -> Receipt:
    if row.outcome in (ReceivedOutcome.STORED, ReceivedOutcome.KEPT):
        state = db.session.get_one(Commitment, row.commitment_id).state
        return Receipt("duplicate", state=state.value)
    return Receipt("needs_review", row.problem, problem_sentence(row.problem, row.message), received_code=row.code)


def _values(arrival: Arrival, tablet: TabletView | None) -> dict[str, object]:
    """Return what is written down of every record, whatever becomes of it."""
    record, now = arrival.record, clock.now()
    return {
        "code": new_code(_CODE_LENGTH),
        "event_id": arrival.event_id,
        "tablet_id": tablet.id if tablet else None,
        "record_id": record.record_id,
        "record_hash": record.record_hash,
        "content_hash": record.content_hash,
        "number": record.content.number,
        "serial": record.serial,
        "payload": record.payload,
        "via": arrival.via,
        "signed_on_device": record.signed_on_device,
        "clock_error_seconds": clock_error(arrival.device_time, now),
        "received_at": now,
        "received_by": arrival.received_by,
    }
