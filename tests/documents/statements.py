"""Builders of commitment papers for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import cos, sin
from typing import Any

from matchmaking.commitments import texts
from matchmaking.config import ROOT
from matchmaking.documents.agenda import Letterhead
from matchmaking.documents.commitment import CommitmentPaper, PaperLine, PaperParty, Witness
from matchmaking.documents.commitment_page import PageFoot
from matchmaking.documents.commitment_signatures import SignatureBlock

FONTS = ROOT / "static" / "dist" / "fonts"
ADDRESS = "https://temu-bisnis.example/check/7K3QWZ9M2XH5T8CVBN4R"
CLAUSES = texts.clauses_for(
    texts.ClauseFacts(
        total=23_000_000_000, tax_mode="included", tax_rate_hundredths=1100, fiscal_year=2023,
        valid_until=date(2023, 12, 31), host="Dinas Perindustrian Contoh",
    )
)  # fmt: skip
STROKES = tuple(
    tuple((x * 9.0 + row * 60, 300 + 120 * sin(x / 3 + row) + 30 * cos(x)) for x in range(60)) for row in range(3)
)


def line(number: int, **values: Any) -> PaperLine:
    given = {
        "product": f"Selendang tapis {number}",
        "specification": "Benang emas, 200 × 60 cm",
        "quantity": "25",
        "unit": "lembar",
        "unit_price": "Rp450.000",
        "total": "Rp11.250.000",
        "note": "TKDN 42,50%; BMP 5%; sertifikat 1234/SJ-IND.8/TKDN/2022",
        **values,
    }
    return PaperLine(**given)


def paper(lines: int = 3, **values: Any) -> CommitmentPaper:
    parties = (
        PaperParty(
            "PIHAK PERTAMA",
            "Calon Pembeli",
            (("Instansi", "Dinas Pariwisata Contoh"), ("Jenis", "Perangkat daerah provinsi"), ("Nama", "Peserta Contoh 07"),
             ("Jabatan", "Pejabat Pembuat Komitmen"), ("NIP", "19800101 200501 1 001"), ("Alamat", "Jalan Contoh 1, Bandar Lampung")),
        ),
        PaperParty(
            "PIHAK KEDUA",
            "Pelaku IKM",
            (("Usaha", "Tapis Sekapur Contoh"), ("Pemilik", "Peserta Contoh 08"), ("NIB", "0289000000000"),
             ("Kabupaten/kota", "Kabupaten Pesawaran"), ("Alamat", "Desa Contoh, Negeri Katon")),
        ),
    )  # fmt: skip
    given: dict[str, Any] = {
        "title": texts.TITLE,
        "subtitle": "Temu Bisnis Produk Dalam Negeri Provinsi Lampung 2023",
        "number": "KT-017/TEMU-2023/V/2023",
        "opening": "Pada hari ini, Kamis, sebelas Mei dua ribu dua puluh tiga (11 Mei 2023), bertempat di Bandar Lampung, kami:",
        "parties": parties,
        "lead": "Dengan ini menyatakan hal-hal sebagai berikut:",
        "clauses": CLAUSES,
        "locked": texts.LOCKED_TEXT,
        "lines": tuple(line(n) for n in range(1, lines + 1)),
        "total": "Rp23.000.000.000,00 (dua puluh tiga miliar rupiah)",
        "total_note": "Harga adalah perkiraan sebelum negosiasi, sudah termasuk PPN 11%.",
        "place_and_date": "Bandar Lampung, 11 Mei 2023",
        "signatures": (
            SignatureBlock("PIHAK PERTAMA", "Dinas Pariwisata Contoh", "stamp", "Peserta Contoh 07", "Pejabat Pembuat Komitmen",
                           "19800101 200501 1 001"),
            SignatureBlock("PIHAK KEDUA", "Tapis Sekapur Contoh", "duty_stamp", "Peserta Contoh 08", "Pemilik"),
        ),
        "fonts": FONTS,
        "letterhead": Letterhead(
            "Dinas Perindustrian dan Perdagangan Contoh", "Pemerintah Provinsi Contoh", "Jalan Contoh 2, Bandar Lampung · telepon 0721 000000"
        ),
        "witness": Witness("Kepala Dinas Perindustrian Contoh", "Peserta Contoh 01"),
        "foot": PageFoot("KT-017/TEMU-2023/V/2023", ADDRESS, "3F2A 90BC 17DE 44A1"),
        **values,
    }  # fmt: skip
    return CommitmentPaper(**given)


def signed(block: SignatureBlock, **values: Any) -> SignatureBlock:
    note = (
        "Ditandatangani di layar pada 11 Mei 2023, 10.40 WIB.\nTanda tangan elektronik biasa (PP 71/2019 ps. 60); keaslian dapat "
        f"diperiksa di {ADDRESS}"
    )
    return replace(block, **{"strokes": STROKES, "note": note, **values})
