"""What badges give to an entry's page: the QR to show at the door, also to those who have no account."""

from __future__ import annotations

from matchmaking.attendance.badge_view import shown_badge
from matchmaking.attendance.queries.badges import badges_of_entry, has_badges
from matchmaking.extensions import db
from matchmaking.registration.hooks import Panel
from matchmaking.registration.models import Participation, ParticipationState


def entry_panel(participation_id: int, audience: str) -> Panel | None:
    """Return an approved entry's badges: behind the link only after the four digits, for a code opens a door."""
    if audience not in ("owner", "proved"):
        return None
    entry = db.session.get_one(Participation, participation_id)
    if entry.state is not ParticipationState.APPROVED or not has_badges(entry.event_id):
        return None
    shown = [shown_badge(row) for row in badges_of_entry(participation_id) if row.badge]
    if not shown:
        return None
    return Panel(8, "attendance/_badge_panel.html", {"entry": entry, "audience": audience, "badges": shown})
