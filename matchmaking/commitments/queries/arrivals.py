"""How what a tablet signed without a network came in: when it arrived, and how far the tablet's clock was off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matchmaking.commitments.models import Commitment
from matchmaking.commitments.queries.reviews import TOLERATED_SECONDS
from matchmaking.commitments.sync_models import ReceivedRecord, ReceivedVia, Tablet
from matchmaking.events.models import Device
from matchmaking.extensions import db


@dataclass(frozen=True)
class Arrival:
    """One record on its arrival. ``clock_error_seconds``: device minus server, nothing for an imported file."""

    device_name: str
    received_at: datetime
    via: ReceivedVia
    clock_error_seconds: int | None

    @property
    def minutes_fast(self) -> int:
        """By how many minutes the tablet's clock was ahead (below zero: behind); 0 when it was right or is not known."""
        seconds = self.clock_error_seconds or 0
        return round(seconds / 60) if abs(seconds) > TOLERATED_SECONDS else 0


def arrivals_of(commitment: Commitment) -> dict[str, Arrival]:
    """Return the arrival of each signature, witness and event that came in a record, by its key."""
    rows = db.session.execute(
        sa.select(ReceivedRecord, Device.name)
        .outerjoin(Tablet, Tablet.id == ReceivedRecord.tablet_id)
        .outerjoin(Device, Device.id == Tablet.device_id)
        .where(ReceivedRecord.commitment_id == commitment.id)
        .order_by(ReceivedRecord.id)
    ).all()
    found: dict[str, Arrival] = {}
    for record, device in rows:
        arrival = Arrival(device or "–", record.received_at, record.via, record.clock_error_seconds)
        for key in _keys(commitment, record):
            found.setdefault(key, arrival)
    return found


def _keys(commitment: Commitment, record: ReceivedRecord) -> Iterator[str]:
    """The keys of signatures and witness, and of what ``services/taking_over.py`` notes of a record that was made on the tablet."""
    yield from (signature["key"] for signature in record.payload["signatures"])
    if witness := record.payload.get("witness", {}).get("key"):
        yield witness
    if record.payload.get("number_block"):
        yield from (commitment.record_id, record.content_hash[:40])
