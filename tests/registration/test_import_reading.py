"""Spreadsheets as people send them: what is read, where a person is told, and what is refused in a sentence."""

from __future__ import annotations

import contextlib
import csv
import io
import time
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from matchmaking.i18n import force_locale
from matchmaking.registration.imports.reading import read_table
from matchmaking.registration.imports.tables import (
    MAX_FILE_BYTES,
    Cell,
    CellKind,
    Table,
    UnreadableFile,
    column_index,
    column_letter,
)
from matchmaking.sheets import Column, Sheet, to_csv, to_xlsx

HEAD = ["Nama usaha", "Kabupaten/Kota", "Harga"]


def xlsx(*rows: list[object], **prepare: object) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    for row in rows:
        page.append(row)
    if merge := prepare.get("merge"):
        page.merge_cells(str(merge))
    for number in prepare.get("hidden", ()):  # type: ignore[attr-defined]
        page.row_dimensions[number].hidden = True
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def archive(**parts: str) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name.replace("__", "/").replace("_DOT_", "."), text)
    return output.getvalue()


def workbook_with(sheet_xml: str) -> bytes:
    """A hand-made workbook, as programs other than ours write them."""
    book = '<workbook xmlns:r="x"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>'
    relations = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", book)
        file.writestr("xl/_rels/workbook.xml.rels", relations)
        file.writestr("xl/worksheets/sheet1.xml", sheet_xml)
    return output.getvalue()


def refused(content: bytes) -> str:
    with force_locale("en"), pytest.raises(UnreadableFile) as refusal:
        read_table(content)
    return str(refusal.value)


def test_an_xlsx_is_read_with_its_kinds(app: Flask) -> None:
    table = read_table(xlsx(HEAD, ["Tapis Contoh", None, 450000], [None, None, None], ["B", date(2023, 5, 11), 1.5]))
    assert [row.number for row in table.rows] == [1, 2, 4]
    assert table.rows[1].cells == (Cell("Tapis Contoh"), Cell(), Cell("450000", CellKind.NUMBER))
    assert table.rows[2].cells == (Cell("B"), Cell("2023-05-11", CellKind.DATE), Cell("1.5", CellKind.NUMBER))


def test_percent_and_leading_zero_formats_show_what_the_person_sees(app: Flask) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.append(["TKDN", "NIB"])
    page.append([0.405, 289010302776])
    page["A2"].number_format, page["B2"].number_format = "0.0%", "0000000000000"
    output = io.BytesIO()
    book.save(output)
    assert texts(read_table(output.getvalue()))[1] == ["40.5%", "0289010302776"]


def test_a_formula_without_a_stored_result_is_known(app: Flask) -> None:
    table = read_table(xlsx(["Harga"], ["=1+1"]))
    assert table.rows[1].cells == (Cell("", CellKind.EMPTY_FORMULA),)


def test_a_formula_with_a_stored_result_gives_the_result(app: Flask) -> None:
    sheet = (
        '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Harga</t></is></c></row>'
        '<row r="2"><c r="A2"><f>400000+50000</f><v>450000</v></c><c r="B2" t="e"><f>A9</f><v>#REF!</v></c>'
        '<c r="C2" t="str"><f>""</f><v></v></c></row></sheetData></worksheet>'
    )
    row = read_table(workbook_with(sheet)).rows[1]
    assert row.cells == (Cell("450000", CellKind.NUMBER), Cell("#REF!", CellKind.ERROR))


def test_merged_cells_and_hidden_rows_are_told(app: Flask) -> None:
    table = read_table(xlsx(HEAD, ["A", "Metro", 1], ["B", None, 2], ["C", None, 3], merge="B2:B4", hidden=[3]))
    assert [merge.reference for merge in table.merges] == ["B2:B4"]
    assert [row.number for row in table.rows if row.is_hidden] == [3]
    with force_locale("en"):
        assert [str(remark) for remark in table.remarks] == ["Hidden rows are read too: 3."]


def test_the_first_visible_sheet_is_read_and_the_others_named(app: Flask) -> None:
    book = Workbook()
    hidden, data = book.worksheets[0], book.create_sheet("Data")
    hidden.title, hidden.sheet_state = "Rahasia", "hidden"
    hidden.append(["x"])
    data.append(["Nama"])
    book.create_sheet("Catatan").append(["c"])
    output = io.BytesIO()
    book.save(output)
    table = read_table(output.getvalue())
    assert (table.sheet, table.other_sheets) == ("Data", ("Rahasia", "Catatan"))
    assert read_table(output.getvalue(), sheet="catatan").sheet == "Catatan"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_in_every_encoding_and_delimiter(app: Flask, encoding: str, delimiter: str) -> None:
    output = io.StringIO()
    csv.writer(output, delimiter=delimiter).writerows([HEAD, ["Kué Contoh é", "Metro", "12.500"]])
    table = read_table(output.getvalue().encode(encoding))
    assert texts(table) == [HEAD, ["Kué Contoh é", "Metro", "12.500"]]


def test_commas_in_prices_do_not_part_columns(app: Flask) -> None:
    table = read_table(b"Nama;Harga\nA, B dan C;12,5\nD, E;13,5\n")
    assert texts(table) == [["Nama", "Harga"], ["A, B dan C", "12,5"], ["D, E", "13,5"]]


def test_excels_own_delimiter_line_is_obeyed(app: Flask) -> None:
    assert texts(read_table(b"sep=|\nNama|Harga\nA|1\n")) == [["Nama", "Harga"], ["A", "1"]]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"MZ\x90\x00" + b"\0" * 200, "program"),
        (b"\x7fELF" + b"\0" * 200, "program"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "picture"),
        (b"<html><table><tr><td>Nama</td></tr></table></html>", "web page"),
        (b"Nama;Harga\x00\x01\x02", "no spreadsheet"),
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b'Nama;Harga\n"A;1\nB;2\n', "quotation mark"),
        (b"PK\x03\x04" + b"broken", "damaged"),
        (archive(word__document_DOT_xml="<a/>"), "document"),
        (archive(readme="x"), "archive"),
        (archive(content_DOT_xml="x", mimetype="application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
        (archive(xl__workbook_DOT_bin="x"), ".xlsb"),
        (archive(xl__workbook_DOT_xml="<not closed"), "damaged"),
        (b"x" * (MAX_FILE_BYTES + 1), "5 MB"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_a_sentence(app: Flask, content: bytes, word: str) -> None:
    assert word in refused(content)


def test_entities_are_refused(app: Flask) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    assert "no spreadsheet needs" in refused(workbook_with(bomb))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(app: Flask) -> None:
    content = workbook_with("<worksheet>" + " " * (130 * 1024 * 1024) + "</worksheet>")
    assert len(content) < MAX_FILE_BYTES
    began = time.process_time()
    assert "120 MB" in refused(content)
    assert time.process_time() - began < 1


def test_twenty_thousand_rows_are_refused_fast_with_their_number(app: Flask) -> None:
    cells = "".join(f'<c t="inlineStr"><is><t>Tapis Contoh {n}</t></is></c>' for n in range(10))
    rows = "".join(f'<row r="{n}">{cells}</row>' for n in range(1, 20_002))
    content = workbook_with(f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    began = time.process_time()
    sentence = refused(content)
    assert time.process_time() - began < 5
    assert "20.000" in sentence
    assert "5.000" in sentence


def test_twenty_thousand_rows_of_csv_too(app: Flask) -> None:
    sentence = refused(b"Nama;Harga\n" + b"Tapis;450000\n" * 20_000)
    assert "20.000" in sentence


def test_exactly_the_limit_is_taken(app: Flask) -> None:
    assert len(read_table(b"Nama;Harga\n" + b"Tapis;450000\n" * 5_000).rows) == 5_001


def test_entries_far_to_the_right_are_refused(app: Flask) -> None:
    assert "GR" in refused(xlsx(["Nama"], ["A", *[None] * 250, "x"]))


def test_escaped_signs_and_control_signs_are_cleaned(app: Flask) -> None:
    sheet = (
        '<worksheet><sheetData><row><c t="inlineStr"><is><t>Kain_x000d_\ntapis_x0000__xD800_</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    assert texts(read_table(workbook_with(sheet))) == [["Kain\ntapis"]]


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_programs_do(index: int, letter: str) -> None:
    assert (column_letter(index), column_index(f"{letter}7")) == (letter, index)


#: Texts a cell keeps: no control signs, no blanks at the ends, no Excel escapes, no apostrophe before a formula sign.
CELL_TEXT = (
    st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=30)
    .map(str.strip)
    .filter(lambda text: "_x" not in text and not (text[:1] == "'" and text[1:2] in tuple("=+-@\t\r")))
)
ROWS = st.lists(st.lists(CELL_TEXT, min_size=3, max_size=3).filter(any), min_size=1, max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(rows=ROWS)
def test_what_is_written_to_xlsx_is_read_back(app: Flask, rows: list[list[str]]) -> None:
    content = to_xlsx([Sheet("Data", [Column(name) for name in HEAD], rows)])
    read = [[row.cell(index).text for index in range(3)] for row in read_table(content).rows]
    assert read == [HEAD, *rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(rows=ROWS, delimiter=st.sampled_from([";", ",", "\t"]))
def test_what_is_written_to_csv_is_read_back(app: Flask, rows: list[list[str]], delimiter: str) -> None:
    content = to_csv(Sheet("Data", [Column(name) for name in HEAD], rows), delimiter=delimiter)
    read = [[row.cell(index).text for index in range(3)] for row in read_table(content).rows]
    assert read == [HEAD, *rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(numbers=st.lists(st.integers(-(10**14), 10**14) | st.decimals(-1000, 1000, places=4), min_size=1, max_size=5))
def test_numbers_are_read_exactly(app: Flask, numbers: list[int | Decimal]) -> None:
    content = to_xlsx([Sheet("Data", [Column("x", "decimal")], [[number] for number in numbers])])
    read = [Decimal(row.cells[0].text) for row in read_table(content).rows[1:]]
    assert read == [Decimal(number) for number in numbers]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(content=st.binary(max_size=400) | st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail))
def test_any_bytes_give_a_table_or_a_sentence(app: Flask, content: bytes) -> None:
    """Nothing but a table with rows or our own refusal comes out, never another error."""
    with contextlib.suppress(UnreadableFile):
        assert read_table(content).rows
