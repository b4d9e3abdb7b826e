"""Finding the headings, and which column is which field: guessed from words, corrected by a person, remembered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matchmaking.i18n import LOCALES, force_locale
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.imports.tables import (
    Cell,
    Merge,
    SourceRow,
    Table,
    UnreadableFile,
    column_letter,
)

#: Titles and letterheads stand above the headings; they are looked for this far down.
HEAD_WITHIN = 25


@dataclass(frozen=True)
class ImportField:
    """A field a column can be. ``kind``: text, identity, choice, date or yes_no; ``choices``: code -> words for it."""

    name: str
    label: Any  # lazily translated
    synonyms: tuple[str, ...] = ()
    kind: str = "text"
    is_required: bool = False
    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    digits: int = 0  # of an identity number
    example: str = ""
    help: Any = ""


@dataclass(frozen=True)
class Heading:
    """A column with its heading and the first values below it, for the mapping page."""

    index: int
    text: str
    samples: tuple[str, ...]

    @property
    def letter(self) -> str:
        """The column as the program names it."""
        return column_letter(self.index)


@dataclass(frozen=True)
class RangeFault:
    """A merged range that cannot be read, and the rows it touches."""

    reference: str
    rows: range


@dataclass(frozen=True)
class Sheet:
    """A table whose headings are known."""

    headings: tuple[Heading, ...]
    rows: tuple[SourceRow, ...]
    faults: tuple[RangeFault, ...]
    remarks: tuple[Any, ...]
    head_row: int


def normal(heading: str) -> str:
    """Return what spellings of one heading share: no case, accents, signs, or remarks in brackets."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"\([^)]*\)", " ", plain)).strip()


def find_headings(table: Table, fields: Sequence[ImportField]) -> Sheet:
    """Return the table below its headings, merged cells resolved.

    Raises:
        UnreadableFile: there is nothing below the headings.
    """
    head = _head_index(table, fields)
    head_row = table.rows[head]
    last = max(
        [m.last_row for m in table.merges if m.first_row == head_row.number and m.last_row > m.first_row],
        default=head_row.number,
    )
    head_rows = [row for row in table.rows[head:] if row.number <= last]
    body = [row for row in table.rows[head + len(head_rows) :] if not row.is_empty]
    if body and _is_numbering(body[0]):
        body = body[1:]
    if not body:
        raise UnreadableFile(_("There is nothing below the headings. Fill the rows in and send the file again."))
    rows, faults, remarks = _unmerge(body, [m for m in table.merges if m.last_row > last])
    return Sheet(_headings(head_rows, rows), tuple(rows), tuple(faults), (*table.remarks, *remarks), head_row.number)


def _head_index(table: Table, fields: Sequence[ImportField]) -> int:
    """The row with the most known headings; the first one where nothing is known."""
    words = {word for one in fields for word in _words(one)}
    best, most = 0, 0
    for index, row in enumerate(table.rows[:HEAD_WITHIN]):
        hits = len({normal(cell.text) for cell in row.cells if not cell.is_empty} & words)
        if hits > most:
            best, most = index, hits
    return best


def _is_numbering(row: SourceRow) -> bool:
    """Official forms number their columns below the headings: (1) (2) (3)."""
    texts = [cell.text.strip(" ().") for cell in row.cells if not cell.is_empty]
    return len(texts) > 2 and texts == [str(n) for n in range(1, len(texts) + 1)]


def _unmerge(rows: list[SourceRow], merges: Sequence[Merge]) -> tuple[list[SourceRow], list[RangeFault], list[Any]]:
    """A range down one column is read into each of its rows; one across columns is refused where it stands."""
    faults, filled = [], []
    by_number = {row.number: position for position, row in enumerate(rows)}
    for merge in merges:
        touched = range(merge.first_row, merge.last_row + 1)
        if not any(number in by_number for number in touched):
            continue
        if not merge.is_one_column:
            faults.append(RangeFault(merge.reference, touched))
            continue
        filled.append(merge.reference)
        first = by_number.get(merge.first_row)
        value = rows[first].cell(merge.first_column) if first is not None else Cell()
        for number in touched:
            if number in by_number:
                position = by_number[number]
                rows[position] = _with_cell(rows[position], merge.first_column, value)
    remarks = []
    if filled:
        places = ", ".join(filled[:10]) + (" …" if len(filled) > 10 else "")
        remarks.append(_l("Merged cells: the value is read into each of their rows (%(places)s).", places=places))
    return rows, faults, remarks


def _with_cell(row: SourceRow, index: int, value: Cell) -> SourceRow:
    cells = [*row.cells, *[Cell()] * (index + 1 - len(row.cells))]
    cells[index] = value
    return SourceRow(row.number, tuple(cells), row.is_hidden)


def _headings(head_rows: list[SourceRow], rows: Sequence[SourceRow]) -> tuple[Heading, ...]:
    width = max(len(row.cells) for row in [*head_rows, *rows])
    found = []
    for index in range(width):
        texts = [row.cell(index).text.strip() for row in head_rows if row.cell(index).text.strip()]
        samples = [row.cell(index).text.strip() for row in rows if not row.cell(index).is_empty][:3]
        if texts or samples:
            text = " ".join((texts[-1] if texts else "").split())
            found.append(Heading(index, text, tuple(sample[:60] for sample in samples)))
    return tuple(found)


def _words(one: ImportField) -> set[str]:
    return {normal(word) for word in (one.name, *in_both(one.label), *one.synonyms)} - {""}


def in_both(word: Any) -> tuple[str, ...]:
    """Return a word in both languages: a file in one is read by somebody who works in the other."""
    found = []
    for locale in LOCALES:
        with force_locale(locale):
            found.append(str(word))
    return tuple(found)


def guess(headings: Sequence[Heading], fields: Sequence[ImportField], remembered: Mapping[str, str]) -> dict[int, str]:
    """Return column -> field: as remembered, else the same words, else a heading that begins with them. Each once."""
    names, chosen = {one.name for one in fields}, dict[int, str]()
    words = {one.name: _words(one) for one in fields}

    def take(index: int, name: str) -> None:
        if index not in chosen and name in names and name not in chosen.values():
            chosen[index] = name

    for heading in headings:
        if known := remembered.get(normal(heading.text)):
            take(heading.index, known)
    for heading in headings:
        for name, own in words.items():
            if normal(heading.text) in own:
                take(heading.index, name)
    for heading in headings:
        for name, own in words.items():
            if any(len(word) > 3 and normal(heading.text).startswith(f"{word} ") for word in own):
                take(heading.index, name)
    return chosen
