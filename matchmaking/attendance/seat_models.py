"""Meetings that were seated on the day itself: a stand-by in a freed place, a walk-in in a free slot."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaking.extensions import Model, enum_column
from matchmaking.scheduling.models import Meeting


class SeatReason(StrEnum):
    """Why somebody was seated on the day."""

    STAND_BY = "stand_by"
    WALK_IN = "walk_in"


class DaySeat(Model):
    """One tap that seated two teams. ``version_id`` is the schedule that it announced.

    ``replaced``: meetings that gave up their place for it, each as ``[meeting, slot, table]``, so that taking back can put
    them there again. ``step_key``: the step by which a missed meeting of the same two was opened again.
    """

    __tablename__ = "day_seat"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "seat_key"),
        sa.UniqueConstraint("version_id"),  # one tap announces one version
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    seat_key: Mapped[str] = mapped_column(sa.String(40))  # made by the page: tapped twice, seated once
    reason: Mapped[SeatReason] = mapped_column(enum_column(SeatReason))
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_version.id", ondelete="CASCADE"))
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("time_slot.id"))
    table_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting_table.id"))
    replaced: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    step_key: Mapped[str] = mapped_column(sa.String(40), default="")
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]
    meeting: Mapped[Meeting] = relationship()
