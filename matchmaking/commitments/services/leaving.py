"""What becomes of commitments when entries turn out to be one, an event is deleted, a person is forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from matchmaking.accounts.hooks import PersonFile, PersonRef
from matchmaking.actor import Actor
from matchmaking.commitments.models import Commitment, CommitmentParty, Signature
from matchmaking.commitments.sent_models import SentPaper
from matchmaking.commitments.sync_models import ReceivedRecord
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate


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
    """Return the commitments in which a person is named as signatory, and why a signed one keeps the name."""
    rows = db.session.execute(
        sa.select(CommitmentParty, Commitment.number, Commitment.state, _has_signed().label("has_signed"))
        .join(Commitment, Commitment.id == CommitmentParty.commitment_id)
        .where(CommitmentParty.delegate_id.in_(person.delegate_ids))
        .order_by(CommitmentParty.id)
    ).all()
    entries = tuple(_entry(party, number, state.value, has_signed) for party, number, state, has_signed in rows)
    received = tuple(_received_entries(person))
    named = [PersonFile("commitments", entries)] if entries else []
    return named + ([PersonFile("records_from_tablets", received)] if received else [])


def _received_entries(person: PersonRef) -> Iterator[dict[str, Any]]:
    """Everything that tablets sent with a person's signature, whatever became of it: also what waits or was set aside.

    Such a record is proof of a signature and hashed as a whole: nothing of it is taken out when the person is forgotten, as of a
    signature in the tables. It holds no phone number and no address of a person.
    """
    codes = db.session.scalars(sa.select(Delegate.code).where(Delegate.id.in_(person.delegate_ids))).all()
    for row in db.session.scalars(sa.select(ReceivedRecord).where(_names_one_of(codes)).order_by(ReceivedRecord.id)):
        for signature in row.payload["signatures"]:
            if signature.get("person") in codes:
                yield _received_entry(row, signature)


def _names_one_of(codes: Sequence[str]) -> sa.ColumnElement[bool]:
    """Narrow down by the text of the payload; what is found is looked at one by one."""
    text = sa.cast(ReceivedRecord.payload, sa.Text)
    return sa.or_(sa.false(), *(text.contains(code, autoescape=True) for code in codes))


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
        "kept_when_erased": "all of it: the signed record is kept as proof, as it came",
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
    named = CommitmentParty.delegate_id.in_(person.delegate_ids)
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
