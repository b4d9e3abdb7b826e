"""XLSX, read in one pass with limits: values, stored results of formulas, merged ranges, hidden rows.

A reader of our own, because no library gives values, formulas without a result and merged ranges from one bounded pass
over a file a stranger sent. Document types (entities) are refused, the archive's sizes are checked before unpacking.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import IO
from xml.parsers import expat

from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.imports.tables import (
    EMPTY,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    CellKind,
    Merge,
    SourceRow,
    Table,
    UnreadableFile,
    column_index,
    plain_text,
    too_many_rows,
)

#: Together the unpacked parts may be this large; a file of 5 MB with 20,000 rows stays far below.
MAX_UNPACKED = 120 * 1024 * 1024
MAX_PARTS = 2_000
MAX_SHARED_TEXTS = 500_000
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_PERCENT_FORMATS = frozenset({9, 10})


def read_workbook(content: bytes, sheet: str = "") -> Table:
    """Return the wanted sheet, or the first visible one.

    Raises:
        UnreadableFile: another kind of archive, a bomb, damaged, or too many rows.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_archive(archive)
            return _read(archive, sheet)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, RuntimeError, NotImplementedError, EOFError) as error:
        raise _damaged() from error
    except (expat.ExpatError, ValueError, OverflowError, UnicodeError, OSError) as error:
        raise _damaged() from error


def _damaged() -> UnreadableFile:
    return UnreadableFile(_("The file is damaged. Please open it in Excel, save it again as XLSX and send that file."))


def _check_archive(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
        raise UnreadableFile(
            _("Unpacked, the file would be larger than 120 MB. Please send only the sheet with your data.")
        )
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise UnreadableFile(_("This is a binary workbook (.xlsb). Please save it as “Excel Workbook (.xlsx)”."))
    if "content.xml" in names and "mimetype" in names:
        raise UnreadableFile(_("This is an OpenDocument file (.ods). Please save it as “Excel 2007–365 (.xlsx)”."))
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise UnreadableFile(_("This is a document or a presentation. Please send a spreadsheet, as XLSX or CSV."))
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(_("This is a compressed archive. Please unpack it and send the spreadsheet inside."))


def _read(archive: zipfile.ZipFile, wanted: str) -> Table:
    book = _Book()
    _walk(archive, "xl/workbook.xml", start=book.start)
    if not book.sheets:
        raise _damaged()
    relations = _Relations()
    _walk(archive, "xl/_rels/workbook.xml.rels", start=relations.start)
    visible = [s for s in book.sheets if not s.is_hidden] or book.sheets
    chosen = next((s for s in visible if s.name.casefold() == wanted.casefold()), visible[0])
    styles = _Styles()
    if "xl/styles.xml" in archive.namelist():
        _walk(archive, "xl/styles.xml", start=styles.start, end=styles.end)
    texts = _SharedTexts()
    if "xl/sharedStrings.xml" in archive.namelist():
        _walk(archive, "xl/sharedStrings.xml", start=texts.start, end=texts.end, text=texts.text)
    reader = _SheetReader(texts.texts, styles.kinds(), is_1904=book.is_1904)
    _walk(archive, relations.part(chosen.relation), start=reader.start, end=reader.end, text=reader.text)
    if reader.count > MAX_ROWS + 1:  # one is the headings
        raise too_many_rows(reader.count - 1)
    return reader.table(chosen.name, tuple(s.name for s in book.sheets if s is not chosen))


def _walk(
    archive: zipfile.ZipFile,
    part: str,
    *,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Run the handlers over one part; a document type is refused, so no entity is ever expanded."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    with archive.open(part) as stream:
        _feed(parser, stream)


def _feed(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    while chunk := stream.read(1 << 20):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse_doctype(*_given: object) -> None:
    raise UnreadableFile(_("The file holds instructions that no spreadsheet needs. We have not opened or kept it."))


@dataclass(frozen=True)
class _SheetName:
    name: str
    relation: str
    is_hidden: bool


@dataclass
class _Book:
    sheets: list[_SheetName] = field(default_factory=list)
    is_1904: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr":
            self.is_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "sheet":
            relation = next(
                (value for key, value in attributes.items() if key.rpartition(":")[2] == "id" and ":" in key), ""
            )
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append(_SheetName(attributes.get("name", ""), relation, hidden))


@dataclass
class _Relations:
    targets: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def part(self, relation: str) -> str:
        target = self.targets[relation]
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


@dataclass
class _Styles:
    """Which number format each cell style has: ``date``, ``percent``, ``zeros:13`` or nothing special."""

    codes: dict[int, str] = field(default_factory=dict)
    formats: list[int] = field(default_factory=list)
    _inside: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self.codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self.formats.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def kinds(self) -> list[str]:
        return [self._kind(number) for number in self.formats]

    def _kind(self, number: int) -> str:
        code = self.codes.get(number)
        if code is None:
            return "date" if number in _DATE_FORMATS else "percent" if number in _PERCENT_FORMATS else ""
        plain = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", code).lower()
        if re.fullmatch(r"0{2,}", plain):
            return f"zeros:{len(plain)}"
        if "%" in plain:
            return "percent"
        return "date" if re.search(r"[dy]|m.*m|h", plain) and "general" not in plain else ""


@dataclass
class _SharedTexts:
    texts: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _in_text: bool = False
    _in_phonetic: bool = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._in_phonetic = True
        elif name == "t":
            self._in_text = not self._in_phonetic

    def text(self, data: str) -> None:
        if self._in_text:
            self._parts.append(data)

    def end(self, name: str) -> None:
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._in_phonetic = False
        elif name == "si":
            if len(self.texts) >= MAX_SHARED_TEXTS:
                raise _damaged()
            self.texts.append("".join(self._parts))


class _SheetReader:
    """Collects rows; after the limit it only counts, so that the refusal can say how many there are."""

    def __init__(self, texts: list[str], styles: list[str], *, is_1904: bool) -> None:
        self._texts, self._styles = texts, styles
        self._epoch = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
        self.rows: list[SourceRow] = []
        self.merges: list[Merge] = []
        self.hidden: list[int] = []
        self.count = 0
        self._number = 0
        self._cells: dict[int, Cell] = {}
        self._is_hidden = False
        self._begin_cell({})
        self._next_column = 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._is_formula = self._has_value = self._collects = False
        self._parts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
            reference = attributes.get("r")
            self._column = column_index(reference) if reference else self._next_column
            self._next_column = self._column + 1
        elif name in {"v", "t"}:
            self._collects = self._has_value = True
        elif name == "f":
            self._is_formula = True
        elif name == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._is_hidden = attributes.get("hidden") in {"1", "true"}
            self._cells, self._next_column = {}, 0
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def text(self, data: str) -> None:
        if self._collects:
            self._parts.append(data)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._collects = False
        elif name == "c":
            cell = self._cell()
            if not cell.is_empty:
                self._cells[self._column] = cell
        elif name == "row" and self._cells:
            self._end_row()

    def _end_row(self) -> None:
        self.count += 1
        if self.count > MAX_ROWS + 1:
            return
        width = max(self._cells) + 1
        if width > MAX_COLUMNS:
            raise UnreadableFile(
                _("Row %(row)s has entries beyond column %(limit)s. Please remove them.", row=self._number, limit="GR")
            )
        cells = tuple(self._cells.get(index, EMPTY) for index in range(width))
        self.rows.append(SourceRow(self._number, cells, self._is_hidden))
        if self._is_hidden:
            self.hidden.append(self._number)

    def _merge(self, reference: str) -> None:
        match = re.fullmatch(r"\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)", reference)
        if match:
            self.merges.append(Merge(int(match[2]), column_index(match[1]), int(match[4]), column_index(match[3])))

    def _cell(self) -> Cell:
        raw = "".join(self._parts)
        if self._is_formula and not raw and self._type != "str":
            return Cell("", CellKind.EMPTY_FORMULA)
        if self._type == "s":
            return Cell(plain_text(self._texts[int(raw)])) if raw else EMPTY
        if self._type in {"inlineStr", "str"}:
            return Cell(plain_text(raw))
        if self._type == "e":
            return Cell(raw or "#ERROR!", CellKind.ERROR)
        if self._type == "b":
            return Cell("ya" if raw == "1" else "tidak") if raw else EMPTY
        if self._type == "d":
            return Cell(raw[:10], CellKind.DATE)
        return self._number_cell(raw) if raw.strip() else EMPTY

    def _number_cell(self, raw: str) -> Cell:
        style = self._styles[int(self._style)] if self._style.isdigit() and int(self._style) < len(self._styles) else ""
        try:
            value = Decimal(raw.strip())
        except InvalidOperation:
            return Cell(raw, CellKind.ERROR)
        if not value.is_finite():
            return Cell(raw, CellKind.ERROR)
        if style == "date" and 0 < value < 2_958_466:
            return Cell((self._epoch + timedelta(days=int(value))).isoformat(), CellKind.DATE)
        if style == "percent":
            return Cell(f"{_digits(value * 100)}%", CellKind.NUMBER)
        text = _digits(value)
        if style.startswith("zeros:"):
            text = text.zfill(int(style[6:]))
        return Cell(text, CellKind.NUMBER)

    def table(self, sheet: str, others: tuple[str, ...]) -> Table:
        remarks = []
        if others:
            remarks.append(
                _l("Sheet read: “%(sheet)s”. Not read: %(others)s.", sheet=sheet, others=", ".join(others[:10]))
            )
        if self.hidden:
            numbers = ", ".join(map(str, self.hidden[:10])) + (" …" if len(self.hidden) > 10 else "")
            remarks.append(_l("Hidden rows are read too: %(rows)s.", rows=numbers))
        return Table(tuple(self.rows), tuple(self.merges), sheet, others, tuple(remarks))


def _digits(value: Decimal) -> str:
    """Plain digits, at most the 15 that a spreadsheet holds; whole numbers without a fraction."""
    if abs(value) >= Decimal(10) ** 30 or (value and abs(value) < Decimal("1e-9")):
        return str(value)
    if value == value.to_integral_value():
        return f"{int(value)}"
    return format(Decimal(f"{float(value):.15g}"), "f")
