"""The trust page: how a tablet learns to trust the laptop, and that nothing else can be had there."""

from __future__ import annotations

import hashlib
import plistlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from flask import Flask
from flask.testing import FlaskClient

from matchmaking.operations.venue.trust import CERTIFICATE_NAME, PROFILE_NAME, create_trust_app, device_of
from matchmaking.web.assets import asset_url
from tools.certificate import ensure_certificate

ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-X210) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
IPAD = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148"


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    ensure_certificate(tmp_path / "tls", ["192.168.7.5", "10.0.0.9"], datetime(2026, 5, 11, 9, 0, tzinfo=UTC))
    return tmp_path


@pytest.fixture
def trust(instance: Path) -> Flask:
    return create_trust_app(str(instance), 8000)


@pytest.fixture
def tablet(trust: Flask) -> FlaskClient:
    return trust.test_client()


def authority(instance: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((instance / "tls/authority.pem").read_bytes())


@pytest.mark.parametrize(("agent", "device"), [(ANDROID, "android"), (IPAD, "ipad"), (IPHONE, "ipad"), ("", "android")])
def test_the_devices_own_steps_come_first_and_the_others_are_a_tap_away(
    tablet: FlaskClient, agent: str, device: str
) -> None:
    assert device_of(agent) == device
    steps = {"android": CERTIFICATE_NAME, "ipad": PROFILE_NAME}
    own = tablet.get("/", headers={"User-Agent": agent}).text
    other = next(name for name in steps if name != device)
    assert [f'href="/{name}' in own for name in (steps[device], steps[other])] == [True, False]
    assert f'href="/?device={other}&amp;language=id"' in own
    assert f'href="/{steps[other]}' in tablet.get(f"/?device={other}", headers={"User-Agent": agent}).text


def test_android_gets_the_authority_as_der(tablet: FlaskClient, instance: Path) -> None:
    answer = tablet.get(f"/{CERTIFICATE_NAME}")
    assert (answer.content_type, answer.headers["Content-Disposition"]) == (
        "application/x-x509-ca-cert",
        'attachment; filename="temu-bisnis-ca.crt"',
    )
    assert x509.load_der_x509_certificate(answer.data) == authority(instance)


def test_ipad_gets_a_profile_with_the_same_authority(tablet: FlaskClient, instance: Path) -> None:
    answer = tablet.get(f"/{PROFILE_NAME}?language=en")
    assert answer.content_type == "application/x-apple-aspen-config"
    profile = plistlib.loads(answer.data)
    assert (profile["PayloadType"], profile["PayloadVersion"]) == ("Configuration", 1)
    (payload,) = profile["PayloadContent"]
    assert (payload["PayloadType"], payload["PayloadVersion"]) == ("com.apple.security.root", 1)
    assert x509.load_der_x509_certificate(payload["PayloadContent"]) == authority(instance)
    assert len({profile["PayloadUUID"], payload["PayloadUUID"]}) == 2
    assert profile["PayloadDescription"].startswith("Lets this device")
    assert tablet.get(f"/{PROFILE_NAME}?language=en").data == answer.data


def test_the_fingerprint_to_compare_is_that_of_what_is_fetched(tablet: FlaskClient) -> None:
    fetched = hashlib.sha256(tablet.get(f"/{CERTIFICATE_NAME}").data).hexdigest().upper()
    assert " ".join(fetched[n : n + 2] for n in range(0, 64, 2)) in tablet.get("/").text


@pytest.mark.parametrize(
    ("host", "secure"),
    [
        ("192.168.7.5:8001", "https://192.168.7.5:8000"),
        ("10.0.0.9", "https://10.0.0.9:8000"),
        ("evil.example:8001", "https://192.168.7.5:8000"),
    ],
)
def test_it_leads_to_the_https_address_of_a_host_that_the_certificate_names(
    tablet: FlaskClient, host: str, secure: str
) -> None:
    answer = tablet.get("/", headers={"Host": host})
    assert f'data-trust-check="{secure}/healthz"' in answer.text
    assert f"connect-src 'self' {secure};" in answer.headers["Content-Security-Policy"]
    assert "evil" not in answer.text


def test_both_languages_are_there_and_nothing_is_kept(tablet: FlaskClient) -> None:
    indonesian, english = tablet.get("/"), tablet.get("/?language=en")
    assert ('<html lang="id"' in indonesian.text, '<html lang="en"' in english.text) == (True, True)
    assert ("Does it work now?" in indonesian.text, "Does it work now?" in english.text) == (False, True)
    assert [a.headers.getlist("Set-Cookie") for a in (indonesian, english)] == [[], []]


def test_nothing_of_the_application_is_there(tablet: FlaskClient, trust: Flask, app: Flask) -> None:
    """Its addresses are the page, two downloads and what the page is made of; every address of the application is unknown."""
    assert sorted(rule.rule for rule in trust.url_map.iter_rules()) == [
        "/", "/static/<path:filename>", f"/{CERTIFICATE_NAME}", f"/{PROFILE_NAME}",
    ]  # fmt: skip
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.rule != "/" and not rule.arguments:
            found[rule.rule] = {tablet.get(rule.rule).status_code, tablet.post(rule.rule).status_code}
    assert len(found) > 10
    assert {path: codes for path, codes in found.items() if codes != {404}} == {}
    assert tablet.post("/", data={"email": "x"}).status_code == 405
    assert (trust.secret_key, trust.config["SESSION_COOKIE_DOMAIN"]) == (None, None)


def test_only_what_the_page_is_made_of_is_sent(tablet: FlaskClient, trust: Flask, instance: Path) -> None:
    with trust.test_request_context():
        names = {
            name: asset_url(name) for name in ("app.css", "js/pages/trust.js", "js/app.js", "js/pages/check-in.js")
        }
    status = {}
    for name, url in names.items():
        with tablet.get(url) as answer:
            status[name] = answer.status_code
    assert status == {"app.css": 200, "js/pages/trust.js": 200, "js/app.js": 404, "js/pages/check-in.js": 404}
    for path in ("/static/../instance/secret_key", "/static/dist/fonts/../manifest.json", "/static/scss/app.scss"):
        assert tablet.get(path).status_code == 404
    assert (instance / "tls/authority-key.pem").exists()
    assert tablet.get("/authority-key.pem").status_code == 404


def test_without_a_certificate_it_says_so_instead_of_failing(tmp_path: Path) -> None:
    assert create_trust_app(str(tmp_path), 8000).test_client().get("/").status_code == 503
