"""HTTPS in the venue's network: an authority of our own, trusted once by each tablet, and a certificate for the addresses of the day."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from matchmaking.operations.venue.network import local_addresses

#: Apple's devices refuse a server's certificate that is valid for longer, even from an authority that a person chose to trust.
VALID_FOR = timedelta(days=820)
AUTHORITY_VALID_FOR = timedelta(days=3650)
RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Authority:
    """What signs the servers' certificates; tablets keep trusting it when the computer's address changes."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def ensure_certificate(folder: Path, addresses: list[str], now: datetime) -> None:
    """Write ``certificate.pem``, ``key.pem``, ``authority.pem`` and ``certificate.json`` unless the present ones still serve."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = _ensure_authority(folder, now)
    if not _serves(folder / "certificate.pem", authority, addresses, now):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _make_server(key, authority, addresses, now)
        _write_privately(folder / "key.pem", _private(key))
        (folder / "certificate.pem").write_bytes(_public(certificate) + _public(authority.certificate))
    certificate = x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())
    _describe(folder, addresses, authority.certificate, certificate)


def _ensure_authority(folder: Path, now: datetime) -> Authority:
    """Read the installation's authority; make one at the first start and near the end of the old one."""
    certificate_path, key_path = folder / "authority.pem", folder / "authority-key.pem"
    if certificate_path.exists() and key_path.exists():
        certificate = x509.load_pem_x509_certificate(certificate_path.read_bytes())
        key = serialization.load_pem_private_key(key_path.read_bytes(), None)
        if isinstance(key, ec.EllipticCurvePrivateKey) and certificate.not_valid_after_utc > now + VALID_FOR:
            return Authority(key, certificate)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _make_authority(key, now)
    _write_privately(key_path, _private(key))
    certificate_path.write_bytes(_public(certificate))
    return Authority(key, certificate)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _names(addresses: list[str]) -> list[x509.GeneralName]:
    numbers = dict.fromkeys([*addresses, "127.0.0.1"])
    names = dict.fromkeys([socket.gethostname(), "localhost"])
    return [*(x509.IPAddress(ipaddress.ip_address(n)) for n in numbers), *(x509.DNSName(n) for n in names)]


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _common_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])  # as long as a name may be


def _make_authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _common_name(f"Temu Bisnis {now:%Y-%m-%d} {x509.random_serial_number() % 10000:04d}")  # told apart in a list
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # tablets whose clock is behind
        .not_valid_after(now + AUTHORITY_VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def _make_server(
    key: ec.EllipticCurvePrivateKey, authority: Authority, addresses: list[str], now: datetime
) -> x509.Certificate:
    signer = authority.key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(_common_name(f"Temu Bisnis {addresses[0]}"))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName(_names(addresses)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )
    return builder.sign(authority.key, hashes.SHA256())


def _serves(path: Path, authority: Authority, addresses: list[str], now: datetime) -> bool:
    """Say whether the certificate is there, from this authority, names every address and is valid for a while yet."""
    if not path.exists() or not path.with_name("key.pem").exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    if certificate.issuer != authority.certificate.subject:
        return False  # an earlier version signed its certificates with themselves
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    has_all = set(_names(addresses)) <= set(named)
    return has_all and certificate.not_valid_after_utc > now + RENEW_BEFORE


def _write_privately(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)


def describe_given(folder: Path, path: Path) -> None:
    """Write ``certificate.json`` for a certificate from a public authority: the names people type."""
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    names = [name for name in named.get_values_for_type(x509.DNSName) if not name.startswith("*")]
    folder.mkdir(parents=True, exist_ok=True)
    _describe(folder, names, certificate, certificate)


def _describe(folder: Path, names: list[str], compared: x509.Certificate, served: x509.Certificate) -> None:
    """Leave word for the application: under which names, what people compare, until when."""
    details = {
        "addresses": names,
        "fingerprint": compared.fingerprint(hashes.SHA256()).hex(":").upper(),
        "ends_at": served.not_valid_after_utc.isoformat(),
    }
    (folder / "certificate.json").write_text(json.dumps(details), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        describe_given(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        ensure_certificate(Path(sys.argv[1]), local_addresses(), datetime.now(UTC))
