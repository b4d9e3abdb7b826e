"""Badges as the tests of their pages meet them: a hall in which everybody has one, and what the print desk hands out."""

from __future__ import annotations

import io
import re
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from pypdf import PdfReader

from matchmaking.actor import SYSTEM
from matchmaking.attendance.models import Badge
from matchmaking.attendance.services.badges import ensure_badges
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate
from matchmaking.transactions import transaction
from tests.scheduling.scene import Scene, make_scene
from tests.world import World


def badge_scene(world: World) -> Scene:
    """Two makers, three agencies, everybody with a badge, nothing printed."""
    scene = make_scene(world)
    with transaction():
        assert ensure_badges(SYSTEM, scene.event_id) == 5
    return scene


def english(browser: FlaskClient) -> FlaskClient:
    browser.set_cookie("language", "en")
    return browser


def person(participation_id: int) -> Delegate:
    db.session.rollback()
    return db.session.scalars(
        sa.select(Delegate).where(Delegate.participation_id == participation_id).order_by(Delegate.id)
    ).first()  # type: ignore[return-value]


def badges_of(participation_id: int) -> list[Badge]:
    delegate = person(participation_id)
    return list(db.session.scalars(sa.select(Badge).where(Badge.delegate_id == delegate.id).order_by(Badge.id)))


def page(desk: FlaskClient, scene: Scene, **query: str) -> str:
    return desk.get(f"/manage/{scene.code}/badges", query_string=query).get_data(as_text=True)


def printed(desk: FlaskClient, scene: Scene, **data: Any) -> str:
    """Print, follow to the list, fetch the PDF; return its text."""
    answer = desk.post(f"/manage/{scene.code}/badges/print", data=data)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return fetched(desk, answer.location)


def fetched(desk: FlaskClient, address: str) -> str:
    link = re.search(r'href="([^"]+/badges/papers/\w+\.pdf)"', desk.get(address).get_data(as_text=True))
    assert link
    answer = desk.get(link[1])
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    content = answer.data
    answer.close()
    return pdf_text(content)


def pdf_text(content: bytes) -> str:
    return " ".join(" ".join(p.extract_text().split()) for p in PdfReader(io.BytesIO(content)).pages)


def person_id(participation_id: int) -> int:
    return db.session.scalars(sa.select(Delegate.id).where(Delegate.participation_id == participation_id)).one()
