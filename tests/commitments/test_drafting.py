"""Drafts: what is typed is read or refused at its field, the same record is stored once, nothing is overwritten unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.audit.models import AuditEntry
from matchmaking.catalogue.models import Need, Product
from matchmaking.commitments.commands import BeginCommitment, DraftDetails, EditDraft, LineDetails, SignatoryDetails
from matchmaking.commitments.models import Commitment, CommitmentEvent, CommitmentLine, CommitmentState
from matchmaking.commitments.queries.commitments import commitment_view
from matchmaking.commitments.services.drafting import (
    ChangedMeanwhile,
    RecordTaken,
    begin_commitment,
    edit_draft,
)
from matchmaking.commitments.services.recording import OutOfStep
from matchmaking.errors import DomainError, InvalidInput, NotFound
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Participation, ParticipationState, Side
from matchmaking.transactions import transaction
from tests.catalogue.builders import add_need, add_product
from tests.commitments.scene import DETAILS, SHAWLS, Deal, make_deal, new_key
from tests.threads import at_once
from tests.world import BOTH, World


def refusals(deal: Deal, details: DraftDetails) -> dict[str, str]:
    """The sentences with which a draft is refused."""
    with pytest.raises(InvalidInput) as refused:
        deal.begin(details)
    return {name: str(sentence) for name, sentence in refused.value.fields.items()}


def with_line(**values: str) -> DraftDetails:
    return replace(DETAILS, lines=(replace(SHAWLS, **values),))


def test_a_draft_holds_what_was_typed(world: World) -> None:
    deal = make_deal(world, legal_name="Dinas Contoh Pariwisata", regency="18.72", address="Jalan Contoh 1")
    bags = LineDetails(
        name="Tas anyam", specification="Warna alami", quantity="1,5", unit="lusin", unit_price="Rp 600.000"
    )
    code = deal.begin(replace(DETAILS, lines=(SHAWLS, LineDetails(unit="pcs"), bags), note="Dikirim\r\nbertahap"))
    view = commitment_view(deal.event_id, code)
    assert [(line.product, line.quantity, line.unit, line.unit_price, line.total) for line in view.lines] == [
        ("Selendang tapis", "25", "helai", 450_000, 11_250_000),
        ("Tas anyam", "1,5", "lusin", 600_000, 900_000),
    ]
    assert (view.total, view.total_words) == (12_150_000, "dua belas juta seratus lima puluh ribu rupiah")
    assert (view.state, view.number, view.note) == (CommitmentState.DRAFT, "", "Dikirim\nbertahap")
    assert (view.buyer.name, view.buyer.regency, view.buyer.address) == (
        "Dinas Contoh Pariwisata", "Kota Metro", "Jalan Contoh 1",
    )  # fmt: skip
    assert view.buyer.detail == "Perangkat daerah provinsi (OPD)"
    assert (view.exhibitor.detail, view.exhibitor.regency) == ("NIB 1234567890123", "Kota Bandar Lampung")
    assert (view.buyer.signatory_name, view.buyer.authority) == ("Pejabat Contoh", "role")
    assert [event.kind.value for event in view.events] == ["created"]
    assert (view.source.method, view.source.month, view.fiscal_year) == ("e_purchasing", 8, clock.today().year)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("450000", 450_000), ("Rp 450.000,-", 450_000), ("1", 1), ("3.000.000.000", 3_000_000_000), ("2,5 jt", 2_500_000)],
)
def test_prices_are_read_as_people_write_them(world: World, typed: str, stored: int) -> None:
    deal = make_deal(world)
    code = deal.begin(with_line(quantity="1", unit_price=typed))
    assert commitment_view(deal.event_id, code).total == stored


@pytest.mark.parametrize(
    "price", ["", "0", "Rp0", "-5000", "−5000", "12,5", "0,99", "1e6", "mahal", "1000000000000001", "9" * 40, "Rp", "²"]
)
def test_bad_prices_are_refused_at_their_row(world: World, price: str) -> None:
    deal = make_deal(world)
    details = replace(DETAILS, lines=(SHAWLS, LineDetails(), replace(SHAWLS, unit_price=price)))
    assert set(refusals(deal, details)) == {"lines-2-unit_price"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Commitment)) == 0


@pytest.mark.parametrize("quantity", ["", "0", "-1", "1,2345", "1.5.5", "banyak", "1000000000", "²"])
def test_bad_quantities_are_refused_at_their_row(world: World, quantity: str) -> None:
    deal = make_deal(world)
    assert set(refusals(deal, with_line(quantity=quantity))) == {"lines-0-quantity"}


def test_totals_stay_within_what_is_counted(world: World) -> None:
    deal = make_deal(world)
    largest = with_line(quantity="1", unit_price="1000000000000000")
    assert deal.row(deal.begin(largest)).total == 10**15
    assert set(refusals(deal, with_line(quantity="2", unit_price="1000000000000000"))) == {"lines-0-quantity"}
    twice = replace(DETAILS, lines=(largest.lines[0], SHAWLS))
    assert set(refusals(deal, twice)) == {"lines"}
    assert set(refusals(deal, with_line(quantity="0,001", unit_price="1"))) == {"lines-0-quantity"}
    assert deal.row(deal.begin(with_line(quantity="0,001", unit_price="500"))).total == 1


def test_the_largest_published_package_and_forty_long_lines_fit(world: World) -> None:
    deal = make_deal(world, legal_name="Dinas Contoh " + "Panjang " * 20)
    long = LineDetails(name="Kain " * 39 + "tapis", specification="rinci " * 150, quantity="1", unit="u" * 30)
    lines = tuple(replace(long, unit_price="1.870.000.000") for _n in range(40))
    view = commitment_view(deal.event_id, deal.begin(replace(DETAILS, lines=lines)))
    assert (len(view.lines), view.total) == (40, 74_800_000_000)
    assert view.total_words == "tujuh puluh empat miliar delapan ratus juta rupiah"


def test_at_most_two_hundred_lines(world: World) -> None:
    deal = make_deal(world)
    assert len(commitment_view(deal.event_id, deal.begin(replace(DETAILS, lines=(SHAWLS,) * 200))).lines) == 200
    assert set(refusals(deal, replace(DETAILS, lines=(SHAWLS,) * 201))) == {"lines"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("tax_mode", "maybe"), ("tax_rate", "101"), ("rup_code", "1234"), ("funding_source", "gold"), ("method", "magic"),
     ("month", "13"), ("fiscal_year", "2020"), ("fiscal_year", "20²6"), ("fiscal_year", "99999"), ("listing_by", "2020-01-01"),
     ("note", "x" * 2001), ("need", "NONE"), ("rup_name", "x" * 301)],
)  # fmt: skip
def test_other_fields_are_refused_at_their_place(world: World, field: str, value: str) -> None:
    deal = make_deal(world)
    assert set(refusals(deal, replace(DETAILS, **{field: value}))) == {field}


def test_no_ppn_has_no_rate(world: World) -> None:
    deal = make_deal(world)
    without = deal.row(deal.begin(replace(DETAILS, tax_mode="none", tax_rate="nonsense")))
    assert without.tax_rate_hundredths == 0
    on_top = commitment_view(deal.event_id, deal.begin(replace(DETAILS, tax_mode="excluded", tax_rate="11,5")))
    assert (on_top.tax_rate_hundredths, on_top.tax, on_top.grand_total) == (1150, 1_293_750, 12_543_750)
    included = commitment_view(deal.event_id, deal.begin(DETAILS))
    assert (included.tax, included.grand_total) == (0, 11_250_000)


def test_a_product_of_the_maker_fills_its_line(world: World) -> None:
    deal = make_deal(world)
    product = db.session.get_one(
        Product,
        add_product(
            deal.maker_id, unit="helai", local_content_status="certified", local_content_percent="45,5",
            company_benefit_percent="5",
        ),
    )  # fmt: skip
    row = LineDetails(product=product.code, quantity="2", unit_price="500000")
    (line,) = commitment_view(deal.event_id, deal.begin(replace(DETAILS, lines=(row,)))).lines
    assert (line.product, line.unit, line.content_note) == (product.name, "helai", "TKDN 45,5% + BMP 5%")
    stored = db.session.scalars(sa.select(CommitmentLine)).one()
    assert (stored.product_id, stored.category_id) == (product.id, product.category_id)


def test_a_product_of_another_maker_is_refused(world: World) -> None:
    deal = make_deal(world)
    other = world.participation(deal.event_id, Side.EXHIBITOR)
    foreign = db.session.get_one(Product, add_product(other)).code
    for code in (foreign, "NONSENSE"):
        row = LineDetails(product=code, quantity="2", unit_price="500000")
        assert "lines-0-product" in refusals(deal, replace(DETAILS, lines=(row,)))


def test_a_need_of_the_buyer_fills_the_source_and_what_is_typed_stays(world: World) -> None:
    deal = make_deal(world)
    need = db.session.get_one(
        Need, add_need(deal.buyer_id, rup_code="60832782", work_unit="Bagian Umum", planned_month="9", budget_ceiling="20 jt")
    )  # fmt: skip
    view = commitment_view(deal.event_id, deal.begin(replace(DETAILS, need=need.code)))
    assert (view.source.rup_code, view.source.work_unit, view.source.month) == ("60832782", "Bagian Umum", 8)
    assert view.source.rup_name == need.name
    assert view.source.need_code == need.code
    other = world.participation(deal.event_id, Side.BUYER)
    foreign = db.session.get_one(Need, add_need(other)).code
    assert set(refusals(deal, replace(DETAILS, need=foreign))) == {"need"}


def test_a_delegate_may_be_chosen_or_a_name_typed(world: World) -> None:
    deal = make_deal(world)
    person = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == deal.buyer_id)).one()
    stranger = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == deal.maker_id)).one()
    chosen = replace(
        DETAILS, buyer_signatory=SignatoryDetails(delegate=person.code, office="Kepala Dinas", role="budget_user")
    )
    party = commitment_view(deal.event_id, deal.begin(chosen)).buyer
    assert (party.signatory_name, party.signatory_phone, party.delegate_code) == (
        person.name,
        person.phone,
        person.code,
    )
    for signatory, field in (
        (SignatoryDetails(delegate=stranger.code), "buyer_delegate"),
        (SignatoryDetails(delegate=person.code, name="Orang Lain"), "buyer_name"),
        (SignatoryDetails(name="Orang", role="king"), "buyer_role"),
        (SignatoryDetails(name="Orang", phone="12"), "buyer_phone"),
        (SignatoryDetails(name="x" * 161), "buyer_name"),
    ):
        assert set(refusals(deal, replace(DETAILS, buyer_signatory=signatory))) == {field}


def test_only_an_approved_buyer_and_maker_of_this_event(world: World) -> None:
    deal = make_deal(world)
    elsewhere = world.participation(world.event(), Side.BUYER)
    waiting = world.participation(deal.event_id, Side.BUYER, state=ParticipationState.WAITLISTED)
    for buyer_id, maker_id in (
        (elsewhere, deal.maker_id),
        (deal.maker_id, deal.buyer_id),
        (deal.buyer_id, deal.buyer_id),
    ):
        with pytest.raises(NotFound), transaction():
            begin_commitment(deal.actor, BeginCommitment(deal.event_id, new_key(), buyer_id, maker_id, DETAILS))
    with pytest.raises(InvalidInput), transaction():
        begin_commitment(deal.actor, BeginCommitment(deal.event_id, new_key(), waiting, deal.maker_id, DETAILS))
    with transaction():
        db.session.get_one(Event, deal.event_id).state = EventState.ARCHIVED
    with pytest.raises(OutOfStep):
        deal.begin()


def test_the_same_record_again_is_the_same_commitment(world: World) -> None:
    deal = make_deal(world)
    key = new_key()
    first = deal.begin(record_id=key)
    assert deal.begin(record_id=key) == first
    assert deal.begin(record_id=key.upper()) == first
    with transaction():  # changed on the server since: the tablet's repeat is still no new content
        edit_draft(deal.actor, EditDraft(deal.event_id, first, with_line(quantity="3"), deal.row(first).row_version))
    assert deal.begin(record_id=key) == first
    assert deal.row(first).total == 1_350_000
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CommitmentEvent)) == 1


def test_the_same_record_with_other_content_is_told_and_overwrites_nothing(world: World) -> None:
    deal = make_deal(world)
    key = new_key()
    first = deal.begin(record_id=key)
    with pytest.raises(RecordTaken) as refused:
        deal.begin(with_line(quantity="3"), record_id=key)
    assert (refused.value.stored_code, refused.value.status) == (first, 409)
    assert deal.row(first).total == 11_250_000
    second = deal.begin(with_line(quantity="3"))
    assert (deal.row(second).total, deal.row(first).total) == (1_350_000, 11_250_000)


@pytest.mark.parametrize("key", ["", "1", "x" * 400, "not-a-uuid"])
def test_a_record_needs_a_uuid(world: World, key: str) -> None:
    deal = make_deal(world)
    with pytest.raises(InvalidInput):
        deal.begin(record_id=key)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_sixteen_threads_with_the_same_record_store_one(app: Flask, world: World) -> None:
    deal = make_deal(world)
    command = BeginCommitment(deal.event_id, new_key(), deal.buyer_id, deal.maker_id, DETAILS)
    db.session.remove()

    def begin(_number: int) -> str:
        with transaction():
            return begin_commitment(deal.actor, command).code

    outcomes = at_once(app, begin, 16)
    assert len(set(outcomes)) == 1, outcomes
    assert isinstance(outcomes[0], str)
    for model, count in ((Commitment, 1), (CommitmentEvent, 1), (CommitmentLine, 1)):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == count


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_of_two_contents_under_one_id_one_is_stored_and_the_others_are_told(app: Flask, world: World) -> None:
    deal = make_deal(world)
    key = new_key()
    commands = [
        BeginCommitment(deal.event_id, key, deal.buyer_id, deal.maker_id, with_line(quantity=str(n % 2 + 1)))
        for n in range(8)
    ]
    db.session.remove()

    def begin(number: int) -> str:
        with transaction():
            return begin_commitment(deal.actor, commands[number]).code

    outcomes = at_once(app, begin, 8)
    told = [outcome for outcome in outcomes if isinstance(outcome, RecordTaken)]
    stored = {outcome for outcome in outcomes if isinstance(outcome, str)}
    assert (len(told), len(stored)) == (4, 1), outcomes


def test_an_edit_replaces_the_draft_and_an_outdated_one_is_told(world: World) -> None:
    deal = make_deal(world)
    code = deal.begin()
    seen = deal.row(code).row_version
    only_line = replace(DETAILS, lines=(replace(SHAWLS, specification="merah"),))  # the total stays
    with transaction():
        edit_draft(deal.actor, EditDraft(deal.event_id, code, only_line, seen))
    assert commitment_view(deal.event_id, code).lines[0].specification == "merah"
    with pytest.raises(ChangedMeanwhile), transaction():
        edit_draft(deal.actor, EditDraft(deal.event_id, code, DETAILS, seen))
    assert commitment_view(deal.event_id, code).lines[0].specification == "merah"
    actions = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject_type == "commitment")).all()
    assert actions == ["commitments.created", "commitments.edit"]


def test_an_edit_of_another_events_commitment_is_not_found(world: World) -> None:
    deal = make_deal(world)
    code, elsewhere = deal.begin(), world.event()
    with pytest.raises(NotFound), transaction():
        edit_draft(deal.actor, EditDraft(elsewhere, code, DETAILS, 1))


def test_a_retired_product_stays_choosable_where_it_is_named(world: World) -> None:
    deal = make_deal(world)
    product_id = add_product(deal.maker_id)
    product = db.session.get_one(Product, product_id).code
    row = LineDetails(product=product, quantity="2", unit="pcs", unit_price="500000")
    code = deal.begin(replace(DETAILS, lines=(row,)))
    with transaction():
        db.session.get_one(Product, product_id).retired_at = clock.now()
    with transaction():
        edit_draft(
            deal.actor, EditDraft(deal.event_id, code, replace(DETAILS, lines=(row, row)), deal.row(code).row_version)
        )
    assert deal.row(code).total == 2_000_000
    with pytest.raises(DomainError):
        deal.begin(replace(DETAILS, lines=(row,)))


def test_a_party_snapshot_follows_the_organisation_while_a_draft(world: World) -> None:
    deal = make_deal(world)
    code = deal.begin()
    with transaction():
        db.session.get_one(Participation, deal.buyer_id).organization.legal_name = "Dinas Contoh Baru"
    with transaction():
        edit_draft(deal.actor, EditDraft(deal.event_id, code, DETAILS, deal.row(code).row_version))
    assert commitment_view(deal.event_id, code).buyer.name == "Dinas Contoh Baru"
