"""Reminders before somebody's first meeting of a day: when they go out by themselves, and who has been reminded."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matchmaking.extensions import Model, enum_column


class ReminderTiming(StrEnum):
    """Never by itself, at 17.00 of the day before, or some hours before the first meeting."""

    OFF = "off"
    EVENING = "evening"
    HOURS = "hours"


class ReminderRule(Model):
    """When an event reminds by mail without anybody's doing; an event without a row never does."""

    __tablename__ = "reminder_rule"
    __table_args__ = (sa.CheckConstraint("hours BETWEEN 1 AND 24", name="hours"),)

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    timing: Mapped[ReminderTiming] = mapped_column(enum_column(ReminderTiming))
    hours: Mapped[int] = mapped_column(default=2)


class MeetingReminder(Model):
    """That a delegate was reminded of a day: by mail, or by a text that staff handed over. Once, whoever tries at once."""

    __tablename__ = "meeting_reminder"
    __table_args__ = (sa.UniqueConstraint("delegate_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id", ondelete="CASCADE"))
    day: Mapped[date]
    mail_message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail_message.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    handed_over_by: Mapped[int | None]
