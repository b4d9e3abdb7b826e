"""What was bought on commitments, as pages and sheets show it."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.commitments.life_models import Realization
from matchmaking.commitments.models import Commitment
from matchmaking.extensions import db


def realizations_of(commitment_id: int) -> list[Realization]:
    """Return the entries of a commitment and of what it replaced, the oldest first; voided ones too."""
    ids = [commitment_id]
    while before := db.session.scalar(sa.select(Commitment.amends_id).where(Commitment.id == ids[-1])):
        ids.append(before)
    wanted = sa.select(Realization).where(Realization.commitment_id.in_(ids))
    return list(db.session.scalars(wanted.order_by(Realization.done_on, Realization.id)))
