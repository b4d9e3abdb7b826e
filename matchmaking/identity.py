"""Identity numbers of people and businesses: each read from what people type, into one canonical form, or refused in a sentence.

Every ``read_…`` takes text and returns the stored form; it raises :class:`InvalidInput` with a sentence that says what is
wrong and what a right one looks like. Blank text is the caller's business: only something typed is read. Sources of the
rules: the project's domain notes, section 4.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from email_validator import EmailNotValidError, validate_email
from stdnum import luhn

from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.phones import format_phone as show_phone  # noqa: F401 - read, shown and masked in one place
from matchmaking.phones import last_four, mask_phone, parse_phone, whatsapp_number  # noqa: F401

_SEPARATORS = re.compile(r"[\s.\-/–—]+")
_LEGAL_FORMS = frozenset(
    {"cv", "pt", "ud", "pd", "ikm", "umkm", "ukm", "kub", "koperasi", "perorangan", "tbk", "persero"}
)


def _digits(text: str, *extra: str) -> str:
    """Drop blanks, dots and dashes; what is left must be digits, else the empty text."""
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    for word in extra:
        plain = re.sub(word, "", plain, flags=re.IGNORECASE)
    return plain if plain.isascii() and plain.isdigit() else ""


# People


def read_phone(text: str) -> str:
    """Return E.164 (``+62812…``) of a phone number in any Indonesian spelling (:mod:`matchmaking.phones`)."""
    try:
        return parse_phone(unicodedata.normalize("NFKC", text))
    except ValueError as error:
        raise InvalidInput(
            _("This is not a phone number we can reach. Write it like 0812 3456 7890 or 0721 123 456.")
        ) from error


def read_email(text: str) -> str:
    """Return the address in lower case; whether it exists is not asked (the network may be away)."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.casefold()
    except EmailNotValidError as error:
        raise InvalidInput(_("This is not an e-mail address. Write it like name@office.go.id.")) from error


def mask_email(email: str | None) -> str:
    """Return the address with its name hidden but for the first letter."""
    if not email:
        return ""
    name, _at, host = email.partition("@")
    return f"{name[:1]}•••@{host}"


# Businesses


def fold_name(name: str) -> str:
    """Return what two spellings of one business share: no case, accents, punctuation, legal form or spaces.

    ``CV. Tapis Sekapur-Sirih`` and ``TAPIS SEKAPUR SIRIH`` fold to the same text.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9]+", " ", plain.replace("'", "")).split()
    core = [word for word in words if word not in _LEGAL_FORMS]
    return "".join(core or words)[:200]


def read_business_id_number(text: str) -> str:
    """Return a NIB: 13 digits as text (a leading zero is real); it has no check digit."""
    number = _digits(text, r"^nib:?")
    if len(number) != 13:
        raise InvalidInput(_("A NIB has 13 digits. It stands at the top of the NIB sheet from OSS."))
    return number


def read_tax_number(text: str) -> str:
    """Return an NPWP in 16 digits: the old 15 get a 0 in front, a person's is the NIK.

    The old number's ninth digit is a Luhn check digit over the first eight; in a NIK the birth date must exist.
    """
    number = _digits(text, r"^npwp:?")
    if len(number) == 15:
        number = "0" + number
    if len(number) != 16:
        raise InvalidInput(_("An NPWP has 15 or 16 digits, such as 12.345.678.2-999.000."))
    is_right = luhn.is_valid(number[:10]) if number.startswith("0") else _has_birth_date(number)
    if not is_right or set(number) == {"0"}:
        raise InvalidInput(_("This NPWP has a wrong digit. Please compare it with the card."))
    return number


def _has_birth_date(number: str) -> bool:
    day, month, year = int(number[6:8]), int(number[8:10]), int(number[10:12])
    day = day - 40 if day > 40 else day
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


def show_tax_number(number: str | None) -> str:
    """Return ``12.345.678.2-999.000`` for a body, the plain 16 digits for a person."""
    if not number or not number.startswith("0"):
        return number or ""
    n = number[1:]
    return f"{n[:2]}.{n[2:5]}.{n[5:8]}.{n[8]}-{n[9:12]}.{n[12:]}"


def mask_tax_number(number: str | None) -> str:
    """Return the tax number with all but its last four digits hidden (a person's is the citizen number)."""
    return f"•••• {number[-4:]}" if number else ""


def read_industry_codes(text: str) -> list[str]:
    """Return the KBLI codes in a text (commas, blanks or lines between them), each five digits, once."""
    given = [part for part in re.split(r"[,;\s]+", text.strip()) if part]
    codes = [re.sub(r"\D", "", part) for part in given]
    wrong = next((part for part, code in zip(given, codes, strict=True) if len(code) != 5), None)
    if wrong is not None:
        raise InvalidInput(_("“%(text)s” is not a KBLI code: each has five digits, such as 13122.", text=wrong[:40]))
    return list(dict.fromkeys(codes))


def read_klpd_code(text: str) -> str:
    """Return the code of a ministry, agency or region as SiRUP writes it, such as D264."""
    code = re.sub(r"\s+", "", text).upper()
    if not re.fullmatch(r"[A-Z]{1,2}\d{1,5}", code):
        raise InvalidInput(_("A KLPD code is a letter and a number, such as D264."))
    return code


def read_work_unit_codes(text: str) -> list[str]:
    """Return work-unit codes (*satker*): ``1.02.0.00.0.00.02.0000`` of a region or ``450938`` of a ministry."""
    codes = [part for part in re.split(r"[,;\s]+", text.strip()) if part]
    wrong = next((code for code in codes if not re.fullmatch(r"\d[\d.]{2,38}\d", code)), None)
    if wrong is not None:
        raise InvalidInput(_("“%(text)s” is not a work-unit code: it has digits and dots only.", text=wrong[:40]))
    return list(dict.fromkeys(codes))


def read_rup_code(text: str) -> str:
    """Return the code of a package in the procurement plan: eight digits."""
    code = _digits(text)
    if len(code) != 8:
        raise InvalidInput(_("A RUP code has 8 digits, such as 60832782."))
    return code


# Permits and certificates


def read_home_food_permit(text: str) -> str:
    """Return a home-food permit (PIRT): ``P-IRT 2103571010012-28``, the old 12 digits, or 21 digits from OSS."""
    number = _digits(text, r"^(spp|p)?irt", r"^no:?")
    if len(number) == 15 and number[0] in "12345678":
        return f"P-IRT {number[:13]}-{number[13:]}"
    if len(number) in (12, 21):
        return f"P-IRT {number}"
    raise InvalidInput(
        _("A P-IRT number has 15 digits, such as P-IRT 2103571010012-28 (12 if it is old, 21 if from OSS).")
    )


def home_food_permit_expiry(number: str) -> int | None:
    """Return the year a 15-digit home-food permit ends (its last two digits), ``None`` for the other kinds."""
    return 2000 + int(number[-2:]) if re.fullmatch(r"P-IRT \d{13}-\d{2}", number) else None


def read_marketing_permit(text: str) -> str:
    """Return a BPOM number: ``MD`` (made here) or ``ML`` (imported) and 9 to 15 digits, usually 12."""
    plain = re.sub(r"^BPOM(RI)?", "", _SEPARATORS.sub("", text).upper())
    if not re.fullmatch(r"M[DL]\d{9,15}", plain):
        raise InvalidInput(_("A BPOM number is MD or ML and 12 digits, such as MD 234567890123."))
    return f"{plain[:2]} {plain[2:]}"


def read_halal_number(text: str) -> str:
    """Return a halal certificate number: ``ID`` and 17 digits; the KH number of the decision is another one."""
    plain = _SEPARATORS.sub("", text).upper()
    if plain.startswith("KH"):
        raise InvalidInput(_("That is the KH number of the decision. Please give the number that begins with ID."))
    if not re.fullmatch(r"ID\d{17}", plain):
        raise InvalidInput(_("A halal certificate number is ID and 17 digits; it stands on the certificate."))
    return plain


def read_standard_number(text: str) -> str:
    """Return an Indonesian standard: ``SNI 1234:2020`` or ``SNI ISO 9001:2015``."""
    plain = re.sub(r"\s+", " ", text.strip()).upper()
    plain = re.sub(r"\s*[:\-]\s*(?=\d{4}$)", ":", plain)
    if not re.fullmatch(r"SNI (?:[A-Z]+(?:/[A-Z]+)? )*\d[\d.\-]*:\d{4}", plain):
        raise InvalidInput(_("An SNI number looks like SNI 1234:2020."))
    return plain


def read_trademark_number(text: str) -> str:
    """Return a trademark's registration (``IDM`` and 9 digits) or application number (``JID2024012345``)."""
    plain = _SEPARATORS.sub("", text).upper()
    if not re.fullmatch(r"IDM\d{9}|[A-Z]{1,2}ID\d{9,13}", plain):
        raise InvalidInput(_("A trademark number is IDM and 9 digits, or an application number such as JID2024012345."))
    return plain
