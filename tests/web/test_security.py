"""Headers on every answer, safe returns, remembered choices, request ids."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient

from matchmaking.web.routes import safe_next


@pytest.mark.parametrize("path", ["/healthz", "/no-such-page", "/styleguide"])
def test_every_answer_carries_the_strict_policy(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "", None],
)
def test_return_address_never_leads_off_the_site(target: str | None) -> None:
    assert safe_next(target, "/home") == "/home"


def test_return_address_within_the_site_is_kept() -> None:
    assert safe_next("/manage/acara?page=2", "/home") == "/manage/acara?page=2"


def test_language_and_theme_are_remembered_and_nonsense_is_not(client: FlaskClient) -> None:
    client.post("/language", data={"language": "en"})
    client.post("/theme", data={"theme": "dark"})
    assert (client.get_cookie("language").value, client.get_cookie("theme").value) == ("en", "dark")
    client.post("/language", data={"language": "klingon"})
    assert client.get_cookie("language").value == "en"


def test_request_id_of_a_proxy_is_kept_when_it_is_safe(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc-12345678"}).headers["X-Request-ID"] == "abc-12345678"
    assert (
        client.get("/healthz", headers={"X-Request-ID": "bad\tid<script>"}).headers["X-Request-ID"] != "bad\tid<script>"
    )


@pytest.mark.parametrize(("path", "field"), [("/log-in", "login"), ("/code", "code"), ("/forgotten", "login")])
def test_file_under_a_text_fields_name_is_left_out(client: FlaskClient, path: str, field: str) -> None:
    answer = client.post(path, data={field: (io.BytesIO(b"not text"), "text.txt")})
    assert answer.status_code in {200, 422}
