"""What the day adds to the announced schedule: how much later it runs than planned."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matchmaking.extensions import Model, enum_column

MOST_MINUTES = 180


class DelayScope(StrEnum):
    """What runs later: one table to the end of the session, all tables of the session, or the rest of the day."""

    TABLE = "table"
    SESSION = "session"
    DAY = "day"


class SlotDelay(Model):
    """From one slot on, something runs later than planned; the only place where that is kept.

    The planned times of the slots never change on the day: what people are shown is the plan plus all delays that were not
    taken back (``queries.times``). ``number`` counts an event's delays from 1: two organisers who saw the same state cannot
    both add the next one.
    """

    __tablename__ = "slot_delay"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.UniqueConstraint("event_id", "delay_key"),
        sa.CheckConstraint(f"minutes BETWEEN 1 AND {MOST_MINUTES}", name="minutes"),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("(scope = 'table') = (table_id IS NOT NULL)", name="table_has_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    delay_key: Mapped[str] = mapped_column(sa.String(40))  # made by the page: sent twice, stored once
    scope: Mapped[DelayScope] = mapped_column(enum_column(DelayScope))
    from_slot_id: Mapped[int] = mapped_column(sa.ForeignKey("time_slot.id"))
    table_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_table.id"))
    minutes: Mapped[int]
    is_told: Mapped[bool] = mapped_column(default=False)  # those concerned are written to
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]
