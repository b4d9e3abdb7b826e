"""What other records say about the same money: all of one RUP code beside its ceiling, all of one work unit with one IKM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased, load_only

from matchmaking import clock
from matchmaking.catalogue.models import Need
from matchmaking.commitments.canonical import tax_amount
from matchmaking.commitments.checks import BesideFacts
from matchmaking.commitments.life import COUNTED
from matchmaking.commitments.models import Commitment, CommitmentKind, CommitmentSettings, CommitmentState, TaxMode
from matchmaking.commitments.thresholds import STANDARD, Threshold, passed_together
from matchmaking.extensions import db
from matchmaking.registration.models import Participation

_OPEN = (CommitmentState.PROPOSED, CommitmentState.AGREED)


@dataclass(frozen=True)
class PackageStanding:
    """All records on one RUP code, in every event here, beside its ceiling; whole rupiah, PPN included. ``count``: with this one."""

    rup_code: str
    count: int
    total: int
    ceiling: int | None

    @property
    def is_above(self) -> bool:
        """Say whether they are more than the package has."""
        return self.ceiling is not None and self.total > self.ceiling


@dataclass(frozen=True)
class SplitStanding:
    """Several records of one work unit and one IKM in one fiscal year that together pass a threshold."""

    count: int
    total: int
    threshold: Threshold


def gross(row: Commitment) -> int:
    """Return what a record comes to with PPN."""
    return row.total + (tax_amount(row.total, row.tax_rate_hundredths) if row.tax_mode is TaxMode.EXCLUDED else 0)


def package_standing(commitment: Commitment) -> PackageStanding | None:
    """Return how the records on this one's RUP code stand together, this one counted as it is now."""
    if not commitment.rup_code or commitment.kind is not CommitmentKind.COMMITMENT:
        return None
    others = _on_code(commitment)
    return PackageStanding(commitment.rup_code, len(others) + 1, sum(others) + gross(commitment), _ceiling(commitment))


def beside(commitment: Commitment) -> BesideFacts:
    """Return what stands beside a commitment, for ``checks.warnings_beside``."""
    has_code = bool(commitment.rup_code)
    return BesideFacts(
        amount=gross(commitment),
        fiscal_year=commitment.fiscal_year,
        on_code=_on_code(commitment) if has_code else (),
        ceiling=_ceiling(commitment) if has_code else None,
        of_pair=_of_pair(commitment),
        thresholds=thresholds_of(commitment.event_id),
    )


def _on_code(commitment: Commitment) -> tuple[int, ...]:
    return tuple(map(gross, _others(commitment, Commitment.rup_code == commitment.rup_code)))


def split_standing(commitment: Commitment) -> SplitStanding | None:
    """Return the threshold that this record passes together with others of the same work unit and IKM, if any."""
    if commitment.kind is not CommitmentKind.COMMITMENT:
        return None
    amounts = (*_of_pair(commitment), gross(commitment))
    threshold = passed_together(amounts, thresholds_of(commitment.event_id))
    return SplitStanding(len(amounts), sum(amounts), threshold) if threshold else None


def _of_pair(commitment: Commitment) -> tuple[int, ...]:
    buyer, maker = aliased(Participation), aliased(Participation)
    same = sa.and_(
        Commitment.fiscal_year == commitment.fiscal_year,
        sa.func.lower(Commitment.work_unit) == commitment.work_unit.lower(),
        Commitment.buyer_id.in_(sa.select(buyer.id).where(buyer.organization_id == commitment.buyer.organization_id)),
        Commitment.exhibitor_id.in_(
            sa.select(maker.id).where(maker.organization_id == commitment.exhibitor.organization_id)
        ),
    )
    return tuple(map(gross, _others(commitment, same)))


def thresholds_of(event_id: int) -> tuple[Threshold, ...]:
    """Return the event's thresholds, the smallest first."""
    row = db.session.get(CommitmentSettings, event_id)
    if row is None or row.thresholds is None:
        return STANDARD
    return tuple(Threshold(**values) for values in row.thresholds)


def _others(commitment: Commitment, same: sa.ColumnElement[bool]) -> list[Commitment]:
    """Return the other records that stand: signed, or on the way and not over. What an addendum replaces counts once."""
    amounts = load_only(
        Commitment.total, Commitment.tax_mode, Commitment.tax_rate_hundredths
    )  # not their whole contents
    statement = (
        sa.select(Commitment).options(amounts).where(same, Commitment.id != commitment.id, stands(clock.today()))
    )
    replaced = commitment.amends_id if commitment.state not in COUNTED else None
    return [row for row in db.session.scalars(statement.order_by(Commitment.id)) if row.id != replaced]


def stands(today: date) -> sa.ColumnElement[bool]:
    """Return the condition that a commitment uses up money: signed, or on the way and not over."""
    return sa.and_(
        Commitment.kind == CommitmentKind.COMMITMENT,
        sa.or_(
            Commitment.state.in_((CommitmentState.PARTLY_REALIZED, CommitmentState.REALIZED)),
            sa.and_(Commitment.state == CommitmentState.SIGNED, _is_valid(today)),
            sa.and_(Commitment.state.in_(_OPEN), Commitment.amends_id.is_(None), _is_valid(today)),
        ),
    )


def _is_valid(today: date) -> sa.ColumnElement[bool]:
    return sa.or_(Commitment.valid_until.is_(None), Commitment.valid_until >= today)


def _ceiling(commitment: Commitment) -> int | None:
    """Return the ceiling of the package: as linked, else as entered last for its RUP code."""
    by_code = sa.select(Need.budget_ceiling).where(
        Need.rup_code == commitment.rup_code, Need.budget_ceiling.is_not(None), Need.retired_at.is_(None)
    )
    linked = db.session.scalar(
        sa.select(Need.budget_ceiling).where(Need.id == commitment.need_id, Need.rup_code == commitment.rup_code)
    )
    return linked or db.session.scalar(by_code.order_by(Need.updated_at.desc(), Need.id.desc()).limit(1))
