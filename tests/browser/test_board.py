"""The schedule's board under three kinds of hands: a mouse, a finger, a keyboard; and with two organisers at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from matchmaking.actor import Role
from matchmaking.extensions import db
from matchmaking.scheduling.models import Meeting, Placement
from matchmaking.transactions import transaction
from tests.browser.barriers import grave_findings
from tests.browser.conftest import listen
from tests.scheduling.scene import Scene, make_scene
from tests.world import World

Enter = Callable[..., Page]


@dataclass
class Hall:
    """Exhibitor 1 meets buyer 1 and exhibitor 2 meets buyer 2, both in the first slot; everything else is free."""

    scene: Scene
    version_id: int
    codes: list[str]

    @property
    def address(self) -> str:
        return f"/manage/{self.scene.code}/schedule/versions/{self.scene.version(self.version_id).code}"

    def cell(self, page: Page, slot: int, table: int) -> Locator:
        return page.locator(f"#c-{self.scene.slots[slot - 1]}-{self.scene.tables[table - 1]} [data-cell]")

    def where(self, number: int) -> tuple[int, int] | None:
        """(slot, table) of a meeting as it is stored, both counted from 1."""
        db.session.rollback()
        row = db.session.scalar(
            sa.select(Placement)
            .join(Meeting)
            .where(Placement.version_id == self.version_id, Meeting.code == self.codes[number - 1])
        )
        return (self.scene.slots.index(row.slot_id) + 1, self.scene.tables.index(row.table_id) + 1) if row else None

    def stands(self, page: Page, number: int, slot: int, table: int) -> None:
        """The page shows the meeting there, and there it is stored."""
        expect(self.cell(page, slot, table)).to_have_attribute("data-meeting", self.codes[number - 1])
        assert self.where(number) == (slot, table)


@pytest.fixture
def hall(world: World) -> Hall:
    scene = make_scene(world)
    for maker, agency in zip(scene.makers, scene.agencies, strict=False):
        scene.wish(maker, agency)
    version_id = scene.solve(with_suggestions=False)
    with transaction():
        for n, row in enumerate(scene.placements(version_id)):
            row.slot_id, row.table_id = scene.slots[0], scene.tables[n]
    return Hall(scene, version_id, [row.meeting.code for row in scene.placements(version_id)])


@pytest.fixture
def enter(browser: Browser, server: str, hall: Hall, complaints: list[str]) -> Iterator[Enter]:
    """``enter()``: the board as an organiser has it; each call is another person."""
    opened: list[BrowserContext] = []

    def go(
        query: str = "", *, width: int = 1440, touch: bool = False, theme: str = "light", locale: str = "id"
    ) -> Page:
        context = browser.new_context(
            base_url=server, viewport={"width": width, "height": 900}, locale="id-ID", has_touch=touch
        )
        context.set_default_timeout(10_000)
        context.on("page", lambda page: listen(page, complaints))
        user = hall.scene.world.user(roles={hall.scene.event_id: Role.ORGANIZER}, locale=locale)
        cookie = hall.scene.world.client(user).get_cookie("session")
        assert cookie
        context.add_cookies([{"name": "session", "value": cookie.value, "url": server}])
        context.add_cookies([{"name": "theme", "value": theme, "url": server}])
        opened.append(context)
        page = context.new_page()
        page.goto(hall.address + query)
        return page

    yield go
    for context in opened:
        context.close()
    assert complaints == []


def test_a_mouse_drags_a_meeting_and_sees_before_it_lets_go(hall: Hall, enter: Enter) -> None:
    page = enter()
    assert grave_findings(page) == []
    hall.cell(page, 1, 1).hover()
    page.mouse.down()
    hall.cell(page, 3, 2).hover()
    expect(hall.cell(page, 3, 2)).to_have_class("slot slot-possible")
    expect(page.locator(".board-ghost")).to_contain_text("Kosong")
    assert grave_findings(page) == []
    page.mouse.up()
    hall.stands(page, 1, 3, 2)
    expect(page.locator("#toasts")).to_contain_text("dipindahkan")
    expect(page.locator(".is-holding")).to_have_count(0)


def test_a_place_that_cannot_be_is_refused_and_one_that_costs_asks(hall: Hall, enter: Enter) -> None:
    scene = hall.scene
    with transaction():  # buyer 1 is busy in slot 2, at table 2
        row = scene.placements(hall.version_id)[1]
        row.slot_id = scene.slots[1]
        row.buyer_team_id = scene.team(scene.agencies[0])
        row.meeting.buyer_team_id = scene.team(scene.agencies[0])
    page = enter()
    hall.cell(page, 1, 1).click()
    expect(hall.cell(page, 2, 1)).to_contain_text("pertemuan lain")
    hall.cell(page, 2, 1).click(force=True)  # it says itself that it is no place
    expect(page.locator("#toasts .toast-refused")).to_contain_text("pertemuan lain")
    hall.stands(page, 1, 1, 1)

    expect(hall.cell(page, 4, 1)).to_have_class("slot slot-ask")  # an idle slot between the two
    hall.cell(page, 4, 1).click()
    question = page.locator("#board-question")
    expect(question).to_contain_text("menunggu tanpa acara")
    assert grave_findings(page) == []
    question.get_by_role("button", name="Pilih tempat lain").click()
    assert hall.where(1) == (1, 1)
    hall.cell(page, 4, 1).click()
    question.get_by_role("button", name="Tempatkan di sana").click()
    hall.stands(page, 1, 4, 1)

    hall.cell(page, 4, 1).click()  # the two change places
    hall.cell(page, 2, 2).click()
    expect(question).to_contain_text("bertukar tempat")
    question.get_by_role("button", name="Tempatkan di sana").click()
    hall.stands(page, 1, 2, 2)
    hall.stands(page, 2, 4, 1)


def test_the_keyboard_alone_takes_up_looks_around_and_puts_down(hall: Hall, enter: Enter) -> None:
    page = enter()
    hall.cell(page, 1, 1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#board-told")).to_contain_text("Dipegang: Tapis Contoh 1 – Dinas Contoh 1. 6 tempat kosong")
    expect(page.locator("#held")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(hall.cell(page, 2, 1)).to_be_focused()
    expect(page.locator("[data-verdict-text]")).to_have_text("Kosong")
    page.keyboard.press("Escape")
    expect(page.locator("#board-told")).to_contain_text("Tidak ada yang dipindahkan")
    expect(hall.cell(page, 1, 1)).to_be_focused()
    assert hall.where(1) == (1, 1)
    page.keyboard.press("Enter")
    expect(hall.cell(page, 2, 1)).to_have_class("slot slot-possible")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    hall.stands(page, 1, 2, 1)
    expect(hall.cell(page, 2, 1)).to_be_focused()


def test_a_resting_finger_takes_up_and_a_quick_one_scrolls(hall: Hall, enter: Enter) -> None:
    page = enter(width=820, touch=True)
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, cell: Locator | None = None) -> None:
        box = cell.bounding_box() if cell else None
        points = [{"x": box["x"] + 20, "y": box["y"] + 20}] if box else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", hall.cell(page, 1, 1))
    touch("touchMove", hall.cell(page, 1, 2))
    touch("touchEnd")
    expect(page.locator(".board-ghost")).to_have_count(0)
    assert hall.where(1) == (1, 1)

    hall.cell(page, 1, 1).scroll_into_view_if_needed()
    touch("touchStart", hall.cell(page, 1, 1))
    expect(page.locator(".board-ghost")).to_be_visible()
    touch("touchMove", hall.cell(page, 2, 2))
    expect(page.locator(".board-ghost")).to_have_class("board-ghost is-free")
    touch("touchEnd")
    hall.stands(page, 1, 2, 2)

    hall.cell(page, 2, 2).tap()  # the same by two taps
    expect(hall.cell(page, 3, 1)).to_have_class("slot slot-possible")
    hall.cell(page, 3, 1).tap()
    hall.stands(page, 1, 3, 1)


def test_a_reload_in_the_middle_of_a_drag_moves_nothing_and_keeps_the_meeting_in_hand(hall: Hall, enter: Enter) -> None:
    page = enter()
    hall.cell(page, 1, 1).hover()
    page.mouse.down()
    hall.cell(page, 3, 2).hover()
    expect(page.locator(".board-ghost")).to_be_visible()
    page.reload()
    assert hall.where(1) == (1, 1)
    expect(page.locator("#held")).to_contain_text("Tapis Contoh 1 – Dinas Contoh 1")
    expect(hall.cell(page, 3, 2)).to_have_class("slot slot-possible")
    hall.cell(page, 3, 2).click()
    hall.stands(page, 1, 3, 2)


def test_two_organisers_see_each_other_and_overwrite_nothing(hall: Hall, enter: Enter, complaints: list[str]) -> None:
    rina, budi = enter(), enter()
    untouched = budi.evaluate_handle("document.querySelector('#board .schedule tbody')")
    hall.cell(rina, 1, 1).click()
    expect(hall.cell(rina, 4, 1)).to_have_class("slot slot-possible")
    hall.cell(rina, 4, 1).click()
    hall.stands(rina, 1, 4, 1)
    expect(hall.cell(budi, 4, 1)).to_have_attribute("data-meeting", hall.codes[0], timeout=2_000)
    expect(hall.cell(budi, 1, 1)).to_have_class("slot slot-free")
    expect(budi.locator("#toasts")).to_contain_text("memindahkan Tapis Contoh 1 – Dinas Contoh 1")
    assert untouched.evaluate("element => element.isConnected")  # cells were put in, the grid was not drawn anew

    hall.cell(budi, 1, 2).click()
    expect(hall.cell(budi, 3, 1)).to_have_class("slot slot-possible")
    budi.context.set_offline(True)  # he does not hear of what she does now
    hall.cell(rina, 4, 1).click()
    expect(hall.cell(rina, 3, 1)).to_have_class("slot slot-possible")
    hall.cell(rina, 3, 1).click()
    hall.stands(rina, 1, 3, 1)
    budi.context.set_offline(False)
    hall.cell(budi, 3, 1).click()  # the place that is taken now
    expect(budi.locator("#toasts .toast-refused")).to_be_visible()
    hall.stands(budi, 1, 3, 1)
    assert hall.where(2) == (1, 2)
    expect(budi.locator("#held")).to_contain_text("Tapis Contoh 2")  # still in hand, with verdicts of now
    hall.cell(budi, 4, 2).click()
    hall.stands(budi, 2, 4, 2)
    complaints.clear()  # the refusal itself, and the polls without a network


def test_participants_as_grid_and_both_as_list(hall: Hall, enter: Enter) -> None:
    page = enter("?view=participants")
    team = hall.scene.team(hall.scene.makers[0])
    page.locator(f"#p-{hall.scene.slots[0]}-{team} [data-cell]").click()
    there = page.locator(f"#p-{hall.scene.slots[1]}-{team} [data-cell]")
    expect(there).to_have_class("slot slot-possible")
    there.click()
    expect(page.locator(f"#p-{hall.scene.slots[1]}-{team} [data-cell]")).to_have_attribute(
        "data-meeting", hall.codes[0]
    )
    assert hall.where(1) == (2, 1)
    for view, lines in (("tables", 2), ("participants", 4)):
        page.goto(f"{hall.address}?view={view}&as=list")
        expect(page.locator(".page table tbody").first.locator("tr")).to_have_count(lines)
        assert grave_findings(page) == []
    page.get_by_role("link", name="Pindahkan Tapis Contoh 2").first.click()
    place = f"{hall.scene.slots[3]}-{hall.scene.tables[0]}"
    page.locator("#held-place").select_option(place)
    page.get_by_role("button", name="Pindahkan ke sini").click()
    expect(page.locator("#toasts, .page")).to_contain_text(["dipindahkan"])
    assert hall.where(2) == (4, 1)


def test_steps_are_taken_back_by_key_and_button_unless_somebody_else_was_there(
    hall: Hall, enter: Enter, complaints: list[str]
) -> None:
    rina, budi = enter(), enter()
    hall.cell(rina, 1, 1).click()
    expect(hall.cell(rina, 2, 1)).to_have_class("slot slot-possible")
    hall.cell(rina, 2, 1).click()
    hall.stands(rina, 1, 2, 1)
    rina.keyboard.press("Control+z")
    hall.stands(rina, 1, 1, 1)
    rina.keyboard.press("Control+Shift+z")
    hall.stands(rina, 1, 2, 1)
    expect(hall.cell(budi, 2, 1)).to_have_attribute("data-meeting", hall.codes[0])
    hall.cell(budi, 2, 1).click()
    expect(hall.cell(budi, 3, 1)).to_have_class("slot slot-possible")
    hall.cell(budi, 3, 1).click()
    hall.stands(budi, 1, 3, 1)
    expect(hall.cell(rina, 3, 1)).to_have_attribute("data-meeting", hall.codes[0])
    rina.get_by_role("button", name="Urungkan").click()
    expect(rina.locator("#toasts .toast-refused")).to_contain_text("sudah mengubah Tapis Contoh 1")
    hall.stands(rina, 1, 3, 1)


def test_a_meeting_is_parked_found_again_and_placed(hall: Hall, enter: Enter) -> None:
    page = enter()
    hall.cell(page, 1, 1).hover()
    page.mouse.down()
    page.locator("#parking").hover()
    expect(page.locator(".board-ghost")).to_be_visible()
    page.mouse.up()
    parked = page.locator("#parking .parked")
    expect(parked).to_contain_text("Dikeluarkan dari jadwal oleh panitia")
    assert hall.where(1) is None
    assert grave_findings(page) == []
    parked.hover()
    page.mouse.down()
    hall.cell(page, 4, 2).hover()
    expect(page.locator(".board-ghost")).to_have_class("board-ghost is-free")
    page.mouse.up()
    hall.stands(page, 1, 4, 2)
    expect(parked).to_have_count(0)


def test_two_keys_find_somebody_and_a_filter_leaves_the_others_in_the_background(hall: Hall, enter: Enter) -> None:
    page = enter()
    page.keyboard.press("/")
    page.keyboard.press("d")
    expect(page.locator("#board-found [role=option]:visible")).to_have_count(3)
    expect(hall.cell(page, 1, 1)).to_have_class("slot slot-meeting is-found")
    assert grave_findings(page) == []
    page.keyboard.press("ArrowDown")
    expect(hall.cell(page, 1, 2)).to_have_class("slot slot-meeting is-found")
    page.keyboard.press("Enter")
    expect(hall.cell(page, 1, 2)).to_be_focused()

    page.get_by_text("Saring", exact=True).click()
    page.get_by_label("Pembeli").select_option(label="Dinas Contoh 2")
    page.get_by_role("button", name="Terapkan").click()
    expect(hall.cell(page, 1, 1)).to_have_attribute("data-dim", "")
    expect(page.locator("[data-meeting]:not([data-dim])")).to_have_count(1)
    page.get_by_role("link", name="Daftar", exact=True).click()
    expect(page.locator(".page table tbody").first.locator("tr")).to_have_count(1)
    page.get_by_role("link", name="Peserta", exact=True).last.click()
    expect(page.locator(".page table tbody").first.locator("tr")).to_have_count(2)
