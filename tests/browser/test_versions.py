"""Versions in a browser: two side by side on a laptop and a phone, and one taken from there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from matchmaking.actor import Role
from matchmaking.events.models import TimeSlot
from matchmaking.extensions import db
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.services.placements import Edit, Place, move_meeting
from matchmaking.scheduling.services.versions import copy_version, publish_version
from matchmaking.transactions import transaction
from tests.browser.barriers import grave_findings
from tests.browser.conftest import listen
from tests.scheduling.scene import Scene, insist, make_scene
from tests.world import World

Enter = Callable[..., Page]


@pytest.fixture
def scene(world: World) -> Scene:
    """Version 1 is announced; draft 2 moves one meeting to the last slot."""
    scene = make_scene(world)
    scene.wish(scene.makers[0], scene.agencies[0])
    first = scene.solve(with_suggestions=False)
    with transaction():
        row = scene.placements(first)[0]
        row.slot_id, row.table_id = scene.slots[0], scene.tables[0]
        meeting_id = row.meeting_id
        publish_version(scene.actor, Edit(first, 1))
    with transaction():
        second = copy_version(scene.actor, first).id
    insist(move_meeting, scene.actor, Edit(second, 1), meeting_id, Place(scene.slots[3], scene.tables[0]))
    return scene


@pytest.fixture
def enter(browser: Browser, server: str, scene: Scene, complaints: list[str]) -> Iterator[Enter]:
    """``enter(width)``: the schedule's home as an organiser has it."""
    opened = []

    def go(width: int = 1440, theme: str = "light", locale: str = "id") -> Page:
        context = browser.new_context(base_url=server, viewport={"width": width, "height": 900}, locale="id-ID")
        context.set_default_timeout(10_000)
        context.on("page", lambda page: listen(page, complaints))
        cookie = scene.world.client(scene.world.user(roles={scene.event_id: Role.ORGANIZER}, locale=locale)).get_cookie(
            "session"
        )
        assert cookie
        context.add_cookies(
            [
                {"name": "session", "value": cookie.value, "url": server},
                {"name": "theme", "value": theme, "url": server},
            ]
        )
        opened.append(context)
        page = context.new_page()
        page.goto(f"/manage/{scene.code}/schedule")
        return page

    yield go
    for context in opened:
        context.close()
    assert complaints == []


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_two_versions_are_compared_and_one_is_published_from_there(enter: Enter) -> None:
    page = enter()
    page.get_by_role("link", name="Bandingkan dua versi").click()
    expect(page.get_by_role("heading", name="Dari Versi 1 ke Draf 2")).to_be_visible()
    expect(page.get_by_role("navigation", name="Perbedaan").locator("[aria-current]")).to_contain_text(
        "Apa yang pindah"
    )
    expect(page.locator("#differences li").filter(has_text="Pindah:")).to_contain_text("10.00 WIB")
    assert grave_findings(page) == []
    page.get_by_role("link", name="Balik urutannya").click()
    expect(page.get_by_role("heading", name="Dari Draf 2 ke Versi 1")).to_be_visible()
    page.get_by_role("link", name="Balik urutannya").click()
    page.get_by_role("button", name="Terbitkan yang ini").click()
    expect(page.locator("#publish")).to_contain_text("2 orang diberi tahu")
    assert grave_findings(page) == []
    page.locator("#publish").get_by_role("button", name="Terbitkan jadwal").click()
    expect(page.get_by_role("heading", name="Siapa yang diberi tahu")).to_be_visible()


@pytest.mark.parametrize(("theme", "locale"), [("light", "id"), ("dark", "en")])
def test_on_a_phone_each_figure_is_one_block_and_nothing_runs_out_of_the_page(
    enter: Enter, theme: str, locale: str
) -> None:
    page = enter(360, theme, locale)
    page.goto(page.url + "/compare")
    assert fits(page)
    assert grave_findings(page) == []
    first = page.locator(".compare-figures tbody tr").first
    tops = first.locator("td").evaluate_all("cells => cells.map(cell => Math.round(cell.getBoundingClientRect().top))")
    assert len(set(tops)) == 1  # old, new and difference stand in a row under the figure's name


def test_the_schedule_before_is_announced_again_after_a_look_at_who_is_told(enter: Enter, scene: Scene) -> None:
    with transaction():
        for slot in db.session.scalars(sa.select(TimeSlot)):  # the day is still to come
            slot.starts_at, slot.ends_at = slot.starts_at.replace(year=2093), slot.ends_at.replace(year=2093)
        version = db.session.scalars(sa.select(ScheduleVersion).order_by(ScheduleVersion.number.desc())).first()
        assert version is not None
        publish_version(scene.actor, Edit(version.id, version.revision), accept_stale=True)
    page = enter()
    page.get_by_role("link", name="Kembali ke versi 1").click()
    expect(page.get_by_role("heading", name="Kembali ke versi 1")).to_be_visible()
    expect(page.locator("main li").filter(has_text="Pindah:")).to_contain_text("ke 11 Mei 2093, 09.00 WIB")
    expect(page.get_by_text("2 orang akan diberi tahu")).to_be_visible()
    assert grave_findings(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert fits(page)
    page.get_by_role("button", name="Umumkan lagi versi 1").click()
    expect(page.get_by_role("heading", name="Siapa yang diberi tahu")).to_be_visible()
    page.goto(f"/manage/{scene.code}/schedule")
    expect(page.get_by_role("link", name="Kembali ke versi 2")).to_be_visible()
