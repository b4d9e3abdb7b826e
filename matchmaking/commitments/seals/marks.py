"""The words in a commitment's PDF that name its record, so that a file can be told apart even when it was changed.

They stand at two distant places (the file's information and the seal), so that one damaged place leaves the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: pyHanko writes hyphen and colon as octal escapes.
_MARK = re.compile(rb"temu(?:-|\\055)bisnis(?:-|\\055)komitmen(?::|\\072)([0-9A-Z]{8,24})(?::|\\072)([0-9a-f]{64})")


@dataclass(frozen=True)
class FileMark:
    """Which record a file shows, and the hash of the content it shows."""

    code: str
    content_hash: str


def file_mark(code: str, content_hash: str) -> str:
    """Return the words that go into the file."""
    return f"temu-bisnis-komitmen:{code}:{content_hash}"


def read_marks(content: bytes) -> tuple[FileMark, ...]:
    """Return the different marks of a file, in their order; none when it is no commitment's paper."""
    found = ((match[1].decode(), match[2].decode()) for match in _MARK.finditer(content))
    return tuple(FileMark(code, seal) for code, seal in dict.fromkeys(found))
