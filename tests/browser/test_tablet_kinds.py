"""What the tablet says and enforces without a network: limits, other records, invitations; and what the server froze, signed there."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matchmaking import clock
from matchmaking.commitments.commands import SignatoryDetails
from matchmaking.commitments.models import Commitment, CommitmentKind, CommitmentState, PartyKind, Signature
from matchmaking.commitments.services.drafting import parties_of
from matchmaking.extensions import db
from tests.browser import tablet as hall
from tests.browser.tablet import Hall, Tablet, bring_back, take_offline, until
from tests.commitments.scene import DETAILS
from tests.commitments.test_winners import add_need


def online(tablet: Tablet, server_hall: Hall, page: Page) -> list[Commitment]:
    """Send everything; the commitments, the newest last."""
    bring_back(tablet, server_hall, page)
    db.session.rollback()
    return list(db.session.scalars(sa.select(Commitment).order_by(Commitment.id)))


def warnings(page: Page) -> list[str]:
    return page.locator("[data-screen=prepare] [data-list=warnings] li").all_inner_texts()


def test_limits_and_other_records_are_told_before_anybody_signs(tablet: Tablet, server_hall: Hall) -> None:
    deal = tablet.deal
    add_need(deal, rup_code="60000001", budget_ceiling=12_000_000, procurement_method="e_purchasing")
    deal.signed(replace(DETAILS, rup_code="60000001"))
    page = take_offline(tablet, server_hall)
    hall.begin(page)
    hall.fill(page)
    page.locator("[name=method]").select_option("e_purchasing")
    page.locator("[name=rup_code]").fill("60000001")
    page.locator("[name=fiscal_year]").select_option(str(clock.today().year))
    assert warnings(page) == [
        "Bersama catatan lain pada kode RUP ini jumlahnya melebihi pagu."
    ]  # of other records, known without a network
    page.locator("[data-name=unit_price]").fill("8 juta")  # 200 million and what was signed before
    assert len(warnings(page)) == 2
    page.locator("[name=buyer_authority_limit]").fill("150 juta")
    expect(page.locator("[data-part=buyer-counts]")).to_contain_text("Di atas batas kewenangan Rp150.000.000")
    page.locator("[name=accepted]").check()
    hall.to_text(page)
    hall.read(page)
    expect(page.locator("[data-signer=buyer] [data-part=counts]")).to_contain_text("Rp150.000.000")
    expect(page.locator("[data-signer=buyer] [data-part=verb]")).to_have_text("Setujui")
    hall.sign(page, "buyer")
    hall.sign(page, "exhibitor")
    expect(page.locator("[data-part=finish-note]")).to_contain_text("Berstatus disepakati")
    hall.store(page)
    hall.begin(page)  # what was signed here and is unsent counts too
    hall.fill(page)
    page.locator("[name=fiscal_year]").select_option(str(clock.today().year))
    page.locator("[name=rup_code]").fill("60000001")
    assert len(warnings(page)) == 3  # above the pagu together, no method; and the threshold is passed by several
    stored = online(tablet, server_hall, page)[-1]
    assert (stored.state, stored.warnings) == (CommitmentState.AGREED, ["above_ceiling_together", "above_threshold"])
    assert parties_of(stored.id)[PartyKind.BUYER].authority_limit == 150_000_000


def test_an_invitation_is_made_where_makers_compete(tablet: Tablet, server_hall: Hall) -> None:
    add_need(tablet.deal, rup_code="60000001", procurement_method="tender", name="Pengadaan seragam")
    page = take_offline(tablet, server_hall)
    hall.begin(page)
    hall.fill(page)
    page.locator("[name=rup_code]").fill("60000001")
    page.locator("[name=method]").select_option("e_purchasing")
    page.locator("[name=accepted]").check()
    page.locator("[data-screen=prepare] button[type=submit]").click()
    expect(page.locator("#prepare-problems")).to_contain_text("direncanakan dengan metode persaingan")
    page.locator("[name=method]").select_option("tender")
    expect(page.locator("[data-part=invites]")).to_be_visible()
    expect(page.locator("[data-name=unit_price]")).to_be_hidden()
    hall.to_text(page)
    expect(page.locator("[data-text]")).to_contain_text("CATATAN UNDANGAN IKUT SERTA PENGADAAN")
    expect(page.locator("[data-text]")).not_to_contain_text("Rp")
    hall.read(page)
    hall.sign(page, "buyer")
    hall.sign(page, "exhibitor")
    page.get_by_role("button", name="Simpan undangan").click()
    expect(page.locator("[data-screen=receipt] [data-part=total]")).to_have_text("Undangan ikut serta")
    [stored] = online(tablet, server_hall, page)
    assert (stored.kind, stored.state, stored.total) == (CommitmentKind.INVITATION, CommitmentState.SIGNED, 0)


def test_what_the_server_froze_is_signed_without_a_network(tablet: Tablet, server_hall: Hall) -> None:
    limited = SignatoryDetails(
        name="Pejabat Contoh", office="Kepala Bagian Umum", role="commitment_officer", authority_limit="11 juta"
    )
    code = tablet.deal.propose(replace(DETAILS, buyer_signatory=limited))
    frozen = tablet.deal.row(code)
    number, content_hash = frozen.number, frozen.content_hash
    page = take_offline(tablet, server_hall)
    page.locator("[data-list=waiting] button").click()
    expect(page.locator("[data-screen=prepare] h1")).to_have_text("Siapa yang hadir untuk menandatangani?")
    expect(page.locator("[name=exhibitor_name]")).to_have_value("Pengrajin Contoh")
    expect(page.locator("[data-part=buyer-counts]")).to_contain_text("Rp11.000.000")
    page.locator("[name=exhibitor_identified]").select_option("badge")  # the buyer is not here
    hall.to_text(page)
    expect(page.locator("[data-signer=buyer] [data-part=before]")).to_have_text("Menandatangani lain waktu.")
    hall.read(page)
    hall.sign(page, "exhibitor")
    page.reload()
    page.locator("[data-signer=exhibitor] [data-part=done]").wait_for()
    assert hall.store(page) == number
    page.goto("/tablet#/")
    expect(page.locator("[data-list=waiting] button")).to_have_count(0)
    [stored] = online(tablet, server_hall, page)
    assert (stored.code, stored.content_hash, stored.state) == (code, content_hash, CommitmentState.PROPOSED)
    until(lambda: page.locator("[data-list=waiting] button").count() == 1, page)
    tablet.context.set_offline(True)
    server_hall.stop()
    page.locator("[data-list=waiting] button").click()
    page.locator("[name=buyer_identified]").select_option("known")
    page.locator("[name=buyer_name]").fill("Ibu Kepala")  # the limit was another person's
    page.locator("[name=buyer_role]").select_option("budget_user")
    hall.to_text(page)
    hall.read(page)
    hall.sign(page, "buyer")
    hall.store(page)
    [stored] = online(tablet, server_hall, page)
    signatures = db.session.scalars(sa.select(Signature).order_by(Signature.id)).all()
    assert stored.state is CommitmentState.SIGNED
    assert [(row.kind.value, row.signatory_name) for row in signatures] == [
        ("exhibitor", "Pengrajin Contoh"), ("buyer", "Ibu Kepala"),
    ]  # fmt: skip


def test_what_another_tablet_signed_costs_one_part_and_counts_here(tablet: Tablet, server_hall: Hall) -> None:
    deal = tablet.deal
    page = tablet.on_board()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/tablet/data" in request.url else None)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(lambda: bool(asked), page)  # its first numbers, given after the first data
    page.wait_for_timeout(1000)
    asked.clear()
    code = deal.signed(replace(DETAILS, rup_code="60000001"))
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(lambda: bool(asked), page)
    assert [url.split("&parts=")[1] for url in asked] == [deal.row(code).record_id[0]]
    add_need(deal, rup_code="60000001", budget_ceiling=12_000_000, procurement_method="e_purchasing")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(lambda: len(asked) > 1, page)
    page.wait_for_timeout(500)
    hall.begin(page)
    hall.fill(page)
    page.locator("[name=rup_code]").fill("60000001")
    page.locator("[name=fiscal_year]").select_option(str(clock.today().year))
    assert "Bersama catatan lain pada kode RUP ini jumlahnya melebihi pagu." in warnings(page)
