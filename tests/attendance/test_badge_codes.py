"""The texts of a badge: any slip is noticed, any text at all has an answer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.attendance.badge_codes import (
    BadgeText,
    BadgeTextKind,
    new_badge_code,
    new_short_code,
    read_badge_text,
    show_short_code,
)
from matchmaking.codes import ALPHABET, check_character

READ = (BadgeTextKind.CODE, BadgeTextKind.SHORT)
bodies = st.text(alphabet=ALPHABET, min_size=16, max_size=16)
short_bodies = st.text(alphabet=ALPHABET, min_size=6, max_size=6).filter(lambda text: not text.startswith("TB"))
codes = bodies.map(lambda body: f"TB1{body}{check_character('TB1' + body)}")
shorts = short_bodies.map(lambda body: body + check_character(body))


def test_new_codes_are_what_any_keyboard_types_and_all_differ() -> None:
    made = [new_badge_code() for _n in range(300)]
    assert all(re.fullmatch(r"TB1[0-9A-Z]{17}", code) for code in made)
    assert len(set(made)) == 300
    short = [new_short_code() for _n in range(300)]
    assert all(re.fullmatch(r"[0-9A-Z]{7}", code) and not code.startswith("TB") for code in short)
    assert len(set(short)) > 298


def test_short_code_never_begins_like_a_qr(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["TB1234", "TBXXXX", "ABCDEF"])
    monkeypatch.setattr("matchmaking.attendance.badge_codes.new_code", lambda _length: next(drawn))
    assert new_short_code() == "ABCDEF" + check_character("ABCDEF")


@given(codes)
def test_a_code_is_read_back_in_any_case(code: str) -> None:
    assert read_badge_text(code) == BadgeText(BadgeTextKind.CODE, code)
    for written in (code.lower(), f" {code}\r\n", f"{code[:7]} {code[7:]}", f"]Q1{code}", code.replace("1", "l")):
        assert read_badge_text(written) == BadgeText(BadgeTextKind.CODE, code)


@given(shorts)
def test_a_short_code_is_read_back_however_it_is_typed(code: str) -> None:
    shown = show_short_code(code)
    assert re.fullmatch(r"\w{3}-\w{4}", shown)
    look_alike = shown.lower().replace("0", "o").replace("1", "i").replace("v", "u")
    for written in (shown, code, shown.lower(), shown.replace("-", " "), f" {shown}\t", look_alike):
        assert read_badge_text(written) == BadgeText(BadgeTextKind.SHORT, code)


@given(st.one_of(codes, shorts), st.data())
def test_one_wrong_character_is_noticed(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([sign for sign in ALPHABET if sign != code[place]]))
    assert read_badge_text(code[:place] + other + code[place + 1 :]).kind not in READ


@given(st.one_of(codes, shorts), st.data())
def test_swapped_neighbours_are_noticed(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (read_badge_text(swapped).kind in READ) == (swapped == code)


@given(codes, st.integers(3, 19))
def test_a_code_cut_off_is_called_truncated(code: str, length: int) -> None:
    assert read_badge_text(code[:length]) == BadgeText(BadgeTextKind.TRUNCATED)
    assert read_badge_text(code + code[:length]) == BadgeText(BadgeTextKind.TRUNCATED)


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    answer = read_badge_text(text)
    assert (answer.code != "") == (answer.kind in READ)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty"),
        (" \t\r\n", "empty"),
        ("\x00\x1d", "empty"),
        ("BEGIN:VCARD\nVERSION:3.0\nFN:Peserta Contoh\nEND:VCARD", "vcard"),
        ("begin>vcard version>3.0", "vcard"),  # a scanner on another keyboard layout
        ("MECARD:N:Contoh,Peserta;;", "vcard"),
        ("https://contoh.example/c/KT-1", "link"),
        ("HTTP://CONTOH.EXAMPLE", "link"),
        ("www.contoh.example", "link"),
        ("TB2ABCDEFGHJKMNPQRST", "newer"),
        ("tb9abcdefghjkmnpqrstvwxyz", "newer"),
        ("TB1", "truncated"),
        ("TB1ABCDEFGHJKMNPQRS*", "truncated"),
        ("ABC-DEF0", "wrong_check"),
        ("ABC-DEF", "wrong_check"),  # one character short, but meant as a short code
        ("ABC-DEFGH", "wrong_check"),
        ("TB2XXXX", "wrong_check"),
        ("8991234567890", "foreign"),
        ("Peserta Contoh 07", "foreign"),
        ("WIFI:T:WPA;S:Hotel;P:rahasia;;", "foreign"),
        ("TB", "foreign"),
        ("🦋" * 20, "foreign"),
        ("A" * 100_000, "foreign"),
        ("TB1" + "A" * 500, "foreign"),
    ],
)
def test_what_else_may_be_held_before_the_scanner(text: str, kind: str) -> None:
    assert read_badge_text(text) == BadgeText(BadgeTextKind(kind))
