"""The audit page of a commitment's paper: what happened, when, by whom, on which device, and the hashes it can be checked with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, Table, TableStyle

from matchmaking.documents.agenda import GREY, LINE, MAROON
from matchmaking.documents.fonts import Typeface

_COLUMNS = (9 * mm, 43 * mm, 48 * mm, A4[0] - 140 * mm)
_HEADS = ("No", "Waktu", "Peristiwa", "Siapa dan di perangkat mana")


@dataclass(frozen=True)
class AuditRow:
    """One event; ``hashes`` as (label, SHA-256 in hex)."""

    at: str
    device_at: str
    event: str
    who: str
    device: str
    hashes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AuditPage:
    """The page: facts as (label, value), the events in order, and what the page and the seal prove."""

    title: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[AuditRow, ...]
    remarks: tuple[str, ...]


def audit_flowables(page: AuditPage, face: Typeface) -> list[Flowable]:
    """Return the page's content, from its title to its remarks."""
    small = _style(face.regular, 7.8, leading=10.4)
    facts = [
        Paragraph(f"<b>{escape(label)}</b>: {escape(value)}", _style(face.regular, 8.2, leading=11))
        for label, value in page.facts
    ]
    return [
        Paragraph(escape(page.title), _style(face.bold, 12, leading=16)),
        Spacer(1, 3),
        *facts,
        Spacer(1, 6),
        _table(page.rows, face),
        Spacer(1, 7),
        *(Paragraph(escape(remark), small) for remark in page.remarks),
    ]


def _table(rows: Sequence[AuditRow], face: Typeface) -> Table:
    head = _style(face.bold, 7.8, colors.white, leading=9.8)
    cells: list[list[Any]] = [[Paragraph(word, head) for word in _HEADS]]
    lines: list[tuple[Any, ...]] = []
    for number, row in enumerate(rows, start=1):
        lines.append(("LINEABOVE", (0, len(cells)), (-1, len(cells)), 0.5, LINE))
        cells.append(_row(number, row, face))
        for label, value in row.hashes:
            at = len(cells)
            text = f"{escape(label)} SHA-256 {escape(value)}"
            cells.append(["", Paragraph(text, _style(face.regular, 6.4, GREY, leading=7.8)), "", ""])
            lines += [
                ("SPAN", (1, at), (-1, at)),
                ("TOPPADDING", (0, at), (-1, at), 0),
                ("BOTTOMPADDING", (0, at), (-1, at), 1),
            ]
    table = Table(cells, colWidths=list(_COLUMNS), repeatRows=1)
    table.setStyle(
        TableStyle([
            ("BACKGROUND", (0, 0), (-1, 0), MAROON),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BOX", (0, 0), (-1, -1), 0.5, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            *lines,
        ])
    )  # fmt: skip
    return table


def _row(number: int, row: AuditRow, face: Typeface) -> list[Any]:
    text = _style(face.regular, 7.8, leading=9.6)
    when = escape(row.at) + (
        f'<br/><font size="6.8" color="#5F5A55">{escape(row.device_at)}</font>' if row.device_at else ""
    )
    who = "<br/>".join(escape(part) for part in (row.who, row.device) if part)
    return [
        Paragraph(str(number), text),
        Paragraph(when, text),
        Paragraph(escape(row.event), text),
        Paragraph(who, text),
    ]


def _style(font: str, size: float, color: Any = colors.black, **values: Any) -> ParagraphStyle:
    return ParagraphStyle(
        f"audit-{font}-{size}", fontName=font, fontSize=size, textColor=color, splitLongWords=True, **values
    )
