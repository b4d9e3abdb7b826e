"""The witness at the tablet: many commitments ticked, one drawing, each sealed after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, expect

from matchmaking.commitments.models import CommitmentEvent, EventKind
from matchmaking.commitments.paper_models import WitnessSignature
from matchmaking.commitments.services.settings import ChangeSettings, change_settings
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.browser.barriers import grave_findings
from tests.browser.test_signing import UPRIGHT, draw, touching
from tests.commitments.scene import DETAILS, Deal, make_deal
from tests.world import World


@pytest.fixture
def deal(world: World) -> Deal:
    made = make_deal(world)
    with transaction():
        wanted = ChangeSettings("KT-{nomor}/{tahun}", has_screen_witness=True, witness_name="Saksi Contoh")
        change_settings(made.actor, made.event_id, wanted, 0)
    return made


@pytest.fixture
def tablet(browser: Browser, server: str, complaints: list[str], deal: Deal) -> Iterator[BrowserContext]:
    context = touching(browser, server, complaints, UPRIGHT)
    cookie = deal.world.client(deal.actor.user_id).get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": server}])
    yield context
    context.close()
    assert complaints == []


def test_one_drawing_under_many(tablet: BrowserContext, deal: Deal) -> None:
    codes = [deal.signed(), deal.signed(), deal.signed(replace(DETAILS, method="tender"))]
    left_out = deal.row(codes[1]).number
    page = tablet.new_page()
    page.goto(f"/sign/{deal.code}/witness")
    expect(page.locator("[name=codes]")).to_have_count(3)
    expect(page.locator(".witness-list")).to_contain_text("Undangan ikut serta")
    page.get_by_label(str(left_out)).uncheck()
    draw(page)
    page.reload()  # what was drawn is still there
    assert grave_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_label(str(left_out)).uncheck()
    page.get_by_role("button", name="Tanda tangani sebagai saksi").click()
    expect(page.locator("[data-sign-done]")).to_contain_text("2 komitmen")
    db.session.rollback()
    rows = db.session.scalars(sa.select(WitnessSignature)).all()
    witnessed = {deal.row(code).id for code in (codes[0], codes[2])}
    assert {(row.commitment_id, row.name) for row in rows} == {(row_id, "Saksi Contoh") for row_id in witnessed}
    events = db.session.scalars(sa.select(CommitmentEvent).where(CommitmentEvent.kind == EventKind.WITNESSED)).all()
    assert {(event.commitment_id, event.event_key) for event in events} == {
        (row.commitment_id, row.batch_key) for row in rows
    }
    page.get_by_role("link", name="Saksikan lagi").click()
    expect(page.locator("[name=codes]")).to_have_count(1)
