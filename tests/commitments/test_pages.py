"""The pages of commitments: staff make, propose and withdraw; participants their own; nobody another's."""

from __future__ import annotations

import io
import re
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import event as sqlalchemy_events

from matchmaking import clock
from matchmaking.accounts.hooks import PersonRef
from matchmaking.actor import SYSTEM, Role
from matchmaking.audit.models import AuditEntry
from matchmaking.commitments.models import (
    Commitment,
    CommitmentEvent,
    CommitmentParty,
    CommitmentState,
    EventKind,
    SignatoryRole,
    Signature,
    SigningMethod,
)
from matchmaking.commitments.queries.commitments import (
    RowFilters,
    commitment_figures,
    commitment_rows,
    commitment_view,
    waiting_for_signatory,
)
from matchmaking.commitments.services import leaving
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Participation, Side
from matchmaking.scheduling.models import Meeting
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.catalogue.builders import add_need, add_product, picture
from tests.commitments.scene import DETAILS, SHAWLS, Deal, make_deal, new_key
from tests.world import LONG_AGO, World

ROW = {"name": "Selendang tapis", "quantity": "25", "unit": "helai", "unit_price": "450.000"}


def entries(*rows: dict[str, str], **fields: str) -> dict[str, str]:
    """A filled form."""
    given = {
        "record_id": str(uuid4()), "tax_mode": "included", "tax_rate": "11", "procurement_method": "e_purchasing",
        "buyer_name": "Pejabat Contoh", "buyer_office": "Kepala Bagian", "buyer_role": "commitment_officer",
        "exhibitor_name": "Pengrajin Contoh", "exhibitor_office": "Pemilik", "exhibitor_role": "owner",
        "fiscal_year": str(clock.today().year),
    }  # fmt: skip
    for number, row in enumerate(rows):
        given |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return {**given, **fields}


def staff(deal: Deal, role: Role = Role.ORGANIZER) -> FlaskClient:
    browser = deal.world.client(deal.world.user(roles={deal.event_id: role}))
    browser.set_cookie("language", "en")
    return browser


def own(deal: Deal, participation_id: int) -> FlaskClient:
    browser = deal.world.client(deal.world.login_of(participation_id))
    browser.set_cookie("language", "en")
    return browser


def meeting_of(deal: Deal) -> str:
    teams = {
        side: db.session.get_one(Participation, row_id).teams[0].id
        for side, row_id in (("exhibitor_team_id", deal.maker_id), ("buyer_team_id", deal.buyer_id))
    }
    deal.world.save(Meeting(code="MEETING00001", event_id=deal.event_id, created_at=LONG_AGO, **teams))
    return "MEETING00001"


def code_of(row_id: int) -> str:
    return db.session.get_one(Participation, row_id).code


def test_staff_make_a_commitment_from_a_meeting(world: World) -> None:
    deal = make_deal(world, legal_name="Dinas Contoh Pariwisata")
    add_product(deal.maker_id)
    add_need(deal.buyer_id, name="Belanja suvenir contoh", category_id="tapis")
    meeting, browser = meeting_of(deal), staff(deal)
    address = f"/manage/{deal.code}/commitments/new?meeting={meeting}"
    page = browser.get(address).get_data(as_text=True)
    for expected in ("Dinas Contoh Pariwisata", "Belanja suvenir contoh", "Selendang tapis"):
        assert expected in page
    answer = browser.post(address, data=entries(ROW))
    assert answer.status_code == 303
    row = db.session.scalars(sa.select(Commitment)).one()
    assert answer.location == f"/manage/{deal.code}/commitments/{row.code}"
    assert (row.total, row.origin, row.procurement_method) == (11_250_000, "staff", "e_purchasing")
    assert 'name="method"' not in page  # it would hide the form element's own method from the page's scripts
    assert commitment_view(deal.event_id, row.code).meeting_code == meeting
    shown = browser.get(answer.location).get_data(as_text=True)
    assert "sebelas juta dua ratus lima puluh ribu rupiah" in shown
    assert "Rp11.250.000" in shown


def test_the_parties_are_chosen_first_without_a_meeting(world: World) -> None:
    deal = make_deal(world)
    browser = staff(deal)
    base = f"/manage/{deal.code}/commitments/new"
    assert "Choose the two parties first" in browser.get(base).get_data(as_text=True)
    query = f"?buyer={code_of(deal.buyer_id)}&exhibitor={code_of(deal.maker_id)}"
    assert "Unit price (estimate)" in browser.get(base + query).get_data(as_text=True)
    swapped = f"?buyer={code_of(deal.maker_id)}&exhibitor={code_of(deal.buyer_id)}"
    assert "Choose the two parties first" in browser.get(base + swapped).get_data(as_text=True)
    assert browser.get(base + "?meeting=NONE").status_code == 404


def test_a_refused_form_keeps_everything_and_says_where(world: World) -> None:
    deal = make_deal(world)
    browser, meeting = staff(deal), meeting_of(deal)
    address = f"/manage/{deal.code}/commitments/new?meeting={meeting}"
    given = entries(
        ROW, {"unit": "set"}, {**ROW, "unit_price": "12,5", "name": "Tas <b>anyam</b>"}, rup_code="12", note="Tetap ada"
    )
    answer = browser.post(address, data=given)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#lines-2-unit_price"' in page
    assert 'id="lines-2-unit_price-error"' in page
    for kept in ("Tas &lt;b&gt;anyam&lt;/b&gt;", "Tetap ada", 'value="12,5"', given["record_id"]):
        assert kept in page
    assert "A RUP code has 8 digits" in page
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Commitment)) == 0


def test_the_same_form_sent_twice_stores_one_and_other_content_keeps_both(world: World) -> None:
    deal = make_deal(world)
    browser, meeting = staff(deal), meeting_of(deal)
    address = f"/manage/{deal.code}/commitments/new?meeting={meeting}"
    given = entries(ROW)
    places = {browser.post(address, data=given).location for _twice in range(2)}
    assert len(places) == 1
    other = given | {"lines-0-quantity": "30"}
    answer = browser.post(address, data=other)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert places.pop() in page
    fresh = re.search(r'name="record_id"[^>]*value="([^"]+)"', page)
    assert fresh
    assert fresh[1] != given["record_id"]
    assert browser.post(address, data=other | {"record_id": fresh[1]}).status_code == 303
    totals = db.session.scalars(sa.select(Commitment.total).order_by(Commitment.id)).all()
    assert totals == [11_250_000, 13_500_000]


def test_the_total_is_answered_while_typing(world: World) -> None:
    deal = make_deal(world)
    bad = {**ROW, "unit_price": "x"}
    for browser, address in (
        (staff(deal), f"/manage/{deal.code}/commitments/total"),
        (own(deal, deal.buyer_id), f"/my/{deal.code}/commitments/total"),
    ):
        page = browser.post(address, data=entries(ROW, bad, {})).get_data(as_text=True)
        assert "Rp11.250.000" in page
        assert "sebelas juta dua ratus lima puluh ribu rupiah" in page
        assert "1 row is not counted yet" in page


def test_a_draft_goes_its_way_by_the_buttons(world: World) -> None:
    deal = make_deal(world)
    browser, code = staff(deal), deal.begin()
    base = f"/manage/{deal.code}/commitments/{code}"
    page = browser.get(base).get_data(as_text=True)
    sent = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("event_key", "seen_version")}  # type: ignore[index]
    assert browser.post(f"{base}/propose", data=sent).status_code == 303
    assert browser.post(f"{base}/propose", data=sent).status_code == 303  # pressed twice
    number = deal.row(code).number
    assert number
    assert number in browser.get(base).get_data(as_text=True)
    assert browser.get(f"{base}/edit").status_code == 303
    assert browser.post(f"{base}/reopen", data={"event_key": new_key()}).status_code == 303
    assert browser.get(f"{base}/edit").status_code == 200
    given = entries(ROW, seen_version=str(deal.row(code).row_version)) | {"lines-0-quantity": "2"}
    assert browser.post(f"{base}/edit", data=given).status_code == 303
    assert browser.post(f"{base}/edit", data=given).status_code == 409  # seen before that change
    assert deal.row(code).total == 900_000
    refused = browser.post(f"{base}/withdraw", data={"event_key": new_key(), "reason": ""})
    assert refused.status_code == 422
    assert browser.post(f"{base}/withdraw", data={"event_key": new_key(), "reason": "Batal"}).status_code == 303
    assert "“Batal”" in browser.get(base).get_data(as_text=True)
    assert deal.row(code).state is CommitmentState.WITHDRAWN


def test_what_is_missing_and_what_is_warned_of_is_shown(world: World) -> None:
    deal = make_deal(world)
    browser = staff(deal)
    from dataclasses import replace

    empty = deal.begin(replace(DETAILS, lines=()))
    page = browser.get(f"/manage/{deal.code}/commitments/{empty}").get_data(as_text=True)
    assert "Add at least one product" in page
    assert "/propose" not in page
    warned = deal.begin(replace(DETAILS, method="direct_procurement"))
    base = f"/manage/{deal.code}/commitments/{warned}"
    page = browser.get(base).get_data(as_text=True)
    assert "The planned method is not e-purchasing." in page
    assert 'name="accepted" value="other_method"' in page
    sent = {"event_key": new_key(), "seen_version": "1"}
    assert browser.post(f"{base}/propose", data=sent).status_code == 409
    assert browser.post(f"{base}/propose", data=sent | {"accepted": "other_method"}).status_code == 303


def test_a_leader_reads_and_changes_nothing(world: World) -> None:
    deal = make_deal(world)
    code, browser = deal.propose(), staff(deal, Role.LEADER)
    base = f"/manage/{deal.code}/commitments"
    assert browser.get(base).status_code == 200
    page = browser.get(f"{base}/{code}").get_data(as_text=True)
    assert "/withdraw" not in page
    assert "/reopen" not in page
    assert browser.post(f"{base}/{code}/withdraw", data={"reason": "x"}).status_code == 403


def test_the_list_filters_sums_and_says_when(world: World) -> None:
    deal = make_deal(world, legal_name="Dinas Contoh Unggul")
    deal.begin(), deal.propose(), deal.agreed(), deal.signed()
    browser, base = staff(deal), f"/manage/{deal.code}/commitments"
    for query, count in (
        ("", 4), ("?state=draft", 1), ("?state=agreed", 1), ("?state=signed", 1), ("?state=committed", 1), ("?state=expired", 0),
        ("?q=unggul", 4), ("?q=KT-00", 3), ("?q=%25", 0), ("?state=nonsense", 4), ("?page=99", 4),
    ):  # fmt: skip
        page = browser.get(base + query).get_data(as_text=True)
        assert len(re.findall(r'<th scope="row"', page)) == count, query
    assert "As of" in browser.get(base).get_data(as_text=True)


def test_only_signed_counts_and_the_cuts_agree(world: World) -> None:
    deal = make_deal(world)
    deal.begin(), deal.propose(), deal.agreed(), deal.signed()
    realized = deal.signed()
    deal.happen(realized, EventKind.REALIZED, amount=5)
    gone = deal.propose()
    deal.happen(gone, EventKind.WITHDRAWN, reason="x")
    figures = commitment_figures(deal.event_id)
    assert (figures.signed_count, figures.signed_value) == (2, 22_500_000)
    for amount in (figures.agreed, figures.proposed, figures.draft, figures.withdrawn):
        assert (amount.count, amount.value) == (1, 11_250_000)
    assert figures.expired.count == figures.signed_expired.count == 0
    assert {key: amount.value for key, amount in figures.by_buyer_type.items()} == {"regional_agency": 22_500_000}
    assert {key: amount.value for key, amount in figures.by_regency.items()} == {"18.71": 22_500_000}
    assert {key: (amount.count, amount.value) for key, amount in figures.by_category.items()} == {"": (2, 22_500_000)}
    assert commitment_figures(world.event()).signed_count == 0


def test_after_the_year_what_was_signed_still_counts(world: World) -> None:
    from datetime import UTC, datetime

    from matchmaking import clock

    deal = make_deal(world)
    deal.signed(), deal.agreed(), deal.propose()
    year = clock.today().year
    with clock.frozen(datetime(year + 1, 1, 5, tzinfo=UTC)):
        figures = commitment_figures(deal.event_id)
        assert (figures.signed.count, figures.signed_expired.count, figures.expired.count) == (1, 1, 2)
        assert (figures.agreed.count, figures.proposed.count, waiting_for_signatory(deal.event_id)) == (0, 0, 0)
        assert commitment_rows(deal.event_id, RowFilters("expired")).total == 3
        assert commitment_rows(deal.event_id, RowFilters("committed")).total == 1
    assert waiting_for_signatory(deal.event_id) == 1


def statements(act: object) -> int:
    """How many statements something runs."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sqlalchemy_events.listen(db.engine, "before_cursor_execute", note)
    try:
        act()  # type: ignore[operator]
    finally:
        sqlalchemy_events.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_lists_and_figures_take_the_same_statements_however_many_there_are(world: World) -> None:
    deal = make_deal(world)
    deal.signed()
    code = deal.signed()
    queries = (
        lambda: commitment_rows(deal.event_id, RowFilters()),
        lambda: commitment_figures(deal.event_id),
        lambda: commitment_view(deal.event_id, code),
        lambda: staff_sheet(deal),
    )
    db.session.rollback()
    few = [statements(query) for query in queries]
    for _n in range(5):
        deal.signed()
    db.session.rollback()
    assert [statements(query) for query in queries] == few
    assert few[0] <= 4, few
    assert few[1] <= 4, few


def staff_sheet(deal: Deal) -> bytes:
    from matchmaking.commitments.sheet import commitment_sheet

    return commitment_sheet(deal.event_id, RowFilters(), "Asia/Jakarta")


def test_the_spreadsheet_has_a_row_a_product_and_runs_nothing(world: World) -> None:
    from dataclasses import replace

    deal = make_deal(world)
    deal.signed(replace(DETAILS, lines=(SHAWLS, replace(SHAWLS, name='=HYPERLINK("http://x")', quantity="1,5"))))
    deal.begin()
    answer = staff(deal).get(f"/manage/{deal.code}/commitments.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    lines, totals = book.worksheets
    rows = [row for row in lines.iter_rows(min_row=4, values_only=True) if row[5]]
    assert [(row[5], row[7], row[10]) for row in rows] == [
        ("Selendang tapis", 25, 11_250_000), ("'=HYPERLINK(\"http://x\")", 1.5, 675_000), ("Selendang tapis", 25, 11_250_000),
    ]  # fmt: skip
    assert ("Signed: counts as commitment", 1, 11_925_000) in [row[:3] for row in totals.iter_rows(values_only=True)]
    assert "commitments.export" in db.session.scalars(sa.select(AuditEntry.action)).all()
    assert "Pejabat Contoh" not in str([list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets])


# Participants


def test_a_participant_makes_and_proposes_their_own(world: World) -> None:
    deal = make_deal(world)
    meeting, browser = meeting_of(deal), own(deal, deal.buyer_id)
    base = f"/my/{deal.code}/commitments"
    assert "No commitments yet" in browser.get(base).get_data(as_text=True)
    assert "With whom" in browser.get(f"{base}/new").get_data(as_text=True)
    assert browser.get(f"{base}/new?partner={code_of(deal.maker_id)}").status_code == 200
    answer = browser.post(f"{base}/new?meeting={meeting}", data=entries(ROW))
    assert answer.status_code == 303
    row = db.session.scalars(sa.select(Commitment)).one()
    assert (row.origin, row.buyer_id, row.exhibitor_id) == ("buyer", deal.buyer_id, deal.maker_id)
    assert browser.get(answer.location).status_code == 200
    assert (
        browser.post(f"{answer.location}/propose", data={"event_key": new_key(), "seen_version": "1"}).status_code
        == 303
    )
    assert browser.post(f"{answer.location}/withdraw", data={"reason": "Berubah"}).status_code == 303


def test_the_other_sides_draft_is_not_visible_and_a_proposed_one_is_to_both(world: World) -> None:
    deal = make_deal(world)
    draft, proposed, by_staff = deal.begin(origin="buyer"), deal.propose(origin="buyer"), deal.begin()
    maker, buyer = own(deal, deal.maker_id), own(deal, deal.buyer_id)
    base = f"/my/{deal.code}/commitments"
    for browser, visible in ((buyer, {draft, proposed}), (maker, {proposed})):
        page = browser.get(base).get_data(as_text=True)
        for code in (draft, proposed, by_staff):
            assert (code in page) is (code in visible)
            assert browser.get(f"{base}/{code}").status_code == (200 if code in visible else 404)
    for action in ("edit", "propose", "withdraw", "reopen", "mandate/exhibitor"):
        assert maker.post(f"{base}/{draft}/{action}", data={"reason": "x"}).status_code == 404
    assert maker.post(f"{base}/{proposed}/reopen").status_code == 404  # who made it opens it again
    assert maker.post(f"{base}/{proposed}/mandate/buyer").status_code == 404
    assert deal.row(proposed).state is CommitmentState.PROPOSED
    assert maker.post(f"{base}/{proposed}/withdraw", data={"reason": "Tidak sanggup"}).status_code == 303


def test_nobody_reads_the_commitments_of_others(world: World) -> None:
    deal = make_deal(world)
    code = deal.signed()
    other = world.participation(deal.event_id, Side.BUYER)
    browser = own(deal, other)
    base = f"/my/{deal.code}/commitments"
    assert code not in browser.get(base).get_data(as_text=True)
    for action in ("", "/edit", "/mandate/buyer", "/mandate/buyer/file"):
        assert browser.get(f"{base}/{code}{action}").status_code == 404
    for action in ("propose", "reopen", "withdraw", "edit"):
        assert browser.post(f"{base}/{code}/{action}", data={"reason": "x"}).status_code == 404
    meeting = meeting_of(deal)
    assert browser.get(f"{base}/new?meeting={meeting}").status_code == 404
    assert browser.get(f"/manage/{deal.code}/commitments/{code}").status_code == 403


def test_staff_of_another_event_find_nothing(world: World) -> None:
    deal, elsewhere = make_deal(world), make_deal(world)
    code = deal.propose()
    assert staff(elsewhere).get(f"/manage/{elsewhere.code}/commitments/{code}").status_code == 404
    assert staff(elsewhere).get(f"/manage/{deal.code}/commitments/{code}").status_code in (403, 404)


# Mandates


def upload(browser: FlaskClient, address: str, content: bytes, name: str, **given: str) -> int:
    data = {"event_key": new_key(), "file": (io.BytesIO(content), name), **given}
    return browser.post(address, data=data, content_type="multipart/form-data").status_code


def content_of(browser: FlaskClient, address: str) -> bytes:
    with browser.get(address) as answer:
        return answer.data


PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_a_mandate_lets_somebody_sign_up_to_its_limit(world: World) -> None:
    from dataclasses import replace

    from matchmaking.commitments.commands import SignatoryDetails

    deal = make_deal(world)
    officer = SignatoryDetails(name="Pejabat Contoh", office="Pejabat pengadaan", role="procurement_officer")
    code = deal.propose(replace(DETAILS, buyer_signatory=officer))
    browser, base = staff(deal), f"/manage/{deal.code}/commitments/{code}"
    assert commitment_view(deal.event_id, code).buyer.authority == ""
    assert upload(browser, f"{base}/mandate/buyer", PDF, "kuasa.pdf", number="800/1", limit="11.249.999") == 303
    assert commitment_view(deal.event_id, code).buyer.authority == ""
    assert upload(browser, f"{base}/mandate/buyer", PDF, "kuasa.pdf", number="800/1", limit="11.250.000") == 303
    view = commitment_view(deal.event_id, code)
    assert (view.buyer.authority, view.buyer.mandate_limit, view.buyer.mandate_number) == (
        "mandate",
        11_250_000,
        "800/1",
    )
    assert (view.exhibitor.has_mandate, view.events[-1].kind) == (False, EventKind.MANDATE_ADDED)
    stored = db.session.scalars(sa.select(StoredFile).where(StoredFile.purpose == "mandate")).all()
    assert [file.access for file in stored] == ["private", "private"]
    assert content_of(browser, f"{base}/mandate/buyer/file") == PDF
    assert browser.get(f"{base}/mandate/exhibitor/file").status_code == 404
    assert staff(deal, Role.LEADER).get(f"{base}/mandate/buyer/file").status_code == 403
    mine = f"/my/{deal.code}/commitments/{code}/mandate/buyer/file"
    assert content_of(own(deal, deal.buyer_id), mine) == PDF
    assert own(deal, deal.maker_id).get(mine).status_code == 404


def test_a_mandate_is_a_pdf_or_photo_and_nothing_else(world: World) -> None:
    deal = make_deal(world)
    code = deal.propose()
    browser, address = staff(deal), f"/manage/{deal.code}/commitments/{code}/mandate/exhibitor"
    for content, name in (
        (b"MZ\x90\x00", "kuasa.pdf"),
        (b"<svg onload=alert(1)>", "kuasa.png"),
        (PDF[:20], "kuasa.pdf"),
        (b"", ""),
    ):
        assert upload(browser, address, content, name) == 422, name
    assert upload(browser, address, PDF, "kuasa.pdf", limit="0") == 422
    assert upload(browser, address, picture().read(), "kuasa.jpg") == 303
    assert commitment_view(deal.event_id, code).exhibitor.has_mandate
    assert browser.get(f"/manage/{deal.code}/commitments/{code}/mandate/king").status_code == 404


def test_no_mandate_comes_after_both_have_signed(world: World) -> None:
    deal = make_deal(world)
    code = deal.signed()
    browser, address = staff(deal), f"/manage/{deal.code}/commitments/{code}/mandate/buyer"
    assert upload(browser, address, PDF, "kuasa.pdf") == 303
    assert not commitment_view(deal.event_id, code).buyer.has_mandate


# What becomes of commitments


def test_merged_entries_keep_their_commitments(world: World) -> None:
    deal = make_deal(world)
    code = deal.propose()
    before = deal.row(code).canonical
    kept = world.participation(deal.event_id, Side.BUYER)
    with transaction():
        leaving.move_commitments(SYSTEM, kept, deal.buyer_id)
    row = deal.row(code)
    assert (row.buyer_id, row.exhibitor_id, row.canonical) == (kept, deal.maker_id, before)
    assert commitment_view(deal.event_id, code).buyer.participation_id == kept


def test_a_deleted_event_takes_its_commitments_along(world: World) -> None:
    deal, other = make_deal(world), make_deal(world)
    deal.signed()
    kept = other.signed()
    with transaction():
        leaving.delete_commitments(SYSTEM, deal.event_id)
    assert db.session.scalars(sa.select(Commitment.code)).all() == [kept]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CommitmentEvent)) == 4


@pytest.mark.parametrize("has_signed", [True, False])
def test_a_person_is_told_and_forgotten_but_not_under_a_signature(world: World, has_signed: bool) -> None:
    from dataclasses import replace

    from matchmaking.commitments.commands import SignatoryDetails

    deal = make_deal(world)
    person = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == deal.buyer_id)).one()
    delegate_id, name = person.id, person.name
    signatory = SignatoryDetails(delegate=person.code, office="Kepala", role="budget_user")
    code = deal.propose(replace(DETAILS, buyer_signatory=signatory))
    row = deal.row(code)
    if has_signed:
        world.save(
            Signature(
                commitment_id=row.id, kind="buyer", signature_key=new_key(), method=SigningMethod.TABLET, signatory_name=name,
                signatory_role=SignatoryRole.BUDGET_USER, is_authorised=True, authority="role", content_hash="0" * 64,
                signed_at=LONG_AGO,
            )
        )  # fmt: skip
    (known,) = leaving.signatory_data(PersonRef(delegate_ids=(delegate_id,)))
    assert (known.rows[0]["name"], known.rows[0]["signed"]) == (name, has_signed)
    with transaction():
        leaving.forget_signatory(SYSTEM, PersonRef(delegate_ids=(delegate_id,)))
    party = db.session.scalars(sa.select(CommitmentParty).where(CommitmentParty.kind == "buyer")).one()
    assert (party.signatory_name, party.signatory_phone) == (name if has_signed else "", None)
    assert leaving.signatory_data(PersonRef()) == []
