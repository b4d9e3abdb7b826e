"""The tablet's app as it is served: the same for everybody, whole in both languages, and a worker that changes with what it keeps."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from matchmaking.commitments.routes import tablet_app
from matchmaking.commitments.tablet_words import tablet_words
from matchmaking.events.models import Device, DeviceKind
from matchmaking.events.services.devices import add_device
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.transactions import transaction
from matchmaking.web.assets import precache_list
from tests.world import World

STATIC = Path(__file__).resolve().parents[2] / "static"


def kept(script: str) -> dict[str, object]:
    """What the worker is told to keep."""
    found: dict[str, object] = json.loads(script.partition("self.TABLET=")[2].partition(";\n")[0])
    return found


def test_the_worker_is_at_the_root_and_names_every_file_there_is(app: Flask, world: World) -> None:
    browser = world.client(None)
    answer = browser.get("/sw.js")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200,
        "text/javascript",
        "no-cache",
    )
    tablet = kept(answer.text)
    assert tablet["pages"] == {"id": "/tablet/id", "en": "/tablet/en"}
    files = tablet["files"]
    assert isinstance(files, list)
    assert [address for address in files if not (STATIC / address.removeprefix("/static/")).is_file()] == []
    page = browser.get("/tablet/id").text
    used = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page))
    assert used - set(files) == set()


def test_a_changed_word_is_a_new_version(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = world.client(None)
    tablet_app._pages_digest.cache_clear()
    before = kept(browser.get("/sw.js").text)["version"]
    assert kept(browser.get("/sw.js").text)["version"] == before
    monkeypatch.setattr(tablet_app, "tablet_words", lambda: {**tablet_words(), "online": "x"})
    tablet_app._pages_digest.cache_clear()
    assert kept(browser.get("/sw.js").text)["version"] != before
    monkeypatch.undo()
    tablet_app._pages_digest.cache_clear()


def test_the_page_is_the_same_for_everybody_and_sets_no_cookie(app: Flask, world: World) -> None:
    event_id = world.event()
    organizer = world.client(world.organizer(event_id).user_id)
    pages = {
        browser.get(f"/tablet/{language}").text for browser in (world.client(None), organizer) for language in ("id",)
    }
    assert len(pages) == 1
    assert "csrf" not in pages.pop()
    assert "Set-Cookie" not in world.client(None).get("/tablet/en").headers


@pytest.mark.parametrize(("language", "title"), [("id", "Tablet penandatanganan"), ("en", "Signing tablet")])
def test_each_language_is_whole(app: Flask, world: World, language: str, title: str) -> None:
    page = world.client(None).get(f"/tablet/{language}").text
    assert f'<html lang="{language}"' in page
    assert f"<title>{title}" in page
    words = json.loads(re.search(r'id="words">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    with app.test_request_context(), force_locale(language):
        assert words == tablet_words()


def test_an_unknown_language_is_not_there(app: Flask, world: World) -> None:
    assert world.client(None).get("/tablet/fr").status_code == 404


def test_every_key_the_script_says_has_its_words(app: Flask) -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (STATIC / "js" / "tablet").rglob("*.js"))
    sources += (STATIC / "js" / "pages" / "tablet.js").read_text(encoding="utf-8")
    said = set(re.findall(r'\bsay\("([a-z_.]+)"', sources)) - {"number"}
    counted = {
        f"{key}_{ending}" for key in re.findall(r'\bcounted\("([a-z_]+)"', sources) for ending in ("one", "many")
    }
    checks = {
        f"checks.{word}"
        for call in re.findall(r"finding\(([^)]*)\)", sources)
        for word in re.findall(r'"([a-z_]+)"', call)
    }
    with app.test_request_context():
        words = tablet_words()
    known = {*words, *(f"checks.{key}" for key in words["checks"])}
    signals = {f"checks.{kind}" for kind in ("held", "warning", "refused")}
    assert (said | counted | checks) - known - signals == set()


def test_the_app_can_be_installed(app: Flask, world: World) -> None:
    browser = world.client(None)
    answer = browser.get("/tablet.webmanifest")
    manifest = json.loads(answer.text)
    assert answer.mimetype == "application/manifest+json"
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/tablet", "/", "standalone")
    icons = [
        (icon["sizes"], icon["purpose"], browser.get(icon["src"], buffered=True).mimetype) for icon in manifest["icons"]
    ]
    assert icons == [
        ("192x192", "any", "image/png"), ("512x512", "any", "image/png"), ("512x512", "maskable", "image/png"),
    ]  # fmt: skip


def test_a_tablet_that_is_logged_out_needs_a_new_code(app: Flask, world: World) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    with transaction():
        code = add_device(actor, event_id, DeviceKind.TABLET, "Tablet 1")
    tablet = world.client(None)
    assert tablet.post("/tablet/leave").status_code == 403
    tablet.post("/device", data={"code": code.code})
    assert 'href="/tablet"' in tablet.get("/device/status").text
    assert tablet.post("/tablet/leave").get_json() == {"left": True}
    assert tablet.get_cookie("device") is None
    assert db.session.get_one(Device, code.device_id).revoked_at is not None


def test_without_a_build_there_is_no_worker(app: Flask, world: World, tmp_path: Path) -> None:
    app.static_folder = str(tmp_path)
    assert precache_list.__module__ == "matchmaking.web.assets"
    assert world.client(None).get("/sw.js").status_code == 404
