"""The whole day as the people of it go through it, in Indonesian, each on the device in their hand.

Badge printed (its QR read back from the paper) → scanned by the tablet's camera → the meeting held → the outcome written on the
maker's phone → both sign on the tablet with a finger → the paper's QR opens the check page in a stranger's phone → the
organiser's total has grown by exactly that value.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.attendance.services.badges import ensure_badges
from matchmaking.catalogue.models import Product
from matchmaking.events.models import TimeSlot
from matchmaking.extensions import db
from matchmaking.i18n import force_locale, gettext
from matchmaking.jobs.services import run_job
from matchmaking.money import format_rupiah
from matchmaking.registration.models import Delegate, OfficeRole, Participation, Side
from matchmaking.transactions import transaction
from tests.attendance.meetings import lay_version
from tests.browser.camera import camera_arguments, film
from tests.browser.conftest import listen
from tests.scheduling.scene import Scene
from tests.world import LONG_AGO, World

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 820, "height": 1180}
LAPTOP = {"width": 1440, "height": 900}
MAKER, AGENCY = "Tapis Sekapur Rekaan", "Dinas Pariwisata Contoh"
OWNER, OFFICER = "Peserta Contoh 01", "Peserta Contoh 02"
#: What the paper's links begin with; the network of the hall is not where the paper is read.
PUBLIC = "https://temubisnis.example"
SHAWL, PRICE, QUANTITY = "Selendang tapis benang emas", 450_000, 25
VALUE = PRICE * QUANTITY


def say(words: str, **given: object) -> str:
    """Return what people read in Indonesian for a text of the program."""
    with force_locale("id"):
        return gettext(words, **given)


class Hall:
    """Everybody's browsers: each a device of its own, all on one server, all reading Indonesian."""

    def __init__(self, world: World, server: str, complaints: list[str]) -> None:
        self.world, self.server, self._complaints = world, server, complaints
        self._contexts: list[BrowserContext] = []

    def device(
        self, browser: Browser, viewport: dict[str, int], user_id: int | None = None, *, has_touch: bool = False
    ) -> Page:
        """Let somebody open a browser, logged in as themselves (log-in itself is tested elsewhere)."""
        context = browser.new_context(
            base_url=self.server,
            viewport=viewport,
            locale="id-ID",
            has_touch=has_touch,
            accept_downloads=True,  # type: ignore[arg-type]
        )
        self._contexts.append(context)
        context.set_default_timeout(20_000)
        context.on("page", lambda page: listen(page, self._complaints))
        context.add_cookies([{"name": "language", "value": "id", "url": self.server}])
        if user_id:
            cookie = self.world.client(user_id).get_cookie("session")
            assert cookie
            context.add_cookies([{"name": "session", "value": cookie.value, "url": self.server}])
        return context.new_page()

    def leave(self) -> None:
        """Everybody goes home."""
        for context in self._contexts:
            context.close()


@dataclass
class Day:
    """The event of today: one maker and one agency, who meet now at table 1."""

    code: str
    organizer: int
    desk: int
    maker_user: int
    scene: Scene


@pytest.fixture
def day(world: World) -> Day:
    today = clock.today()
    event_id = world.event(
        name="Temu Bisnis Hari Ini", starts_on=today, ends_on=today, public_address=PUBLIC, venue="Hotel Contoh"
    )
    now = clock.now().replace(second=0, microsecond=0)
    slots = world.slots(event_id, 2)
    with transaction():
        for number, slot_id in enumerate(slots):  # one that runs now, and the one after it
            slot = db.session.get_one(TimeSlot, slot_id)
            slot.starts_at = now + timedelta(minutes=40 * number - 5)
            slot.ends_at = slot.starts_at + timedelta(minutes=40)
    makers = [world.participation(event_id, Side.EXHIBITOR, legal_name=MAKER)]
    agencies = [world.participation(event_id, Side.BUYER, legal_name=AGENCY)]
    maker_user = world.login_of(makers[0])
    staff = world.organizer(event_id)
    scene = Scene(world, event_id, slots, world.tables(event_id, 2), makers, agencies, staff, world.code_of(event_id))
    _name_people(scene)
    lay_version(scene, [(0, 0, 0, 0)])
    with transaction():
        ensure_badges(staff, event_id)
    organizer = world.user(roles={event_id: Role.ORGANIZER}, name="Panitia Contoh")
    desk = world.user(roles={event_id: Role.DESK}, name="Petugas Contoh")
    return Day(scene.code, organizer, desk, maker_user, scene)


def _name_people(scene: Scene) -> None:
    """Say who comes: the maker's owner, and the agency's PPK, who may both sign; and what the maker sells."""
    people = (
        (scene.makers[0], OWNER, "Pemilik", OfficeRole.OWNER),
        (scene.agencies[0], OFFICER, "Pejabat Pembuat Komitmen", OfficeRole.COMMITMENT_OFFICER),
    )
    with transaction():
        for entry_id, name, office, role in people:
            person = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == entry_id)).one()
            person.name, person.office, person.office_role = name, office, role
        organization_id = db.session.get_one(Participation, scene.makers[0]).organization_id
        db.session.add(
            Product(
                code="SHAWL0000001", organization_id=organization_id, category_id="tapis", name=SHAWL, unit="lembar",
                price=PRICE, created_at=LONG_AGO, updated_at=LONG_AGO,
            )
        )  # fmt: skip


@pytest.fixture
def hall(world: World, server: str, complaints: list[str]) -> Iterator[Hall]:
    everybody = Hall(world, server, complaints)
    yield everybody
    everybody.leave()
    assert complaints == []


def work(app: Flask) -> None:
    """Be the worker: run what was queued, in a thread of its own."""

    def run() -> None:
        with app.app_context():
            while app.config["PUSHED_JOBS"]:
                run_job(app.config["PUSHED_JOBS"].pop(0))
            db.session.remove()

    worker = threading.Thread(target=run)
    worker.start()
    worker.join()


def button(page: Page | Locator, words: str, **given: object) -> Locator:
    return page.get_by_role("button", name=say(words, **given)).first


def link(page: Page | Locator, words: str) -> Locator:
    return page.get_by_role("link", name=say(words)).first


def downloaded(page: Page, words: str, path: Path) -> Path:
    """Fetch the PDF behind a link with the person's own cookies."""
    address = link(page, words).get_attribute("href")
    answer = page.request.get(address or "")
    assert answer.status == 200, (address, answer.status, answer.text()[:500])
    path.write_bytes(answer.body())
    assert path.read_bytes().startswith(b"%PDF-")
    return path


def codes_on(pdf: Path) -> set[str]:
    """Return the QR codes a reader finds on the printed pages."""
    subprocess.run(["pdftoppm", "-r", "200", "-png", pdf, pdf.with_suffix("")], check=True)
    pages = sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))
    assert pages
    return {found.text for page in pages for found in zxingcpp.read_barcodes(Image.open(page))}


def print_badges(app: Flask, chief: Page, day: Day, folder: Path) -> set[str]:
    """The organiser prints all badges on the laptop; returns what a reader sees on the paper."""
    chief.goto(f"/manage/{day.code}/")
    chief.goto(f"/manage/{day.code}/badges")
    button(chief, "Print what is not printed yet (%(count)s)", count=2).click()
    work(app)
    expect(link(chief, "Open the PDF")).to_be_visible()
    return codes_on(downloaded(chief, "Open the PDF", folder / "badges.pdf"))


def scan(door: Page, day: Day, expected: str) -> None:
    """The door's camera sees the badge."""
    door.goto(f"/check-in/{day.code}")
    switch = door.get_by_role("button", name=say("Turn the camera on"))
    if switch.is_visible():
        switch.click()
    answer = door.locator("#door-answer")
    expect(answer).to_contain_text(expected)
    expect(answer.locator("[data-outcome=accepted]")).to_be_visible()
    expect(door.locator("[data-count=inside]")).to_have_text("1")


def hold(chief: Page, day: Day) -> None:
    """The meeting is begun and held, one tap each."""
    chief.goto(f"/manage/{day.code}/day")
    row = chief.get_by_role("listitem").filter(has_text=MAKER)
    button(row, "Start").click()
    expect(row).to_contain_text(say("Under way"))
    button(row, "Held").click()
    expect(row).to_contain_text(say("Held"))
    expect(button(row, "Undo")).to_be_visible()


def tell(maker: Page, day: Day) -> None:
    """The maker says on the phone how it went."""
    maker.goto(f"/my/{day.code}/")
    maker.goto(f"/my/{day.code}/meetings")
    link(maker, "How did it go?").click()
    maker.locator("label").filter(has_text=say("Commitment")).first.click()
    maker.get_by_label(say("Note")).fill("Sepakat 25 lembar untuk bulan Agustus.")
    button(maker, "Save").click()
    expect(maker.get_by_text(say("You said:"))).to_contain_text(say("Commitment"))
    assert maker.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def write_down(tablet: Page, day: Day) -> str:
    """The desk makes the commitment of this meeting on the tablet and proposes it; returns its number."""
    tablet.goto(f"/manage/{day.code}/day")
    tablet.get_by_role("listitem").filter(has_text=MAKER).get_by_role("link", name=say("Outcome")).click()
    link(tablet, "Make a commitment").click()
    first = tablet.locator("[data-row]").first
    first.get_by_label(say("From the catalogue")).select_option(value="SHAWL0000001")
    first.get_by_label(say("Quantity")).fill(str(QUANTITY))
    expect(tablet.locator("#total")).to_contain_text(format_rupiah(VALUE))
    tablet.get_by_label(say("Method"), exact=True).select_option(value="e_purchasing")
    tablet.locator("[name=fiscal_year]").evaluate(
        "list => { list.value = [...list.options].find((one) => one.value).value; }"
    )
    tablet.get_by_label(say("Planned month")).select_option(value="12")
    for side, person in (("buyer", OFFICER), ("exhibitor", OWNER)):
        choice = tablet.locator(f"[name={side}_delegate]")
        if choice.count():
            choice.select_option(
                label=next(text for text in choice.locator("option").all_text_contents() if person in text)
            )
    button(tablet, "Save the draft").click()
    button(tablet, "Propose").click()
    expect(link(tablet, "Sign on this tablet")).to_be_visible()
    return tablet.get_by_role("heading", level=1).inner_text().strip()


def draw(page: Page) -> None:
    """Sign with a finger: a wave over the field."""
    pad = page.locator("[data-sign-pad] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    finger = page.context.new_cdp_session(page)
    points = [
        (box["x"] + box["width"] * (0.15 + 0.06 * step), box["y"] + box["height"] * (0.35 + 0.3 * (step % 2)))
        for step in range(12)
    ]
    for step, (x, y) in enumerate(points):
        kind = "touchStart" if step == 0 else "touchMove"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger.detach()
    expect(page.locator("[data-sign-status]")).not_to_be_empty()


def sign_both(tablet: Page) -> None:
    """First the agency, then the maker, on the same tablet."""
    link(tablet, "Sign on this tablet").click()
    for party in ("buyer", "exhibitor"):
        part = tablet.locator(f"#sign-{party}")
        here = part.get_by_role("link", name=say("Let this party sign now"))
        if here.is_visible():
            here.click()
        expect(part.locator("[data-sign-pad]")).to_be_visible()
        draw(tablet)
        part.locator("[name=identified_how]").select_option("badge")
        part.get_by_label(say("I have read this commitment and agree to its content.")).check()
        part.get_by_role("button", name=say("Sign"), exact=True).click()
        expect(part).to_contain_text(say("Signed"))
    expect(tablet.get_by_text(say("Signed by both parties")).first).to_be_visible()


def committed(chief: Page, day: Day) -> int:
    """Return the signed value as the overview's exact figures give it."""
    chief.goto(f"/manage/{day.code}/")
    row = chief.get_by_role("row").filter(has=chief.get_by_role("rowheader", name=say("Commitments signed")))
    digits = re.sub(r"\D", "", row.get_by_role("cell").nth(1).inner_text())
    return int(digits or 0)


def read_paper(tablet: Page, day: Day, number: str, folder: Path) -> str:
    """The signed paper is downloaded, and the address in its QR is read."""
    tablet.goto(f"/manage/{day.code}/commitments")
    tablet.get_by_role("link", name=number).first.click()
    found = codes_on(downloaded(tablet, "Document (PDF)", folder / "commitment.pdf"))
    assert len(found) == 1
    address = found.pop()
    assert address.startswith(f"{PUBLIC}/check/")
    return address


def check(stranger: Page, address: str, number: str) -> None:
    """Whoever holds the paper opens its QR, without log-in: what stands there, and what does not."""
    stranger.goto(urlsplit(address).path)
    shown = stranger.locator("main")
    for fact in (number, MAKER, AGENCY, format_rupiah(VALUE), say("Signed")):
        expect(shown).to_contain_text(fact)
    words = stranger.content()
    assert OWNER not in words
    assert OFFICER not in words
    assert stranger.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_from_the_badge_to_the_signed_commitment(
    app: Flask, day: Day, hall: Hall, browser: Browser, tmp_path: Path
) -> None:
    chief = hall.device(browser, LAPTOP, day.organizer)
    before = committed(chief, day)
    printed = print_badges(app, chief, day, tmp_path)
    assert len(printed) == 2
    badge = badge_of(OWNER)
    assert badge in printed
    seeing = browser.browser_type.launch(
        executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
        args=camera_arguments(film(tmp_path / "camera.mjpeg", [(badge, 1)])),
    )
    scan(hall.device(seeing, TABLET, day.desk), day, OWNER)
    seeing.close()
    hold(chief, day)
    tell(hall.device(browser, PHONE, day.maker_user), day)
    tablet = hall.device(browser, TABLET, day.desk, has_touch=True)
    number = write_down(tablet, day)
    sign_both(tablet)
    address = read_paper(tablet, day, number, tmp_path)
    check(hall.device(browser, PHONE), address, number)
    assert (before, committed(chief, day)) == (0, VALUE)


def badge_of(name: str) -> str:
    """Return the text of this person's live badge."""
    from matchmaking.attendance.models import Badge

    db.session.rollback()
    return db.session.scalars(
        sa.select(Badge.code)
        .join(Delegate, Delegate.id == Badge.delegate_id)
        .where(Delegate.name == name, Badge.ended_at.is_(None))
    ).one()
