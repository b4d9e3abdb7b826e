"""No record names one maker where makers compete: it becomes an invitation without prices; the database refuses the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from matchmaking import clock
from matchmaking.catalogue.models import Need
from matchmaking.commitments.canonical import INVITATION_1
from matchmaking.commitments.commands import EditDraft
from matchmaking.commitments.models import COMPETITIVE, Commitment, CommitmentKind, CommitmentLine, CommitmentState
from matchmaking.commitments.papers import paper_of
from matchmaking.commitments.queries.commitments import commitment_figures, commitment_view
from matchmaking.commitments.services.drafting import edit_draft
from matchmaking.commitments.services.proposing import NotReady
from matchmaking.commitments.texts import LOCKED_INVITATION
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.commitments.scene import DETAILS, Deal, make_deal
from tests.world import BOTH, World


def add_need(deal: Deal, **given: object) -> Need:
    values: dict[str, object] = {
        "code": f"NEED{db.session.query(Need).count():08d}", "participation_id": deal.buyer_id, "name": "Belanja suvenir",
        "created_at": clock.now(), "updated_at": clock.now(), **given,
    }  # fmt: skip
    with transaction():
        row = Need(**values)
        db.session.add(row)
        db.session.flush()
        row_id = row.id
    return db.session.get_one(Need, row_id)


@pytest.mark.parametrize("method", COMPETITIVE)
def test_where_makers_compete_a_record_is_an_invitation(world: World, method: str) -> None:
    deal = make_deal(world)
    code = deal.signed(replace(DETAILS, method=method))
    row = deal.row(code)
    assert (row.kind, row.total, row.state) == (CommitmentKind.INVITATION, 0, CommitmentState.SIGNED)
    assert row.canonical is not None
    assert (row.canonical["format"], row.canonical["total"], row.canonical["lines"][0]["unit_price"]) == (
        INVITATION_1, "0", "0",
    )  # fmt: skip
    assert LOCKED_INVITATION in row.canonical["clauses"]
    figures = commitment_figures(deal.event_id)
    assert (figures.signed.count, figures.invited.count, figures.invited.value) == (0, 1, 0)


@pytest.mark.parametrize("method", ["e_purchasing", "direct_procurement", "direct_appointment", "excluded", ""])
def test_elsewhere_it_is_a_commitment_with_its_price(world: World, method: str) -> None:
    deal = make_deal(world)
    row = deal.row(deal.propose(replace(DETAILS, method=method)))
    assert (row.kind, row.total) == (CommitmentKind.COMMITMENT, 11_250_000)


def test_a_draft_changes_its_kind_with_its_method(world: World) -> None:
    deal = make_deal(world)
    code = deal.begin()
    for method, kind, total in (("tender", CommitmentKind.INVITATION, 0), ("", CommitmentKind.COMMITMENT, 11_250_000)):
        seen = deal.row(code).row_version
        with transaction():
            edit_draft(deal.actor, EditDraft(deal.event_id, code, replace(DETAILS, method=method), seen))
        assert (deal.row(code).kind, deal.row(code).total) == (kind, total)


def test_the_paper_of_an_invitation_names_no_price(world: World) -> None:
    deal = make_deal(world)
    paper = paper_of(commitment_view(deal.event_id, deal.propose(replace(DETAILS, method="tender"))))
    assert (paper.title, paper.total) == ("CATATAN UNDANGAN IKUT SERTA PENGADAAN", "")
    assert [(line.unit_price, line.total) for line in paper.lines] == [("", "")]
    assert not any("Rp" in clause for clause in paper.clauses)


def test_a_package_planned_as_tender_takes_no_other_method(world: World) -> None:
    deal = make_deal(world)
    need = add_need(deal, procurement_method="tender", rup_code="60000001")
    for details in (
        replace(DETAILS, need=need.code, method="e_purchasing"),
        replace(DETAILS, rup_code="60000001", method="e_purchasing"),
    ):
        with pytest.raises(InvalidInput) as refused:
            deal.begin(details)
        assert list(refused.value.fields) == ["method"]
    row = deal.row(deal.begin(replace(DETAILS, need=need.code, method="")))
    assert (row.procurement_method, row.kind) == ("tender", CommitmentKind.INVITATION)


def test_a_package_that_became_a_tender_meanwhile_is_found_at_proposing(world: World) -> None:
    deal = make_deal(world)
    need = add_need(deal, procurement_method="e_purchasing", rup_code="60000001")
    code = deal.begin(replace(DETAILS, need=need.code, method="e_purchasing"))
    with transaction():
        db.session.get_one(Need, need.id).procurement_method = "quick_tender"
    from tests.commitments.test_succession import propose

    with pytest.raises(NotReady) as refused:
        propose(deal, code)
    assert refused.value.problems == ["competitive"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_the_database_refuses_a_winner_in_advance(world: World) -> None:
    deal = make_deal(world)
    priced, invited = deal.row(deal.begin()).id, deal.row(deal.begin(replace(DETAILS, method="tender"))).id
    line = sa.update(CommitmentLine)
    for statement in (
        sa.update(Commitment).where(Commitment.id == priced).values(procurement_method="tender"),
        sa.update(Commitment).where(Commitment.id == priced).values(kind=CommitmentKind.INVITATION),
        sa.update(Commitment).where(Commitment.id == invited).values(total=1),
        sa.update(Commitment).where(Commitment.id == invited).values(kind=CommitmentKind.WITHDRAWAL),
        sa.update(Commitment).where(Commitment.id == priced).values(amends_id=invited),
        line.where(CommitmentLine.commitment_id == invited).values(unit_price=1),
        line.where(CommitmentLine.commitment_id == priced).values(unit_price=0),
        line.where(CommitmentLine.commitment_id == priced).values(commitment_kind=CommitmentKind.INVITATION),
    ):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(statement)


# The fiscal year


@pytest.mark.parametrize(("month", "is_asked"), [(1, False), (9, False), (10, True), (12, True)])
def test_from_october_on_the_fiscal_year_is_asked(world: World, month: int, is_asked: bool) -> None:
    deal = make_deal(world)
    with clock.frozen(datetime(2031, month, 5, tzinfo=UTC)):
        if not is_asked:
            assert deal.row(deal.begin(replace(DETAILS, fiscal_year=""))).fiscal_year == 2031
            return
        with pytest.raises(InvalidInput) as refused:
            deal.begin(replace(DETAILS, fiscal_year=""))
        assert list(refused.value.fields) == ["fiscal_year"]


def test_next_year_waits_for_its_budget_and_is_counted_apart(world: World) -> None:
    deal = make_deal(world)
    with clock.frozen(datetime(2031, 11, 5, tzinfo=UTC)):
        this_year = deal.signed(replace(DETAILS, fiscal_year="2031"))
        next_year = deal.signed(replace(DETAILS, fiscal_year="2032"))
        assert (deal.row(this_year).awaits_budget, deal.row(next_year).awaits_budget) == (False, True)
        assert deal.row(next_year).warnings == ["next_year"]
        figures = commitment_figures(deal.event_id)
        assert (figures.signed.count, figures.next_year.count, figures.next_year.value) == (1, 1, 11_250_000)
        assert sum(amount.value for amount in figures.by_buyer_type.values()) == 11_250_000
        clauses = deal.row(next_year).canonical["clauses"]  # type: ignore[index]
        assert sum("menunggu pengesahan DPA" in clause for clause in clauses) == 1
