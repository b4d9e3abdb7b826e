"""A mandate as a tablet sends it beside a record: a file with who holds it, read, checked for what it is and hashed; pure.

``temu-bisnis-mandate/1`` is specified in ``docs/tablet-sync.md``, section 4a. Like a record it holds texts only, and is hashed by the same function.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matchmaking.commitments.models import PartyKind
from matchmaking.commitments.signed_record import (
    HASH,
    Malformed,
    check_hash,
    code_in,
    is_uuid,
    moment_in,
    rupiah_in,
    text_in,
)

MANDATE_1 = "temu-bisnis-mandate/1"
#: Of the file itself; as base64 and with what stands around it it stays below the size of a record.
MAX_FILE_BYTES = 1_400_000
#: What a tablet may send: it makes a JPEG of every photo.
MEDIA_TYPES = ("application/pdf", "image/jpeg")
_PDF_START, _PDF_END, _JPEG_START = b"%PDF-", b"%%EOF", b"\xff\xd8\xff"


@dataclass(frozen=True)
class SentMandate:
    """A mandate of one party. ``content_hash``: of the text it was added to; ``payload``: the item without its file."""

    record_id: str
    record_hash: str
    tablet: str
    content_hash: str
    party: PartyKind
    name: str
    number: str
    limit: int | None
    media_type: str
    sha256: str
    content: bytes
    device_time: datetime
    payload: Mapping[str, Any]


def read_mandate(payload: dict[str, Any], told_hash: Any) -> SentMandate:
    """Return what was sent.

    Raises:
        Malformed: with the code that says in what.
    """
    check_hash(payload, told_hash)
    if not is_uuid(payload.get("record_id")):
        raise Malformed("record_id")
    if not HASH.fullmatch(text_in(payload, "content_hash")):
        raise Malformed("content_hash")
    name = " ".join(text_in(payload, "name", 160).split())
    if not name or payload.get("party") not in set(PartyKind):
        raise Malformed("content")
    return SentMandate(
        record_id=payload["record_id"],
        record_hash=str(told_hash),
        tablet=code_in(payload, "tablet"),
        content_hash=payload["content_hash"],
        party=PartyKind(payload["party"]),
        name=name,
        number=" ".join(text_in(payload, "number", 120).split()),
        limit=rupiah_in(payload, "limit"),
        media_type=text_in(payload, "media_type"),
        sha256=text_in(payload, "sha256"),
        content=_file(payload),
        device_time=moment_in(payload, "device_time"),
        payload={name: value for name, value in payload.items() if name != "file"},
    )


def _file(payload: dict[str, Any]) -> bytes:
    """Return the bytes: those that were hashed, and of the kind they claim to be."""
    try:
        content = base64.b64decode(text_in(payload, "file", MAX_FILE_BYTES * 4 // 3 + 4), validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("file") from None
    is_whole = hashlib.sha256(content).hexdigest() == payload.get("sha256")
    if not is_whole or len(content) > MAX_FILE_BYTES or media_type_of(content) != payload.get("media_type"):
        raise Malformed("file")
    return content


def media_type_of(content: bytes) -> str:
    """Return what a file is by its first (and, of a PDF, last) bytes: one of :data:`MEDIA_TYPES`, or ``""``."""
    if content.startswith(_PDF_START) and _PDF_END in content[-2048:]:
        return "application/pdf"
    return "image/jpeg" if content.startswith(_JPEG_START) else ""
