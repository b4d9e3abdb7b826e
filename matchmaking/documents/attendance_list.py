"""The attendance list on A4 for ink: numbered rows with room to sign; data in, PDF bytes out."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from matchmaking.documents.agenda import GREY, MARGIN, Paper, letterhead_flowables
from matchmaking.documents.fonts import Typeface, typeface

#: Width of the columns in millimetres: number, name and office, organisation, signature.
_WIDTHS = (11, 58, 55, 50)
_ROW_HEIGHT = 13 * mm


@dataclass(frozen=True)
class Attendee:
    """One row: name, what they are, for whom they come; ``mark`` is printed in the place of the signature."""

    name: str
    office: str
    organization: str
    mark: str = ""


@dataclass(frozen=True)
class ListWords:
    """The heading, the lines under it, the columns' headings and the foot (``page`` has %(page)s)."""

    heading: str
    lines: tuple[str, ...]
    columns: tuple[str, str, str, str]
    empty: str
    page: str = "%(page)s"


def render_attendance_list(people: Iterable[Attendee], words: ListWords, paper: Paper, *, spare: int = 0) -> bytes:
    """Return the list as a PDF.

    Args:
        people: the rows in order.
        words: what stands around them.
        paper: letterhead and fonts.
        spare: numbered rows without a name at the end, for people who were not expected.
    """
    face = typeface(paper.fonts)
    return _built(list_flowables(people, words, paper, face, spare), words, paper, face)


def list_flowables(
    people: Iterable[Attendee], words: ListWords, paper: Paper, face: Typeface, spare: int
) -> list[Flowable]:
    """Return the list, to stand in this or another document."""
    rows = [*people, *[Attendee("", "", "")] * spare]
    return [
        *letterhead_flowables(paper.letterhead, face),
        Paragraph(escape(words.heading), _style(face.bold, 15, after=2)),
        *(Paragraph(escape(line), _style(face.regular, 10)) for line in words.lines),
        Spacer(1, 8),
        _table(rows, words, face) if rows else Paragraph(escape(words.empty), _style(face.regular, 11)),
    ]


def _table(rows: list[Attendee], words: ListWords, face: Typeface) -> Table:
    head, strong, small = _style(face.bold, 9), _style(face.bold, 9.5), _style(face.regular, 8, GREY)
    plain = _style(face.regular, 9)
    data: list[list[Any]] = [[Paragraph(escape(word), head) for word in words.columns]]
    for number, row in enumerate(rows, start=1):
        who = [Paragraph(escape(row.name), strong)]
        if row.office:
            who.append(Paragraph(escape(row.office), small))
        # signatures zigzag, as on every such list: two neighbours do not cross
        sign = f"{number}. {row.mark}" if row.mark else f"{number}."
        data.append([
            Paragraph(str(number), plain), who, Paragraph(escape(row.organization), plain),
            Paragraph(escape(sign), _style(face.regular, 8, GREY, indent=0 if number % 2 else 24 * mm)),
        ])  # fmt: skip
    table = Table(
        data, colWidths=[width * mm for width in _WIDTHS], repeatRows=1, minRowHeights=[0, *[_ROW_HEIGHT] * len(rows)]
    )
    table.setStyle(
        TableStyle([
            ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#EEEAE5")),
            ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
            ("VALIGN", (0, 1), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ])
    )  # fmt: skip
    return table


def _built(story: list[Flowable], words: ListWords, paper: Paper, face: Typeface) -> bytes:
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=14 * mm, bottomMargin=18 * mm,
        title=words.heading, author=paper.letterhead.name, invariant=1,
    )  # fmt: skip

    def foot(canvas: Any, _document: Any) -> None:
        canvas.setFont(face.regular, 8)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN, 11 * mm, paper.title)
        canvas.drawRightString(A4[0] - MARGIN, 11 * mm, words.page % {"page": canvas.getPageNumber()})

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _style(
    font: str, size: float, color: colors.Color = colors.black, *, after: float = 0, indent: float = 0
) -> ParagraphStyle:
    return ParagraphStyle(
        f"list-{font}-{size}", fontName=font, fontSize=size, leading=size * 1.25, textColor=color, spaceAfter=after,
        leftIndent=indent, splitLongWords=True,
    )  # fmt: skip
