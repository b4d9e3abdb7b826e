"""Built assets: hashed addresses, kept for a year, compressed for browsers that take it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from matchmaking.web.assets import asset_url

STYLE = b"a { color: maroon }" * 50


@pytest.fixture
def built(app: Flask, tmp_path: Path) -> Path:
    """A build of one stylesheet and one font."""
    folder = tmp_path / "static/dist"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text('{"app.css": "app-1A2B3C4D.css"}', encoding="utf-8")
    (folder / "app-1A2B3C4D.css").write_bytes(STYLE)
    (folder / "app-1A2B3C4D.css.gz").write_bytes(gzip.compress(STYLE))
    (folder / "words.woff2").write_bytes(b"font")
    app.static_folder = str(tmp_path / "static")
    return folder


def fetch(app: Flask, path: str, accepted: str) -> TestResponse:
    return app.test_client().get(f"/static/{path}", headers={"Accept-Encoding": accepted}, buffered=True)


def test_address_carries_the_hash_of_the_build(app: Flask, built: Path) -> None:
    with app.test_request_context():
        assert asset_url("app.css") == "/static/dist/app-1A2B3C4D.css"
        assert asset_url("words.woff2") == "/static/dist/words.woff2"


def test_a_new_build_is_seen_at_once(app: Flask, built: Path) -> None:
    with app.test_request_context():
        asset_url("app.css")
        (built / "manifest.json").write_text('{"app.css": "app-5E6F7A8B.css"}', encoding="utf-8")
        assert asset_url("app.css") == "/static/dist/app-5E6F7A8B.css"


def test_text_is_sent_compressed_to_browsers_that_take_it(app: Flask, built: Path) -> None:
    answer = fetch(app, "dist/app-1A2B3C4D.css", "gzip, br")
    assert (answer.status_code, answer.mimetype, "accept-encoding" in answer.vary) == (200, "text/css", True)
    assert (answer.headers["Content-Encoding"], gzip.decompress(answer.data)) == ("gzip", STYLE)
    assert answer.cache_control.max_age == 31_536_000


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0"])
def test_others_get_the_text_itself(app: Flask, built: Path, accepted: str) -> None:
    answer = fetch(app, "dist/app-1A2B3C4D.css", accepted)
    assert (answer.data, answer.headers.get("Content-Encoding")) == (STYLE, None)
    assert ("accept-encoding" in answer.vary, answer.cache_control.max_age) == (True, 31_536_000)


def test_what_was_not_compressed_is_sent_as_it_is(app: Flask, built: Path) -> None:
    answer = fetch(app, "dist/words.woff2", "gzip")
    assert (answer.data, answer.headers.get("Content-Encoding")) == (b"font", None)


@pytest.mark.parametrize("path", ["dist/none.css", "../app.py", "dist/%2e%2e/%2e%2e/app.py"])
def test_nothing_outside_the_folder_is_sent(app: Flask, built: Path, path: str) -> None:
    assert fetch(app, path, "gzip").status_code == 404
