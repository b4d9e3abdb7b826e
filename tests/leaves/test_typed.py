"""Numbers, dates and answers as people type them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaking import typed
from matchmaking.errors import InvalidInput


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        (typed.read_whole, "25", 25),
        (typed.read_whole, " 1.200 ", 1200),
        (typed.read_whole, "1 200", 1200),
        (typed.read_whole, "12,0", 12),
        (typed.read_percent, "40", Decimal("40.00")),
        (typed.read_percent, "40,5 %", Decimal("40.50")),
        (typed.read_percent, "0", Decimal("0.00")),
        (typed.read_percent, "27.25%", Decimal("27.25")),
        (typed.read_price, "Rp 450.000,-", 450_000),
        (typed.read_price, "1,5 jt", 1_500_000),
        (typed.read_price, "450000.00", 450_000),
        (typed.read_date, "2023-05-11", date(2023, 5, 11)),
        (typed.read_date, "2023-05-11 00:00:00", date(2023, 5, 11)),
        (typed.read_date, "11/05/2023", date(2023, 5, 11)),
        (typed.read_date, "1.5.23", date(2023, 5, 1)),
        (typed.read_date, "11 Mei 2023", date(2023, 5, 11)),
        (typed.read_date, "11-Agt-23", date(2023, 8, 11)),
        (typed.read_month, "Mei", 5),
        (typed.read_month, "12", 12),
        (typed.read_yes_no, "Ya", True),
        (typed.read_yes_no, "tidak  ada", False),
    ],
)
def test_what_people_type_is_read(app: Flask, reader, text: str, value: object) -> None:  # type: ignore[no-untyped-def]
    assert reader(text) == value


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (typed.read_whole, "1,2"),
        (typed.read_whole, "-1"),
        (typed.read_whole, "1.20"),
        (typed.read_whole, "dua"),
        (typed.read_whole, "99999999999"),
        (typed.read_percent, "101"),
        (typed.read_percent, "40,555"),
        (typed.read_percent, "-3"),
        (typed.read_percent, "nihil"),
        (typed.read_price, "0"),
        (typed.read_price, "gratis"),
        (typed.read_price, "-5000"),
        (typed.read_price, "10,5"),
        (typed.read_date, "31/02/2023"),
        (typed.read_date, "11/13/2023"),
        (typed.read_date, "besok"),
        (typed.read_date, "45057"),
        (typed.read_date, "11/05/1823"),
        (typed.read_month, "13"),
        (typed.read_month, "0"),
        (typed.read_yes_no, "mungkin"),
    ],
)
def test_what_is_none_is_refused(app: Flask, reader, text: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput):
        reader(text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(number=st.integers(0, 10**9))
def test_grouped_numbers_are_read_back(app: Flask, number: int) -> None:
    assert typed.read_whole(f"{number:,}".replace(",", ".")) == number


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(day=st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_dates_are_read_back_in_both_orders(app: Flask, day: date) -> None:
    assert typed.read_date(day.isoformat()) == typed.read_date(day.strftime("%d/%m/%Y")) == day


@pytest.mark.parametrize("text", ["", None, "²", "١٢", "-1", "1.0", " 1", "9" * 40, "2147483648", "x"])
def test_what_no_row_can_have_is_no_row_number(text: str | None) -> None:
    assert typed.read_row_number(text) is None


def test_row_number_is_read() -> None:
    assert (typed.read_row_number("7"), typed.read_row_number("0"), typed.read_row_number("2147483647")) == (
        7,
        0,
        2147483647,
    )
