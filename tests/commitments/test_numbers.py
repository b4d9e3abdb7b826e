"""The number of a commitment: its pattern, and that no number is given twice."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import assume, given
from hypothesis import strategies as st

from matchmaking.commitments.models import Commitment, CommitmentSettings
from matchmaking.commitments.numbers import (
    DEFAULT_PATTERN,
    InvalidPattern,
    PatternProblem,
    parse_pattern,
    render_number,
)
from matchmaking.commitments.services.settings import (
    ChangeSettings,
    PatternOutgrown,
    change_settings,
    settings_of,
    take_number,
)
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration.models import Side
from matchmaking.transactions import transaction
from tests.threads import at_once
from tests.world import BOTH, LONG_AGO, World

DAY = date(2023, 5, 11)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        (DEFAULT_PATTERN, "KT-017/TEMU-2023/V/2023"),
        ("045/{nomor}/V.26/{tahun}", "045/17/V.26/2023"),
        ("{nomor:6}", "000017"),
        ("{ Nomor:2 } - {ACARA} ({bulan})", "17 - TEMU-2023 (V)"),
    ],
)
def test_a_pattern_is_filled(pattern: str, number: str) -> None:
    assert render_number(pattern, 17, DAY, "temu-2023") == number


def test_every_month_has_its_roman_figures() -> None:
    months = [render_number("{nomor}/{bulan}", 1, date(2023, month, 1), "x") for month in range(1, 13)]
    assert months == [
        "1/I", "1/II", "1/III", "1/IV", "1/V", "1/VI", "1/VII", "1/VIII", "1/IX", "1/X", "1/XI", "1/XII",
    ]  # fmt: skip


def test_a_serial_wider_than_its_zeros_is_never_cut() -> None:
    assert render_number("{nomor:3}", 12_345, DAY, "x") == "12345"


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("", PatternProblem.NO_SERIAL),
        ("045/{tahun}", PatternProblem.NO_SERIAL),
        ("{nomor}/{unit}", PatternProblem.UNKNOWN_PLACEHOLDER),
        ("{nomor:7}", PatternProblem.UNKNOWN_PLACEHOLDER),
        ("{nomor:0}", PatternProblem.UNKNOWN_PLACEHOLDER),
        ("{nomor}/{tahun:2}", PatternProblem.UNKNOWN_PLACEHOLDER),
        ("{nomor.__class__}", PatternProblem.UNKNOWN_PLACEHOLDER),
        ("{}{nomor}", PatternProblem.UNKNOWN_PLACEHOLDER),
        ("{nomor}/{nomor:3}", PatternProblem.TWICE),
        ("{nomor}/{bulan}{bulan}", PatternProblem.TWICE),
        ("{nomor", PatternProblem.BRACES),
        ("{{nomor}}", PatternProblem.BRACES),
        ("<b>{nomor}", PatternProblem.SIGNS),
        ("{nomor}\n", None),
        ("{nomor}\u202e/x", PatternProblem.SIGNS),
        ("{nomor}\0", PatternProblem.SIGNS),
        ("x" * 75 + "{nomor}", PatternProblem.TOO_LONG),
        ("x" * 74 + "{nomor}", None),
    ],
)
def test_a_pattern_that_cannot_be_used_is_named(pattern: str, problem: PatternProblem | None) -> None:
    if problem is None:
        assert len(parse_pattern(pattern, "x").fill(999_999, DAY, "x")) <= 80
        return
    with pytest.raises(InvalidPattern) as caught:
        parse_pattern(pattern, "x")
    assert caught.value.problem is problem


def test_the_events_code_counts_in_the_length() -> None:
    parse_pattern(DEFAULT_PATTERN, "x" * 60)
    with pytest.raises(InvalidPattern) as caught:
        parse_pattern("Komitmen " + DEFAULT_PATTERN, "x" * 60)
    assert caught.value.problem is PatternProblem.TOO_LONG


PLAIN = st.text("0123456789IVX/-. ", max_size=6)
HOLDERS = st.permutations(["{nomor}", "{bulan}", "{tahun}", "{acara}"])
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
SERIALS = st.integers(1, 999_999)


@st.composite
def patterns(draw: st.DrawFn) -> str:
    holders = [h for h in draw(HOLDERS) if h == "{nomor}" or draw(st.booleans())]
    text = "".join(draw(PLAIN) + holder for holder in holders) + draw(PLAIN)
    return text.replace("{nomor}", draw(st.sampled_from(["{nomor}", "{nomor:3}", "{nomor:6}"])))


@given(patterns(), SERIALS, SERIALS, DAYS, DAYS)
def test_two_serials_never_give_the_same_number(pattern: str, one: int, other: int, first: date, second: date) -> None:
    assume(one != other)
    parsed = parse_pattern(pattern, "acara-1")
    assert parsed.fill(one, first, "acara-1") != parsed.fill(other, second, "acara-1")


@given(st.text(max_size=90))
def test_any_text_is_a_pattern_or_refused(text: str) -> None:
    try:
        number = render_number(text, 999_999, DAY, "acara-1")
    except InvalidPattern:
        return
    assert "999999" in number
    assert len(number) <= 80


def taken(event_id: int) -> tuple[int, str]:
    with transaction():
        return take_number(event_id, DAY)


def stored(row: CommitmentSettings) -> None:
    with transaction():
        db.session.add(row)


def test_numbers_go_up_from_one(world: World) -> None:
    event_id = world.event(code="temu")
    assert [taken(event_id) for _ in range(2)] == [(1, "KT-001/TEMU/V/2023"), (2, "KT-002/TEMU/V/2023")]
    assert settings_of(event_id).next_serial == 3


def test_events_count_for_themselves(world: World) -> None:
    one, other = world.event(code="satu"), world.event(code="dua")
    assert [taken(one)[0], taken(other)[0], taken(one)[0]] == [1, 1, 2]


def test_a_number_that_was_not_stored_is_given_again(world: World) -> None:
    event_id = world.event(code="temu")
    with pytest.raises(LookupError), transaction():
        take_number(event_id, DAY)
        raise LookupError
    assert taken(event_id)[0] == 1


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_sixteen_at_once_take_sixteen_numbers_without_a_gap(app: Flask, world: World) -> None:
    event_id = world.event(code="temu")
    outcomes = at_once(app, lambda _n: taken(event_id), 16)
    assert sorted(outcomes) == [(n, f"KT-{n:03d}/TEMU/V/2023") for n in range(1, 17)]  # type: ignore[type-var]


def commitment(world: World, event_id: int, number: str, serial: int) -> None:
    buyer, exhibitor = world.participation(event_id, Side.BUYER), world.participation(event_id, Side.EXHIBITOR)
    row = Commitment(
        code=f"C{serial:019d}", record_id=f"00000000-0000-4000-8000-{serial:012d}", event_id=event_id, buyer_id=buyer,
        exhibitor_id=exhibitor, number=number, serial=serial, fiscal_year=2023, created_at=LONG_AGO,
    )  # fmt: skip
    world.save(row)


def test_a_number_an_earlier_pattern_gave_is_passed_over(world: World) -> None:
    event_id = world.event(code="temu")
    commitment(world, event_id, "15", 5)
    stored(CommitmentSettings(event_id=event_id, number_pattern="{nomor}", next_serial=15))
    assert taken(event_id) == (16, "16")


def test_another_events_number_does_not_matter(world: World) -> None:
    event_id = world.event(code="temu")
    commitment(world, world.event(), "1", 1)
    stored(CommitmentSettings(event_id=event_id, number_pattern="{nomor}"))
    assert taken(event_id) == (1, "1")


def test_a_number_that_no_longer_fits_is_refused_and_not_used_up(world: World) -> None:
    event_id = world.event(code="temu")
    stored(CommitmentSettings(event_id=event_id, number_pattern="x" * 60 + DEFAULT_PATTERN))
    with pytest.raises(PatternOutgrown):
        taken(event_id)
    assert settings_of(event_id).next_serial == 1


def test_giving_a_number_does_not_outdate_an_open_page(world: World) -> None:
    event_id = world.event(code="temu")
    taken(event_id)
    seen, actor = settings_of(event_id).version, world.organizer(event_id)
    taken(event_id)
    with transaction():
        change_settings(actor, event_id, ChangeSettings("{nomor}"), seen)
    assert taken(event_id) == (3, "3")


def test_the_events_code_stands_in_capitals(world: World) -> None:
    event_id = world.event(code="temu-bisnis-2023")
    assert taken(event_id)[1] == "KT-001/TEMU-BISNIS-2023/V/2023"
    assert db.session.scalar(sa.select(Event.code)) == "temu-bisnis-2023"
