"""The door in a real browser: a film instead of the camera, a keyboard instead of the scanner, the network taken away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.attendance.models import ScanOutcome
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.attendance.door import Door, make_door
from tests.browser.barriers import grave_findings
from tests.browser.camera import camera_arguments, film
from tests.browser.conftest import listen
from tests.world import World

ANSWER = "#door-answer [data-outcome]"


@pytest.fixture
def door(world: World) -> Door:
    """A door on a day of the event: today."""
    made = make_door(world)
    with transaction():
        event = db.session.get_one(Event, made.event_id)
        event.starts_on = event.ends_on = clock.today(event.timezone)
    return made


def log_in(context: BrowserContext, server: str, door: Door) -> None:
    user = door.world.user(roles={door.event_id: Role.DESK})
    cookie = door.world.client(user).get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": server}])


def open_door(context: BrowserContext, door: Door) -> Page:
    page = context.new_page()
    page.goto(f"/check-in/{door.world.code_of(door.event_id)}")
    expect(page.locator("#door-camera")).to_be_visible()
    page.wait_for_load_state("networkidle")  # the scripts are here before a test takes the network away
    return page


def outcome(page: Page, word: str) -> None:
    expect(page.locator(ANSWER)).to_have_attribute("data-outcome", word, timeout=20_000)


def scan_by_usb(page: Page, text: str) -> None:
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def stored(door: Door) -> list[ScanOutcome]:
    db.session.rollback()
    return [row.outcome for row in door.scans()]


def test_a_badge_before_the_camera_is_accepted_once_and_later_repeated(
    browser: Browser, server: str, door: Door, tmp_path: Path
) -> None:
    code = door.badge(door.delegate(door.maker).id).code
    path = film(tmp_path / "badge.mjpeg", [(code, 2), ("", 5)])
    complaints: list[str] = []
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    seeing = browser.browser_type.launch(executable_path=chromium, args=camera_arguments(path))
    context = seeing.new_context(base_url=server, permissions=["camera"])
    context.on("page", lambda page: listen(page, complaints))
    log_in(context, server, door)
    page = open_door(context, door)
    page.locator("#door-camera-switch").click()
    outcome(page, "accepted")
    expect(page.locator("[data-count=inside]")).to_have_text("1")
    assert stored(door) == [ScanOutcome.ACCEPTED]
    outcome(page, "repeated")
    assert stored(door) == [ScanOutcome.ACCEPTED, ScanOutcome.REPEATED]
    seeing.close()
    assert complaints == []


def test_a_usb_scanner_is_heard_anywhere_and_typing_is_left_alone(
    context: BrowserContext, server: str, door: Door
) -> None:
    code = door.badge(door.delegate(door.maker).id).code
    log_in(context, server, door)
    page = open_door(context, door)
    scan_by_usb(page, code)
    outcome(page, "accepted")
    page.locator("#door-text").click()
    scan_by_usb(page, code)
    outcome(page, "repeated")
    expect(page.locator("#door-text")).to_have_value("")
    page.locator("#door-text").press_sequentially("peserta", delay=80)
    expect(page.locator("#door-text")).to_have_value("peserta")
    expect(page.locator(".door-found li")).to_have_count(2)
    scan_by_usb(page, "BEGIN:VCARD")
    outcome(page, "refused")
    expect(page.locator("#door-text")).to_have_value("peserta")
    assert stored(door) == [ScanOutcome.ACCEPTED, ScanOutcome.REPEATED, ScanOutcome.REFUSED]


def test_by_name_and_taken_back(context: BrowserContext, server: str, door: Door) -> None:
    log_in(context, server, door)
    page = open_door(context, door)
    page.locator("#door-text").fill(door.delegate(door.agency).name)
    page.locator(".door-found button").first.click()
    outcome(page, "accepted")
    page.locator("[data-undo] button").click()
    outcome(page, "undone")
    expect(page.locator("[data-count=inside]")).to_have_text("0")


def test_without_a_network_a_scan_waits_and_is_sent_once(
    context: BrowserContext, server: str, door: Door, complaints: list[str]
) -> None:
    code = door.badge(door.delegate(door.maker).id).code
    log_in(context, server, door)
    page = open_door(context, door)
    context.set_offline(True)
    scan_by_usb(page, code)
    outcome(page, "unsent")
    expect(page.locator("#door-unsent-line")).to_be_visible()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert code in kept
    assert door.delegate(door.maker).name not in kept
    assert stored(door) == []
    context.set_offline(False)
    outcome(page, "accepted")
    expect(page.locator("#door-unsent-line")).to_be_hidden()
    assert stored(door) == [ScanOutcome.ACCEPTED]
    complaints.clear()


def test_a_scan_outlives_a_reload(context: BrowserContext, server: str, door: Door, complaints: list[str]) -> None:
    code = door.badge(door.delegate(door.maker).id).code
    log_in(context, server, door)
    page = open_door(context, door)
    context.set_offline(True)
    scan_by_usb(page, code)
    outcome(page, "unsent")
    context.set_offline(False)
    page.reload()
    expect(page.locator("[data-count=inside]")).to_have_text("1", timeout=20_000)
    assert stored(door) == [ScanOutcome.ACCEPTED]
    complaints.clear()


def test_a_camera_that_is_refused_or_missing_says_what_to_do(browser: Browser, server: str, door: Door) -> None:
    context = browser.new_context(base_url=server, locale="id-ID")
    context.set_default_timeout(10_000)
    log_in(context, server, door)
    page = open_door(context, door)
    for error, words in (("NotAllowedError", "Kamera tidak diizinkan"), ("NotFoundError", "tidak punya kamera")):
        page.evaluate(
            "name => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name)); }", error
        )
        page.locator("#door-camera-switch").click()
        expect(page.locator("#door-camera-says")).to_contain_text(words)
    badge = door.badge(door.delegate(door.maker).id)
    page.locator("#door-text").fill(badge.short_code)
    page.locator("#door-text").press("Enter")
    outcome(page, "accepted")
    context.close()


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_no_barriers_with_an_answer_on_the_screen(context: BrowserContext, server: str, door: Door, width: int) -> None:
    log_in(context, server, door)
    page = open_door(context, door)
    page.set_viewport_size({"width": width, "height": 800})
    scan_by_usb(page, door.badge(door.delegate(door.maker).id).code)
    outcome(page, "accepted")
    assert grave_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
