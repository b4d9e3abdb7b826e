"""The print desk on the organiser's laptop and the helper's phone: the pack is made, a paper is printed and handed over."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from matchmaking.actor import Role
from tests.attendance.meetings import lay_version
from tests.browser.barriers import grave_findings
from tests.browser.conftest import listen
from tests.scheduling.scene import Scene, make_scene
from tests.world import World


@pytest.fixture
def scene(world: World) -> Scene:
    """A published schedule: both exhibitors meet both buyers."""
    scene = make_scene(world)
    lay_version(scene, [(0, 0, 0, 0), (1, 1, 0, 1), (0, 1, 1, 0), (1, 0, 1, 1)])
    return scene


@pytest.fixture(params=[(1366, 768), (360, 740)], ids=["laptop", "phone"])
def page(
    request: pytest.FixtureRequest, browser: Browser, server: str, scene: Scene, complaints: list[str]
) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(
        base_url=server, viewport={"width": width, "height": height}, locale="id-ID", has_touch=width < 600
    )
    context.set_default_timeout(10_000)
    context.on("page", lambda opened: listen(opened, complaints))
    cookie = scene.world.client(scene.world.user(roles={scene.event_id: Role.ORGANIZER})).get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": server}])
    page = context.new_page()
    page.goto(f"/manage/{scene.code}/print-desk")
    yield page
    context.close()
    assert complaints == []


def fits(page: Page) -> bool:
    """Whether nothing makes the page scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_pack_is_made_while_the_page_waits_and_is_opened(app: Flask, scene: Scene, page: Page) -> None:
    page.get_by_label("Formulir kosong bernomor di dalamnya").fill("2")
    page.get_by_role("button", name="Buat berkas cetak").click()
    expect(page.locator("[hx-get*='pack/state']")).to_be_visible()
    scene.world.run_jobs()
    page.get_by_role("link", name="Tampilkan meja cetak lagi").click()
    link = page.locator("#pack").get_by_role("link", name="Buka")
    expect(link).to_be_visible()
    file = page.context.request.get(link.get_attribute("href") or "").body()
    sheets = PdfReader(io.BytesIO(file)).pages
    widths = [round(float(sheet.mediabox.width)) for sheet in sheets]
    assert widths[0] in (595, 596)
    assert max(widths) == widths[-1] == 1191  # the hall on A3, last
    assert fits(page)
    assert grave_findings(page) == []


def test_agenda_is_found_printed_handed_over_and_taken_back(scene: Scene, page: Page) -> None:
    names = page.locator("#agendas tbody th")
    name = names.first.inner_text().splitlines()[0]
    page.get_by_label("Cari nama atau organisasi").fill(name)
    expect(page.locator("#agendas tbody tr")).to_have_count(1)
    row = page.locator("#agendas tbody tr")
    row.get_by_role("button", name="Sudah dicetak").click()
    expect(row.get_by_role("button", name="Batal dicetak")).to_be_visible()
    expect(page.locator("#agendas tbody tr")).to_have_count(1)
    row.get_by_role("button", name="Sudah diserahkan").click()
    expect(row.get_by_role("button", name="Batal diserahkan")).to_be_visible()
    assert page.evaluate("document.querySelector('#agendas').getBoundingClientRect().top < window.innerHeight")
    row.get_by_role("button", name="Batal diserahkan").click()
    expect(row.get_by_role("button", name="Sudah diserahkan")).to_be_visible()
    assert fits(page)


def test_pack_is_handed_to_somebody_by_name(scene: Scene, page: Page) -> None:
    grid = page.locator("#grid")
    grid.get_by_label("Diserahkan kepada").fill("Panitia aula")
    grid.get_by_role("button", name="Sudah diserahkan").click()
    expect(page.locator("#grid")).to_contain_text("Panitia aula")
