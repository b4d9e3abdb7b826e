"""Where cards lie on a sheet: sizes, positions and crop marks by the name of the layout; nothing is drawn here.

All lengths are millimetres from the sheet's top left corner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

A4 = (210.0, 297.0)
A6 = (105.0, 148.0)

#: A printer leaves about this much of a sheet's edge white; a mark nearer to it would not come out.
UNPRINTABLE = 4.5
#: How long a crop mark is, and how far it stays from the card it is for.
MARK_LENGTH = 5.0
MARK_DISTANCE = 1.0


@dataclass(frozen=True)
class Layout:
    """Cards of one size in columns and rows, in the middle of the sheet; ``gap`` is what lies between two."""

    name: str
    sheet: tuple[float, float]
    card: tuple[float, float]
    columns: int = 1
    rows: int = 1
    gap: float = 0.0

    @property
    def per_sheet(self) -> int:
        """How many cards one sheet holds."""
        return self.columns * self.rows

    @property
    def is_cut(self) -> bool:
        """Say whether the sheet is cut: a single card as large as its sheet is not."""
        return self.card != self.sheet

    def lefts(self) -> list[float]:
        """Return where each column begins."""
        return _starts(self.sheet[0], self.card[0], self.columns, self.gap)

    def tops(self) -> list[float]:
        """Return where each row begins."""
        return _starts(self.sheet[1], self.card[1], self.rows, self.gap)


def _starts(whole: float, one: float, count: int, gap: float) -> list[float]:
    margin = (whole - count * one - (count - 1) * gap) / 2
    return [margin + number * (one + gap) for number in range(count)]


#: The layouts by name, the usual one first.
LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout("a4-4", A4, A6, columns=2, rows=2),
        Layout("a4-8", A4, (90.0, 55.0), columns=2, rows=4, gap=8.0),
        Layout("a6", A6, A6),
    )
}


@dataclass(frozen=True)
class Place:
    """Where one card lies: its sheet (from 0) and its top left corner."""

    sheet: int
    left: float
    top: float


def places(layout: Layout) -> Iterator[Place]:
    """Yield one place after another, row by row, sheet by sheet, without end."""
    sheet = 0
    while True:
        for top in layout.tops():
            for left in layout.lefts():
                yield Place(sheet, left, top)
        sheet += 1


def count_sheets(layout: Layout, cards: int) -> int:
    """Return how many sheets the cards need."""
    return -(-cards // layout.per_sheet)


@dataclass(frozen=True)
class Mark:
    """A crop mark: a straight line from one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float


def crop_marks(layout: Layout) -> list[Mark]:
    """Return the marks along which a sheet is cut; none where a card is as large as its sheet.

    Every cut has a mark at both ends of the sheet and at every crossing between cards. They stand outside the cards where
    there is room; where cards fill the sheet they stand in the outermost millimetres of the cards, which stay white.
    """
    if not layout.is_cut:
        return []
    across = _cuts(layout.lefts(), layout.card[0], layout.sheet[0])
    down = _cuts(layout.tops(), layout.card[1], layout.sheet[1])
    marks = [
        Mark(x, y1, x, y2) for x in across for y1, y2 in _stretches(layout.tops(), layout.card[1], layout.sheet[1])
    ]
    marks += [
        Mark(x1, y, x2, y) for y in down for x1, x2 in _stretches(layout.lefts(), layout.card[0], layout.sheet[0])
    ]
    return marks


def _cuts(starts: list[float], size: float, whole: float) -> list[float]:
    """Return where the knife goes: each edge of a card that is not (nearly) the sheet's own."""
    edges = sorted({edge for start in starts for edge in (start, start + size)})
    return [edge for edge in edges if UNPRINTABLE < edge < whole - UNPRINTABLE]


def _stretches(starts: list[float], size: float, whole: float) -> list[tuple[float, float]]:
    """Return from where to where a cut is marked, along it: before the first card, between cards, after the last."""
    first, last = starts[0], starts[-1] + size
    found = [_outside(first), *_between(starts, size)]
    begin, end = _outside(whole - last)
    return [*found, (whole - end, whole - begin)]


def _outside(margin: float) -> tuple[float, float]:
    if margin >= UNPRINTABLE + MARK_DISTANCE + 1:
        return max(UNPRINTABLE, margin - MARK_DISTANCE - MARK_LENGTH), margin - MARK_DISTANCE
    return UNPRINTABLE, UNPRINTABLE + MARK_LENGTH / 2


def _between(starts: list[float], size: float) -> list[tuple[float, float]]:
    pairs = pairwise(starts)
    gaps = [(start + size, following) for start, following in pairs]
    if gaps and gaps[0][1] - gaps[0][0] > 2 * MARK_DISTANCE:
        return [(begin + MARK_DISTANCE, end - MARK_DISTANCE) for begin, end in gaps]
    return [((begin + end) / 2 - MARK_LENGTH / 2, (begin + end) / 2 + MARK_LENGTH / 2) for begin, end in gaps]
