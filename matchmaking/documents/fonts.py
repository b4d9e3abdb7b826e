"""The typefaces of our papers: DejaVu Sans, so that every name prints; Helvetica where the assets were not built."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont


@dataclass(frozen=True)
class Typeface:
    """Names of the registered fonts."""

    regular: str
    bold: str


@lru_cache(maxsize=4)
def typeface(folder: Path) -> Typeface:
    """Register the fonts of ``folder`` once and return their names."""
    files = {"DejaVu": folder / "DejaVuSans.ttf", "DejaVu-Bold": folder / "DejaVuSans-Bold.ttf"}
    if not all(path.exists() for path in files.values()):
        return Typeface("Helvetica", "Helvetica-Bold")
    for name, path in files.items():
        pdfmetrics.registerFont(TTFont(name, str(path)))
    return Typeface("DejaVu", "DejaVu-Bold")
