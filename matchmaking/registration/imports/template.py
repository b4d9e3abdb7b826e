"""The workbook people fill in: headings, lists to choose from, an example and notes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from matchmaking.i18n import force_locale
from matchmaking.i18n import gettext as _
from matchmaking.registration.imports.columns import ImportField
from matchmaking.registration.imports.plan import ImportKind
from matchmaking.registration.imports.tables import MAX_ROWS
from matchmaking.sheets import neutral

#: The sheet that is read when a file has it.
SHEET = "Isian"
_PREPARED_ROWS = 500
_HEAD = (PatternFill("solid", start_color="FF7A1F2B"), Font(bold=True, color="FFFFFFFF"))
_OPTIONAL = (PatternFill("solid", start_color="FFEFE6D8"), Font(bold=True, color="FF2B2320"))


def template(kind: ImportKind) -> bytes:
    """Return the workbook of an import; always in Indonesian, the language of the offices that fill it in."""
    with force_locale("id"):
        book = Workbook()
        page = book.worksheets[0]
        page.title = SHEET
        fields = list(kind.fields())
        _head(page, fields)
        _lists(book, page, fields)
        _example(book, fields)
        _notes(book, kind, fields)
        output = io.BytesIO()
        book.save(output)
    return output.getvalue()


def heading(one: ImportField) -> str:
    """Return a column's heading; a star marks what must be filled in."""
    return f"{one.label} *" if one.is_required else str(one.label)


def _head(page: Any, fields: Sequence[ImportField]) -> None:
    for index, one in enumerate(fields, start=1):
        cell = page.cell(1, index, heading(one))
        cell.fill, cell.font = _HEAD if one.is_required else _OPTIONAL
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        page.column_dimensions[get_column_letter(index)].width = max(len(str(one.label)) + 4, 18)
        if one.kind == "identity":
            for row in range(2, _PREPARED_ROWS + 2):
                page.cell(row, index).number_format = "@"
    page.freeze_panes = "A2"


def _lists(book: Any, page: Any, fields: Sequence[ImportField]) -> None:
    """The answers stand on a sheet of their own: a list inside a rule takes 255 signs at most."""
    lists = book.create_sheet("Daftar")
    lists.sheet_state = "hidden"
    for column, one in enumerate((one for one in fields if one.choices), start=1):
        words = [str(said[0]) for said in one.choices.values()]
        for row, word in enumerate(words, start=1):
            lists.cell(row, column, neutral(word))
        letter = get_column_letter(column)
        rule = DataValidation(type="list", formula1=f"Daftar!${letter}$1:${letter}${len(words)}", allow_blank=True)
        rule.error, rule.errorTitle = _("Please choose one of the answers."), str(one.label)[:30]
        page.add_data_validation(rule)
        place = get_column_letter(list(fields).index(one) + 1)
        rule.add(f"{place}2:{place}{_PREPARED_ROWS + 1}")


def _example(book: Any, fields: Sequence[ImportField]) -> None:
    page = book.create_sheet("Contoh")
    page.append([heading(one) for one in fields])
    for index, one in enumerate(fields, start=1):
        cell = page.cell(2, index, neutral(one.example))
        cell.data_type, cell.number_format = "s", "@"
        page.column_dimensions[get_column_letter(index)].width = max(len(one.example), len(str(one.label))) + 4


def _notes(book: Any, kind: ImportKind, fields: Sequence[ImportField]) -> None:
    page = book.create_sheet("Petunjuk")
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 34, 90
    page.append([str(kind.label), str(kind.about)])
    rules = (
        _(
            "Fill in the sheet “%(sheet)s” from row 2 on, one row each. Columns you do not need may be left out.",
            sheet=SHEET,
        ),
        _("At most %(count)s rows in one file.", count=f"{MAX_ROWS:,}".replace(",", ".")),
        _("A cell left empty changes nothing of what we know."),
        _("No merged cells across columns and no formulas without a result, please."),
        _("Either all rows are taken over or none. The same file again changes nothing."),
    )
    for rule in rules:
        page.append(["", rule])
    page.append([])
    page.append([_("Column"), _("What belongs there")])
    for one in fields:
        offered = "; ".join(str(said[0]) for said in one.choices.values())
        page.append([neutral(heading(one)), neutral(str(one.help) or offered or one.example)])
    for row in page.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
