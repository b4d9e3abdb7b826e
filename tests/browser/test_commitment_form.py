"""A commitment written at the table on a tablet: rows from the catalogue, the total while typing, refused and kept."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from matchmaking.actor import Role
from matchmaking.commitments.models import Commitment, CommitmentLine, CommitmentState
from matchmaking.extensions import db
from matchmaking.registration.models import Participation
from matchmaking.scheduling.models import Meeting
from tests.browser.barriers import grave_findings
from tests.catalogue.builders import add_product
from tests.commitments.scene import Deal, make_deal
from tests.world import LONG_AGO, World

TABLET = {"width": 820, "height": 1180}
ROW = "[data-rows] [data-row]:visible"


@pytest.fixture
def deal(world: World) -> Deal:
    """A buyer and a maker with a product, who have met; both have somebody who may sign."""
    deal = make_deal(world, legal_name="Dinas Contoh Pariwisata")
    add_product(deal.maker_id, unit="lembar")
    teams = {
        side: db.session.get_one(Participation, row_id).teams[0].id
        for side, row_id in (("exhibitor_team_id", deal.maker_id), ("buyer_team_id", deal.buyer_id))
    }
    world.save(Meeting(code="MEETING00001", event_id=deal.event_id, created_at=LONG_AGO, **teams))
    return deal


@pytest.fixture
def page(context: BrowserContext, server: str, deal: Deal) -> Page:
    """The desk's tablet, at the form of that meeting."""
    cookie = deal.world.client(deal.world.user(roles={deal.event_id: Role.DESK})).get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": server}])
    page = context.new_page()
    page.set_viewport_size(TABLET)  # type: ignore[arg-type]
    page.goto(f"/manage/{deal.code}/commitments/new?meeting=MEETING00001")
    expect(page.get_by_role("heading", level=1)).to_have_text("Komitmen baru")
    return page


def fill_signatories(page: Page) -> None:
    """Say who signs, and (from October on) of which year's budget."""
    page.locator("[name=fiscal_year]").evaluate(
        "list => { list.value = [...list.options].find((one) => one.value).value; }"
    )
    for side, name, office, role in (
        ("buyer", "Pejabat Contoh", "Kepala Bagian Umum", "commitment_officer"),
        ("exhibitor", "Pengrajin Contoh", "Pemilik", "owner"),
    ):
        page.locator(f"#{side}_name").fill(name)
        page.locator(f"#{side}_office").fill(office)
        page.locator(f"#{side}_role").select_option(role)


def stored() -> list[Commitment]:
    db.session.rollback()
    return list(db.session.query(Commitment).populate_existing())


def test_from_the_catalogue_to_a_proposed_commitment(app: Flask, deal: Deal, page: Page) -> None:
    assert grave_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= TABLET["width"]
    page.locator("#lines-0-product").select_option(index=1)
    for field, value in (("name", "Selendang tapis"), ("unit", "lembar"), ("unit_price", "450.000")):
        expect(page.locator(f"#lines-0-{field}")).to_have_value(value)
    page.locator("#lines-0-quantity").fill("25")
    total = page.locator("#total")
    expect(total).to_contain_text("Rp11.250.000")
    expect(total).to_contain_text("sebelas juta dua ratus lima puluh ribu rupiah")

    page.get_by_role("button", name="Tambah produk").click()
    expect(page.locator(ROW)).to_have_count(2)
    second = page.locator(ROW).nth(1)
    expect(second.locator("select")).to_be_focused()
    second.get_by_label("Nama produk").fill("Tas anyam")
    second.get_by_label("Jumlah").fill("10")
    second.get_by_label("Satuan", exact=True).fill("buah")
    second.get_by_label("Harga satuan").fill("100 rb")
    expect(total).to_contain_text("Rp12.250.000")
    second.get_by_role("button", name="Hapus produk ini").click()
    expect(page.locator(ROW)).to_have_count(1)
    expect(total).to_contain_text("Rp11.250.000")

    fill_signatories(page)
    page.get_by_role("button", name="Simpan konsep").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Konsep komitmen")
    expect(page.get_by_text("sebelas juta dua ratus lima puluh ribu rupiah")).to_be_visible()
    assert grave_findings(page) == []
    (draft,) = stored()
    assert (draft.state, draft.total, db.session.query(CommitmentLine).count(), draft.meeting_id is None) == (
        CommitmentState.DRAFT, 11_250_000, 1, False,
    )  # fmt: skip

    page.get_by_role("button", name="Ajukan").click()
    expect(page.locator(".commitment-step[aria-current=step]")).to_contain_text("Diajukan")
    (proposed,) = stored()
    assert proposed.state is CommitmentState.PROPOSED
    expect(page.get_by_role("heading", level=1)).to_have_text(proposed.number or "")
    assert grave_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= TABLET["width"]


def test_a_price_of_nothing_is_said_at_its_row_and_everything_stays(
    app: Flask, deal: Deal, page: Page, complaints: list[str]
) -> None:
    page.locator("#lines-0-product").select_option(index=1)
    page.locator("#lines-0-quantity").fill("2")
    page.get_by_role("button", name="Tambah produk").click()
    typed = {"name": "Tas anyam", "quantity": "3,5", "unit": "buah", "unit_price": "0", "specification": "Warna marun"}
    for field, value in typed.items():
        page.locator(f"#lines-1-{field}").fill(value)
    fill_signatories(page)
    page.locator("#note").fill("Tetap ada")
    page.get_by_role("button", name="Simpan konsep").click()

    expect(page.locator(".error-summary")).to_be_focused()
    complaints.clear()  # the browser notes the answer 422 as an error
    expect(page.locator("#lines-1-unit_price-error")).to_contain_text("harus lebih dari Rp0")
    expect(page.locator("#lines-0-unit_price-error")).to_have_count(0)
    page.locator('.error-summary a[href="#lines-1-unit_price"]').click()
    expect(page.locator("#lines-1-unit_price")).to_be_focused()
    for field, value in typed.items():
        expect(page.locator(f"#lines-1-{field}")).to_have_value(value)
    expect(page.locator("#lines-0-name")).to_have_value("Selendang tapis")
    expect(page.locator("#lines-0-quantity")).to_have_value("2")
    expect(page.locator("#buyer_name")).to_have_value("Pejabat Contoh")
    expect(page.locator("#exhibitor_role")).to_have_value("owner")
    expect(page.locator("#note")).to_have_value("Tetap ada")
    expect(page.locator(ROW)).to_have_count(2)
    assert grave_findings(page) == []
    assert stored() == []

    page.locator("#lines-1-unit_price").fill("100000")
    page.get_by_role("button", name="Simpan konsep").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Konsep komitmen")
    assert [row.total for row in stored()] == [1_250_000]
