"""What a tablet makes by itself beside commitments: invitations to take part, and signatures up to a limit told on the spot."""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter

import pytest
import sqlalchemy as sa

from matchmaking import clock
from matchmaking.commitments.canonical import CanonicalLine, CanonicalSource
from matchmaking.commitments.commands import SignatoryDetails
from matchmaking.commitments.models import Commitment, CommitmentKind, CommitmentLine, CommitmentState, PartyKind
from matchmaking.commitments.services.drafting import parties_of
from matchmaking.commitments.sync_models import ReceivedRecord
from matchmaking.commitments.texts import LOCKED_INVITATION, LOCKED_TEXT
from matchmaking.extensions import db
from tests.commitments.scene import DETAILS, make_deal
from tests.commitments.tablets import make_tablet
from tests.commitments.test_winners import add_need
from tests.world import BOTH, World

TENDER = CanonicalSource(method="tender", rup_code="60000001")
UNPRICED = (CanonicalLine("Selendang tapis", "", 25_000, "helai", 0),)
INVITED = {"kind": "invitation", "source": TENDER, "lines": UNPRICED, "clauses": ("Undangan.", LOCKED_INVITATION)}


def only() -> Commitment:
    db.session.rollback()
    return db.session.scalars(sa.select(Commitment)).one()


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_an_invitation_comes_home_as_one(world: World) -> None:
    tablet = make_tablet(make_deal(world))
    record = tablet.record(**INVITED)
    [item] = tablet.send(record)
    assert (item["outcome"], item["commitment"]) == ("stored", "signed")
    row = only()
    assert (row.kind, row.total, row.state, row.warnings) == (CommitmentKind.INVITATION, 0, CommitmentState.SIGNED, [])
    [line] = db.session.scalars(sa.select(CommitmentLine))
    assert (line.commitment_kind, line.unit_price, line.line_total) == (CommitmentKind.INVITATION, 0, 0)
    assert tablet.send(record)[0]["outcome"] == "duplicate"


@pytest.mark.parametrize(
    ("given", "outcome", "code"),
    [
        ({**INVITED, "kind": "commitment"}, "rejected", "content"),  # a commitment without a price
        ({**INVITED, "lines": (replace(UNPRICED[0], unit_price=1),)}, "rejected", "content"),
        ({"source": TENDER}, "needs_review", "competitive"),
        ({**INVITED, "source": CanonicalSource(method="e_purchasing")}, "needs_review", "not_competitive"),
        ({**INVITED, "clauses": ("Undangan.", LOCKED_TEXT)}, "needs_review", "clause_missing"),
    ],
)
def test_what_is_no_invitation_does_not_go_in(world: World, given: dict[str, object], outcome: str, code: str) -> None:
    tablet = make_tablet(make_deal(world))
    [item] = tablet.send(tablet.record(**given))
    assert (item["outcome"], item["code"]) == (outcome, code)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Commitment)) == 0
    kept = db.session.scalar(sa.select(sa.func.count()).select_from(ReceivedRecord))
    assert kept == (1 if outcome == "needs_review" else 0)


@pytest.mark.parametrize(("limit", "state"), [("11249999", "agreed"), ("11250000", "signed"), ("", "signed")])
def test_above_the_limit_told_on_the_spot_it_stays_agreed(world: World, limit: str, state: str) -> None:
    tablet = make_tablet(make_deal(world))
    record = tablet.record()
    record["signatures"][0]["authority_limit"] = limit
    [item] = tablet.send(record)
    assert (item["outcome"], item["commitment"]) == ("stored", state)
    row = only()
    assert row.state.value == state
    assert parties_of(row.id)[PartyKind.BUYER].authority_limit == (int(limit) if limit else None)


@pytest.mark.parametrize("limit", ["-1", "0", "1.5", "10000000000000000", "²"])
def test_a_limit_that_is_none_is_refused(world: World, limit: str) -> None:
    tablet = make_tablet(make_deal(world))
    record = tablet.record()
    record["signatures"][0]["authority_limit"] = limit
    [item] = tablet.send(record)
    assert (item["outcome"], item["code"]) == ("rejected", "content")


@pytest.mark.parametrize(("named", "told", "state"), [("12000000", "11000000", "agreed"), ("11000000", "", "agreed")])
def test_of_two_limits_the_smaller_one_holds(world: World, named: str, told: str, state: str) -> None:
    deal = make_deal(world)
    signatory = SignatoryDetails(
        name="Pejabat Contoh", office="Kepala Bagian Umum", role="commitment_officer", authority_limit=named
    )
    deal.propose(replace(DETAILS, buyer_signatory=signatory))
    tablet = make_tablet(deal)
    [waiting] = tablet.client.get("/tablet/data").get_json()["waiting"]
    assert (waiting["amount"], waiting["signatories"]["buyer"]) == (
        "11250000",
        {
            "name": "Pejabat Contoh", "office": "Kepala Bagian Umum", "role": "commitment_officer", "has_mandate": False,
            "mandate_limit": "", "authority_limit": named,
        },
    )  # fmt: skip
    record = tablet.of_content(waiting["content"])
    record["signatures"][0]["authority_limit"] = told
    assert tablet.send(record)[0]["commitment"] == state


def test_other_records_are_on_board(world: World) -> None:
    deal, other = make_deal(world), make_deal(world)
    add_need(deal, rup_code="60000001", budget_ceiling=100, procurement_method="e_purchasing")
    add_need(other, rup_code="60000001", budget_ceiling=50)
    elsewhere = other.signed(replace(DETAILS, rup_code="60000001", work_unit="Bagian Umum"))
    here = deal.propose(replace(DETAILS, tax_mode="excluded"))
    deal.begin()
    deal.signed(replace(DETAILS, method="tender"))
    data = make_tablet(deal).client.get("/tablet/data").get_json()
    codes = {party["side"]: party["code"] for party in data["parties"]}
    year = str(clock.today().year)
    wanted = [
        {
            "record_id": deal.row(elsewhere).record_id, "buyer": "", "exhibitor": "", "work_unit": "Bagian Umum",
            "fiscal_year": year, "rup_code": "60000001", "amount": "11250000",
        },
        {
            "record_id": deal.row(here).record_id, **codes, "work_unit": "", "fiscal_year": year, "rup_code": "",
            "amount": "12487500",
        },
    ]  # fmt: skip
    assert data["beside"]["records"] == sorted(wanted, key=itemgetter("record_id"))  # ids are random
    assert data["beside"]["packages"] == [{"rup_code": "60000001", "ceiling": "50", "method": "e_purchasing"}]
    assert [row["amount"] for row in data["beside"]["thresholds"]] == ["200000000", "400000000", "15000000000"]
