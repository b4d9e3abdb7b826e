"""How ready a product is for government buyers: what is missing, what breaks a duty, and what to do about each.

Sources: the project's domain notes, sections 3, 4 and 7.1 (halal duty: PP 42/2024; TKDN: Permenperin 35/2025 and
46/2022; e-Katalog: KBLI must match the category).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from matchmaking.catalogue.models import Certificate, ListingStatus, LocalContentStatus, Product
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.identity import home_food_permit_expiry

RED, WARNING, INFO = "red", "warning", "info"
SEVERITIES = (RED, WARNING, INFO)
FOOD = "processed_food"
#: Above it the old self-declared certificate cannot go.
OLD_SELF_DECLARED_MOST = 40
#: Food that keeps longer needs a permit (P-IRT or BPOM).
FRESH_DAYS = 7
CHECK_AGAIN_AFTER = timedelta(days=90)
SOON = timedelta(days=30)


#: What is needed before matching, in one or two words; ``queries.missing`` finds the same in SQL.
NEEDED_LABELS: dict[str, Any] = {
    "no_unit": _l("unit"),
    "no_tax_answer": _l("with or without PPN"),
    "no_capacity": _l("capacity each month"),
    "no_lead_time": _l("days to make it"),
    "no_shelf_life": _l("how long it keeps"),
    "local_content_incomplete": _l("number and end of the TKDN certificate"),
}


@dataclass(frozen=True)
class Flag:
    """One finding: how grave, what it is, and what to do; ``is_needed`` for matching to be fair."""

    code: str
    severity: str
    sentence: Any  # lazily translated
    action: Any
    is_needed: bool = False


def is_certified(product: Product, on: date) -> bool:
    """Say whether the TKDN certificate counts on that day."""
    if product.local_content_status is not LocalContentStatus.CERTIFIED:
        return False
    return product.local_content_expires_on is None or product.local_content_expires_on >= on


def counted_local_content(product: Product, on: date) -> Decimal | None:
    """Return the TKDN value that counts: ``None`` without a valid certificate, 0 for a certificate that says 0."""
    return product.local_content_percent if is_certified(product, on) else None


def counted_total(product: Product, on: date) -> Decimal | None:
    """Return TKDN + BMP, computed and never typed; ``None`` without a valid certificate."""
    local = counted_local_content(product, on)
    return None if local is None else local + (product.company_benefit_percent or Decimal(0))


def readiness(
    product: Product,
    certificates: Iterable[Certificate],
    on: date,
    *,
    industry_codes: Sequence[str] = (),
    category_codes: Sequence[str] = (),
) -> list[Flag]:
    """Return what is to be done for a product, the gravest first.

    Args:
        product: the product.
        certificates: those of the product and those of the whole business.
        on: the day that counts.
        industry_codes: the KBLI codes in the business's NIB.
        category_codes: the KBLI codes of the product's category.
    """
    held = list(certificates)
    flags = [
        *_food(product, held, on),
        *_certificates(held, on),
        *_local_content(product, on),
        *_listing(product, on),
        *_industry(industry_codes, category_codes),
        *_missing(product),
    ]
    return sorted(flags, key=lambda flag: SEVERITIES.index(flag.severity))


def is_valid(certificate: Certificate, on: date) -> bool:
    """Say whether a certificate counts on that day: typed in, and not expired."""
    return bool(certificate.number) and not _has_expired(certificate, on)


def _has_expired(certificate: Certificate, on: date) -> bool:
    if certificate.expires_on is not None:
        return certificate.expires_on < on
    year = home_food_permit_expiry(certificate.number) if certificate.kind == "home_food_permit" else None
    return year is not None and year < on.year


def _has(certificates: list[Certificate], on: date, *kinds: str) -> bool:
    return any(certificate.kind in kinds and is_valid(certificate, on) for certificate in certificates)


def _food(product: Product, certificates: list[Certificate], on: date) -> Iterable[Flag]:
    if product.category_id != FOOD:
        return
    if not _has(certificates, on, "halal"):
        yield Flag(
            "no_halal",
            RED,
            _l("Food without a halal certificate."),
            _l(
                "Government may not buy it. Apply at ptsp.halal.go.id (free for micro and small), then enter the number."
            ),
        )
    keeps = product.shelf_life_days
    if keeps is None:
        yield Flag(
            "no_shelf_life",
            WARNING,
            _l("It is not said how long the food keeps."),
            _l("Enter the days: above 7 it needs a P-IRT or BPOM permit."),
            is_needed=True,
        )
    elif keeps > FRESH_DAYS and not _has(certificates, on, "home_food_permit", "marketing_permit"):
        yield Flag(
            "no_food_permit",
            RED,
            _l("Food that keeps longer than 7 days without a P-IRT or BPOM permit."),
            _l("Apply for P-IRT through OSS or at the health office, then enter the number."),
        )


def _certificates(certificates: list[Certificate], on: date) -> Iterable[Flag]:
    if any(not certificate.number for certificate in certificates):
        yield Flag(
            "certificate_to_type",
            INFO,
            _l("A certificate's photo waits to be typed in."),
            _l("The organiser does it, or enter the number yourself."),
        )
    for certificate in certificates:
        if certificate.number and _has_expired(certificate, on):
            yield Flag(
                "certificate_expired",
                WARNING,
                _l("The certificate %(number)s has expired and does not count.", number=certificate.number),
                _l("Enter the new one, or remove it."),
            )


def _local_content(product: Product, on: date) -> Iterable[Flag]:
    if product.is_pure_packing:
        yield Flag(
            "pure_packing",
            WARNING,
            _l("The product is only packed, not made, by this business."),
            _l("Pure packing gets no TKDN certificate as a small industry; say what is done here."),
        )
    if product.local_content_status is LocalContentStatus.NONE:
        yield Flag(
            "no_local_content",
            INFO,
            _l("No TKDN certificate."),
            _l("Buyers must prefer certified products. A small industry may declare it itself in SIINas."),
        )
    if product.local_content_status is not LocalContentStatus.CERTIFIED:
        return
    if not is_certified(product, on):
        yield Flag(
            "local_content_expired",
            WARNING,
            _l("The TKDN certificate has expired: its value is shown and not counted."),
            _l("Renew it in SIINas, then enter the new dates."),
        )
    elif product.local_content_expires_on and product.local_content_expires_on <= on + SOON:
        yield Flag(
            "local_content_ends_soon",
            INFO,
            _l("The TKDN certificate ends within 30 days."),
            _l("Renew it in SIINas in time."),
        )
    yield from _certificate_details(product)


def _certificate_details(product: Product) -> Iterable[Flag]:
    value = product.local_content_percent
    if product.local_content_kind == "ik_old" and value is not None and value > OLD_SELF_DECLARED_MOST:
        yield Flag(
            "old_certificate_above_40",
            WARNING,
            _l("The old self-declared TKDN-IK cannot be above 40%."),
            _l("Compare the value and the kind with the certificate."),
        )
    if not product.local_content_number or product.local_content_expires_on is None:
        yield Flag(
            "local_content_incomplete",
            WARNING,
            _l("The TKDN certificate's number or end is missing."),
            _l("Copy both from the certificate."),
            is_needed=True,
        )


def _listing(product: Product, on: date) -> Iterable[Flag]:
    status = product.catalog_listing_status
    if status is not ListingStatus.LISTED:
        yield Flag(
            "not_listed",
            INFO,
            _l("Not on sale in the e-Katalog."),
            _l("E-purchasing needs it: list the product at katalog.inaproc.id."),
        )
        return
    if not product.catalog_reference:
        yield Flag(
            "listing_without_address",
            WARNING,
            _l("Listed in the e-Katalog, but the address is missing."),
            _l("Copy the product's address from katalog.inaproc.id."),
        )
    if product.catalog_version == "5":
        yield Flag(
            "old_catalog",
            WARNING,
            _l("e-Katalog version 5 has been switched off."),
            _l("List the product in version 6 (katalog.inaproc.id)."),
        )
    if product.catalog_checked_on is None or product.catalog_checked_on < on - CHECK_AGAIN_AFTER:
        yield Flag(
            "listing_unchecked",
            INFO,
            _l("Nobody has looked up the e-Katalog entry in the last 90 days."),
            _l("Open the address; if it is on sale, enter today's date."),
        )


def _industry(industry_codes: Sequence[str], category_codes: Sequence[str]) -> Iterable[Flag]:
    if industry_codes and category_codes and not set(industry_codes) & set(category_codes):
        yield Flag(
            "industry_code_mismatch",
            WARNING,
            _l("No KBLI in the NIB fits this category."),
            _l("The e-Katalog and TKDN refuse such a product: add a fitting KBLI to the NIB in OSS."),
        )


#: What a buyer must know to decide: code, condition, sentence, what to do.
def _missing(product: Product) -> Iterable[Flag]:
    wanted = (
        ("no_unit", not product.unit, _l("The unit is missing."), _l("Enter what the price is for: piece, box, metre.")),
        ("no_tax_answer", product.is_tax_included is None, _l("It is not said whether the price includes PPN."),
         _l("Choose with or without PPN.")),
        ("no_capacity", product.monthly_capacity is None, _l("The capacity is missing."),
         _l("Enter how many you can make in a month.")),
        ("no_lead_time", product.lead_time_days is None, _l("The time to make it is missing."),
         _l("Enter how many days an order takes.")),
    )  # fmt: skip
    for code, is_missing, sentence, action in wanted:
        if is_missing:
            yield Flag(code, WARNING, sentence, action, is_needed=True)
    if product.photo_file_id is None:
        yield Flag("no_photo", INFO, _l("There is no photo."), _l("Take one with the phone: buyers look first."))
