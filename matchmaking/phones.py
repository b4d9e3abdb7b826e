"""Phone numbers: read as Indonesians write them, stored as E.164, shown grouped or masked."""

from __future__ import annotations

from urllib.parse import quote

import phonenumbers

#: Where a number without a country code is at home.
HOME_REGION = "ID"
_MASK = "•"


def parse_phone(text: str) -> str:
    """Return E.164 (``+6281234567890``) from ``0812-3456-7890``, ``62 812…``, ``+62 (0)812…``, ``0062812…`` or ``812…``.

    A number of another country is taken when it begins with ``+`` (or ``00``).

    Raises:
        ValueError: the text is no phone number.
    """
    written = text.strip().removeprefix("tel:").replace("(0)", "")
    digits = "".join(character for character in written if character.isdigit())
    if not digits or any(character.isalpha() for character in written) or len(digits) > 20:
        raise ValueError("not a phone number")
    if written.startswith("+"):
        wanted = f"+{digits}"
    elif digits.startswith("00"):
        wanted = f"+{digits[2:]}"
    elif digits.startswith(("62", "8")):  # no Indonesian area code begins with 62 or 8 once the 0 is left off
        wanted = f"+62{digits.removeprefix('62')}"
    else:
        wanted = digits
    try:
        number = phonenumbers.parse(wanted, HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a phone number") from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError("not a phone number in use")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def format_phone(phone: str | None) -> str:
    """Return a stored number as people of its country write it: ``0812-3456-7890``; abroad with its country code."""
    if not phone:
        return ""
    try:
        number = phonenumbers.parse(phone, HOME_REGION)
    except phonenumbers.NumberParseException:
        return phone
    is_home = phonenumbers.region_code_for_country_code(number.country_code or 0) == HOME_REGION
    style = phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def mask_phone(phone: str | None) -> str:
    """Return a stored number with all but its start and its last two digits hidden: ``0812-••••-••90``."""
    shown = format_phone(phone)
    places = [place for place, character in enumerate(shown) if character.isdigit()]
    hidden = set(places[4:-2] if len(places) > 8 else places[:-2])
    return "".join(_MASK if place in hidden else character for place, character in enumerate(shown))


def last_four(phone: str | None) -> str:
    """Return the last four digits, by which a person proves that a link is theirs; empty without a number."""
    return "".join(character for character in phone or "" if character.isdigit())[-4:]


def whatsapp_number(phone: str | None) -> str | None:
    """Return the digits for a wa.me address, or ``None`` for a landline, which has no WhatsApp."""
    if not phone:
        return None
    kind = phonenumbers.number_type(phonenumbers.parse(phone, HOME_REGION))
    reaches_a_person = kind in {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }
    return phone.removeprefix("+") if reaches_a_person else None


def whatsapp_link(phone: str | None, text: str) -> str:
    """Return the wa.me address that opens WhatsApp with ``text`` ready; only staff's own browser ever opens it."""
    return f"https://wa.me/{whatsapp_number(phone) or ''}?text={quote(text, safe='')}"
