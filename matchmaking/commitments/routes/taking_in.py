"""One arriving record, each in a transaction of its own: stored, known, kept aside, or no record at all."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError

from matchmaking.commitments.queries.tablets import TabletView, tablet_by_code
from matchmaking.commitments.services.receiving import Arrival, Receipt, keep_aside, store_record
from matchmaking.commitments.services.tablets import TabletReport
from matchmaking.commitments.signed_record import Malformed, SignedRecord, read_record
from matchmaking.commitments.sync_labels import REJECTIONS
from matchmaking.errors import DomainError
from matchmaking.transactions import transaction

log = structlog.get_logger()


def take_in_sent(item: Any, sender: TabletView, report: TabletReport) -> tuple[SignedRecord | None, Receipt]:
    """Take in one item of a sync; its event is that of the tablet that made it."""
    given = item if isinstance(item, dict) else {}
    try:
        record = read_record(given.get("record"), given.get("record_hash"))
    except Malformed as problem:
        return None, rejected(problem.code)
    maker = tablet_by_code(record.tablet)
    event_id = maker.event_id if maker else sender.event_id
    return record, take_in(Arrival(record, event_id, sender, report.device_time))


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
