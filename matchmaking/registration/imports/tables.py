"""What a spreadsheet holds, whatever file it came in: cells, rows, merged ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _

#: Rows with data that one file may have; more is refused with the number found.
MAX_ROWS = 5_000
MAX_COLUMNS = 200
MAX_FILE_BYTES = 5 * 1024 * 1024
#: Longest text of one cell; more is no entry but a broken file.
MAX_CELL = 32_767
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class UnreadableFile(InvalidInput):
    """The file as a whole cannot be taken in; the sentence says why and what to do."""

    code = "import.unreadable"


class CellKind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    ERROR = "error"  # #REF!, #N/A …
    EMPTY_FORMULA = "empty_formula"  # a formula whose result was never stored


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as text: numbers without grouping, dates as ISO, percentages with ``%``."""

    text: str = ""
    kind: CellKind = CellKind.TEXT

    @property
    def is_empty(self) -> bool:
        """Say whether nothing stands here."""
        return not self.text.strip() and self.kind is not CellKind.EMPTY_FORMULA


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row; ``number`` as the spreadsheet program shows it."""

    number: int
    cells: tuple[Cell, ...]
    is_hidden: bool = False

    def cell(self, index: int) -> Cell:
        """Return the cell of a column (from 0), empty where the row is shorter."""
        return self.cells[index] if 0 <= index < len(self.cells) else EMPTY

    @property
    def is_empty(self) -> bool:
        """Say whether no cell holds anything."""
        return all(cell.is_empty for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows from 1 as shown, columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def reference(self) -> str:
        """The range as the program shows it, such as ``A3:B4``."""
        return f"{column_letter(self.first_column)}{self.first_row}:{column_letter(self.last_column)}{self.last_row}"

    @property
    def is_one_column(self) -> bool:
        """Say whether the range runs down a single column."""
        return self.first_column == self.last_column


@dataclass(frozen=True)
class Table:
    """A sheet as read: rows that hold something, in order, and what a person should know about the reading."""

    rows: tuple[SourceRow, ...]
    merges: tuple[Merge, ...] = ()
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    remarks: tuple[Any, ...] = field(default=())  # lazily translated sentences


def column_letter(index: int) -> str:
    """Return ``A`` for 0, ``AB`` for 27."""
    letters, rest = "", index + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        letters = chr(65 + place) + letters
    return letters


def column_index(reference: str) -> int:
    """Return the column (from 0) of a cell reference such as ``AB12``."""
    index = 0
    for sign in reference:
        if not sign.isalpha():
            break
        index = index * 26 + ord(sign.upper()) - 64
    return index - 1


def too_many_rows(count: int) -> UnreadableFile:
    """Return the refusal of a file with too many rows."""
    return UnreadableFile(
        _(
            "The file has %(count)s rows; we take at most %(limit)s at a time. Please split it and send the parts one after the other.",
            count=f"{count:,}".replace(",", "."),
            limit=f"{MAX_ROWS:,}".replace(",", "."),
        )
    )


def plain_text(value: str) -> str:
    """Return a cell's text fit to store: escaped signs read, control signs dropped, our own apostrophe taken off.

    The apostrophe is what ``matchmaking.sheets.neutral`` puts before a text that would run.
    """
    if "_x" in value:
        value = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), value)
    value = _NOT_TEXT.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))[:MAX_CELL]
    return value[1:] if value[:1] == "'" and value[1:2] in ("=", "+", "-", "@", "\t") else value
