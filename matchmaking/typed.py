"""What people type for numbers, percentages, prices, dates and yes or no, read into values or refused in a sentence."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.money import MAX_RUPIAH, parse_rupiah

_MONTHS = (
    ("januari", "january", "jan"), ("februari", "february", "pebruari", "feb"), ("maret", "march", "mar"),
    ("april", "apr"), ("mei", "may"), ("juni", "june", "jun"), ("juli", "july", "jul"),
    ("agustus", "august", "agu", "ags", "agt", "aug"), ("september", "sep", "sept"), ("oktober", "october", "okt", "oct"),
    ("november", "nopember", "nov", "nop"), ("desember", "december", "des", "dec"),
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
#: The largest number of PostgreSQL's INTEGER; no table of ours comes near it.
LARGEST_ROW_NUMBER = 2**31 - 1
#: Reversed reading and its ends, zero-width blanks, byte-order mark, soft hyphen.
_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])
_YES = frozenset({"yes", "ya", "y", "iya", "ada", "punya", "sudah", "true", "1", "benar", "v", "✓", "x"})
_NO = frozenset({"no", "tidak", "t", "n", "tdk", "belum", "tidak ada", "belum ada", "false", "0", "-"})


def read_whole(text: str, *, least: int = 0, most: int = 10**9) -> int:
    """Return a whole number typed as ``1200``, ``1.200`` or ``1 200``.

    Raises:
        InvalidInput: no whole number, or outside the range.
    """
    plain = re.sub(r"[,.]0+$", "", text.strip()) if re.fullmatch(r"\s*\d+[,.]0{1,2}\s*", text) else text.strip()
    if not re.fullmatch(r"\d+|\d{1,3}([. ]\d{3})+", plain):
        raise InvalidInput(_("Please write a whole number, such as 25 or 1.200."))
    number = int(re.sub(r"\D", "", plain))
    if not least <= number <= most:
        raise InvalidInput(
            _("The number must be from %(least)s to %(most)s.", least=_grouped(least), most=_grouped(most))
        )
    return number


def one_line(text: str) -> str:
    """Return the text with single blanks, without signs that nobody sees: they turn the reading around or fake a name.

    The joiners of emoji and of other scripts stay.
    """
    return " ".join(text.translate(_INVISIBLE).split())


def read_row_number(text: str | None) -> int | None:
    """Return the row number that a hidden field or a choice carries, ``None`` for anything else.

    ``str.isdigit`` says yes to ``²``, which ``int`` refuses, and a number of forty digits fits no database.
    """
    plain = text or ""
    is_number = plain.isascii() and plain.isdigit() and len(plain) <= len(str(LARGEST_ROW_NUMBER))
    return int(plain) if is_number and int(plain) <= LARGEST_ROW_NUMBER else None


def read_percent(text: str, *, most: int = 100) -> Decimal:
    """Return a percentage typed as ``40``, ``40,5`` or ``40.25 %``, with at most two decimals.

    Raises:
        InvalidInput: no percentage, more than two decimals, or above ``most``.
    """
    plain = text.replace("%", "").strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2}0*)?", plain):
        raise InvalidInput(_("Please write a percentage, such as 40 or 27,5."))
    value = Decimal(plain).quantize(Decimal("0.01"))
    if value > most:
        raise InvalidInput(_("The percentage must be from 0 to %(most)s.", most=most))
    return value


def read_price(text: str) -> int:
    """Return whole rupiah above zero typed as ``450000``, ``Rp 450.000,-`` or ``1,5 jt``.

    Raises:
        InvalidInput: no amount, zero, or too large.
    """
    plain = text.strip()
    if re.fullmatch(r"\d+\.00?", plain):  # how programs write whole amounts
        plain = plain.partition(".")[0]
    try:
        amount = parse_rupiah(plain)
    except ValueError as error:
        raise InvalidInput(_("Please write an amount in whole rupiah, such as 450000 or 1,5 juta.")) from error
    if not 0 < amount <= MAX_RUPIAH:
        raise InvalidInput(_("The amount must be more than Rp0."))
    return amount


def read_date(text: str) -> date:
    """Return a date typed as ``2023-05-11``, ``11/05/2023``, ``11-5-23`` or ``11 Mei 2023``: day before month.

    Raises:
        InvalidInput: no date, or none that exists.
    """
    plain = text.strip().casefold()
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ].*)?", plain):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})", plain):
        return _date(_year(match[3]), int(match[2]), int(match[1]))
    if match := re.fullmatch(r"(\d{1,2})[ \-/]+([a-z]+)\.?[ \-/,]+(\d{4}|\d{2})", plain):
        return _date(_year(match[3]), _MONTH_OF.get(match[2], 0), int(match[1]))
    raise _no_date()


def read_month(text: str) -> int:
    """Return 1–12 from ``5``, ``Mei`` or ``May``.

    Raises:
        InvalidInput: no month.
    """
    plain = text.strip().casefold().rstrip(".")
    number = int(plain) if re.fullmatch(r"\d{1,2}", plain) else _MONTH_OF.get(plain, 0)
    if not 1 <= number <= 12:
        raise InvalidInput(_("Please write a month, such as 5 or Mei."))
    return number


def read_yes_no(text: str) -> bool:
    """Return whether the answer is yes.

    Raises:
        InvalidInput: neither yes nor no.
    """
    plain = " ".join(text.casefold().split())
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise InvalidInput(_("Please answer yes or no."))


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _date(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise _no_date() from error
    if not 1950 <= year <= 2100:
        raise _no_date()
    return found


def _no_date() -> InvalidInput:
    return InvalidInput(_("Please write a date that exists, such as 11/05/2023."))


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
