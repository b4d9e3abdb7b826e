"""Solving from the board: start, watch the picture move, stop, land on the result; and announcing in the middle of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from matchmaking.actor import Role
from matchmaking.extensions import db
from matchmaking.scheduling import tasks
from matchmaking.scheduling.services.placements import Edit, remove_meeting
from matchmaking.transactions import transaction
from tests.browser.barriers import grave_findings
from tests.browser.conftest import listen
from tests.scheduling.scene import Scene, make_scene, solve_here
from tests.world import World

Enter = Callable[..., Page]


@dataclass
class Puppet:
    """A solver that says what the test wants it to have found, and ends when it is told or stopped."""

    points: list[list[Any]] = field(default_factory=list)
    seconds: float = 0.0
    may_end: threading.Event = field(default_factory=threading.Event)

    def found(self, seconds: float, weight: int, breaks: int, bound: int = 0) -> None:
        self.points = [*self.points, [seconds, None, None, 0, 0, weight, 314, breaks, bound]]
        self.seconds = seconds + 1

    def __call__(self, problem: Any, limits: Any, on_tick: Any, **more: Any) -> Any:
        while not self.may_end.wait(0.05):
            told = (
                {"weight": self.points[-1][5], "points": self.points, "searching": self.seconds} if self.points else {}
            )
            if on_tick(told, self.seconds):
                break
        return solve_here(problem, limits, on_tick, **more)


@pytest.fixture
def solver(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Puppet]:
    """The worker, in a thread of its own, with a puppet for a solver."""
    puppet, is_over = Puppet(), threading.Event()
    monkeypatch.setattr(tasks, "run_solver", puppet)

    def work() -> None:
        with world.app.app_context():
            while not is_over.wait(0.05):
                world.run_jobs()
            db.session.remove()

    worker = threading.Thread(target=work)
    worker.start()
    yield puppet
    is_over.set()
    puppet.may_end.set()
    worker.join()


@pytest.fixture
def draft(world: World) -> tuple[Scene, int]:
    """A draft with one wish that has no place."""
    scene = make_scene(world)
    scene.wish_all()
    version_id = scene.solve(with_suggestions=False)
    with transaction():
        remove_meeting(scene.actor, Edit(version_id, 1), scene.placements(version_id)[0].meeting_id)
    return scene, version_id


@pytest.fixture
def enter(browser: Browser, server: str, draft: tuple[Scene, int], complaints: list[str]) -> Iterator[Enter]:
    """``enter("schedule")``: a page as another organiser has it."""
    opened: list[BrowserContext] = []
    scene, _version = draft

    def go(address: str, *, width: int = 1440) -> Page:
        context = browser.new_context(base_url=server, viewport={"width": width, "height": 900}, locale="id-ID")
        context.set_default_timeout(15_000)
        context.on("page", lambda page: listen(page, complaints))
        user = scene.world.user(roles={scene.event_id: Role.ORGANIZER}, locale="id")
        cookie = scene.world.client(user).get_cookie("session")
        assert cookie
        context.add_cookies([{"name": "session", "value": cookie.value, "url": server}])
        opened.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield go
    for context in opened:
        context.close()
    assert complaints == []


def address_of(scene: Scene, version_id: int) -> str:
    return f"/manage/{scene.code}/schedule/versions/{scene.version(version_id).code}"


def test_a_solve_is_started_watched_and_stopped_on_the_board(
    draft: tuple[Scene, int], enter: Enter, solver: Puppet
) -> None:
    scene, version_id = draft
    page = enter(address_of(scene, version_id))
    page.get_by_role("button", name="Susun…").click()
    dialog = page.locator("#solve")
    expect(dialog).to_be_visible()
    assert grave_findings(page) == []
    dialog.get_by_label("Isi yang kosong").check()
    dialog.get_by_role("button", name="Buat jadwal").click()

    part = page.locator("#run")
    expect(part).to_contain_text("Mengisi yang kosong di draf 1")
    expect(part).to_contain_text("Mencari jadwal pertama")
    solver.found(2, 300, 12)
    expect(part).to_contain_text("Bobot minat yang terpenuhi: 300 dari paling banyak 314")
    picture = part.get_by_role("img", name="Bobot minat yang terpenuhi")
    before = picture.locator(".run-best").get_attribute("points")
    assert grave_findings(page) == []

    part.locator("#run-figures summary").click()
    page.mouse.wheel(0, 200)
    stop = part.get_by_role("button", name="Hentikan")
    stop.focus()
    page.wait_for_timeout(100)
    place = page.evaluate("window.scrollY")
    solver.found(5, 312, 9, 4)
    expect(part).to_contain_text("312 dari paling banyak 314")
    assert picture.locator(".run-best").get_attribute("points") != before
    expect(part.locator("#run-figures")).to_have_attribute("open", "")
    expect(part.get_by_role("row", name="5 detik 312 314")).to_be_visible()
    expect(stop).to_be_focused()
    assert page.evaluate("window.scrollY") == place

    stop.click()
    result = page.get_by_role("link", name="Lihat hasilnya")
    expect(result).to_be_visible()
    assert page.url.partition("#")[0].endswith(address_of(scene, version_id))  # nobody is taken away from the board
    assert grave_findings(page) == []
    result.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Draf 2")
    expect(page.locator(".page")).to_contain_text("Mengisi yang kosong di draf 1")
    expect(page.locator("[data-meeting]")).to_have_count(6)
    assert len(scene.placements(version_id)) == 5


def test_a_meeting_in_hand_keeps_the_part_as_it_is(draft: tuple[Scene, int], enter: Enter, solver: Puppet) -> None:
    scene, version_id = draft
    page = enter(address_of(scene, version_id))
    page.locator("[data-meeting]").first.click()
    expect(page.locator(".is-holding")).to_have_count(1)
    scene.request(base=version_id)  # another organiser
    with page.expect_response(lambda answer: "/schedule/run?" in answer.url and answer.status == 200):
        pass
    page.wait_for_timeout(300)
    expect(page.locator("#run")).not_to_contain_text("Jadwal sedang disusun")
    page.keyboard.press("Escape")
    expect(page.locator("#run")).to_contain_text("Semua disusun baru", timeout=15_000)
    solver.may_end.set()
    expect(page.get_by_role("link", name="Lihat hasilnya")).to_be_visible()


def test_announcing_meanwhile_is_seen_by_both_and_overwrites_nothing(
    draft: tuple[Scene, int], enter: Enter, solver: Puppet
) -> None:
    scene, version_id = draft
    waiting = enter(f"/manage/{scene.code}/schedule")
    waiting.get_by_label("Isi yang kosong").check()
    waiting.get_by_role("button", name="Buat jadwal").click()
    expect(waiting.locator("#run")).to_contain_text("Mengisi yang kosong di draf 1")

    publishing = enter(address_of(scene, version_id))
    publishing.get_by_role("button", name="Terbitkan jadwal").click()
    dialog = publishing.locator("#publish")
    expect(dialog).to_contain_text("Saat ini sebuah jadwal sedang disusun.")
    dialog.get_by_role("button", name="Terbitkan jadwal").click()
    if publishing.get_by_role("button", name="Terbitkan apa adanya").count():
        publishing.get_by_role("button", name="Terbitkan apa adanya").click()
    expect(publishing.locator(".page")).to_contain_text("Jadwal yang sedang disusun tetap berjalan.")

    expect(waiting.locator("#run")).to_contain_text("mengumumkan versi 1 sementara ini dihitung.", timeout=15_000)
    expect(waiting.locator("#run")).to_contain_text("Perhitungan tetap berjalan")
    solver.may_end.set()
    expect(waiting.locator("#run")).to_contain_text("Hasil ini berangkat dari sebelum pengumuman")
    waiting.get_by_role("link", name="Lihat hasilnya").click()
    expect(waiting.locator(".page")).to_contain_text("berangkat dari sebelum versi 1 diumumkan")
    expect(waiting.locator("[data-meeting]")).to_have_count(6)
    assert len(scene.placements(version_id)) == 5
    assert scene.version(version_id).state.value == "published"
