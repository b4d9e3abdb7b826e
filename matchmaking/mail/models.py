"""The outbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matchmaking.extensions import Model, enum_column


class MailState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class MailMessage(Model):
    """One message to one address; ``dedupe_key`` makes sending twice impossible."""

    __tablename__ = "mail_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(index=True)
    purpose: Mapped[str] = mapped_column(sa.String(60))
    dedupe_key: Mapped[str] = mapped_column(sa.String(160), unique=True)
    to_address: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(250))
    body: Mapped[str] = mapped_column(sa.Text)
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[MailState] = mapped_column(enum_column(MailState))
    error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class MailServer(Model):
    """How an event (or, with no event, the installation) sends mail; the password is encrypted."""

    __tablename__ = "mail_server"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(unique=True)
    host: Mapped[str] = mapped_column(sa.String(200))
    port: Mapped[int] = mapped_column(default=587)
    security: Mapped[str] = mapped_column(sa.String(10), default="starttls")
    username: Mapped[str] = mapped_column(sa.String(200), default="")
    password_sealed: Mapped[str] = mapped_column(sa.Text, default="")
    from_address: Mapped[str] = mapped_column(sa.String(254))
    from_name: Mapped[str] = mapped_column(sa.String(200), default="")

    __table_args__ = (
        sa.CheckConstraint("security IN ('none', 'starttls', 'tls')", name="security"),
        sa.CheckConstraint("port BETWEEN 1 AND 65535", name="port"),
    )
