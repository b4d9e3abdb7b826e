"""What still stands in the way of proposing a draft, and what is worth a second look before."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking import clock
from matchmaking.catalogue.models import ListingStatus, Need, Product
from matchmaking.commitments.checks import CheckedFacts, CheckedLine, warnings_beside, warnings_for
from matchmaking.commitments.models import (
    COMPETITIVE,
    Commitment,
    CommitmentKind,
    CommitmentLine,
    CommitmentParty,
    PartyKind,
)
from matchmaking.commitments.queries.packages import beside, gross
from matchmaking.commitments.queries.sources import planned_method
from matchmaking.extensions import db
from matchmaking.registration.models import Participation, ParticipationState


def problems_of(commitment: Commitment) -> list[str]:
    """Return what must be mended before the draft can be proposed, as codes of ``labels.PROBLEM_LABELS``."""
    found = []
    if commitment.kind is not CommitmentKind.WITHDRAWAL:
        found = [f"{kind.value}_not_approved" for kind in PartyKind if not _is_approved(commitment, kind)]
        lines = sa.select(sa.func.count()).where(CommitmentLine.commitment_id == commitment.id)
        if not db.session.scalar(lines):
            found.append("no_lines")
    parties = db.session.scalars(sa.select(CommitmentParty).where(CommitmentParty.commitment_id == commitment.id))
    named = {row.kind for row in parties if row.signatory_name and row.signatory_office and row.signatory_role}
    found += [f"{kind.value}_signatory" for kind in PartyKind if kind not in named]
    if commitment.fiscal_year < (commitment.paper_on or clock.today()).year:
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
    facts = CheckedFacts(
        total=gross(commitment),
        ceiling=_ceiling(commitment),
        method=commitment.procurement_method,
        planned_month=commitment.planned_month,
        fiscal_year=commitment.fiscal_year,
        lines=tuple(_checked_lines(commitment.id)),
    )
    today = clock.today()
    return [*warnings_beside(beside(commitment), today), *warnings_for(facts, today)]


def _checked_lines(commitment_id: int) -> Iterator[CheckedLine]:
    """The lines that name a product; of what was typed by hand nothing is known."""
    rows = db.session.execute(
        sa.select(CommitmentLine, Product)
        .join(Product, Product.id == CommitmentLine.product_id)
        .where(CommitmentLine.commitment_id == commitment_id)
        .options(joinedload(Product.category))
        .order_by(CommitmentLine.position)
    )
    for row in rows:
        is_listed = row.Product.catalog_listing_status is ListingStatus.LISTED
        yield CheckedLine(row.CommitmentLine.quantity_thousandths, row.Product.monthly_capacity, is_listed)


def _ceiling(commitment: Commitment) -> int | None:
    if commitment.need_id is None:
        return None
    return db.session.scalar(sa.select(Need.budget_ceiling).where(Need.id == commitment.need_id))
