"""Meetings and the versions of their schedule.

A *meeting* is two teams in an event and keeps its identity through all versions; a *version* holds placements (slot, table).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaking.events.models import MeetingTable, TimeSlot
from matchmaking.extensions import Model, enum_column
from matchmaking.registration.models import Participation, Team


class RunState(StrEnum):
    """Where a solver run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    INFEASIBLE = "infeasible"
    FAILED = "failed"


class SolveMode(StrEnum):
    """What a run does with the draft it starts from.

    ``all``: everything anew but what is pinned. ``fill``: what is placed stays, only wishes without a place are placed.
    ``improve``: everything but what is pinned may move, and the answer is never worse than the draft.
    """

    ALL = "all"
    FILL = "fill"
    IMPROVE = "improve"


ACTIVE_RUN = "state IN ('queued', 'running')"


class ScheduleRun(Model):
    """One run of the solver; at most one is active in an event (partial unique index)."""

    __tablename__ = "schedule_run"
    __table_args__ = (
        sa.Index(
            "uq_schedule_run_active",
            "event_id",
            unique=True,
            sqlite_where=sa.text(ACTIVE_RUN),
            postgresql_where=sa.text(ACTIVE_RUN),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id", ondelete="SET NULL"))
    state: Mapped[RunState] = mapped_column(enum_column(RunState))
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)  # mode, base, base_revision, seconds, …
    inputs_digest: Mapped[str | None] = mapped_column(sa.String(64))
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)  # status, objective, trace, conflict
    message: Mapped[str] = mapped_column(sa.Text, default="")
    requested_by: Mapped[int | None]
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Meeting(Model):
    """Two teams who shall meet (or could); outcomes, commitments and calendar entries refer to it."""

    __tablename__ = "meeting"
    __table_args__ = (sa.UniqueConstraint("event_id", "exhibitor_team_id", "buyer_team_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    exhibitor_team_id: Mapped[int] = mapped_column(sa.ForeignKey("team.id", ondelete="CASCADE"), index=True)
    buyer_team_id: Mapped[int] = mapped_column(sa.ForeignKey("team.id", ondelete="CASCADE"), index=True)
    origin: Mapped[str] = mapped_column(sa.String(20), default="wish")  # wish, suggestion, staff, walk_in
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    exhibitor_team: Mapped[Team] = relationship(foreign_keys=[exhibitor_team_id])
    buyer_team: Mapped[Team] = relationship(foreign_keys=[buyer_team_id])


class VersionState(StrEnum):
    """*Belum diumumkan*, *diumumkan*, and what was announced before."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


class ScheduleVersion(Model):
    """A whole schedule. At most one is published in an event; ``revision`` goes up with each edit (no lost update)."""

    __tablename__ = "schedule_version"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.UniqueConstraint("undoes_id"),
        sa.Index(
            "uq_schedule_version_published",
            "event_id",
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    state: Mapped[VersionState] = mapped_column(enum_column(VersionState))
    based_on_id: Mapped[int | None] = mapped_column(sa.ForeignKey("schedule_version.id", ondelete="SET NULL"))
    #: The announced version that this one took back; at most one does.
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("schedule_version.id", ondelete="SET NULL"))
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("schedule_run.id", ondelete="SET NULL"))
    inputs_digest: Mapped[str | None] = mapped_column(sa.String(64))
    objective: Mapped[dict[str, Any]] = mapped_column(default=dict)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None]


class Placement(Model):
    """A meeting at a slot and a table in one version. The four unique constraints are the hard rules of a schedule."""

    __tablename__ = "placement"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "meeting_id"),
        sa.UniqueConstraint("version_id", "slot_id", "table_id"),
        sa.UniqueConstraint("version_id", "slot_id", "exhibitor_team_id"),
        sa.UniqueConstraint("version_id", "slot_id", "buyer_team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_version.id", ondelete="CASCADE"), index=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("time_slot.id"))
    table_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting_table.id"))
    exhibitor_team_id: Mapped[int] = mapped_column(sa.ForeignKey("team.id", ondelete="CASCADE"))
    buyer_team_id: Mapped[int] = mapped_column(sa.ForeignKey("team.id", ondelete="CASCADE"))
    is_pinned: Mapped[bool] = mapped_column(default=False)
    meeting: Mapped[Meeting] = relationship()
    slot: Mapped[TimeSlot] = relationship()
    table: Mapped[MeetingTable] = relationship()


class Unmet(Model):
    """A wished (or suggested) pair that a version does not hold, with the true reason and its price."""

    __tablename__ = "unmet"
    __table_args__ = (sa.UniqueConstraint("version_id", "exhibitor_id", "buyer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_version.id", ondelete="CASCADE"), index=True)
    exhibitor_id: Mapped[int] = mapped_column(sa.ForeignKey("participation.id", ondelete="CASCADE"))
    buyer_id: Mapped[int] = mapped_column(sa.ForeignKey("participation.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(sa.String(30))
    price: Mapped[int] = mapped_column(default=0)
    weight: Mapped[int] = mapped_column(default=0)
    text_id: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text)
    exhibitor: Mapped[Participation] = relationship(foreign_keys=[exhibitor_id])
    buyer: Mapped[Participation] = relationship(foreign_keys=[buyer_id])


class StepState(StrEnum):
    """Where a step stands: it can be undone, was undone and can be done again, or neither."""

    DONE = "done"
    UNDONE = "undone"
    FINAL = "final"


class BoardStep(Model):
    """One change of a draft's placements: it made ``revision`` of the version, so that boards fetch what came after theirs.

    ``changes``: for each meeting ``meeting``, ``teams`` and, ``before`` and ``after``, the place (slot, table, pinned; null:
    none) and the unmet wish (null: none).
    """

    __tablename__ = "board_step"
    __table_args__ = (sa.UniqueConstraint("version_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_version.id", ondelete="CASCADE"), index=True)
    revision: Mapped[int]
    user_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(
        sa.String(20)
    )  # move_meeting, swap_meetings, …, repair_draft, undo_step, redo_step
    state: Mapped[StepState] = mapped_column(enum_column(StepState))
    changes: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]


class AgendaNotice(Model):
    """That a delegate was told of an agenda in a version: by e-mail, or handed over by staff as a WhatsApp text."""

    __tablename__ = "agenda_notice"
    __table_args__ = (sa.UniqueConstraint("version_id", "delegate_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_version.id", ondelete="CASCADE"), index=True)
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("team.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(sa.String(20))  # email, whatsapp, none
    mail_message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail_message.id", ondelete="SET NULL"))
    handed_over_at: Mapped[datetime | None]
    handed_over_by: Mapped[int | None]
