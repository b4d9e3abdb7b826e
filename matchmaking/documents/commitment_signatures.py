"""The signature blocks of a commitment: space for ink, stamp and *meterai*, or strokes drawn on a screen as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer

from matchmaking.documents.fonts import Typeface

#: Width of the place for stamp or *meterai*.
BOX = 24 * mm
Point = tuple[float, float]
GREY, LINE = colors.HexColor("#5F5A55"), colors.HexColor("#A79F97")
INK = colors.HexColor("#1B2A6B")
HEIGHT = 27 * mm


@dataclass(frozen=True)
class SignatureBlock:
    """One side's block.

    ``box``: ``stamp`` (agency) or ``duty_stamp`` (*meterai* and stamp). ``strokes``: lines of points, y downwards, in any unit.
    ``waiting``: printed in the space when nobody authorised has signed; ``note``: small lines below.
    """

    title: str
    organization: str
    box: str
    name: str = ""
    office: str = ""
    employee_number: str = ""
    strokes: tuple[tuple[Point, ...], ...] = ()
    waiting: str = ""
    note: str = ""


def signature_flowable(block: SignatureBlock, face: Typeface, width: float) -> list[Flowable]:
    """Return the block from its title to its note, centred in ``width``."""
    plain, strong = _style(face.regular, 9), _style(face.bold, 9.5)
    parts: list[Flowable] = [
        Paragraph(escape(block.title), strong),
        Paragraph(escape(block.organization), plain),
        _Space(block, face, width),
        Paragraph(f"<u>{escape(block.name)}</u>" if block.name else "…" * 18, strong),
    ]
    if block.office:
        parts.append(Paragraph(escape(block.office), plain))
    if block.employee_number:
        parts.append(Paragraph(escape(f"NIP {block.employee_number}"), plain))
    if block.note:
        small = ParagraphStyle("note", parent=_style(face.regular, 6.8), textColor=GREY)
        parts += [Spacer(1, 3), Paragraph(escape(block.note).replace("\n", "<br/>"), small)]
    return parts


class _Space(Flowable):
    """Where the hand signs: a box for stamp or *meterai* at the left, strokes over the rest."""

    def __init__(self, block: SignatureBlock, face: Typeface, width: float) -> None:
        super().__init__()
        self.block, self.face = block, face
        self.width, self.height = width, HEIGHT

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Take the whole width."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw box, strokes, and the word for who is still awaited."""
        canvas = self.canv
        self._box()
        if self.block.strokes:
            _draw_strokes(canvas, self.block.strokes, BOX + 3 * mm, self.width, HEIGHT)
        elif self.block.waiting:
            canvas.setFont(self.face.regular, 9)
            canvas.setFillColor(GREY)
            canvas.drawCentredString((self.width + BOX) / 2, HEIGHT / 2 - 2, self.block.waiting)

    def _box(self) -> None:
        canvas = self.canv
        canvas.setStrokeColor(LINE)
        canvas.setFillColor(LINE)
        canvas.setLineWidth(0.6)
        canvas.setDash(2, 2)
        canvas.setFont(self.face.regular, 7)
        if self.block.box == "duty_stamp":
            canvas.rect(0, 3 * mm, BOX, 21 * mm)
            canvas.drawCentredString(12 * mm, 14 * mm, "Meterai")
            canvas.drawCentredString(12 * mm, 10.5 * mm, "Rp10.000")
        else:
            canvas.circle(12 * mm, 13.5 * mm, 11 * mm)
            canvas.drawCentredString(12 * mm, 12.6 * mm, "Stempel")
        canvas.setDash()


class StrokesDrawing(Flowable):
    """Strokes alone, in the middle of a field: the witness's."""

    def __init__(self, strokes: tuple[tuple[Point, ...], ...], width: float, height: float) -> None:
        super().__init__()
        self.strokes, self.width, self.height = strokes, width, height

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Take the whole field."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw the strokes."""
        side = (self.width - 60 * mm) / 2
        _draw_strokes(self.canv, self.strokes, side, self.width - side, self.height)


def _draw_strokes(
    canvas: Any, strokes: tuple[tuple[Point, ...], ...], left: float, right: float, height: float
) -> None:
    """Draw strokes as lines between ``left`` and ``right``."""
    bottom, path = 2 * mm, canvas.beginPath()
    for stroke in fitted(strokes, right - left, height - 2 * bottom):
        points = stroke if len(stroke) > 1 else (stroke[0], (stroke[0][0] + 0.1, stroke[0][1]))
        path.moveTo(left + points[0][0], height - bottom - points[0][1])
        for x, y in points[1:]:
            path.lineTo(left + x, height - bottom - y)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1.1)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.drawPath(path, stroke=1, fill=0)


def fitted(strokes: Sequence[Sequence[Point]], width: float, height: float) -> tuple[tuple[Point, ...], ...]:
    """Scale strokes into a field, middle on middle, without distorting them; y keeps pointing down."""
    xs = [x for stroke in strokes for x, _y in stroke]
    ys = [y for stroke in strokes for _x, y in stroke]
    if not xs:
        return ()
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    scale = min(width / wide if wide else float("inf"), height / high if high else float("inf"))
    scale = scale if scale != float("inf") else 1.0
    left, top = (width - wide * scale) / 2, (height - high * scale) / 2
    return tuple(
        tuple((left + (x - min(xs)) * scale, top + (y - min(ys)) * scale) for x, y in stroke)
        for stroke in strokes
        if stroke
    )


def _style(font: str, size: float) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}-{size}", fontName=font, fontSize=size, leading=size * 1.28, alignment=TA_CENTER, splitLongWords=True
    )
