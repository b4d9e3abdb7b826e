"""What is frozen is never edited: the model layer itself refuses, whatever a service forgot."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper

from matchmaking.commitments.models import (
    Commitment,
    CommitmentEvent,
    CommitmentLine,
    CommitmentParty,
    CommitmentState,
    Signature,
)
from matchmaking.commitments.paper_models import PaperFrame, WitnessSignature
from matchmaking.commitments.sent_models import SentPaper
from matchmaking.commitments.sync_models import ReceivedRecord

#: What a frozen commitment says. Who signs for a party, and its mandate, are bound by the signature instead.
CONTENT = (
    "record_id", "number", "serial", "fiscal_year", "procurement_method", "planned_month", "rup_code", "rup_name", "work_unit",
    "funding_source", "tax_mode", "tax_rate_hundredths", "total", "listing_by", "note", "warnings", "valid_until",
    "canonical", "content_hash", "frozen_at", "kind", "amends_id", "amend_reason", "paper_on",
)  # fmt: skip
_OF_A_PARTY = ("name", "detail", "address", "regency", "kind")
#: Columns of append-only rows that may still change: two entries became one, an account ended.
_REFERENCES = ("user_id", "device_id", "link_id", "file_id")
#: What an organiser decides on a record that was received; the record itself stays as it came.
_DECISION = ("outcome", "commitment_id", "beside_id", "decided_at", "decided_by", "reason", "tablet_id")

#: What becomes of a paper that a tablet sent; the paper itself stays as it came.
_BECAME = ("standing", "reason", "commitment_id", "tablet_id")


class FrozenContent(RuntimeError):
    """A program error: something tried to edit what was frozen or appended."""


def guard_records() -> None:
    """Register the guards; more than once is harmless."""
    for model, check in (
        (Commitment, _check_commitment),
        (CommitmentLine, _check_line),
        (CommitmentParty, _check_party),
        (CommitmentEvent, _check_appended),
        (Signature, _check_appended),
        (WitnessSignature, _check_appended),
        (PaperFrame, _check_appended),
        (ReceivedRecord, _check_received),
        (SentPaper, _check_sent),
    ):
        if not sa.event.contains(model, "before_update", check):
            sa.event.listen(model, "before_update", check)
    if not sa.event.contains(CommitmentLine, "before_delete", _check_line_kept):
        sa.event.listen(CommitmentLine, "before_delete", _check_line_kept)
        sa.event.listen(CommitmentLine, "before_insert", _check_line_kept)


def _columns(model: type[Any], but: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column.key for column in sa.inspect(model).column_attrs if column.key not in but)


def _changed(row: Any, names: tuple[str, ...]) -> list[str]:
    state = sa.inspect(row)
    return [name for name in names if _really_changed(state.attrs[name].history)]


def _really_changed(history: Any) -> bool:
    return history.has_changes() and list(history.added or ()) != list(history.deleted or ())


def _check_commitment(_mapper: Mapper[Any], connection: Connection, row: Commitment) -> None:
    changed = _changed(row, CONTENT)
    is_reopened = row.state is CommitmentState.DRAFT and row.canonical is row.content_hash is row.frozen_at is None
    if changed and not is_reopened:
        _refuse_when_frozen(connection, row.id)


def _check_line(_mapper: Mapper[Any], connection: Connection, row: CommitmentLine) -> None:
    if _changed(row, _columns(CommitmentLine, ("product_id", "category_id"))):
        _refuse_when_frozen(connection, row.commitment_id)


def _check_line_kept(_mapper: Mapper[Any], connection: Connection, row: CommitmentLine) -> None:
    _refuse_when_frozen(connection, row.commitment_id)


def _check_party(_mapper: Mapper[Any], connection: Connection, row: CommitmentParty) -> None:
    if _changed(row, _OF_A_PARTY):
        _refuse_when_frozen(connection, row.commitment_id)


def _check_appended(_mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
    if changed := _changed(row, _columns(type(row), _REFERENCES)):
        raise FrozenContent(f"append-only: {', '.join(changed)}")


def _check_received(_mapper: Mapper[Any], _connection: Connection, row: ReceivedRecord) -> None:
    if changed := _changed(row, _columns(ReceivedRecord, _DECISION)):
        raise FrozenContent(f"received as it is: {', '.join(changed)}")


def _check_sent(_mapper: Mapper[Any], _connection: Connection, row: SentPaper) -> None:
    if changed := _changed(row, _columns(SentPaper, _BECAME)):
        raise FrozenContent(f"a paper as it came: {', '.join(changed)}")


def _refuse_when_frozen(connection: Connection, commitment_id: int) -> None:
    frozen_at = connection.scalar(sa.select(Commitment.frozen_at).where(Commitment.id == commitment_id))
    if frozen_at is not None:
        raise FrozenContent("the commitment is frozen")
