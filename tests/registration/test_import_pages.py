"""Imports as the organiser does them: template, columns, preview, store."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from matchmaking.actor import Role
from matchmaking.extensions import db
from matchmaking.registration.imports.template import SHEET
from matchmaking.registration.models import ImportBatch, Organization
from matchmaking.storage.models import StoredFile
from tests.registration.import_files import (
    BUNGA,
    HEAD,
    SIRIH,
    count,
    csv,
    entries,
    keep,
)
from tests.world import World


@pytest.fixture
def event_id(world: World) -> int:
    return world.event()


@pytest.fixture
def code(world: World, event_id: int) -> str:
    return world.code_of(event_id)


@pytest.fixture
def organizer(world: World, event_id: int) -> FlaskClient:
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    browser.set_cookie("language", "en")
    return browser


def upload(browser: FlaskClient, code: str, content: bytes, name: str = "data.csv", kind: str = "exhibitors") -> Any:
    data = {"kind": kind, "file": (io.BytesIO(content), name)}
    return browser.post(f"/manage/{code}/imports", data=data)


def accept_columns(browser: FlaskClient, address: str) -> str:
    page = browser.get(address).get_data(as_text=True)
    chosen = dict(re.findall(r'name="(column-\d+)".*?<option value="(\w*)" selected', page, re.DOTALL))
    answer = browser.post(address, data=chosen)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def test_the_organiser_goes_through_the_pages(organizer: FlaskClient, code: str) -> None:
    assert "IKM (exhibitors)" in organizer.get(f"/manage/{code}/imports").get_data(as_text=True)
    first = upload(organizer, code, csv([*SIRIH, "x"], head=[*HEAD, "Catatan"]))
    assert first.status_code == 303
    preview = accept_columns(organizer, first.location)
    page = organizer.get(preview).get_data(as_text=True)
    assert "Columns not used: Catatan." in page
    assert "Tapis Contoh Sirih" in page
    assert entries() == []
    assert organizer.post(preview, data={"state": "approved"}).status_code == 303
    assert entries() == [("Tapis Contoh Sirih", "approved")]
    assert "Stored on" in organizer.get(preview).get_data(as_text=True)
    assert organizer.post(preview, data={"state": "approved"}).status_code == 303
    assert len(entries()) == 1


def test_what_is_to_correct_is_listed_and_downloaded(organizer: FlaskClient, code: str) -> None:
    wrong = csv(SIRIH, ["=HYPERLINK(1)", "Jakarta", *BUNGA[2:]])
    preview = accept_columns(organizer, upload(organizer, code, wrong).location)
    page = organizer.get(preview).get_data(as_text=True)
    assert "1 thing to correct" in page
    assert "built-in" not in page
    assert "Store the rows" not in page
    assert organizer.post(preview).status_code == 422
    assert entries() == []
    sent = organizer.get(preview + "/faults.xlsx")
    rows = list(load_workbook(io.BytesIO(sent.data)).worksheets[0].iter_rows(values_only=True))
    assert rows[1][:4] == (3, "B", "Regency or city", "Jakarta")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ\x90\x00" + b"\0" * 300, "daftar.xlsx", "This is a program"),
        (b"%PDF-1.4", "daftar.xlsx", "This is a PDF"),
        (b"Nama;Harga\n" + b"A;1\n" * 20_000, "besar.csv", "20.000 rows"),
        (b"x" * (5 * 1024 * 1024 + 2), "besar.csv", "5 MB"),
        (b"Nama usaha\n", "kosong.csv", "nothing below the headings"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_and_not_kept(
    organizer: FlaskClient, code: str, content: bytes, name: str, words: str
) -> None:
    answer = upload(organizer, code, content, name)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    answer.request.environ["wsgi.input"].close()  # the test client keeps a large body in a file
    assert (count(ImportBatch), count(StoredFile)) == (0, 0)


def test_no_file_and_no_kind_are_told(organizer: FlaskClient, code: str) -> None:
    assert organizer.post(f"/manage/{code}/imports", data={"kind": "exhibitors"}).status_code == 422
    assert upload(organizer, code, csv(SIRIH), kind="hewan").status_code == 422


def test_columns_must_be_clear(organizer: FlaskClient, code: str) -> None:
    address = upload(organizer, code, csv(SIRIH)).location
    twice = organizer.post(address, data={"column-0": "legal_name", "column-1": "legal_name"})
    assert (twice.status_code, "chosen for two columns" in twice.get_data(as_text=True)) == (422, True)
    absent = organizer.post(address, data={"column-0": "legal_name"})
    assert "No column is chosen for: Regency or city" in absent.get_data(as_text=True)


def test_a_large_file_is_stored_by_a_job(world: World, organizer: FlaskClient, code: str) -> None:
    rows = [[f"Tapis Contoh {n:03d}", "Kota Metro", f"{10**12 + n}", "Peserta Contoh", "", ""] for n in range(201)]
    preview = accept_columns(organizer, upload(organizer, code, csv(*rows)).location)
    for _twice in range(2):
        assert organizer.post(preview).status_code == 303
    assert "Storing the rows" in organizer.get(preview).get_data(as_text=True)
    assert "HX-Redirect" not in organizer.get(preview + "/progress").headers
    assert world.run_jobs() == 1
    assert count(Organization) == 201
    assert organizer.get(preview + "/progress").headers["HX-Redirect"] == preview
    assert "Stored on" in organizer.get(preview).get_data(as_text=True)


def test_a_cancelled_import_leaves_nothing(organizer: FlaskClient, code: str) -> None:
    preview = accept_columns(organizer, upload(organizer, code, csv(SIRIH)).location)
    assert organizer.post(preview + "/cancel").status_code == 303
    assert count(StoredFile) == 0
    answer = organizer.post(preview, follow_redirects=True)
    assert "This import was cancelled" in answer.get_data(as_text=True)
    assert entries() == []


def test_an_import_of_another_event_is_not_found(world: World, organizer: FlaskClient, code: str) -> None:
    other = world.event()
    batch = db.session.get_one(ImportBatch, keep(other, csv(SIRIH))).code
    for address in ("", "/columns", "/faults.xlsx", "/progress"):
        assert organizer.get(f"/manage/{code}/imports/{batch}{address}").status_code == 404
    for address in ("", "/columns", "/stop", "/cancel"):
        assert organizer.post(f"/manage/{code}/imports/{batch}{address}").status_code == 404


def test_templates_are_sent(organizer: FlaskClient, code: str) -> None:
    for kind in ("exhibitors", "buyers", "products"):
        answer = organizer.get(f"/manage/{code}/imports/template/{kind}")
        assert load_workbook(io.BytesIO(answer.data)).sheetnames == [SHEET, "Daftar", "Contoh", "Petunjuk"]
    assert organizer.get(f"/manage/{code}/imports/template/hewan").status_code == 404
