"""Rupiah: read as people write them, shown exactly, never rounded up."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.money import MAX_RUPIAH, format_rupiah, format_short, in_words, parse_rupiah

amounts = st.integers(0, MAX_RUPIAH)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("450000", 450_000), ("450.000", 450_000), ("Rp450.000", 450_000), ("Rp 450.000,-", 450_000), ("Rp. 450.000,00", 450_000),
        ("IDR 1.305.000.000.000", 1_305_000_000_000), ("298,7 M", 298_700_000_000), ("1,305 T", 1_305_000_000_000),
        ("25 jt", 25_000_000), ("1.5 jt", 1_500_000), ("1,5 juta", 1_500_000), ("50rb", 50_000), ("50 ribu", 50_000), ("0", 0),
    ],
)  # fmt: skip
def test_parse_reads_what_people_write(written: str, amount: int) -> None:
    assert parse_rupiah(written) == amount


@pytest.mark.parametrize(
    "written",
    ["", "Rp", "-5", "12,5", "1.23", "1.2345", "45.00.000", "5 lusin", "1e6", "0,1", "2000 T", "12.34 jt jt", "abc"],
)
def test_parse_refuses_what_is_no_whole_amount(written: str) -> None:
    with pytest.raises(ValueError):
        parse_rupiah(written)


@given(amounts)
def test_exact_form_is_read_back(amount: int) -> None:
    assert parse_rupiah(format_rupiah(amount)) == parse_rupiah(str(amount)) == amount


@given(amounts)
def test_short_form_is_never_more_and_less_than_a_thousandth_off(amount: int) -> None:
    shown = parse_rupiah(format_short(amount))
    assert shown <= amount
    assert amount - shown < max(amount / 1000, 1)


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert 0 <= parse_rupiah(text) <= MAX_RUPIAH


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "nol"), (11, "sebelas"), (17, "tujuh belas"), (100, "seratus"), (1_000, "seribu"), (1_999, "seribu sembilan ratus sembilan puluh sembilan"),
        (11_250_000, "sebelas juta dua ratus lima puluh ribu"), (1_305_000_000_000, "satu triliun tiga ratus lima miliar"), (10**15, "seribu triliun"), (-5, "minus lima"),
    ],
)  # fmt: skip
def test_words(amount: int, words: str) -> None:
    assert in_words(amount) == words


UNITS = {"": 1, "ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}
ONES = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"]


def read_words(words: str) -> int:
    """Read Indonesian number words the other way round, by another method than the one that writes them."""
    total = 0
    for part, unit in re.findall(r"(.*?)\s*(ribu|juta|miliar|triliun|$)", words.replace("seribu", "satu ribu")):
        below = 0
        for word in part.replace("seratus", "satu ratus").split():
            if word == "ratus":
                below = below * 100
            elif word == "puluh":
                below = below // 100 * 100 + below % 100 * 10
            elif word == "belas":
                below += 10
            else:
                below += ONES.index(word)
        total += below * UNITS[unit]
    return total


@given(st.integers(0, MAX_RUPIAH - 1))
def test_words_are_read_back(amount: int) -> None:
    assert read_words(in_words(amount)) == amount
