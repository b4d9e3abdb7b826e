"""Writing spreadsheets: rows to XLSX or CSV with headings, widths and formats, and no text that a program would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"

Value = str | int | float | Decimal | bool | date | datetime | time | None
Kind = Literal["text", "whole", "money", "decimal", "percent", "date", "moment"]

#: What Excel allows in one cell; longer text would make it "repair" the file.
MAX_TEXT = 32_767
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: A phone number or a figure written as text: begins with a sign, and nothing in it can be evaluated to harm.
_PLAIN_SIGNED = re.compile(r"[+-]\d[\d\s().,-]*")
#: Signs that XML cannot carry.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORMATS: dict[Kind, str] = {
    "text": "@", "whole": "#,##0", "money": '"Rp"#,##0', "decimal": "#,##0.00", "percent": '0.00"%"',
    "date": "dd/mm/yyyy", "moment": "dd/mm/yyyy hh:mm",
}  # fmt: skip
_WIDTHS: dict[Kind, int] = {
    "text": 24, "whole": 12, "money": 20, "decimal": 12, "percent": 10, "date": 13, "moment": 18,
}  # fmt: skip
_HEAD_FILL = PatternFill("solid", start_color="FF7A1F2B")
_LONG, _SHORT = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")
_HEAD_FONT = Font(bold=True, color="FFFFFFFF")


@dataclass(frozen=True)
class Column:
    """A heading, what stands below it, and how wide it is (in characters; by kind when left out)."""

    heading: str
    kind: Kind = "text"
    width: int | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its columns, its rows, and lines above the headings (how counted, when made)."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    notes: Sequence[str] = ()


def neutral(text: str) -> str:
    """Return the text so that a spreadsheet shows it and never runs it.

    ``=``, ``+``, ``-``, ``@``, tab and carriage return at the beginning would start a formula: an apostrophe goes
    before them. Phone numbers (``+62 812…``) and negative figures stay as they are.
    """
    clean = _UNPRINTABLE.sub("", text)
    if clean.startswith(_STARTS_FORMULA) and not _PLAIN_SIGNED.fullmatch(clean):
        clean = f"'{clean}"
    return clean[:MAX_TEXT]


def to_xlsx(sheets: Sequence[Sheet], *, zone: str = "Asia/Jakarta") -> bytes:
    """Return a workbook with these sheets; headings stay in view and can be filtered, times are shown in ``zone``."""
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for sheet in sheets:
        _write_sheet(book, sheet, zone, taken)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def to_csv(sheet: Sheet, *, delimiter: str = ";", zone: str = "Asia/Jakarta") -> bytes:
    """Return the sheet as UTF-8 with byte-order mark and semicolons, which an Indonesian Excel opens as columns."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=delimiter)
    writer.writerow([neutral(column.heading) for column in sheet.columns])
    writer.writerows([_as_text(value, zone) for value in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + output.getvalue().encode("utf-8")


def _write_sheet(book: Workbook, sheet: Sheet, zone: str, taken: set[str]) -> None:
    page: Worksheet = book.create_sheet(_sheet_title(sheet.title, taken))
    for index, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(index)].width = column.width or _width(column)
    head_row = len(sheet.notes) + 1
    page.freeze_panes = f"A{head_row + 1}"
    for note in sheet.notes:
        page.append([neutral(note)])
    page.append([_head(page, column.heading) for column in sheet.columns])
    last = head_row
    for row in sheet.rows:
        page.append([_cell(page, value, sheet.columns[index].kind, zone) for index, value in enumerate(row)])
        last += 1
    if sheet.columns:
        page.auto_filter.ref = f"A{head_row}:{get_column_letter(len(sheet.columns))}{last}"


def _sheet_title(title: str, taken: set[str]) -> str:
    """Excel takes 31 characters without ``[]:*?/\\`` and no name twice."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", _UNPRINTABLE.sub("", title)).strip()[:28] or "Data"
    name, n = plain, 2
    while name.casefold() in taken:
        name, n = f"{plain[:27]} {n}", n + 1
    taken.add(name.casefold())
    return name


def _width(column: Column) -> int:
    return max(_WIDTHS[column.kind], min(len(column.heading) + 3, 40))


def _head(page: Worksheet, heading: str) -> Any:
    cell = WriteOnlyCell(page, neutral(heading))
    cell.font, cell.fill = _HEAD_FONT, _HEAD_FILL
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _cell(page: Worksheet, value: Value, kind: Kind, zone: str) -> Any:
    if isinstance(value, bool):
        value = "Ya" if value else "Tidak"
    if isinstance(value, datetime):  # spreadsheets know no zones: wall time
        value = _wall(value, zone)
    if not isinstance(value, str):
        cell: Any = WriteOnlyCell(page, value)  # type: ignore[arg-type]
        cell.number_format = _FORMATS[kind] if kind != "text" or not isinstance(value, date) else _FORMATS["date"]
        return cell
    cell = WriteOnlyCell(page, neutral(value))
    cell.data_type = "s"  # a text, whatever it looks like
    cell.number_format = "@"
    cell.alignment = _LONG if len(value) > 40 else _SHORT
    return cell


def _wall(moment: datetime, zone: str) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)


def _as_text(value: Value, zone: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, datetime):
        return _wall(value, zone).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return neutral(value) if isinstance(value, str) else str(value).replace(".", ",")
