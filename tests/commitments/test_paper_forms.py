"""What was signed on paper is typed in under its printed number, once, with its scan; each blank form is explained."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from matchmaking import clock
from matchmaking.commitments.commands import BeginCommitment
from matchmaking.commitments.life_models import BlankForm
from matchmaking.commitments.models import Commitment, CommitmentState, PartyKind, SignatoryRole, SigningMethod
from matchmaking.commitments.queries.blank_forms import blank_forms
from matchmaking.commitments.services.drafting import begin_commitment
from matchmaking.commitments.services.paper_forms import FormUsed, print_forms, spoil_form
from matchmaking.commitments.services.signing import Signatory, SignRequest, sign
from matchmaking.errors import InvalidInput, NotAllowed
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.commitments.frozen import DRAWN, stored_file
from tests.commitments.scene import DETAILS, Deal, make_deal, new_key
from tests.commitments.test_succession import propose
from tests.threads import at_once
from tests.world import BOTH, World

YESTERDAY = clock.today() - timedelta(days=1)


def printed(deal: Deal, count: int = 2) -> list[str]:
    with transaction():
        return [form.number for form in print_forms(deal.actor, deal.event_id, count)]


def type_in(deal: Deal, number: str, on: date | None = None) -> str:
    command = BeginCommitment(
        deal.event_id, new_key(), deal.buyer_id, deal.maker_id, DETAILS, None, "paper", number,
        (on or YESTERDAY).isoformat(),
    )  # fmt: skip
    with transaction():
        return begin_commitment(deal.actor, command).code


def request(deal: Deal, code: str, kind: PartyKind, method: SigningMethod, file_id: int | None = None) -> SignRequest:
    role = SignatoryRole.COMMITMENT_OFFICER if kind is PartyKind.BUYER else SignatoryRole.OWNER
    return SignRequest(
        deal.event_id, code, kind, new_key(), deal.row(code).content_hash or "", method,
        Signatory("Peserta Contoh", "Pejabat", role), strokes="" if file_id else DRAWN, file_id=file_id,
    )  # fmt: skip


def test_a_paper_keeps_its_printed_number_and_day_and_is_marked(world: World) -> None:
    deal = make_deal(world)
    first, second = printed(deal)
    code = type_in(deal, second)
    row = propose(deal, code)
    assert (row.number, row.serial, row.origin, row.paper_on) == (second, 2, "paper", YESTERDAY)
    assert row.canonical is not None
    assert row.canonical["made_on"] == YESTERDAY.isoformat()
    assert sum("disalin panitia dari naskah kertas" in clause for clause in row.canonical["clauses"]) == 1
    assert [(form.form.number, form.code, form.is_open) for form in blank_forms(deal.event_id)] == [
        (first, "", True), (second, code, False),
    ]  # fmt: skip
    assert deal.row(deal.propose()).serial == 3


def test_it_is_signed_by_its_scan_alone(world: World) -> None:
    deal = make_deal(world)
    code = type_in(deal, "PRA-CETAK 7")
    propose(deal, code)
    with pytest.raises(NotAllowed), transaction():
        sign(deal.actor, request(deal, code, PartyKind.BUYER, SigningMethod.TABLET))
    for kind in PartyKind:
        file_id = world.save(stored_file(deal.event_id))
        with transaction():
            sign(deal.actor, request(deal, code, kind, SigningMethod.INK, file_id))
    assert deal.row(code).state is CommitmentState.SIGNED


@pytest.mark.parametrize(
    ("number", "on", "field"),
    [
        ("", YESTERDAY, "paper_number"),
        ("x" * 81, YESTERDAY, "paper_number"),
        ("PRA-1", clock.today() + timedelta(days=2), "paper_on"),
    ],
)
def test_what_stands_on_the_paper_is_needed(world: World, number: str, on: date, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        type_in(make_deal(world), number, on)
    assert list(refused.value.fields) == [field]


def test_a_number_stands_on_one_record_only(world: World) -> None:
    deal = make_deal(world)
    type_in(deal, "PRA-1")
    with pytest.raises(InvalidInput) as refused:
        type_in(deal, " PRA-1 ")
    assert list(refused.value.fields) == ["paper_number"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_of_the_same_number_typed_at_once_one_is_stored(world: World) -> None:
    deal = make_deal(world)
    db.session.rollback()

    def go(_number: int) -> str:
        try:
            type_in(deal, "PRA-1")
        except InvalidInput as refused:
            return ",".join(refused.fields)
        return "stored"

    assert sorted(map(str, at_once(world.app, go, 4))) == ["paper_number"] * 3 + ["stored"]
    assert db.session.query(Commitment).count() == 1


def test_a_spoiled_form_says_why_and_is_not_typed_in(world: World) -> None:
    deal = make_deal(world)
    first, second = printed(deal)
    form_id = db.session.query(BlankForm).filter_by(number=first).one().id
    with transaction():
        spoil_form(deal.actor, deal.event_id, form_id, "Basah kena kopi.")
    with pytest.raises(InvalidInput):
        type_in(deal, first)
    type_in(deal, second)
    used_id = db.session.query(BlankForm).filter_by(number=second).one().id
    with pytest.raises(FormUsed), transaction():
        spoil_form(deal.actor, deal.event_id, used_id, "Hilang.")


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_the_database_holds_what_a_paper_needs(world: World) -> None:
    deal = make_deal(world)
    code = deal.begin()
    for values in ({"origin": "paper"}, {"paper_on": YESTERDAY}, {"origin": "paper", "paper_on": YESTERDAY}):
        with pytest.raises(IntegrityError), transaction():
            db.session.query(Commitment).filter_by(code=code).update(values)


@pytest.mark.parametrize("count", [0, 61])
def test_how_many_forms_are_taken_at_once(world: World, count: int) -> None:
    with pytest.raises(InvalidInput):
        printed(make_deal(world), count)
