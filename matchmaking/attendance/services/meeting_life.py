"""What becomes of recorded meetings and of people's words when a team goes or a person is forgotten."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.accounts.hooks import PersonFile, PersonRef
from matchmaking.actor import Actor
from matchmaking.attendance.models import MeetingOutcome, MeetingRecord
from matchmaking.errors import Conflict
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.scheduling.models import Meeting


def keep_recorded_team(_actor: Actor, team_id: int) -> None:
    """Refuse to let a team go of whose meetings something was recorded: the day's figures would change in silence.

    Raises:
        Conflict: with what can be done.
    """
    mine = sa.or_(Meeting.exhibitor_team_id == team_id, Meeting.buyer_team_id == team_id)
    told = sa.or_(
        sa.select(MeetingRecord.meeting_id).where(MeetingRecord.meeting_id == Meeting.id).exists(),
        sa.select(MeetingOutcome.id).where(MeetingOutcome.meeting_id == Meeting.id).exists(),
    )
    if db.session.scalar(sa.select(Meeting.id).where(mine, told).limit(1)):
        raise Conflict(_("Meetings of this team were recorded on the day. It can be renamed, not removed."))


def outcome_data(person: PersonRef) -> list[PersonFile]:
    """Return what the person wrote about meetings."""
    if person.user_id is None:
        return []
    rows = db.session.scalars(
        sa.select(MeetingOutcome).where(MeetingOutcome.entered_by == person.user_id).order_by(MeetingOutcome.id)
    )
    entries = tuple(
        {
            "event": row.event_id,
            "as": row.source.value,
            "result": row.result.value,
            "note": row.note,
            "next_step": row.next_step,
            "at": row.updated_at.isoformat(),
        }
        for row in rows
    )
    return [PersonFile("meeting_outcomes", entries)] if entries else []


def forget_words(_actor: Actor, person: PersonRef) -> None:
    """Empty what the person wrote about meetings; how those went, and the figures, stay."""
    if person.user_id is None:
        return
    rows = db.session.scalars(sa.select(MeetingOutcome).where(MeetingOutcome.entered_by == person.user_id)).all()
    for row in rows:
        row.note, row.next_step, row.entered_by = "", "", None
    db.session.flush()
