"""The hall in a real browser: a tablet that does not trust the laptop yet, and one that does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import make_server

from matchmaking.operations.venue.trust import create_trust_app
from tests.browser import serving
from tests.browser.barriers import AXE
from tests.browser.conftest import listen
from tests.browser.test_pages import FINDINGS
from tools.certificate import ensure_certificate


@dataclass
class Hall:
    """Both servers as ``./dev run --venue`` has them, on this computer."""

    trust: str
    secure: str


@pytest.fixture
def hall(app: Flask, tmp_path: Path) -> Iterator[Hall]:
    folder = tmp_path / "hall"
    ensure_certificate(folder / "tls", ["127.0.0.1"], datetime.now(UTC))
    files = (str(folder / "tls/certificate.pem"), str(folder / "tls/key.pem"))
    secure = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=files)
    trust = make_server("127.0.0.1", 0, create_trust_app(str(folder), secure.server_port), threaded=True)
    running = [(server, serving.start(server)) for server in (secure, trust)]
    yield Hall(f"http://127.0.0.1:{trust.server_port}", f"https://127.0.0.1:{secure.server_port}")
    for server, thread in running:
        serving.stop(server, thread)


@pytest.mark.parametrize("trusts", [True, False])
def test_the_page_tells_whether_this_device_trusts_the_laptop(browser: Browser, hall: Hall, trusts: bool) -> None:
    complaints: list[str] = []
    tablet = browser.new_context(ignore_https_errors=trusts, viewport={"width": 820, "height": 1100}, locale="id-ID")
    page = tablet.new_page()
    listen(page, complaints)
    page.goto(hall.trust)
    expect(page.locator("[data-state=yes]")).to_be_visible(visible=trusts)
    expect(page.locator("[data-state=no]")).to_be_visible(visible=not trusts)
    expect(page.get_by_role("link", name=hall.secure)).to_have_attribute("href", f"{hall.secure}/")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(FINDINGS, None) == []
    page.get_by_role("link", name="iPad, iPhone").click()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Ambil profil").click()
    assert fetched.value.suggested_filename == "temu-bisnis.mobileconfig"
    tablet.close()
    assert [said for said in complaints if "ERR_CERT" not in said and "net::ERR_ABORTED" not in said] == []
    assert any("ERR_CERT" in said for said in complaints) is not trusts


@pytest.mark.parametrize(("scheme", "is_seen"), [("http", True), ("https", False)])
def test_the_browser_has_the_last_word_on_whether_a_page_is_secure(
    page: Page, server: str, complaints: list[str], scheme: str, is_seen: bool
) -> None:
    """Both are answered by the same server, which sees plain HTTP: one from the hall, one through a proxy that did the HTTPS."""

    def forward(route: Route) -> None:
        address = route.request.url.replace(f"{scheme}://aula.example", server)
        answer = page.context.request.get(address, headers={"Host": "aula.example"})
        route.fulfill(response=answer)

    page.route(f"{scheme}://aula.example/**", forward)
    page.goto(f"{scheme}://aula.example/log-in", wait_until="networkidle")
    assert page.evaluate("window.isSecureContext") is not is_seen
    expect(page.locator("[data-insecure]")).to_have_count(int(is_seen))
    if is_seen:  # what the browser says of such pages by itself
        complaints[:] = [said for said in complaints if "Cross-Origin-Opener-Policy" not in said]
