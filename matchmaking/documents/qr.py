"""QR codes as one SVG path, so that pages and paper need no image file and no style attribute."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M

#: ISO/IEC 18004 asks for four light modules around the code.
QUIET_ZONE = 4


@dataclass(frozen=True)
class QrCode:
    """A square of ``size`` × ``size`` units and the path that fills its dark modules."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """Return the code for ``text``, error correction M (15 % may be dirty)."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    return QrCode(len(rows), "".join(_runs(row, y) for y, row in enumerate(rows)))


def _runs(row: list[bool], y: int) -> str:
    """Draw each run of dark modules of one row as one rectangle."""
    parts, start = [], None
    for x, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = x
        elif not is_dark and start is not None:
            parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            start = None
    return "".join(parts)
