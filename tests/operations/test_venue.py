"""The organiser's page of the hall: the codes to scan, what is missing, and for whom no trust page is needed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.operations.venue import network, serving
from matchmaking.operations.venue.doors import doors_of, findings_of
from matchmaking.operations.venue.serving import Venue, read_venue
from tests.world import DAY, World
from tools.certificate import describe_given, ensure_certificate

NOW = datetime(2023, 5, 10, 18, 0, tzinfo=UTC)
OWN: dict[str, Any] = {"HTTPS_PORT": 8000, "TRUST_PORT": 8001}
PUBLIC: dict[str, Any] = {"HTTPS_PORT": 443, "TRUST_PORT": 0}
CLOSED: dict[str, Any] = {"HTTPS_PORT": 0, "TRUST_PORT": 0}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of this computer; a test may change them."""
    addresses = ["192.168.7.5", "10.0.0.9"]
    monkeypatch.setattr(serving, "local_addresses", lambda: addresses)
    return addresses


def venue(folder: Path, settings: dict[str, Any]) -> Venue:
    return read_venue(folder, settings)


def served(folder: Path, *addresses: str) -> Path:
    ensure_certificate(folder / "tls", list(addresses), NOW)
    return folder


def test_each_address_has_a_code_to_trust_and_a_code_to_open(app: Flask, tmp_path: Path, here: list[str]) -> None:
    found = venue(served(tmp_path, *here), OWN)
    assert [(d.host, d.trust and d.trust.address, d.app.address) for d in doors_of(found)] == [
        ("192.168.7.5", "http://192.168.7.5:8001", "https://192.168.7.5:8000"),
        ("10.0.0.9", "http://10.0.0.9:8001", "https://10.0.0.9:8000"),
    ]
    with clock.frozen(NOW):
        assert findings_of(found, DAY) == []


def test_a_public_certificate_needs_no_trust_page(app: Flask, tmp_path: Path, here: list[str]) -> None:
    served(tmp_path / "given", "192.168.7.5")
    describe_given(tmp_path / "tls", tmp_path / "given/tls/certificate.pem")
    found = venue(tmp_path, PUBLIC)
    (door,) = doors_of(found)
    assert (door.trust, door.app.address, found.is_own, found.unnamed) == (None, f"https://{door.host}", False, ())


def test_ports_that_go_without_saying_are_not_said(app: Flask, tmp_path: Path, here: list[str]) -> None:
    (door, *_rest) = doors_of(venue(served(tmp_path, *here), {"HTTPS_PORT": 443, "TRUST_PORT": 80}))
    assert door.trust is not None
    assert (door.trust.address, door.app.address) == ("http://192.168.7.5", "https://192.168.7.5")


def faults(found: Venue) -> list[str]:
    with clock.frozen(NOW):
        return [finding.text.split(".")[0] for finding in findings_of(found, DAY)]


def test_what_is_missing_is_said(app: Flask, tmp_path: Path, here: list[str]) -> None:
    served(tmp_path, "192.168.7.5", "172.16.0.2")
    with app.test_request_context(headers={"Cookie": "language=en"}):
        assert faults(venue(tmp_path, CLOSED)) == ["The application is open to this computer only"]
        (text,) = faults(venue(tmp_path, OWN))
        assert text.startswith("This computer has got another address (10")
        here[:] = ["127.0.0.1"]
        assert faults(venue(tmp_path, OWN))[0] == "This computer is in no network"
        here[:] = ["192.168.7.5"]
        assert faults(venue(tmp_path, OWN)) == []


def test_a_certificate_that_ends_during_the_event_is_said(app: Flask, tmp_path: Path, here: list[str]) -> None:
    found = venue(served(tmp_path, *here), OWN)
    assert found.served is not None
    last = found.served.ends_at.date()
    with clock.frozen(NOW):
        assert [len(findings_of(found, day)) for day in (last, last.replace(year=last.year - 1))] == [1, 0]


def test_an_address_that_the_computer_has_lost_is_not_shown(app: Flask, tmp_path: Path, here: list[str]) -> None:
    served(tmp_path, "192.168.7.5", "10.0.0.9")
    here.remove("192.168.7.5")
    assert [door.host for door in doors_of(venue(tmp_path, OWN))] == ["10.0.0.9"]


@pytest.fixture
def organizer(world: World) -> FlaskClient:
    event_id = world.event(code="acara")
    return world.client(world.user(roles={event_id: Role.ORGANIZER}, locale="en"))


@pytest.fixture
def in_venue(app: Flask, monkeypatch: pytest.MonkeyPatch, here: list[str]) -> None:
    served(Path(app.instance_path), *here)
    for name, value in OWN.items():
        monkeypatch.setitem(app.config, name, value)


def test_pages_show_codes_and_fingerprint(organizer: FlaskClient, in_venue: None, app: Flask) -> None:
    page = organizer.get("/manage/acara/venue").text
    assert page.count('class="qr-square"') == 4
    found = serving.read_served(Path(app.instance_path))
    assert found is not None
    assert found.fingerprint.replace(":", " ") in page
    screen = organizer.get("/manage/acara/venue/projector?address=10.0.0.9").text
    assert (screen.count('class="qr-square"'), "https://10.0.0.9:8000" in screen) == (2, True)
    assert "https://192.168.7.5:8000" in organizer.get("/manage/acara/venue/projector?address=evil.example").text


def test_without_venue_the_page_says_how_to_begin(organizer: FlaskClient, here: list[str]) -> None:
    page = organizer.get("/manage/acara/venue").text
    assert ("./dev run --venue" in page, 'class="qr-square"' in page) == (True, False)
    assert organizer.get("/manage/acara/venue/projector").location == "/manage/acara/venue"


def test_interfaces_inside_the_computer_are_no_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {"lo": "127.0.0.1", "docker0": "172.17.0.1", "wlan0": "192.168.7.5", "eth0": "10.0.0.9"}
    asked = []

    def answer(_asker: object, _request: int, name: bytes) -> bytes:
        asked.append(name.rstrip(b"\0").decode())
        return bytes(20) + bytes(map(int, numbers[asked[-1]].split(".")))

    monkeypatch.setattr(network, "_of_route", lambda: iter(["10.0.0.9"]))
    monkeypatch.setattr(network.socket, "if_nameindex", lambda: list(enumerate(numbers)))
    monkeypatch.setattr(network.fcntl, "ioctl", answer)
    assert network.local_addresses() == ["10.0.0.9", "192.168.7.5"]
    assert asked == ["lo", "wlan0", "eth0"]
