"""Reading an organisation's and a delegate's details: every value checked, every refusal at its field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from enum import StrEnum
from typing import Any

from matchmaking import identity
from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.regions import read_regency
from matchmaking.registration.commands import DelegateDetails, OrganizationDetails
from matchmaking.registration.models import BusinessForm, BusinessScale, BuyerType, OfficeRole, Side
from matchmaking.typed import one_line

EXHIBITOR_ONLY = (
    "brand", "owner_name", "business_form", "business_scale", "scale_basis", "business_id_number",
    "business_id_pending", "tax_number", "industry_codes", "has_siinas_account", "catalog_seller",
)  # fmt: skip
BUYER_ONLY = ("buyer_type", "klpd_code", "work_unit_codes")
#: Longest text a column takes.
LENGTHS = {
    "legal_name": 200, "address": 2000, "website": 200, "brand": 160, "owner_name": 160, "business_id_pending": 200,
}  # fmt: skip
SCALE_BASES = ("", "capital", "sales", "stated")
CATALOG_ANSWERS = ("", "yes", "no", "in_process")


def _one_of(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    def read(text: str) -> StrEnum:
        try:
            return kind(text.strip())
        except ValueError as error:
            raise InvalidInput(_("Please choose one of the answers.")) from error

    return read


def _word_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise InvalidInput(_("Please choose one of the answers."))
        return text

    return read


def _yes_or_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise InvalidInput(_("Please choose one of the answers."))
    return text == "yes"


def _web_address(text: str) -> str:
    if ":" in text and not text.lower().startswith(("http://", "https://")):
        raise InvalidInput(_("Please write the address of a website, such as www.contoh.id."))
    if len(text) > LENGTHS["website"]:
        raise InvalidInput(_("At most %(count)s characters, please.", count=LENGTHS["website"]))
    return text


#: How a value that was given is read; everything else is text.
_READERS: dict[str, Callable[[str], Any]] = {
    "regency": read_regency,
    "phone": identity.read_phone,
    "email": identity.read_email,
    "business_form": _one_of(BusinessForm),
    "business_scale": _one_of(BusinessScale),
    "scale_basis": _word_of(SCALE_BASES),
    "business_id_number": identity.read_business_id_number,
    "tax_number": identity.read_tax_number,
    "website": _web_address,
    "industry_codes": identity.read_industry_codes,
    "has_siinas_account": _yes_or_no,
    "catalog_seller": _word_of(CATALOG_ANSWERS),
    "buyer_type": _one_of(BuyerType),
    "klpd_code": identity.read_klpd_code,
    "work_unit_codes": identity.read_work_unit_codes,
}
#: What an empty value is stored as, where it is not the empty text.
_EMPTY: dict[str, Any] = {
    "regency": None, "phone": None, "email": None, "business_form": None, "business_scale": None,
    "business_id_number": None, "tax_number": None, "industry_codes": [], "has_siinas_account": None,
    "buyer_type": None, "work_unit_codes": [],
}  # fmt: skip


class Sentences:
    """Collects one sentence a field, so that a person sees everything that is wrong at once."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}

    def read(self, name: str, reader: Callable[[str], Any], text: str) -> Any:
        """Return the value read, or note the refusal and return ``None``."""
        try:
            return reader(text)
        except InvalidInput as refusal:
            self.note(name, refusal.message)
            return None

    def note(self, name: str, sentence: Any) -> None:
        """Keep the first sentence of a field."""
        self.fields.setdefault(name, sentence)

    def raise_if_any(self) -> None:
        """Refuse the input when something was noted."""
        if self.fields:
            raise InvalidInput(_("Some entries need another look. Nothing was lost."), fields=self.fields)


def names_of(side: Side) -> list[str]:
    """Return the fields of an organisation that this side has."""
    left_out = set(BUYER_ONLY if side is Side.EXHIBITOR else EXHIBITOR_ONLY)
    return [f.name for f in dataclass_fields(OrganizationDetails) if f.name not in left_out]


def read_organization(side: Side, details: OrganizationDetails, sentences: Sentences) -> dict[str, Any]:
    """Return the values to store; refusals go to ``sentences``."""
    values = {name: _read_value(name, getattr(details, name), sentences) for name in names_of(side)}
    if not values["legal_name"]:
        sentences.note("legal_name", _name_missing(side))
    if side is Side.BUYER and not details.buyer_type.strip():
        sentences.note("buyer_type", _("Please choose what kind of buyer this is."))
    if side is Side.EXHIBITOR and not details.regency.strip():
        sentences.note("regency", _("Please choose the regency or city where the business is."))
    if details.business_id_number.strip() and details.business_id_pending.strip():
        values["business_id_pending"] = ""  # the number has come: it is not in process any more
    return values


def _name_missing(side: Side) -> str:
    if side is Side.EXHIBITOR:
        return _("Please write the name of the business.")
    return _("Please write the name of the agency or company.")


def _read_value(name: str, given: str, sentences: Sentences) -> Any:
    text = one_line(given) if name != "address" else given.strip()
    if not text:
        return _EMPTY.get(name, "")
    if name in _READERS:
        return sentences.read(name, _READERS[name], text)
    limit = LENGTHS.get(name, 200)
    if len(text) > limit:
        sentences.note(name, _("At most %(count)s characters, please.", count=limit))
    return text


def read_delegate(
    details: DelegateDetails, sentences: Sentences, *, prefix: str = "", needs_phone: bool = False
) -> dict[str, Any]:
    """Return a delegate's values to store; refusals go to ``sentences`` under ``prefix`` + field."""
    name = one_line(details.name)
    if not name:
        sentences.note(f"{prefix}name", _("Please write the person's name."))
    if len(name) > 160:
        sentences.note(f"{prefix}name", _("At most %(count)s characters, please.", count=160))
    phone, email = details.phone.strip(), details.email.strip()
    if needs_phone and not phone:
        sentences.note(f"{prefix}phone", _("Please write a phone number: its last four digits open your status page."))
    role = details.office_role.strip()
    return {
        "name": name,
        "phone": sentences.read(f"{prefix}phone", identity.read_phone, phone) if phone else None,
        "email": sentences.read(f"{prefix}email", identity.read_email, email) if email else None,
        "office": " ".join(details.office.split())[:160],
        "office_role": sentences.read(f"{prefix}office_role", _one_of(OfficeRole), role) if role else OfficeRole.OTHER,
    }


#: What people call each field: in the list of changes, in merging, in exports.
FIELD_LABELS: dict[str, Any] = {
    "legal_name": _l("Name"),
    "regency": _l("Regency or city"),
    "phone": _l("Phone"),
    "email": _l("E-mail"),
    "address": _l("Address"),
    "website": _l("Website"),
    "brand": _l("Brand"),
    "owner_name": _l("Owner"),
    "business_form": _l("Legal form"),
    "business_scale": _l("Business scale"),
    "scale_basis": _l("Scale known from"),
    "business_id_number": _l("NIB"),
    "business_id_pending": _l("NIB in process"),
    "tax_number": _l("NPWP"),
    "industry_codes": _l("KBLI"),
    "has_siinas_account": _l("SIINas account"),
    "catalog_seller": _l("Seller in the e-Katalog"),
    "buyer_type": _l("Kind of buyer"),
    "klpd_code": _l("KLPD code"),
    "work_unit_codes": _l("Work-unit codes"),
    "name": _l("Name"),
    "office": _l("Office or position"),
    "office_role": _l("Role"),
    "delegate": _l("Delegate"),
    "team": _l("Team"),
    "contact": _l("Contact person"),
}
