"""The recap of an event on A4: figures with how each is counted, breakdowns, largest commitments, lines to sign; pure."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from matchmaking.documents.agenda import GREY, LINE, MAROON, Letterhead, letterhead_flowables
from matchmaking.documents.fonts import Typeface, typeface

MARGIN = 16 * mm
WIDTH = A4[0] - 2 * MARGIN
EXTRA = 0.22
#: More rows than this do not fit beside each other on one page.
MOST_SIDE_BY_SIDE = 40
#: Where a figure stands on paper only, it is written in by hand.
BLANK = "………………"


@dataclass(frozen=True)
class Row:
    """A figure: its name, number and value as text (empty: nothing to show; ``None``: to be written in), how counted."""

    label: str
    number: str | None
    value: str
    counted: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A small table with a heading row; the first column is text, the others are figures."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    counted: str = ""


@dataclass(frozen=True)
class Signer:
    """A line to sign: the office, and the name when it is known."""

    office: str
    name: str = ""


@dataclass(frozen=True)
class Words:
    """Headings and the foot in the reader's language. ``page`` has %(page)s."""

    heading: str
    figure: str
    number: str
    value: str
    counted: str
    place_and_date: str
    page: str


@dataclass(frozen=True)
class Recap:
    """What the recap says; every text is ready to print."""

    name: str
    subtitle: str
    as_of: str
    rows: tuple[Row, ...]
    largest: Section
    sections: tuple[Section, ...]  # side by side
    signers: tuple[Signer, ...]
    words: Words
    letterhead: Letterhead
    fonts: Path


def render_recap(recap: Recap) -> bytes:
    """Return the recap as PDF."""
    face = typeface(recap.fonts)
    story: list[Flowable] = [*letterhead_flowables(recap.letterhead, face, WIDTH)]
    story.append(Paragraph(escape(recap.words.heading), _style(face.bold, 14, MAROON, alignment=TA_CENTER)))
    story.append(Paragraph(escape(recap.name), _style(face.bold, 10, alignment=TA_CENTER)))
    story.append(Paragraph(escape(recap.subtitle), _style(face.regular, 9, alignment=TA_CENTER)))
    story.append(Paragraph(escape(recap.as_of), _style(face.regular, 9, GREY, after=4, alignment=TA_CENTER)))
    story += [_figures(recap, face), Spacer(1, 5)]
    if recap.largest.rows:
        story += [_part(recap.largest, face, WIDTH, 7), Spacer(1, 5)]
    story += _side_by_side([part for part in recap.sections if part.rows], face)
    story.append(_signing(recap, face))
    return _built(story, recap, face)


def _built(story: list[Flowable], recap: Recap, face: Typeface) -> bytes:
    out = io.BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=10 * mm, bottomMargin=14 * mm,
        title=f"{recap.words.heading} – {recap.name}", author=recap.letterhead.name, invariant=1,
    )  # fmt: skip
    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, 0, 0, 0, 0)

    def foot(canvas: Canvas, _document: BaseDocTemplate) -> None:
        canvas.setFont(face.regular, 7.5)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN, 9 * mm, f"{recap.name} · {recap.as_of}"[:120])
        canvas.drawRightString(A4[0] - MARGIN, 9 * mm, recap.words.page % {"page": canvas.getPageNumber()})

    document.addPageTemplates(PageTemplate("recap", [frame], onPage=foot))
    document.build(story)
    return out.getvalue()


def _figures(recap: Recap, face: Typeface) -> Table:
    head, words = _style(face.bold, 8, colors.white), recap.words
    right_head = _style(face.bold, 8, colors.white, alignment=TA_RIGHT)
    data: list[list[Any]] = [
        [
            Paragraph(escape(words.figure), head),
            Paragraph(escape(words.number), right_head),
            Paragraph(escape(words.value), right_head),
            Paragraph(escape(words.counted), head),
        ]
    ]
    plain, strong, small = (
        _style(face.regular, 8), _style(face.bold, 8, alignment=TA_RIGHT), _style(face.regular, 5.8, GREY)
    )  # fmt: skip
    for row in recap.rows:
        name: list[object] = [Paragraph(escape(row.label), plain)]
        if row.note:
            name.append(Paragraph(escape(row.note), small))
        number = BLANK if row.number is None else row.number
        data.append([
            name, Paragraph(escape(number), strong), Paragraph(escape(row.value), strong), Paragraph(escape(row.counted), small),
        ])  # fmt: skip
    return _table(data, [45 * mm, 25 * mm, 34 * mm, WIDTH - 104 * mm])


def _side_by_side(sections: Sequence[Section], face: Typeface) -> list[Flowable]:
    if any(len(section.rows) > MOST_SIDE_BY_SIDE for section in sections):  # a row of a table cannot break over pages
        return [part for section in sections for part in (_part(section, face, WIDTH), Spacer(1, 8))]
    if not sections:
        return []
    gap = 3 * mm
    room = WIDTH - gap * (len(sections) - 1)
    longest = max(sections, key=lambda section: len(section.rows))
    parts = len(sections) + EXTRA  # the longest one is wider, so that its words stay on one line
    cells: list[Any] = []
    widths: list[float] = []
    for section in sections:
        width = room * (1 + EXTRA if section is longest else 1) / parts
        if cells:
            cells.append("")
            widths.append(gap)
        cells.append(
            [_part(section, face, width, 6), Paragraph(escape(section.counted), _style(face.regular, 5.5, GREY))]
        )
        widths.append(width)
    table = Table([cells], colWidths=widths)
    table.setStyle(TableStyle([
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ]))  # fmt: skip
    return [table]


def _part(section: Section, face: Typeface, width: float, size: float = 8) -> Table:
    head, plain = _style(face.bold, size, colors.white), _style(face.regular, size)
    right, right_head = (
        _style(face.regular, size, alignment=TA_RIGHT), _style(face.bold, size, colors.white, alignment=TA_RIGHT)
    )  # fmt: skip
    data: list[list[Any]] = [
        [Paragraph(escape(word), right_head if index else head) for index, word in enumerate(section.headings)]
    ]
    for row in section.rows:
        data.append([Paragraph(escape(cell), right if index else plain) for index, cell in enumerate(row)])
    return _table(data, _widths(len(section.headings), width))


def _widths(columns: int, width: float) -> list[float]:
    """The first column is text, the last money, those between are counts."""
    if columns == 2:
        return [width - 36 * mm, 36 * mm]
    money, count = 19.5 * mm, 14.5 * mm / (columns - 2)
    return [width - money - count * (columns - 2), *[count] * (columns - 2), money]


def _table(data: Sequence[list[Any]], widths: Sequence[float]) -> Table:
    table = Table(data, colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle([
            ("BACKGROUND", (0, 0), (-1, 0), MAROON),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
            ("TOPPADDING", (0, 0), (-1, -1), 0.8),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ])
    )  # fmt: skip
    return table


def _signing(recap: Recap, face: Typeface) -> KeepTogether:
    centre, line = _style(face.regular, 9, alignment=TA_CENTER), "………………………………………"
    cells: list[Any] = [
        [
            Paragraph(escape(signer.office), centre),
            Spacer(1, 11 * mm),
            Paragraph(escape(signer.name or line), _style(face.bold, 9, alignment=TA_CENTER)),
            Paragraph("NIP ……………………………", _style(face.regular, 8, GREY, alignment=TA_CENTER)),
        ]
        for signer in recap.signers
    ]
    place = Paragraph(escape(recap.words.place_and_date), _style(face.regular, 9, after=4, alignment=TA_RIGHT))
    table = Table([cells], colWidths=[WIDTH / len(cells)] * len(cells))
    return KeepTogether([place, table])


def _style(
    font: str, size: float, color: colors.Color = colors.black, *, after: float = 0, alignment: Any = TA_LEFT
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}-{size}-{alignment}", fontName=font, fontSize=size, leading=size * 1.25, textColor=color,
        spaceAfter=after, alignment=alignment, splitLongWords=True,
    )  # fmt: skip
