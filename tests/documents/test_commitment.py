"""The commitment's paper: what stands on it, on how many pages, and that nothing is cut."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader
from reportlab.lib.pagesizes import A4

from matchmaking.commitments.texts import LOCKED_TEXT
from matchmaking.documents.commitment import CommitmentPaper, render_commitment
from matchmaking.documents.commitment_page import _RUN, QR_SIZE, PageFoot
from matchmaking.documents.commitment_signatures import fitted
from matchmaking.documents.qr import qr_code
from tests.documents.statements import ADDRESS, STROKES, line, paper, signed

LONG = (
    "Koperasi Serba Usaha Perajin Tapis, Sulam Usus, dan Kerajinan Tangan Sejahtera Bersama Masyarakat Pesisir Contoh"
)


def pages_of(sheet: CommitmentPaper, **options: int) -> list[str]:
    reader = PdfReader(io.BytesIO(render_commitment(sheet, **options)))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_everything_stands_on_the_paper() -> None:
    text = " ".join(pages_of(paper(2)))
    for words in (
        "Pemerintah Provinsi Contoh", "Dinas Perindustrian dan Perdagangan Contoh", "SURAT PERNYATAAN KOMITMEN TRANSAKSI",
        "Temu Bisnis Produk Dalam Negeri Provinsi Lampung 2023", "Nomor: KT-017/TEMU-2023/V/2023",
        "Kamis, sebelas Mei dua ribu dua puluh tiga", "PIHAK PERTAMA (Calon Pembeli)", "PIHAK KEDUA (Pelaku IKM)",
        "Selendang tapis 2", "TKDN 42,50%; BMP 5%; sertifikat 1234/SJ-IND.8/TKDN/2022", "Rp450.000", "Rp11.250.000",
        "Harga satuan (perkiraan)", "Jumlah: Rp23.000.000.000,00 (dua puluh tiga miliar rupiah)",
        "sudah termasuk PPN 11%", "Bandar Lampung, 11 Mei 2023", "Meterai", "Stempel", "NIP 19800101 200501 1 001",
        "Mengetahui/Saksi", "Kode keaslian: 3F2A 90BC 17DE 44A1", f"Periksa keaslian: {ADDRESS}",
    ):  # fmt: skip
        assert words in text
    assert LOCKED_TEXT in text


def test_the_same_data_give_the_same_bytes() -> None:
    assert render_commitment(paper(12), originals=2) == render_commitment(paper(12), originals=2)


@pytest.mark.parametrize("lines", [1, 3, 12])
def test_twelve_lines_fit_on_two_pages(lines: int) -> None:
    a, b = paper().signatures
    assert len(pages_of(replace(paper(lines), signatures=(signed(a), signed(b))))) <= 2


def test_forty_lines_go_on_with_the_head_of_the_table_and_none_is_cut() -> None:
    pages = pages_of(paper(40))
    assert [f"Halaman {n} dari {len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    with_lines = [page for page in pages if "Selendang tapis" in page]
    assert len(with_lines) > 1
    assert all("Harga satuan (perkiraan)" in page for page in with_lines)
    for number in range(1, 41):
        assert sum(f" {number} Selendang tapis {number} " in page for page in pages) == 1


def test_a_specification_longer_than_a_page_prints_in_full() -> None:
    words = " ".join(f"kata{n}" for n in range(2500))
    text = " ".join(pages_of(replace(paper(), lines=(line(1, specification=words), line(2)))))
    assert all(f"kata{n}" in text for n in (0, 1, 1200, 2499))
    assert "Selendang tapis 2" in text


@pytest.mark.parametrize("amount", ["Rp74.800.000.000", "Rp999.999.999.999.999"])
def test_a_large_amount_stays_on_one_line(amount: str) -> None:
    text = " ".join(pages_of(replace(paper(), lines=(line(1, unit_price=amount, total=amount),))))
    assert text.count(amount) == 2


def test_long_names_wrap_and_stay_whole() -> None:
    sheet = paper()
    parties = tuple(replace(party, rows=(("Nama", LONG), *party.rows[1:])) for party in sheet.parties)
    blocks = tuple(replace(block, organization=LONG, name=LONG, office=LONG) for block in sheet.signatures)
    text = " ".join(pages_of(replace(sheet, parties=parties, signatures=blocks)))  # type: ignore[arg-type]
    assert text.count(LONG) >= 2


def test_signs_of_markup_are_printed_as_typed() -> None:
    sheet = replace(paper(), lines=(line(1, product="<b>Tapis & Co</b>"),), note="5 < 6 & <i>")
    text = " ".join(pages_of(sheet))
    assert "<b>Tapis &" in text
    assert "Co</b>" in text
    assert "Catatan: 5 < 6 & <i>" in text


def test_two_originals_stand_in_one_file_each_with_its_own_pages() -> None:
    pages = pages_of(paper(12), originals=2)
    assert len(pages) == 4
    assert [("Asli 1/2" in page, "Asli 2/2" in page) for page in pages] == [(True, False)] * 2 + [(False, True)] * 2
    assert ["Halaman 1 dari 2" in page for page in pages] == [True, False, True, False]


def test_one_original_says_nothing_of_originals() -> None:
    assert not any("Asli" in page for page in pages_of(paper()))


def test_a_draft_has_its_mark_and_neither_number_nor_code() -> None:
    text = " ".join(pages_of(replace(paper(), number="", foot=PageFoot(), mark="DRAF")))
    assert "DRAF" in text
    assert "Draf, belum bernomor" in text
    assert "Nomor:" not in text
    assert "Kode keaslian" not in text


def test_a_mark_stands_on_every_page() -> None:
    assert all("DIBATALKAN" in page for page in pages_of(replace(paper(40), mark="DIBATALKAN")))


def test_who_is_still_awaited_is_said() -> None:
    first, second = paper().signatures
    text = " ".join(pages_of(replace(paper(), signatures=(replace(first, waiting="menunggu penandatangan"), second))))
    assert "menunggu penandatangan" in text


def test_nobody_signs_a_page_that_says_nothing() -> None:
    for lines in range(1, 16):
        last = pages_of(paper(lines))[-1]
        assert "Pernyataan ini berlaku sampai dengan 31 Desember 2023." in last
        assert last.count("PIHAK KEDUA") >= 1


def test_drawn_strokes_are_lines_and_no_image() -> None:
    first, second = paper().signatures
    content = render_commitment(replace(paper(), signatures=(signed(first), signed(second))))
    reader = PdfReader(io.BytesIO(content))
    assert not [image for page in reader.pages for image in page.images]
    plain = render_commitment(paper())
    assert len(content) > len(plain)


def test_strokes_keep_their_shape_inside_the_field() -> None:
    points = [point for stroke in fitted(STROKES, 150, 60) for point in stroke]
    assert min(x for x, _y in points) >= -1e-6
    assert max(x for x, _y in points) <= 150 + 1e-6
    assert max(y for _x, y in points) <= 60 + 1e-6
    square = fitted((((0, 0), (10, 10)),), 100, 20)
    assert square == (((40.0, 0.0), (60.0, 20.0)),)


@pytest.mark.parametrize("strokes", [(), ((),), (((5, 5),),), (((1, 1), (1, 1)),), (((0, 5), (9, 5)),)])
def test_strokes_without_extent_do_not_fail(strokes: tuple[tuple[tuple[float, float], ...], ...]) -> None:
    first, second = paper().signatures
    sheet = replace(paper(), signatures=(replace(first, strokes=tuple(s for s in strokes if s)), second))
    assert render_commitment(sheet).startswith(b"%PDF-")


def test_the_qr_code_can_be_read_from_the_paper(tmp_path: Path) -> None:
    """Rasterise the page's own drawing operators: what stands on the paper is what a phone reads."""
    reader = PdfReader(io.BytesIO(render_commitment(paper())))
    assert len(reader.pages) >= 1
    for page in reader.pages:
        picture = _rectangles(page.get_contents().get_data().decode("latin-1"))  # type: ignore[union-attr]
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == [ADDRESS]


def _rectangles(operators: str) -> Image.Image:
    """Draw the small filled rectangles of a page (the modules of the code) at 300 dpi."""
    scale = 300 / 72
    picture = Image.new("L", (round(A4[0] * scale), round(A4[1] * scale)), 255)
    pen = ImageDraw.Draw(picture)
    unit = QR_SIZE / qr_code(ADDRESS).size
    for row in operators.split("\n"):
        words = row.split()
        for at in (n for n, word in enumerate(words) if word == "re" and n >= 4):
            x, y, wide, high = map(float, words[at - 4 : at])
            if abs(high - unit) < 0.01 and wide < QR_SIZE:
                top = A4[1] - y - high
                pen.rectangle([x * scale, top * scale, (x + wide) * scale - 0.01, (top + high) * scale - 0.01], fill=0)
    return picture


def test_the_codes_path_is_read_completely() -> None:
    code = qr_code(ADDRESS)
    assert "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in _RUN.findall(code.path)) == code.path
