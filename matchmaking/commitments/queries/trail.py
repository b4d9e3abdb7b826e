"""What happened to a commitment until both parties (and the witness) had signed: what its audit page tells."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from matchmaking.commitments.life import COUNTED, Happening, derive_state
from matchmaking.commitments.models import (
    Commitment,
    CommitmentEvent,
    EventKind,
    IdentifiedHow,
    PartyKind,
    SignatoryRole,
    Signature,
    SigningMethod,
)
from matchmaking.commitments.paper_models import WitnessSignature
from matchmaking.events.models import Device
from matchmaking.extensions import db
from matchmaking.storage.models import StoredFile


@dataclass(frozen=True)
class Signer:
    """Who signed or agreed, and the hash of what was drawn or photographed."""

    name: str
    office: str
    role: SignatoryRole
    authority: str
    method: SigningMethod
    sha256: str
    identified_how: IdentifiedHow | None = None


@dataclass(frozen=True)
class TrailEvent:
    """One event. ``device``: the name of an enrolled device; ``by``: device, link, user or system."""

    kind: EventKind
    party: PartyKind | None
    at: datetime
    device_at: datetime | None
    by: str
    device: str
    content_hash: str
    signer: Signer | None
    paper_sha256: str = ""  # of a paper that was kept beside the record


@dataclass(frozen=True)
class WitnessView:
    """The witness as signed."""

    name: str
    office: str
    strokes: list[Any]
    sha256: str
    signed_at: datetime
    device_at: datetime | None
    by: str
    device: str


@dataclass(frozen=True)
class Trail:
    """All of it; ``devices``: the names of the devices in it, by id as text."""

    events: tuple[TrailEvent, ...]
    witness: WitnessView | None
    devices: Mapping[str, str] = field(default_factory=dict)


def trail_of(commitment_id: int, devices: Mapping[str, str] | None = None) -> Trail | None:
    """Return the trail up to the signature that made it a commitment; ``None`` while one is missing.

    Args:
        commitment_id: of the commitment.
        devices: names of devices as they were when the paper was sealed; today's otherwise.
    """
    rows = _until_signed(commitment_id)
    if rows is None:
        return None
    witness = db.session.scalar(sa.select(WitnessSignature).where(WitnessSignature.commitment_id == commitment_id))
    ids = {row.device_id for row in (*rows, *((witness,) if witness else ())) if row.device_id}
    names = dict(devices) if devices is not None else _names(ids)
    signers = _signers(commitment_id)
    return Trail(
        tuple(_event(row, names, signers) for row in rows),
        _witness(witness, names) if witness else None,
        names,
    )


def _until_signed(commitment_id: int) -> list[CommitmentEvent] | None:
    """Return the events up to the one after which both had signed; what came later is not on the paper."""
    total = db.session.scalar(sa.select(Commitment.total).where(Commitment.id == commitment_id)) or 0
    rows = list(
        db.session.scalars(
            sa.select(CommitmentEvent)
            .where(CommitmentEvent.commitment_id == commitment_id)
            .order_by(CommitmentEvent.id)
        )
    )
    happened: list[Happening] = []
    for number, row in enumerate(rows, start=1):
        happened.append(Happening(row.kind, row.party, row.amount))
        if derive_state(happened, total) in COUNTED:
            return rows[:number]
    return None


def _names(ids: set[int]) -> dict[str, str]:
    rows = db.session.execute(sa.select(Device.id, Device.name).where(Device.id.in_(ids)))
    return {str(row.id): row.name for row in rows}


def _signers(commitment_id: int) -> dict[str, Signer]:
    rows = db.session.execute(
        sa.select(Signature, StoredFile.sha256)
        .outerjoin(StoredFile, StoredFile.id == Signature.file_id)
        .where(Signature.commitment_id == commitment_id)
    )
    return {
        row.signature_key: Signer(
            row.signatory_name, row.signatory_office, row.signatory_role, row.authority, row.method,
            photo or strokes_hash(row.strokes),
            row.identified_how,
        )
        for row, photo in rows
    }  # fmt: skip


def strokes_hash(strokes: Any) -> str:
    """Return the SHA-256 of what was drawn, as JSON without blanks."""
    return hashlib.sha256(json.dumps(strokes, separators=(",", ":")).encode()).hexdigest()


def _event(row: CommitmentEvent, names: Mapping[str, str], signers: Mapping[str, Signer]) -> TrailEvent:
    return TrailEvent(
        kind=row.kind,
        party=PartyKind(row.party) if row.party else None,
        at=row.at,
        device_at=row.device_time,
        by=_by(row),
        device=names.get(str(row.device_id), ""),
        content_hash=row.content_hash or "",
        signer=signers.get(row.event_key) if row.kind in (EventKind.SIGNED, EventKind.AGREED) else None,
        paper_sha256=row.details.get("sha256", "") if row.kind is EventKind.PAPER_KEPT else "",
    )


def _witness(row: WitnessSignature, names: Mapping[str, str]) -> WitnessView:
    device = names.get(str(row.device_id), "")
    by = "device" if row.device_id else "user"
    return WitnessView(
        row.name, row.office, row.strokes, strokes_hash(row.strokes), row.signed_at, row.device_time, by, device
    )


def _by(row: CommitmentEvent) -> str:
    if row.device_id:
        return "device"
    if row.link_id:
        return "link"
    return "user" if row.user_id else "system"
