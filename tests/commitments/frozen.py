"""Commitments as they stand once proposed: frozen rows, and what a browser sends when somebody signs."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from matchmaking.actor import Actor, Role
from matchmaking.codes import new_code
from matchmaking.commitments import canonical
from matchmaking.commitments.models import (
    Commitment,
    CommitmentEvent,
    CommitmentLine,
    CommitmentParty,
    CommitmentState,
    EventKind,
    PartyKind,
    SignatoryRole,
    Signature,
    SigningMethod,
)
from matchmaking.commitments.services.signing import Signatory, SignRequest, sign
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Participation, Side
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.world import LONG_AGO, World

BUYER, EXHIBITOR = PartyKind.BUYER, PartyKind.EXHIBITOR
#: Who signs in these tests: (name, office, role).
PPK = Signatory("Peserta Contoh 07", "Pejabat Pembuat Komitmen", SignatoryRole.COMMITMENT_OFFICER)
PPTK = Signatory("Peserta Contoh 08", "Pejabat Teknis", SignatoryRole.ACTIVITY_OFFICER)
OWNER = Signatory("Peserta Contoh 09", "Pemilik", SignatoryRole.OWNER)
CLERK = Signatory("Peserta Contoh 10", "Karyawan", SignatoryRole.OTHER)
#: A small wave: 24 points, some 900 units long.
WAVE = [[[40 + 38 * n, 200 + (60 if n % 2 else -60), 16 * n, 0.5] for n in range(24)]]
DRAWN = json.dumps(WAVE)


@dataclass
class Pair:
    """A commitment of an agency and a maker, frozen; both parties have somebody named to sign."""

    world: World
    event_id: int
    commitment_id: int
    buyer_id: int
    exhibitor_id: int
    staff: Actor
    event_code: str = ""
    code: str = ""
    content_hash: str = ""
    number: str = ""
    _browsers: list[object] = field(default_factory=list)

    def row(self) -> Commitment:
        db.session.rollback()
        return db.session.get_one(Commitment, self.commitment_id, populate_existing=True)

    @property
    def state(self) -> CommitmentState:
        return self.row().state

    def party(self, kind: PartyKind) -> CommitmentParty:
        return db.session.scalars(
            sa.select(CommitmentParty).where(
                CommitmentParty.commitment_id == self.commitment_id, CommitmentParty.kind == kind
            )
        ).one()

    def change_party(self, kind: PartyKind, **values: object) -> None:
        with transaction():
            for name, value in values.items():
                setattr(self.party(kind), name, value)

    def mandate(self, kind: PartyKind, limit: int | None = None) -> None:
        """Give the named signatory of a party an uploaded mandate."""
        file_id = self.world.save(stored_file(self.event_id))
        self.change_party(kind, mandate_file_id=file_id, mandate_limit=limit)

    def signatures(self) -> list[Signature]:
        db.session.rollback()
        return list(
            db.session.scalars(
                sa.select(Signature).where(Signature.commitment_id == self.commitment_id).order_by(Signature.id)
            )
        )

    def happened(self) -> list[tuple[str, str | None]]:
        """Kind and party of everything recorded."""
        db.session.rollback()
        rows = db.session.scalars(
            sa.select(CommitmentEvent)
            .where(CommitmentEvent.commitment_id == self.commitment_id)
            .order_by(CommitmentEvent.id)
        )
        return [(row.kind.value, row.party) for row in rows]

    def request(self, kind: PartyKind, who: Signatory, **values: Any) -> SignRequest:
        given: dict[str, Any] = {
            "event_id": self.event_id,
            "code": self.code,
            "kind": kind,
            "key": new_key(),
            "content_hash": self.content_hash,
            "method": SigningMethod.TABLET,
            "signatory": who,
            "strokes": DRAWN,
            **values,
        }
        return SignRequest(**given)

    def sign(self, kind: PartyKind, who: Signatory, actor: Actor | None = None, **values: Any) -> int:
        """Sign as the page would; returns the signature's id."""
        with transaction():
            return sign(actor or self.staff, self.request(kind, who, **values)).id

    def form(self, kind: PartyKind, who: Signatory, **values: str) -> dict[str, str]:
        """What the page sends."""
        return {
            "party": kind.value,
            "content_hash": self.content_hash,
            "signature_key": new_key(),
            "device_time": "2023-05-11T03:22:00.000Z",
            "strokes": DRAWN,
            "signatory_name": who.name,
            "signatory_office": who.office,
            "signatory_role": who.role.value if who.role else "",
            "identified_how": "known",
            "has_read": "y",
            **values,
        }

    @property
    def address(self) -> str:
        return f"/sign/{self.event_code}/{self.code}"


def new_key() -> str:
    """A key as a browser makes it."""
    return secrets.token_hex(16)


def stored_file(event_id: int, **values: object) -> StoredFile:
    """A stored file's row."""
    given: dict[str, object] = {
        "code": new_code(26), "event_id": event_id, "purpose": "mandate", "access": "private",
        "media_type": "image/jpeg", "sha256": "0" * 64, "size": 1, "original_name": "surat.jpg", "created_at": LONG_AGO,
        **values,
    }  # fmt: skip
    return StoredFile(**given)


def make_pair(world: World, event_id: int = 0, *, lines: int = 1, **event: object) -> Pair:
    """A proposed commitment; the event has a public address unless ``event`` says otherwise."""
    event_id = event_id or world.event(**{"public_address": "https://temubisnis.example.go.id", **event})
    buyer = world.participation(event_id, Side.BUYER)
    exhibitor = world.participation(event_id, Side.EXHIBITOR)
    return freeze(world, event_id, buyer, exhibitor, lines=lines)


def freeze(world: World, event_id: int, buyer: int, exhibitor: int, *, lines: int = 1) -> Pair:
    """Store a proposed commitment of two participations."""
    record = _record(world, event_id, buyer, exhibitor, lines)
    form = canonical.canonical_form(record)
    commitment = Commitment(
        code=new_code(16), record_id=record.record_id, event_id=event_id, buyer_id=buyer, exhibitor_id=exhibitor,
        number=record.number, serial=int(record.number[3:6]), fiscal_year=2030, total=int(form["total"]),
        valid_until=date(2099, 12, 31), created_at=LONG_AGO,
    )  # fmt: skip
    world.save(commitment)
    world.save(
        _line_row(commitment.id),
        CommitmentEvent(commitment_id=commitment.id, event_key=new_key(), kind=EventKind.PROPOSED, at=LONG_AGO),
        _party(commitment.id, BUYER, buyer, PPK),
        _party(commitment.id, EXHIBITOR, exhibitor, OWNER),
    )
    with transaction():
        commitment.state, commitment.canonical = CommitmentState.PROPOSED, form
        commitment.content_hash, commitment.frozen_at = canonical.content_hash(form), LONG_AGO
    staff = world.actor(world.user(roles={event_id: Role.DESK}), event_id, Role.DESK)
    pair = Pair(world, event_id, commitment.id, buyer, exhibitor, staff, world.code_of(event_id))
    row = pair.row()
    pair.code, pair.content_hash, pair.number = row.code, row.content_hash or "", row.number or ""
    return pair


def _record(world: World, event_id: int, buyer: int, exhibitor: int, lines: int) -> canonical.CanonicalRecord:
    serial = 1 + (db.session.scalar(sa.select(sa.func.count()).select_from(Commitment)) or 0)
    return canonical.CanonicalRecord(
        record_id=f"{secrets.token_hex(4)}-0000-4000-8000-{secrets.token_hex(6)}",
        event=world.code_of(event_id), number=f"KT-{serial:03d}/TB/2030", made_on="2030-05-11", place="Bandar Lampung",
        fiscal_year=2030, valid_until="2099-12-31", buyer=_canonical_party(buyer), exhibitor=_canonical_party(exhibitor),
        lines=tuple(
            canonical.CanonicalLine(f"Selendang tapis motif {n}", "Benang emas", 25_000, "helai", 450_000)
            for n in range(1, lines + 1)
        ),
        tax_mode="included", tax_rate_hundredths=1100,
        source=canonical.CanonicalSource("60832782", "Belanja suvenir", "Dinas Contoh", "APBD", "e_purchasing", 6),
        clauses=("Pernyataan ini bukan kontrak, tidak memberi hak eksklusif dan tidak menimbulkan kewajiban membayar.",),
    )  # fmt: skip


def _canonical_party(participation_id: int) -> canonical.CanonicalParty:
    row = db.session.get_one(Participation, participation_id)
    return canonical.CanonicalParty(row.code, row.organization.legal_name, "Contoh", "Jalan Contoh 1", "Bandar Lampung")


def _line_row(commitment_id: int) -> CommitmentLine:
    return CommitmentLine(
        commitment_id=commitment_id, position=1, product_name="Selendang tapis", quantity_thousandths=25_000,
        unit="helai", unit_price=450_000, line_total=11_250_000,
    )  # fmt: skip


def _party(commitment_id: int, kind: PartyKind, participation_id: int, who: Signatory) -> CommitmentParty:
    contact = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == participation_id)).first()
    name = db.session.get_one(Participation, participation_id).organization.legal_name
    return CommitmentParty(
        commitment_id=commitment_id, kind=kind, participation_id=participation_id, name=name,
        signatory_name=who.name, signatory_office=who.office, signatory_role=who.role,
        signatory_phone=contact.phone if contact else None,
    )  # fmt: skip
