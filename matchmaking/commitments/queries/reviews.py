"""Records that tablets sent: what waits for a decision, one beside what stood in its way, and how one arrived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from matchmaking.commitments.models import Commitment
from matchmaking.commitments.sign_labels import kind_of_form
from matchmaking.commitments.sync_labels import problem_sentence
from matchmaking.commitments.sync_models import ReceivedOutcome, ReceivedRecord, ReceivedVia, Tablet
from matchmaking.events.models import Device
from matchmaking.extensions import db

LIST_LENGTH = 200
#: A clock that is wrong by less is right.
TOLERATED_SECONDS = 120


@dataclass(frozen=True)
class Version:
    """One content as it was hashed; what the page of a frozen text shows."""

    canonical: Mapping[str, Any]
    content_hash: str


@dataclass(frozen=True)
class ReceivedRow:
    """A received record in a list."""

    code: str
    number: str
    outcome: ReceivedOutcome
    problem: str
    via: ReceivedVia
    device_name: str
    signed_on_device: datetime
    received_at: datetime
    clock_error_seconds: int | None
    reason: str
    parties: tuple[str, str]
    total: int  # 0 of what names no price, ``kind_word`` says then what it is
    kind_word: str
    signatories: tuple[tuple[str, str, str], ...]  # party, name, office
    commitment_code: str

    @property
    def clock_error_minutes(self) -> int:
        """By how many minutes the tablet's clock was ahead (or, below zero, behind); 0 when it was right."""
        seconds = self.clock_error_seconds or 0
        return round(seconds / 60) if abs(seconds) > TOLERATED_SECONDS else 0


@dataclass(frozen=True)
class Review:
    """A record to decide on, and the commitment that stands in its way."""

    row: ReceivedRow
    sent: Version
    stored: Version | None
    stored_code: str
    stored_number: str
    differences: tuple[tuple[str, str, str], ...]  # field, stored, sent
    is_same_content: bool


def waiting_reviews(event_id: int) -> int:
    """Count the records that wait for a decision."""
    waiting = ReceivedRecord.outcome == ReceivedOutcome.NEEDS_REVIEW
    wanted = sa.select(sa.func.count()).select_from(ReceivedRecord).where(ReceivedRecord.event_id == event_id, waiting)
    return db.session.scalar(wanted) or 0


def review_rows(event_id: int) -> list[ReceivedRow]:
    """Return every record that did not go in by itself: those that wait first, then by arrival."""
    rows = db.session.execute(
        _statement()
        .where(ReceivedRecord.event_id == event_id, ReceivedRecord.outcome != ReceivedOutcome.STORED)
        .order_by(
            (ReceivedRecord.outcome == ReceivedOutcome.NEEDS_REVIEW).desc(),
            ReceivedRecord.received_at.desc(),
            ReceivedRecord.id.desc(),
        )
        .limit(LIST_LENGTH)
    )
    return [_row(*row) for row in rows]


def review_of(event_id: int, code: str) -> Review | None:
    """Return one record beside what stands in its way."""
    found = db.session.execute(
        _statement().where(ReceivedRecord.event_id == event_id, ReceivedRecord.code == code)
    ).first()
    if found is None:
        return None
    record: ReceivedRecord = found[0]
    sent = Version(record.payload["content"], record.content_hash)
    beside = db.session.get(Commitment, record.beside_id) if record.beside_id else _of_content(event_id, record)
    if beside is None or beside.canonical is None:
        return Review(_row(*found), sent, None, "", "", (), is_same_content=False)
    stored = Version(beside.canonical, beside.content_hash or "")
    return Review(
        row=_row(*found),
        sent=sent,
        stored=stored,
        stored_code=beside.code,
        stored_number=beside.number or "",
        differences=tuple(differences(stored.canonical, sent.canonical)),
        is_same_content=stored.content_hash == sent.content_hash,
    )


def _of_content(event_id: int, record: ReceivedRecord) -> Commitment | None:
    is_same = Commitment.content_hash == record.content_hash
    return db.session.scalar(sa.select(Commitment).where(Commitment.event_id == event_id, is_same).limit(1))


def differences(stored: Any, sent: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (field, stored, sent) for every text in which two contents differ; lists by position."""
    if isinstance(stored, Mapping) and isinstance(sent, Mapping):
        for name in sorted({*stored, *sent}):
            yield from differences(stored.get(name, ""), sent.get(name, ""), f"{path}.{name}" if path else name)
    elif isinstance(stored, list) and isinstance(sent, list):
        for index in range(max(len(stored), len(sent))):
            left, right = (part[index] if index < len(part) else "" for part in (stored, sent))
            yield from differences(left, right, f"{path} {index + 1}")
    elif stored != sent:
        yield path, _shown(stored), _shown(sent)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(str(text) for text in value.values() if text)
    return str(value)


def _statement() -> sa.Select[ReceivedRecord, str, str]:
    return (
        sa.select(ReceivedRecord, Device.name, Commitment.code)
        .outerjoin(Tablet, Tablet.id == ReceivedRecord.tablet_id)
        .outerjoin(Device, Device.id == Tablet.device_id)
        .outerjoin(Commitment, Commitment.id == ReceivedRecord.commitment_id)
    )


def _row(record: ReceivedRecord, device_name: str | None, commitment_code: str | None) -> ReceivedRow:
    content = record.payload["content"]
    return ReceivedRow(
        code=record.code,
        number=record.number,
        outcome=record.outcome,
        problem=problem_sentence(record.problem, record.message) if record.problem else "",
        via=record.via,
        device_name=device_name or "–",
        signed_on_device=record.signed_on_device,
        received_at=record.received_at,
        clock_error_seconds=record.clock_error_seconds,
        reason=record.reason,
        parties=(content["buyer"]["name"], content["exhibitor"]["name"]),
        total=int(content["total"]),
        kind_word=str(kind_of_form(content)),
        signatories=tuple(
            (part["party"], part["name"], part.get("office", "")) for part in record.payload["signatures"]
        ),
        commitment_code=commitment_code or "",
    )
