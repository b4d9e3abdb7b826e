"""One's own badge: logged in, and behind the status link."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from pypdf import PdfReader

from matchmaking import clock
from matchmaking.actor import SYSTEM, Role
from matchmaking.attendance.badge_codes import show_short_code
from matchmaking.attendance.models import Badge, BadgeEnd, Substitution
from matchmaking.attendance.services.badges import ensure_badges
from matchmaking.extensions import db
from matchmaking.registration.hooks import panels_of
from matchmaking.registration.models import Delegate
from matchmaking.transactions import transaction
from tests.attendance.badge_desk import (
    badge_scene,
    badges_of,
    english,
    pdf_text,
    person,
)
from tests.scheduling.scene import Scene
from tests.world import LONG_AGO, World


@pytest.fixture
def scene(world: World) -> Scene:
    return badge_scene(world)


@pytest.fixture
def desk(scene: Scene) -> FlaskClient:
    return english(scene.staff(Role.DESK))


def test_my_badge_shows_me_first_then_those_who_come_with_me(world: World, scene: Scene) -> None:
    world.team(scene.makers[0])
    browser = english(scene.browser(scene.makers[0]))
    text = browser.get(f"/my/{scene.code}/badge").get_data(as_text=True)
    me, colleague = db.session.scalars(
        sa.select(Delegate).where(Delegate.participation_id == scene.makers[0]).order_by(Delegate.id)
    ).all()
    assert "Without a badge" in text
    assert browser.post(f"/my/{scene.code}/badge").status_code == 303
    text = browser.get(f"/my/{scene.code}/badge").get_data(as_text=True)
    codes = [show_short_code(badge.short_code) for one in (me, colleague) for badge in
             db.session.scalars(sa.select(Badge).where(Badge.delegate_id == one.id))]  # fmt: skip
    assert text.index(me.name) < text.index(codes[0]) < text.index(colleague.name) < text.index(codes[1])
    assert text.count("<svg viewBox") == 2
    other = show_short_code(badges_of(scene.makers[1])[0].short_code)
    assert other not in text


def test_my_pdf_holds_my_entry_and_counts_as_no_print(world: World, scene: Scene) -> None:
    world.team(scene.makers[0])
    with transaction():
        ensure_badges(SYSTEM, scene.event_id)
    browser, address = scene.browser(scene.makers[0]), f"/my/{scene.code}/badge.pdf"
    (badge,) = badges_of(scene.makers[0])
    code, me = show_short_code(badge.short_code), person(scene.makers[0]).code
    everybody, only_me = browser.get(address), browser.get(address, query_string={"person": me, "layout": "a4-4"})
    assert [len(PdfReader(io.BytesIO(answer.data)).pages) for answer in (everybody, only_me)] == [2, 1]
    assert pdf_text(only_me.data).count("Tapis Contoh 1") == 1
    assert code in pdf_text(only_me.data)
    assert browser.get(address).data == everybody.data
    assert [one.print_count for one in badges_of(scene.makers[0])] == [0]
    stranger = person(scene.makers[1]).code
    for wrong in ({"person": stranger}, {"person": "NONE"}, {"layout": "a3"}):
        assert browser.get(address, query_string=wrong).status_code == 404


def test_who_was_replaced_is_told_and_gets_no_new_badge(world: World, scene: Scene) -> None:
    world.team(scene.makers[0])
    browser = english(scene.browser(scene.makers[0]))
    me, other = db.session.scalars(
        sa.select(Delegate).where(Delegate.participation_id == scene.makers[0]).order_by(Delegate.id)
    ).all()
    name = me.name
    swap = Substitution(
        event_id=scene.event_id, substitution_key="k", absent_delegate_id=me.id, substitute_delegate_id=other.id,
        has_letter=True, at=LONG_AGO,
    )  # fmt: skip
    (badge,) = badges_of(scene.makers[0])
    with transaction():
        db.session.add(swap)
        row = db.session.get_one(Badge, badge.id)
        row.ended_at, row.end_reason = clock.now(), BadgeEnd.SUBSTITUTED
    browser.post(f"/my/{scene.code}/badge")
    text = browser.get(f"/my/{scene.code}/badge").get_data(as_text=True)
    assert f"{name}: somebody else came in this place." in text
    assert [one.end_reason for one in badges_of(scene.makers[0])] == [BadgeEnd.SUBSTITUTED]


@pytest.mark.parametrize(
    ("audience", "is_shown"), [("status", False), ("proved", True), ("owner", True), ("staff", False)]
)
def test_the_code_is_behind_the_digits_only(scene: Scene, audience: str, is_shown: bool) -> None:
    panels = [
        panel for panel in panels_of(scene.makers[0], audience) if panel.template == "attendance/_badge_panel.html"
    ]
    assert bool(panels) == is_shown


def test_the_status_link_shows_the_badge_after_the_four_digits(world: World, scene: Scene) -> None:
    from matchmaking.accounts.models import LinkPurpose
    from matchmaking.accounts.services.links import issue_link

    (badge,) = badges_of(scene.makers[0])
    code, phone = show_short_code(badge.short_code), person(scene.makers[0]).phone or ""
    with transaction():
        link = issue_link(SYSTEM, LinkPurpose.STATUS, scene.makers[0], scene.event_id)
        link_id, token = link.id, link.token
    browser = english(world.client())
    opened = browser.get(f"/l/{token}", follow_redirects=True)
    assert code not in opened.get_data(as_text=True)
    browser.post(f"/link/{link_id}/digits", data={"digits": phone[-4:]})
    proved = browser.get(f"/l/{token}", follow_redirects=True).get_data(as_text=True)
    assert code in proved
