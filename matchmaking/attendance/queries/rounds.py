"""A round: the meetings of one slot of the published schedule, where they stand, whether their people are there."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.attendance.models import MeetingRecord, MeetingState
from matchmaking.attendance.queries.day import arrivals_of_teams
from matchmaking.events.models import Event, TimeSlot
from matchmaking.extensions import db
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, VersionState


@dataclass(frozen=True)
class RoundMeeting:
    """One meeting of the round. ``is_complete``: both teams are there, as far as the door knows."""

    meeting_id: int
    code: str
    state: MeetingState
    is_complete: bool


def round_meetings(event_id: int, slot_id: int) -> list[RoundMeeting]:
    """Return the meetings of a slot in a fixed order, so that two who begin a round lock the same rows in turn."""
    rows = db.session.execute(
        sa.select(Meeting, MeetingRecord.state)
        .join(Placement, Placement.meeting_id == Meeting.id)
        .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
        .outerjoin(MeetingRecord, MeetingRecord.meeting_id == Meeting.id)
        .where(
            Meeting.event_id == event_id,
            Placement.slot_id == slot_id,
            ScheduleVersion.state == VersionState.PUBLISHED,
        )
        .order_by(Meeting.id)
    ).all()
    here = present_teams(event_id, slot_id) if rows else None
    return [
        RoundMeeting(
            meeting.id,
            meeting.code,
            state or MeetingState.SCHEDULED,
            here is None or {meeting.exhibitor_team_id, meeting.buyer_team_id} <= here,
        )
        for meeting, state in rows
    ]


def present_teams(event_id: int, slot_id: int) -> frozenset[int] | None:
    """Return the teams of whom somebody arrived on the slot's day; ``None`` where the door says nothing.

    That is where check-in is switched off, and a day on which nobody was scanned: then nobody is known to be missing.
    """
    event = db.session.get_one(Event, event_id)
    day = clock.in_zone(db.session.get_one(TimeSlot, slot_id).starts_at, event.timezone).date()
    here = frozenset(team for team, on in arrivals_of_teams(event_id) if on == day)
    return here if event.has_check_in and here else None
