"""The staff's pages: making, proposing, listing, sums, the spreadsheet."""

from __future__ import annotations

import io
import re

import sqlalchemy as sa
from openpyxl import load_workbook
from sqlalchemy import event as sqlalchemy_events

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.audit.models import AuditEntry
from matchmaking.commitments.models import (
    Commitment,
    CommitmentState,
    EventKind,
)
from matchmaking.commitments.queries.commitments import (
    RowFilters,
    commitment_figures,
    commitment_rows,
    commitment_view,
    waiting_for_signatory,
)
from matchmaking.extensions import db
from tests.catalogue.builders import add_need, add_product
from tests.commitments.browse import ROW, code_of, entries, meeting_of, own, staff
from tests.commitments.scene import DETAILS, SHAWLS, Deal, make_deal, new_key
from tests.world import World


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
