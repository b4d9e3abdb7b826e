"""Late papers: what tablets sent beside a record and the record does not take, as its page shows it to staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matchmaking.commitments.models import PartyKind
from matchmaking.commitments.queries.reviews import TOLERATED_SECONDS
from matchmaking.commitments.sent_models import BesideReason, SentKind, SentPaper, SentStanding
from matchmaking.commitments.strokes import svg_paths
from matchmaking.commitments.sync_models import Tablet
from matchmaking.events.models import Device
from matchmaking.extensions import db


@dataclass(frozen=True)
class LatePaper:
    """One paper beside a record. ``paths``: what a witness drew, as SVG; ``minutes_fast``: of the tablet's clock, 0 when it was right."""

    code: str
    kind: SentKind
    party: PartyKind | None
    name: str
    office: str
    number: str
    limit_amount: int | None
    sha256: str
    reason: BesideReason
    device_name: str
    device_time: datetime | None
    received_at: datetime
    minutes_fast: int
    paths: tuple[str, ...]


def late_papers(commitment_id: int) -> list[LatePaper]:
    """Return the papers that are kept beside a record, as they came."""
    rows = db.session.execute(
        sa.select(SentPaper, Device.name)
        .outerjoin(Tablet, Tablet.id == SentPaper.tablet_id)
        .outerjoin(Device, Device.id == Tablet.device_id)
        .where(SentPaper.commitment_id == commitment_id, SentPaper.standing == SentStanding.BESIDE)
        .order_by(SentPaper.id)
    )
    return [_view(row, device or "–") for row, device in rows]


def _view(row: SentPaper, device_name: str) -> LatePaper:
    seconds = row.clock_error_seconds or 0
    return LatePaper(
        code=row.code,
        kind=row.kind,
        party=row.party,
        name=row.name,
        office=row.office,
        number=row.number,
        limit_amount=row.limit_amount,
        sha256=row.sha256,
        reason=row.reason or BesideReason.ENDED,
        device_name=device_name,
        device_time=row.device_time,
        received_at=row.received_at,
        minutes_fast=round(seconds / 60) if abs(seconds) > TOLERATED_SECONDS else 0,
        paths=tuple(svg_paths(row.strokes or [])),
    )
