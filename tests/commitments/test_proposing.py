"""Proposing: what is missing, what is warned of, the number given once, the content frozen for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.catalogue.models import Need, Product
from matchmaking.commitments.canonical import content_hash
from matchmaking.commitments.commands import (
    DraftDetails,
    EditDraft,
    EndOrReopen,
    LineDetails,
    ProposeCommitment,
    RecordEvent,
    SignatoryDetails,
)
from matchmaking.commitments.guard import FrozenContent
from matchmaking.commitments.models import (
    Commitment,
    CommitmentEvent,
    CommitmentLine,
    CommitmentParty,
    CommitmentState,
    EventKind,
)
from matchmaking.commitments.queries.commitments import commitment_view
from matchmaking.commitments.queries.standing import warnings_of
from matchmaking.commitments.services.drafting import ChangedMeanwhile, edit_draft
from matchmaking.commitments.services.proposing import (
    NotReady,
    WarningsOpen,
    propose_commitment,
    reopen_commitment,
)
from matchmaking.commitments.services.recording import OutOfStep, locked_commitment, record_event
from matchmaking.commitments.services.withdrawing import withdraw_commitment
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.registration.models import Participation, ParticipationState
from matchmaking.transactions import transaction
from tests.catalogue.builders import add_need, add_product
from tests.commitments.scene import DETAILS, SHAWLS, Deal, make_deal, new_key
from tests.threads import at_once
from tests.world import BOTH, World

JULY = datetime(2026, 7, 10, 3, tzinfo=UTC)


def propose(deal: Deal, code: str, *accepted: str, key: str = "") -> Commitment:
    seen = deal.row(code).row_version
    with transaction():
        return propose_commitment(deal.actor, ProposeCommitment(deal.event_id, code, key or new_key(), seen, accepted))


def test_proposing_freezes_the_content_under_a_number_and_a_hash(world: World) -> None:
    deal = make_deal(world)
    with clock.frozen(JULY):
        view = commitment_view(deal.event_id, deal.propose())
    assert (view.state, view.serial, view.valid_until) == (CommitmentState.PROPOSED, 1, date(2026, 12, 31))
    assert (view.made_on, view.frozen_at) == (date(2026, 7, 10), JULY)
    assert view.number
    assert view.canonical is not None
    assert view.content_hash == content_hash(view.canonical)
    assert view.canonical["number"] == view.number
    assert view.canonical["total"] == "11250000"
    assert view.canonical["buyer"]["name"] == view.buyer.name
    assert view.clauses == tuple(view.canonical["clauses"])
    assert any("bukan kontrak" in clause for clause in view.clauses)
    assert [event.kind.value for event in view.events] == ["created", "proposed"]


def test_numbers_are_given_once_and_in_order(world: World) -> None:
    deal = make_deal(world)
    serials = [deal.row(deal.propose()).serial for _n in range(3)]
    assert serials == [1, 2, 3]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_sixteen_drafts_proposed_at_once_get_sixteen_numbers(app: Flask, world: World) -> None:
    deal = make_deal(world)
    codes = [deal.begin() for _n in range(16)]
    db.session.remove()

    def act(number: int) -> int | None:
        with transaction():
            command = ProposeCommitment(deal.event_id, codes[number], new_key(), 1, ())
            return propose_commitment(deal.actor, command).serial

    assert sorted(at_once(app, act, 16), key=str) == sorted(range(1, 17), key=str)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_one_draft_proposed_by_eight_threads_is_proposed_once(app: Flask, world: World) -> None:
    deal = make_deal(world)
    code, key = deal.begin(), new_key()
    db.session.remove()

    def act(number: int) -> int | None:
        with transaction():
            command = ProposeCommitment(deal.event_id, code, key if number % 2 else new_key(), 1, ())
            return propose_commitment(deal.actor, command).serial

    outcomes = at_once(app, act, 8)
    assert {outcome for outcome in outcomes if not isinstance(outcome, OutOfStep)} == {1}
    kinds = db.session.scalars(sa.select(CommitmentEvent.kind).order_by(CommitmentEvent.id)).all()
    assert kinds == [EventKind.CREATED, EventKind.PROPOSED]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"lines": ()}, "no_lines"),
        ({"buyer_signatory": SignatoryDetails(name="Tanpa jabatan", role="budget_user")}, "buyer_signatory"),
        ({"buyer_signatory": SignatoryDetails(name="Tanpa peran", office="Kepala")}, "buyer_signatory"),
        ({"exhibitor_signatory": SignatoryDetails()}, "exhibitor_signatory"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_frozen(world: World, changes: dict[str, object], problem: str) -> None:
    deal = make_deal(world)
    code = deal.begin(replace(DETAILS, **changes))  # type: ignore[arg-type]
    with pytest.raises(NotReady) as refused:
        propose(deal, code)
    assert refused.value.problems == [problem]
    row = deal.row(code)
    assert (row.state, row.number, row.frozen_at) == (CommitmentState.DRAFT, None, None)
    assert deal.row(deal.propose()).serial == 1  # no number was lost


@pytest.mark.parametrize(
    ("side", "problem"), [("buyer_id", "buyer_not_approved"), ("maker_id", "exhibitor_not_approved")]
)
def test_a_party_that_left_cannot_be_bound(world: World, side: str, problem: str) -> None:
    deal = make_deal(world)
    code = deal.begin()
    with transaction():
        db.session.get_one(Participation, getattr(deal, side)).state = ParticipationState.WITHDRAWN
    with pytest.raises(NotReady) as refused:
        propose(deal, code)
    assert refused.value.problems == [problem]


def test_a_fiscal_year_that_is_over_cannot_be_proposed(world: World) -> None:
    deal = make_deal(world)
    with clock.frozen(JULY):
        code = deal.begin()
    with clock.frozen(JULY.replace(year=2027)):
        with pytest.raises(NotReady) as refused:
            propose(deal, code)
        assert refused.value.problems == ["year_over"]


# Warnings


def codes_of(deal: Deal, details: DraftDetails) -> list[str]:
    return warnings_of(deal.row(deal.begin(details)))


def test_a_total_above_the_linked_ceiling_is_warned_of(world: World) -> None:
    deal = make_deal(world)
    for ceiling, expected in (("11249999", ["above_ceiling"]), ("11250000", [])):
        need = db.session.get_one(Need, add_need(deal.buyer_id, budget_ceiling=ceiling)).code
        assert codes_of(deal, replace(DETAILS, need=need)) == expected
    open_need = db.session.get_one(Need, add_need(deal.buyer_id)).code
    assert codes_of(deal, replace(DETAILS, need=open_need)) == []


def test_more_than_the_maker_can_make_until_the_month_is_warned_of(world: World) -> None:
    deal = make_deal(world)
    product = db.session.get_one(
        Product, add_product(deal.maker_id, monthly_capacity="10", unit="pcs", catalog_listing_status="listed")
    ).code
    with clock.frozen(JULY):
        for quantity, month, expected in (
            ("20", "8", []),
            ("20,001", "8", ["above_capacity"]),
            ("60", "", []),  # until December
            ("61", "", ["above_capacity"]),
            ("10", "1", []),  # a month that has passed: at least this one is counted
            ("11", "1", ["above_capacity"]),
        ):
            line = LineDetails(product=product, quantity=quantity, unit_price="1000")
            assert codes_of(deal, replace(DETAILS, lines=(line,), month=month)) == expected, (quantity, month)


def test_the_method_and_the_e_katalog_are_looked_at(world: World) -> None:
    deal = make_deal(world)
    listed = db.session.get_one(Product, add_product(deal.maker_id, unit="pcs", catalog_listing_status="listed")).code
    other = db.session.get_one(Product, add_product(deal.maker_id, name="Tas", unit="pcs")).code
    for product, method, expected in (
        (listed, "e_purchasing", []),
        (other, "e_purchasing", ["not_listed"]),
        (other, "direct_procurement", ["other_method"]),
        (other, "", ["no_method"]),
    ):
        line = LineDetails(product=product, quantity="1", unit_price="1000")
        assert codes_of(deal, replace(DETAILS, lines=(line,), method=method)) == expected


def test_warnings_are_seen_recorded_and_no_wall(world: World) -> None:
    deal = make_deal(world)
    code = deal.begin(replace(DETAILS, method="direct_procurement"))
    with pytest.raises(WarningsOpen) as asked:
        propose(deal, code, "above_ceiling")
    assert asked.value.warnings == ["other_method"]
    assert deal.row(code).number is None
    assert propose(deal, code, "other_method", "above_ceiling").warnings == ["other_method"]


# Once more, meanwhile, and afterwards


def test_the_same_key_again_changes_nothing(world: World) -> None:
    deal = make_deal(world)
    code, key = deal.begin(), new_key()
    number = propose(deal, code, key=key).number
    assert propose(deal, code, key=key).number == number
    with pytest.raises(OutOfStep):
        propose(deal, code)


def test_a_draft_changed_meanwhile_is_not_proposed_unseen(world: World) -> None:
    deal = make_deal(world)
    code = deal.begin()
    seen = deal.row(code).row_version
    with transaction():
        edit_draft(deal.actor, EditDraft(deal.event_id, code, replace(DETAILS, note="lain"), seen))
    with pytest.raises(ChangedMeanwhile), transaction():
        propose_commitment(deal.actor, ProposeCommitment(deal.event_id, code, new_key(), seen))


def test_what_is_proposed_cannot_be_edited(world: World) -> None:
    deal = make_deal(world)
    code = deal.propose()
    before = deal.row(code).canonical
    with pytest.raises(OutOfStep), transaction():
        edit_draft(deal.actor, EditDraft(deal.event_id, code, DETAILS, deal.row(code).row_version))
    assert deal.row(code).canonical == before


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_the_model_layer_refuses_to_edit_what_is_frozen(world: World) -> None:
    deal = make_deal(world)
    code = deal.propose()
    row_id = deal.row(code).id
    party = sa.select(CommitmentParty).where(CommitmentParty.commitment_id == row_id)
    line = sa.select(CommitmentLine).where(CommitmentLine.commitment_id == row_id)
    happened = sa.select(CommitmentEvent).where(CommitmentEvent.commitment_id == row_id)
    for statement, name, value in (
        (sa.select(Commitment).where(Commitment.id == row_id), "total", 1),
        (sa.select(Commitment).where(Commitment.id == row_id), "number", "KT-999"),
        (sa.select(Commitment).where(Commitment.id == row_id), "canonical", {"format": "other"}),
        (party, "name", "Dinas Lain"),
        (line, "unit_price", 1),
        (happened, "kind", EventKind.SIGNED),
        (happened, "at", JULY),
    ):
        with pytest.raises(FrozenContent), transaction():
            setattr(db.session.scalars(statement).first(), name, value)
            db.session.flush()
    with pytest.raises(FrozenContent), transaction():
        db.session.delete(db.session.scalars(line).first())
        db.session.flush()
    with transaction():  # who signs is bound by the signature, not by the content
        db.session.scalars(party).first().signatory_name = "Pengganti Contoh"  # type: ignore[union-attr]
    assert deal.row(code).total == 11_250_000


def test_opening_again_keeps_the_number_and_makes_new_content(world: World) -> None:
    deal = make_deal(world)
    code = deal.propose()
    first = deal.row(code)
    number, first_hash = first.number, first.content_hash
    command = EndOrReopen(deal.event_id, code, new_key())
    for _twice in range(2):
        with transaction():
            reopen_commitment(deal.actor, command)
    row = deal.row(code)
    assert (row.state, row.number, row.canonical, row.content_hash) == (CommitmentState.DRAFT, number, None, None)
    with transaction():
        changed = replace(DETAILS, lines=(replace(SHAWLS, quantity="30"),))
        edit_draft(deal.actor, EditDraft(deal.event_id, code, changed, row.row_version))
    again = propose(deal, code)
    assert (again.number, again.serial) == (number, 1)
    assert again.content_hash != first_hash
    assert deal.row(deal.propose()).serial == 2


def test_nothing_is_opened_again_once_somebody_agreed(world: World) -> None:
    deal = make_deal(world)
    for kind in (EventKind.AGREED, EventKind.SIGNED):
        code = deal.propose()
        deal.happen(code, kind, "buyer")
        with pytest.raises(OutOfStep), transaction():
            reopen_commitment(deal.actor, EndOrReopen(deal.event_id, code, new_key()))
        assert deal.row(code).state is CommitmentState.PROPOSED
    draft = deal.begin()
    with pytest.raises(OutOfStep), transaction():
        reopen_commitment(deal.actor, EndOrReopen(deal.event_id, draft, new_key()))


# Withdrawing


def withdraw(deal: Deal, code: str, reason: str = "Anggaran dialihkan", **given: object) -> None:
    with transaction():
        command = EndOrReopen(deal.event_id, code, new_key(), reason=reason)
        withdraw_commitment(deal.actor, replace(command, **given))  # type: ignore[arg-type]


def test_withdrawing_keeps_number_content_and_reason(world: World) -> None:
    deal = make_deal(world)
    for code in (deal.begin(), deal.propose(), deal.agreed()):
        before = deal.row(code)
        number, digest = before.number, before.content_hash
        key = new_key()
        withdraw(deal, code, event_key=key)
        withdraw(deal, code, event_key=key)
        row = deal.row(code)
        assert (row.state, row.number, row.content_hash) == (CommitmentState.WITHDRAWN, number, digest)
        assert commitment_view(deal.event_id, code).events[-1].reason == "Anggaran dialihkan"
        with pytest.raises(OutOfStep):
            withdraw(deal, code)
    assert deal.row(deal.propose()).serial == 3


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_withdrawing_needs_a_reason(world: World, reason: str) -> None:
    deal = make_deal(world)
    code = deal.propose()
    with pytest.raises(InvalidInput) as refused:
        withdraw(deal, code, reason)
    assert set(refused.value.fields) == {"reason"}
    assert deal.row(code).state is CommitmentState.PROPOSED


def test_a_party_withdraws_until_both_have_signed(world: World) -> None:
    deal = make_deal(world)
    code = deal.agreed()
    withdraw(deal, code, party="buyer")
    assert deal.row(code).state is CommitmentState.WITHDRAWN
    signed = deal.signed()
    with pytest.raises(OutOfStep):
        withdraw(deal, signed, party="buyer")
    assert deal.row(signed).state is CommitmentState.SIGNED


def test_what_has_been_bought_on_cannot_be_withdrawn(world: World) -> None:
    deal = make_deal(world)
    code = deal.signed()
    deal.happen(code, EventKind.REALIZED, amount=1_000_000)
    with pytest.raises(OutOfStep):
        withdraw(deal, code)


# What may happen when


def test_states_follow_from_what_happens(world: World) -> None:
    deal = make_deal(world)
    code = deal.propose()
    for kind, party, amount, state in (
        (EventKind.AGREED, "buyer", None, "proposed"),
        (EventKind.SIGNED, "exhibitor", None, "agreed"),
        (EventKind.SIGNED, "buyer", None, "signed"),
        (EventKind.REALIZED, None, 11_249_999, "partly_realized"),
        (EventKind.REALIZED, None, 1, "realized"),
    ):
        deal.happen(code, kind, party, amount=amount)
        assert deal.row(code).state.value == state


def test_nothing_is_signed_as_a_draft_after_the_end_or_when_it_is_over(world: World) -> None:
    deal = make_deal(world)
    with clock.frozen(JULY):
        draft, signed, waiting = deal.begin(), deal.signed(), deal.propose()
        gone = deal.propose()
        withdraw(deal, gone)
        for code in (draft, signed, gone):
            with pytest.raises(OutOfStep):
                deal.happen(code, EventKind.SIGNED, "buyer")
    with clock.frozen(datetime(2026, 12, 31, 16, 59, tzinfo=UTC)):  # 23:59 in Lampung
        deal.happen(waiting, EventKind.AGREED, "exhibitor")
    with clock.frozen(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)):
        assert commitment_view(deal.event_id, waiting).state is CommitmentState.EXPIRED
        with pytest.raises(OutOfStep):
            deal.happen(waiting, EventKind.SIGNED, "buyer")
        deal.happen(signed, EventKind.REALIZED, amount=5)  # reported late


def test_the_same_event_twice_is_stored_once_and_a_key_is_one_event(world: World) -> None:
    deal = make_deal(world)
    code = deal.propose()
    happened = RecordEvent(EventKind.AGREED, new_key(), "buyer")
    results = []
    for _n in range(2):
        with transaction():
            results.append(record_event(deal.actor, locked_commitment(deal.event_id, code), happened) is None)
    assert results == [False, True]
    with pytest.raises(OutOfStep), transaction():
        record_event(deal.actor, locked_commitment(deal.event_id, code), replace(happened, party="exhibitor"))
