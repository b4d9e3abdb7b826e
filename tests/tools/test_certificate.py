"""The venue's authority stays; its certificate has every address in it and is made anew when it does not serve."""

from __future__ import annotations

import ipaddress
import json
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from matchmaking.operations.venue.network import local_addresses
from tools.certificate import VALID_FOR, ensure_certificate

NOW = datetime(2026, 5, 11, 9, 0, tzinfo=UTC)
NOW_FOR_REAL = datetime.now(UTC)  # what a handshake compares with


def load(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())


def authority(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes())


def test_it_names_every_address_and_the_fingerprint_to_compare(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, ["192.168.7.5", "10.0.0.9"], NOW)
    certificate = load(tmp_path)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    numbers = ["192.168.7.5", "10.0.0.9", "127.0.0.1"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address(number) for number in numbers]
    assert json.loads((tmp_path / "certificate.json").read_text(encoding="utf-8")) == {
        "addresses": ["192.168.7.5", "10.0.0.9"],
        "fingerprint": authority(tmp_path).fingerprint(hashes.SHA256()).hex(":").upper(),
        "ends_at": certificate.not_valid_after_utc.isoformat(),
    }


def test_apple_and_android_take_it(tmp_path: Path) -> None:
    """Apple: at most 825 days, for servers; Android: installs only what may sign certificates."""
    ensure_certificate(tmp_path, ["192.168.7.5"], NOW)
    certificate = load(tmp_path)
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= timedelta(days=825)
    for made, may_sign in ((certificate, False), (authority(tmp_path), True)):
        assert made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is may_sign
        assert made.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign is may_sign
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [purpose.dotted_string for purpose in usage] == ["1.3.6.1.5.5.7.3.1"]


def test_the_key_fits_and_is_the_owners_alone(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, ["192.168.7.5"], NOW)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    for name in ("key.pem", "authority-key.pem"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def handshake(folder: Path, trusted: Path, address: str) -> str:
    """Do the handshake of a tablet that trusts one authority and asks for an address, without a network."""
    here = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    here.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    tablet = ssl.create_default_context(cafile=str(trusted))
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = here.wrap_bio(up, down, server_side=True)
    client = tablet.wrap_bio(down, up, server_hostname=address)
    for _turn in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as error:
                return error.verify_message
    return client.version() or ""


def test_a_tablet_that_trusts_the_authority_goes_on_when_the_address_changes(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, ["192.168.7.5"], NOW_FOR_REAL)
    trusted = tmp_path / "on-the-tablet.pem"
    trusted.write_bytes((tmp_path / "authority.pem").read_bytes())
    assert handshake(tmp_path, trusted, "192.168.7.5") == "TLSv1.3"
    assert "192.168.7.6" in handshake(tmp_path, trusted, "192.168.7.6")
    ensure_certificate(tmp_path, ["192.168.7.6"], NOW_FOR_REAL)
    assert handshake(tmp_path, trusted, "192.168.7.6") == "TLSv1.3"


def test_a_tablet_that_trusts_another_authority_is_not_fooled(tmp_path: Path) -> None:
    for name in ("ours", "theirs"):
        ensure_certificate(tmp_path / name, ["192.168.7.5"], NOW_FOR_REAL)
    assert handshake(tmp_path / "theirs", tmp_path / "ours" / "authority.pem", "192.168.7.5") != "TLSv1.3"


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
    trusted = authority(tmp_path)
    ensure_certificate(tmp_path, ["192.168.7.6"], NOW + VALID_FOR - timedelta(days=10))
    assert len({first.serial_number, second.serial_number, load(tmp_path).serial_number}) == 3
    assert authority(tmp_path) == trusted


def test_this_computer_has_an_address() -> None:
    assert [str(ipaddress.ip_address(address)) for address in local_addresses()] == local_addresses() != []
