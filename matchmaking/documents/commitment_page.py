"""What every page of a commitment carries: the tapis edge, a mark across it, and the foot with number, page and QR code."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate

from matchmaking.documents.fonts import Typeface
from matchmaking.documents.qr import qr_code

MARGIN = 20 * mm
QR_SIZE = 22 * mm
MAROON, GOLD = colors.HexColor("#7A1F2B"), colors.HexColor("#B8892B")
GREY, PALE = colors.HexColor("#5F5A55"), colors.HexColor("#E6DFD8")
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)")


@dataclass(frozen=True)
class PageFoot:
    """The foot: number, the address of the check page (text and QR code) and the short *kode keaslian*."""

    number: str = ""
    address: str = ""
    code: str = ""
    organizer: str = ""


def page_painter(
    foot: PageFoot, face: Typeface, pages: int, originals: int, mark: str
) -> Callable[[Canvas, BaseDocTemplate], None]:
    """Return what reportlab calls before each page. ``pages``: of one original; 0 while they are being counted."""

    def paint(canvas: Canvas, _document: BaseDocTemplate) -> None:
        at = canvas.getPageNumber() - 1
        copy, page = divmod(at, pages) if pages else (0, at)
        canvas.saveState()
        _edge(canvas)
        if mark:
            _across(canvas, mark, face)
        _foot(canvas, foot, face, f"Halaman {page + 1} dari {pages}")
        if originals > 1:
            canvas.setFont(face.bold, 8)
            canvas.setFillColor(MAROON)
            canvas.drawRightString(A4[0] - MARGIN, A4[1] - 10 * mm, f"Asli {copy + 1}/{originals}")
        canvas.restoreState()

    return paint


def _edge(canvas: Canvas) -> None:
    """Draw the *pucuk rebung* (bamboo shoots) of tapis cloth as a thin band along the left edge."""
    left, wide, step = 7 * mm, 4 * mm, 5 * mm
    canvas.setFillColor(MAROON)
    canvas.rect(left - 1.1 * mm, 10 * mm, 0.7 * mm, A4[1] - 20 * mm, stroke=0, fill=1)
    y = 10 * mm
    while y + step <= A4[1] - 10 * mm + 0.1:
        _triangle(canvas, MAROON, left, y, wide, step)
        _triangle(canvas, GOLD, left, y + step * 0.28, wide * 0.5, step * 0.44)
        y += step


def _triangle(canvas: Canvas, color: colors.Color, x: float, y: float, wide: float, high: float) -> None:
    path = canvas.beginPath()
    path.moveTo(x, y)
    path.lineTo(x + wide, y + high / 2)
    path.lineTo(x, y + high)
    path.close()
    canvas.setFillColor(color)
    canvas.drawPath(path, stroke=0, fill=1)


def _across(canvas: Canvas, mark: str, face: Typeface) -> None:
    size = min(150.0, 150.0 * 420 / max(stringWidth(mark, face.bold, 150), 1))
    canvas.saveState()
    canvas.setFillColor(PALE)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(52)
    canvas.setFont(face.bold, size)
    canvas.drawCentredString(0, -size / 3, mark)
    canvas.restoreState()


def _foot(canvas: Canvas, foot: PageFoot, face: Typeface, page: str) -> None:
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(0.4)
    canvas.line(MARGIN, 29 * mm, A4[0] - MARGIN, 29 * mm)
    room = A4[0] - 2 * MARGIN - (QR_SIZE + 4 * mm if foot.address else 0)
    lines = [
        (face.bold, 8.0, f"Nomor: {foot.number}" if foot.number else "Draf, belum bernomor"),
        (face.regular, 8.0, page),
    ]
    if foot.address:
        lines += [
            (face.regular, 8.0, f"Kode keaslian: {foot.code}"),
            (face.regular, 7.0, f"Periksa keaslian: {foot.address}"),
        ]
        _qr(canvas, foot.address, A4[0] - MARGIN - QR_SIZE, 6 * mm)
    y = 25 * mm
    canvas.setFillColor(colors.black)
    for font, size, text in lines:
        fitted = size
        while fitted > 4.5 and stringWidth(text, font, fitted) > room:
            fitted -= 0.25
        canvas.setFont(font, fitted)
        canvas.drawString(MARGIN, y, text)
        y -= 4.6 * mm


def _qr(canvas: Canvas, text: str, x: float, y: float) -> None:
    """Draw the code as filled rectangles: sharp at any resolution, no image in the file."""
    code = qr_code(text)
    unit = QR_SIZE / code.size
    canvas.setFillColor(colors.black)
    path = canvas.beginPath()
    for column, row, length in (tuple(map(int, run)) for run in _RUN.findall(code.path)):
        path.rect(x + column * unit, y + QR_SIZE - (row + 1) * unit, length * unit, unit)
    canvas.drawPath(path, stroke=0, fill=1)
