"""The whole way, as the three people go it: registered on a phone, approved, wished, scheduled, published, read."""

from __future__ import annotations

import re
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from icalendar import Calendar
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader

from matchmaking.accounts.models import User
from matchmaking.events.programme import usual_day
from matchmaking.events.services.hall import add_tables
from matchmaking.events.services.programme import change_programme
from matchmaking.extensions import db
from matchmaking.jobs.services import run_job
from matchmaking.registration.models import Delegate
from matchmaking.transactions import transaction
from tests.browser.conftest import listen
from tests.world import World

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1440, "height": 900}
EVENT_DAY = date(2099, 5, 14)


class People:
    """One browser a person, all on the same server, all reading English so that the steps read as they are written."""

    def __init__(self, browser: Browser, server: str, complaints: list[str]) -> None:
        self._browser, self._server, self._complaints = browser, server, complaints
        self._contexts: list[BrowserContext] = []

    def arrive(self, viewport: dict[str, int]) -> Page:
        """Let somebody open a browser of their own."""
        context = self._browser.new_context(base_url=self._server, viewport=viewport, accept_downloads=True)  # type: ignore[arg-type]
        context.add_cookies([{"name": "language", "value": "en", "url": self._server}])
        context.set_default_timeout(15_000)
        context.on("page", lambda page: listen(page, self._complaints))
        self._contexts.append(context)
        return context.new_page()

    def leave(self) -> None:
        """Close all browsers."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def people(browser: Browser, server: str, complaints: list[str]):  # type: ignore[no-untyped-def]
    everybody = People(browser, server, complaints)
    yield everybody
    everybody.leave()
    assert complaints == []


@pytest.fixture
def event_code(world: World) -> str:
    """An event to come, ready for registration, with an organiser who can log in."""
    opened = datetime.now(UTC) - timedelta(days=1)
    event_id = world.event(
        name="Temu Bisnis Uji Alur",
        starts_on=EVENT_DAY,
        ends_on=EVENT_DAY,
        registration_opens_at=opened,
        exhibitor_min_meetings=1,
    )
    actor = world.organizer(event_id)
    with transaction():
        add_tables(actor, event_id, 1, 2)
    with transaction():
        change_programme(actor, event_id, usual_day(EVENT_DAY), 2)
    return world.code_of(event_id)


def log_in_as(world: World, page: Page, user_id: int) -> None:
    """Give the browser the session cookie of this person (log-in itself is tested elsewhere)."""
    client = world.client(user_id)
    cookie = client.get_cookie("session")
    assert cookie
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": page.evaluate("location.origin")}])


def user_of(phone_digits: str) -> int:
    """Return the account that was made for the contact with this phone."""
    db.session.rollback()
    found = db.session.scalars(
        sa.select(Delegate.user_id).where(Delegate.phone == f"+62{phone_digits}", Delegate.user_id.is_not(None))
    ).one()
    assert found
    return found


def register_exhibitor(page: Page, code: str) -> None:
    page.goto(f"/events/{code}")
    page.get_by_role("link", name="Register as exhibitor").click()
    page.fill("[name=legal_name]", "Tapis Uji Alur Rekaan")
    page.select_option("[name=regency]", label="Kota Bandar Lampung")
    page.fill("[name='delegates-0-name']", "Peserta Contoh 01")
    page.fill("[name='delegates-0-phone']", "0812-0000-1234")
    page.fill("[name='product-name']", "Selendang tapis")
    page.select_option("[name='product-category_id']", value="tapis")
    page.fill("[name='product-price']", "450 rb")
    page.check("[name=consent_registration]")
    page.locator("main form button[type=submit].btn-primary").click()
    expect(page).to_have_url(re.compile(r"/registered$"))
    expect(page.get_by_text("Waiting for a decision")).to_be_visible()


def register_buyer(page: Page, code: str) -> None:
    page.goto(f"/events/{code}")
    page.get_by_role("link", name="Register as buyer").click()
    page.fill("[name=legal_name]", "Dinas Uji Alur Contoh")
    page.select_option("[name=buyer_type]", value="regional_agency")
    page.fill("[name='delegates-0-name']", "Peserta Contoh 02")
    page.fill("[name='delegates-0-phone']", "0813-0000-5678")
    page.check("[name=consent_registration]")
    page.locator("main form button[type=submit].btn-primary").click()
    expect(page).to_have_url(re.compile(r"/registered$"))


def approve_all(page: Page, code: str) -> None:
    page.goto(f"/manage/{code}/")
    expect(page.get_by_text("2 wait for you")).to_be_visible()
    page.get_by_role("link", name="Look at what waits").click()
    for name in ("Tapis Uji Alur Rekaan", "Dinas Uji Alur Contoh"):
        page.get_by_role("link", name=name).click()
        page.get_by_role("button", name=re.compile("^Approve")).click()
        expect(page.get_by_text("Approved").first).to_be_visible()
        page.goto(f"/manage/{code}/participants")


def wish(page: Page, code: str, word: str) -> None:
    page.goto(f"/my/{code}/wishes")
    page.get_by_role("button", name=word).first.click()
    expect(page.locator("#wish-counts")).to_contain_text("1 chosen")
    page.reload()
    expect(page.locator("#wish-counts")).to_contain_text("1 chosen")


def build_and_publish(app: Flask, page: Page, code: str) -> None:
    page.goto(f"/manage/{code}/schedule")
    page.get_by_role("button", name="Make the schedule").click()
    expect(page.locator("#run")).to_be_visible()
    page.reload()  # the page survives it
    expect(page.locator("#run")).to_be_visible()
    worker = threading.Thread(target=_work, args=(app,))
    worker.start()
    page.get_by_role("link", name="Look at the result").click(timeout=60_000)
    worker.join()
    expect(page.locator("table.schedule").get_by_text("Tapis Uji Alur Rekaan").first).to_be_visible()
    page.get_by_role("button", name="Publish the schedule").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Publish the schedule").click()
    expect(page).to_have_url(re.compile(r"/schedule/told$"))
    for organisation in ("Tapis Uji Alur Rekaan", "Dinas Uji Alur Contoh"):  # both have a phone only
        expect(page.get_by_text(organisation).first).to_be_visible()
    page.goto(f"/manage/{code}/schedule")
    expect(page.get_by_text("Announced: version 1")).to_be_visible()


def _work(app: Flask) -> None:
    """Be the worker: run what was queued, in a thread of its own."""
    queued: list[int] = app.config["PUSHED_JOBS"]
    with app.app_context():
        while queued:
            run_job(queued.pop(0))
        db.session.remove()


def fetched(page: Page, link: str) -> bytes:
    """Return the file behind a link, asked for with the person's own cookies."""
    address = page.get_by_role("link", name=link).get_attribute("href")
    answer = page.request.get(address or "")
    assert answer.status == 200, (address, answer.status, answer.text()[:2000])
    return answer.body()


def read_agenda(page: Page, code: str, partner: str, folder: Path) -> None:
    page.goto(f"/my/{code}/")
    expect(page.get_by_text(partner).first).to_be_visible()
    page.goto(f"/my/{code}/agenda")
    expect(page.get_by_text(partner).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    (folder / "agenda.pdf").write_bytes(fetched(page, "Agenda as PDF"))
    assert partner in "".join(sheet.extract_text() for sheet in PdfReader(folder / "agenda.pdf").pages)
    (folder / "agenda.ics").write_bytes(fetched(page, "Add to my calendar"))
    entries = Calendar.from_ical((folder / "agenda.ics").read_bytes()).walk("VEVENT")
    assert [partner in str(entry["summary"]) for entry in entries] == [True]
    assert entries[0].decoded("dtstart").date() == EVENT_DAY


def test_from_sign_up_on_a_phone_to_the_agenda_on_a_phone(
    app: Flask, world: World, people: People, event_code: str, tmp_path: Path
) -> None:
    maker, buyer, chief = people.arrive(PHONE), people.arrive(PHONE), people.arrive(LAPTOP)
    register_exhibitor(maker, event_code)
    register_buyer(buyer, event_code)
    chief.goto("/")
    log_in_as(world, chief, world_organizer(event_code))
    approve_all(chief, event_code)
    log_in_as(world, maker, user_of("81200001234"))
    log_in_as(world, buyer, user_of("81300005678"))
    wish(buyer, event_code, "Want very much")
    wish(maker, event_code, "Want")
    build_and_publish(app, chief, event_code)
    for name, page, partner in (("maker", maker, "Dinas Uji Alur Contoh"), ("buyer", buyer, "Tapis Uji Alur Rekaan")):
        folder = tmp_path / name
        folder.mkdir()
        read_agenda(page, event_code, partner, folder)


def world_organizer(code: str) -> int:
    """Return the organiser of the event."""
    from matchmaking.actor import Role
    from matchmaking.events.models import Event, Membership

    found = db.session.scalars(
        sa.select(Membership.user_id)
        .join(Event, Event.id == Membership.event_id)
        .where(Event.code == code, Membership.role == Role.ORGANIZER)
    ).one()
    assert db.session.get(User, found)
    return found
