"""An event: its days, sessions, slots, breaks, tables, rules, people and devices."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaking.accounts.models import User
from matchmaking.actor import Role
from matchmaking.extensions import Model, enum_column


class EventState(StrEnum):
    """The life of an event."""

    DRAFT = "draft"
    OPEN = "open"
    ARCHIVED = "archived"


class Event(Model):
    """A business-matching event (*temu bisnis*)."""

    __tablename__ = "event"
    __table_args__ = (
        sa.CheckConstraint("starts_on <= ends_on", name="dates"),
        sa.CheckConstraint(
            "registration_opens_at IS NULL OR registration_closes_at IS NULL"
            " OR registration_opens_at < registration_closes_at",
            name="registration_window",
        ),
        sa.CheckConstraint("exhibitor_min_meetings >= 0 AND buyer_min_meetings >= 0", name="minimum"),
        sa.CheckConstraint(
            "exhibitor_max_meetings IS NULL OR exhibitor_max_meetings >= exhibitor_min_meetings",
            name="exhibitor_max",
        ),
        sa.CheckConstraint("buyer_max_meetings IS NULL OR buyer_max_meetings >= buyer_min_meetings", name="buyer_max"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)  # in addresses: lower case, hyphens
    name: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    programme: Mapped[str] = mapped_column(sa.Text, default="")
    venue: Mapped[str] = mapped_column(sa.String(200), default="")
    address: Mapped[str] = mapped_column(sa.Text, default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str] = mapped_column(sa.String(40), default="Asia/Jakarta")
    state: Mapped[EventState] = mapped_column(enum_column(EventState), default=EventState.DRAFT)
    is_test: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)

    host_name: Mapped[str] = mapped_column(sa.String(200), default="")  # on the letterhead
    host_parent: Mapped[str] = mapped_column(sa.String(200), default="")
    host_address: Mapped[str] = mapped_column(sa.Text, default="")
    logo_file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id", ondelete="SET NULL"))
    contact_name: Mapped[str] = mapped_column(sa.String(160), default="")
    contact_phone: Mapped[str] = mapped_column(sa.String(20), default="")
    contact_email: Mapped[str] = mapped_column(sa.String(254), default="")
    public_address: Mapped[str] = mapped_column(sa.String(200), default="")  # printed links outlive the hall's network
    is_public_page_on: Mapped[bool] = mapped_column(default=True)
    is_catalogue_public: Mapped[bool] = mapped_column(default=True)
    # a small office may do any of these on paper
    has_badges: Mapped[bool] = mapped_column(default=True)
    has_check_in: Mapped[bool] = mapped_column(default=True)
    has_screen_signing: Mapped[bool] = mapped_column(default=True)

    registration_opens_at: Mapped[datetime | None]
    registration_closes_at: Mapped[datetime | None]
    wishes_close_at: Mapped[datetime | None]
    exhibitor_places: Mapped[int | None]  # above it: waiting list
    buyer_places: Mapped[int | None]

    exhibitor_min_meetings: Mapped[int] = mapped_column(default=2)
    exhibitor_max_meetings: Mapped[int | None]
    buyer_min_meetings: Mapped[int] = mapped_column(default=0)
    buyer_max_meetings: Mapped[int | None]
    retention_until: Mapped[date | None]

    setup_version: Mapped[int] = mapped_column(default=1)  # goes up with each change of times, tables or rules
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id", ondelete="SET NULL"))
    copied_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id", ondelete="SET NULL"))


class Session(Model):
    """A stretch of one day in which meetings are held (*sesi pagi*), cut into slots of equal length."""

    __tablename__ = "session"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="times"),
        sa.CheckConstraint("slot_minutes BETWEEN 5 AND 240", name="slot_minutes"),
        sa.CheckConstraint("changeover_minutes BETWEEN 0 AND 60", name="changeover_minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    day: Mapped[date]
    starts_at: Mapped[time]  # wall time in the event's zone
    ends_at: Mapped[time]
    slot_minutes: Mapped[int]
    changeover_minutes: Mapped[int] = mapped_column(default=0)


class BreakKind(StrEnum):
    """Why nobody meets."""

    PRAYER = "prayer"
    MEAL = "meal"
    COFFEE = "coffee"
    CEREMONY = "ceremony"
    OTHER = "other"


class Break(Model):
    """A time without meetings on one day: prayer, meal, coffee, ceremony. Slots that would touch it are not made."""

    __tablename__ = "event_break"
    __table_args__ = (sa.CheckConstraint("starts_at < ends_at", name="times"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[BreakKind] = mapped_column(enum_column(BreakKind))
    name: Mapped[str] = mapped_column(sa.String(80))
    day: Mapped[date]
    starts_at: Mapped[time]
    ends_at: Mapped[time]


class TimeSlot(Model):
    """One slot (*giliran*) of the event; ``position`` counts from 1 in time order over all days.

    A slot that is taken out of the programme while placements of old versions refer to it is retired, never deleted.
    """

    __tablename__ = "time_slot"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="times"),
        sa.Index(
            "uq_time_slot_live_start",
            "event_id",
            "starts_at",
            unique=True,
            sqlite_where=sa.text("retired_at IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(sa.ForeignKey("session.id", ondelete="SET NULL"))
    position: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    session: Mapped[Session | None] = relationship()


class Zone(Model):
    """A part of the hall, such as the side of the food makers."""

    __tablename__ = "zone"
    __table_args__ = (sa.UniqueConstraint("event_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))


class MeetingTable(Model):
    """A table (*meja*); retired rather than deleted once a placement refers to it."""

    __tablename__ = "meeting_table"
    __table_args__ = (
        sa.Index(
            "uq_meeting_table_live_number",
            "event_id",
            "number",
            unique=True,
            sqlite_where=sa.text("retired_at IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL"),
        ),
        sa.CheckConstraint("number > 0", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    label: Mapped[str] = mapped_column(sa.String(40), default="")
    zone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("zone.id", ondelete="SET NULL"))
    retired_at: Mapped[datetime | None]
    zone: Mapped[Zone | None] = relationship()

    @property
    def name(self) -> str:
        """What people call the table."""
        return self.label or str(self.number)


class PairRule(Model):
    """Who may not meet whom: a buyer type and a category that do not go together (either empty: any)."""

    __tablename__ = "pair_rule"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "buyer_type", "category_id"),
        sa.CheckConstraint("buyer_type <> '' OR category_id <> ''", name="says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    buyer_type: Mapped[str] = mapped_column(sa.String(40), default="")
    category_id: Mapped[str] = mapped_column(sa.String(40), default="")


class Membership(Model):
    """A person's role in one event; a person may have several."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("event_id", "user_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    created_at: Mapped[datetime]
    user: Mapped[User] = relationship()


class DeviceKind(StrEnum):
    """What a device is used for."""

    TABLET = "tablet"
    SCANNER = "scanner"


class Device(Model):
    """A tablet or scanner of one event: enrolled by a one-time code, revocable at any moment."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[DeviceKind] = mapped_column(enum_column(DeviceKind))
    name: Mapped[str] = mapped_column(sa.String(80))
    enrol_code_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    enrol_expires_at: Mapped[datetime | None]
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    enrolled_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
