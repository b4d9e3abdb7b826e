"""Writing spreadsheets: what is written is what is read, and nothing of it runs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from matchmaking.sheets import Column, Sheet, neutral, to_csv, to_xlsx


def first_sheet(content: bytes) -> list[list[object]]:
    return [list(row) for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)]


def test_xlsx_has_headings_and_typed_values() -> None:
    columns = [Column("Nama"), Column("Harga", "money"), Column("Tanggal", "date"), Column("Waktu", "moment")]
    moment = datetime(2023, 5, 11, 3, 40, tzinfo=UTC)
    content = to_xlsx([Sheet("IKM", columns, [["Tapis Contoh", 450_000, date(2023, 5, 11), moment]])])
    assert first_sheet(content) == [
        ["Nama", "Harga", "Tanggal", "Waktu"],
        ["Tapis Contoh", 450_000, datetime(2023, 5, 11), datetime(2023, 5, 11, 10, 40)],  # noqa: DTZ001 - as Excel has it
    ]


def test_notes_stand_above_the_headings() -> None:
    content = to_xlsx([Sheet("IKM", [Column("Nama")], [["A"]], notes=["Dihitung pada 11 Mei 2023"])])
    assert first_sheet(content) == [["Dihitung pada 11 Mei 2023"], ["Nama"], ["A"]]


def test_sheet_names_are_made_fit_and_kept_apart() -> None:
    book = load_workbook(io.BytesIO(to_xlsx([Sheet("a/b:c" + "x" * 40, [], []), Sheet("a/b:c" + "x" * 40, [], [])])))
    assert [len(name) <= 31 and not set(name) & set("/:") for name in book.sheetnames] == [True, True]
    assert len(set(book.sheetnames)) == 2


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "\t=1", "\r=1", "=HYPERLINK()"])
def test_what_would_run_is_neutralised_in_xlsx_and_csv(text: str) -> None:
    sheet = Sheet("x", [Column("Nama")], [[text]])
    cell = load_workbook(io.BytesIO(to_xlsx([sheet]))).worksheets[0]["A2"]
    assert (cell.data_type, str(cell.value)[0]) == ("s", "'")
    row = list(csv.reader(io.StringIO(to_csv(sheet).decode("utf-8-sig")), delimiter=";"))[1]
    assert row == ["'" + text]


@pytest.mark.parametrize("text", ["+6281200000001", "-12", "+62 721 000-001", "Tapis = indah", "a@contoh.example", ""])
def test_what_is_harmless_stays(text: str) -> None:
    assert neutral(text) == text


def test_a_heading_is_neutralised_too() -> None:
    assert first_sheet(to_xlsx([Sheet("x", [Column("=1+1")], [])])) == [["'=1+1"]]


@given(st.text(max_size=60))
def test_no_text_becomes_a_formula(text: str) -> None:
    sheet = Sheet("x", [Column("Nama")], [[text]])
    cell = load_workbook(io.BytesIO(to_xlsx([sheet]))).worksheets[0]["A2"]
    assert cell.data_type != "f"


def test_csv_opens_as_columns_in_an_indonesian_excel() -> None:
    sheet = Sheet("x", [Column("Nama"), Column("TKDN", "percent")], [["Tapis; halus", 40.5]])
    assert to_csv(sheet) == b'\xef\xbb\xbfNama;TKDN\r\n"Tapis; halus";40,5\r\n'
