"""The recap: the overview's numbers on one page, with what is on paper left open, and never a signatory's name."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.documents.recap import BLANK, Letterhead, Recap, Row, Section, Signer, Words, render_recap
from matchmaking.scheduling.papers import FONTS
from tests.reports.scene import EVENING, DayScene, live_day, make_day, staff
from tests.world import World

WORDS = Words("Rekap", "Angka", "Jumlah", "Nilai", "Cara menghitung", "Tempat, tanggal", "halaman %(page)s")


def fetch(day: DayScene, address: str, role: Role = Role.LEADER) -> bytes:
    browser = day.scene.world.client(staff(day.scene.world, day.event_id, role))
    browser.set_cookie("language", "en")
    with clock.frozen(EVENING):
        answer = browser.get(f"/manage/{day.scene.code}/reports/{address}")
    assert answer.status_code == 200
    return answer.data


def text_of(pdf: bytes) -> tuple[str, int]:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split()), len(pages)


def test_page_and_paper_show_the_same_numbers_with_time_and_definition(world: World) -> None:
    day = live_day(world)
    page = re.sub(r"<[^>]+>", " ", fetch(day, "recap").decode())
    page = " ".join(page.split())
    paper, pages = text_of(fetch(day, "recap.pdf"))
    assert pages == 1
    for words in (
        "As of 11 May 2023, 15:30 WIB", "People who came", "3 of 5", "Rp40.000.000", "Rp11.250.000", "Chair of the committee",
        "Both parties agreed, but somebody authorised has still to sign.",
    ):  # fmt: skip
        assert (words in page, words in paper) == (True, True), words
    assert "Pejabat Contoh" not in page + paper


def test_day_on_paper_leaves_lines_to_write_on(world: World) -> None:
    day = make_day(world)
    paper, _pages = text_of(fetch(day, "recap.pdf"))
    assert paper.count("………") >= 6
    assert fetch(day, "recap").decode().count("…………</td>") == 6


def a_recap(rows: int = 1, name: str = "Temu Bisnis") -> Recap:
    lines = tuple((f"Kab. Contoh {n}", "1", "Rp1") for n in range(rows))
    return Recap(
        name, "Kamis", "Per 11 Mei 2023", (Row("Hadir", None, "", "Orang, bukan pindaian"),), Section(("Besar", "Nilai"), ()),
        (Section(("Wilayah", "Hadir", "Nilai"), lines),) * 3, (Signer("Ketua"), Signer("Kepala")), WORDS, Letterhead(), FONTS,
    )  # fmt: skip


@pytest.mark.parametrize("rows", [0, 1, 40, 41, 200])
def test_any_number_of_lines_is_printed_whole(rows: int) -> None:
    text, _pages = text_of(render_recap(a_recap(rows)))
    assert text.count("Kab. Contoh") == 3 * rows
    assert BLANK in text


def test_signs_that_mean_something_to_the_renderer_are_text_and_the_same_recap_gives_the_same_bytes() -> None:
    recap = a_recap(name="Temu <b>Bisnis</b> & Pameran")
    assert "Temu <b>Bisnis</b> & Pameran" in text_of(render_recap(recap))[0]
    assert render_recap(recap) == render_recap(recap)
    assert Path(FONTS).exists()
