"""Reading a queue that was exported from a tablet: a list of sealed records, each opened with the event's key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from matchmaking.commitments.sealing import CannotOpen
from matchmaking.commitments.sent_items import Item, read_item
from matchmaking.commitments.services.sealing_keys import open_copy
from matchmaking.commitments.signed_record import Malformed, record_hash
from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _

QUEUE_1 = "temu-bisnis-queue/1"
MAX_FILE_BYTES = 24_000_000
MAX_RECORDS = 2000


@dataclass(frozen=True)
class Queue:
    """What a file holds: sealed records, not opened yet."""

    tablet: str
    event_code: str
    sealed: tuple[str, ...]


def read_queue(content: bytes) -> Queue:
    """Return what the file holds.

    Raises:
        InvalidInput: it is no exported queue, with what to do.
    """
    try:
        given = json.loads(content) if len(content) <= MAX_FILE_BYTES else None
    except (ValueError, RecursionError):
        given = None
    records = given.get("records") if isinstance(given, dict) and given.get("format") == QUEUE_1 else None
    if (
        not isinstance(given, dict)
        or not isinstance(records, list)
        or not all(isinstance(part, str) for part in records)
    ):
        sentence = _("This is not a file that a tablet exported. Its name begins with “antrean” and ends with .json.")
        raise InvalidInput(sentence, fields={"file": sentence})
    if len(records) > MAX_RECORDS:
        sentence = _("This file holds more than %(count)s records.", count=MAX_RECORDS)
        raise InvalidInput(sentence, fields={"file": sentence})
    return Queue(str(given.get("tablet") or "")[:16], str(given.get("event") or "")[:60], tuple(records))


def open_item(event_id: int, sealed: str) -> Item:
    """Return a sealed record or mandate.

    Raises:
        Malformed: it was not sealed for this event, was changed, or is no record.
    """
    try:
        payload: Any = json.loads(open_copy(event_id, sealed))
    except (CannotOpen, ValueError, RecursionError):
        raise Malformed("not_sealed") from None
    try:
        told = record_hash(payload) if isinstance(payload, dict) else ""
    except (ValueError, RecursionError):
        raise Malformed("not_text") from None
    return read_item(payload, told)
