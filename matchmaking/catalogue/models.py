"""Supply (products, certificates) and demand (needs) under one category scheme."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaking.extensions import Model, enum_column
from matchmaking.registration.models import Organization, Participation


class Category(Model):
    """One of the exhibition's categories; ``id`` is a stable word such as ``tapis``."""

    __tablename__ = "category"

    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    position: Mapped[int]
    name_id: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(80))
    industry_codes: Mapped[list[Any]] = mapped_column(default=list)
    account_codes: Mapped[list[Any]] = mapped_column(default=list)
    keywords: Mapped[list[Any]] = mapped_column(default=list)
    negative_keywords: Mapped[list[Any]] = mapped_column(default=list)  # false friends: with one of these it is not


def name_key_of(name: str) -> str:
    """Return what two spellings of one product's name share: no case, accents, punctuation or double spaces."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()[:200] or name.casefold()[:200]


def _name_key(context: Any) -> str:
    return name_key_of(context.get_current_parameters()["name"])


class ListingStatus(StrEnum):
    """Whether a product can be bought in the e-Katalog (*tayang*)."""

    NONE = "none"
    IN_PROCESS = "in_process"
    LISTED = "listed"
    UNLISTED = "unlisted"


class LocalContentStatus(StrEnum):
    """TKDN: no certificate is another thing than 0 %."""

    NONE = "none"
    IN_PROCESS = "in_process"
    CERTIFIED = "certified"


class Product(Model):
    """What an IKM offers. ``price`` is whole rupiah *mulai dari*; shown at once, needed in full before matching."""

    __tablename__ = "product"
    __table_args__ = (
        sa.CheckConstraint("price > 0", name="price"),
        sa.CheckConstraint("monthly_capacity IS NULL OR monthly_capacity > 0", name="capacity"),
        sa.CheckConstraint("min_order IS NULL OR min_order > 0", name="min_order"),
        sa.CheckConstraint("lead_time_days IS NULL OR lead_time_days BETWEEN 0 AND 730", name="lead_time"),
        sa.CheckConstraint(
            "local_content_percent IS NULL OR local_content_percent BETWEEN 0 AND 100", name="local_content"
        ),
        sa.CheckConstraint(
            "company_benefit_percent IS NULL OR company_benefit_percent BETWEEN 0 AND 15",
            name="company_benefit",
        ),
        sa.CheckConstraint(
            "company_benefit_percent IS NULL OR local_content_status = 'certified'",
            name="benefit_needs_certificate",
        ),
        sa.CheckConstraint("pending_participation_id IS NULL OR retired_at IS NOT NULL", name="pending_is_hidden"),
        sa.Index(
            "uq_product_live_name",
            "organization_id",
            "name_key",
            unique=True,
            sqlite_where=sa.text("retired_at IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id", ondelete="CASCADE"), index=True)
    category_id: Mapped[str] = mapped_column(sa.ForeignKey("category.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200), default=_name_key)  # an IKM has no two products of one name
    description: Mapped[str] = mapped_column(sa.Text, default="")
    unit: Mapped[str] = mapped_column(sa.String(30), default="")
    price: Mapped[int] = mapped_column(sa.BigInteger)
    is_tax_included: Mapped[bool | None]
    min_order: Mapped[int | None]
    monthly_capacity: Mapped[int | None]
    lead_time_days: Mapped[int | None]
    photo_file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id", ondelete="SET NULL"))
    thumbnail_file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id", ondelete="SET NULL"))
    is_pure_packing: Mapped[bool] = mapped_column(default=False)
    shelf_life_days: Mapped[int | None]
    catalog_version: Mapped[str] = mapped_column(sa.String(10), default="")
    catalog_reference: Mapped[str] = mapped_column(sa.String(300), default="")
    catalog_listing_status: Mapped[ListingStatus] = mapped_column(
        enum_column(ListingStatus), default=ListingStatus.NONE
    )
    catalog_checked_on: Mapped[date | None]
    local_content_status: Mapped[LocalContentStatus] = mapped_column(
        enum_column(LocalContentStatus), default=LocalContentStatus.NONE
    )
    local_content_percent: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    company_benefit_percent: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    local_content_kind: Mapped[str] = mapped_column(sa.String(20), default="")  # lvi, ik_old, ik_35_2025
    local_content_number: Mapped[str] = mapped_column(sa.String(120), default="")
    local_content_issued_on: Mapped[date | None]
    local_content_expires_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None]
    #: Entered by somebody who registered as a known organisation: out of sight (retired) until that entry is approved.
    pending_participation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("participation.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    organization: Mapped[Organization] = relationship()
    category: Mapped[Category] = relationship()


class Certificate(Model):
    """A certificate of a product or of the whole business: halal, PIRT, BPOM, SNI, trademark."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id", ondelete="CASCADE"), index=True)
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))  # halal, home_food_permit, marketing_permit, sni, trademark, other
    number: Mapped[str] = mapped_column(sa.String(120), default="")  # empty: the photo waits to be typed in by staff
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]


class Need(Model):
    """What a buyer means to buy: typed by hand now, from the procurement plan (RUP) by import later."""

    __tablename__ = "need"
    __table_args__ = (sa.CheckConstraint("budget_ceiling IS NULL OR budget_ceiling > 0", name="budget_ceiling"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    participation_id: Mapped[int] = mapped_column(sa.ForeignKey("participation.id", ondelete="CASCADE"), index=True)
    category_id: Mapped[str | None] = mapped_column(sa.ForeignKey("category.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(300))
    item_text: Mapped[str] = mapped_column(sa.Text, default="")
    quantity_text: Mapped[str] = mapped_column(sa.String(80), default="")
    budget_ceiling: Mapped[int | None] = mapped_column(sa.BigInteger)
    rup_code: Mapped[str] = mapped_column(sa.String(20), default="")
    work_unit: Mapped[str] = mapped_column(sa.String(200), default="")
    procurement_method: Mapped[str] = mapped_column(sa.String(30), default="")
    procurement_type: Mapped[str] = mapped_column(sa.String(30), default="")
    funding_source: Mapped[str] = mapped_column(sa.String(20), default="")
    account_code: Mapped[str] = mapped_column(sa.String(40), default="")
    planned_month: Mapped[int | None]  # 1..12
    fiscal_year: Mapped[int | None]
    origin: Mapped[str] = mapped_column(sa.String(20), default="form")
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    participation: Mapped[Participation] = relationship()
    category: Mapped[Category | None] = relationship()


class ParticipationCategory(Model):
    """Categories a participant deals in: an exhibitor's follow from the products, a buyer may tick them."""

    __tablename__ = "participation_category"

    participation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("participation.id", ondelete="CASCADE"), primary_key=True
    )
    category_id: Mapped[str] = mapped_column(sa.ForeignKey("category.id"), primary_key=True)
