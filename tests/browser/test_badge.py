"""A person opens their badge on a phone, and what stands on the screen is what a scanner reads."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from matchmaking.accounts.models import User
from matchmaking.actor import SYSTEM
from matchmaking.attendance.models import Badge
from matchmaking.attendance.services.badges import ensure_badges
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate
from matchmaking.transactions import transaction
from tests.browser import barriers
from tests.browser.conftest import Visit
from tests.scheduling.scene import Scene, make_scene
from tests.world import World


def _log_in(context: BrowserContext, app: Flask, server: str, user_id: int) -> None:
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = db.session.get_one(User, user_id).get_id(), True
    cookie = browser.get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": server}])


@pytest.fixture
def scene(world: World) -> Scene:
    scene = make_scene(world, makers=1, agencies=1)
    with transaction():
        ensure_badges(SYSTEM, scene.event_id)
    return scene


def read_screen(page: Page) -> list[str]:
    """Return what a scanner reads from what is on the screen now, without scrolling."""
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_qr_on_a_phone_is_read_in_both_themes(
    scene: Scene, context: BrowserContext, server: str, visit: Visit, theme: str
) -> None:
    code = db.session.scalars(sa.select(Badge.code).join(Badge.delegate).where(
        Delegate.participation_id == scene.makers[0]
    )).one()  # fmt: skip
    _log_in(context, scene.world.app, server, scene.world.login_of(scene.makers[0]))
    page = visit(f"/my/{scene.code}/badge", theme=theme, width=390)
    assert read_screen(page) == [code]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers.grave_findings(page) == []
