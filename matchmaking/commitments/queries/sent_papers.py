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
from matchmaking.storage.models import StoredFile


@dataclass(frozen=True)
class LatePaper:
    """One paper beside a record, or one that waits for it (``reason`` is then none). ``paths``: what a witness drew, as SVG; ``minutes_fast``: of the tablet's clock, 0 when it was right."""

    code: str
    kind: SentKind
    party: PartyKind | None
    name: str
    office: str
    number: str
    limit_amount: int | None
    sha256: str
    reason: BesideReason | None
    device_name: str
    device_time: datetime | None
    received_at: datetime
    minutes_fast: int
    paths: tuple[str, ...]


def late_papers(commitment_id: int) -> list[LatePaper]:
    """Return the papers that are kept beside a record, as they came."""
    return _papers(SentPaper.commitment_id == commitment_id, SentPaper.standing == SentStanding.BESIDE)


def waiting_papers(event_id: int, content_hash: str = "") -> list[LatePaper]:
    """Return the mandates of an event whose record has not come or waits for a decision; of one content where its hash is given."""
    of_content = [SentPaper.content_hash == content_hash] if content_hash else []
    return _papers(SentPaper.event_id == event_id, SentPaper.standing == SentStanding.WAITING, *of_content)


def file_of_paper(event_id: int, code: str) -> StoredFile | None:
    """Return the file of a mandate that a tablet sent, by the paper's code."""
    return db.session.scalar(
        sa.select(StoredFile)
        .join(SentPaper, SentPaper.file_id == StoredFile.id)
        .where(SentPaper.event_id == event_id, SentPaper.code == code)
    )


def _papers(*conditions: sa.ColumnElement[bool]) -> list[LatePaper]:
    rows = db.session.execute(
        sa.select(SentPaper, Device.name)
        .outerjoin(Tablet, Tablet.id == SentPaper.tablet_id)
        .outerjoin(Device, Device.id == Tablet.device_id)
        .where(*conditions)
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
        reason=row.reason,
        device_name=device_name,
        device_time=row.device_time,
        received_at=row.received_at,
        minutes_fast=round(seconds / 60) if abs(seconds) > TOLERATED_SECONDS else 0,
        paths=tuple(svg_paths(row.strokes or [])),
    )
