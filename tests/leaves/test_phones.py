"""Phone numbers in every Indonesian spelling."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.phones import format_phone, last_four, mask_phone, parse_phone, whatsapp_link


@pytest.mark.parametrize(
    "written",
    [
        "081234567890", "0812-3456-7890", "0812 3456 7890", "0812.3456.7890", "6281234567890", "62 812-3456-7890",
        "+6281234567890", "+62 812 3456 7890", "+62 (0)812 3456 7890", "(0812) 3456 7890", "006281234567890",
        "81234567890", "  081234567890 ", "tel:+62-812-3456-7890",
        "62081234567890", "+62081234567890",
    ],
)  # fmt: skip
def test_parse_phone_reads_every_spelling_of_one_number(written: str) -> None:
    assert parse_phone(written) == "+6281234567890"


@pytest.mark.parametrize(
    ("written", "stored"),
    [("0721 481 107", "+62721481107"), ("(021) 52901234", "+622152901234"), ("+65 6123 4567", "+6561234567")],
)
def test_parse_phone_reads_fixed_lines_and_other_countries(written: str, stored: str) -> None:
    assert parse_phone(written) == stored


@pytest.mark.parametrize(
    "written",
    ["", "-", "12", "0812", "08123456789012345678901", "nomor saya", "0812-ABC-7890", "a@contoh.example", "+", "٠٠"],
)
def test_parse_phone_refuses_what_is_no_number(written: str) -> None:
    with pytest.raises(ValueError):
        parse_phone(written)


@pytest.mark.parametrize(
    ("stored", "shown", "masked"),
    [
        ("+6281234567890", "0812-3456-7890", "0812-••••-••90"),
        ("+62721481107", "(0721) 481107", "(0721) ••••07"),
        ("+6561234567", "+65 6123 4567", "+65 61•• ••67"),
        (None, "", ""),
    ],
)
def test_format_and_mask(stored: str | None, shown: str, masked: str) -> None:
    assert (format_phone(stored), mask_phone(stored)) == (shown, masked)


def test_last_four() -> None:
    assert (last_four("+6281234567890"), last_four(None), last_four("")) == ("7890", "", "")


def test_whatsapp_link_carries_the_whole_text() -> None:
    text = "Halo & selamat: https://x/l/1?a=1\nTerima kasih"
    assert whatsapp_link("+6281234567890", text) == (
        "https://wa.me/6281234567890?text=Halo%20%26%20selamat%3A%20https%3A%2F%2Fx%2Fl%2F1%3Fa%3D1%0ATerima%20kasih"
    )
    assert whatsapp_link(None, "a") == "https://wa.me/?text=a"


@given(st.integers(min_value=10_000_000, max_value=999_999_999))
def test_stored_form_is_read_as_itself(tail: int) -> None:
    stored = parse_phone(f"0812{tail}")
    assert parse_phone(stored) == parse_phone(format_phone(stored)) == stored
    assert str(tail)[:-2] not in mask_phone(stored)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_phone(text).startswith("+")
