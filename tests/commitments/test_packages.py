"""All records on one RUP code beside its pagu, and several of one work unit and IKM beside the thresholds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matchmaking.commitments.commands import EndOrReopen, LineDetails
from matchmaking.commitments.queries.packages import package_standing, split_standing
from matchmaking.commitments.queries.standing import warnings_of
from matchmaking.commitments.services.withdrawing import withdraw_commitment
from matchmaking.commitments.thresholds import STANDARD, Threshold, passed_together
from matchmaking.transactions import transaction
from tests.commitments.scene import DETAILS, Deal, make_deal, new_key
from tests.commitments.test_succession import begin, both_sign, propose
from tests.commitments.test_winners import add_need
from tests.world import World

ON_CODE = replace(DETAILS, rup_code="60000001", work_unit="Bagian Umum")


def of(value: int, **more: str) -> object:
    """Details of one line worth this much."""
    return replace(
        ON_CODE, lines=(LineDetails(name="Kain", quantity="1", unit="helai", unit_price=str(value)),), **more
    )


def standing(deal: Deal, code: str) -> tuple[int, int, int | None]:
    found = package_standing(deal.row(code))
    assert found is not None
    return found.count, found.total, found.ceiling


def test_all_records_on_a_code_stand_against_its_pagu(world: World) -> None:
    deal, other = make_deal(world), make_deal(world)
    add_need(deal, rup_code="60000001", budget_ceiling=100)
    first = deal.signed(of(60))  # type: ignore[arg-type]
    second = other.propose(of(30))  # type: ignore[arg-type]
    assert standing(deal, first) == (2, 90, 100)
    third = deal.begin(of(11))  # type: ignore[arg-type]
    assert standing(deal, third) == (3, 101, 100)
    assert standing(deal, first) == (2, 90, 100)  # a draft counts for itself only
    assert "above_ceiling_together" in warnings_of(deal.row(third))
    with transaction():
        withdraw_commitment(other.actor, EndOrReopen(other.event_id, second, new_key(), reason="batal"))
    assert standing(deal, third) == (2, 71, 100)
    assert "above_ceiling_together" not in warnings_of(deal.row(third))


def test_an_addendum_and_what_it_replaces_count_once(world: World) -> None:
    deal = make_deal(world)
    old = deal.signed(of(60))  # type: ignore[arg-type]
    new = begin(deal, old)
    assert standing(deal, new)[:2] == (1, 60)
    propose(deal, new)
    assert standing(deal, new)[:2] == standing(deal, old)[:2] == (1, 60)
    both_sign(deal, new)
    assert standing(deal, new)[:2] == (1, 60)


def test_prices_without_ppn_are_compared_with_it(world: World) -> None:
    deal = make_deal(world)
    code = deal.begin(of(1000, tax_mode="excluded"))  # type: ignore[arg-type]
    assert standing(deal, code)[1] == 1110


def test_an_invitation_and_a_record_without_code_have_no_standing(world: World) -> None:
    deal = make_deal(world)
    assert package_standing(deal.row(deal.begin())) is None
    assert package_standing(deal.row(deal.begin(replace(ON_CODE, method="tender")))) is None


@pytest.mark.parametrize(
    ("amounts", "passed"),
    [
        ([], None), ([201], None), ([100, 100], None), ([100, 101], 200), ([150, 251], 400), ([150, 249], None),
        ([200, 200, 1], 400), ([201, 200], 400), ([401, 1], None),
    ],
)  # fmt: skip
def test_passed_together(amounts: list[int], passed: int | None) -> None:
    thresholds = (Threshold(200, "a"), Threshold(400, "b"))
    found = passed_together(amounts, thresholds)
    assert (found.amount if found else None) == passed


def test_records_of_one_work_unit_and_maker_that_together_pass_a_threshold_say_so(world: World) -> None:
    deal, other = make_deal(world), make_deal(world)
    deal.signed(of(150_000_000))  # type: ignore[arg-type]
    other.signed(of(150_000_000))  # type: ignore[arg-type]  # another buyer and maker
    elsewhere = deal.begin(of(90_000_000, work_unit="Bagian Lain"))  # type: ignore[arg-type]
    assert split_standing(deal.row(elsewhere)) is None
    code = deal.begin(of(90_000_000, work_unit="bagian umum"))  # type: ignore[arg-type]
    found = split_standing(deal.row(code))
    assert found is not None
    assert (found.count, found.total, found.threshold) == (2, 240_000_000, STANDARD[0])
    assert "above_threshold" in warnings_of(deal.row(code))
