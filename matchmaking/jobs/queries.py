"""Reading jobs: one by its public code, and the list for the jobs page."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.extensions import db
from matchmaking.jobs.models import Job


def job_by_code(code: str, event_id: int | None) -> Job | None:
    """Return the job with this code if it belongs to the event."""
    return db.session.scalar(sa.select(Job).where(Job.code == code, Job.event_id == event_id))


def jobs_of_event(event_id: int | None) -> sa.Select[Job]:
    """Return the statement for an event's jobs, newest first, to be paged."""
    return sa.select(Job).where(Job.event_id == event_id).order_by(Job.id.desc())
