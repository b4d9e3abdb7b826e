"""The wording of the document: what it says, what may be changed, what stands in every one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.catalogue.labels import FUNDS, METHODS
from matchmaking.commitments import texts
from matchmaking.commitments.canonical import CanonicalSource
from matchmaking.commitments.texts import ClauseFacts, InvalidClause, check_clause, clauses_for

FACTS = ClauseFacts(
    total=23_000_000_000, tax_mode="included", tax_rate_hundredths=1100, fiscal_year=2023, valid_until=date(2023, 12, 31),
    host="Dinas Contoh",
)  # fmt: skip


def test_the_standard_wording() -> None:
    facts = replace(
        FACTS,
        source=CanonicalSource("30000001", "Belanja Suvenir", "Sekretariat", "apbd", "e_purchasing", 6),
        listing_by=date(2023, 6, 30),
        report_days=(date(2023, 9, 30), date(2023, 6, 30), date(2023, 12, 15)),
    )
    assert clauses_for(facts) == (
        "PIHAK PERTAMA berminat membeli dari PIHAK KEDUA, dan PIHAK KEDUA bersedia memasok kepada PIHAK PERTAMA, produk sebagaimana "
        "tercantum dalam tabel dengan perkiraan jumlah harga Rp23.000.000.000,00 (dua puluh tiga miliar rupiah), sudah termasuk "
        "PPN 11%.",
        "Rencana sumber pembelian: kode RUP 30000001 Belanja Suvenir; satuan kerja Sekretariat; sumber dana APBD; metode "
        "e-purchasing; rencana bulan Juni.",
        "PIHAK KEDUA menyatakan bahwa produk tersebut dibuat di dalam negeri, dengan TKDN, BMP, dan nomor sertifikat sebagaimana "
        "tercantum dalam tabel. Produk yang belum tayang akan ditayangkan PIHAK KEDUA pada e-katalog paling lambat 30 Juni 2023.",
        texts.LOCKED_TEXT,
        "Kedua pihak melaporkan realisasi pernyataan ini kepada Dinas Contoh pada 30 Juni 2023, 30 September 2023, dan 15 Desember "
        "2023, dan menyetujui data dalam pernyataan ini digunakan untuk pemantauan dan pelaporan realisasi tersebut sesuai "
        "Undang-Undang Nomor 27 Tahun 2022 tentang Pelindungan Data Pribadi.",
        "Pernyataan ini berlaku sampai dengan 31 Desember 2023.",
    )


def test_what_is_not_known_is_left_out() -> None:
    clauses = clauses_for(replace(FACTS, host="", tax_mode="none"))
    assert clauses[1] == "Rencana sumber pembelian: belum ditentukan."
    assert clauses[2].endswith("sebagaimana tercantum dalam tabel.")
    assert "kepada penyelenggara setiap kali terjadi transaksi, dan" in clauses[4]
    assert clauses[0].endswith("rupiah), tidak dikenai PPN.")


def test_the_locked_clause_says_what_the_law_needs() -> None:
    for words in (
        "ketentuan pengadaan",
        "anggaran tersedia",
        "negosiasi",
        "bukan kontrak",
        "hak eksklusif",
        "kewajiban pembayaran",
    ):
        assert words in texts.LOCKED_TEXT
    assert "perkiraan sebelum negosiasi" in texts.LOCKED_TEXT


@given(st.dictionaries(st.sampled_from(sorted(texts.STANDARD)), st.text(max_size=60)))
def test_the_locked_clause_stands_whatever_the_template_says(own: dict[str, str]) -> None:
    clauses = clauses_for(replace(FACTS, texts=own))
    assert clauses.count(texts.LOCKED_TEXT) == 1
    assert clauses[3] == texts.LOCKED_TEXT


def test_an_events_own_clause_is_filled() -> None:
    own = {"validity": "Berlaku  sampai {berlaku_sampai},\r\nTA { tahun }.", "extra": "Lampiran: {nilai}."}
    clauses = clauses_for(replace(FACTS, texts=own))
    assert clauses[5:] == ("Berlaku sampai 31 Desember 2023, TA 2023.", "Lampiran: Rp23.000.000.000,00.")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("{harga}", "{harga}"),
        ("{nilai", "{"),
        ("nilai}", "}"),
        ("{nilai.__class__}", "{nilai.__class__}"),
        ("{}", "{}"),
    ],
)
def test_a_placeholder_nobody_can_fill_is_refused(text: str, part: str) -> None:
    with pytest.raises(InvalidClause) as caught:
        check_clause(text)
    assert caught.value.part == part


def test_a_clause_has_a_bound() -> None:
    check_clause("x" * texts.MAX_CLAUSE_LENGTH)
    with pytest.raises(InvalidClause):
        check_clause("x" * (texts.MAX_CLAUSE_LENGTH + 1))


def test_every_standard_clause_would_be_accepted_as_an_own_one() -> None:
    for text in texts.STANDARD.values():
        check_clause(text)


def test_every_method_and_fund_has_its_word() -> None:
    assert set(texts.METHODS) == set(METHODS)
    assert set(texts.FUNDS) == set(FUNDS)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2023, 5, 11), "Kamis, sebelas Mei dua ribu dua puluh tiga"),
        (date(2026, 11, 21), "Sabtu, dua puluh satu November dua ribu dua puluh enam"),
        (date(2030, 1, 1), "Selasa, satu Januari dua ribu tiga puluh"),
    ],
)
def test_dates_in_words(day: date, words: str) -> None:
    assert texts.date_in_words(day) == words


@pytest.mark.parametrize(("rate", "text"), [(1100, "11%"), (1200, "12%"), (1150, "11,5%"), (1125, "11,25%"), (0, "0%")])
def test_rates(rate: int, text: str) -> None:
    assert texts.percent(rate) == text


def test_enumerations() -> None:
    assert [texts.enumeration(list("abc")[:n]) for n in range(4)] == ["", "a", "a dan b", "a, b, dan c"]
