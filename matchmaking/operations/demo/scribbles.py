"""Drawn for the demo: a finger's scribble for a signature, and the photo of a paper that was signed in ink.

Nobody's own hand: loops and waves out of a seed.
"""

from __future__ import annotations

import io
import json
import math
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw

Point = tuple[float, float]
#: The field of a signature: 1000 wide, 400 high, as the tablet sends it.
FIELD = (1000, 400)
_PAPER, _PAGE = (900, 1270), (60, 50, 840, 1220)


def scribble(seed: str) -> list[list[Point]]:
    """Return the strokes of a signature: two words of loops and a line below them; the same for a seed."""
    chance = random.Random(seed)  # noqa: S311 - a drawing
    first = _loops(chance, 130, 170, chance.randrange(4, 7))
    second = _loops(chance, first[-1][0] + 60, 185, chance.randrange(3, 6))
    end = second[-1][0]
    under = [(end - step * (end - 160) / 14, 300 + 14 * math.sin(step / 3)) for step in range(15)]
    return [first, second, under]


def _loops(chance: random.Random, left: float, middle: float, number: int) -> list[Point]:
    width, height = chance.uniform(34, 52), chance.uniform(46, 88)
    points = []
    for step in range(number * 12):
        turn = step / 12 * 2 * math.pi
        tall = height * (1.5 if step < 12 else 0.7 + 0.3 * math.sin(step))
        points.append((left + step / 12 * width + 22 * math.sin(turn), middle - tall * math.cos(turn) * 0.6))
    return points


def sent_strokes(seed: str) -> str:
    """Return a scribble as the tablet sends it: points with milliseconds and pressure, as text."""
    strokes, clock_ms = [], 0
    for stroke in scribble(seed):
        points = []
        for x, y in stroke:
            clock_ms += 16
            points.append([round(x, 1), round(y, 1), clock_ms, 0.5])
        strokes.append(points)
        clock_ms += 240
    return json.dumps(strokes)


def photographed_paper(number: str, seeds: Sequence[str]) -> bytes:
    """Return a JPEG of a paper on a table: grey lines for its text, its number, and a scribble for each who signed."""
    picture = Image.new("RGB", _PAPER, "#6f5b45")
    pen = ImageDraw.Draw(picture)
    pen.rectangle(_PAGE, fill="#f7f4ec")
    pen.text((310, 110), "SURAT PERNYATAAN KOMITMEN TRANSAKSI", fill="#333")
    pen.text((330, 135), f"Nomor {number} (contoh)", fill="#333")
    for row in range(30):
        pen.line([(120, 190 + 24 * row), (780 if row % 5 != 4 else 560, 190 + 24 * row)], fill="#b9b4a6", width=5)
    for column, seed in enumerate(seeds):
        _sign(pen, 110 + column * 370, 950, seed)
    output = io.BytesIO()
    picture.rotate(1.5, fillcolor="#6f5b45").save(output, "JPEG", quality=82)
    return output.getvalue()


def _sign(pen: ImageDraw.ImageDraw, left: int, top: int, seed: str) -> None:
    for stroke in scribble(seed):
        pen.line([(left + x * 0.36, top + y * 0.36) for x, y in stroke], fill="#1b2a6b", width=3, joint="curve")
    pen.line([(left, top + 150), (left + 300, top + 150)], fill="#333", width=1)
