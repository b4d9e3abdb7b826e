"""Which records count, as conditions: a commitment that both have signed and nothing has replaced; never an invitation."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.commitments.life import COUNTED
from matchmaking.commitments.models import Commitment, CommitmentKind


def is_signed() -> sa.ColumnElement[bool]:
    """Return the condition that a commitment is signed by both, of this year's budget or a later one."""
    return sa.and_(Commitment.kind == CommitmentKind.COMMITMENT, Commitment.state.in_(COUNTED))


def is_committed() -> sa.ColumnElement[bool]:
    """Return the condition that its value counts as committed: signed, and not waiting for a later year's budget (DPA)."""
    return sa.and_(is_signed(), Commitment.awaits_budget.is_(False))
