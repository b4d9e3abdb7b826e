"""Agendas on paper: read back, byte for byte the same, and whole also when names are long."""

from __future__ import annotations

import io
from pathlib import Path

from pypdf import PdfReader

from matchmaking.documents.agenda import Day, Letterhead, Line, Paper, Sheet, Words, render_agendas

FONTS = Path(__file__).resolve().parents[2] / "static" / "dist" / "fonts"
PAPER = Paper(
    Words("Waktu", "Meja", "Dengan", "Diumumkan 11 Mei 2023", "halaman %(page)s"),
    FONTS,
    Letterhead("DINAS CONTOH", "PEMERINTAH PROVINSI CONTOH", "Jalan Contoh 1\nKota Contoh"),
    "Temu Bisnis",
)
LONG = "Koperasi Produsen Kain Tapis Sulaman Benang Emas dan Kerajinan Tangan Contoh Panjang Sekali " * 2


def sheet(name: str = "Tapis Contoh", rows: int = 3, title: str = "Dinas Contoh") -> Sheet:
    lines = tuple(Line(f"{9 + n // 3:02d}.{20 * (n % 3):02d}", f"M {n + 1}", title, "Tapis") for n in range(rows))
    return Sheet(
        "Agenda", name, "Temu Bisnis · Hotel Contoh", (Day("Kamis, 11 Mei 2023", lines),), "Tidak ada pertemuan."
    )


def pages(content: bytes) -> list[str]:
    # A line that wraps is one sentence to the reader.
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_sheet_says_who_when_where_under_the_letterhead() -> None:
    (text,) = pages(render_agendas([sheet()], PAPER))
    for words in ("DINAS CONTOH", "PEMERINTAH PROVINSI CONTOH", "Jalan Contoh 1 Kota Contoh", "Tapis Contoh",
                  "Kamis, 11 Mei 2023", "Waktu", "Meja", "Dengan", "09.20", "M 2", "Dinas Contoh",
                  "Diumumkan 11 Mei 2023", "halaman 1"):  # fmt: skip
        assert words in text


def test_same_input_gives_the_same_bytes() -> None:
    assert render_agendas([sheet()], PAPER) == render_agendas([sheet()], PAPER)
    assert render_agendas([sheet()], PAPER) != render_agendas([sheet("Tapis Lain")], PAPER)


def test_each_sheet_begins_on_a_page_of_its_own_and_progress_is_told() -> None:
    seen: list[int] = []
    content = render_agendas([sheet(f"Tapis {n}") for n in range(1, 4)], PAPER, seen.append)
    texts = pages(content)
    assert seen == [1, 2, 3]
    assert [f"Tapis {n}" in text for n, text in enumerate(texts, start=1)] == [True] * 3
    assert "Tapis 2" not in texts[0]


def test_long_names_wrap_and_nothing_is_cut() -> None:
    (text,) = pages(render_agendas([sheet(LONG, title=LONG)], PAPER))
    assert text.count(LONG.strip()) == 4


def test_one_word_wider_than_the_page_is_broken_not_lost() -> None:
    word = "A" * 150
    text = pages(render_agendas([sheet(title=word)], PAPER))[0].replace(" ", "")
    assert text.count("A" * 150) == 3


def test_many_meetings_go_on_over_pages_with_the_head_repeated() -> None:
    texts = pages(render_agendas([sheet(rows=60)], PAPER))
    assert len(texts) > 1
    assert all("Waktu Meja Dengan" in text for text in texts[:-1])
    assert sum(text.count("Dinas Contoh") for text in texts) == 60


def test_agenda_without_meetings_says_so() -> None:
    (text,) = pages(render_agendas([Sheet("Agenda", "Tapis", "", (), "Tidak ada pertemuan.")], PAPER))
    assert "Tidak ada pertemuan." in text


def test_signs_that_mean_something_to_the_renderer_are_text() -> None:
    (text,) = pages(render_agendas([sheet("CV A & B <Contoh>", title="<b>Dinas</b> & rekan")], PAPER))
    assert "CV A & B <Contoh>" in text
    assert "<b>Dinas</b> & rekan" in text
