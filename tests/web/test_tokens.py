"""The colours: AA contrast of every pair used together, and categories that any eye can tell apart."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import pytest

SCSS = Path(__file__).resolve().parents[2] / "static" / "scss"
Colour = tuple[float, float, float]


def read_tokens(theme: str) -> dict[str, str]:
    """Return the custom properties of one theme's mixin: name -> ``#rrggbb``."""
    text = (SCSS / "_tokens.scss").read_text(encoding="utf-8")
    body = re.search(rf"@mixin {theme}-tokens \{{(.*?)\n\}}", text, re.S)
    assert body
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", body.group(1)))


TOKENS = {theme: read_tokens(theme) for theme in ("light", "dark")}
SIGNALS = ("held", "waiting", "refused", "warning")
CATEGORIES = ("tapis", "souvenir", "seminar-kit", "agri-machinery", "processed-food")

#: (ground, text) pairs; AA asks 4.5 of text.
TEXT_PAIRS = [
    *((ground, "text") for ground in ("surface", "surface-raised", "surface-sunken", "surface-hover")),
    *((ground, "text-muted") for ground in ("surface", "surface-raised", "surface-sunken", "surface-hover")),
    *((ground, "link") for ground in ("surface", "surface-raised", "surface-sunken", "surface-hover")),
    *((ground, "on-primary") for ground in ("primary", "primary-hover", "primary-active", "primary-deep")),
    ("primary-soft", "on-primary-soft"),
    ("primary-soft", "text"),
    ("primary-soft", "text-muted"),  # the line below a title in "now"
    ("primary-soft", "link"),
    ("accent-soft", "on-accent-soft"),
    ("held-soft", "text"),  # the text handed over by WhatsApp
    ("text-muted", "surface-raised"),  # a chosen "no"
    *((f"{signal}-soft", f"on-{signal}-soft") for signal in SIGNALS),
    ("surface", "on-refused-soft"),  # the error at a field
    ("surface-raised", "on-refused-soft"),
    ("surface", "refused"),  # the required mark
    ("surface-raised", "refused"),
]
#: (ground, mark) pairs; AA asks 3.0 of marks, borders of inputs and focus.
MARK_PAIRS = [
    *((ground, "border-strong") for ground in ("surface", "surface-raised")),
    *((ground, "focus") for ground in ("surface", "surface-raised", "surface-sunken")),
    *((ground, signal) for signal in SIGNALS for ground in ("surface", "surface-raised", f"{signal}-soft")),
    *(
        (ground, f"category-{name}")
        for name in CATEGORIES
        for ground in ("surface", "surface-raised", "surface-sunken")
    ),
    ("surface-sunken", "primary"),  # the progress bar
    *((ground, "primary-mark") for ground in ("surface", "surface-raised", "primary-soft")),
]


def linear(colour: str) -> Colour:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return r, g, b


def luminance(colour: str) -> float:
    r, g, b = linear(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, success criterion 1.4.3: from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_known_colours_is_as_published() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", TOKENS)
def test_themes_name_the_same_colours(theme: str) -> None:
    assert TOKENS[theme].keys() == TOKENS["light"].keys()
    assert len(TOKENS[theme]) > 35


@pytest.mark.parametrize("theme", TOKENS)
def test_text_has_aa_contrast_on_its_ground(theme: str) -> None:
    colours = TOKENS[theme]
    poor = {(g, t): round(c, 2) for g, t in TEXT_PAIRS if (c := contrast(colours[g], colours[t])) < 4.5}
    assert poor == {}


@pytest.mark.parametrize("theme", TOKENS)
def test_marks_have_aa_contrast_on_their_ground(theme: str) -> None:
    colours = TOKENS[theme]
    poor = {(g, m): round(c, 2) for g, m in MARK_PAIRS if (c := contrast(colours[g], colours[m])) < 3.0}
    assert poor == {}


#: Machado, Oliveira, Fernandes 2009, severity 1.0, in linear RGB.
VISION = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def seen(colour: str, vision: str) -> Colour:
    """Return the CIELAB coordinates of a colour as this eye sees it."""
    source = linear(colour)
    r, g, b = (min(max(sum(m * c for m, c in zip(row, source, strict=True)), 0), 1) for row in VISION[vision])
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("theme", TOKENS)
@pytest.mark.parametrize("vision", VISION)
def test_categories_are_told_apart_by_every_eye(theme: str, vision: str) -> None:
    """A CIELAB distance of 10 is seen at a glance; 20 leaves room for a cheap projector."""
    colours = {name: seen(TOKENS[theme][f"category-{name}"], vision) for name in CATEGORIES}
    near = {
        (a, b): round(d, 1)
        for a, b in itertools.combinations(CATEGORIES, 2)
        if (d := math.dist(colours[a], colours[b])) < 20
    }
    assert near == {}


def test_no_colour_is_written_outside_the_tokens() -> None:
    """Black and white stand in the print rules: paper has no theme."""
    strays = {
        (path.name, value)
        for path in SCSS.rglob("*.scss")
        if path.name != "_tokens.scss"
        for value in re.findall(r"(?<=[\s:])#[0-9a-fA-F]{3,8}(?=[\s;])", path.read_text(encoding="utf-8"))
    }
    assert strays == {("_print.scss", "#000"), ("_print.scss", "#fff")}
