"""Blank numbered commitment forms on A4, one page each, to be filled in by hand: data in, PDF bytes out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from matchmaking.documents.agenda import LINE, Letterhead, letterhead_flowables
from matchmaking.documents.fonts import Typeface, typeface

MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
ROWS = 6


@dataclass(frozen=True)
class BlankForms:
    """What stands on each form. ``heads``: of the table of products; ``locked``: the clause that is set apart."""

    title: str
    subtitle: str
    numbers: tuple[str, ...]
    facts: tuple[str, ...]  # labels of lines to be filled in, for each party
    parties: tuple[str, str]
    heads: tuple[str, ...]
    clauses: tuple[str, ...]
    locked: str
    signing: tuple[str, str]
    foot: str
    fonts: Path
    letterhead: Letterhead = field(default_factory=Letterhead)


def render_forms(forms: BlankForms) -> bytes:
    """Return all forms as one PDF, the same bytes for the same data."""
    face = typeface(forms.fonts)
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=11 * mm, bottomMargin=11 * mm,
        title=forms.title, lang="id", invariant=1,
    )  # fmt: skip
    story: list[Flowable] = []
    for at, number in enumerate(forms.numbers):
        story += [PageBreak()] if at else []
        story += form_flowables(forms, number, face)
    document.build(story)
    return out.getvalue()


def form_flowables(forms: BlankForms, number: str, face: Typeface) -> list[Flowable]:
    """Return one form, to stand in this or another document."""
    text = _style(face.regular, 8.4, leading=10.4, alignment=TA_JUSTIFY, after=2.5)
    strong = ParagraphStyle("locked", parent=text, fontName=face.bold)
    clauses = [
        Paragraph(escape(f"{at}. {clause}"), strong if clause == forms.locked else text)
        for at, clause in enumerate(forms.clauses, start=1)
    ]
    return [
        *letterhead_flowables(forms.letterhead, face, WIDTH),
        Paragraph(escape(forms.title), _style(face.bold, 12.5, alignment=TA_CENTER)),
        Paragraph(escape(forms.subtitle), _style(face.regular, 9.5, alignment=TA_CENTER)),
        Paragraph(escape(f"Nomor: {number}"), _style(face.bold, 11.5, alignment=TA_CENTER, after=5)),
        *_parties(forms, face),
        *clauses[:1],
        _goods(forms.heads, face),
        Spacer(1, 5),
        *clauses[1:],
        Spacer(1, 3),
        _signatures(forms.signing, face),
        Paragraph(escape(forms.foot), _style(face.regular, 7.2, colors.HexColor("#5F5A55"), leading=9)),
    ]


def _parties(forms: BlankForms, face: Typeface) -> list[Flowable]:
    plain = _style(face.regular, 8.6, leading=10.5)
    found: list[Flowable] = []
    for party in forms.parties:
        rows: list[list[Any]] = [[Paragraph(escape(label), plain), ""] for label in forms.facts]
        table = Table(rows, colWidths=[34 * mm, WIDTH - 34 * mm], rowHeights=[6.1 * mm] * len(rows))
        table.setStyle(
            TableStyle([
                ("LINEBELOW", (1, 0), (1, -1), 0.5, LINE), ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ])
        )  # fmt: skip
        found += [Paragraph(escape(party), _style(face.bold, 9, leading=11)), table, Spacer(1, 4)]
    return found


def _goods(heads: Sequence[str], face: Typeface) -> Table:
    head = _style(face.bold, 7.8, leading=9.4)
    rows: list[list[Any]] = [[Paragraph(escape(word), head) for word in heads], *([[""] * len(heads)] * (ROWS + 1))]
    rows[-1] = ["", Paragraph("Jumlah", head), *[""] * (len(heads) - 2)]
    widths = [10 * mm, 60 * mm, 20 * mm, 20 * mm, 30 * mm]
    table = Table(rows, colWidths=[*widths, WIDTH - sum(widths)], rowHeights=[8 * mm, *[7 * mm] * (ROWS + 1)])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, LINE), ("VALIGN", (0, 0), (-1, 0), "MIDDLE")]))
    return table


def _signatures(signing: tuple[str, str], face: Typeface) -> Table:
    middle = _style(face.regular, 8.6, leading=11, alignment=TA_CENTER)
    dots = "(" + "." * 48 + ")"
    cells = [[Paragraph(escape(word), middle), Spacer(1, 19 * mm), Paragraph(dots, middle)] for word in signing]
    return Table([cells], colWidths=[WIDTH / 2, WIDTH / 2])


def _style(font: str, size: float, color: Any = colors.black, **values: Any) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}-{size}", fontName=font, fontSize=size, leading=values.pop("leading", size * 1.3), textColor=color,
        spaceAfter=values.pop("after", 0), **values,
    )  # fmt: skip
