"""The mark in a commitment's PDF that names its record, and the seal at its end that breaks when a byte is changed.

The seal is an HMAC over every byte before it, made with the installation's key: it says that this installation made the file and
nobody has changed it since, also after the letterhead or the layout has changed. It is no electronic signature.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from flask import current_app

_MARK = re.compile(rb"temu-bisnis-komitmen:([0-9A-Z]{8,24}):([0-9a-f]{64})")
_SEAL = re.compile(rb"\A(.*)%temu-bisnis-segel:([0-9a-f]{64})\n\Z", re.DOTALL)
_PURPOSE = b"commitment paper/1:"


@dataclass(frozen=True)
class FileMark:
    """Which record a file shows, and the hash of the content it shows."""

    code: str
    content_hash: str


def file_mark(code: str, content_hash: str) -> str:
    """Return the words that go into the file's information."""
    return f"temu-bisnis-komitmen:{code}:{content_hash}"


def read_mark(content: bytes) -> FileMark | None:
    """Return the mark of a file, ``None`` when it has none."""
    found = _MARK.search(content)
    return FileMark(found[1].decode(), found[2].decode()) if found else None


def sealed(content: bytes) -> bytes:
    """Return the file with its seal as a last comment line, which readers of PDF pass over."""
    return content + b"%temu-bisnis-segel:" + _seal(content).encode() + b"\n"


def holds_seal(content: bytes) -> bool:
    """Say whether the file is, byte for byte, one that this installation made."""
    found = _SEAL.match(content)
    return found is not None and hmac.compare_digest(_seal(found[1]), found[2].decode())


def _seal(content: bytes) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, _PURPOSE + content, hashlib.sha256).hexdigest()
