"""The day itself: badges, scans at the door, substitutes, and what became of each meeting."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaking.extensions import Model, enum_column
from matchmaking.registration.models import Delegate
from matchmaking.scheduling.models import Meeting


class BadgeEnd(StrEnum):
    """Why a badge is no longer valid."""

    REPRINTED = "reprinted"
    SUBSTITUTED = "substituted"
    LEFT = "left"
    ERASED = "erased"
    REVOKED = "revoked"


class Badge(Model):
    """One badge of a person: an opaque code for the QR and a short one to type. At most one is live (partial unique index)."""

    __tablename__ = "badge"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "short_code"),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="end_has_reason"),
        sa.CheckConstraint("print_count >= 0", name="print_count"),
        sa.Index(
            "uq_badge_live",
            "delegate_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(24), unique=True)  # the text of the QR, format version first
    short_code: Mapped[str] = mapped_column(sa.String(8))
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None]
    printed_at: Mapped[datetime | None]  # the last time
    printed_by: Mapped[int | None]
    print_count: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None]
    end_reason: Mapped[BadgeEnd | None] = mapped_column(enum_column(BadgeEnd))
    end_note: Mapped[str] = mapped_column(sa.String(200), default="")
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("badge.id", ondelete="SET NULL"))
    delegate: Mapped[Delegate] = relationship()


class ScanMethod(StrEnum):
    """How a person was let in."""

    CAMERA = "camera"
    SCANNER = "scanner"
    TYPED = "typed"
    NAME = "name"
    PAPER = "paper"
    WALK_IN = "walk_in"
    SUBSTITUTE = "substitute"


class ScanOutcome(StrEnum):
    """What the door answered."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    REFUSED = "refused"


PRESENT = "outcome = 'accepted' AND undone_at IS NULL"


class Scan(Model):
    """One scan, refusals too. A person is present on a day when one accepted scan of theirs is not undone.

    ``scan_key`` is made by the device: the same key again is the same scan. What was read is not kept: a foreign QR may
    hold somebody's address card.
    """

    __tablename__ = "scan"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "scan_key"),
        sa.CheckConstraint("(outcome = 'refused') = (problem <> '')", name="refusal_has_problem"),
        sa.CheckConstraint("outcome = 'refused' OR delegate_id IS NOT NULL", name="somebody_let_in"),
        sa.Index(
            "uq_scan_present",
            "delegate_id",
            "day",
            unique=True,
            sqlite_where=sa.text(PRESENT),
            postgresql_where=sa.text(PRESENT),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    scan_key: Mapped[str] = mapped_column(sa.String(40))
    day: Mapped[date]  # in the event's zone
    method: Mapped[ScanMethod] = mapped_column(enum_column(ScanMethod))
    outcome: Mapped[ScanOutcome] = mapped_column(enum_column(ScanOutcome))
    problem: Mapped[str] = mapped_column(sa.String(30), default="")
    delegate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delegate.id", ondelete="CASCADE"))
    badge_id: Mapped[int | None] = mapped_column(sa.ForeignKey("badge.id", ondelete="SET NULL"))
    first_scan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("scan.id", ondelete="SET NULL"))
    scanned_at: Mapped[datetime | None]  # by the device's clock
    received_at: Mapped[datetime]
    user_id: Mapped[int | None]
    device_id: Mapped[int | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]
    undone_by_device: Mapped[int | None]
    delegate: Mapped[Delegate | None] = relationship()

    @property
    def at(self) -> datetime:
        """When it was read; a door without a network sends later."""
        return self.scanned_at or self.received_at


class Substitution(Model):
    """Somebody came in another's place: the agenda (the team's) stays, the badge of the one who stayed away ends."""

    __tablename__ = "substitution"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "substitution_key"),
        sa.CheckConstraint("absent_delegate_id <> substitute_delegate_id", name="two_people"),
        sa.Index(
            "uq_substitution_live",
            "absent_delegate_id",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    substitution_key: Mapped[str] = mapped_column(sa.String(40))  # made by the form: sent twice, stored once
    absent_delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id", ondelete="CASCADE"))
    substitute_delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id", ondelete="CASCADE"), index=True)
    has_letter: Mapped[bool]  # the letter of assignment was seen
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    device_id: Mapped[int | None]
    undone_at: Mapped[datetime | None]
    absent: Mapped[Delegate] = relationship(foreign_keys=[absent_delegate_id])
    substitute: Mapped[Delegate] = relationship(foreign_keys=[substitute_delegate_id])


class MeetingState(StrEnum):
    """What became of a meeting on the day. A move is history (a placement of another version), not a state."""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


#: Meetings in these states did not take place: they hold no place, and what is said of them counts nowhere.
NOT_MET = frozenset({MeetingState.NO_SHOW, MeetingState.CANCELLED})


class Absent(StrEnum):
    """Whose no-show it was."""

    EXHIBITOR = "exhibitor"
    BUYER = "buyer"
    BOTH = "both"


class MeetingRecord(Model):
    """Where a meeting stands; without a row it is ``scheduled``. ``row_version`` refuses a change made on an old page."""

    __tablename__ = "meeting_record"
    __table_args__ = (sa.CheckConstraint("(state = 'no_show') = (absent IS NOT NULL)", name="no_show_says_whose"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    state: Mapped[MeetingState] = mapped_column(enum_column(MeetingState), default=MeetingState.SCHEDULED)
    absent: Mapped[Absent | None] = mapped_column(enum_column(Absent))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(default=1)
    meeting: Mapped[Meeting] = relationship()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's declaration


class MeetingStep(Model):
    """One change of a meeting's state; undoing adds a step that names the one it takes back."""

    __tablename__ = "meeting_step"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "step_key"),
        sa.UniqueConstraint("undoes_id"),
        sa.CheckConstraint("(to_state = 'no_show') = (to_absent IS NOT NULL)", name="no_show_says_whose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    step_key: Mapped[str] = mapped_column(sa.String(40))  # made by the page: tapped twice, done once
    from_state: Mapped[MeetingState] = mapped_column(sa.Enum(
        MeetingState, native_enum=False, create_constraint=False, length=40,
        values_callable=lambda members: [member.value for member in members],
    ))  # fmt: skip
    from_absent: Mapped[str | None] = mapped_column(sa.String(20))
    to_state: Mapped[MeetingState] = mapped_column(enum_column(MeetingState))
    to_absent: Mapped[Absent | None] = mapped_column(enum_column(Absent))
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    device_id: Mapped[int | None]
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_step.id", ondelete="CASCADE"))


class OutcomeSource(StrEnum):
    """Who says how a meeting went."""

    STAFF = "staff"
    EXHIBITOR = "exhibitor"
    BUYER = "buyer"


class MeetingResult(StrEnum):
    """*Tidak berminat, minta sampel/penawaran, potensi, komitmen*."""

    NOT_INTERESTED = "not_interested"
    OFFER_ASKED = "offer_asked"
    POTENTIAL = "potential"
    COMMITMENT = "commitment"


class MeetingOutcome(Model):
    """How a meeting went, as one of the three says. ``potential_value``: whole rupiah, only with a potential."""

    __tablename__ = "meeting_outcome"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "source"),
        sa.CheckConstraint("(result = 'potential') = (potential_value IS NOT NULL)", name="potential_has_value"),
        sa.CheckConstraint("potential_value IS NULL OR potential_value > 0", name="potential_value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    source: Mapped[OutcomeSource] = mapped_column(enum_column(OutcomeSource))
    result: Mapped[MeetingResult] = mapped_column(enum_column(MeetingResult))
    potential_value: Mapped[int | None] = mapped_column(sa.BigInteger)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    next_step: Mapped[str] = mapped_column(sa.String(300), default="")
    next_step_on: Mapped[date | None]
    entered_by: Mapped[int | None]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1)
    meeting: Mapped[Meeting] = relationship()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's declaration
