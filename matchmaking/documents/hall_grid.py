"""The whole schedule on A3, lying: a row for each table, a column for each slot, a page for each day; data in, drawing out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A3, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from matchmaking.documents.agenda import GREY, LINE, MAROON
from matchmaking.documents.badges import fit_text
from matchmaking.documents.fonts import Typeface

PAGE = landscape(A3)
MARGIN = 12 * mm
#: So many columns and rows stay readable; more go on further pages.
COLUMNS, ROWS = 16, 24
_HEAD, _TITLE, _FIRST = 9 * mm, 14 * mm, 22 * mm


@dataclass(frozen=True)
class GridDay:
    """A day: its slots (time as text) and its tables with a cell for each slot, empty where nobody meets."""

    title: str
    slots: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def grid_pages(days: Iterable[GridDay], corner: str) -> list[GridDay]:
    """Return the days cut into pages; ``corner`` is written over the tables' names by :class:`GridFlowable`."""
    found = []
    for day in days:
        for left in range(0, max(len(day.slots), 1), COLUMNS):
            for top in range(0, max(len(day.rows), 1), ROWS):
                rows = tuple((name, cells[left : left + COLUMNS]) for name, cells in day.rows[top : top + ROWS])
                found.append(GridDay(day.title, day.slots[left : left + COLUMNS], rows))
    return found


class GridFlowable(Flowable):
    """One page of the grid; fills the frame it is put into."""

    def __init__(self, page: GridDay, corner: str, face: Typeface) -> None:
        super().__init__()
        self.page, self.corner, self.face = page, corner, face
        self.size = (PAGE[0] - 2 * MARGIN, PAGE[1] - 2 * MARGIN - 8 * mm)

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the size in points."""
        return self.size

    def draw(self) -> None:
        """Draw title, heads and cells from the top left."""
        canvas, (width, height) = self.canv, self.size
        canvas.setFillColor(MAROON)
        canvas.setFont(self.face.bold, 15)
        canvas.drawString(0, height - 12, self.page.title)
        column = (width - _FIRST) / max(len(self.page.slots), 1)
        row = min((height - _TITLE - _HEAD) / max(len(self.page.rows), 1), 20 * mm)
        top = height - _TITLE
        canvas.setFillColor(MAROON)
        canvas.rect(0, top - _HEAD, width, _HEAD, stroke=0, fill=1)
        self._words(self.corner, (0, top, _FIRST, _HEAD), self.face.bold, 9, colors.white)
        for number, slot in enumerate(self.page.slots):
            self._words(slot, (_FIRST + number * column, top, column, _HEAD), self.face.bold, 9, colors.white)
        for line, (name, cells) in enumerate(self.page.rows):
            upper = top - _HEAD - line * row
            self._words(name, (0, upper, _FIRST, row), self.face.bold, 12, colors.black)
            for number, cell in enumerate(cells):
                self._words(cell, (_FIRST + number * column, upper, column, row), self.face.regular, 10.5, colors.black)
        self._lines(canvas, column, row, top)

    def _lines(self, canvas: Canvas, column: float, row: float, top: float) -> None:
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        bottom = top - _HEAD - row * len(self.page.rows)
        for number in range(len(self.page.slots) + 1):
            canvas.line(_FIRST + number * column, top, _FIRST + number * column, bottom)
        canvas.line(0, top, 0, bottom)
        for number in range(len(self.page.rows) + 1):
            canvas.line(0, top - _HEAD - number * row, self.size[0], top - _HEAD - number * row)

    def _words(self, words: str, box: tuple[float, float, float, float], font: str, size: float, ink: Any) -> None:
        if not words:
            return
        left, top, width, height = box
        lines, fitted = fit_text(words, font, size, width - 4, height - 3)
        canvas = self.canv
        canvas.setFillColor(ink)
        canvas.setFont(font, fitted)
        for number, line in enumerate(lines, start=1):
            canvas.drawString(left + 2, top - 1 - number * fitted * 1.15, line)


def foot_of(canvas: Canvas, face: Typeface, left: str, right: str, width: float) -> None:
    """Draw the line at the bottom of a page of the pack."""
    canvas.setFont(face.regular, 7.5)
    canvas.setFillColor(GREY)
    canvas.drawString(MARGIN + 6 * mm, 6 * mm, left)
    canvas.drawRightString(width - MARGIN - 6 * mm, 6 * mm, right)
