"""Imports as they are stored: all or nothing, repeatable, two at once."""

from __future__ import annotations

import io
import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook

from matchmaking.actor import SYSTEM
from matchmaking.catalogue.models import Product
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.registration.imports.plan import KINDS, Outcome
from matchmaking.registration.imports.template import SHEET, template
from matchmaking.registration.models import Delegate, ImportBatch, Organization, Participation, Side
from matchmaking.registration.services.importing import keep_import, plan_of, set_mapping
from matchmaking.transactions import transaction
from tests.catalogue.builders import add_product
from tests.registration.import_files import (
    BUNGA,
    HEAD,
    SIRIH,
    count,
    csv,
    entries,
    faults,
    keep,
    organizations,
    outcomes,
    store,
    take_in,
    xlsx,
)
from tests.world import BOTH, World


@pytest.fixture
def event_id(world: World) -> int:
    return world.event()


def test_exhibitors_are_stored_with_their_contact(event_id: int) -> None:
    counts = take_in(event_id, csv(SIRIH, BUNGA))
    assert (counts["new"], counts["update"], counts["same"]) == (2, 0, 0)
    assert entries() == [("Tapis Contoh Sirih", "submitted"), ("Tapis Contoh Bunga", "submitted")]
    first = organizations()[0]
    assert (first.business_id_number, first.regency, first.business_scale) == ("1234567890123", "18.72", "micro")
    contacts = db.session.scalars(sa.select(Delegate.phone).order_by(Delegate.id)).all()
    assert contacts == ["+6281234567890", "+6281234567891"]
    assert {row.origin for row in db.session.scalars(sa.select(Participation))} == {"import"}


def test_they_are_approved_at_once_when_so_chosen(event_id: int) -> None:
    take_in(event_id, csv(SIRIH), is_approved=True)
    assert entries() == [("Tapis Contoh Sirih", "approved")]


def test_the_same_file_again_changes_nothing(event_id: int) -> None:
    content = csv(SIRIH, BUNGA)
    take_in(event_id, content)
    before = [(row.id, row.updated_at) for row in organizations()]
    again = keep(event_id, content)
    assert outcomes(again) == ["same", "same"]
    assert store(again)["same"] == 2
    assert [(row.id, row.updated_at) for row in organizations()] == before
    assert store(again)["same"] == 2


def test_an_update_shows_its_differences_and_erases_nothing(event_id: int) -> None:
    take_in(event_id, csv(SIRIH))
    changed = ["Tapis Contoh Sirih", "", "1234567890123", "", "081299999999", "Kecil"]
    batch_id = keep(event_id, csv([changed[0], "Kota Metro", *changed[2:]]))
    with force_locale("en"):
        row = plan_of(db.session.get_one(ImportBatch, batch_id)).rows[0]
        shown = [(str(one.label), one.old, one.new) for one in row.changes]
    assert row.outcome is Outcome.UPDATE
    assert shown == [
        ("Business scale", "Micro", "Small"),
        ("Contact's phone", "+6281234567890", "+6281299999999"),
    ]
    store(batch_id)
    organization = organizations()[0]
    assert (organization.business_scale, organization.owner_name) == ("small", "Peserta Contoh 07")
    assert db.session.scalars(sa.select(Delegate.phone)).all() == ["+6281299999999"]
    assert outcomes(keep(event_id, csv([changed[0], "Kota Metro", *changed[2:]]))) == ["same"]


def test_a_business_of_another_event_comes_back_without_a_copy(world: World, event_id: int) -> None:
    take_in(world.event(), csv(SIRIH, BUNGA))
    take_in(event_id, csv(SIRIH, BUNGA))
    assert (len(organizations()), len(entries())) == (2, 4)


def test_a_namesake_elsewhere_is_a_doubt_that_the_organiser_decides(event_id: int) -> None:
    take_in(event_id, csv(BUNGA))
    namesake = csv(["CV Tapis Contoh Bunga", "Kota Metro", "", "Peserta Contoh 09", "081234567892", ""])
    batch_id = keep(event_id, namesake)
    assert outcomes(batch_id) == ["doubtful"]
    assert store(batch_id)["left_out"] == 1
    assert len(organizations()) == 1
    assert take_in(event_id, namesake, are_doubtful_added=True)["doubtful"] == 1
    assert len(organizations()) == 2


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (["", *SIRIH[1:]], "A", "write the name"),
        ([SIRIH[0], "Jakarta", *SIRIH[2:]], "B", "none of the answers"),
        ([SIRIH[0], "", *SIRIH[2:]], "B", "regency"),
        ([*SIRIH[:2], "8.12E+12", *SIRIH[3:]], "C", "the digits are lost"),
        ([*SIRIH[:2], "8,12E+12", *SIRIH[3:]], "C", "the digits are lost"),
        ([*SIRIH[:2], "289010302776", *SIRIH[3:]], "C", "dropped a 0 in front"),
        ([*SIRIH[:2], "12345", *SIRIH[3:]], "C", "13 digits"),
        ([*SIRIH[:4], "12", SIRIH[5]], "E", "phone number"),
        ([*SIRIH[:5], "raksasa"], "F", "none of the answers"),
    ],
)
def test_a_fault_names_row_column_and_remedy_and_nothing_is_stored(
    event_id: int, row: list[str], column: str, words: str
) -> None:
    batch_id = keep(event_id, csv(BUNGA, row))
    found = faults(batch_id)
    assert [(number, letter) for number, letter, _said in found] == [(3, column)]
    assert words in found[0][2]
    with pytest.raises(Exception, match=r"\b3\b"):
        store(batch_id)
    assert (organizations(), entries()) == ([], [])


def test_numbers_that_a_spreadsheet_spoilt_are_found(event_id: int) -> None:
    spoilt = keep(event_id, xlsx(HEAD, [*SIRIH[:2], 8120000000000, *SIRIH[3:]]))
    assert [(row, column) for row, column, _said in faults(spoilt)] == [(2, "C")]
    zero = keep(event_id, xlsx(HEAD, [*SIRIH[:2], 289010302776, *SIRIH[3:]]))
    assert "dropped a 0" in faults(zero)[0][2]
    good = keep(event_id, xlsx(HEAD, [*SIRIH[:2], 1234567890123, *SIRIH[3:]]))
    assert outcomes(good) == ["new"]


def test_formulas_without_a_result_and_merged_ranges_name_their_cells(event_id: int) -> None:
    formula = keep(event_id, xlsx(HEAD, [*SIRIH[:3], "=A2", *SIRIH[4:]]))
    assert [(row, column) for row, column, _said in faults(formula)] == [(2, "D")]
    across = keep(event_id, xlsx(HEAD, SIRIH, ["Tapis", None, *BUNGA[2:]], merge="A3:B3"))
    assert any("A3:B3" in said for _row, _column, said in faults(across))
    down = keep(event_id, xlsx(HEAD, SIRIH, [BUNGA[0], None, *BUNGA[2:]], merge="B2:B3"))
    assert outcomes(down) == ["new", "new"]
    store(down)
    assert [row.regency for row in organizations()] == ["18.72", "18.72"]


def test_titles_above_and_numbers_below_the_headings_are_passed_over(event_id: int) -> None:
    content = xlsx(["DAFTAR IKM PESERTA"], [None], HEAD, ["1", "2", "3", "4", "5", "6"], SIRIH)
    batch_id = keep(event_id, content)
    assert outcomes(batch_id) == ["new"]
    assert plan_of(db.session.get_one(ImportBatch, batch_id)).rows[0].number == 5


def test_one_business_twice_in_a_file_is_told(event_id: int) -> None:
    found = faults(keep(event_id, csv(SIRIH, ["Nama Lain", *SIRIH[1:]])))
    assert [(row, column) for row, column, _said in found] == [(3, "A")]
    assert "row 2" in found[0][2]


def test_a_refusal_of_a_service_undoes_everything(world: World) -> None:
    event_id = world.event(exhibitor_places=1)
    batch_id = keep(event_id, csv(SIRIH, BUNGA))
    store(batch_id, is_approved=True)
    assert entries() == [("Tapis Contoh Sirih", "approved"), ("Tapis Contoh Bunga", "waitlisted")]


def test_buyers_are_stored_with_their_kind(event_id: int) -> None:
    head = ["Nama Instansi", "Jenis Instansi", "Nama Kontak", "No WA", "Peran"]
    row = ["Dinas Contoh Provinsi Lampung", "OPD provinsi", "Peserta Contoh 11", "0812 3456 7893", "PPK"]
    content = csv(row, head=head)
    assert take_in(event_id, content, "buyers")["new"] == 1
    organization = organizations()[0]
    assert (organization.side, organization.buyer_type) == (Side.BUYER, "regional_agency")
    assert db.session.scalars(sa.select(Delegate.office_role)).all() == ["commitment_officer"]
    assert outcomes(keep(event_id, content, "buyers")) == ["same"]
    wrong = faults(keep(event_id, csv(["Dinas Lain", "dinas", "A", "", ""], head=head), "buyers"))
    assert [(number, column) for number, column, _said in wrong] == [(2, "B")]


PRODUCT_HEAD = ["Nama IKM", "Nama Produk", "Kategori", "Harga", "Satuan", "TKDN", "Nomor TKDN", "Berlaku sampai"]


def test_products_are_stored_for_their_makers_and_updated_by_name(event_id: int) -> None:
    take_in(event_id, csv(SIRIH))
    selendang = ["Tapis Contoh Sirih", "Selendang tapis", "Tapis dan turunannya", "Rp 450.000", "lembar", "40,5", "T-1",
                 "11 Mei 2028"]  # fmt: skip
    content = csv(selendang, ["CV Tapis Contoh Sirih", "Plakat", "suvenir dan cendera mata", "75 rb", "", "", "", ""],
                  head=PRODUCT_HEAD)  # fmt: skip
    assert take_in(event_id, content, "products")["new"] == 2
    rows = list(db.session.scalars(sa.select(Product).order_by(Product.id)))
    assert [(row.name, row.price, row.category_id) for row in rows] == [
        ("Selendang tapis", 450_000, "tapis"),
        ("Plakat", 75_000, "souvenir"),
    ]
    assert (rows[0].local_content_status, str(rows[0].local_content_percent)) == ("certified", "40.50")
    assert outcomes(keep(event_id, content, "products")) == ["same", "same"]
    dearer = csv([*selendang[:3], "500000", *[""] * 4], head=PRODUCT_HEAD)
    batch_id = keep(event_id, dearer, "products")
    assert outcomes(batch_id) == ["update"]
    store(batch_id)
    first = db.session.scalars(sa.select(Product).order_by(Product.id)).first()
    assert first is not None
    assert (first.price, first.unit, first.local_content_number) == (500_000, "lembar", "T-1")


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (["Tapis Entah", "A", "Tapis", "1000", *[""] * 4], "A", "No IKM of this name"),
        (["", "A", "Tapis", "1000", *[""] * 4], "A", "maker's name or NIB"),
        (["Tapis Contoh Sirih", "A", "Mobil", "1000", *[""] * 4], "C", "none of the answers"),
        (["Tapis Contoh Sirih", "A", "Tapis dan turunannya", "gratis", *[""] * 4], "D", "whole rupiah"),
        (["Tapis Contoh Sirih", "A", "tapis", "1000", "", "0", "", ""], "F", "needs a certificate"),
        (["Tapis Contoh Sirih", "A", "tapis", "1000", "", "40", "T-1", "31/02/2027"], "H", "date that exists"),
    ],
)
def test_a_wrong_product_row_names_its_cell(event_id: int, row: list[str], column: str, words: str) -> None:
    take_in(event_id, csv(SIRIH))
    found = faults(keep(event_id, csv(row, head=PRODUCT_HEAD), "products"))
    assert [(number, letter) for number, letter, _said in found if words in _said] == [(2, column)]


@pytest.mark.parametrize("kind", ["exhibitors", "buyers", "products"])
def test_the_template_filled_in_with_its_own_example_is_taken(event_id: int, kind: str) -> None:
    if kind == "products":
        take_in(event_id, csv(["Tapis Contoh Sejati", "Kota Metro", "0123456789012", "", "", ""]))
    book = load_workbook(io.BytesIO(template(KINDS[kind])))
    assert book.sheetnames[0] == SHEET
    for index, cell in enumerate(next(book["Contoh"].iter_rows(min_row=2, max_row=2, values_only=True)), start=1):
        book[SHEET].cell(2, index, cell)
    output = io.BytesIO()
    book.save(output)
    batch_id = keep(event_id, output.getvalue(), kind)
    assert faults(batch_id) == []
    assert outcomes(batch_id) == ["new"]
    assert plan_of(db.session.get_one(ImportBatch, batch_id)).unused == ()


def test_columns_chosen_once_are_remembered(event_id: int) -> None:
    content = csv(["Tapis Contoh Sirih", "Kota Metro"], head=["Sebutan", "Letak"])
    with transaction():
        batch_id = keep_import(SYSTEM, event_id, "exhibitors", content, "a.csv").id
    assert db.session.get_one(ImportBatch, batch_id).mapping == {}
    with transaction():
        set_mapping(SYSTEM, batch_id, {0: "legal_name", 1: "regency"})
    with transaction():
        second = keep_import(SYSTEM, event_id, "exhibitors", content, "b.csv").mapping
    assert second == {"0": "legal_name", "1": "regency"}


# At once


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_imports_of_one_file_at_once_store_it_once(app: Flask, world: World) -> None:
    event_id = world.event()
    batches = [keep(event_id, csv(SIRIH, BUNGA)) for _n in range(3)]
    batches.append(batches[0])
    counts: list[tuple[int, int]] = []
    start = threading.Barrier(len(batches))

    def run(batch_id: int) -> None:
        with app.app_context():
            start.wait()
            found = store(batch_id)
            counts.append((found["new"], found["same"]))
            db.session.remove()

    threads = [threading.Thread(target=run, args=(batch_id,)) for batch_id in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == 4
    assert (count(Organization), count(Participation)) == (2, 2)
    assert {(2, 0), (0, 2)} >= set(counts)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_imports_of_products_at_once_store_them_once(app: Flask, world: World) -> None:
    event_id = world.event()
    add_product(world.participation(event_id, Side.EXHIBITOR, legal_name="Tapis Contoh"))
    row = ["Tapis Contoh", "Peci tapis", "tapis", "1000", "", "", "", ""]
    batches = [keep(event_id, csv(row, head=PRODUCT_HEAD), "products") for _n in range(3)]
    done: list[int] = []
    start = threading.Barrier(len(batches))

    def run(batch_id: int) -> None:
        with app.app_context():
            start.wait()
            done.append(store(batch_id)["new"])
            db.session.remove()

    threads = [threading.Thread(target=run, args=(batch_id,)) for batch_id in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 0, 1]
    assert count(Product) == 2
