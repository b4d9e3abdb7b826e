"""What becomes of commitments when entries turn out to be one, an event is deleted, a person is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from matchmaking.accounts.hooks import PersonFile, PersonRef
from matchmaking.actor import Actor
from matchmaking.commitments.models import Commitment, CommitmentParty, Signature
from matchmaking.commitments.paper_models import WitnessSignature
from matchmaking.commitments.queries.named_people import (
    Called,
    called,
    named_parties,
    sent_papers_of,
    signatures_sent,
    witnessed_records,
    witnessings,
)
from matchmaking.commitments.sent_models import SentPaper
from matchmaking.commitments.sync_models import ReceivedRecord
from matchmaking.extensions import db


def move_commitments(_actor: Actor, kept_id: int, gone_id: int) -> None:
    """Two entries became one: its commitments belong to the kept one; what is frozen says what it said."""
    for column in (Commitment.buyer_id, Commitment.exhibitor_id, CommitmentParty.participation_id):
        db.session.execute(sa.update(column.class_).where(column == gone_id).values({column.key: kept_id}))
    db.session.expire_all()


def delete_commitments(_actor: Actor, event_id: int) -> None:
    """Remove an event's commitments before the event goes: signatures hold on to files."""
    ids = sa.select(Commitment.id).where(Commitment.event_id == event_id)
    db.session.execute(sa.delete(Signature).where(Signature.commitment_id.in_(ids)))
    db.session.execute(sa.delete(SentPaper).where(SentPaper.event_id == event_id))
    db.session.execute(sa.delete(Commitment).where(Commitment.event_id == event_id))


def signatory_data(person: PersonRef) -> list[PersonFile]:
    """Return where a person is named: to sign, as witness, in records and papers of tablets, also where the name was typed by hand."""
    who = called(person)
    parts = {
        "commitments": _named_entries(who, person),
        "records_from_tablets": [_received_entry(row, part) for row, part in signatures_sent(who)],
        "witnessed": [_witness_entry(row, number) for row, number in witnessings(who)],
        "witnessed_on_tablets": [_received_witness(row, part) for row, part in witnessed_records(who)],
        "papers_from_tablets": [_paper_entry(row) for row in sent_papers_of(who)],
    }
    return [PersonFile(name, tuple(rows)) for name, rows in parts.items() if rows]


def _named_entries(who: Called, person: PersonRef) -> list[dict[str, Any]]:
    rows = db.session.execute(
        sa.select(CommitmentParty, Commitment.number, Commitment.state, _has_signed().label("has_signed"))
        .join(Commitment, Commitment.id == CommitmentParty.commitment_id)
        .where(CommitmentParty.id.in_(named_parties(who, person.delegate_ids)))
        .order_by(CommitmentParty.id)
    )
    return [_entry(party, number, state.value, has_signed) for party, number, state, has_signed in rows]


#: A record, witness or letter is proof of a signature and hashed as a whole: nothing of it is taken out when the person is forgotten, as
#: of a signature in the tables. A record holds no phone number and no address of a person.
_KEPT = "all of it: the signed record is kept as proof, as it came"


def _received_entry(row: ReceivedRecord, signature: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": row.number,
        "outcome": row.outcome.value,
        "received_at": row.received_at.isoformat(),
        "signed_at_by_the_device": signature["device_time"],
        "party": signature["party"],
        "name": signature["name"],
        "office": signature.get("office", ""),
        "role": signature["role"],
        "nip": signature.get("employee_number", ""),
        "identified_how": signature.get("identified_how", ""),
        "identified_note": signature.get("identified_note", ""),
        "found_by": "registration" if signature.get("person") else "name and organisation",
        "kept_when_erased": _KEPT,
    }


def _received_witness(row: ReceivedRecord, witness: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": row.number,
        "received_at": row.received_at.isoformat(),
        "signed_at_by_the_device": witness.get("device_time", ""),
        "name": witness["name"],
        "office": witness.get("office", ""),
        "found_by": "name and event",
        "kept_when_erased": _KEPT,
    }


def _witness_entry(row: WitnessSignature, number: str) -> dict[str, Any]:
    return {
        "number": number,
        "name": row.name,
        "office": row.office,
        "signed_at": row.signed_at.isoformat(),
        "found_by": "name and event",
        "kept_when_erased": _KEPT,
    }


def _paper_entry(row: SentPaper) -> dict[str, Any]:
    return {
        "kind": row.kind.value,
        "name": row.name,
        "office": row.office,
        "letter": row.number,
        "sha256": row.sha256,
        "received_at": row.received_at.isoformat(),
        "found_by": "name and event",
        "kept_when_erased": _KEPT,
    }


def _has_signed() -> sa.ColumnElement[bool]:
    return (
        sa.select(Signature.id)
        .where(Signature.commitment_id == CommitmentParty.commitment_id, Signature.kind == CommitmentParty.kind)
        .exists()
    )


def _entry(party: CommitmentParty, number: str | None, state: str, has_signed: bool) -> dict[str, Any]:
    return {
        "number": number,
        "state": state,
        "party": party.kind.value,
        "name": party.signatory_name,
        "office": party.signatory_office,
        "role": party.signatory_role.value if party.signatory_role else None,
        "nip": party.employee_number,
        "phone": party.signatory_phone,
        "signed": bool(has_signed),
        "kept_when_erased": "name, office and role: the signed record is kept as proof" if has_signed else "nothing",
    }


def forget_signatory(_actor: Actor, person: PersonRef) -> None:
    """Forget somebody who was named to sign; the name under a signature stays, it is part of a legal record.

    The phone number goes everywhere: it was only there to hand the link over.
    """
    named = CommitmentParty.id.in_(named_parties(called(person), person.delegate_ids))
    unsigned = db.session.scalars(
        sa.select(CommitmentParty.id).where(named, sa.not_(_has_signed())).order_by(CommitmentParty.id)
    ).all()
    _update(named, {"signatory_phone": None})
    _update(
        CommitmentParty.id.in_(unsigned),
        {"signatory_name": "", "signatory_office": "", "employee_number": "", "delegate_id": None},
    )


def _update(rows: sa.ColumnElement[bool], values: dict[str, Any]) -> None:
    statement = sa.update(CommitmentParty).where(rows).values(values)
    db.session.execute(statement.execution_options(synchronize_session="fetch"))
