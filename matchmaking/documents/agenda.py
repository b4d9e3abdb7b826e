"""Agendas and table cards on A4: letterhead, one sheet (or more) each, names that wrap; data in, PDF bytes out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    Image,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from matchmaking.documents.fonts import Typeface, typeface

MARGIN = 18 * mm
MAROON = colors.HexColor("#7A1F2B")
GREY = colors.HexColor("#5F5A55")
LINE = colors.HexColor("#CFC8C0")


@dataclass(frozen=True)
class Letterhead:
    """The office that invites: parent, name, address and logo (PNG or JPEG bytes)."""

    name: str = ""
    parent: str = ""
    address: str = ""
    logo: bytes | None = None


@dataclass(frozen=True)
class Line:
    """One row: time, table, who, and a smaller line; ``is_pause`` prints it across, in grey."""

    time: str
    table: str
    title: str
    detail: str = ""
    is_pause: bool = False


@dataclass(frozen=True)
class Day:
    """The rows of one day under its date."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    """What is printed for one team or table."""

    heading: str
    name: str
    subtitle: str
    days: tuple[Day, ...]
    empty: str = ""


@dataclass(frozen=True)
class Words:
    """The headings of the columns and the foot, in the reader's language. ``page`` has %(page)s."""

    time: str
    table: str
    partner: str
    note: str = ""
    page: str = "%(page)s"


@dataclass(frozen=True)
class Paper:
    """What every sheet of one file shares."""

    words: Words
    fonts: Path
    letterhead: Letterhead = field(default_factory=Letterhead)
    title: str = ""


def render_agendas(sheets: Iterable[Sheet], paper: Paper, on_sheet: Callable[[int], None] | None = None) -> bytes:
    """Return one PDF with the sheets in order, each beginning on a page of its own.

    Args:
        sheets: what to print.
        paper: letterhead, words and fonts.
        on_sheet: called with the number of sheets laid out so far; raising in it ends the work.
    """
    face = typeface(paper.fonts)
    story: list[Flowable] = []
    for number, sheet in enumerate(sheets, start=1):
        if story:
            story.append(PageBreak())
        story += sheet_flowables(sheet, paper, face)
        if on_sheet:
            on_sheet(number)
    return _built(story, paper, face)


def _built(story: list[Flowable], paper: Paper, face: Typeface) -> bytes:
    out = io.BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=14 * mm, bottomMargin=18 * mm,
        title=paper.title, author=paper.letterhead.name, invariant=1,
    )  # fmt: skip
    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, 0, 0, 0, 0)

    def foot(canvas: Canvas, _document: BaseDocTemplate) -> None:
        canvas.setFont(face.regular, 8)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN, 11 * mm, paper.title)
        canvas.drawRightString(A4[0] - MARGIN, 11 * mm, paper.words.page % {"page": canvas.getPageNumber()})

    document.addPageTemplates(PageTemplate("sheet", [frame], onPage=foot))
    document.build(story)
    return out.getvalue()


def sheet_flowables(sheet: Sheet, paper: Paper, face: Typeface) -> list[Flowable]:
    """Return one sheet, to stand in this or another document."""
    story: list[Flowable] = [*letterhead_flowables(paper.letterhead, face)]
    story.append(Paragraph(escape(sheet.heading), _style(face.regular, 10, GREY)))
    story.append(Paragraph(escape(sheet.name), _style(face.bold, 17, MAROON, after=2)))
    story.append(Paragraph(escape(sheet.subtitle), _style(face.regular, 10, after=10)))
    for day in sheet.days:
        story.append(Paragraph(escape(day.title), _style(face.bold, 11, after=4)))
        story += [_rows(day.lines, paper.words, face), Spacer(1, 10)]
    if not sheet.days and sheet.empty:
        story.append(Paragraph(escape(sheet.empty), _style(face.regular, 11)))
    if paper.words.note:
        story.append(Paragraph(escape(paper.words.note), _style(face.regular, 9, GREY)))
    return story


def letterhead_flowables(head: Letterhead, face: Typeface, width: float = A4[0] - 2 * MARGIN) -> list[Flowable]:
    """Return the letterhead (*kop surat*) with the rule below it; nothing when no office is named."""
    if not head.name:
        return []
    lines = [Paragraph(escape(head.parent), _style(face.regular, 10, alignment=TA_CENTER))] if head.parent else []
    lines.append(Paragraph(escape(head.name), _style(face.bold, 13, alignment=TA_CENTER)))
    if head.address:
        lines.append(
            Paragraph(escape(" ".join(head.address.split())), _style(face.regular, 8, GREY, alignment=TA_CENTER))
        )
    logo: Flowable | str = _logo(head.logo) if head.logo else ""
    table = Table([[logo, lines, ""]], colWidths=[22 * mm, width - 44 * mm, 22 * mm])
    table.setStyle(
        TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LINEBELOW", (0, 0), (-1, -1), 1.2, colors.black),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ])
    )  # fmt: skip
    return [table, Spacer(1, 12)]


def _logo(content: bytes) -> Image:
    width, height = ImageReader(io.BytesIO(content)).getSize()
    scale = min(20 * mm / width, 20 * mm / height)
    return Image(io.BytesIO(content), width * scale, height * scale)


def _rows(lines: Sequence[Line], words: Words, face: Typeface) -> Table:
    plain, strong, small = _style(face.regular, 10), _style(face.bold, 10.5), _style(face.regular, 8.5, GREY)
    head = _style(face.bold, 9, colors.white)
    data: list[list[object]] = [[Paragraph(escape(word), head) for word in (words.time, words.table, words.partner)]]
    marks: list[Any] = []
    for number, line in enumerate(lines, start=1):
        if line.is_pause:
            data.append([Paragraph(escape(line.time), small), "", Paragraph(escape(line.title), small)])
            marks.append(("BACKGROUND", (0, number), (-1, number), colors.HexColor("#F4F1ED")))
            continue
        who = [Paragraph(escape(line.title), strong)]
        if line.detail:
            who.append(Paragraph(escape(line.detail), small))
        data.append([Paragraph(escape(line.time), plain), Paragraph(escape(line.table), strong), who])
    width = A4[0] - 2 * MARGIN
    table = Table(data, colWidths=[40 * mm, 28 * mm, width - 68 * mm], repeatRows=1)
    table.setStyle(
        TableStyle([
            ("BACKGROUND", (0, 0), (-1, 0), MAROON),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 1), (-1, -1), 0.5, LINE),
            ("TOPPADDING", (0, 0), (-1, -1), 5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
            *marks,
        ])
    )  # fmt: skip
    return table


def _style(
    font: str, size: float, color: colors.Color = colors.black, *, after: float = 0, alignment: Literal[0, 1] = TA_LEFT
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}-{size}", fontName=font, fontSize=size, leading=size * 1.3, textColor=color, spaceAfter=after,
        alignment=alignment, splitLongWords=True,
    )  # fmt: skip
