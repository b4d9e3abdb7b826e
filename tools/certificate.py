"""A self-made certificate for HTTPS in the venue's network, with every address of this computer in it."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

#: Apple's devices refuse a certificate that is valid for longer, even one that a person chose to trust.
VALID_FOR = timedelta(days=820)
RENEW_BEFORE = timedelta(days=30)


def local_addresses() -> list[str]:
    """Return the IPv4 addresses under which others in the network reach this computer, the main one first."""
    found: dict[str, None] = {}
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # a documentation address: chooses the route, sends nothing
        found[probe.getsockname()[0]] = None
    with contextlib.suppress(OSError):
        for *_, place in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            found[str(place[0])] = None
    return [address for address in found if not ipaddress.ip_address(address).is_loopback] or ["127.0.0.1"]


def ensure_certificate(folder: Path, addresses: list[str], now: datetime) -> None:
    """Write ``certificate.pem``, ``key.pem`` and ``certificate.json`` unless the present ones still serve."""
    if _serves(folder / "certificate.pem", addresses, now):
        _describe(folder, addresses)
        return
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write_privately(folder / "key.pem", private)
    certificate = _make(key, addresses, now)
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    _describe(folder, addresses)


def _names(addresses: list[str]) -> list[x509.GeneralName]:
    numbers = dict.fromkeys([*addresses, "127.0.0.1"])
    names = dict.fromkeys([socket.gethostname(), "localhost"])
    return [*(x509.IPAddress(ipaddress.ip_address(n)) for n in numbers), *(x509.DNSName(n) for n in names)]


def _make(key: ec.EllipticCurvePrivateKey, addresses: list[str], now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Temu Bisnis {addresses[0]}")])
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # tablets whose clock is behind
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName(_names(addresses)), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)  # Android installs only these
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def _serves(path: Path, addresses: list[str], now: datetime) -> bool:
    """Say whether the certificate is there, names every address and is valid for a while yet."""
    if not path.exists() or not path.with_name("key.pem").exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    has_all = set(_names(addresses)) <= set(named)
    return has_all and certificate.not_valid_after_utc > now + RENEW_BEFORE


def _describe(folder: Path, addresses: list[str]) -> None:
    certificate = x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    text = json.dumps({"addresses": addresses, "fingerprint": fingerprint})
    (folder / "certificate.json").write_text(text, encoding="utf-8")


def _write_privately(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)


if __name__ == "__main__":
    ensure_certificate(Path(sys.argv[1]), local_addresses(), datetime.now(UTC))
