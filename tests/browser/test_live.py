"""The big screen and the phone follow the day by themselves, also through a lost network."""

from __future__ import annotations

from playwright.sync_api import expect

from matchmaking.attendance.models import MeetingState
from tests.attendance.meetings import codes, lay_version, tap
from tests.browser.barriers import grave_findings
from tests.browser.conftest import Visit
from tests.browser.test_day import PHONE, Enter, enter, scene  # noqa: F401 - fixtures
from tests.scheduling.scene import Scene

FIVE_SECONDS = 9_000  # until a page has asked again, with the machine busy


def test_the_screen_follows_the_schedule_and_turns_its_pages(visit: Visit, scene: Scene) -> None:  # noqa: F811
    page = visit(f"/live/{scene.code}")
    now, coming = page.locator(".live-slot[data-when=now]"), page.locator(".live-slot[data-when=next]")
    expect(now.locator(".live-row:visible")).to_have_count(2)
    expect(now.locator(".live-left")).to_contain_text("berakhir dalam 14:", use_inner_text=True)
    assert grave_findings(page) == []
    expect(coming).to_be_visible()  # both fit on this screen
    page.set_viewport_size({"width": 1280, "height": 330})
    expect(coming).to_be_hidden()
    expect(coming).to_be_visible(timeout=15_000)  # the page turns by itself
    expect(now).to_be_hidden()
    page.get_by_role("button", name="Halaman berikutnya").click()
    page.get_by_role("button", name="Hentikan pergantian halaman").click()
    expect(now).to_be_visible()
    tap(scene, codes(scene)[0], MeetingState.CANCELLED)
    expect(now.locator(".live-row:visible")).to_have_count(1, timeout=FIVE_SECONDS)
    lay_version(scene, [(1, 1, 0, 0)])
    expect(now.locator(".live-row:visible .live-table")).to_have_text("Meja 1", timeout=FIVE_SECONDS)
    phone = visit(f"/live/{scene.code}", width=390)
    assert phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    expect(phone.locator(".live-row:visible")).to_have_count(1)


def test_without_a_network_the_screen_goes_on_and_says_since_when(
    visit: Visit,
    scene: Scene,  # noqa: F811
    complaints: list[str],
) -> None:
    page = visit(f"/live/{scene.code}")
    expect(page.locator(".live-slot[data-when=now] .live-row:visible")).to_have_count(2)
    page.context.set_offline(True)
    expect(page.locator("[data-live-note]")).to_be_visible(timeout=20_000)
    expect(page.locator("[data-live-note]")).to_contain_text("Tidak ada sambungan sejak")
    begins = page.locator(".live-slot").nth(1).get_attribute("data-starts")
    page.clock.install(time=begins)  # the next slot's hour comes; the network does not
    page.clock.run_for(2_000)
    expect(page.locator(".live-slot").nth(1)).to_have_attribute("data-when", "now")
    page.context.set_offline(False)
    complaints.clear()  # the browser notes each request that failed


def test_a_participants_phone_says_now_and_next(enter: Enter, scene: Scene) -> None:  # noqa: F811
    user_id = scene.world.login_of(scene.makers[0])
    for address in ("meetings", "agenda"):
        page = enter(user_id, PHONE)
        page.goto(f"/my/{scene.code}/{address}")
        card = page.locator("[data-own-now]")
        expect(card.locator("[data-when=now]")).to_contain_text("Meja 1")
        expect(card.locator("[data-when=next]")).to_contain_text("Meja 1")
        assert grave_findings(page) == []
    tap(scene, codes(scene)[0], MeetingState.CANCELLED)
    expect(card.locator("[data-when=now]")).to_contain_text("tidak berlangsung", timeout=FIVE_SECONDS)
