"""The hall has no internet: the pages of the day ask nobody but the laptop, and what the projector shows can be read from afar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Error, Page, Route

from matchmaking import clock
from matchmaking.actor import Role
from tests.attendance.meetings import lay_version
from tests.attendance.test_day_pages import NINE, PAIRS
from tests.browser.test_pages import open_as
from tests.scheduling.scene import Scene, make_scene
from tests.world import World

#: Where people work on the day: door, tables, signing, tablet, schedule, hall, projector; and what the public sees.
PAGES = (
    "/tablet/id", "/tablet/en", "/check-in/{code}", "/manage/{code}/day", "/sign/{code}",
    "/manage/{code}/schedule", "/manage/{code}/venue", "/manage/{code}/rehearsal", "/manage/{code}/rehearsal/projector",
    "/manage/{code}/badges", "/events/{code}", "/log-in", "/device",
)  # fmt: skip
#: Of a picture two metres wide, seen from ten metres: capitals (0.7 of the size) under at least ten minutes of arc.
SMALLEST_TEXT = 28 / 1280  # of the screen's width


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    made = make_scene(world)
    lay_version(made, PAIRS)
    with clock.frozen(NINE + timedelta(minutes=5)):
        yield made


def test_pages_of_the_day_ask_nobody_outside(app: Flask, scene: Scene, context: BrowserContext, server: str) -> None:
    asked: list[str] = []

    def only_here(route: Route) -> None:
        if route.request.url.startswith(f"{server}/"):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    context.route("**/*", only_here)
    page = context.new_page()
    open_as(page, scene.staff(Role.ORGANIZER), server)
    seen = {}
    for path in PAGES:
        answer = page.goto(path.format(code=scene.code), wait_until="networkidle")
        assert answer is not None
        seen[path] = (answer.status, page.evaluate("document.fonts.check('16px \"Plus Jakarta Sans Variable\"')"))
    assert seen == dict.fromkeys(PAGES, (200, True))
    assert asked == []
    with pytest.raises(Error, match="ERR_FAILED"):
        page.goto("https://example.org/x")
    assert asked == ["https://example.org/x"]  # the count counts


SIZES = """() => [...document.querySelectorAll('.live-body')].flatMap((part) => [...part.querySelectorAll('*')])
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .map((e) => parseFloat(getComputedStyle(e).fontSize))"""


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
def test_the_projector_is_read_from_ten_metres_without_scrolling(
    world: World, page: Page, server: str, width: int, height: int
) -> None:
    event_id = world.event(name="Business Matching P3DN: Suvenir, Seminar Kit, Alat dan Mesin Pertanian di Lampung")
    world.tables(event_id, 8)
    open_as(page, world.client(world.user(roles={event_id: Role.ORGANIZER})), server)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"/manage/{world.code_of(event_id)}/rehearsal/projector", wait_until="networkidle")
    assert page.locator(".live-row:visible").count() == 8
    assert min(page.evaluate(SIZES)) >= SMALLEST_TEXT * width
    fits = "[document.documentElement.scrollWidth <= innerWidth, document.documentElement.scrollHeight <= innerHeight]"
    assert page.evaluate(fits) == [True, True]
