"""What comes late: papers typed in after New Year, the mandate of an addendum, and whom tablets' records name."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from matchmaking import clock
from matchmaking.accounts.hooks import PersonRef
from matchmaking.actor import SYSTEM, Role
from matchmaking.commitments.commands import BeginCommitment, SignatoryDetails
from matchmaking.commitments.life_models import Realization
from matchmaking.commitments.models import (
    CommitmentEvent,
    CommitmentParty,
    CommitmentState,
    EventKind,
    IdentifiedHow,
    PartyKind,
    SignatoryRole,
)
from matchmaking.commitments.queries.figures import Amount, commitment_figures
from matchmaking.commitments.services import leaving
from matchmaking.commitments.services.drafting import begin_commitment, parties_of
from matchmaking.commitments.services.ink import InkRequest, InkSigner, record_ink
from matchmaking.commitments.services.realizing import EnterRealization, enter_realization, void_realization
from matchmaking.commitments.services.signing import Signatory
from matchmaking.commitments.sync_models import ReceivedRecord
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate
from matchmaking.registration.services.uploads import WAITING
from matchmaking.transactions import transaction
from tests.commitments.frozen import stored_file
from tests.commitments.scene import DETAILS, Deal, make_deal, new_key
from tests.commitments.tablets import STROKES, make_tablet
from tests.commitments.test_succession import begin, propose
from tests.world import BOTH, World

JANUARY = datetime(2032, 1, 20, 3, tzinfo=UTC)


def type_in(deal: Deal, on: str, year: str) -> str:
    command = BeginCommitment(
        deal.event_id, new_key(), deal.buyer_id, deal.maker_id, replace(DETAILS, fiscal_year=year, month=""), None,
        "paper", f"PRA-{on}", on,
    )  # fmt: skip
    with transaction():
        return begin_commitment(deal.actor, command).code


def test_a_paper_of_the_old_year_is_of_its_own_fiscal_year(world: World) -> None:
    deal = make_deal(world)
    with clock.frozen(JANUARY):
        code = type_in(deal, "2031-12-05", "2031")
        row = propose(deal, code)
        assert (row.fiscal_year, row.valid_until, row.awaits_budget) == (2031, date(2031, 12, 31), False)
        signed(deal, code)
        assert deal.row(code).state is CommitmentState.SIGNED


def kept_upload(deal: Deal) -> str:
    """A photo that was kept with a form."""
    row = stored_file(deal.event_id, owner_type=WAITING, created_at=clock.now())
    deal.world.save(row)
    return row.code


def signed(deal: Deal, code: str) -> None:
    photo = kept_upload(deal)
    people = ((PartyKind.BUYER, SignatoryRole.COMMITMENT_OFFICER), (PartyKind.EXHIBITOR, SignatoryRole.OWNER))
    signers = tuple(
        InkSigner(kind, new_key(), Signatory("Peserta Contoh", "Pejabat", role), IdentifiedHow.KNOWN)
        for kind, role in people
    )
    with transaction():
        record_ink(deal.actor, InkRequest(deal.event_id, code, deal.row(code).content_hash or "", (photo,), signers))


def test_next_year_of_a_paper_is_next_year_of_its_day(world: World) -> None:
    deal = make_deal(world)
    with clock.frozen(JANUARY):
        row = propose(deal, type_in(deal, "2031-12-05", "2032"))
        assert (row.fiscal_year, row.awaits_budget) == (2032, True)


@pytest.mark.parametrize(
    ("on", "year", "field"), [("2031-12-05", "2030", "fiscal_year"), ("2031-12-05", "", "fiscal_year")]
)
def test_a_paper_has_no_year_that_was_over_or_is_not_said(world: World, on: str, year: str, field: str) -> None:
    deal = make_deal(world)
    with clock.frozen(JANUARY), pytest.raises(InvalidInput) as refused:
        type_in(deal, on, year)
    assert list(refused.value.fields) == [field]


def test_elsewhere_the_old_year_is_over(world: World) -> None:
    deal = make_deal(world)
    with clock.frozen(JANUARY), pytest.raises(InvalidInput) as refused:
        deal.begin(replace(DETAILS, fiscal_year="2031"))
    assert list(refused.value.fields) == ["fiscal_year"]


def test_an_addendum_takes_the_mandate_over_and_a_withdrawal_does_not(world: World) -> None:
    deal = make_deal(world)
    code = deal.signed()
    file_id = deal.world.save(stored_file(deal.event_id))
    row_id = deal.row(code).id
    with transaction():
        party = parties_of(row_id)[PartyKind.BUYER]
        party.mandate_file_id, party.mandate_number, party.mandate_limit = file_id, "SK-7", 90
    addendum, withdrawal = begin(deal, code), begin(deal, code, withdrawal=True)
    given = [
        (row.mandate_file_id, row.mandate_number, row.mandate_limit)
        for row in (parties_of(deal.row(one).id)[PartyKind.BUYER] for one in (addendum, withdrawal))
    ]
    assert given == [(file_id, "SK-7", 90), (None, "", None)]
    number = deal.row(code).number
    added = db.session.scalars(sa.select(CommitmentEvent).where(CommitmentEvent.kind == EventKind.MANDATE_ADDED)).all()
    assert [(one.commitment_id, one.party, one.details) for one in added] == [
        (deal.row(addendum).id, "buyer", {"number": number})
    ]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_person_is_told_of_every_record_that_a_tablet_sent_and_each_is_kept(world: World) -> None:
    deal = make_deal(world)
    person = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == deal.buyer_id)).one()
    ref = PersonRef(delegate_ids=(person.id,))
    tablet = make_tablet(deal)
    aside, stored, foreign = tablet.record(event="lain"), tablet.record(), tablet.record(event="lain")
    for record in (aside, stored):
        record["signatures"][0] |= {"person": person.code, "employee_number": "1234"}
    assert [item["outcome"] for item in tablet.send(aside, stored, foreign)] == [
        "needs_review",
        "stored",
        "needs_review",
    ]
    named, received = leaving.signatory_data(ref)
    assert (named.name, received.name) == ("commitments", "records_from_tablets")
    told = [(row["outcome"], row["party"], row["name"], row["nip"]) for row in received.rows]
    name = aside["signatures"][0]["name"]
    assert told == [("needs_review", "buyer", name, "1234"), ("stored", "buyer", name, "1234")]
    assert leaving.signatory_data(PersonRef()) == []
    before = [row.payload for row in db.session.scalars(sa.select(ReceivedRecord).order_by(ReceivedRecord.id))]
    with transaction():
        leaving.forget_signatory(SYSTEM, ref)
    assert [row.payload for row in db.session.scalars(sa.select(ReceivedRecord).order_by(ReceivedRecord.id))] == before
    party = db.session.scalars(sa.select(CommitmentParty).where(CommitmentParty.delegate_id == person.id)).one()
    assert (party.signatory_name, party.signatory_phone) == (name, None)
    assert [row["kept_when_erased"][:9] for row in leaving.signatory_data(ref)[1].rows] == ["all of it"] * 2


def test_a_name_typed_by_hand_is_found_for_its_organisation_and_no_namesake_elsewhere(world: World) -> None:
    deal = make_deal(world)
    person = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == deal.buyer_id)).one()
    ref = PersonRef(delegate_ids=(person.id,), names=(person.name,))
    tablet = make_tablet(deal)
    mine, namesake = tablet.record(), tablet.record()
    mine["signatures"][0]["name"] = f"  {person.name.upper()} "
    mine["witness"] = {
        "name": person.name, "office": "Saksi", "key": new_key().replace("-", ""), "strokes": STROKES, "device_time": clock.now().isoformat(),
    }  # fmt: skip
    namesake["signatures"][1]["name"] = person.name  # signs for the other organisation
    assert [item["outcome"] for item in tablet.send(mine, namesake)] == ["stored", "stored"]
    found = {file.name: file.rows for file in leaving.signatory_data(ref)}
    assert {name: len(rows) for name, rows in found.items()} == {
        "commitments": 1, "records_from_tablets": 1, "witnessed": 1, "witnessed_on_tablets": 1,
    }  # fmt: skip
    assert [row["found_by"] for rows in found.values() for row in rows if "found_by" in row] == [
        "name and organisation", "name and event", "name and event",
    ]  # fmt: skip
    assert found["commitments"][0]["number"] == mine["content"]["number"]


def test_a_name_typed_by_hand_and_never_signed_is_forgotten(world: World) -> None:
    deal = make_deal(world)
    person = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == deal.buyer_id)).one()
    typed = replace(DETAILS, buyer_signatory=SignatoryDetails(name=person.name, office="Kepala", role="budget_user"))
    code, other = deal.propose(typed), deal.propose()
    ref = PersonRef(delegate_ids=(person.id,), names=(person.name,))
    with transaction():
        gone = db.session.get_one(Delegate, person.id)
        gone.erased_at, gone.name = clock.now(), "Terhapus"  # registration forgets first
        leaving.forget_signatory(SYSTEM, ref)
    names = [parties_of(deal.row(one).id)[PartyKind.BUYER].signatory_name for one in (code, other)]
    assert names == ["", "Pejabat Contoh"]


def buy(deal: Deal, code: str, number: str, value: str, **given: str) -> None:
    command = EnterRealization(deal.event_id, code, new_key(), "purchase_order", number, "", value, **given)
    with transaction():
        enter_realization(deal.actor, command)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_what_was_bought_stands_in_the_figures(world: World) -> None:
    deal = make_deal(world)
    codes = [deal.signed(), deal.signed()]
    buy(deal, codes[0], "SP-1", "1000000", domestic_value="800000")
    buy(deal, codes[0], "SP-2", "500000", small_value="500000", domestic_value="0")
    buy(deal, codes[1], "SP-3", "7")
    wrong = db.session.scalars(sa.select(Realization.code).where(Realization.number == "SP-3")).one()
    with transaction():
        void_realization(deal.actor, deal.event_id, wrong, "salah ketik")
    found = commitment_figures(deal.event_id)
    assert (found.realized, found.realized_domestic, found.realized_small) == (
        Amount(1, 1_500_000), Amount(1, 800_000), Amount(1, 500_000),
    )  # fmt: skip
    staff = world.client(world.user(roles={deal.event_id: Role.ORGANIZER}))
    page = staff.get(f"/manage/{deal.code}/commitments").text
    assert ("Rp1.500.000" in page, "PDN Rp800.000" in page) == (True, True)


@pytest.mark.parametrize(("name", "status"), [("nota.pdf", 303), ("nota.exe", 422)])
def test_the_proof_of_an_order_is_checked_kept_and_shown_to_its_parties(world: World, name: str, status: int) -> None:
    deal = make_deal(world)
    code = deal.signed()
    staff = world.client(world.user(roles={deal.event_id: Role.ORGANIZER}))
    base = f"/manage/{deal.code}/commitments/{code}"
    content = b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n" if status == 303 else b"MZ" + b"0" * 90
    sent = {
        "event_key": new_key(),
        "kind": "receipt",
        "number": "K-1",
        "value": "1000",
        "proof": (io.BytesIO(content), name),
    }
    answer = staff.post(f"{base}/note/realization", data=sent)
    assert answer.status_code == status
    entries = db.session.scalars(sa.select(Realization)).all()
    if status != 303:
        assert entries == []
        return
    proof = f"{base}/realization/{entries[0].code}/proof"
    assert proof in staff.get(base).text
    with staff.get(proof) as answer:
        assert answer.data == content
    assert world.client(world.user(roles={})).get(proof).status_code in (403, 404)
    assert staff.get(f"{base}/realization/XXXX/proof").status_code == 404
