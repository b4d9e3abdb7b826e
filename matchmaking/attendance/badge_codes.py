"""What stands on a badge, and what a text that was scanned or typed at the door may be. Pure: no database, no request.

The QR holds 20 characters, A–Z and 0–9 only, so that a USB scanner types it right on any keyboard layout: ``TB1`` (ours,
format version 1), 16 random characters (80 bits), a check character. The short code is six random characters and a
check character, shown as ``ABC-DEFG``. Neither says anything about the person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from matchmaking.codes import ALPHABET, check_character, new_code, read_typed

MARK = "TB"
PREFIX = MARK + "1"
RANDOM_LENGTH = 16
CODE_LENGTH = len(PREFIX) + RANDOM_LENGTH + 1
SHORT_LENGTH = 7
#: No text that could be ours is longer; what is longer is not looked through sign by sign.
LONGEST = 200

_LETTERS = frozenset(ALPHABET)
_CARD = re.compile(r"(BEGIN.{0,2}VCARD|MECARD|BIZCARD)", re.IGNORECASE)
_LINK = re.compile(r"([A-Z][A-Z0-9+.-]{1,15}://|WWW\.)", re.IGNORECASE)
#: Some scanners send the kind of symbol before what it holds (ISO/IEC 15424).
_SYMBOL = re.compile(r"^\]Q\d")
_NEWER = re.compile(rf"{MARK}[2-9]")
_HYPHENATED = re.compile(r"[A-Z0-9]{2,4}-[A-Z0-9]{3,5}", re.IGNORECASE)


class BadgeTextKind(StrEnum):
    """What a text turned out to be."""

    CODE = "code"  # the QR of one of our badges
    SHORT = "short"  # its short code, typed
    VCARD = "vcard"  # somebody's address card
    LINK = "link"  # a web address, such as that of a commitment's check page
    TRUNCATED = "truncated"  # begins like ours, but letters are missing or wrong
    WRONG_CHECK = "wrong_check"  # a short code with a slip in it
    FOREIGN = "foreign"  # anything else
    NEWER = "newer"  # ours, of a later format
    EMPTY = "empty"


@dataclass(frozen=True)
class BadgeText:
    """A text as it was understood; ``code`` is the canonical form of a code or short code, else empty."""

    kind: BadgeTextKind
    code: str = ""


def new_badge_code() -> str:
    """Return a fresh text for a badge's QR."""
    body = PREFIX + new_code(RANDOM_LENGTH)
    return body + check_character(body)


def new_short_code() -> str:
    """Return a fresh short code, as it is stored; never one that begins like the text of a QR."""
    body = MARK
    while body.startswith(MARK):
        body = new_code(SHORT_LENGTH - 1)
    return body + check_character(body)


def show_short_code(code: str) -> str:
    """Return a short code as it is printed and read aloud: ``ABC-DEFG``."""
    return f"{code[:3]}-{code[3:]}"


def read_badge_text(text: str) -> BadgeText:
    """Return what a scanned or typed text is; any text has an answer.

    Case, blanks, hyphens and look-alike letters (O for 0, I or L for 1) are forgiven. A wrong character or two
    neighbours swapped are always noticed.
    """
    kept = "".join(sign for sign in text if sign.isprintable()).strip()
    if not kept:
        return BadgeText(BadgeTextKind.EMPTY)
    if _CARD.match(kept):
        return BadgeText(BadgeTextKind.VCARD)
    if _LINK.match(kept):
        return BadgeText(BadgeTextKind.LINK)
    if len(kept) > LONGEST:
        return BadgeText(BadgeTextKind.FOREIGN)
    kept = _SYMBOL.sub("", kept)
    return _read_code(read_typed(kept)) or _read_short(
        read_typed(kept), is_hyphenated=bool(_HYPHENATED.fullmatch(kept))
    )


def _read_code(typed: str) -> BadgeText | None:
    """Read the text of a QR; ``None`` when it does not begin like one."""
    if typed.startswith(PREFIX):
        if len(typed) == CODE_LENGTH and _is_checked(typed):
            return BadgeText(BadgeTextKind.CODE, typed)
        return BadgeText(BadgeTextKind.TRUNCATED)
    if len(typed) > SHORT_LENGTH and _NEWER.match(typed):
        return BadgeText(BadgeTextKind.NEWER)
    return None


def _read_short(typed: str, *, is_hyphenated: bool) -> BadgeText:
    if len(typed) == SHORT_LENGTH and set(typed) <= _LETTERS:
        if _is_checked(typed) and not typed.startswith(MARK):
            return BadgeText(BadgeTextKind.SHORT, typed)
        return BadgeText(BadgeTextKind.WRONG_CHECK)
    return BadgeText(BadgeTextKind.WRONG_CHECK if is_hyphenated else BadgeTextKind.FOREIGN)


def _is_checked(typed: str) -> bool:
    return set(typed) <= _LETTERS and check_character(typed[:-1]) == typed[-1]
