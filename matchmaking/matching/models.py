"""When people are there, and whom they want to meet."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaking.extensions import Model, enum_column
from matchmaking.registration.models import Participation, Team


class Absence(Model):
    """A stretch in which a team is not there: before it arrives, after it leaves, or away in between."""

    __tablename__ = "absence"
    __table_args__ = (sa.CheckConstraint("starts_at < ends_at", name="times"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("team.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))  # arrives, leaves, away
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime]
    team: Mapped[Team] = relationship()


class WishStrength(StrEnum):
    """*Sangat ingin*, *ingin*, *tidak*."""

    MUST = "must"
    WANT = "want"
    NO = "no"


class Wish(Model):
    """One side's word about the other. A ``no`` is never shown to the other side."""

    __tablename__ = "wish"
    __table_args__ = (
        sa.UniqueConstraint("wisher_id", "target_id"),
        sa.CheckConstraint("wisher_id <> target_id", name="other"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    wisher_id: Mapped[int] = mapped_column(sa.ForeignKey("participation.id", ondelete="CASCADE"))
    target_id: Mapped[int] = mapped_column(sa.ForeignKey("participation.id", ondelete="CASCADE"), index=True)
    target_team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id", ondelete="SET NULL"))
    strength: Mapped[WishStrength] = mapped_column(enum_column(WishStrength))
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    origin: Mapped[str] = mapped_column(sa.String(20), default="participant")  # participant, staff, import
    entered_by: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    wisher: Mapped[Participation] = relationship(foreign_keys=[wisher_id])
    target: Mapped[Participation] = relationship(foreign_keys=[target_id])
