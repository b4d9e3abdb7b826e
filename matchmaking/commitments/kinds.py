"""What each kind of record says: its title, its clauses, and the sentences an addendum or a next year's budget adds; pure.

Our own wording, Indonesian whatever the reader's language, like :mod:`matchmaking.commitments.texts`, which has the clauses of a commitment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from matchmaking.commitments import texts
from matchmaking.commitments.canonical import AMENDMENT_1, INVITATION_1, WITHDRAWAL_1, CanonicalAmends
from matchmaking.commitments.models import COMPETITIVE, CommitmentKind

TITLES = {
    AMENDMENT_1: "ADDENDUM SURAT PERNYATAAN KOMITMEN TRANSAKSI",
    INVITATION_1: "CATATAN UNDANGAN IKUT SERTA PENGADAAN",
    WITHDRAWAL_1: "SURAT PERNYATAAN PENCABUTAN",
}
#: What a record is called inside a sentence.
NAMES = {
    CommitmentKind.COMMITMENT: "Surat Pernyataan Komitmen Transaksi",
    CommitmentKind.INVITATION: "Catatan Undangan Ikut Serta Pengadaan",
    CommitmentKind.WITHDRAWAL: "Surat Pernyataan Pencabutan",
}
#: Tablets get them too, to make invitations without a network.
INVITATION = (
    "PIHAK PERTAMA mengundang PIHAK KEDUA untuk ikut serta dalam pemilihan penyedia melalui {metode}, dan PIHAK KEDUA menyatakan berminat "
    "mengikutinya, untuk produk sebagaimana tercantum dalam tabel.",
    "Rencana sumber pembelian: {sumber}.",
    texts.LOCKED_INVITATION,
    "Catatan ini tidak dihitung sebagai komitmen transaksi. Kedua pihak menyetujui data dalam catatan ini digunakan {penyelenggara} untuk "
    "pemantauan sesuai Undang-Undang Nomor 27 Tahun 2022 tentang Pelindungan Data Pribadi.",
    "Catatan ini berlaku sampai dengan {berlaku_sampai}.",
)
_WITHDRAWAL = (
    "PIHAK PERTAMA dan PIHAK KEDUA sepakat mencabut {naskah}.",
    "Alasan pencabutan: {alasan}",
    texts.LOCKED_WITHDRAWAL,
    "Pencabutan berlaku sejak pernyataan ini ditandatangani untuk kedua pihak.",
)
_AMENDMENT = "Pernyataan ini mengubah dan menggantikan {naskah}, sejak ditandatangani untuk kedua pihak. Alasan perubahan: {alasan}"
#: Also given to tablets, which put it behind the first clause as here.
NEXT_YEAR = (
    "Pembelian direncanakan dengan anggaran tahun {tahun} dan menunggu pengesahan DPA tahun tersebut; sampai disahkan, pernyataan ini "
    "dihitung terpisah."
)
_FROM_PAPER = (
    "Isi di atas disalin panitia dari naskah kertas bernomor {nomor} yang ditandatangani pada {tanggal}; bila berbeda, naskah kertas yang "
    "berlaku."
)


@dataclass(frozen=True)
class KindFacts:
    """What the clauses depend on beside the commitment's own facts."""

    kind: CommitmentKind
    made_on: date
    number: str = ""
    is_from_paper: bool = False
    amends: CanonicalAmends | None = None
    amended_kind: CommitmentKind = CommitmentKind.COMMITMENT
    clause_facts: texts.ClauseFacts = field(default_factory=lambda: texts.ClauseFacts(0, "none", 0, 2000, date.min))


def kind_of(method: str) -> CommitmentKind:
    """Return what a record becomes by its method of procurement: where makers compete no winner is named in advance."""
    return CommitmentKind.INVITATION if method in COMPETITIVE else CommitmentKind.COMMITMENT


def title_of(form: Mapping[str, Any]) -> str:
    """Return the title on the paper of a canonical form."""
    return TITLES.get(str(form.get("format")), texts.TITLE)


def is_next_year(fiscal_year: int, made_on: date) -> bool:
    """Say whether a record made on a day waits for the budget (DPA) of a later year."""
    return fiscal_year > made_on.year


def record_clauses(facts: KindFacts) -> tuple[str, ...]:
    """Return the clauses of a record, filled, in their order; the locked one of its kind is always among them."""
    if facts.kind is CommitmentKind.WITHDRAWAL:
        clauses = tuple(_filled(text, facts) for text in _WITHDRAWAL)
    elif facts.kind is CommitmentKind.INVITATION:
        clauses = tuple(_filled(text, facts) for text in INVITATION)
    else:
        clauses = _commitment_clauses(facts)
    return (*clauses, _filled(_FROM_PAPER, facts)) if facts.is_from_paper else clauses


def _commitment_clauses(facts: KindFacts) -> tuple[str, ...]:
    """Put what an addendum and a next year's budget say behind the first clause, after which the table stands."""
    first, *rest = texts.clauses_for(facts.clause_facts)
    said = [_AMENDMENT] if facts.amends else []
    if is_next_year(facts.clause_facts.fiscal_year, facts.made_on):
        said.append(NEXT_YEAR)
    return (first, *(_filled(text, facts) for text in said), *rest)


def _filled(text: str, facts: KindFacts) -> str:
    given = facts.clause_facts
    values = {
        "metode": "sayembara/kontes"
        if given.source.method == "contest"
        else texts.METHODS.get(given.source.method, ""),
        "sumber": texts.source_text(replace(given.source, method="")),
        "penyelenggara": given.host or "penyelenggara",
        "berlaku_sampai": texts.long_date(given.valid_until),
        "tahun": str(given.fiscal_year),
        "nomor": facts.number,
        "tanggal": texts.long_date(facts.made_on),
        "naskah": _named(facts),
        "alasan": facts.amends.reason if facts.amends else "",
    }
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return " ".join(text.split())


def _named(facts: KindFacts) -> str:
    if facts.amends is None:
        return ""
    day = texts.long_date(date.fromisoformat(facts.amends.made_on))
    seal = facts.amends.content_hash[:16].upper()
    code = " ".join(seal[at : at + 4] for at in range(0, len(seal), 4))
    return f"{NAMES[facts.amended_kind]} Nomor {facts.amends.number} tanggal {day} (kode keaslian {code})"
