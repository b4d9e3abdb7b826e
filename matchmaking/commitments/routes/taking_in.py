"""One arriving record, each in a transaction of its own: stored, known, kept aside, or no record at all."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError

from matchmaking.commitments.queries.tablets import TabletView, tablet_by_code
from matchmaking.commitments.sent_items import Item, read_item
from matchmaking.commitments.services.receiving import (
    Arrival,
    Came,
    Receipt,
    keep_aside,
    store_record,
    store_sent_mandate,
)
from matchmaking.commitments.services.tablets import TabletReport
from matchmaking.commitments.signed_record import Malformed, SignedRecord
from matchmaking.commitments.sync_labels import REJECTIONS
from matchmaking.errors import DomainError, InvalidInput
from matchmaking.transactions import transaction

log = structlog.get_logger()


def take_in_sent(item: Any, sender: TabletView, report: TabletReport) -> tuple[Item | None, Receipt]:
    """Take in one item of a sync; its event is that of the tablet that made it."""
    given = item if isinstance(item, dict) else {}
    try:
        read = read_item(given.get("record"), given.get("record_hash"))
    except Malformed as problem:
        return None, rejected(problem.code)
    maker = tablet_by_code(read.tablet)
    event_id = maker.event_id if maker else sender.event_id
    return read, take_in_item(read, Came(event_id, sender, report.device_time))


def take_in_item(item: Item, came: Came) -> Receipt:
    """Take in a record or a mandate, whichever it is."""
    if isinstance(item, SignedRecord):
        return take_in(Arrival(item, came.event_id, came.sender, came.device_time, came.received_by))
    try:
        with transaction():
            return store_sent_mandate(item, came)
    except InvalidInput:  # a photo that no program can open
        return rejected("file")
    except IntegrityError:  # stored by another request at this moment
        with transaction():
            return store_sent_mandate(item, came)


def take_in(arrival: Arrival) -> Receipt:
    """Store a record, or keep it aside when a rule, or the database itself, refuses it."""
    try:
        with transaction():
            return store_record(arrival)
    except (DomainError, IntegrityError) as refusal:
        if isinstance(refusal, IntegrityError):
            log.warning("commitments.record_not_storable", record_id=arrival.record.record_id)
        with transaction():
            return keep_aside(arrival, refusal)


def rejected(code: str) -> Receipt:
    """Return the answer to what is no record; nothing of it is kept."""
    return Receipt("rejected", code, str(REJECTIONS[code]))
