"""Pictures for the demo's products: the tapis triangle in each category's colours, drawn, never a photo of anybody's goods."""

from __future__ import annotations

import io
import math

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 800, 600
#: Ground, thread and accent of each category.
_COLOURS = {
    "tapis": ("#5c1a26", "#d9a441", "#f3e3c3"),
    "souvenir": ("#1f3f66", "#c9d9ec", "#e0a458"),
    "seminar_kit": ("#1e5a55", "#d7ebe8", "#f0c987"),
    "agri_machinery": ("#6b4a12", "#f2e2bd", "#7fa35b"),
    "processed_food": ("#7a3412", "#f6dcc6", "#e8b04a"),
}


def product_picture(category: str, number: int) -> bytes:
    """Return a PNG for the ``number``-th product of a category; the same number gives the same picture."""
    ground, thread, accent = _COLOURS[category]
    picture = Image.new("RGB", (WIDTH, HEIGHT), ground)
    pen = ImageDraw.Draw(picture)
    band = 60 + 20 * (number % 3)
    for row in range(math.ceil(HEIGHT / band)):
        colour = accent if (row + number) % 3 == 0 else thread
        for column in range(-1, math.ceil(WIDTH / band) + 1):
            left = column * band + (band // 2 if row % 2 else 0)
            _shoot(pen, left, row * band, band, colour)
    _medallion(pen, ground, thread, accent, number)
    output = io.BytesIO()
    picture.save(output, "PNG")
    return output.getvalue()


def _shoot(pen: ImageDraw.ImageDraw, left: int, top: int, size: int, colour: str) -> None:
    """Draw one *pucuk rebung*: a triangle within a triangle."""
    pen.polygon([(left, top + size), (left + size // 2, top), (left + size, top + size)], outline=colour, width=3)
    inner = size // 4
    pen.polygon(
        [(left + inner, top + size), (left + size // 2, top + size // 2), (left + size - inner, top + size)],
        fill=colour,
    )


def _medallion(pen: ImageDraw.ImageDraw, ground: str, thread: str, accent: str, number: int) -> None:
    """Draw a star in the middle, with as many points as the number asks for."""
    middle, outer, inner = (WIDTH / 2, HEIGHT / 2), 170, 110 - 6 * (number % 5)
    pen.ellipse(
        [middle[0] - 200, middle[1] - 200, middle[0] + 200, middle[1] + 200], fill=ground, outline=thread, width=6
    )
    points = 8 + number % 5 * 2
    corners = [
        (
            middle[0] + (outer if step % 2 == 0 else inner) * math.sin(math.pi * step / points),
            middle[1] - (outer if step % 2 == 0 else inner) * math.cos(math.pi * step / points),
        )
        for step in range(points * 2)
    ]
    pen.polygon(corners, fill=accent, outline=thread)
    pen.ellipse([middle[0] - 50, middle[1] - 50, middle[0] + 50, middle[1] + 50], fill=ground, outline=thread, width=4)
