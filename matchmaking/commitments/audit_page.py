"""The words of a paper's audit page, in Indonesian for every reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from matchmaking import clock
from matchmaking.commitments import texts
from matchmaking.commitments.models import EventKind, IdentifiedHow, PartyKind, SignatoryRole, SigningMethod
from matchmaking.commitments.queries.trail import Signer, Trail, TrailEvent, WitnessView
from matchmaking.commitments.services.frames import Frame
from matchmaking.documents.commitment_audit import AuditPage, AuditRow

TITLE = "LEMBAR AUDIT"
EVENTS = {
    EventKind.CREATED: "Konsep dibuat",
    EventKind.PROPOSED: "Diajukan: isi ditetapkan",
    EventKind.REOPENED: "Dibuka kembali untuk diubah",
    EventKind.AGREED: "Disetujui",
    EventKind.SIGNED: "Ditandatangani",
    EventKind.INK_PRINTED: "Dicetak untuk tanda tangan basah",
    EventKind.LINK_SENT: "Tautan tanda tangan diserahkan",
    EventKind.MANDATE_ADDED: "Surat kuasa atau mandat dilampirkan",
    EventKind.WITHDRAWN: "Dibatalkan",
    EventKind.REALIZED: "Realisasi dilaporkan",
    EventKind.REALIZATION_VOIDED: "Realisasi ditarik kembali",
    EventKind.AMENDED: "Diganti adendum",
    EventKind.BUDGET_CONFIRMED: "DPA tersedia",
    EventKind.REMINDED: "Penandatangan diingatkan",
    EventKind.DUTY_STAMPED: "Meterai dibubuhkan",
    EventKind.WITNESSED: "Disaksikan di layar",
    EventKind.CERTIFIED: "Ditandatangani dengan tanda tangan tersertifikasi",
    EventKind.PAPER_KEPT: "Berkas susulan disimpan di samping naskah",
}
ROLES = {
    SignatoryRole.BUDGET_USER: "PA/KPA",
    SignatoryRole.COMMITMENT_OFFICER: "PPK",
    SignatoryRole.ACTIVITY_OFFICER: "PPTK",
    SignatoryRole.PROCUREMENT_OFFICER: "pejabat pengadaan",
    SignatoryRole.OWNER: "pemilik",
    SignatoryRole.DIRECTOR: "direktur",
    SignatoryRole.COOPERATIVE_CHAIR: "ketua koperasi",
    SignatoryRole.ATTORNEY: "penerima kuasa",
    SignatoryRole.OTHER: "lainnya",
}
AUTHORITIES = {
    "role": "berwenang karena jabatan",
    "mandate": "berwenang karena mandat",
    "power_of_attorney": "berwenang karena surat kuasa",
    "": "menyetujui, tidak menandatangani",
}
IDENTIFIED = {
    IdentifiedHow.BADGE: "tanda pengenal acara diperiksa",
    IdentifiedHow.ID_CARD: "KTP diperlihatkan",
    IdentifiedHow.APPOINTMENT: "SK diperlihatkan",
    IdentifiedHow.KNOWN: "dikenal panitia",
    IdentifiedHow.ACCOUNT: "masuk dengan akun sendiri",
    IdentifiedHow.LINK: "tautan pribadi dan angka akhir nomor telepon",
}
METHODS = {
    SigningMethod.TABLET: "di layar tablet panitia",
    SigningMethod.LINK: "di layar gawai sendiri",
    SigningMethod.INK: "dengan tinta",
}
PARTIES = {PartyKind.BUYER: "Pihak Pertama", PartyKind.EXHIBITOR: "Pihak Kedua"}
DEVICES = {
    "device": "perangkat panitia",
    "link": "gawai sendiri, lewat tautan pribadi",
    "user": "akun yang masuk",
    "system": "sistem",
}
REMARKS = (
    "Waktu adalah jam server; jam perangkat disebut bila perangkat mencatatnya. Setiap sidik jari SHA-256 dapat dihitung ulang dari catatan yang "
    "tersimpan pada penyelenggara.",
    "Berkas PDF ini disegel satu kali oleh penyelenggara setelah kedua pihak menandatangani. Segel membuktikan bahwa berkas tidak diubah sejak "
    "disegel. Segel dengan sertifikat buatan penyelenggara sendiri tidak membuktikan identitas kepada pihak yang tidak mengenal penyelenggara, dan "
    "bukan tanda tangan elektronik tersertifikasi.",
)


def audit_page(trail: Trail, frame: Frame, content_hash: str, form: Mapping[str, Any]) -> AuditPage:
    """Return the audit page of a commitment that both have signed."""
    zone = frame.zone
    named = clock.zone_name(trail.events[-1].at, zone)
    facts = (
        ("Nomor", form["number"]),
        ("Kode keaslian (SHA-256 isi)", content_hash),
        ("Pengenal catatan", form["record_id"]),
        ("Zona waktu", f"{named} ({zone})"),
    )
    return AuditPage(TITLE, facts, tuple(_rows(trail, zone)), REMARKS)


def _rows(trail: Trail, zone: str) -> Iterator[AuditRow]:
    for event in trail.events:
        yield _row(event, zone)
    if trail.witness:
        yield _witness(trail.witness, zone)


def _row(event: TrailEvent, zone: str) -> AuditRow:
    signer = event.signer
    hashes = [("Isi", event.content_hash)] if event.content_hash else []
    if signer:
        hashes.append(("Foto naskah" if signer.method is SigningMethod.INK else "Guratan", signer.sha256))
    if event.paper_sha256:
        hashes.append(("Berkas susulan", event.paper_sha256))
    label = EVENTS[event.kind] + (f" {METHODS[signer.method]}" if signer else "")
    who = PARTIES[event.party] if event.party else ""
    return AuditRow(
        at=moment_text(event.at, zone, seconds=True),
        device_at=_device_at(event.device_at, zone),
        event=label,
        who=": ".join(part for part in (who, _person(signer)) if part),
        device=_device(event.by, event.device),
        hashes=tuple(hashes),
    )


def _person(signer: Signer | None) -> str:
    if signer is None:
        return ""
    role = ROLES[signer.role]
    parts = (
        signer.name,
        signer.office,
        "" if role.casefold() == signer.office.casefold() else role,
        AUTHORITIES.get(signer.authority, signer.authority),
        IDENTIFIED[signer.identified_how] if signer.identified_how else "",
    )
    return ", ".join(part for part in parts if part)


def _witness(witness: WitnessView, zone: str) -> AuditRow:
    return AuditRow(
        at=moment_text(witness.signed_at, zone, seconds=True),
        device_at=_device_at(witness.device_at, zone),
        event="Disaksikan di layar",
        who=", ".join(part for part in ("Saksi: " + witness.name, witness.office) if part),
        device=_device(witness.by, witness.device),
        hashes=(("Guratan", witness.sha256),),
    )


def _device(by: str, name: str) -> str:
    return f"{DEVICES[by]} “{name}”" if name else DEVICES[by]


def _device_at(at: datetime | None, zone: str) -> str:
    return f"jam perangkat {clock.in_zone(at, zone):%d-%m-%Y %H.%M.%S}" if at else ""


def moment_text(at: datetime, zone: str, *, seconds: bool = False) -> str:
    """Return ``11 Mei 2026, 10.40 WIB``: the zone is always named."""
    local = clock.in_zone(at, zone)
    shown = f"{local:%H.%M.%S}" if seconds else f"{local:%H.%M}"
    return f"{texts.long_date(local.date())}, {shown} {clock.zone_name(at, zone)}"
