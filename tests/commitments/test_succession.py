"""An addendum or withdrawal that both sign: the old copy stays, the new one counts, and of two at once one wins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matchmaking.actor import SYSTEM
from matchmaking.commitments.canonical import AMENDMENT_1, WITHDRAWAL_1
from matchmaking.commitments.commands import BeginSuccessor, EditDraft, EndOrReopen, ProposeCommitment
from matchmaking.commitments.labels import WARNING_LABELS
from matchmaking.commitments.models import Commitment, CommitmentKind, CommitmentState, EventKind
from matchmaking.commitments.queries.checking import first_break
from matchmaking.commitments.queries.commitments import commitment_figures, commitment_view
from matchmaking.commitments.services.drafting import edit_draft
from matchmaking.commitments.services.proposing import propose_commitment, reopen_commitment
from matchmaking.commitments.services.recording import OutOfStep
from matchmaking.commitments.services.succession import SuccessorTaken, begin_amendment, begin_withdrawal
from matchmaking.commitments.services.withdrawing import withdraw_commitment
from matchmaking.errors import DomainError, InvalidInput
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.commitments.scene import DETAILS, SHAWLS, Deal, make_deal, new_key
from tests.threads import at_once
from tests.world import BOTH, World

WHY = "Jumlah berubah."


def begin(deal: Deal, code: str, *, withdrawal: bool = False, reason: str = WHY, key: str = "") -> str:
    command = BeginSuccessor(deal.event_id, code, key or new_key(), reason)
    with transaction():
        return (begin_withdrawal if withdrawal else begin_amendment)(deal.actor, command).code


def propose(deal: Deal, code: str, seen: int | None = None) -> Commitment:
    seen = seen or deal.row(code).row_version
    with transaction():
        command = ProposeCommitment(deal.event_id, code, new_key(), seen, tuple(WARNING_LABELS))
        propose_commitment(deal.actor, command)
    return deal.row(code)


def both_sign(deal: Deal, code: str) -> None:
    for party in ("buyer", "exhibitor"):
        deal.happen(code, EventKind.SIGNED, party)


def thirty(deal: Deal, code: str) -> None:
    """Change a draft to 30 shawls."""
    details = replace(DETAILS, lines=(replace(SHAWLS, quantity="30"),))
    seen = deal.row(code).row_version
    with transaction():
        edit_draft(deal.actor, EditDraft(deal.event_id, code, details, seen))


def test_an_addendum_counts_once_both_have_signed_and_the_old_one_stays(world: World) -> None:
    deal = make_deal(world)
    old = deal.signed()
    before = deal.row(old).canonical
    new = begin(deal, old)
    assert (deal.row(new).total, deal.row(new).amend_reason) == (11_250_000, WHY)
    thirty(deal, new)
    propose(deal, new)
    assert deal.row(old).state is CommitmentState.SIGNED
    deal.happen(new, EventKind.SIGNED, "buyer")
    assert deal.row(old).state is CommitmentState.SIGNED
    deal.happen(new, EventKind.SIGNED, "exhibitor")
    was, now = deal.row(old), deal.row(new)
    assert (was.state, now.state, was.canonical) == (CommitmentState.AMENDED, CommitmentState.SIGNED, before)
    assert now.canonical is not None
    assert now.canonical["format"] == AMENDMENT_1
    assert now.canonical["amends"] == {
        "number": was.number, "made_on": was.canonical["made_on"], "content_hash": was.content_hash, "reason": WHY,
    }  # fmt: skip
    assert sum(was.number in clause and WHY in clause for clause in now.canonical["clauses"]) == 1
    figures = commitment_figures(deal.event_id)
    assert (figures.signed.count, figures.signed.value) == (1, 13_500_000)
    assert (figures.amended.count, figures.amended.value) == (1, 11_250_000)
    assert (first_break(was), first_break(now)) == (None, None)


def test_both_versions_are_found_from_each_other(world: World) -> None:
    deal = make_deal(world)
    old = deal.signed()
    new = begin(deal, old)
    assert [one.code for one in commitment_view(deal.event_id, old).successors] == [new]
    amends = commitment_view(deal.event_id, new).amends
    assert amends is not None
    assert (amends.code, amends.number) == (old, deal.row(old).number)


def test_a_withdrawal_by_both_ends_what_both_had_signed(world: World) -> None:
    deal = make_deal(world)
    old = deal.signed()
    taking_back = begin(deal, old, withdrawal=True)
    row = propose(deal, taking_back)
    assert (row.kind, row.total, row.valid_until) == (CommitmentKind.WITHDRAWAL, 0, None)
    assert row.canonical is not None
    assert (row.canonical["format"], row.canonical["lines"], row.canonical["total"]) == (WITHDRAWAL_1, [], "0")
    assert deal.row(old).state is CommitmentState.SIGNED
    both_sign(deal, taking_back)
    assert (deal.row(old).state, deal.row(taking_back).state) == (CommitmentState.WITHDRAWN, CommitmentState.SIGNED)
    figures = commitment_figures(deal.event_id)
    assert (figures.signed.count, figures.withdrawn.count, figures.withdrawn.value) == (0, 1, 11_250_000)
    assert first_break(deal.row(taking_back)) is None


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_a_reason_is_needed(world: World, reason: str) -> None:
    deal = make_deal(world)
    with pytest.raises(InvalidInput) as refused:
        begin(deal, deal.signed(), reason=reason)
    assert list(refused.value.fields) == ["reason"]


def test_what_both_signed_is_not_withdrawn_by_one(world: World) -> None:
    deal = make_deal(world)
    code = deal.signed()
    for party in (None, "buyer"):
        with pytest.raises(OutOfStep), transaction():
            withdraw_commitment(deal.actor, EndOrReopen(deal.event_id, code, new_key(), party, reason=WHY))
    assert deal.row(code).state is CommitmentState.SIGNED


@pytest.mark.parametrize("withdrawal", [False, True])
def test_only_what_is_signed_and_in_force_has_a_successor(world: World, withdrawal: bool) -> None:
    deal = make_deal(world)
    for code in (deal.begin(), deal.propose(), deal.agreed()):
        with pytest.raises(OutOfStep):
            begin(deal, code, withdrawal=withdrawal)


def test_what_was_bought_goes_along_and_forbids_a_withdrawal(world: World) -> None:
    deal = make_deal(world)
    old = deal.signed()
    deal.happen(old, EventKind.REALIZED, amount=5_000_000)
    with pytest.raises(OutOfStep):
        begin(deal, old, withdrawal=True)
    new = begin(deal, old)
    propose(deal, new)
    both_sign(deal, new)
    assert deal.row(new).state is CommitmentState.PARTLY_REALIZED
    deal.happen(new, EventKind.REALIZED, amount=6_250_000)
    assert deal.row(new).state is CommitmentState.REALIZED


def test_the_same_record_sent_again_is_one_addendum(world: World) -> None:
    deal = make_deal(world)
    old, key = deal.signed(), new_key()
    assert begin(deal, old, key=key) == begin(deal, old, key=key)


def test_a_second_successor_is_refused_until_the_first_is_called_off(world: World) -> None:
    deal = make_deal(world)
    old = deal.signed()
    first, second = begin(deal, old), begin(deal, old, withdrawal=True)
    propose(deal, first)
    with pytest.raises(SuccessorTaken) as refused:
        propose(deal, second)
    assert refused.value.taken_code == first
    with pytest.raises(SuccessorTaken):
        begin(deal, old)
    with transaction():
        withdraw_commitment(deal.actor, EndOrReopen(deal.event_id, first, new_key(), reason=WHY))
    assert propose(deal, second).state is CommitmentState.PROPOSED


def test_nothing_is_changed_in_a_withdrawal(world: World) -> None:
    deal = make_deal(world)
    code = begin(deal, deal.signed(), withdrawal=True)
    with pytest.raises(OutOfStep):
        thirty(deal, code)
    propose(deal, code)
    with pytest.raises(OutOfStep), transaction():
        reopen_commitment(deal.actor, EndOrReopen(deal.event_id, code, new_key()))


@pytest.mark.parametrize("second_is_withdrawal", [False, True])
@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_of_two_successors_at_once_one_wins(world: World, second_is_withdrawal: bool) -> None:
    deal = make_deal(world)
    old = deal.signed()
    codes = [begin(deal, old), begin(deal, old, withdrawal=second_is_withdrawal)]
    seen = {code: deal.row(code).row_version for code in codes}
    db.session.rollback()

    def go(number: int) -> str:
        code = codes[number]
        try:
            with transaction():
                command = ProposeCommitment(deal.event_id, code, new_key(), seen[code], tuple(WARNING_LABELS))
                propose_commitment(SYSTEM, command)
        except DomainError as refused:
            return refused.code
        return "proposed"

    assert sorted(at_once(world.app, go, 2)) == ["commitments.successor_taken", "proposed"]
    assert sorted(deal.row(code).state.value for code in codes) == ["draft", "proposed"]
