"""What forms, staff and imports ask of the catalogue: raw text as people gave it; services read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProductDetails:
    """A product as typed; every value is text, empty for "not given"."""

    name: str
    category_id: str
    price: str
    unit: str = ""
    description: str = ""
    is_tax_included: str = ""  # yes or no
    min_order: str = ""
    monthly_capacity: str = ""
    lead_time_days: str = ""
    is_pure_packing: str = ""  # yes or no
    shelf_life_days: str = ""
    catalog_version: str = ""  # 6 or 5
    catalog_reference: str = ""  # address or number
    catalog_listing_status: str = ""
    catalog_checked_on: str = ""
    local_content_status: str = ""
    local_content_percent: str = ""
    company_benefit_percent: str = ""
    local_content_kind: str = ""
    local_content_number: str = ""
    local_content_issued_on: str = ""
    local_content_expires_on: str = ""


@dataclass(frozen=True)
class CertificateDetails:
    """A certificate as typed; without a number its photo waits for staff to type it in."""

    kind: str
    number: str = ""
    issued_on: str = ""
    expires_on: str = ""


@dataclass(frozen=True)
class NeedDetails:
    """A need as typed."""

    name: str
    category_id: str = ""
    item_text: str = ""
    quantity_text: str = ""
    budget_ceiling: str = ""
    rup_code: str = ""
    work_unit: str = ""
    procurement_method: str = ""
    procurement_type: str = ""
    funding_source: str = ""
    account_code: str = ""
    planned_month: str = ""
    fiscal_year: str = ""
