"""The sealed copy of an unsent record: a JWE (RFC 7516, compact) with ECDH-ES on P-256 and A256GCM (RFC 7518); pure.

A tablet seals with the event's public key alone, so a lost or broken queue can be read by the server and nobody else. The
compact form is a standard one: any JOSE library opens it with the private key, also without this program.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

ALGORITHM, ENCRYPTION = "ECDH-ES", "A256GCM"
_COMPACT = re.compile(r"([A-Za-z0-9_-]{1,2000})\.\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]{22})")


class CannotOpen(ValueError):
    """Not sealed in this form, sealed to another key, or changed since."""


def new_private_key() -> str:
    """Return a fresh P-256 private key as PEM, to be stored encrypted."""
    key = ec.generate_private_key(ec.SECP256R1())
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def public_jwk(private_pem: str) -> dict[str, str]:
    """Return the public half as a JWK, which WebCrypto takes."""
    numbers = _private(private_pem).public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _coordinate(numbers.x), "y": _coordinate(numbers.y)}


def key_id(jwk: dict[str, str]) -> str:
    """Return the JWK's thumbprint (RFC 7638): the key's name, the same wherever it is computed."""
    text = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"), sort_keys=True)
    return _encode(hashlib.sha256(text.encode()).digest())


def sealed_to(text: str) -> str:
    """Return the name of the key that a text was sealed to.

    Raises:
        CannotOpen: it is not sealed in this form.
    """
    return str(_header(_parts(text)[0]).get("kid", ""))


def open_sealed(private_pem: str, text: str) -> str:
    """Return what was sealed.

    Raises:
        CannotOpen: not this form, another key, or a changed byte.
    """
    protected, iv, body, tag = _parts(text)
    header = _header(protected)
    if (header.get("alg"), header.get("enc")) != (ALGORITHM, ENCRYPTION):
        raise CannotOpen("another algorithm")
    try:
        shared = _private(private_pem).exchange(ec.ECDH(), _public(header.get("epk")))
        box = AESGCM(derived_key(shared, ENCRYPTION, 256))
        return box.decrypt(_decode(iv), _decode(body) + _decode(tag), protected.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("another key, or changed") from error


def derived_key(shared: bytes, encryption: str, bits: int, apu: bytes = b"", apv: bytes = b"") -> bytes:
    """Return the content key of direct key agreement (RFC 7518, 4.6.2)."""
    sized = b"".join(len(part).to_bytes(4, "big") + part for part in (encryption.encode(), apu, apv))
    return ConcatKDFHash(hashes.SHA256(), bits // 8, sized + bits.to_bytes(4, "big")).derive(shared)


def _parts(text: str) -> tuple[str, str, str, str]:
    match = _COMPACT.fullmatch(text)
    if not match:
        raise CannotOpen("not a sealed record")
    return match[1], match[2], match[3], match[4]


def _header(protected: str) -> dict[str, Any]:
    try:
        header = json.loads(_decode(protected))
    except (ValueError, RecursionError) as error:
        raise CannotOpen("an unreadable header") from error
    if not isinstance(header, dict):
        raise CannotOpen("an unreadable header")
    return header


def _private(pem: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("no key of a curve")
    return key


def _public(jwk: Any) -> ec.EllipticCurvePublicKey:
    """Return the sender's key; a point off the curve is refused by the library."""
    if not isinstance(jwk, dict) or (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256"):
        raise ValueError("no key of this curve")
    x, y = (int.from_bytes(_decode(str(jwk.get(name, ""))), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def _coordinate(value: int) -> str:
    return _encode(value.to_bytes(32, "big"))


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
