"""A real server and a real browser; a page that breaks the content policy or throws fails its test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from tests.browser import serving
from tests.browser.tablet import Hall, Tablet, enrolled
from tests.commitments.scene import Deal, make_deal
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    manifest = ROOT / "static" / "dist" / "manifest.json"
    assert manifest.exists(), "the pages' assets are not built: run ./dev test, or node build.mjs"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "no Chromium found: ./dev test installs it"
    with sync_playwright() as playwright:
        # The tests run as root in containers, where Chromium's own sandbox cannot start.
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The address of the application of this test, served by threads."""
    running = make_server("127.0.0.1", 0, app, threaded=True)
    thread = serving.start(running)
    yield f"http://127.0.0.1:{running.server_port}"
    serving.stop(running, thread)


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about; checked empty at the end by ``context`` unless a test clears it."""
    return []


@pytest.fixture
def context(browser: Browser, server: str, complaints: list[str]) -> Iterator[BrowserContext]:
    """A fresh visitor. Every page of it reports errors, refused resources and breaches of the content policy."""
    visitor = browser.new_context(base_url=server, viewport={"width": 1280, "height": 900}, locale="id-ID")
    visitor.set_default_timeout(10_000)
    visitor.on("page", lambda page: listen(page, complaints))
    yield visitor
    visitor.close()
    assert complaints == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def server_hall(app: Flask) -> Iterator[Hall]:
    """The server of a hall, which can be stopped and started again."""
    made = Hall(app)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def deal(world: World) -> Deal:
    """A buyer and a maker in an event of their own."""
    return make_deal(world)


@pytest.fixture
def tablet(browser: Browser, server_hall: Hall, deal: Deal) -> Iterator[Tablet]:
    """A tablet of that event; one that complains fails its test."""
    made = enrolled(browser, f"http://127.0.0.1:{server_hall.port}", deal)
    yield made
    made.context.close()
    assert made.complaints == []


Visit = Callable[..., Page]


@pytest.fixture
def visit(context: BrowserContext, server: str) -> Visit:
    """``visit("/styleguide", theme="dark", language="en", width=390)`` opens a page and waits until it is quiet."""

    def go(address: str, *, theme: str = "light", language: str = "id", width: int = 1280) -> Page:
        context.add_cookies(
            [
                {"name": "theme", "value": theme, "url": server},
                {"name": "language", "value": language, "url": server},
            ]
        )
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address, wait_until="networkidle")
        return page

    return go


def listen(page: Page, complaints: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
