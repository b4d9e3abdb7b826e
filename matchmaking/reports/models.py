"""The print desk: the pack of papers for a hall without power, and what of all papers was printed and handed to whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matchmaking.extensions import Model


class PaperPack(Model):
    """An event's pack as it was made last; no row before somebody asked for one.

    ``version_id`` and ``delay_revision`` say of which schedule it is: where either has changed, it is out of date.
    """

    __tablename__ = "paper_pack"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    renews: Mapped[bool] = mapped_column(default=True)  # made again after each publication
    locale: Mapped[str] = mapped_column(sa.String(5))
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id", ondelete="SET NULL"))  # asked for last
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id", ondelete="SET NULL"))
    version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("schedule_version.id", ondelete="SET NULL"))
    delay_revision: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)
    contents: Mapped[list[Any]] = mapped_column(default=list)
    made_at: Mapped[datetime | None]
    made_by: Mapped[int | None]


class PaperMark(Model):
    """That a paper, as it reads in one edition, was printed and handed over; changed papers have a new edition, unmarked."""

    __tablename__ = "paper_mark"
    __table_args__ = (sa.UniqueConstraint("event_id", "paper", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    paper: Mapped[str] = mapped_column(sa.String(60))
    edition: Mapped[str] = mapped_column(sa.String(40))
    printed_at: Mapped[datetime | None]
    printed_by: Mapped[int | None]
    handed_at: Mapped[datetime | None]
    handed_by: Mapped[int | None]
    handed_to: Mapped[str] = mapped_column(sa.String(120), default="")
