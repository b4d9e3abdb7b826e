"""The list of what is wrong in a file, as a workbook to work through."""

from __future__ import annotations

from matchmaking.i18n import gettext as _
from matchmaking.registration.imports.plan import ImportPlan
from matchmaking.sheets import Column, Sheet, Value, to_xlsx


def fault_list(plan: ImportPlan) -> bytes:
    """Return every fault with its row, column, field, value and sentence."""
    columns = [
        Column(_("Row"), "whole", 8), Column(_("Column"), width=9), Column(_("Field"), width=26),
        Column(_("Value"), width=30), Column(_("What is wrong and what to do"), width=90),
    ]  # fmt: skip
    rows: list[list[Value]] = [[f.row, f.column, str(f.label), f.value, str(f.sentence)] for f in plan.faults]
    return to_xlsx([Sheet(_("To correct"), columns, rows)])
