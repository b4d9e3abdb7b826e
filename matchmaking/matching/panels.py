"""What matching gives to an entry's page: how many wishes, and where they and the times are entered."""

from __future__ import annotations

from matchmaking.extensions import db
from matchmaking.matching.queries.wishes import asker_count, wish_counts
from matchmaking.registration.hooks import Panel
from matchmaking.registration.models import Participation, ParticipationState


def entry_panel(participation_id: int, audience: str) -> Panel | None:
    """Return the wishes of an approved entry; nothing behind the secret link, which shows little."""
    entry = db.session.get_one(Participation, participation_id)
    if audience not in ("staff", "owner") or entry.state is not ParticipationState.APPROVED:
        return None
    context = {
        "entry": entry,
        "audience": audience,
        "counts": wish_counts(participation_id),
        "asked": asker_count(participation_id),
    }
    return Panel(30, "matching/_panel.html", context)
