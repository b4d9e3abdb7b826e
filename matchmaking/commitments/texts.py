"""The wording of the commitment's document, in Indonesian whatever the reader's language; our own, no official form exists.

An event may replace each clause but one (``CommitmentSettings.texts``: clause -> text, empty = the standard here). The clause
:data:`LOCKED` stands in every document whatever the template says. :func:`clauses_for` gives the filled texts, which are
frozen in the canonical form; pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from matchmaking.commitments.canonical import CanonicalSource
from matchmaking.money import format_rupiah, in_words

TITLE = "SURAT PERNYATAAN KOMITMEN TRANSAKSI"
FIRST_PARTY, SECOND_PARTY = "PIHAK PERTAMA", "PIHAK KEDUA"

#: The clause nobody can edit or leave out. Procurement law (Perpres 16/2018 as changed by 12/2021 and 46/2025) decides the purchase.
LOCKED = "no_contract"
LOCKED_TEXT = (
    "Pembelian hanya dilaksanakan menurut ketentuan pengadaan barang/jasa yang berlaku, sepanjang anggaran tersedia, dan setelah "
    "negosiasi harga. Harga dalam pernyataan ini adalah perkiraan sebelum negosiasi. Pernyataan ini bukan kontrak, tidak memberikan "
    "hak eksklusif kepada pihak mana pun, dan tidak menimbulkan kewajiban pembayaran."
)
#: In its place in an invitation to take part, and in the withdrawal of a signed record.
LOCKED_INVITATION = (
    "Catatan ini bukan penunjukan penyedia dan tidak memuat harga. Penyedia ditetapkan hanya melalui metode pemilihan tersebut menurut "
    "ketentuan pengadaan barang/jasa yang berlaku, terbuka bagi peserta lain yang memenuhi syarat. Catatan ini tidak menjanjikan "
    "pemenang, tidak memberikan hak istimewa kepada pihak mana pun, dan tidak menimbulkan kewajiban pembayaran."
)
LOCKED_WITHDRAWAL = (
    "Pernyataan yang dicabut bukan kontrak; pencabutannya tidak menimbulkan kewajiban pembayaran bagi pihak mana pun. Naskah, nomor, dan "
    "riwayat pernyataan yang dicabut tetap disimpan oleh penyelenggara."
)
#: Every wording the locked clauses have ever had: a new one goes in front, none is removed, so that old records hold for ever.
LOCKED_TEXTS = (LOCKED_TEXT, LOCKED_INVITATION, LOCKED_WITHDRAWAL)
#: The clauses in their order, as they stand where the event says nothing else. ``extra`` stands last, when it is written.
STANDARD: Mapping[str, str] = MappingProxyType(
    {
        "intent": (
            "PIHAK PERTAMA berminat membeli dari PIHAK KEDUA, dan PIHAK KEDUA bersedia memasok kepada PIHAK PERTAMA, produk "
            "sebagaimana tercantum dalam tabel dengan perkiraan jumlah harga {nilai} ({terbilang} rupiah), {ppn}."
        ),
        "source": "Rencana sumber pembelian: {sumber}.",
        "origin": (
            "PIHAK KEDUA menyatakan bahwa produk tersebut dibuat di dalam negeri, dengan TKDN, BMP, dan nomor sertifikat sebagaimana "
            "tercantum dalam tabel. {tayang}"
        ),
        LOCKED: LOCKED_TEXT,
        "report": (
            "Kedua pihak melaporkan realisasi pernyataan ini kepada {penyelenggara} {tanggal_lapor}, dan menyetujui data dalam "
            "pernyataan ini digunakan untuk pemantauan dan pelaporan realisasi tersebut sesuai Undang-Undang Nomor 27 Tahun 2022 "
            "tentang Pelindungan Data Pribadi."
        ),
        "validity": "Pernyataan ini berlaku sampai dengan {berlaku_sampai}.",
        "extra": "",
    }
)
EDITABLE = tuple(key for key in STANDARD if key != LOCKED)
PLACEHOLDERS = (
    "nilai", "terbilang", "ppn", "sumber", "tayang", "penyelenggara", "tanggal_lapor", "berlaku_sampai", "tahun",
)  # fmt: skip
MAX_CLAUSE_LENGTH = 1500

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
METHODS = {
    "e_purchasing": "e-purchasing",
    "direct_procurement": "pengadaan langsung",
    "direct_appointment": "penunjukan langsung",
    "tender": "tender",
    "quick_tender": "tender cepat",
    "selection": "seleksi",
    "contest": "kontes",
    "mini_competition": "mini-kompetisi e-purchasing",
    "excluded": "pengadaan yang dikecualikan",
}
FUNDS = {
    "apbd": "APBD", "apbdp": "APBD Perubahan", "apbn": "APBN", "apbnp": "APBN Perubahan",
    "blu": "BLU", "blud": "BLUD", "bumn": "BUMN", "bumd": "BUMD", "other": "dana lain",
}  # fmt: skip

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class InvalidClause(ValueError):
    """A clause holds a placeholder nobody can fill, a lone brace, or too much; ``part`` is the piece that does."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True)
class ClauseFacts:
    """What the clauses are filled with. ``total`` in whole rupiah; ``texts``: the event's own clauses."""

    total: int
    tax_mode: str  # included, excluded, none
    tax_rate_hundredths: int
    fiscal_year: int
    valid_until: date
    host: str = ""
    source: CanonicalSource = field(default_factory=CanonicalSource)
    listing_by: date | None = None
    report_days: tuple[date, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


def clauses_for(facts: ClauseFacts) -> tuple[str, ...]:
    """Return the clauses of one document, filled, in their order; the locked one is always among them."""
    values = _values(facts)
    filled = (
        LOCKED_TEXT if key == LOCKED else _fill(facts.texts.get(key, "").strip() or standard, values)
        for key, standard in STANDARD.items()
    )
    return tuple(text for text in filled if text)


def locked_clause(clauses: Sequence[str]) -> str:
    """Return the locked clause of a document in the wording it has there; empty when it is missing."""
    return next((text for text in clauses if text in LOCKED_TEXTS), "")


def check_clause(text: str) -> None:
    """Check an event's own clause.

    Raises:
        InvalidClause: an unknown placeholder, a brace without its pair, or more than ``MAX_CLAUSE_LENGTH`` signs.
    """
    for match in _PLACEHOLDER.finditer(text):
        if match[1].strip() not in PLACEHOLDERS:
            raise InvalidClause(match[0])
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        raise InvalidClause("{" if "{" in rest else "}")
    if len(text) > MAX_CLAUSE_LENGTH:
        raise InvalidClause(text[:20])


def _fill(text: str, values: Mapping[str, str]) -> str:
    filled = _PLACEHOLDER.sub(lambda match: values.get(match[1].strip(), match[0]), text)
    return " ".join(filled.split())


def _values(facts: ClauseFacts) -> dict[str, str]:
    return {
        "nilai": official_rupiah(facts.total),
        "terbilang": in_words(facts.total),
        "ppn": tax_note(facts.tax_mode, facts.tax_rate_hundredths),
        "sumber": source_text(facts.source),
        "tayang": _listing(facts.listing_by),
        "penyelenggara": facts.host or "penyelenggara",
        "tanggal_lapor": _report_days(facts.report_days),
        "berlaku_sampai": long_date(facts.valid_until),
        "tahun": str(facts.fiscal_year),
    }


def tax_note(mode: str, rate_hundredths: int) -> str:
    """Return what the prices say about PPN: ``sudah termasuk PPN 11%``."""
    if mode == "none":
        return "tidak dikenai PPN"
    return f"{'sudah' if mode == 'included' else 'belum'} termasuk PPN {percent(rate_hundredths)}"


def percent(rate_hundredths: int) -> str:
    """Return ``11%`` for 1100 and ``11,5%`` for 1150."""
    whole, rest = divmod(rate_hundredths, 100)
    return f"{whole}" + (f",{rest:02d}".rstrip("0") if rest else "") + "%"


def source_text(source: CanonicalSource) -> str:
    """Return the planned source in one line; what is not known is left out."""
    package = " ".join(
        part for part in (f"kode RUP {source.rup_code}" if source.rup_code else "", source.rup_name) if part
    )
    month = f"rencana bulan {MONTHS[source.month - 1]}" if source.month else ""
    parts = [
        package,
        f"satuan kerja {source.work_unit}" if source.work_unit else "",
        f"sumber dana {FUNDS.get(source.funding_source, source.funding_source)}" if source.funding_source else "",
        f"metode {METHODS.get(source.method, source.method)}" if source.method else "",
        month,
    ]
    return "; ".join(part for part in parts if part) or "belum ditentukan"


def _listing(by: date | None) -> str:
    if by is None:
        return ""
    return f"Produk yang belum tayang akan ditayangkan PIHAK KEDUA pada e-katalog paling lambat {long_date(by)}."


def _report_days(days: Sequence[date]) -> str:
    if not days:
        return "setiap kali terjadi transaksi"
    return f"pada {enumeration([long_date(day) for day in sorted(days)])}"


def enumeration(items: Sequence[str]) -> str:
    """Return ``a``, ``a dan b`` or ``a, b, dan c``."""
    if len(items) < 3:
        return " dan ".join(items)
    return f"{', '.join(items[:-1])}, dan {items[-1]}"


def official_rupiah(amount: int) -> str:
    """Return the form of official letters: ``Rp23.000.000.000,00``."""
    return f"{format_rupiah(amount)},00"


def long_date(day: date) -> str:
    """Return ``11 Mei 2023``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def date_in_words(day: date) -> str:
    """Return ``Kamis, sebelas Mei dua ribu dua puluh tiga``."""
    return f"{DAYS[day.weekday()]}, {in_words(day.day)} {MONTHS[day.month - 1]} {in_words(day.year)}"
