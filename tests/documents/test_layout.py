"""Where cards lie and where the knife goes: nothing overlaps, nothing is off the sheet, every cut is marked."""

from __future__ import annotations

from itertools import islice

import pytest

from matchmaking.documents.layout import LAYOUTS, UNPRINTABLE, Layout, Place, count_sheets, crop_marks, places

ALL = list(LAYOUTS.values())


def test_the_sizes_are_those_of_card_holders() -> None:
    assert {name: (layout.sheet, layout.card, layout.per_sheet) for name, layout in LAYOUTS.items()} == {
        "a4-4": ((210, 297), (105, 148), 4),
        "a4-8": ((210, 297), (90, 55), 8),
        "a6": ((105, 148), (105, 148), 1),
    }


def test_places_go_row_by_row_and_sheet_by_sheet() -> None:
    assert list(islice(places(LAYOUTS["a4-4"]), 5)) == [
        Place(0, 0, 0.5), Place(0, 105, 0.5), Place(0, 0, 148.5), Place(0, 105, 148.5), Place(1, 0, 0.5),
    ]  # fmt: skip
    assert list(islice(places(LAYOUTS["a6"]), 2)) == [Place(0, 0, 0), Place(1, 0, 0)]


@pytest.mark.parametrize("layout", ALL, ids=lambda layout: layout.name)
def test_cards_stay_on_the_sheet_and_do_not_overlap(layout: Layout) -> None:
    cards = list(islice(places(layout), layout.per_sheet))
    assert {card.sheet for card in cards} == {0}
    width, height = layout.card
    for card in cards:
        assert 0 <= card.left <= layout.sheet[0] - width
        assert 0 <= card.top <= layout.sheet[1] - height
    for one in cards:
        for other in cards:
            apart = abs(one.left - other.left) >= width or abs(one.top - other.top) >= height
            assert apart or one == other


@pytest.mark.parametrize(("cards", "sheets"), [(0, 0), (1, 1), (4, 1), (5, 2), (8, 2)])
def test_sheets_are_counted(cards: int, sheets: int) -> None:
    assert count_sheets(LAYOUTS["a4-4"], cards) == sheets


def test_a_card_as_large_as_its_sheet_is_not_cut() -> None:
    assert crop_marks(LAYOUTS["a6"]) == []


@pytest.mark.parametrize("layout", [layout for layout in ALL if layout.is_cut], ids=lambda layout: layout.name)
def test_every_inner_edge_is_marked_at_both_ends_of_the_sheet_and_between_cards(layout: Layout) -> None:
    marks = crop_marks(layout)
    width, height = layout.sheet
    edges = {edge for left in layout.lefts() for edge in (left, left + layout.card[0])}
    inner = {edge for edge in edges if UNPRINTABLE < edge < width - UNPRINTABLE}
    upright = [mark for mark in marks if mark.x1 == mark.x2]
    assert {mark.x1 for mark in upright} == inner
    for edge in inner:
        at = sorted((mark.y1 + mark.y2) / 2 for mark in upright if mark.x1 == edge)
        assert len(at) == layout.rows + 1
        assert at[0] < layout.tops()[0] + 10
        assert at[-1] > layout.tops()[-1] + layout.card[1] - 10
    level = [mark for mark in marks if mark.y1 == mark.y2]
    assert len(level) + len(upright) == len(marks)
    assert {mark.y1 for mark in level} == {
        edge
        for top in layout.tops()
        for edge in (top, top + layout.card[1])
        if UNPRINTABLE < edge < height - UNPRINTABLE
    }


@pytest.mark.parametrize("layout", ALL, ids=lambda layout: layout.name)
def test_marks_are_where_a_printer_prints(layout: Layout) -> None:
    for mark in crop_marks(layout):
        for x, y in ((mark.x1, mark.y1), (mark.x2, mark.y2)):
            assert UNPRINTABLE <= x <= layout.sheet[0] - UNPRINTABLE
            assert UNPRINTABLE <= y <= layout.sheet[1] - UNPRINTABLE


def test_marks_beside_cards_with_a_gap_do_not_touch_them() -> None:
    layout = LAYOUTS["a4-8"]
    for mark in crop_marks(layout):
        for card in islice(places(layout), layout.per_sheet):
            inside_x = card.left < (mark.x1 + mark.x2) / 2 < card.left + layout.card[0]
            inside_y = card.top < (mark.y1 + mark.y2) / 2 < card.top + layout.card[1]
            assert not (inside_x and inside_y)
