"""What a pair's wishes are worth."""

from __future__ import annotations

import itertools

import pytest

from matchmaking.matching.models import WishStrength
from matchmaking.matching.weights import MOST_FIT, is_excluded, is_wished, total, wish_points

MUST, WANT, NO = WishStrength.MUST, WishStrength.WANT, WishStrength.NO


def weight(exhibitor: WishStrength | None, buyer: WishStrength | None) -> int:
    return total(wish_points(exhibitor, buyer))


@pytest.mark.parametrize(
    ("exhibitor", "buyer", "expected"),
    [
        (None, None, 0),
        (WANT, None, 10), (None, WANT, 10),
        (MUST, None, 25), (None, MUST, 25),
        (WANT, WANT, 40),
        (MUST, WANT, 60), (WANT, MUST, 60),
        (MUST, MUST, 100),
    ],
)  # fmt: skip
def test_weight_follows_from_who_asked_and_how_strongly(exhibitor, buyer, expected) -> None:  # type: ignore[no-untyped-def]
    assert weight(exhibitor, buyer) == expected


def test_mutual_must_is_the_highest_of_all() -> None:
    words = [MUST, WANT, None]
    others = [weight(e, b) for e, b in itertools.product(words, words) if (e, b) != (MUST, MUST)]
    assert weight(MUST, MUST) > max(others)


@pytest.mark.parametrize("other", [MUST, WANT, NO, None])
def test_a_no_from_either_side_excludes(other: WishStrength | None) -> None:
    for pair in ((NO, other), (other, NO)):
        assert is_excluded(*pair)
        assert not is_wished(*pair)
        with pytest.raises(ValueError, match="no weight"):
            wish_points(*pair)


def test_the_weakest_wish_outranks_two_of_the_best_suggestions() -> None:
    assert weight(WANT, None) > 2 * MOST_FIT


def test_one_who_wants_much_outranks_two_who_want() -> None:
    assert weight(MUST, None) > 2 * weight(WANT, None) + MOST_FIT


def test_reason_names_who_asked() -> None:
    assert [p.reason for p in wish_points(MUST, WANT)] == ["mutual_must_want"]
    assert [p.reason for p in wish_points(None, MUST)] == ["buyer_must"]
    assert [p.reason for p in wish_points(WANT, None)] == ["exhibitor_want"]
    assert wish_points(None, None) == ()
