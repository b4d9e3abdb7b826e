"""The venue's certificate: every address in it, kept while it serves, made anew when it does not."""

from __future__ import annotations

import ipaddress
import json
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tools.certificate import VALID_FOR, ensure_certificate, local_addresses

NOW = datetime(2026, 5, 11, 9, 0, tzinfo=UTC)


def load(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())


def test_it_names_every_address_and_its_own_fingerprint(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, ["192.168.7.5", "10.0.0.9"], NOW)
    certificate = load(tmp_path)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    numbers = ["192.168.7.5", "10.0.0.9", "127.0.0.1"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address(number) for number in numbers]
    assert json.loads((tmp_path / "certificate.json").read_text(encoding="utf-8")) == {
        "addresses": ["192.168.7.5", "10.0.0.9"],
        "fingerprint": certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
    }


def test_apple_and_android_take_it(tmp_path: Path) -> None:
    """Apple: at most 825 days, for servers; Android: installs only what may sign."""
    ensure_certificate(tmp_path, ["192.168.7.5"], NOW)
    certificate = load(tmp_path)
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= timedelta(days=825)
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is True
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [purpose.dotted_string for purpose in usage] == ["1.3.6.1.5.5.7.3.1"]


def test_the_key_fits_and_is_the_owners_alone(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, ["192.168.7.5"], NOW)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600


def test_it_is_kept_while_it_serves(tmp_path: Path) -> None:
    """Tablets were told to trust this one: a restart must not change it."""
    ensure_certificate(tmp_path, ["192.168.7.5", "10.0.0.9"], NOW)
    first = load(tmp_path)
    ensure_certificate(tmp_path, ["192.168.7.5"], NOW + timedelta(days=700))
    assert load(tmp_path) == first


def test_another_address_or_a_near_end_makes_a_new_one(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, ["192.168.7.5"], NOW)
    first = load(tmp_path)
    ensure_certificate(tmp_path, ["192.168.7.6"], NOW)
    second = load(tmp_path)
    ensure_certificate(tmp_path, ["192.168.7.6"], NOW + VALID_FOR - timedelta(days=10))
    assert len({first.serial_number, second.serial_number, load(tmp_path).serial_number}) == 3


def test_this_computer_has_an_address() -> None:
    assert [str(ipaddress.ip_address(address)) for address in local_addresses()] == local_addresses() != []
