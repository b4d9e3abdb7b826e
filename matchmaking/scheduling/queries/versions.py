"""The versions of an event's schedule and its runs."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.extensions import db
from matchmaking.scheduling.models import Meeting, Placement, ScheduleRun, ScheduleVersion, VersionState


def published_version(event_id: int) -> ScheduleVersion | None:
    """Return the version that was announced."""
    return db.session.scalar(
        sa.select(ScheduleVersion).where(
            ScheduleVersion.event_id == event_id, ScheduleVersion.state == VersionState.PUBLISHED
        )
    )


def newest_draft(event_id: int) -> ScheduleVersion | None:
    """Return the draft that was made last."""
    return db.session.scalar(
        sa.select(ScheduleVersion)
        .where(ScheduleVersion.event_id == event_id, ScheduleVersion.state == VersionState.DRAFT)
        .order_by(ScheduleVersion.number.desc())
        .limit(1)
    )


def version_by_code(event_id: int, code: str) -> ScheduleVersion | None:
    """Return a version of the event by its public code."""
    return db.session.scalar(
        sa.select(ScheduleVersion).where(ScheduleVersion.event_id == event_id, ScheduleVersion.code == code)
    )


def versions_of(event_id: int) -> list[ScheduleVersion]:
    """Return every version that was not discarded, newest first."""
    return list(
        db.session.scalars(
            sa.select(ScheduleVersion)
            .where(ScheduleVersion.event_id == event_id, ScheduleVersion.state != VersionState.DISCARDED)
            .order_by(ScheduleVersion.number.desc())
        )
    )


def announced_before(version: ScheduleVersion) -> ScheduleVersion | None:
    """Return the version that was announced before this one; for a draft the one that is announced now."""
    earlier = (
        sa.select(ScheduleVersion)
        .where(
            ScheduleVersion.event_id == version.event_id,
            ScheduleVersion.id != version.id,
            ScheduleVersion.published_at.is_not(None),
        )
        .order_by(ScheduleVersion.published_at.desc(), ScheduleVersion.number.desc())
        .limit(1)
    )
    if version.published_at is not None:
        earlier = earlier.where(ScheduleVersion.published_at <= version.published_at)
    return db.session.scalar(earlier)


def version_beside(version: ScheduleVersion) -> ScheduleVersion | None:
    """Return what a version is compared with unless somebody chooses: what was announced before it, else the draft before."""
    return announced_before(version) or db.session.scalar(
        sa.select(ScheduleVersion)
        .where(
            ScheduleVersion.event_id == version.event_id,
            ScheduleVersion.state != VersionState.DISCARDED,
            ScheduleVersion.number < version.number,
        )
        .order_by(ScheduleVersion.number.desc())
        .limit(1)
    )


def meeting_counts(event_id: int) -> dict[int, int]:
    """Return how many meetings each version of the event holds."""
    rows = db.session.execute(
        sa.select(Placement.version_id, sa.func.count())
        .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
        .where(ScheduleVersion.event_id == event_id)
        .group_by(Placement.version_id)
    )
    return {version_id: number for version_id, number in rows}  # noqa: C416 - rows are no pairs to mypy


def newest_run(event_id: int) -> ScheduleRun | None:
    """Return the run that was asked for last."""
    return db.session.scalar(
        sa.select(ScheduleRun).where(ScheduleRun.event_id == event_id).order_by(ScheduleRun.id.desc()).limit(1)
    )


def run_by_code(event_id: int, code: str) -> ScheduleRun | None:
    """Return a run of the event by its public code."""
    return db.session.scalar(sa.select(ScheduleRun).where(ScheduleRun.event_id == event_id, ScheduleRun.code == code))


def placed_meeting(version_id: int, code: str) -> int | None:
    """Return the id of a meeting of the version by its public code."""
    return db.session.scalar(
        sa.select(Meeting.id)
        .join(Placement, Placement.meeting_id == Meeting.id)
        .where(Placement.version_id == version_id, Meeting.code == code)
    )
