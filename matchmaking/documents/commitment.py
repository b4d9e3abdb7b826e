"""The statement of a transaction commitment on A4: data in, PDF bytes out, the same bytes for the same data.

The paper is Indonesian whatever the reader's language. Every text comes filled in (:mod:`matchmaking.commitments.papers`); here
are only its places: letterhead, parties, table, clauses, signatures, and a foot with number, page, QR code and *kode keaslian*.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from matchmaking.documents.agenda import GREY, LINE, MAROON, Letterhead, letterhead_flowables
from matchmaking.documents.commitment_audit import AuditPage, audit_flowables
from matchmaking.documents.commitment_page import PageFoot, page_painter
from matchmaking.documents.commitment_signatures import (
    HEIGHT,
    Point,
    SignatureBlock,
    StrokesDrawing,
    signature_flowable,
)
from matchmaking.documents.fonts import Typeface, typeface

MARGIN = 20 * mm
BOTTOM = 31 * mm
WIDTH = A4[0] - 2 * MARGIN
#: Peruri stamps this and later versions; nothing in our papers needs more.
PDF_VERSION = (1, 6)
#: Longest specification in one row; what is longer goes on in a row below, so that no row is higher than a page.
ROW_SIGNS = 700
_COLUMNS = (7, 36, 47.5, 14.5, 15, 24.5, 25.5)  # millimetres, together WIDTH
_HEADS = ("No", "Produk", "Spesifikasi", "Jumlah", "Satuan", "Harga satuan (perkiraan)", "Jumlah harga")


@dataclass(frozen=True)
class PaperLine:
    """One product; figures as they are printed."""

    product: str
    specification: str
    quantity: str
    unit: str
    unit_price: str
    total: str
    note: str = ""  # TKDN, BMP, certificates


@dataclass(frozen=True)
class PaperParty:
    """A party's block: ``PIHAK PERTAMA``, what it is, and its facts as (label, value)."""

    title: str
    role: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Witness:
    """Who signs below: *Mengetahui/Saksi*."""

    office: str
    name: str = ""
    strokes: tuple[tuple[Point, ...], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class CommitmentPaper:
    """Everything that stands on the paper. ``mark``: a word across each page (DRAF); ``foot`` is empty on a draft."""

    title: str
    subtitle: str
    number: str
    opening: str
    parties: tuple[PaperParty, PaperParty]
    lead: str
    clauses: tuple[str, ...]
    locked: str  # the clause that is set apart
    lines: tuple[PaperLine, ...]
    total: str
    total_note: str
    place_and_date: str
    signatures: tuple[SignatureBlock, SignatureBlock]
    fonts: Path
    letterhead: Letterhead = field(default_factory=Letterhead)
    witness: Witness | None = None
    foot: PageFoot = field(default_factory=PageFoot)
    mark: str = ""
    note: str = ""
    audit: AuditPage | None = None  # a page of its own at the end, once both have signed


def render_commitment(paper: CommitmentPaper, *, originals: int = 1, keywords: str = "") -> bytes:
    """Return the paper as a PDF.

    Args:
        paper: what stands on it.
        originals: how many originals one after the other, each marked ``Asli 1/2`` when there are more than one.
        keywords: written into the file's information, for whoever checks the file later.
    """
    face = typeface(paper.fonts)
    _, pages = _built(paper, face, 1, 0, keywords)
    content, _ = _built(paper, face, originals, pages, keywords)
    return content


def _built(paper: CommitmentPaper, face: Typeface, originals: int, pages: int, keywords: str) -> tuple[bytes, int]:
    """Lay the originals out; return the file and how many pages it has. ``pages``: of one original, 0 if not known yet."""
    out = io.BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=13 * mm, bottomMargin=BOTTOM,
        title=f"{paper.title} {paper.number}".strip(), author=paper.letterhead.name, subject=paper.subtitle,
        keywords=[keywords] if keywords else [], lang="id", invariant=1,
    )  # fmt: skip
    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, 0, 0, 0, 0)
    paint = page_painter(paper.foot, face, pages, originals, paper.mark)
    document.addPageTemplates(PageTemplate("statement", [frame], onPage=paint))
    story: list[Flowable] = []
    for copy in range(originals):
        story += [PageBreak()] if copy else []
        story += _story(paper, face)
    document.build(story, canvasmaker=partial(Canvas, pdfVersion=PDF_VERSION))
    return out.getvalue(), document.page


def _story(paper: CommitmentPaper, face: Typeface) -> list[Flowable]:
    text = _style(face.regular, 9.2, leading=12, alignment=TA_JUSTIFY, after=4)
    return [
        *letterhead_flowables(paper.letterhead, face, WIDTH),
        *_heading(paper, face),
        Paragraph(escape(paper.opening), text),
        *(_party(party, face) for party in paper.parties),
        Paragraph(escape(paper.lead), text),
        *_terms(paper, face, text),
        *([PageBreak(), *audit_flowables(paper.audit, face)] if paper.audit else []),
    ]


def _heading(paper: CommitmentPaper, face: Typeface) -> list[Flowable]:
    lines: list[Flowable] = [
        Paragraph(escape(paper.title), _style(face.bold, 13, alignment=TA_CENTER, after=2)),
        Paragraph(escape(paper.subtitle), _style(face.regular, 10.5, alignment=TA_CENTER, after=2)),
    ]
    if paper.number:
        lines.append(Paragraph(escape(f"Nomor: {paper.number}"), _style(face.regular, 10, alignment=TA_CENTER)))
    return [*lines, Spacer(1, 9)]


def _party(party: PaperParty, face: Typeface) -> Flowable:
    plain, strong = _style(face.regular, 9.2, leading=11.2), _style(face.bold, 9.2, leading=11.2)
    rows: list[list[Any]] = [
        [Paragraph(escape(label), plain), ":", Paragraph(escape(value), strong if number == 0 else plain)]
        for number, (label, value) in enumerate(party.rows)
    ]
    table = Table(rows, colWidths=[32 * mm, 4 * mm, WIDTH - 42 * mm])
    table.setStyle(
        TableStyle([
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("FONT", (1, 0), (1, -1), face.regular, 9.2, 11.2),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.5),
        ])
    )  # fmt: skip
    table.hAlign = "RIGHT"
    title = f"<b>{escape(party.title)}</b> ({escape(party.role)})"
    head = Paragraph(title.replace("<b>", f'<font name="{face.bold}">').replace("</b>", "</font>"), plain)
    return KeepTogether([head, Spacer(1, 1.5), table, Spacer(1, 6)])


def _terms(paper: CommitmentPaper, face: Typeface, text: ParagraphStyle) -> list[Flowable]:
    """Lay out the numbered clauses, the table and its total after the first, and the signatures.

    The last clause stays with the signatures: nobody signs a page that says nothing.
    """
    clauses = [
        _clause(number, clause, face, text, is_set_apart=clause == paper.locked)
        for number, clause in enumerate(paper.clauses, start=1)
    ]
    goods: list[Flowable] = []
    if paper.lines:
        goods = [CondPageBreak(30 * mm), _table(paper.lines, face), Spacer(1, 4)]
    goods += _total(paper, face) if paper.total else []
    note = [Paragraph(escape(f"Catatan: {paper.note}").replace("\n", "<br/>"), text)] if paper.note else []
    first, rest, last = clauses[:1], clauses[1:-1], clauses[1:][-1:]
    return [*first, *goods, *map(_whole, rest), *note, KeepTogether([*last, *_signing(paper, face)])]


def _whole(flowable: Flowable) -> Flowable:
    return KeepTogether([flowable])


def _clause(number: int, clause: str, face: Typeface, text: ParagraphStyle, *, is_set_apart: bool) -> Flowable:
    style = text
    if is_set_apart:
        style = ParagraphStyle(
            "locked", parent=text, fontName=face.bold, borderColor=MAROON, borderWidth=0.8, borderPadding=4,
            spaceBefore=5, spaceAfter=9, rightIndent=4,
        )  # fmt: skip
    style = ParagraphStyle(
        f"{style.name}-hung", parent=style, leftIndent=6 * mm, bulletIndent=0, bulletFontName=face.regular
    )
    style.bulletFontSize = style.fontSize
    return Paragraph(escape(clause), style, bulletText=f"{number}.")


def _total(paper: CommitmentPaper, face: Typeface) -> list[Flowable]:
    return [
        Paragraph(escape(f"Jumlah: {paper.total}"), _style(face.bold, 10, leading=13.5, after=2)),
        Paragraph(escape(paper.total_note), _style(face.regular, 8.5, GREY, leading=11, after=6)),
    ]


def _table(lines: Sequence[PaperLine], face: Typeface) -> Table:
    head = _style(face.bold, 7.8, colors.white, leading=9.8)
    right = _style(face.bold, 7.8, colors.white, leading=9.8, alignment=TA_RIGHT)
    is_priced = any(line.unit_price for line in lines)
    heads = _HEADS if is_priced else (*_HEADS[:5], "", "")
    rows: list[list[Any]] = [[Paragraph(word, right if n in {0, 3, 5, 6} else head) for n, word in enumerate(heads)]]
    continued: list[int] = []
    for number, line in enumerate(lines, start=1):
        pieces = _pieces(line.specification)
        rows.append(_row(number, line, pieces[0], face, is_last=len(pieces) == 1))
        for piece in pieces[1:]:
            continued.append(len(rows))
            rows.append(_continuation(line, piece, face, is_last=piece is pieces[-1]))
    columns: tuple[float, ...] = _COLUMNS
    if not is_priced:  # an invitation names no price: the room goes to the specification
        rows = [row[:5] for row in rows]
        columns = (*_COLUMNS[:2], _COLUMNS[2] + sum(_COLUMNS[5:]), *_COLUMNS[3:5])
    table = Table(rows, colWidths=[width * mm for width in columns], repeatRows=1)
    table.setStyle(
        TableStyle([
            ("BACKGROUND", (0, 0), (-1, 0), MAROON),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BOX", (0, 0), (-1, -1), 0.5, LINE),
            *[("LINEABOVE", (0, row), (-1, row), 0.5, LINE) for row in range(1, len(rows)) if row not in continued],
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ])
    )  # fmt: skip
    return table


def _row(number: int, line: PaperLine, specification: str, face: Typeface, *, is_last: bool) -> list[Any]:
    text = _style(face.regular, 7.8, leading=9.4)
    return [
        _figure(str(number), 0, face),
        Paragraph(escape(line.product), text),
        _specification(specification, line.note if is_last else "", face),
        _figure(line.quantity, 3, face),
        Paragraph(escape(line.unit), text),
        _figure(line.unit_price, 5, face),
        _figure(line.total, 6, face),
    ]


def _continuation(line: PaperLine, piece: str, face: Typeface, *, is_last: bool) -> list[Any]:
    return ["", "", _specification(piece, line.note if is_last else "", face), "", "", "", ""]


def _specification(text: str, note: str, face: Typeface) -> list[Flowable]:
    cell: list[Flowable] = []
    if text:
        cell.append(Paragraph(escape(text), _style(face.regular, 7.8, leading=9.4)))
    if note:
        cell.append(Paragraph(escape(note), _style(face.regular, 6.8, GREY, leading=8.2)))
    return cell or [Paragraph("–", _style(face.regular, 7.8, leading=9.4))]


def _figure(text: str, column: int, face: Typeface) -> Paragraph:
    """Set a figure on one line, smaller where the column is narrow: an amount is never broken."""
    room = _COLUMNS[column] * mm - 6.5
    size = 7.8
    while size > 4 and stringWidth(text, face.regular, size) > room:
        size -= 0.25
    return Paragraph(escape(text), _style(face.regular, size, leading=9.4, alignment=TA_RIGHT))


def _pieces(text: str) -> list[str]:
    """Cut a long specification at blanks into pieces that fit a row."""
    pieces, rest = [], " ".join(text.split())
    while len(rest) > ROW_SIGNS:
        cut = rest.rfind(" ", 1, ROW_SIGNS)
        cut = cut if cut > 0 else ROW_SIGNS
        pieces.append(rest[:cut])
        rest = rest[cut:].strip()
    return [*pieces, rest] if rest or not pieces else pieces


def _signing(paper: CommitmentPaper, face: Typeface) -> list[Flowable]:
    half = WIDTH / 2
    blocks = Table(
        [[signature_flowable(block, face, half - 8 * mm) for block in paper.signatures]], colWidths=[half, half]
    )
    blocks.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    story: list[Flowable] = [
        Paragraph(escape(paper.place_and_date), _style(face.regular, 9.5, alignment=TA_RIGHT, after=6)),
        blocks,
    ]
    if paper.witness:
        story += [Spacer(1, 4), *_witness(paper.witness, face)]
    return story


def _witness(witness: Witness, face: Typeface) -> list[Flowable]:
    middle = _style(face.regular, 9.5, leading=12.5, alignment=TA_CENTER)
    lines: list[Flowable] = [
        Paragraph("Mengetahui/Saksi", middle),
        Paragraph(escape(witness.office), middle),
        StrokesDrawing(witness.strokes, WIDTH, HEIGHT * 0.75) if witness.strokes else Spacer(1, 17 * mm),
        Paragraph(escape(witness.name) or "…" * 18, _style(face.bold, 9.5, alignment=TA_CENTER)),
    ]
    if witness.note:
        small = _style(face.regular, 6.8, GREY, leading=8.7, alignment=TA_CENTER)
        lines.append(Paragraph(escape(witness.note).replace("\n", "<br/>"), small))
    return lines


def _style(font: str, size: float, color: Any = colors.black, **values: Any) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}-{size}", fontName=font, fontSize=size, leading=values.pop("leading", size * 1.3), textColor=color,
        spaceAfter=values.pop("after", 0), splitLongWords=True, **values,
    )  # fmt: skip
