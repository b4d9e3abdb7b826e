"""Badges on paper: A6 or card size, one or several to a sheet with crop marks; data in, PDF bytes out.

Names shrink and wrap until they fit; nothing is ever cut off. The QR is drawn as one filled path.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from matchmaking.documents.fonts import Typeface, typeface
from matchmaking.documents.layout import Layout, crop_marks, places
from matchmaking.documents.qr import qr_code

MAROON = colors.HexColor("#7A1F2B")
GOLD = colors.HexColor("#C08A24")
INK = colors.HexColor("#241A17")
GREY = colors.HexColor("#5F524C")
#: The colour of a side's band; the word in it says the same.
SIDE_COLOURS = {"exhibitor": colors.HexColor("#7A1F2B"), "buyer": colors.HexColor("#17436F")}
#: What stays white around the drawing of a card: room for the knife, the crop marks and the printer's own edge.
INSET = 7.0
LEADING = 1.16


@dataclass(frozen=True)
class BadgeFace:
    """What stands on one badge. ``side`` chooses the band's colour; ``category`` is a name and a colour (#rrggbb)."""

    event: str
    organization: str
    name: str
    office: str
    side: str
    side_word: str
    code: str
    short_code: str
    category: tuple[str, str] | None = None
    place: str = ""


@dataclass(frozen=True)
class BadgePaper:
    """What all badges of one file share."""

    fonts: Path
    title: str = ""


@dataclass(frozen=True)
class Box:
    """A rectangle on the card, in millimetres from its top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Ink:
    """How words are written: as large as ``size`` (points) and smaller until they fit."""

    size: float
    is_bold: bool = False
    colour: Any = INK
    is_centred: bool = True


def render_badges(
    faces: Iterable[BadgeFace], layout: Layout, paper: BadgePaper, on_badge: Callable[[int], None] | None = None
) -> bytes:
    """Return one PDF with the badges in order.

    Args:
        faces: what to print; at least one.
        layout: sizes and positions.
        paper: fonts and the file's title.
        on_badge: called with the number of badges drawn so far; raising in it ends the work.
    """
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(layout.sheet[0] * mm, layout.sheet[1] * mm), invariant=1, pageCompression=1)
    canvas.setTitle(paper.title)
    pen, sheet = _Pen(canvas, typeface(paper.fonts), layout), -1
    for number, (face, place) in enumerate(zip(faces, places(layout), strict=False), start=1):
        if place.sheet != sheet:
            if sheet >= 0:
                canvas.showPage()
            sheet = place.sheet
            pen.draw_marks()
        pen.draw(face, place.left, place.top)
        if on_badge:
            on_badge(number)
    canvas.save()
    return out.getvalue()


class _Pen:
    """Draws cards; its lengths are millimetres from the top left corner of the card being drawn."""

    def __init__(self, canvas: Canvas, face: Typeface, layout: Layout) -> None:
        self.canvas, self.face, self.layout = canvas, face, layout
        self.left = self.top = 0.0

    def draw_marks(self) -> None:
        """Draw the sheet's crop marks."""
        self.canvas.setStrokeColor(colors.black)
        self.canvas.setLineWidth(0.4)
        for mark in crop_marks(self.layout):
            height = self.layout.sheet[1]
            self.canvas.line(mark.x1 * mm, (height - mark.y1) * mm, mark.x2 * mm, (height - mark.y2) * mm)

    def draw(self, face: BadgeFace, left: float, top: float) -> None:
        """Draw one badge with its corner at this place of the sheet."""
        self.left, self.top = left, top
        width, height = self.layout.card
        if height > width:
            _draw_tall(self, face, width, height)
        else:
            _draw_wide(self, face, width, height)

    def x(self, value: float) -> float:
        """Return a distance from the card's left edge as points of the page."""
        return (self.left + value) * mm

    def y(self, value: float) -> float:
        """Return a distance from the card's top edge as points of the page (whose own y goes up)."""
        return (self.layout.sheet[1] - self.top - value) * mm

    def fill(self, box: Box, colour: colors.Color) -> None:
        """Fill a rectangle."""
        self.canvas.setFillColor(colour)
        self.canvas.rect(
            self.x(box.left), self.y(box.top + box.height), box.width * mm, box.height * mm, stroke=0, fill=1
        )

    def motif(self, box: Box) -> None:
        """Draw the row of bamboo shoots of tapis cloth (pucuk rebung) on its maroon ground."""
        self.fill(box, MAROON)
        count = round(box.width / (box.height * 1.7))
        step = box.width / count
        self.canvas.setFillColor(GOLD)
        path = self.canvas.beginPath()
        for number in range(count):
            middle = box.left + (number + 0.5) * step
            for half, rise in ((0.5, 0.92), (0.3, 0.56)):
                self._shoot(path, middle, half * step, box, rise)
        self.canvas.drawPath(path, stroke=0, fill=1, fillMode=0)

    def _shoot(self, path: Any, middle: float, half: float, box: Box, rise: float) -> None:
        """Add one triangle; the smaller one inside is left out of the larger by the even-odd rule."""
        foot = box.top + box.height * 0.96
        path.moveTo(self.x(middle - half), self.y(foot))
        path.lineTo(self.x(middle), self.y(box.top + box.height * (1 - rise)))
        path.lineTo(self.x(middle + half), self.y(foot))
        path.close()

    def text(self, words: str, box: Box, ink: Ink) -> None:
        """Write words into the middle of a box's height."""
        font = self.face.bold if ink.is_bold else self.face.regular
        lines, size = fit_text(words, font, ink.size, box.width * mm, box.height * mm)
        leading = size * LEADING
        y = self.y(box.top) - (box.height * mm - leading * len(lines)) / 2 - size * 0.93
        self.canvas.setFillColor(ink.colour)
        self.canvas.setFont(font, size)
        for line in lines:
            if ink.is_centred:
                self.canvas.drawCentredString(self.x(box.left + box.width / 2), y, line)
            else:
                self.canvas.drawString(self.x(box.left), y, line)
            y -= leading

    def qr(self, text: str, box: Box) -> None:
        """Fill the modules of a QR, quiet zone included, into a square box."""
        size, runs = _modules(text)
        module = box.width / size
        path = self.canvas.beginPath()
        for column, row, length in runs:
            path.rect(
                self.x(box.left + column * module), self.y(box.top + (row + 1) * module),
                length * module * mm, module * mm,
            )  # fmt: skip
        self.canvas.setFillColor(colors.black)
        self.canvas.drawPath(path, stroke=0, fill=1)


def _draw_tall(pen: _Pen, face: BadgeFace, width: float, height: float) -> None:
    inner, left = width - 2 * INSET, INSET
    pen.text(face.event, Box(left, INSET, inner, 9), Ink(9.5, colour=GREY))
    pen.motif(Box(left, INSET + 10, inner, 4.5))
    pen.text(face.organization, Box(left, INSET + 16, inner, 24), Ink(23, is_bold=True))
    pen.text(face.name, Box(left, INSET + 40.5, inner, 14), Ink(16))
    pen.text(face.office, Box(left, INSET + 55, inner, 8), Ink(9.5, colour=GREY))
    qr, foot, band = 52.0, INSET + 65, 13.0
    pen.qr(face.code, Box(left - 4, foot, qr, qr))
    aside, room = left + qr - 5, inner - qr + 5
    pen.text(face.short_code, Box(aside, foot + 5, room, 9), Ink(16, is_bold=True))
    if face.category:
        _category(pen, face.category, Box(aside, foot + 18, room, 11))
    if face.place:
        pen.text(face.place, Box(aside, foot + 33, room, 14), Ink(15, is_bold=True))
    _side(pen, face, Box(left, height - INSET - band, inner, band), 20)


def _draw_wide(pen: _Pen, face: BadgeFace, width: float, height: float) -> None:
    left, edge, band, qr = 4.0, 3.0, 7.5, 27.0
    inner = width - 2 * left
    words = inner - qr - 1
    pen.text(face.event, Box(left, edge, inner, 4.2), Ink(6.5, colour=GREY))
    pen.motif(Box(left, edge + 4.8, inner, 2.4))
    pen.text(face.organization, Box(left, edge + 8.6, words, 15), Ink(13, is_bold=True, is_centred=False))
    pen.text(face.name, Box(left, edge + 24.2, words, 8.6), Ink(11, is_centred=False))
    pen.text(face.office, Box(left, edge + 33.2, words, 5.2), Ink(7, colour=GREY, is_centred=False))
    aside = left + words + 1
    pen.qr(face.code, Box(aside + 1.5, edge + 6.6, qr, qr))
    pen.text(face.short_code, Box(aside, edge + 33, qr + 2, 5), Ink(10.5, is_bold=True))
    foot, third = height - edge - band, inner / 3
    _side(pen, face, Box(left, foot, third, band), 12)
    if face.category:
        _category(pen, face.category, Box(left + third + 1.5, foot, third - 3, band))
    if face.place:
        pen.text(face.place, Box(left + 2 * third, foot, third, band), Ink(10.5, is_bold=True))


def _side(pen: _Pen, face: BadgeFace, box: Box, size: float) -> None:
    pen.fill(box, SIDE_COLOURS.get(face.side, GREY))
    inside = Box(box.left + 2, box.top + 0.5, box.width - 4, box.height - 1)
    pen.text(face.side_word.upper(), inside, Ink(size, is_bold=True, colour=colors.white))


def _category(pen: _Pen, category: tuple[str, str], box: Box) -> None:
    """Draw a bar in the category's colour beside its name, as on the pages."""
    name, colour = category
    pen.fill(Box(box.left, box.top, 2.2, box.height), colors.HexColor(colour))
    pen.text(name, Box(box.left + 3.6, box.top, box.width - 3.6, box.height), Ink(9, is_centred=False))


def fit_text(words: str, font: str, size: float, width: float, height: float) -> tuple[list[str], float]:
    """Return the lines, and the size of type at most ``size`` (points) at which all of them fit into the box."""
    fitted = size
    while True:
        lines = wrap(words, font, fitted, width)
        if len(lines) * fitted * LEADING <= height or fitted < 1:
            return lines, fitted
        fitted *= 0.96


def wrap(words: str, font: str, size: float, width: float) -> list[str]:
    """Break words into lines no wider than ``width``; one word that is wider is broken inside."""
    lines: list[str] = []
    for word in words.split():
        for part in _parts(word, font, size, width):
            joined = f"{lines[-1]} {part}" if lines else part
            if lines and stringWidth(joined, font, size) <= width:
                lines[-1] = joined
            else:
                lines.append(part)
    return lines


def _parts(word: str, font: str, size: float, width: float) -> list[str]:
    parts = [word]
    while stringWidth(parts[-1], font, size) > width and len(parts[-1]) > 1:
        whole, kept = parts.pop(), 1
        while kept < len(whole) and stringWidth(whole[: kept + 1], font, size) <= width:
            kept += 1
        parts += [whole[:kept], whole[kept:]]
    return parts


@lru_cache(maxsize=1)
def _modules(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Return the QR's size and its runs of dark modules as (column, row, length), read from its path."""
    code = qr_code(text)
    runs = []
    for part in code.path.split("z")[:-1]:
        start, _across, rest = part[1:].partition("h")
        column, row = start.split()
        runs.append((int(column), int(row), int(rest.partition("v")[0])))
    return code.size, runs
