"""Rupiah: whole numbers in 64 bits, parsed from what people type and shown as officials write."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

#: Largest amount stored (fits a signed 64-bit column with room for sums).
MAX_RUPIAH = 10**15

_UNITS = {
    "": 1,
    "rb": 10**3, "ribu": 10**3, "k": 10**3,
    "jt": 10**6, "juta": 10**6,
    "m": 10**9, "miliar": 10**9, "milyar": 10**9, "mil": 10**9,
    "t": 10**12, "tr": 10**12, "triliun": 10**12, "trilyun": 10**12,
}  # fmt: skip
_AMOUNT = re.compile(r"^(?:rp\.?|idr)?\s*([0-9][0-9.,\s]*?)\s*([a-z]*)\.?(?:,-|,00)?$", re.IGNORECASE)
_ONES = (
    "",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)
_SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (10**3, "ribu"))


def parse_rupiah(text: str) -> int:
    """Return whole rupiah from ``Rp 1.305.000.000``, ``298,7 M``, ``1,305 T``, ``25 jt`` or ``450000``.

    In Indonesian usage ``M`` is *miliar* (10^9), a point groups thousands and a comma starts decimals.

    Raises:
        ValueError: the text is no amount, has a fraction of a rupiah, or is larger than ``MAX_RUPIAH``.
    """
    match = _AMOUNT.match(" ".join(text.split()).removesuffix(",-").strip())
    if not match:
        raise ValueError("not an amount")
    digits, unit = match[1].replace(" ", ""), match[2].lower()
    if unit not in _UNITS:
        raise ValueError("unknown unit")
    amount = _decimal(digits, has_unit=bool(unit)) * _UNITS[unit]
    if amount != amount.to_integral_value() or amount > MAX_RUPIAH:
        raise ValueError("not whole rupiah, or too large")
    return int(amount)


def _decimal(digits: str, *, has_unit: bool) -> Decimal:
    """Read grouped digits; ``1.5 jt`` (point as decimal before a unit) is accepted because people write it."""
    if has_unit and digits.count(".") == 1 and "," not in digits and len(digits.split(".")[1]) != 3:
        plain = digits
    else:
        whole, _, fraction = digits.partition(",")
        groups = whole.split(".")
        if len(groups) > 1 and (len(groups[0]) > 3 or not groups[0] or any(len(g) != 3 for g in groups[1:])):
            raise ValueError("wrong grouping")
        plain = "".join(groups) + ("." + fraction if fraction else "")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise ValueError("not an amount") from error


def format_rupiah(amount: int) -> str:
    """Return ``Rp298.700.000.000``, the exact form for tables and documents."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{abs(amount):,}".replace(",", ".")


def format_short(amount: int) -> str:
    """Return a headline form with at most three decimals cut, never rounded up: ``Rp1,305 triliun``."""
    for scale, name in _SCALES[:3]:
        if abs(amount) >= scale:
            thousandths = abs(amount) * 1000 // scale
            whole, rest = divmod(thousandths, 1000)
            fraction = f",{rest:03d}".rstrip("0") if rest else ""
            return f"{'-' if amount < 0 else ''}Rp{whole}{fraction} {name}"
    return format_rupiah(amount)


def in_words(amount: int) -> str:
    """Return the amount in Indonesian words, without the unit: ``sebelas juta dua ratus lima puluh ribu``."""
    if amount < 0:
        return f"minus {in_words(-amount)}"
    return _words(amount) or "nol"


def _words(n: int) -> str:
    if n < 12:
        return _ONES[n]
    if n < 20:
        return f"{_ONES[n - 10]} belas"
    if n < 100:
        return _joined(f"{_ONES[n // 10]} puluh", n % 10)
    if n < 200:
        return _joined("seratus", n - 100)
    if n < 1000:
        return _joined(f"{_ONES[n // 100]} ratus", n % 100)
    if n < 2000:
        return _joined("seribu", n - 1000)
    scale, name = next((s, name) for s, name in _SCALES if n >= s)
    return _joined(f"{_words(n // scale)} {name}", n % scale)


def _joined(head: str, rest: int) -> str:
    return f"{head} {_words(rest)}" if rest else head
