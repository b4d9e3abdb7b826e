"""Commitments as lists and the recap show them: the parties by the names they have now, the state as it is today."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matchmaking import clock
from matchmaking.commitments.labels import STATE_LABELS, kind_word
from matchmaking.commitments.life import state_on
from matchmaking.commitments.models import Commitment
from matchmaking.commitments.queries.counting import is_committed
from matchmaking.extensions import db
from matchmaking.registration.models import Organization, Participation


@dataclass(frozen=True)
class CommitmentLineRow:
    """A commitment with its two organisations; the people who sign are not in lists."""

    commitment: Commitment
    buyer: Organization
    exhibitor: Organization

    @property
    def state_word(self) -> str:
        """The state in words; a signed one that ran out is said to be so."""
        today = state_on(self.commitment.state, self.commitment.valid_until, clock.today())
        return str(STATE_LABELS[today])

    @property
    def kind_word(self) -> str:
        """What the record is: a commitment, one that waits for next year's budget, an invitation, a withdrawal."""
        return kind_word(self.commitment.kind, awaits_budget=self.commitment.awaits_budget)


def count_commitments(event_id: int) -> int:
    """Return how many commitments there are, in every state."""
    statement = sa.select(sa.func.count()).select_from(Commitment).where(Commitment.event_id == event_id)
    return db.session.scalar(statement) or 0


def commitment_lines(event_id: int) -> list[CommitmentLineRow]:
    """Return the event's commitments by number, drafts last."""
    rows = db.session.execute(_with_parties(event_id).order_by(Commitment.serial.nulls_last(), Commitment.id))
    return [CommitmentLineRow(made, buyer, maker) for made, buyer, maker in rows]


def largest_commitments(event_id: int, most: int = 5) -> list[CommitmentLineRow]:
    """Return the largest commitments that count as committed."""
    statement = _with_parties(event_id).where(is_committed())
    rows = db.session.execute(statement.order_by(Commitment.total.desc(), Commitment.serial).limit(most))
    return [CommitmentLineRow(made, buyer, maker) for made, buyer, maker in rows]


def _with_parties(event_id: int) -> sa.Select[Commitment, Organization, Organization]:
    buyer, maker = aliased(Participation), aliased(Participation)
    agency, business = aliased(Organization), aliased(Organization)
    return (
        sa.select(Commitment, agency, business)
        .join(buyer, buyer.id == Commitment.buyer_id)
        .join(agency, agency.id == buyer.organization_id)
        .join(maker, maker.id == Commitment.exhibitor_id)
        .join(business, business.id == maker.organization_id)
        .where(Commitment.event_id == event_id)
    )
