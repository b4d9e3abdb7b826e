"""What may stand in the list of a sync or of an exported queue: signed records, and mandates that were added to them; pure."""

from __future__ import annotations

from typing import Any

from matchmaking.commitments.signed_mandate import MANDATE_1, SentMandate, read_mandate
from matchmaking.commitments.signed_record import SignedRecord, read_record

Item = SignedRecord | SentMandate


def read_item(payload: Any, told_hash: Any) -> Item:
    """Return what was sent.

    Raises:
        Malformed: with the code that says in what.
    """
    if isinstance(payload, dict) and payload.get("format") == MANDATE_1:
        return read_mandate(payload, told_hash)
    return read_record(payload, told_hash)
