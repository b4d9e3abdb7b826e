"""One meeting as it was recorded: its steps in order, and what they amount to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matchmaking.accounts.models import User
from matchmaking.attendance.models import Absent, MeetingRecord, MeetingState, MeetingStep
from matchmaking.extensions import db
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, VersionState


@dataclass(frozen=True)
class Standing:
    """Where a meeting stands, and when it began and ended."""

    state: MeetingState = MeetingState.SCHEDULED
    absent: Absent | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


def meeting_of_event(event_id: int, code: str) -> Meeting | None:
    """Return a meeting that was announced, or that something was recorded of; drafts are nobody's business yet."""
    placed = (
        sa.select(Placement.id)
        .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
        .where(Placement.meeting_id == Meeting.id, ScheduleVersion.state == VersionState.PUBLISHED)
    )
    recorded = sa.select(MeetingRecord.meeting_id).where(MeetingRecord.meeting_id == Meeting.id)
    return db.session.scalar(
        sa.select(Meeting).where(
            Meeting.event_id == event_id, Meeting.code == code, sa.or_(placed.exists(), recorded.exists())
        )
    )


def has_place(meeting_id: int) -> bool:
    """Say whether the published schedule has a place for the meeting."""
    found = (
        sa.select(Placement.id)
        .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
        .where(Placement.meeting_id == meeting_id, ScheduleVersion.state == VersionState.PUBLISHED)
    )
    return db.session.scalar(found) is not None


def steps_of(meeting_id: int) -> list[MeetingStep]:
    """Return everything that was recorded of a meeting, the oldest first."""
    return list(
        db.session.scalars(sa.select(MeetingStep).where(MeetingStep.meeting_id == meeting_id).order_by(MeetingStep.id))
    )


def standing_after(before: Standing, state: MeetingState, absent: Absent | None, at: datetime) -> Standing:
    """Return where a meeting stands after one step: it keeps its beginning only while it is under way or held."""
    if state is MeetingState.RUNNING:
        return Standing(state, None, before.started_at or at, None)
    if state is MeetingState.HELD:
        return Standing(state, None, before.started_at, at)
    return Standing(state, absent)


def standing_before(steps: list[MeetingStep], step_id: int) -> Standing:
    """Return where the meeting stood before one of its steps; a step that undoes brings back what was there earlier."""
    before: dict[int, Standing] = {}
    now = Standing()
    for step in steps:
        before[step.id] = now
        if step.id == step_id:
            break
        if step.undoes_id is not None:
            now = before[step.undoes_id]
        else:
            now = standing_after(now, step.to_state, step.to_absent, step.at)
    return before[step_id]


@dataclass(frozen=True)
class RecordedStep:
    """One line of a meeting's trail. ``who`` is empty for a device or somebody who was forgotten."""

    at: datetime
    state: MeetingState
    absent: Absent | None
    is_undo: bool
    who: str


def recorded_steps(meeting_id: int) -> list[RecordedStep]:
    """Return a meeting's trail with names, the newest first."""
    rows = db.session.execute(
        sa.select(MeetingStep, User.name)
        .outerjoin(User, User.id == MeetingStep.user_id)
        .where(MeetingStep.meeting_id == meeting_id)
        .order_by(MeetingStep.id.desc())
    )
    return [
        RecordedStep(step.at, step.to_state, step.to_absent, step.undoes_id is not None, name or "")
        for step, name in rows
    ]
