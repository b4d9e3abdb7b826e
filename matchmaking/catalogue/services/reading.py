"""Reading what was typed for products, certificates and needs: every rule, every refusal at its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from matchmaking import clock, identity, typed
from matchmaking.catalogue.commands import CertificateDetails, NeedDetails, ProductDetails
from matchmaking.catalogue.labels import CATALOG_VERSIONS, CERTIFICATE_KINDS, FUNDS, LOCAL_CONTENT_KINDS, METHODS, TYPES
from matchmaking.catalogue.models import Category, ListingStatus, LocalContentStatus
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.services.details import Sentences

MAX_BENEFIT = 15
_FIGURES = ("local_content_percent", "company_benefit_percent")


def _line(limit: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        plain = typed.one_line(text)
        if len(plain) > limit:
            raise InvalidInput(_("At most %(count)s characters, please.", count=limit))
        return plain

    return read


def _prose(text: str) -> str:
    if len(text) > 4000:
        raise InvalidInput(_("At most %(count)s characters, please.", count=4000))
    return text.strip()


def _one_of(words: Collection[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.strip() not in {str(word) for word in words}:
            raise InvalidInput(_("Please choose one of the answers."))
        return text.strip()

    return read


def _count(least: int, most: int) -> Callable[[str], int]:
    return lambda text: typed.read_whole(text, least=least, most=most)


def _reference(text: str) -> str:
    """An address of the e-Katalog or a product number; a link of another kind than http(s) is refused."""
    plain = _line(300)(text)
    if ":" in plain and urlsplit(plain).scheme.lower() not in {"http", "https"}:
        raise InvalidInput(_("Please paste the product's address (https://…) or write its number."))
    return plain


def _past_date(text: str) -> date:
    day = typed.read_date(text)
    if day > clock.today():
        raise InvalidInput(_("This date has not come yet."))
    return day


_PRODUCT_READERS: dict[str, Callable[[str], Any]] = {
    "name": _line(200),
    "description": _prose,
    "unit": _line(30),
    "price": typed.read_price,
    "is_tax_included": typed.read_yes_no,
    "min_order": _count(1, 10_000_000),
    "monthly_capacity": _count(1, 10_000_000),
    "lead_time_days": _count(0, 730),
    "is_pure_packing": typed.read_yes_no,
    "shelf_life_days": _count(1, 3650),
    "catalog_version": _one_of(CATALOG_VERSIONS),
    "catalog_reference": _reference,
    "catalog_listing_status": lambda text: ListingStatus(_one_of(list(ListingStatus))(text)),
    "catalog_checked_on": _past_date,
    "local_content_status": lambda text: LocalContentStatus(_one_of(list(LocalContentStatus))(text)),
    "local_content_percent": typed.read_percent,
    "company_benefit_percent": lambda text: typed.read_percent(text, most=MAX_BENEFIT),
    "local_content_kind": _one_of(LOCAL_CONTENT_KINDS),
    "local_content_number": _line(120),
    "local_content_issued_on": _past_date,
    "local_content_expires_on": typed.read_date,
}
#: What an empty value is stored as, where it is not ``None``.
_PRODUCT_EMPTY: dict[str, Any] = {
    "name": "", "description": "", "unit": "", "is_pure_packing": False, "catalog_version": "", "catalog_reference": "",
    "catalog_listing_status": ListingStatus.NONE, "local_content_status": LocalContentStatus.NONE,
    "local_content_kind": "", "local_content_number": "",
}  # fmt: skip


def read_product(details: ProductDetails, sentences: Sentences) -> dict[str, Any]:
    """Return the values to store; refusals go to ``sentences``."""
    values: dict[str, Any] = {}
    for name, reader in _PRODUCT_READERS.items():
        text = getattr(details, name).strip()
        values[name] = sentences.read(name, reader, text) if text else _PRODUCT_EMPTY.get(name)
    values["category_id"] = _category(details.category_id, sentences, is_required=True)
    if not details.name.strip():
        sentences.note("name", _("Please write what the product is called."))
    if not details.price.strip():
        sentences.note("price", _("Please write a price, at least “from”."))
    _check_local_content(values, sentences)
    return values


def _check_local_content(values: dict[str, Any], sentences: Sentences) -> None:
    """TKDN 0 is a certificate that says 0; no certificate is another thing. BMP stands on the same certificate."""
    is_certified = values["local_content_status"] is LocalContentStatus.CERTIFIED
    if is_certified and values["local_content_percent"] is None:
        sentences.note("local_content_percent", _("Please write the TKDN value on the certificate; 0 if it says 0."))
    if not is_certified and values["company_benefit_percent"] is not None:
        sentences.note(
            "company_benefit_percent",
            _("BMP counts only with a TKDN certificate. Remove it, or enter the certificate."),
        )
    if not is_certified and values["local_content_percent"] is not None:
        sentences.note(
            "local_content_percent",
            _("A TKDN value needs a certificate. Choose “Has a TKDN certificate”, or remove the value."),
        )
    issued, expires = values["local_content_issued_on"], values["local_content_expires_on"]
    if issued and expires and expires <= issued:
        sentences.note("local_content_expires_on", _("The end must be after the date of issue."))


def _category(text: str, sentences: Sentences, *, is_required: bool) -> str | None:
    wanted = text.strip()
    if wanted and db.session.scalar(sa.select(Category.id).where(Category.id == wanted)):
        return wanted
    if wanted or is_required:
        sentences.note("category_id", _("Please choose a category."))
    return None


_NUMBER_READERS: dict[str, Callable[[str], str]] = {
    "halal": identity.read_halal_number,
    "home_food_permit": identity.read_home_food_permit,
    "marketing_permit": identity.read_marketing_permit,
    "sni": identity.read_standard_number,
    "trademark": _line(120),
    "other": _line(120),
}


def read_certificate(details: CertificateDetails, sentences: Sentences, *, has_file: bool) -> dict[str, Any]:
    """Return the values to store; a number may wait when there is a photo to type it from."""
    kind, number = details.kind.strip(), details.number.strip()
    values: dict[str, Any] = {"kind": kind, "number": ""}
    if kind not in CERTIFICATE_KINDS:
        sentences.note("kind", _("Please choose what kind of certificate it is."))
    elif number:
        values["number"] = sentences.read("number", _NUMBER_READERS[kind], number)
    elif not has_file:
        sentences.note("number", _("Please write the number, or send a photo and we type it in."))
    for name, reader in (("issued_on", _past_date), ("expires_on", typed.read_date)):
        text = getattr(details, name).strip()
        values[name] = sentences.read(name, reader, text) if text else None
    if values["issued_on"] and values["expires_on"] and values["expires_on"] <= values["issued_on"]:
        sentences.note("expires_on", _("The end must be after the date of issue."))
    return values


def _year(text: str) -> int:
    year = typed.read_whole(text, least=2000, most=2100) if re.fullmatch(r"\d{4}", text) else 0
    if not year:
        raise InvalidInput(_("Please write a year in four digits."))
    return year


_NEED_READERS: dict[str, Callable[[str], Any]] = {
    "name": _line(300),
    "item_text": _prose,
    "quantity_text": _line(80),
    "budget_ceiling": typed.read_price,
    "rup_code": identity.read_rup_code,
    "work_unit": _line(200),
    "procurement_method": _one_of(METHODS),
    "procurement_type": _one_of(TYPES),
    "funding_source": _one_of(FUNDS),
    "account_code": _line(40),
    "planned_month": typed.read_month,
    "fiscal_year": _year,
}
_NEED_EMPTY: dict[str, Any] = {"budget_ceiling": None, "planned_month": None, "fiscal_year": None}


def read_need(details: NeedDetails, sentences: Sentences) -> dict[str, Any]:
    """Return the values to store; refusals go to ``sentences``."""
    values: dict[str, Any] = {}
    for name, reader in _NEED_READERS.items():
        text = getattr(details, name).strip()
        values[name] = sentences.read(name, reader, text) if text else _NEED_EMPTY.get(name, "")
    values["category_id"] = _category(details.category_id, sentences, is_required=False)
    if not details.name.strip():
        sentences.note("name", _("Please write what is to be bought."))
    return values


def as_text(value: Any) -> str:
    """Return a stored value as its form shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    return value.isoformat() if isinstance(value, date) else str(value)
