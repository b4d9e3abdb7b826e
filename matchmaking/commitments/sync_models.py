"""What signing without a network needs: tablets, the numbers they may give, the event's sealing key, and every record received.

A received record is kept as it came, whatever became of it; nothing signed is merged, overwritten or dropped.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matchmaking.extensions import Model, enum_column


class Tablet(Model):
    """One enrolment of a tablet: the holder of one secret. Enrolled anew, a device is another tablet; the old one stays known."""

    __tablename__ = "tablet"
    __table_args__ = (sa.CheckConstraint("unsent >= 0", name="unsent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("device.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)  # stays when the device is shut out
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    synced_at: Mapped[datetime | None]
    clock_error_seconds: Mapped[int | None]  # device minus server at the last sync
    unsent: Mapped[int] = mapped_column(default=0)  # as the tablet said at the last sync
    app_version: Mapped[str] = mapped_column(sa.String(40), default="")


class BlockEnd(StrEnum):
    """Why no further number comes from a block."""

    RETURNED = "returned"  # by the tablet: reset or given back


class NumberBlock(Model):
    """Serials of an event that one tablet gives, from the first to the last, each once."""

    __tablename__ = "number_block"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "first_serial"),
        sa.CheckConstraint("first_serial > 0 AND last_serial >= first_serial", name="serials"),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="end_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    tablet_id: Mapped[int] = mapped_column(sa.ForeignKey("tablet.id", ondelete="CASCADE"), index=True)
    first_serial: Mapped[int]
    last_serial: Mapped[int]
    given_at: Mapped[datetime]
    is_taken_up_again: Mapped[bool] = mapped_column(default=False)  # the tablet knew it, a restored server did not
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[BlockEnd | None] = mapped_column(enum_column(BlockEnd))


class SealingKey(Model):
    """The pair of keys of an event: tablets seal unsent records to the public one; the private one is stored encrypted."""

    __tablename__ = "sealing_key"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    kid: Mapped[str] = mapped_column(sa.String(64), unique=True)
    public_jwk: Mapped[dict[str, Any]]
    private_sealed: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime]


class TabletStamp(Model):
    """One row: a random value that is another after each change of anything that tablets are shown."""

    __tablename__ = "tablet_stamp"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(24))


class ReceivedOutcome(StrEnum):
    """What became of a record that arrived."""

    STORED = "stored"
    NEEDS_REVIEW = "needs_review"
    KEPT = "kept"  # the organiser kept it as a commitment
    SET_ASIDE = "set_aside"  # the organiser put it aside, with a reason; it stays here whole


class ReceivedVia(StrEnum):
    """How a record came."""

    SYNC = "sync"
    FILE = "file"


class ReceivedRecord(Model):
    """One signed record as a device made it, once for each content. ``payload`` is all of it; times of both clocks stand beside.

    ``commitment_id``: what it became; ``beside_id``: the commitment that stood in its way.
    """

    __tablename__ = "received_record"
    __table_args__ = (
        sa.UniqueConstraint("record_id", "record_hash"),
        sa.CheckConstraint("(outcome IN ('stored', 'kept')) = (commitment_id IS NOT NULL)", name="became_commitment"),
        sa.CheckConstraint("(outcome = 'stored') = (problem = '')", name="problem"),
        sa.CheckConstraint("(outcome IN ('kept', 'set_aside')) = (decided_at IS NOT NULL)", name="decided"),
        sa.CheckConstraint("outcome <> 'set_aside' OR reason <> ''", name="set_aside_reason"),
        sa.Index("ix_received_record_event_outcome", "event_id", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    tablet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tablet.id", ondelete="SET NULL"), index=True)
    record_id: Mapped[str] = mapped_column(sa.String(36))
    record_hash: Mapped[str] = mapped_column(sa.String(64))
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    number: Mapped[str] = mapped_column(sa.String(80))
    serial: Mapped[int | None]
    payload: Mapped[dict[str, Any]]
    via: Mapped[ReceivedVia] = mapped_column(enum_column(ReceivedVia))
    outcome: Mapped[ReceivedOutcome] = mapped_column(enum_column(ReceivedOutcome))
    problem: Mapped[str] = mapped_column(sa.String(60), default="")
    message: Mapped[str] = mapped_column(sa.Text, default="")  # of a rule, as it was said on arrival
    commitment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"), index=True)
    beside_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commitment.id", ondelete="SET NULL"), index=True)
    signed_on_device: Mapped[datetime]
    clock_error_seconds: Mapped[int | None]  # device minus server when it arrived; unknown for a file
    received_at: Mapped[datetime]
    received_by: Mapped[int | None]  # who imported the file
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
