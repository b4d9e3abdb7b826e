"""What was really bought on a commitment: each order entered once, taken back with a reason, never deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from matchmaking import clock, typed
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.commitments.commands import RecordEvent
from matchmaking.commitments.life_models import OrderKind, Realization
from matchmaking.commitments.models import Commitment, CommitmentKind, CommitmentState, EventKind
from matchmaking.commitments.services.after_signing import past_day
from matchmaking.commitments.services.recording import (
    OutOfStep,
    is_repeated,
    locked_commitment,
    record_event,
    require_same_entry,
)
from matchmaking.commitments.services.withdrawing import read_reason
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.services.details import Sentences
from matchmaking.registration.services.uploads import claim_upload
from matchmaking.storage.services import Owner
from matchmaking.transactions import insert_new, lock_row

MAX_NUMBER = 80
#: ``purpose`` and ``owner_type`` of the photo or PDF of an order.
OWNER = "realization"


class OrderTaken(Conflict):
    """An order of this kind and number is entered already: one order is counted once."""

    code = "commitments.order_taken"


@dataclass(frozen=True)
class EnterRealization:
    """An order, contract or receipt as typed. Empty parts: not known; ``upload``: the code of a file that was kept with the form."""

    event_id: int
    code: str
    entry_key: str
    kind: str
    number: str
    done_on: str
    value: str
    domestic_value: str = ""
    small_value: str = ""
    handover: str = ""
    upload: str = ""
    party: str | None = None


def enter_realization(actor: Actor, command: EnterRealization) -> Commitment:
    """Store what was bought; the same key again changes nothing. More than the commitment names may be bought.

    Raises:
        InvalidInput: with a sentence for each field; OrderTaken; OutOfStep: the commitment is not signed;
            EntryTaken: the key is another entry's.
    """
    commitment = locked_commitment(command.event_id, command.code)
    happened = RecordEvent(EventKind.REALIZED, command.entry_key, command.party, amount=1)
    if is_repeated(commitment, happened):
        require_same_entry(is_same=_is_stored(command.entry_key, _read(command)))
        return commitment
    if commitment.kind is not CommitmentKind.COMMITMENT:
        raise OutOfStep(_("Only on a commitment something is bought. Nothing was changed."))
    values = _read(command)
    code = new_code(12)
    stored = insert_new(
        Realization,
        {
            **values, "code": code, "commitment_id": commitment.id, "entry_key": command.entry_key,
            "entered_at": clock.now(), "entered_by": actor.user_id,
        },
    )  # fmt: skip
    if stored is None:
        sentence = _("This number is entered already, here or on another commitment. One order is counted once.")
        raise OrderTaken(sentence, fields={"number": sentence})
    if command.upload:
        _take_proof(command, stored)
    said = {"code": code, "number": str(values["number"])}
    happened = RecordEvent(EventKind.REALIZED, command.entry_key, command.party, amount=values["value"], details=said)
    record_event(actor, commitment, happened)
    return commitment


def _is_stored(entry_key: str, values: dict[str, Any]) -> bool:
    row = db.session.scalar(sa.select(Realization).where(Realization.entry_key == entry_key))
    return row is not None and all(getattr(row, name) == value for name, value in values.items())


def _take_proof(command: EnterRealization, entry_id: int) -> None:
    """Hand the file to the entry; what it is and how large was checked when it was kept."""
    proof = claim_upload(command.event_id, command.upload, Owner(OWNER, command.event_id, OWNER, entry_id))
    if proof is None:
        sentence = _("A file that was sent earlier is gone. Please choose it again.")
        raise InvalidInput(sentence, fields={"proof": sentence})
    db.session.get_one(Realization, entry_id).file_id = proof.id


def _read(command: EnterRealization) -> dict[str, Any]:
    sentences = Sentences()
    value = sentences.read("value", typed.read_price, command.value)
    found: dict[str, Any] = {
        "kind": sentences.read("kind", _order_kind, command.kind),
        "number": sentences.read("number", _number, command.number),
        "done_on": sentences.read("done_on", lambda text: date.fromisoformat(past_day(text)), command.done_on),
        "value": value,
        "handover": typed.one_line(command.handover)[:MAX_NUMBER],
    }
    for name in ("domestic_value", "small_value"):
        text = getattr(command, name).strip()
        part = sentences.read(name, _amount, text) if text else None
        if part is not None and value is not None and part > value:
            sentences.note(name, _("This part is larger than the whole value."))
        found[name] = part
    sentences.raise_if_any()
    return found


def _amount(text: str) -> int:
    return 0 if text.strip().lower().removeprefix("rp").strip() == "0" else typed.read_price(text)


def _order_kind(text: str) -> OrderKind:
    try:
        return OrderKind(text)
    except ValueError:
        raise InvalidInput(_("Please choose one of the answers.")) from None


def _number(text: str) -> str:
    plain = typed.one_line(text)
    if not plain or len(plain) > MAX_NUMBER:
        raise InvalidInput(_("Please write the number, at most %(count)s characters.", count=MAX_NUMBER))
    return plain


def void_realization(actor: Actor, event_id: int, code: str, reason: str) -> Commitment:
    """Take an entry back: it was wrong, or the order was cancelled. Done twice it changes nothing.

    Raises:
        NotFound: no such entry in this event; InvalidInput: no reason.
    """
    found = db.session.execute(
        sa.select(Realization.id, Commitment.code)
        .join(Commitment, Commitment.id == Realization.commitment_id)
        .where(Commitment.event_id == event_id, Realization.code == code)
    ).first()
    if found is None:
        raise NotFound(_("There is no such entry."))
    commitment = _in_force(locked_commitment(event_id, found.code))
    entry = lock_row(Realization, found.id)
    text = read_reason(reason)
    if entry is None or entry.voided_at is not None:
        return commitment
    entry.voided_at, entry.voided_by, entry.void_reason = clock.now(), actor.user_id, text
    happened = RecordEvent(
        EventKind.REALIZATION_VOIDED,
        f"void-{entry.id}",
        amount=entry.value,
        reason=text,
        details={"number": entry.number},
    )
    record_event(actor, commitment, happened)
    return commitment


def _in_force(commitment: Commitment) -> Commitment:
    """Follow the addenda to the commitment that now stands for it: what was bought went along."""
    while commitment.state is CommitmentState.AMENDED:
        wanted = sa.select(Commitment.id).where(
            Commitment.amends_id == commitment.id,
            Commitment.state.not_in((CommitmentState.DRAFT, CommitmentState.WITHDRAWN)),
        )
        successor = lock_row(Commitment, db.session.scalar(wanted) or 0)
        if successor is None:
            break
        commitment = successor
    return commitment
