"""The printed blank forms of an event, each with what became of it: no number is missing without a word."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking.commitments.life_models import BlankForm
from matchmaking.commitments.models import Commitment
from matchmaking.extensions import db


@dataclass(frozen=True)
class FormRow:
    """A form. ``code``: of the record that was on it."""

    form: BlankForm
    code: str

    @property
    def is_open(self) -> bool:
        """Say whether nothing is known of it yet."""
        return not self.code and self.form.spoiled_at is None


def blank_forms(event_id: int) -> list[FormRow]:
    """Return the forms by their serial."""
    rows = db.session.execute(
        sa.select(BlankForm, Commitment.code)
        .outerjoin(Commitment, Commitment.id == BlankForm.commitment_id)
        .where(BlankForm.event_id == event_id)
        .order_by(BlankForm.serial)
    )
    return [FormRow(row.BlankForm, row.code or "") for row in rows]
