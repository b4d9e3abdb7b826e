"""A page opened without HTTPS from another device says so, and what to do; on the computer itself and over HTTPS it does not."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaking.web.insecure import is_this_computer

ENGLISH = {"Cookie": "language=en"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)  # it sends the header as it is


@pytest.mark.parametrize(
    ("address", "is_said"),
    [
        ("http://192.168.7.5:8000", True), ("http://aula.lan", True), ("http://localhost.example.id", True),
        ("https://192.168.7.5:8000", False), ("http://localhost:8000", False), ("http://127.0.0.1:8000", False),
        ("http://127.8.8.8", False), ("http://[::1]:8000", False), ("http://hall.localhost", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/log-in", "/tablet/en", "/no-such-page"])
def test_line_stands_on_pages_opened_insecurely_alone(
    client: FlaskClient, path: str, address: str, is_said: bool
) -> None:
    page = client.get(path, base_url=address, headers=ENGLISH).text
    assert ("data-insecure" in page, "This page was opened without HTTPS" in page) == (is_said, is_said)


@pytest.mark.parametrize("is_lost", [True, False])
def test_log_in_is_named_where_it_is_lost(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, is_lost: bool
) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", is_lost)
    page = client.get("/log-in", base_url="http://192.168.7.5", headers=ENGLISH).text
    assert ("Logging in will not work either." in page) is is_lost


@pytest.mark.parametrize(("port", "link"), [(8443, True), (0, False)])
def test_it_leads_to_the_secure_address_where_there_is_one(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, port: int, link: bool
) -> None:
    monkeypatch.setitem(app.config, "HTTPS_PORT", port)
    page = client.get("/log-in", base_url="http://192.168.7.5:8000", headers=ENGLISH).text
    assert ('href="https://192.168.7.5:8443/"' in page, "Ask the organiser for the address" in page) == (link, not link)


@pytest.mark.parametrize("host", ["", "127.0.0.1.example", "0.0.0.0"])
def test_other_hosts_are_not_this_computer(host: str) -> None:
    assert not is_this_computer(host)
