"""The words people read for the catalogue's states, kinds and fields, in the order they are offered."""

from __future__ import annotations

from typing import Any

from matchmaking.catalogue.models import ListingStatus, LocalContentStatus
from matchmaking.i18n import lazy_gettext as _l

LISTING_LABELS: dict[str, Any] = {
    ListingStatus.NONE: _l("Not in the e-Katalog yet"),
    ListingStatus.IN_PROCESS: _l("Being listed"),
    ListingStatus.LISTED: _l("Listed (tayang)"),
    ListingStatus.UNLISTED: _l("Listed before, now taken down"),
}
LISTING_SIGNALS = {
    ListingStatus.NONE: "neutral",
    ListingStatus.IN_PROCESS: "waiting",
    ListingStatus.LISTED: "held",
    ListingStatus.UNLISTED: "warning",
}
CATALOG_VERSIONS: dict[str, Any] = {"6": _l("Version 6 (katalog.inaproc.id)"), "5": _l("Version 5 (switched off)")}
LOCAL_CONTENT_LABELS: dict[str, Any] = {
    LocalContentStatus.NONE: _l("No TKDN certificate"),
    LocalContentStatus.IN_PROCESS: _l("Applied for"),
    LocalContentStatus.CERTIFIED: _l("Has a TKDN certificate"),
}
LOCAL_CONTENT_KINDS: dict[str, Any] = {
    "lvi": _l("Verified by a surveyor (LVI)"),
    "ik_35_2025": _l("Self-declared, small industry (Permenperin 35/2025)"),
    "ik_old": _l("Self-declared, old rule (TKDN-IK, up to 40%)"),
}
CERTIFICATE_KINDS: dict[str, Any] = {
    "halal": _l("Halal"),
    "home_food_permit": _l("P-IRT (home food)"),
    "marketing_permit": _l("BPOM MD/ML"),
    "sni": _l("SNI"),
    "trademark": _l("Trademark"),
    "other": _l("Another certificate"),
}
YES_NO: dict[str, Any] = {"yes": _l("Yes"), "no": _l("No")}
TAX_ANSWERS: dict[str, Any] = {"yes": _l("PPN included"), "no": _l("without PPN")}

METHODS: dict[str, Any] = {
    "e_purchasing": _l("E-purchasing"),
    "mini_competition": _l("Mini competition (e-purchasing)"),
    "direct_procurement": _l("Direct procurement"),
    "direct_appointment": _l("Direct appointment"),
    "tender": _l("Tender"),
    "quick_tender": _l("Quick tender"),
    "selection": _l("Selection"),
    "contest": _l("Contest"),
    "excluded": _l("Excluded procurement"),
}
TYPES: dict[str, Any] = {
    "goods": _l("Goods"),
    "other_services": _l("Other services"),
    "consultancy": _l("Consultancy"),
    "construction": _l("Construction"),
}
FUNDS: dict[str, Any] = {
    "apbd": _l("APBD"),
    "apbdp": _l("APBD-P"),
    "apbn": _l("APBN"),
    "apbnp": _l("APBN-P"),
    "blu": _l("BLU"),
    "blud": _l("BLUD"),
    "bumn": _l("BUMN"),
    "bumd": _l("BUMD"),
    "other": _l("Other funds"),
}

PRODUCT_FIELDS: dict[str, Any] = {
    "name": _l("Product name"),
    "category_id": _l("Category"),
    "price": _l("Price from"),
    "unit": _l("Unit"),
    "description": _l("Description"),
    "is_tax_included": _l("PPN"),
    "min_order": _l("Smallest order"),
    "monthly_capacity": _l("Capacity each month"),
    "lead_time_days": _l("Days to make it"),
    "is_pure_packing": _l("Only packed, not made"),
    "shelf_life_days": _l("Keeps for (days)"),
    "catalog_version": _l("e-Katalog version"),
    "catalog_reference": _l("e-Katalog address"),
    "catalog_listing_status": _l("e-Katalog"),
    "catalog_checked_on": _l("e-Katalog looked up on"),
    "local_content_status": _l("TKDN"),
    "local_content_percent": _l("TKDN value"),
    "company_benefit_percent": _l("BMP value"),
    "local_content_kind": _l("Kind of TKDN certificate"),
    "local_content_number": _l("TKDN certificate number"),
    "local_content_issued_on": _l("TKDN issued on"),
    "local_content_expires_on": _l("TKDN valid until"),
    "photo": _l("Photo"),
}
NEED_FIELDS: dict[str, Any] = {
    "name": _l("What is to be bought"),
    "category_id": _l("Category"),
    "item_text": _l("Items"),
    "quantity_text": _l("Quantity"),
    "budget_ceiling": _l("Budget ceiling (pagu)"),
    "rup_code": _l("RUP code"),
    "work_unit": _l("Work unit (satker)"),
    "procurement_method": _l("Method"),
    "procurement_type": _l("Type"),
    "funding_source": _l("Fund"),
    "account_code": _l("Account code"),
    "planned_month": _l("Planned month"),
    "fiscal_year": _l("Fiscal year"),
}


def choices(labels: dict[str, Any], empty: Any = None) -> list[tuple[str, Any]]:
    """Return form choices; ``empty`` is what the choice of nothing is called."""
    offered = [(str(value), label) for value, label in labels.items()]
    return [("", empty), *offered] if empty is not None else offered
