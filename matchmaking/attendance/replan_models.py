"""Re-planning on the day: somebody is late, has left or does not come, or a table is lost; asked, computed, decided."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matchmaking.extensions import Model, enum_column


class ReplanCause(StrEnum):
    """What happened."""

    LATE = "late"
    LEFT = "left"
    ABSENT = "absent"  # sick, or not coming at all
    TABLE = "table"  # a table cannot be used any more


class ReplanState(StrEnum):
    """Where a re-planning stands."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    APPLIED = "applied"
    DISCARDED = "discarded"
    FAILED = "failed"


class Replan(Model):
    """One re-planning of what is still to come of the announced schedule. Nothing of it holds until it is applied.

    ``base_version_id`` is the schedule it was computed from: applying is refused once another one is announced.
    ``past_slot_ids`` had begun when it was computed. ``plan``: what is to come, each as ``[exhibitor team, buyer team,
    slot, table]``. ``reasons``: by ``exhibitor team-buyer team`` why a meeting is lost, in both languages.
    """

    __tablename__ = "replan"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "replan_key"),
        sa.CheckConstraint("(cause = 'table') = (table_id IS NOT NULL)", name="table_has_one"),
        sa.CheckConstraint("(cause <> 'table') = (team_id IS NOT NULL)", name="people_have_a_team"),
        sa.CheckConstraint("(state = 'applied') = (applied_version_id IS NOT NULL)", name="applied_has_version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    replan_key: Mapped[str] = mapped_column(sa.String(40))  # made by the form: sent twice, asked once
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id", ondelete="SET NULL"))
    state: Mapped[ReplanState] = mapped_column(enum_column(ReplanState))
    cause: Mapped[ReplanCause] = mapped_column(enum_column(ReplanCause))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id", ondelete="CASCADE"))
    table_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_table.id"))
    from_slot_id: Mapped[int] = mapped_column(sa.ForeignKey("time_slot.id"))
    back_slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("time_slot.id"))  # late: there again from it on
    base_version_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_version.id", ondelete="CASCADE"))
    applied_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("schedule_version.id", ondelete="CASCADE"))
    past_slot_ids: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    plan: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    reasons: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    message: Mapped[str] = mapped_column(sa.Text, default="")
    requested_by: Mapped[int | None]
    requested_at: Mapped[datetime]
    computed_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
