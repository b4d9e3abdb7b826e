"""Signing with a finger: a tablet for both parties, turned and reloaded in between, and a phone with an own link."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from matchmaking.accounts.models import User
from matchmaking.commitments.models import CommitmentState, SigningMethod
from matchmaking.commitments.services.sign_links import SendLink, send_link
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.browser.barriers import grave_findings
from tests.browser.conftest import listen
from tests.commitments.frozen import BUYER, PPK, Pair, make_pair
from tests.world import World

UPRIGHT, LYING = {"width": 820, "height": 1180}, {"width": 1180, "height": 820}


@pytest.fixture
def pair(world: World) -> Pair:
    return make_pair(world, lines=3)


def touching(browser: Browser, server: str, complaints: list[str], size: dict[str, int]) -> BrowserContext:
    """A device without a mouse."""
    context = browser.new_context(base_url=server, viewport=size, has_touch=True, is_mobile=True, locale="id-ID")  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    context.on("page", lambda page: listen(page, complaints))
    return context


@pytest.fixture
def tablet(
    browser: Browser, server: str, complaints: list[str], pair: Pair, world: World, app: Flask
) -> Iterator[BrowserContext]:
    """The desk's tablet, upright, logged in."""
    context = touching(browser, server, complaints, UPRIGHT)
    log_in(context, world, pair, server)
    yield context
    context.close()
    assert complaints == []


def log_in(context: BrowserContext, world: World, pair: Pair, server: str) -> None:
    assert db.session.get_one(User, pair.staff.user_id)
    cookie = world.client(pair.staff.user_id).get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": server}])


def draw(page: Page, shift: float = 0.0) -> None:
    """Sign with a finger, through the browser's own touch events."""
    page.locator("[data-sign-pad]").scroll_into_view_if_needed()
    box = page.locator("[data-sign-pad]").bounding_box()
    assert box
    finger: CDPSession = page.context.new_cdp_session(page)
    places = [(0.1 + 0.025 * n, 0.5 + (0.25 if n % 2 else -0.25) + shift) for n in range(30)]
    for number, (across, down) in enumerate(places):
        point = {"x": box["x"] + across * box["width"], "y": box["y"] + down * box["height"]}
        finger.send(
            "Input.dispatchTouchEvent", {"type": "touchStart" if not number else "touchMove", "touchPoints": [point]}
        )
        page.wait_for_timeout(20)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.get_by_text("Tersimpan di perangkat ini").wait_for()


def kept(page: Page) -> str:
    """The drawing as this tab keeps it."""
    return str(
        page.evaluate(
            "Object.entries(sessionStorage).filter(([name]) => name.startsWith('sign:')).map(([, value]) => value).join()"
        )
    )


def ink_on(page: Page) -> int:
    """How many pixels of the field are drawn on."""
    return int(
        page.evaluate(
            "(() => { const c = document.querySelector('.sign-pad-canvas');"
            " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            " let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i]) n += 1; return n; })()"
        )
    )


def send(page: Page) -> None:
    if page.locator("[name=identified_how]").count():
        page.locator("[name=identified_how]").select_option("known")
    page.locator("[name=has_read]").check()
    page.locator(".sign-form button[type=submit]").click()


def test_both_sign_on_one_tablet_that_is_turned_reloaded_and_logged_out(
    tablet: BrowserContext, pair: Pair, world: World, server: str, complaints: list[str]
) -> None:
    page = tablet.new_page()
    page.goto(pair.address, wait_until="networkidle")
    assert grave_findings(page) == []
    send(page)  # nothing drawn yet
    page.locator("#strokes-error").get_by_text("masih kosong").wait_for()
    draw(page)
    drawing, drawn = kept(page), ink_on(page)
    page.set_viewport_size(LYING)  # type: ignore[arg-type]
    page.wait_for_timeout(300)
    assert (kept(page), ink_on(page) > drawn * 0.2) == (drawing, True)
    assert grave_findings(page) == []
    page.set_viewport_size(UPRIGHT)  # type: ignore[arg-type]
    page.reload(wait_until="networkidle")
    assert (kept(page), ink_on(page) > drawn * 0.5) == (drawing, True)
    send(page)
    page.locator("#sign-buyer[data-sign-done]").wait_for()
    assert kept(page) == ""
    assert len(pair.signatures()) == 1
    draw(page)
    tablet.clear_cookies(name="session")  # the session ends between the two
    send(page)
    page.locator("[name=password]").wait_for()
    assert f"next={pair.address}" in page.url
    complaints.clear()  # the browser notes the 401
    assert len(pair.signatures()) == 1
    log_in(tablet, world, pair, server)
    page.goto(pair.address, wait_until="networkidle")
    assert ink_on(page) > 0
    send(page)
    page.get_by_text("Sudah ditandatangani kedua pihak").wait_for()
    assert pair.state is CommitmentState.SIGNED
    assert [len((row.strokes or [[]])[0]) > 10 for row in pair.signatures()] == [True, True]
    assert kept(page) == ""


def test_a_server_that_is_away_for_a_moment_costs_one_more_tap(
    tablet: BrowserContext, pair: Pair, complaints: list[str]
) -> None:
    page = tablet.new_page()
    page.goto(pair.address, wait_until="networkidle")
    draw(page)
    tablet.set_offline(True)
    send(page)
    page.get_by_text("Tidak ada sambungan").or_(page.locator("#toasts .toast-refused")).first.wait_for()
    complaints.clear()  # the browser notes the failed request
    drawing = kept(page)
    tablet.set_offline(False)
    page.locator(".sign-form button[type=submit]").click()
    page.locator("#sign-buyer[data-sign-done]").wait_for()
    assert [row.signature_key in drawing for row in pair.signatures()] == [True]


def test_repeat_clears_the_field_and_the_role_says_what_it_counts_as(tablet: BrowserContext, pair: Pair) -> None:
    page = tablet.new_page()
    page.goto(pair.address, wait_until="networkidle")
    draw(page)
    before = kept(page)
    page.get_by_role("button", name="Ulangi").click()
    assert (ink_on(page), kept(page) == before) == (0, False)
    page.get_by_text("Orang lain yang").click()
    page.locator("[name=signatory_role]").select_option("activity_officer")
    assert page.get_by_role("button", name="Setujui").is_visible()
    page.locator("[name=signatory_role]").select_option("budget_user")
    assert page.get_by_role("button", name="Tanda tangani").is_visible()


def test_one_s_own_phone_by_one_s_own_link(browser: Browser, server: str, complaints: list[str], pair: Pair) -> None:
    with transaction():
        token = send_link(
            pair.staff,
            SendLink(pair.event_id, pair.code, BUYER, PPK.name, PPK.office, PPK.role, "081200004321", "a" * 26),
        ).token
    context = touching(browser, server, complaints, {"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"/l/{token}", wait_until="networkidle")
    page.locator("[name=digits]").fill("4321")
    page.keyboard.press("Enter")
    page.locator("[data-sign-pad]").wait_for()
    assert grave_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    draw(page)
    send(page)
    page.get_by_text("Terima kasih, tanda tangan tersimpan").wait_for()
    assert [(row.method, row.kind) for row in pair.signatures()] == [(SigningMethod.LINK, BUYER)]
    context.close()
    assert complaints == []
