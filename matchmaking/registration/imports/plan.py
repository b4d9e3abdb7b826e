"""What an import would do, row by row, before anything is stored; and the kinds of import there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from matchmaking import typed
from matchmaking.actor import Actor
from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.registration.imports.columns import ImportField, Sheet, in_both, normal
from matchmaking.registration.imports.tables import Cell, CellKind, SourceRow, column_letter


class Outcome(StrEnum):
    """What becomes of a row."""

    FAULTY = "faulty"
    DOUBTFUL = "doubtful"
    NEW = "new"
    UPDATE = "update"
    SAME = "same"


@dataclass(frozen=True)
class Fault:
    """Something wrong with a row: where, what and what to do."""

    row: int
    column: str  # letter, empty for the whole row
    label: Any
    value: str
    sentence: Any


@dataclass(frozen=True)
class Change:
    """A field that an update would change."""

    label: Any
    old: str
    new: str


@dataclass(frozen=True)
class ReadRow:
    """A row as texts by field, with what could not be read."""

    number: int
    values: Mapping[str, str]
    faults: tuple[Fault, ...]
    columns: Mapping[str, str]  # field -> column letter
    labels: Mapping[str, Any]

    def get(self, name: str) -> str:
        """Return a field's text, empty when its column is not there."""
        return self.values.get(name, "")

    def fault(self, name: str, sentence: Any) -> Fault:
        """Return a fault at a field of this row."""
        label = self.labels.get(name, "")
        return Fault(self.number, self.columns.get(name, ""), label, self.get(name)[:80], sentence)


@dataclass(frozen=True)
class PlannedRow:
    """What would become of one row. ``target_id`` is the row of ours that it changes or returns to."""

    number: int
    title: str
    outcome: Outcome
    values: Mapping[str, str]
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()
    note: Any = ""
    target_id: int | None = None


@dataclass(frozen=True)
class ImportPlan:
    """What the whole file would do."""

    rows: tuple[PlannedRow, ...]
    remarks: tuple[Any, ...]
    unused: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each outcome has."""
        counted = Counter(row.outcome.value for row in self.rows)
        return {outcome.value: counted.get(outcome.value, 0) for outcome in Outcome}

    @property
    def faults(self) -> list[Fault]:
        """All faults in the order of the rows."""
        return [fault for row in self.rows for fault in row.faults]


@dataclass(frozen=True)
class StoreOptions:
    """What the organiser chose on the preview."""

    is_approved: bool = False
    are_doubtful_added: bool = False


class ImportKind(Protocol):
    """One kind of import; a feature on the right may register more."""

    name: str
    label: Any
    about: Any
    has_state: bool

    def fields(self) -> Sequence[ImportField]:
        """Return the fields a column can be."""
        ...

    def plan(self, event_id: int, rows: Sequence[ReadRow]) -> list[PlannedRow]:
        """Say what would become of each row; reads, changes nothing."""
        ...

    def store(self, actor: Actor, event_id: int, row: PlannedRow, options: StoreOptions) -> None:
        """Store one row through the same services as the forms."""
        ...


KINDS: dict[str, ImportKind] = {}


def register_kind(kind: ImportKind) -> None:
    """Offer a kind of import; registering it again changes nothing."""
    KINDS[kind.name] = kind


def read_rows(sheet: Sheet, mapping: Mapping[int, str], fields: Sequence[ImportField]) -> list[ReadRow]:
    """Return the rows as texts by field; what cannot be read is a fault at its cell."""
    by_name = {one.name: one for one in fields}
    labels = {one.name: one.label for one in fields}
    columns = {name: column_letter(index) for index, name in mapping.items() if name in by_name}
    words = {one.name: _choice_words(one) for one in fields if one.choices}
    rows = []
    for row in sheet.rows:
        values: dict[str, str] = {}
        faults = _range_faults(sheet, row)
        for index, name in mapping.items():
            if name not in by_name:
                continue
            text, sentence = _read(row.cell(index), by_name[name], words.get(name, {}))
            values[name] = text
            if sentence:
                faults.append(
                    Fault(row.number, column_letter(index), labels[name], row.cell(index).text[:80], sentence)
                )
        if any(values.values()) or faults:
            rows.append(ReadRow(row.number, values, tuple(faults), columns, labels))
    return rows


def _range_faults(sheet: Sheet, row: SourceRow) -> list[Fault]:
    return [
        Fault(row.number, "", "", one.reference, _merged_across(one.reference))
        for one in sheet.faults
        if row.number in one.rows
    ]


def _merged_across(reference: str) -> str:
    return _(
        "The cells %(range)s are merged across columns. Unmerge them and write each value into its own cell.",
        range=reference,
    )


def _read(cell: Cell, one: ImportField, words: Mapping[str, str]) -> tuple[str, str]:
    """Return the text a service understands, and a sentence when the cell cannot be read."""
    if cell.kind is CellKind.EMPTY_FORMULA:
        return "", _("The cell holds a formula without a result. Copy the column and paste it as values.")
    if cell.kind is CellKind.ERROR:
        return "", _("The cell holds the error %(error)s. Please write the value itself.", error=cell.text)
    text = cell.text.strip()
    if not text:
        return "", ""
    if one.kind == "identity":
        return text, _number_fault(cell, one)
    if one.choices:
        code = words.get(normal(text))
        if code is None:
            offered = "; ".join(str(said[0]) for said in list(one.choices.values())[:16])
            return "", _("“%(text)s” is none of the answers: %(offered)s.", text=text[:40], offered=offered)
        return code, ""
    try:
        return _typed(text, one.kind), ""
    except InvalidInput as refusal:
        return "", str(refusal.message)


def _typed(text: str, kind: str) -> str:
    if kind == "date":
        found: date = typed.read_date(text)
        return found.isoformat()
    if kind == "yes_no":
        return "yes" if typed.read_yes_no(text) else "no"
    return text


def _number_fault(cell: Cell, one: ImportField) -> str:
    """Numbers that a spreadsheet has spoilt: shown as 8,12E+12, cut to 15 digits, without their leading zero."""
    text = cell.text.strip()
    if re.fullmatch(r"\d+([.,]\d+)?\s*[eE]\s*\+?\d+", text):
        return _(
            "“%(text)s” is a shortened number: the digits are lost. Format the column as text and write the whole number again.",
            text=text[:30],
        )
    digits = re.sub(r"\D", "", text)
    is_number = cell.kind is CellKind.NUMBER
    if is_number and (len(digits) > 15 or (len(digits) > 9 and digits.endswith("000000"))):
        return _(
            "The spreadsheet has rounded this number (%(text)s). Format the column as text and write the whole number again.",
            text=text[:30],
        )
    if one.digits and len(digits) == one.digits - 1 and digits == text:
        return _(
            "The number has %(found)s digits, not %(wanted)s. Perhaps the spreadsheet dropped a 0 in front: format the column as text and write it again.",
            found=len(digits),
            wanted=one.digits,
        )
    return ""


def _choice_words(one: ImportField) -> dict[str, str]:
    return {
        normal(form): code
        for code, said in one.choices.items()
        for word in (code, *said)
        for form in ((word,) if isinstance(word, str) else in_both(word))
    }


def faults_of(row: ReadRow, sentences: Mapping[str, Any]) -> list[Fault]:
    """Return the faults that the services' sentences name; fields with a fault of reading keep that one."""
    read = {fault.column for fault in row.faults if fault.column}
    return [row.fault(name, said) for name, said in sentences.items() if row.columns.get(name, "-") not in read]
