"""A camera for the browser: pictures of QR codes, one after the other, as the film that Chromium plays instead of one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import qrcode
from PIL import Image

SIZE = (640, 480)
FRAMES_A_SECOND = 30


def film(path: Path, scenes: Sequence[tuple[str, float]]) -> Path:
    """Write a film: each scene is a text held up as a QR ('' = nothing) for some seconds. It is played over and over."""
    with path.open("wb") as file:
        for text, seconds in scenes:
            picture = _picture(text)
            for _frame in range(round(seconds * FRAMES_A_SECOND)):
                file.write(picture)
    return path


def camera_arguments(path: Path) -> list[str]:
    """Return what Chromium is started with to see the film; the camera is allowed without asking."""
    return [
        "--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    ]  # fmt: skip


def _picture(text: str) -> bytes:
    image = Image.new("RGB", SIZE, "#b9b2a8")
    if text:
        image.paste(_qr(text, 300), (170, 90))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def _qr(text: str, side: int) -> Image.Image:
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    code.make(fit=True)
    return code.make_image().convert("RGB").resize((side, side), Image.Resampling.NEAREST)
