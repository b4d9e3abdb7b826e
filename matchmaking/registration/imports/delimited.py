"""CSV as it comes from Indonesian offices: any of three encodings, any of three delimiters."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter

from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.imports.tables import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    SourceRow,
    Table,
    UnreadableFile,
    plain_text,
    too_many_rows,
)

DELIMITERS = (";", ",", "\t", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: Signs that no text holds: with one of them it is another kind of file.
_BINARY = frozenset(chr(code) for code in range(32) if chr(code) not in "\t\n\r\x0c")


def read_delimited(content: bytes) -> Table:
    """Return the table in a CSV file.

    Raises:
        UnreadableFile: no text, unknown encoding, broken quotes, or too many rows.
    """
    text, encoding = decode(content)
    if not _BINARY.isdisjoint(text):
        raise UnreadableFile(_("This file is no spreadsheet we can read. Please send XLSX or CSV."))
    text, delimiter = _delimiter(text)
    rows = _rows(text, delimiter)
    remark = _l("Read as CSV: encoding %(encoding)s, columns parted by %(delimiter)s.", encoding=encoding,
                delimiter={"\t": "tab"}.get(delimiter, delimiter))  # fmt: skip
    return Table(rows=tuple(rows), remarks=(remark,))


def decode(content: bytes) -> tuple[str, str]:
    """Return the text and the encoding found: UTF-8, UTF-16 (by mark or by its zeros), else Windows-1252."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _decoded(content, name), "UTF-8" if name.startswith("utf-8") else "UTF-16"
    head = content[:4096]
    if head.count(0) > len(head) // 4:
        return _decoded(content, "utf-16-be" if head[:1] == b"\0" else "utf-16-le"), "UTF-16"
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _decoded(content, "cp1252"), "Windows-1252"


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _("The letters of this file cannot be read. Please save it again as “CSV UTF-8” or as XLSX.")
        ) from error


def _delimiter(text: str) -> tuple[str, str]:
    """Return the text without Excel's ``sep=`` line, and the delimiter that parts the first rows most evenly."""
    first, _newline, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return rest, first.strip()[4]
    sample = "\n".join(text.splitlines()[:30])
    return text, max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    """How much speaks for a delimiter: the share of rows of the commonest width above one column, then the width."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if any(row)]
    except csv.Error:
        return (0.0, 0)
    common = Counter(width for width in widths if width > 1).most_common(1)
    return (common[0][1] / len(widths), common[0][0]) if common else (0.0, 0)


def _rows(text: str, delimiter: str) -> list[SourceRow]:
    csv.field_size_limit(MAX_CELL * 4)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[SourceRow] = []
    count = number = 0
    try:
        for number, record in enumerate(reader, start=1):
            if not any(value.strip() for value in record):
                continue
            count += 1
            if count <= MAX_ROWS + 1:
                _check_width(number, record)
                rows.append(SourceRow(number, tuple(Cell(plain_text(value)) for value in record)))
    except csv.Error as error:
        raise UnreadableFile(
            _(
                "Row %(row)s cannot be read: a quotation mark is missing or out of place. Please check that row, or send the file as XLSX.",
                row=number + 1,
            )
        ) from error
    if count > MAX_ROWS + 1:  # one is the headings
        raise too_many_rows(count - 1)
    return rows


def _check_width(number: int, record: list[str]) -> None:
    if any(value.strip() for value in record[MAX_COLUMNS:]):
        raise UnreadableFile(
            _("Row %(row)s has more than %(limit)s columns. Is the delimiter right?", row=number, limit=MAX_COLUMNS)
        )
