"""`badges render`: every valid badge in one file, refusals in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from matchmaking import clock
from matchmaking.actor import SYSTEM, Role
from matchmaking.attendance.badge_codes import show_short_code
from matchmaking.attendance.models import Badge, BadgeEnd
from matchmaking.attendance.services.badges import issue_badge
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration.models import Participation, ParticipationState, Side
from matchmaking.transactions import transaction
from tests.attendance.badge_desk import (
    badge_scene,
    badges_of,
    english,
    pdf_text,
    person_id,
)
from tests.scheduling.scene import Scene
from tests.world import World


@pytest.fixture
def scene(world: World) -> Scene:
    return badge_scene(world)


@pytest.fixture
def desk(scene: Scene) -> FlaskClient:
    return english(scene.staff(Role.DESK))


def render(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["badges", "render", *words])


@pytest.mark.parametrize(("layout", "pages"), [((), 2), (("--layout", "a4-8"), 1), (("--layout", "a6"), 5)])
def test_command_writes_every_valid_badge(
    app: Flask, scene: Scene, tmp_path: Path, layout: tuple[str, ...], pages: int
) -> None:
    out = tmp_path / "badges.pdf"
    done = render(app, scene.code, "--out", str(out), *layout)
    assert (done.exit_code, done.stdout) == (0, "")
    reader = PdfReader(out)
    assert len(reader.pages) == pages
    text = pdf_text(out.read_bytes())
    assert all(show_short_code(badges_of(entry)[0].short_code) in text for entry in scene.makers + scene.agencies)
    assert {badge.print_count for entry in scene.agencies for badge in badges_of(entry)} == {1}
    first = out.read_bytes()
    assert render(app, scene.code, "--out", str(out), *layout).exit_code == 0
    assert out.read_bytes() == first
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".pdf"] == ["badges.pdf"]


def test_command_gives_badges_to_those_who_have_none_and_leaves_the_ended_out(
    app: Flask, world: World, scene: Scene, tmp_path: Path
) -> None:
    entry = world.participation(scene.event_id, Side.BUYER)
    with transaction():
        row = db.session.get_one(Badge, badges_of(scene.makers[0])[0].id)
        row.ended_at, row.end_reason = clock.now(), BadgeEnd.REVOKED
        db.session.get_one(Participation, scene.makers[0]).state = ParticipationState.WITHDRAWN
    ended = show_short_code(row.short_code)
    assert render(app, scene.code, "--out", str(tmp_path / "b.pdf")).exit_code == 0
    text = pdf_text((tmp_path / "b.pdf").read_bytes())
    assert show_short_code(badges_of(entry)[0].short_code) in text
    assert ended not in text


def test_command_refuses_in_one_sentence_and_writes_nothing(
    app: Flask, world: World, scene: Scene, tmp_path: Path
) -> None:
    out = tmp_path / "badges.pdf"
    out.write_bytes(b"older")
    empty, off = world.event(), world.event(has_badges=False)
    for words, sentence in (
        (("no-such-event", "--out", str(out)), "there is no event with this code"),
        ((scene.code, "--out", str(out), "--layout", "a3"), "choose one of a4-4, a4-8, a6"),
        ((scene.code, "--out", str(tmp_path)), "no file can be written there"),
        ((scene.code, "--out", str(tmp_path / "none" / "b.pdf")), "no file can be written there"),
        ((world.code_of(empty), "--out", str(out)), "nobody takes part yet"),
        ((world.code_of(off), "--out", str(out)), "badges are switched off"),
    ):  # fmt: skip
        refused = render(app, *words)
        assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1), words
        assert sentence in refused.stderr
    assert out.read_bytes() == b"older"
    assert {badge.print_count for entry in scene.makers for badge in badges_of(entry)} == {0}


def test_command_leaves_nothing_behind_when_the_disk_is_full(
    app: Flask, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matchmaking.attendance.cli.os.replace", full)
    refused = render(app, scene.code, "--out", str(tmp_path / "b.pdf"))
    assert (refused.exit_code, "No space left on device" in refused.stderr) == (2, True)
    assert [path for path in tmp_path.iterdir() if "b.pdf" in path.name] == []
    assert {badge.print_count for entry in scene.makers for badge in badges_of(entry)} == {0}


def test_issuing_needs_no_switch(world: World, scene: Scene) -> None:
    """Badges are made whether the event uses them or not: it may be switched on at any time."""
    with transaction():
        db.session.get_one(Event, scene.event_id).has_badges = False
    entry = world.participation(scene.event_id, Side.BUYER)
    with transaction():
        assert issue_badge(SYSTEM, person_id(entry)).ended_at is None
