"""Codes and secrets: random, typeable, checkable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matchmaking.codes import ALPHABET, check_character, keyed_hash, new_code, new_token, read_typed, token_hash

codes = st.text(alphabet=ALPHABET, min_size=2, max_size=12)


def test_codes_are_typeable_and_differ() -> None:
    made = [new_code() for _n in range(500)]
    assert (len(set(made)), {len(code) for code in made}) == (500, {10})
    assert set("".join(made)) == set(ALPHABET)
    assert len({new_token() for _n in range(500)}) == 500


@given(codes)
def test_typed_code_is_read_back(code: str) -> None:
    written = " ".join((code.lower()[:1], code.lower()[1:])) + " "
    assert read_typed(written) == read_typed("-".join(code)) == code


def test_look_alikes_are_mapped() -> None:
    assert read_typed("iIlLoO uU") == "111100VV"


@given(codes, st.data())
def test_one_wrong_character_is_caught(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([c for c in ALPHABET if c != code[place]]))
    assert check_character(code[:place] + other + code[place + 1 :]) != check_character(code)


@given(codes, st.data())
def test_swapped_neighbours_are_caught(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (check_character(swapped) != check_character(code)) == (swapped != code)


def test_hashes_depend_on_everything() -> None:
    made = {token_hash("a"), token_hash("b"), keyed_hash("a", "k"), keyed_hash("a", "l"), keyed_hash("b", "k")}
    assert (len(made), {len(value) for value in made}) == (5, {64})
