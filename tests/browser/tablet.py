"""A tablet in the hall for browser tests: enrolled, touched with a finger, with a server that can stop, answer half, or come back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from werkzeug.serving import make_server

from matchmaking.events.models import DeviceKind
from matchmaking.events.services.devices import add_device, enrol_device, revoke_device
from matchmaking.transactions import transaction
from tests.browser import serving
from tests.commitments.scene import Deal

UPRIGHT, LYING, LAPTOP = {"width": 820, "height": 1180}, {"width": 1180, "height": 820}, {"width": 1440, "height": 900}
#: The browser notes every request that found no server; that is what these tests are about.
_EXPECTED = (
    "net::ERR_",
    "willReadFrequently",
    "the server responded with a status of 403",
    "the server responded with a status of 503",
)


@dataclass
class Hall:
    """The server as the hall's network lets it be: ``half`` cuts the answer of a sync after it was stored."""

    app: Flask
    port: int = 0
    half: bool = False
    syncs: int = 0
    _running: Any = None
    _thread: threading.Thread | None = None

    def start(self) -> str:
        self._running = make_server("127.0.0.1", self.port, self._answer, threaded=True)
        self.port = self._running.server_port
        self._thread = serving.start(self._running)
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        if self._running is not None and self._thread is not None:
            serving.stop(self._running, self._thread)
            self._running = None

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/tablet/sync":
            return self.app(environ, start_response)
        self.syncs += 1
        if not self.half:
            return self.app(environ, start_response)
        whole = b"".join(self.app(environ, start_response))
        return [whole[: len(whole) // 2]]


@dataclass
class Tablet:
    """One enrolled tablet: a browser context and what went wrong in it."""

    deal: Deal
    device_id: int
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def page(self) -> Page:
        page = self.context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("/tablet")
        page.locator("[data-screen=home] h1").wait_for()
        return page

    def on_board(self) -> Page:
        """A page whose app is whole on the device, with data and numbers."""
        page = self.page()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        until(lambda: bool(rows(page, "blocks")), page)
        return page  # the first contact is over: nothing more is fetched while a test looks away

    def shut_out(self) -> None:
        with transaction():
            revoke_device(self.deal.actor, self.deal.event_id, self.device_id)


def enrolled(browser: Browser, address: str, deal: Deal, size: dict[str, int] = UPRIGHT) -> Tablet:
    """A tablet of the deal's event, as if its code had been typed in."""
    with transaction():
        code = add_device(deal.actor, deal.event_id, DeviceKind.TABLET, "Tablet 1")
    with transaction():
        secret = enrol_device(code.code).token
    context = browser.new_context(
        base_url=address,
        viewport=size,  # type: ignore[arg-type]
        has_touch=True,
        is_mobile=True,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        accept_downloads=True,
    )
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": "device", "value": secret, "url": address, "httpOnly": True, "sameSite": "Strict"}])
    tablet = Tablet(deal, code.device_id, context)
    context.on("page", lambda page: _listen(page, tablet.complaints))
    return tablet


def _listen(page: Page, complaints: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(known in message.text for known in _EXPECTED):
            complaints.append(message.text)

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(str(error)))


def until(is_true: Callable[[], bool], page: Page, seconds: int = 60) -> None:
    """Wait for something that is not on the page; ``wait_for_function`` needs eval, which the policy refuses."""
    for _try in range(seconds * 20):
        if is_true():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come true")


def rows(page: Page, store: str) -> list[dict[str, Any]]:
    """What the tablet keeps in one of its stores; sealed and encrypted parts only by their length."""
    found: list[dict[str, Any]] = page.evaluate(
        """(store) => new Promise((resolve, reject) => {
          const opening = indexedDB.open("temu-bisnis-tablet");
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const db = opening.result;
            const reading = db.transaction(store).objectStore(store).getAll();
            reading.onsuccess = () => {
              db.close();
              resolve(reading.result.map((row) => {
                const plain = { ...row };
                if (row && row.cipher) plain.cipher = row.cipher.byteLength;
                delete plain.iv;
                return row instanceof CryptoKey ? { extractable: row.extractable, usages: row.usages } : plain;
              }));
            };
          };
        })""",
        store,
    )
    return found


def unsent(page: Page) -> int:
    return int(page.locator("[data-unsent]").get_attribute("data-unsent") or 0)


def begin(page: Page) -> None:
    """Two parties without a meeting; stops at the form."""
    page.goto("/tablet#/pair")
    for side in ("buyer", "exhibitor"):
        page.locator(f"[name=pair_{side}]").select_option(index=1)
    page.locator("[data-screen=pair] button[type=submit]").click()
    page.locator("[data-name=quantity]").wait_for()


def fill(page: Page, quantity: str = "25") -> None:
    """What they agree on and who signs; everything is asked for."""
    page.locator("[data-name=name]").fill("Selendang tapis")
    page.locator("[data-name=quantity]").fill(quantity)
    page.locator("[data-name=unit]").fill("helai")
    page.locator("[data-name=unit_price]").fill("450.000")
    years = page.locator("[name=fiscal_year] option")
    page.locator("[name=fiscal_year]").select_option(index=years.count() - 1)  # the next year's budget
    for side, role in (("buyer", "commitment_officer"), ("exhibitor", "owner")):
        page.locator(f"[name={side}_office]").fill("Kepala Bagian Umum")
        page.locator(f"[name={side}_role]").select_option(role)
        page.locator(f"[name={side}_identified]").select_option("badge")
    page.locator("[name=accepted]").check()


def to_text(page: Page) -> None:
    page.locator("[data-screen=prepare] button[type=submit]").click()
    page.locator("[data-text] .sign-hash").wait_for(state="attached")


def read(page: Page) -> None:
    page.locator("[data-text]").evaluate("box => { box.scrollTop = box.scrollHeight; }")
    page.get_by_text("Naskah sudah ditampilkan sampai akhir.").wait_for()


def draw(page: Page, side: str, strokes: int = 1) -> None:
    """Sign with a finger, through the browser's own touch events."""
    pad = page.locator(f"[data-signer={side}] [data-sign-pad]")
    finger = page.context.new_cdp_session(page)
    for stroke in range(strokes):
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box
        for number, (across, down) in enumerate(_places(stroke)):
            point = {"x": box["x"] + across * box["width"], "y": box["y"] + down * box["height"]}
            kind = "touchStart" if not number else "touchMove"
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
            page.wait_for_timeout(20)
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.locator(f"[data-signer={side}] [data-part=kept]").get_by_text("Tersimpan di perangkat ini").wait_for()


def _places(stroke: int) -> Iterator[tuple[float, float]]:
    for n in range(16):
        yield 0.1 + 0.04 * n, 0.3 + stroke * 0.15 + (0.2 if n % 2 else 0.0)


def sign(page: Page, side: str) -> None:
    draw(page, side)
    page.locator(f"[data-signer={side}] [data-act=sign]").click()
    page.locator(f"[data-signer={side}] [data-part=done]").wait_for()


def store(page: Page) -> str:
    """Store what both have signed; returns the number on the receipt."""
    page.get_by_role("button", name="Simpan komitmen").click()
    page.locator("[data-screen=receipt] [data-part=number]").wait_for()
    return page.locator("[data-screen=receipt] [data-part=number]").inner_text()


def make(page: Page) -> str:
    """A whole commitment, from the two parties to the receipt; returns its number."""
    begin(page)
    fill(page)
    to_text(page)
    read(page)
    sign(page, "buyer")
    sign(page, "exhibitor")
    return store(page)


def ink_on(page: Page, side: str) -> int:
    """How many pixels of a field are drawn on."""
    return int(
        page.locator(f"[data-signer={side}] canvas").evaluate(
            "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            " let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i]) n += 1; return n; }"
        )
    )


def take_offline(tablet: Tablet, server_hall: Hall) -> Page:
    """A page that is whole on the device, with its network and the server gone."""
    page = tablet.on_board()
    tablet.context.set_offline(True)
    server_hall.stop()
    return page


def bring_back(tablet: Tablet, server_hall: Hall, page: Page) -> None:
    """Start the server and the network again, and wait until everything is sent."""
    server_hall.start()
    tablet.context.set_offline(False)
    until(lambda: unsent(page) == 0, page)
