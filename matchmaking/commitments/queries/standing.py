"""What still stands in the way of proposing a draft, and what is worth a second look before."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking import clock
from matchmaking.catalogue.models import ListingStatus, Need, Product
from matchmaking.commitments.models import (
    COMPETITIVE,
    Commitment,
    CommitmentKind,
    CommitmentLine,
    CommitmentParty,
    PartyKind,
)
from matchmaking.commitments.queries.sources import planned_method
from matchmaking.extensions import db
from matchmaking.registration.models import Participation, ParticipationState

E_PURCHASING = "e_purchasing"


def problems_of(commitment: Commitment) -> list[str]:
    """Return what must be mended before the draft can be proposed, as codes of ``labels.PROBLEM_LABELS``."""
    found = [f"{kind.value}_not_approved" for kind in PartyKind if not _is_approved(commitment, kind)]
    lines = sa.select(sa.func.count()).where(CommitmentLine.commitment_id == commitment.id)
    if not db.session.scalar(lines):
        found.append("no_lines")
    parties = db.session.scalars(sa.select(CommitmentParty).where(CommitmentParty.commitment_id == commitment.id))
    named = {row.kind for row in parties if row.signatory_name and row.signatory_office and row.signatory_role}
    found += [f"{kind.value}_signatory" for kind in PartyKind if kind not in named]
    if commitment.fiscal_year < clock.today().year:
        found.append("year_over")
    if commitment.kind is CommitmentKind.COMMITMENT and _planned_methods(commitment) & set(COMPETITIVE):
        found.append("competitive")
    return found


def _is_approved(commitment: Commitment, kind: PartyKind) -> bool:
    row_id = commitment.buyer_id if kind is PartyKind.BUYER else commitment.exhibitor_id
    entry = db.session.scalar(sa.select(Participation.state).where(Participation.id == row_id))
    return entry is ParticipationState.APPROVED


def _planned_methods(commitment: Commitment) -> set[str]:
    """Return the methods by which the linked package, and that of the RUP code, are planned now."""
    linked = db.session.scalar(sa.select(Need.procurement_method).where(Need.id == commitment.need_id))
    return {linked or "", planned_method(commitment.rup_code)}


def warnings_of(commitment: Commitment) -> list[str]:
    """Return what should be seen and accepted before proposing, as codes of ``labels.WARNING_LABELS``."""
    if commitment.kind is not CommitmentKind.COMMITMENT:
        return []
    found = []
    if _is_above_ceiling(commitment):
        found.append("above_ceiling")
    named = _named_products(commitment.id)
    if any(_is_above_capacity(line, product, commitment, clock.today()) for line, product in named):
        found.append("above_capacity")
    if not commitment.procurement_method:
        found.append("no_method")
    elif commitment.procurement_method != E_PURCHASING:
        found.append("other_method")
    elif any(product.catalog_listing_status is not ListingStatus.LISTED for _line, product in named):
        found.append("not_listed")
    return found


def _named_products(commitment_id: int) -> list[tuple[CommitmentLine, Product]]:
    rows = db.session.execute(
        sa.select(CommitmentLine, Product)
        .join(Product, Product.id == CommitmentLine.product_id)
        .where(CommitmentLine.commitment_id == commitment_id)
        .options(joinedload(Product.category))
        .order_by(CommitmentLine.position)
    )
    return [(row.CommitmentLine, row.Product) for row in rows]


def _is_above_ceiling(commitment: Commitment) -> bool:
    if commitment.need_id is None:
        return False
    ceiling = db.session.scalar(sa.select(Need.budget_ceiling).where(Need.id == commitment.need_id))
    return ceiling is not None and commitment.total > ceiling


def _is_above_capacity(line: CommitmentLine, product: Product, commitment: Commitment, today: date) -> bool:
    if product.monthly_capacity is None:
        return False
    return line.quantity_thousandths > product.monthly_capacity * months_to_make(commitment, today) * 1000


def months_to_make(commitment: Commitment, today: date) -> int:
    """Return the months from now to the planned one (else December) of the fiscal year, this one counted too; at least 1."""
    last = commitment.fiscal_year * 12 + (commitment.planned_month or 12)
    return max(last - (today.year * 12 + today.month) + 1, 1)
