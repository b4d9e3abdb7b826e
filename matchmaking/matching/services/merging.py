"""What becomes of wishes when two entries turn out to be one, and of notes when a person is forgotten."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.accounts.hooks import PersonRef
from matchmaking.actor import Actor
from matchmaking.extensions import db
from matchmaking.matching.models import Absence, Wish
from matchmaking.registration.models import TeamDelegate


def merge_wishes(_actor: Actor, kept_id: int, gone_id: int) -> None:
    """Give the gone entry's words, and the words about it, to the kept one; where both exist the kept one's stands."""
    for mine, other in ((Wish.wisher_id, Wish.target_id), (Wish.target_id, Wish.wisher_id)):
        known = set(db.session.scalars(sa.select(other).where(mine == kept_id)))
        for wish in db.session.scalars(sa.select(Wish).where(mine == gone_id).order_by(Wish.id)).all():
            partner = wish.target_id if mine is Wish.wisher_id else wish.wisher_id
            if partner in known or partner == kept_id:
                db.session.delete(wish)
            else:
                setattr(wish, mine.key, kept_id)
                known.add(partner)
        db.session.flush()


def forget_notes(_actor: Actor, person: PersonRef) -> None:
    """Empty what the person's teams noted about their absences: it may speak of the person."""
    teams = sa.select(TeamDelegate.team_id).where(TeamDelegate.delegate_id.in_(person.delegate_ids))
    db.session.execute(
        sa.update(Absence)
        .where(Absence.team_id.in_(teams))
        .values(note="")
        .execution_options(synchronize_session=False)
    )
