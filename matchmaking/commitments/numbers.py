"""Numbers of commitments: the event's pattern read, checked and filled; pure.

A pattern is written as an office writes its letter numbers, with placeholders in braces: ``045/{nomor}/V.26/{tahun}`` or
``KT-{nomor:3}/{acara}/{bulan}/{tahun}``. ``{nomor}`` is the serial (``:3`` fills it with zeros to three digits), ``{bulan}`` the
month in Roman figures, ``{tahun}`` the year, ``{acara}`` the event's code in capitals. Each may stand once; then two serials of
an event never give the same number, whatever the days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DEFAULT_PATTERN = "KT-{nomor:3}/{acara}/{bulan}/{tahun}"
#: What a number may be long, filled in (the column of ``commitment.number``).
MAX_LENGTH = 80
ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
#: The longest number is measured with this serial and with August, the longest month.
_LARGEST_SERIAL = 999_999
_MAX_WIDTH = 6
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"^(nomor|bulan|tahun|acara)(?::([1-9]))?$")
_AGAIN = re.compile(r"(.*) \([1-9][0-9]?\)")
_PLAIN = re.compile(r"^[A-Za-z0-9 ./_()&+-]*$")


class PatternProblem(StrEnum):
    """Why a pattern cannot be used."""

    NO_SERIAL = "no_serial"
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    TWICE = "twice"
    BRACES = "braces"
    SIGNS = "signs"
    TOO_LONG = "too_long"


class InvalidPattern(ValueError):
    """The pattern breaks a rule; ``part`` is the piece that does."""

    def __init__(self, problem: PatternProblem, part: str = "") -> None:
        super().__init__(f"{problem.value}: {part}")
        self.problem = problem
        self.part = part


@dataclass(frozen=True)
class Placeholder:
    """One placeholder; ``width`` is for the serial."""

    name: str
    width: int = 1


@dataclass(frozen=True)
class NumberPattern:
    """A pattern taken apart: plain texts and placeholders in their order."""

    parts: tuple[str | Placeholder, ...]

    def fill(self, serial: int, on: date, event_code: str) -> str:
        """Return the number of ``serial`` given on this day."""
        values = {
            "bulan": ROMAN_MONTHS[on.month - 1],
            "tahun": f"{on.year:04d}",
            "acara": event_code.upper(),
        }
        return "".join(
            part if isinstance(part, str) else values.get(part.name) or f"{serial:0{part.width}d}"
            for part in self.parts
        )


def parse_pattern(text: str, event_code: str) -> NumberPattern:
    """Take a pattern apart.

    Args:
        text: what the organiser wrote.
        event_code: the event's code, which may make the number too long.

    Raises:
        InvalidPattern: it lacks the serial, holds something unknown or twice, or would be longer than ``MAX_LENGTH``.
    """
    pattern = NumberPattern(tuple(_parts(text.strip())))
    names = [part.name for part in pattern.parts if isinstance(part, Placeholder)]
    for name in names:
        if names.count(name) > 1:
            raise InvalidPattern(PatternProblem.TWICE, f"{{{name}}}")
    if "nomor" not in names:
        raise InvalidPattern(PatternProblem.NO_SERIAL)
    if len(pattern.fill(_LARGEST_SERIAL, date(2026, 8, 1), event_code)) > MAX_LENGTH:
        raise InvalidPattern(PatternProblem.TOO_LONG)
    return pattern


def render_number(pattern: str, serial: int, on: date, event_code: str) -> str:
    """Return the number of ``serial``, as the pattern says.

    Raises:
        InvalidPattern: see :func:`parse_pattern`.
    """
    return parse_pattern(pattern, event_code).fill(serial, on, event_code)


def numbered_again(number: str, again: int) -> str:
    """Return ``KT-001 (2)``: under what a record is kept whose number another one has; its paper shows it as it was signed."""
    return f"{number[: MAX_LENGTH - 5]} ({again})"


def is_number_of(kept: str | None, written: str) -> bool:
    """Say whether a commitment kept under ``kept`` may carry ``written`` on its paper."""
    if kept == written:
        return True
    match = _AGAIN.fullmatch(kept or "")
    return match is not None and match[1] == written[: MAX_LENGTH - 5]


def _parts(text: str) -> list[str | Placeholder]:
    parts: list[str | Placeholder] = []
    at = 0
    for match in _PLACEHOLDER.finditer(text):
        parts += [_plain(text[at : match.start()]), _placeholder(match)]
        at = match.end()
    return [part for part in (*parts, _plain(text[at:])) if part]


def _placeholder(match: re.Match[str]) -> Placeholder:
    known = _NAME.match(match[1].strip().lower())
    if not known or (known[2] and known[1] != "nomor"):
        raise InvalidPattern(PatternProblem.UNKNOWN_PLACEHOLDER, match[0])
    width = int(known[2] or 1)
    if width > _MAX_WIDTH:
        raise InvalidPattern(PatternProblem.UNKNOWN_PLACEHOLDER, match[0])
    return Placeholder(known[1], width)


def _plain(text: str) -> str:
    if "{" in text or "}" in text:
        raise InvalidPattern(PatternProblem.BRACES, text)
    if not _PLAIN.match(text):
        raise InvalidPattern(PatternProblem.SIGNS, text)
    return text
