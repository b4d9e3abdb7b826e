"""The day as three people live it: staff on a laptop, an exhibitor on a phone, the desk's tablet for a walk-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.attendance.badge_codes import show_short_code
from matchmaking.attendance.models import (
    Badge,
    MeetingOutcome,
    MeetingRecord,
    MeetingResult,
    MeetingState,
    OutcomeSource,
    Scan,
)
from matchmaking.events.models import Event, TimeSlot
from matchmaking.extensions import db
from matchmaking.matching.models import Wish
from matchmaking.registration.models import Delegate, Organization
from matchmaking.scheduling.models import Meeting
from matchmaking.transactions import transaction
from tests.attendance.meetings import codes, lay_version
from tests.browser.barriers import grave_findings
from tests.browser.conftest import listen
from tests.scheduling.scene import Scene, make_scene
from tests.world import World

LAPTOP, TABLET, PHONE = {"width": 1366, "height": 768}, {"width": 820, "height": 1180}, {"width": 390, "height": 844}
Enter = Callable[[int, dict[str, int]], Page]


@pytest.fixture
def scene(world: World) -> Scene:
    """Two meetings in the slot that runs now, two in the next."""
    scene = make_scene(world)
    lay_version(scene, [(0, 0, 0, 0), (1, 1, 0, 1), (0, 1, 1, 0), (1, 0, 1, 1)])
    with transaction():
        slots = db.session.scalars(sa.select(TimeSlot).order_by(TimeSlot.position)).all()
        later = clock.now() - timedelta(minutes=5) - slots[0].starts_at
        for slot in reversed(slots):
            slot.starts_at, slot.ends_at = slot.starts_at + later, slot.ends_at + later
        event = db.session.get_one(Event, scene.event_id)
        event.starts_on = event.ends_on = clock.today(event.timezone)
    return scene


@pytest.fixture
def enter(browser: Browser, server: str, world: World, complaints: list[str]) -> Iterator[Enter]:
    """``enter(user_id, PHONE)``: a page of this person on a device of this size."""
    opened: list[BrowserContext] = []

    def go(user_id: int, size: dict[str, int]) -> Page:
        touch = size is not LAPTOP
        context = browser.new_context(base_url=server, viewport=size, locale="id-ID", has_touch=touch)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        context.on("page", lambda page: listen(page, complaints))
        cookie = world.client(user_id).get_cookie("session")
        assert cookie
        context.add_cookies([{"name": "session", "value": cookie.value, "url": server}])
        opened.append(context)
        return context.new_page()

    yield go
    for context in opened:
        context.close()
    assert complaints == []


def staff(scene: Scene) -> int:
    return scene.world.user(roles={scene.event_id: Role.DESK})


def row_of(page: Page, code: str) -> Locator:
    return page.locator(f"#meeting-{code}")


def stored_state(code: str) -> MeetingState:
    db.session.rollback()
    record = db.session.scalar(sa.select(MeetingRecord).join(Meeting).where(Meeting.code == code))
    return record.state if record else MeetingState.SCHEDULED


def stands(page: Page, code: str, state: MeetingState, word: str) -> None:
    """The row says it, and so does the database."""
    expect(row_of(page, code).locator(".day-state")).to_contain_text(word)
    expect(row_of(page, code)).to_have_class(f"card day-row is-{state.value}")
    assert stored_state(code) is state


# --- staff, on a laptop -----------------------------------------------------------------------------------------------


def test_a_meeting_is_started_held_and_taken_back_by_the_toast(app: Flask, scene: Scene, enter: Enter) -> None:
    page, code = enter(staff(scene), LAPTOP), codes(scene)[0]
    page.goto(f"/manage/{scene.code}/day")
    assert grave_findings(page) == []
    stands(page, code, MeetingState.SCHEDULED, "Terjadwal")

    row_of(page, code).get_by_role("button", name="Mulai").click()
    expect(row_of(page, code)).to_be_focused()  # its button is gone: the place in the list is not
    stands(page, code, MeetingState.RUNNING, "Berlangsung")
    row_of(page, code).get_by_role("button", name="Terlaksana").click()
    stands(page, code, MeetingState.HELD, "Terlaksana")
    assert grave_findings(page) == []

    toast = page.locator("#toasts .toast[data-sticky]")
    expect(toast).to_have_count(1)  # only the last tap is offered
    toast.get_by_role("button", name="Urungkan").click()
    stands(page, code, MeetingState.RUNNING, "Berlangsung")
    expect(page.locator("#toasts .toast[data-sticky]")).to_have_count(0)
    stands(page, codes(scene)[1], MeetingState.SCHEDULED, "Terjadwal")


def test_the_keyboard_reaches_every_button_of_a_row_and_the_poll_leaves_the_focus(
    app: Flask, scene: Scene, enter: Enter
) -> None:
    page, code = enter(staff(scene), LAPTOP), codes(scene)[1]
    page.clock.install()
    page.goto(f"/manage/{scene.code}/day")
    buttons = row_of(page, code).locator(".day-buttons :is(button, a)")
    ids = [button.get_attribute("id") for button in buttons.all()]
    assert len(ids) == 7  # start, held, outcome, three no-shows, call off
    buttons.first.focus()
    reached = [ids[0]]
    for _ in ids[1:]:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    assert reached == ids

    page.locator(f"#to-{code}-no_show-buyer").focus()
    with page.expect_response(lambda answer: answer.url.endswith("/day")):
        page.clock.fast_forward(10_500)  # the page fetches itself again
    expect(page.locator(f"#to-{code}-no_show-buyer")).to_be_focused()
    page.keyboard.press("Enter")
    stands(page, code, MeetingState.NO_SHOW, "Tidak hadir: pembeli")


def test_what_is_typed_into_the_search_stays_and_finds(app: Flask, scene: Scene, enter: Enter) -> None:
    page = enter(staff(scene), LAPTOP)
    page.clock.install()
    page.goto(f"/manage/{scene.code}/day/meetings")
    assert grave_findings(page) == []
    expect(page.locator("#meetings tbody tr")).to_have_count(4)
    search = page.get_by_role("searchbox")
    search.press_sequentially("dinas contoh 2")
    page.clock.run_for(11_000)
    expect(page.locator("#meetings tbody tr")).to_have_count(2)
    expect(search).to_have_value("dinas contoh 2")
    expect(search).to_be_focused()


# --- an exhibitor, on a phone -----------------------------------------------------------------------------------------


def choose(page: Page, result: str) -> None:
    page.locator(
        f"label:has(input[name=result][value={result}]), input[name=result][value={result}] + label"
    ).first.click()


def own_word() -> MeetingOutcome | None:
    db.session.rollback()
    return db.session.scalar(sa.select(MeetingOutcome).where(MeetingOutcome.source == OutcomeSource.EXHIBITOR))


def test_an_exhibitor_writes_25_jt_on_the_phone(app: Flask, scene: Scene, enter: Enter, complaints: list[str]) -> None:
    page = enter(scene.world.login_of(scene.makers[0]), PHONE)
    page.goto(f"/my/{scene.code}/meetings")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pertemuan saya")
    assert grave_findings(page) == []
    page.get_by_role("link", name="Bagaimana hasilnya?").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dinas Contoh 1")
    assert grave_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    choose(page, "potential")
    page.locator("#note").fill("Minta warna marun")
    page.locator("#next_step").fill("Kirim contoh")
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator(".error-summary")).to_be_focused()  # a potential wants its value
    complaints.clear()  # the browser notes the answer 422 as an error
    assert grave_findings(page) == []
    assert own_word() is None
    expect(page.locator("#potential_value")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("input[name=result][value=potential]")).to_be_checked()
    expect(page.locator("#note")).to_have_value("Minta warna marun")
    expect(page.locator("#next_step")).to_have_value("Kirim contoh")

    page.locator("#potential_value").fill("25 jt")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pertemuan saya")
    expect(page.locator(".my-meetings")).to_contain_text("25 juta")
    word = own_word()
    assert word
    assert (word.result, word.potential_value, word.note, word.next_step) == (
        MeetingResult.POTENTIAL, 25_000_000, "Minta warna marun", "Kirim contoh",
    )  # fmt: skip


# --- a walk-in, on the desk's tablet ----------------------------------------------------------------------------------


def fill_walk_in(page: Page) -> None:
    page.locator("#organization").fill("Dinas Baru Contoh")
    page.locator("#name").fill("Peserta Contoh 70")
    page.locator("#buyer_type").select_option("regional_agency")
    page.get_by_label("Tapis Contoh 2").check()
    page.locator("#has_consent").check()


def counted() -> tuple[int, ...]:
    """Organisations of that name, people, live badges, scans, wishes."""
    db.session.rollback()
    one = sa.select(sa.func.count())
    return tuple(
        db.session.scalar(statement) or 0
        for statement in (
            one.select_from(Organization).where(Organization.legal_name == "Dinas Baru Contoh"),
            one.select_from(Delegate).where(Delegate.name == "Peserta Contoh 70"),
            one.select_from(Badge).where(Badge.ended_at.is_(None)),
            one.select_from(Scan),
            one.select_from(Wish),
        )
    )


def test_a_walk_in_is_in_with_one_screen_and_sent_twice_is_once(app: Flask, scene: Scene, enter: Enter) -> None:
    page = enter(staff(scene), TABLET)
    page.goto(f"/manage/{scene.code}/walk-in")
    assert grave_findings(page) == []
    fill_walk_in(page)
    send = page.get_by_role("button", name="Daftarkan dan persilakan masuk")
    expect(send).to_be_in_viewport()
    form = {name: page.locator(f"[name={name}]").first.input_value() for name in ("csrf_token", "form_key")}
    send.click()
    answer = page.locator(".walk-in-done")
    expect(answer).to_be_in_viewport()
    expect(answer).to_contain_text("Peserta Contoh 70")
    expect(answer.locator(".walk-in-qr")).to_be_in_viewport()
    expect(answer.locator(".short-code")).to_be_in_viewport()
    assert grave_findings(page) == []
    db.session.rollback()
    badge = db.session.scalars(sa.select(Badge).where(Badge.ended_at.is_(None))).one()
    expect(answer.locator(".short-code")).to_have_text(show_short_code(badge.short_code))
    assert counted() == (1, 1, 1, 1, 1)

    again = page.request.post(
        f"/manage/{scene.code}/walk-in?side=buyer",
        form={
            **form, "organization": "Dinas Baru Contoh", "name": "Peserta Contoh 70", "has_consent": "y",
            "buyer_type": "regional_agency",
        },
    )  # fmt: skip
    assert (again.status, again.url) == (200, page.url)  # the same answer
    assert counted() == (1, 1, 1, 1, 1)
