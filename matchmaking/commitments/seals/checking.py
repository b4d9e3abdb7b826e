"""Does a file carry an unbroken seal of ours? Offline: nothing is fetched, and a stranger's file never reaches the PDF parser.

First the bytes the last seal claims to cover are hashed and held against that seal's signature; only what one of our own keys has
signed is then read as a PDF, because a file made to hurt (a bomb in a compressed stream) could otherwise stop the public check page.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import structlog
from asn1crypto import cms, pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, validate_sig_integrity
from pyhanko_certvalidator import ValidationContext

log = structlog.get_logger()

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")


class SealFinding(StrEnum):
    """What became of the seal."""

    HOLDS = "holds"
    NONE = "none"  # no seal at all
    FOREIGN = "foreign"  # sealed, but with none of our certificates
    BROKEN = "broken"  # ours, and a byte it covers was changed
    APPENDED = "appended"  # ours and whole, and something was added after it


@dataclass(frozen=True)
class TrustedSeal:
    """One of our certificates (PEM, its chain below it) and those of the timestamp services that stood beside it."""

    fingerprint: str
    certificates: str
    timestamps: tuple[str, ...] = ()


@dataclass(frozen=True)
class SealCheck:
    """What was found; ``fingerprint`` of the certificate, when ours. Times as the seal gives them."""

    finding: SealFinding
    fingerprint: str = ""
    sealed_at: datetime | None = None
    has_timestamp: bool = False


@dataclass(frozen=True)
class _Signed:
    """The last seal in a file: what it covers, and its signature."""

    end: int  # of what is covered
    covered: str  # SHA-256 of what is covered
    is_sound: bool  # digest and signature match
    has_padding_of_zeros: bool
    fingerprint: str
    certificates: frozenset[bytes]
    is_only_one: bool  # we seal once, and our seal allows nothing after it

    def is_tidy(self, seal: TrustedSeal) -> bool:
        """Say whether the room of the signature, which no signature covers, holds nothing that is not ours."""
        ours = {one.dump() for one in _certificates(seal.certificates)}
        return self.has_padding_of_zeros and self.certificates <= ours


def check_seal(content: bytes, trusted: Iterable[TrustedSeal]) -> SealCheck:
    """Say whether the file carries an unbroken seal made with one of ``trusted``."""
    known = {seal.fingerprint: seal for seal in trusted}
    signed = _last_signed(content)
    if signed is None:
        return SealCheck(SealFinding.BROKEN if b"/ByteRange" in content else SealFinding.NONE)
    if signed.fingerprint not in known:
        return SealCheck(SealFinding.FOREIGN)
    found = SealCheck(SealFinding.BROKEN, signed.fingerprint)
    if not signed.is_sound or not signed.is_tidy(known[signed.fingerprint]):
        return found
    if signed.end != len(content) or not signed.is_only_one:
        return replace(found, finding=SealFinding.APPENDED)
    return _validated(content, known[signed.fingerprint], found)


def covered_digest(content: bytes) -> str:
    """Return the SHA-256 of what the last seal covers: all but the room of the signature; empty without a seal."""
    signed = _last_signed(content)
    return signed.covered if signed else ""


def _last_signed(content: bytes) -> _Signed | None:
    """Read the last seal without parsing the PDF; ``None`` when there is none that can be read."""
    ranges = list(_RANGE.finditer(content))
    if not ranges:
        return None
    start, first, second, length = map(int, ranges[-1].groups())
    if start != 0 or not 0 < first < second <= second + length <= len(content):
        return None
    covered = hashlib.sha256(content[:first] + content[second : second + length])
    try:
        room = bytes.fromhex(content[first + 1 : second - 1].decode("ascii"))
        container = cms.ContentInfo.load(room)
        data, used = container["content"], len(container.dump())
        certificate = _signer_of(data)
        matches = validate_sig_integrity(data["signer_infos"][0], certificate, "data", covered.digest())
        certificates = frozenset(one.chosen.dump() for one in data["certificates"])
    except Exception:  # whatever a damaged or hostile signature makes of the decoder
        return None
    fingerprint = hashlib.sha256(certificate.dump()).hexdigest()
    return _Signed(
        second + length, covered.hexdigest(), all(matches), not any(room[used:]), fingerprint, certificates, len(ranges) == 1
    )  # fmt: skip


def _signer_of(data: cms.SignedData) -> asn1_x509.Certificate:
    wanted = data["signer_infos"][0]["sid"].chosen["serial_number"].native
    return next(one.chosen for one in data["certificates"] if one.chosen.serial_number == wanted)


def _validated(content: bytes, seal: TrustedSeal, found: SealCheck) -> SealCheck:
    """Let pyHanko judge a file whose bytes our own key has signed: structure, permissions, certificate, timestamp."""
    try:
        embedded = PdfFileReader(io.BytesIO(content)).embedded_signatures[-1]
        at = embedded.self_reported_timestamp
        status = validate_pdf_signature(
            embedded, _context(_certificates(seal.certificates), at), _context(_all_of(seal.timestamps), None)
        )
    except Exception as error:  # a damaged signature container makes the reader fail in many ways
        log.warning("commitments.seal_unreadable", error=type(error).__name__)
        return found
    stamp = status.timestamp_validity
    finding = SealFinding.HOLDS if status.bottom_line else SealFinding.BROKEN
    return replace(found, finding=finding, sealed_at=stamp.timestamp if stamp else at, has_timestamp=stamp is not None)


def _context(certificates: Sequence[asn1_x509.Certificate], moment: datetime | None) -> ValidationContext:
    """Trust these certificates themselves, at that moment; nothing is fetched."""
    return ValidationContext(
        trust_roots=list(certificates), allow_fetching=False, moment=moment, revocation_mode="soft-fail"
    )


def _all_of(texts: Iterable[str]) -> list[asn1_x509.Certificate]:
    return [certificate for text in texts for certificate in _certificates(text)]


def _certificates(text: str) -> list[asn1_x509.Certificate]:
    return [
        asn1_x509.Certificate.load(der) for _kind, _headers, der in pem.unarmor(text.encode("ascii"), multiple=True)
    ]


def timestamp_certificate(content: bytes) -> str:
    """Return the certificate of the timestamp service in a sealed file of ours as PEM; empty when it has no timestamp."""
    embedded = PdfFileReader(io.BytesIO(content)).embedded_signatures[-1]
    token = next(extract_tst_data_iter(embedded.signer_info, signed=False), None)
    if token is None:
        return ""
    return pem.armor("CERTIFICATE", _signer_of(token).dump()).decode("ascii")
