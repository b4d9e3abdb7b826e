"""Category proposals with their reasons, on the kinds of text real procurement plans have."""

from __future__ import annotations

import pytest
from flask import Flask

from matchmaking.catalogue.classification import Evidence, account_codes_in, best, propose
from matchmaking.catalogue.queries.categories import category_words


def proposed(name: str, item: str = "", account: str = "") -> str | None:
    found = best(propose(category_words(), name=name, item_text=item, account_code=account))
    return found.category_id if found else None


@pytest.mark.parametrize(
    ("name", "item", "account", "category"),
    [
        ("Belanja Suvenir/Cendera Mata", "Plakat akrilik; gantungan kunci", "", "souvenir"),
        ("Belanja Alat Tulis Kantor", "Tas, Pulpen, Buku Agenda, Tanda Pengenal", "", "seminar_kit"),
        ("Belanja Alat Tulis Kantor", "", "5.02.01.2.06.0004.5.1.02.01.01.0024.1.1.1.20.10", "seminar_kit"),
        ("Belanja Makanan dan Minuman Rapat", "", "", "processed_food"),
        ("Kegiatan rapat", "", "5.1.02.01.01.0052", "processed_food"),
        ("Pengadaan Hand Traktor Roda 2", "", "", "agri_machinery"),
        ("Belanja cendera mata", "Kain tapis; selendang", "5.1.02.01.01.0035", "tapis"),
        ("Belanja\nCendera  Mata", "", "", "souvenir"),
    ],
)
def test_what_fits_is_proposed(app: Flask, name: str, item: str, account: str, category: str) -> None:
    assert proposed(name, item, account) == category


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("Kertas dan Cover Alsintan dan Pupuk", ""),
        ("Suku Cadang Alat dan Mesin Pertanian", "Kaca preparat"),
        ("Outsourcing Tenaga Keamanan Alsintan Center", ""),
        ("Bahan Tenun dan Baju Operasi", ""),
        ("Cetak kuesioner", ""),
        ("Pemeliharaan gedung", ""),
    ],
)
def test_false_friends_are_not(app: Flask, name: str, item: str) -> None:
    assert proposed(name, item) is None


def test_the_account_of_souvenirs_alone_does_not_decide(app: Flask) -> None:
    """5.1.02.01.01.0035 pays for tapis, souvenirs and kits: three proposals, none is put forward."""
    found = propose(category_words(), name="Kegiatan", account_code="5.1.02.01.01.0035")
    assert [proposal.category_id for proposal in found] == ["tapis", "souvenir", "seminar_kit"]
    assert best(found) is None


def test_the_reasons_are_said(app: Flask) -> None:
    found = best(propose(category_words(), name="Belanja Suvenir", account_code="5.1.02.01.01.0035"))
    assert found is not None
    assert found.evidence == (Evidence("account", "5.1.02.01.01.0035", 3), Evidence("name", "suvenir", 2))
    assert found.points == 5


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("5.02.01.2.06.0004.5.1.02.01.01.0035.1.1.1.20.10.30.012.00003", ["5.1.02.01.01.0035"]),
        ("5.1.02.01.01.0024, 5.1.02.01.01.0052", ["5.1.02.01.01.0024", "5.1.02.01.01.0052"]),
        ("521211", []),
        ("15.1.02.01.01.0035", []),
        ("", []),
    ],
)
def test_account_codes_are_found_in_budget_lines(text: str, codes: list[str]) -> None:
    assert account_codes_in(text) == codes
