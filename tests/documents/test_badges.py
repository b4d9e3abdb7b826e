"""Badges on paper, read back as a scanner reads them; byte for byte the same; long names are whole."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from matchmaking.attendance.badge_codes import new_badge_code
from matchmaking.documents.badges import BadgeFace, BadgePaper, fit_text, render_badges
from matchmaking.documents.fonts import typeface
from matchmaking.documents.layout import LAYOUTS, crop_marks

FONTS = Path(__file__).resolve().parents[2] / "static" / "dist" / "fonts"
PAPER = BadgePaper(FONTS, "Temu Bisnis Contoh")
LONG = "Koperasi Produsen Kain Tapis Sulaman Benang Emas Contoh Raya"
FACE = BadgeFace(
    event="Temu Bisnis Contoh", organization="Tapis Contoh", name="Peserta Contoh 07", office="Pemilik",
    side="exhibitor", side_word="IKM", code="TB1ABCDEFGHJKMNPQRS0", short_code="ABC-DEFG",
    category=("Kain tapis", "#b636b0"), place="Meja 4",
)  # fmt: skip


def faces(count: int) -> list[BadgeFace]:
    return [replace(FACE, code=new_badge_code(), name=f"Peserta Contoh {n:02d}") for n in range(1, count + 1)]


def texts(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def scans(content: bytes, folder: Path) -> list[list[str]]:
    """Print the pages (150 dots an inch, as a poor printer and camera would) and read every QR on each, in order."""
    (folder / "badges.pdf").write_bytes(content)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-gray", "badges.pdf", "page"], cwd=folder, check=True)
    found = []
    for picture in sorted(folder.glob("page*.png")):
        codes = zxingcpp.read_barcodes(Image.open(picture))
        found.append(
            [
                one.text
                for one in sorted(codes, key=lambda one: (one.position.top_left.y // 40, one.position.top_left.x))
            ]
        )
    return found


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_qr_is_read_back_from_the_pdf_in_order(name: str, tmp_path: Path) -> None:
    layout = LAYOUTS[name]
    badges = faces(layout.per_sheet + 1)
    sheets = scans(render_badges(badges, layout, PAPER), tmp_path)
    assert sheets == [[face.code for face in badges[: layout.per_sheet]], [badges[-1].code]]


@pytest.mark.parametrize("name", LAYOUTS)
def test_pages_have_the_size_of_the_sheet(name: str) -> None:
    layout = LAYOUTS[name]
    reader = PdfReader(io.BytesIO(render_badges(faces(layout.per_sheet + 1), layout, PAPER)))
    assert [tuple(round(float(side) / mm, 3) for side in page.mediabox[2:]) for page in reader.pages] == [
        layout.sheet
    ] * 2


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_sheet_has_the_crop_marks_of_its_layout(name: str) -> None:
    layout = LAYOUTS[name]
    reader = PdfReader(io.BytesIO(render_badges(faces(layout.per_sheet + 1), layout, PAPER)))
    for page in reader.pages:
        drawn = page.get_contents().get_data().decode("latin-1")  # type: ignore[union-attr]
        lines = re.findall(r"n ([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l S", drawn)
        read = {tuple(round(float(value) / mm, 1) for value in line) for line in lines}
        height = layout.sheet[1]
        wanted = {
            tuple(round(value, 1) for value in (mark.x1, height - mark.y1, mark.x2, height - mark.y2))
            for mark in crop_marks(layout)
        }
        assert read == wanted


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_badge_says_who_for_whom_on_which_side(name: str) -> None:
    (text,) = texts(render_badges([FACE], LAYOUTS[name], PAPER))
    for words in ("Temu Bisnis Contoh", "Tapis Contoh", "Peserta Contoh 07", "Pemilik", "IKM", "ABC-DEFG", "Kain tapis",
                  "Meja 4"):  # fmt: skip
        assert words in text
    (bare,) = texts(
        render_badges(
            [replace(FACE, office="", category=None, place="", side="buyer", side_word="Pembeli")], LAYOUTS[name], PAPER
        )
    )
    assert "PEMBELI" in bare
    assert not [words for words in ("IKM", "Kain tapis", "Meja") if words in bare]


@pytest.mark.parametrize("name", LAYOUTS)
def test_same_badges_give_the_same_bytes(name: str) -> None:
    badges = faces(9)
    made = render_badges(badges, LAYOUTS[name], PAPER)
    assert made == render_badges(badges, LAYOUTS[name], PAPER)
    assert made != render_badges([*badges[:8], replace(badges[8], office="PPK")], LAYOUTS[name], PAPER)


@pytest.mark.parametrize("name", LAYOUTS)
def test_long_names_wrap_and_nothing_is_cut(name: str) -> None:
    assert len(LONG) == 60
    face = replace(
        FACE, organization=f"{LONG} satu {LONG} dua {LONG} t", name=f"{LONG} orang", office=f"{LONG} jabatan {LONG}"
    )
    (text,) = texts(render_badges([face], LAYOUTS[name], PAPER))
    for words in (face.organization, face.name, face.office):
        assert words in text


@pytest.mark.parametrize("length", [1, 60, 160])
def test_a_word_wider_than_the_card_is_broken_not_lost(length: int) -> None:
    (text,) = texts(render_badges([replace(FACE, organization="W" * length)], LAYOUTS["a4-8"], PAPER))
    assert text.replace(" ", "").count("W") == length


@pytest.mark.parametrize("words", ["", "Tapis", LONG, "W" * 160, f"{LONG} " * 3])
def test_text_fits_its_box_and_is_as_large_as_it_may(words: str) -> None:
    font, width, height = typeface(FONTS).bold, 90 * mm, 24 * mm
    lines, size = fit_text(words, font, 23, width, height)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(stringWidth(line, font, size) <= width for line in lines)
    assert len(lines) * size <= height
    assert (size == 23) == (words in ("", "Tapis"))


def test_the_qr_holds_the_code_and_nobodys_name(tmp_path: Path) -> None:
    ((read,),) = scans(render_badges([FACE], LAYOUTS["a6"], PAPER), tmp_path)
    assert read == FACE.code


def test_progress_is_told_and_raising_in_it_ends_the_work() -> None:
    seen: list[int] = []
    render_badges(faces(3), LAYOUTS["a6"], PAPER, seen.append)
    assert seen == [1, 2, 3]

    def stop(number: int) -> None:
        raise InterruptedError(number)

    with pytest.raises(InterruptedError):
        render_badges(faces(3), LAYOUTS["a6"], PAPER, stop)
