"""The key a paper is sealed with: one made by the organiser's own authority, or one from a PKCS#12 file; always encrypted at rest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

#: An own seal is replaced when its key is lost or stolen, not by a date: papers are checked for decades.
VALID_FOR = timedelta(days=30 * 365)
#: Clocks of laptops differ; a certificate that begins today is refused by one that is an hour behind.
BEFORE = timedelta(days=1)


class KeyUnreadable(ValueError):
    """The file is no PKCS#12, or the passphrase is not the one it was encrypted with."""


@dataclass(frozen=True)
class SealKey:
    """A private key with its certificate and the chain above it (the issuer's first)."""

    key: CertificateIssuerPrivateKeyTypes
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hex: by this the seal is known, never by its names."""
        return fingerprint_of(self.certificate)

    @property
    def certificates_pem(self) -> str:
        """The certificate and its chain as text, without the key."""
        return "".join(_pem(one) for one in (self.certificate, *self.chain))


def fingerprint_of(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate in hex."""
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


def make_key(name: str, now: datetime) -> SealKey:
    """Make an authority named after the organiser, one seal certificate under it, and forget the authority's own key.

    Nothing else can then ever be issued in the authority's name; a new seal comes with a new authority.

    Args:
        name: the organiser, as it stands in the certificate (at most 64 signs are kept).
        now: from when it is valid.
    """
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name, seal_name = _name(f"CA {name}"), _name(f"Segel {name}")
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    certificate = (
        _builder(seal_name, authority_name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    return SealKey(key, certificate, (authority,))


def _name(text: str) -> x509.Name:
    parts = [(NameOID.COUNTRY_NAME, "ID"), (NameOID.COMMON_NAME, text[:64])]
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(**on: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
        "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})


def write_key(key: SealKey, passphrase: str) -> bytes:
    """Return the key with its certificates as an encrypted PKCS#12 file."""
    return pkcs12.serialize_key_and_certificates(
        b"segel",
        _exportable(key),
        key.certificate,
        list(key.chain),
        serialization.BestAvailableEncryption(passphrase.encode()),
    )


def _exportable(key: SealKey) -> ec.EllipticCurvePrivateKey:
    if not isinstance(key.key, ec.EllipticCurvePrivateKey):
        raise TypeError("only keys made here are written here")
    return key.key


def read_key(content: bytes, passphrase: str) -> SealKey:
    """Read a PKCS#12 file.

    Raises:
        KeyUnreadable: no PKCS#12, another passphrase, or no key with a certificate in it.
    """
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(content, passphrase.encode() or None)
    except ValueError as error:
        raise KeyUnreadable("this is no PKCS#12 file, or the passphrase is another one") from error
    if key is None or certificate is None:
        raise KeyUnreadable("the PKCS#12 file holds no key with its certificate")
    return SealKey(key, certificate, tuple(chain))  # type: ignore[arg-type]


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
