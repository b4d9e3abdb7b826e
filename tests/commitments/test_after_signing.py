"""Meterai, certified signature, budget and what was bought: appended to a signed record, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from matchmaking import clock
from matchmaking.commitments.life_models import Realization
from matchmaking.commitments.models import CommitmentState
from matchmaking.commitments.queries.commitments import commitment_figures, commitment_view
from matchmaking.commitments.services.after_signing import (
    AffixStamp,
    ConfirmBudget,
    NoteCertified,
    StampUsed,
    affix_stamp,
    confirm_budget,
    note_certified,
)
from matchmaking.commitments.services.realizing import EnterRealization, OrderTaken, enter_realization, void_realization
from matchmaking.commitments.services.recording import OutOfStep
from matchmaking.errors import DomainError, InvalidInput
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.commitments.scene import DETAILS, Deal, make_deal, new_key
from tests.commitments.test_succession import begin, both_sign, propose
from tests.threads import at_once
from tests.world import BOTH, World


def stamp(deal: Deal, code: str, serial: str, key: str = "") -> None:
    with transaction():
        affix_stamp(deal.actor, AffixStamp(deal.event_id, code, key or new_key(), serial, "Peserta Contoh"))


def buy(deal: Deal, code: str, value: str, number: str = "SP-1", **given: Any) -> None:
    command = EnterRealization(
        deal.event_id, code, given.pop("key", new_key()), "purchase_order", number, "", value, **given
    )
    with transaction():
        enter_realization(deal.actor, command)


def last(deal: Deal, code: str) -> tuple[str, str, dict[str, str]]:
    event = commitment_view(deal.event_id, code).events[-1]
    return event.kind.value, event.reference, dict(event.details)


def test_a_meterai_is_noted_with_its_serial_and_who_affixed_it(world: World) -> None:
    deal = make_deal(world)
    code, key = deal.signed(), new_key()
    stamp(deal, code, "ab12 3456-7890", key)
    stamp(deal, code, "AB1234567890", key)
    today = clock.today().isoformat()
    said = {"affixed_by": "Peserta Contoh", "medium": "paper", "on": today}
    assert last(deal, code) == ("duty_stamped", "AB1234567890", said)
    assert deal.row(code).state is CommitmentState.SIGNED


def test_a_meterai_is_used_once_and_only_on_what_is_signed(world: World) -> None:
    deal, other = make_deal(world), make_deal(world)
    stamp(deal, deal.signed(), "AB1234567890")
    with pytest.raises(StampUsed):
        stamp(other, other.signed(), "AB1234567890")
    with pytest.raises(OutOfStep):
        stamp(other, other.propose(), "CD1234567890")
    with pytest.raises(InvalidInput) as refused:
        stamp(other, other.signed(), "12")
    assert list(refused.value.fields) == ["serial"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_of_one_meterai_on_two_records_at_once_one_is_noted(world: World) -> None:
    deal = make_deal(world)
    codes = [deal.signed(), deal.signed()]
    db.session.rollback()

    def go(number: int) -> str:
        try:
            stamp(deal, codes[number], "AB1234567890")
        except DomainError as refused:
            return refused.code
        return "noted"

    assert sorted(map(str, at_once(world.app, go, 2))) == ["commitments.stamp_used", "noted"]


def test_a_certified_signature_is_noted_beside_the_ordinary_one(world: World) -> None:
    deal = make_deal(world)
    code = deal.signed()
    with transaction():
        note_certified(
            deal.actor, NoteCertified(deal.event_id, code, new_key(), "buyer", "bsre", "Peserta Contoh", "2023-06-01")
        )
    assert last(deal, code) == ("certified", "", {"provider": "bsre", "signer": "Peserta Contoh", "on": "2023-06-01"})
    ahead = (clock.today() + timedelta(days=2)).isoformat()
    with pytest.raises(InvalidInput) as refused, transaction():
        note_certified(deal.actor, NoteCertified(deal.event_id, code, new_key(), "nobody", "x", "", ahead))
    assert set(refused.value.fields) == {"party", "provider", "signer", "on"}


def test_a_confirmed_budget_lets_next_year_count(world: World) -> None:
    deal = make_deal(world)
    with clock.frozen(datetime(2031, 11, 5, tzinfo=UTC)):
        code = deal.signed(replace(DETAILS, fiscal_year="2032"))
        key = new_key()
        for _twice in range(2):
            with transaction():
                confirm_budget(deal.actor, ConfirmBudget(deal.event_id, code, key, "DPA-1/2032"))
        figures = commitment_figures(deal.event_id)
        assert (figures.signed.count, figures.next_year.count) == (1, 0)
        with pytest.raises(OutOfStep), transaction():
            confirm_budget(deal.actor, ConfirmBudget(deal.event_id, code, new_key(), "DPA-2/2032"))


def test_what_is_bought_moves_the_state_and_more_may_be_bought(world: World) -> None:
    deal = make_deal(world)
    code, key = deal.signed(), new_key()
    for _sent_twice in range(2):
        buy(deal, code, "5.000.000", key=key, domestic_value="5.000.000", small_value="0", handover="BAST-1")
    assert deal.row(code).state is CommitmentState.PARTLY_REALIZED
    buy(deal, code, "7.000.000", "SP-2")
    assert deal.row(code).state is CommitmentState.REALIZED
    db.session.rollback()
    assert [(row.value, row.domestic_value, row.small_value) for row in db.session.query(Realization)] == [
        (5_000_000, 5_000_000, 0), (7_000_000, None, None),
    ]  # fmt: skip


def test_one_order_counts_once_until_it_is_taken_back(world: World) -> None:
    deal = make_deal(world)
    code, other = deal.signed(), deal.signed()
    buy(deal, code, "5.000.000")
    with pytest.raises(OrderTaken):
        buy(deal, other, "5.000.000")
    entry = db.session.query(Realization).one().code
    for _twice in range(2):
        with transaction():
            void_realization(deal.actor, deal.event_id, entry, "Pesanan dibatalkan.")
    assert deal.row(code).state is CommitmentState.SIGNED
    buy(deal, other, "5.000.000")
    assert deal.row(other).state is CommitmentState.PARTLY_REALIZED


def test_an_order_is_taken_back_from_the_addendum_it_went_along_to(world: World) -> None:
    deal = make_deal(world)
    old = deal.signed()
    buy(deal, old, "5.000.000")
    new = begin(deal, old)
    propose(deal, new)
    both_sign(deal, new)
    entry = db.session.query(Realization).one().code
    with transaction():
        void_realization(deal.actor, deal.event_id, entry, "Pesanan dibatalkan.")
    assert (deal.row(old).state, deal.row(new).state) == (CommitmentState.AMENDED, CommitmentState.SIGNED)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"value": "0"}, "value"), ({"number": " "}, "number"), ({"domestic_value": "6.000.000"}, "domestic_value"),
        ({"small_value": "x"}, "small_value"), ({"number": "x" * 81}, "number"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field(world: World, given: dict[str, str], field: str) -> None:
    deal = make_deal(world)
    values = {"value": "5.000.000", "number": "SP-1", **given}
    with pytest.raises(InvalidInput) as refused:
        buy(deal, deal.signed(), values.pop("value"), values.pop("number"), **values)
    assert list(refused.value.fields) == [field]


def test_nothing_is_bought_on_an_invitation_or_before_signing(world: World) -> None:
    deal = make_deal(world)
    for code in (deal.signed(replace(DETAILS, method="tender")), deal.propose()):
        with pytest.raises(OutOfStep):
            buy(deal, code, "5.000.000")
