"""The job table: the truth about background work; the queue only carries ids."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matchmaking.extensions import Model, enum_column


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


ACTIVE = (JobState.QUEUED, JobState.RUNNING)


class Job(Model):
    """One piece of background work; ``dedupe_key`` makes asking twice harmless."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(60), index=True)
    args: Mapped[dict[str, Any]]
    event_id: Mapped[int | None] = mapped_column(index=True)
    requested_by: Mapped[int | None]
    dedupe_key: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    state: Mapped[JobState] = mapped_column(enum_column(JobState), index=True)
    stop_requested: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def is_active(self) -> bool:
        """Say whether the job may still change something."""
        return self.state in ACTIVE
