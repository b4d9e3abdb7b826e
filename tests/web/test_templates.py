"""Templates and scripts keep to the content policy; icons exist; every page says its language and theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LAYOUTS = ("event", "person", "public", "desk", "print", "error", "confirm")

#: What the policy ``default-src 'self'`` refuses, and what htmx would need eval for.
REFUSED = {
    "inline style": re.compile(r"<[^>]*\sstyle\s*=|<style", re.I),
    "inline script": re.compile(r"<script(?![^>]*\s(?:src=|type=\"application/json\"))", re.I),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "hx-on or js: values": re.compile(r"hx-on|hx-vals\s*=\s*[\"']js:|hx-trigger=\"[^\"]*\[", re.I),
    "other host": re.compile(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"https?:", re.I),
}


def plain(path: Path) -> str:
    """Return a template without its comments: they quote what they forbid."""
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)


@pytest.mark.parametrize("what", REFUSED)
def test_no_template_needs_more_than_the_content_policy_allows(what: str) -> None:
    found = [path.relative_to(ROOT).as_posix() for path in TEMPLATES if REFUSED[what].search(plain(path))]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("inline style", '<p class="x" style="color:red">'),
        ("inline script", "<script>go()</script>"),
        ("event handler", '<a href="#" onclick="go()">'),
        ("hx-on or js: values", '<a hx-trigger="click[ctrlKey]">'),
        ("other host", '<script src="https://cdn.example/x.js">'),
    ],
)
def test_refusals_find_what_they_look_for(what: str, text: str) -> None:
    assert REFUSED[what].search(text)


def test_data_for_a_script_is_no_script() -> None:
    """The content policy stops what runs; a block of JSON does not."""
    assert not REFUSED["inline script"].search('<script type="application/json" id="words">{}</script>')
    assert REFUSED["inline script"].search('<script type="module">go()</script>')


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    """Icons named by scripts and Python count too; a name that is missing shows as nothing."""
    listed = {
        line.strip()
        for line in (ROOT / "static" / "icons.txt").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    }
    named = set()
    for path in TEMPLATES:
        named |= set(re.findall(r"icon\('([a-z0-9-]+)'", plain(path)))
        named |= set(re.findall(r"empty_state\('([a-z0-9-]+)'", plain(path)))
    for path in (ROOT / "matchmaking").rglob("*.py"):
        named |= set(re.findall(r"icon=\"([a-z0-9-]+)\"", path.read_text(encoding="utf-8")))
    assert named - listed == set()
    assert len(named) > 20


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_is_whole_in_both_languages(client: FlaskClient, name: str) -> None:
    for language, skip in (("id", "Langsung ke isi"), ("en", "Skip to the content")):
        client.set_cookie("language", language)
        page = client.get(f"/styleguide/layout/{name}").get_data(as_text=True)
        assert f'<html lang="{language}"' in page
        assert (skip in page) is (name != "print")
        assert page.count('id="content"') == 1
        assert page.count("<h1") == 1


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_server_says_the_theme_so_that_nothing_flashes(client: FlaskClient, theme: str) -> None:
    client.set_cookie("theme", theme)
    assert f'data-bs-theme="{theme}"' in client.get("/styleguide/layout/public").get_data(as_text=True)


def test_unknown_theme_is_not_echoed(client: FlaskClient) -> None:
    client.set_cookie("theme", 'x" onload="y')
    page = client.get("/styleguide/layout/public").get_data(as_text=True)
    assert 'data-bs-theme="auto"' in page


def test_unknown_layout_is_not_found(client: FlaskClient) -> None:
    assert client.get("/styleguide/layout/nothing").status_code == 404


def test_style_guide_speaks_indonesian(client: FlaskClient) -> None:
    page = client.get("/styleguide").get_data(as_text=True)
    assert "Panduan tampilan" in page
    assert "Sangat ingin" in page
    assert "Want very much" not in page
