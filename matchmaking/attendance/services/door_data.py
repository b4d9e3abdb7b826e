"""What the door keeps of one person (UU PDP): their scans are exported; erased, the person goes and the counts stay."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.accounts.hooks import PersonFile, PersonRef
from matchmaking.actor import Actor
from matchmaking.attendance.models import Scan, Substitution
from matchmaking.extensions import db


def scan_data(person: PersonRef) -> list[PersonFile]:
    """Return when and how the person was let in, or why not."""
    scans = db.session.scalars(sa.select(Scan).where(Scan.delegate_id.in_(person.delegate_ids)).order_by(Scan.id))
    rows = tuple(
        {
            "event": scan.event_id,
            "at": scan.at.isoformat(),
            "method": scan.method.value,
            "outcome": scan.outcome.value,
            "problem": scan.problem,
            "undone_at": scan.undone_at.isoformat() if scan.undone_at else None,
        }
        for scan in scans
    )
    return [PersonFile("scans", rows)] if rows else []


def forget_notes(_actor: Actor, person: PersonRef) -> None:
    """Empty what was written about a substitution; scans hold no words, and the counts stay."""
    ids = person.delegate_ids
    mine = sa.or_(Substitution.absent_delegate_id.in_(ids), Substitution.substitute_delegate_id.in_(ids))
    db.session.execute(sa.update(Substitution).where(mine).values(note=""))
