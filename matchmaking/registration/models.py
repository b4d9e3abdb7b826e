"""Organisations, their part in one event, and the people who come for them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaking.accounts.models import User
from matchmaking.events.models import Event, MeetingTable, Zone
from matchmaking.extensions import Model, enum_column


class Side(StrEnum):
    """The two sides of a meeting."""

    EXHIBITOR = "exhibitor"
    BUYER = "buyer"


class BusinessForm(StrEnum):
    """Legal form of a business."""

    SOLE_PROPRIETOR = "sole_proprietor"  # perorangan
    CV = "cv"
    PT = "pt"
    PT_SINGLE = "pt_single"  # PT perorangan
    COOPERATIVE = "cooperative"


class BusinessScale(StrEnum):
    """PP 7/2021: micro, small, medium."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"


class BuyerType(StrEnum):
    """Kinds of buyer."""

    VERTICAL_AGENCY = "vertical_agency"
    REGIONAL_AGENCY = "regional_agency"
    LOCAL_GOVERNMENT = "local_government"
    STATE_OWNED_COMPANY = "state_owned_company"
    REGIONAL_OWNED_COMPANY = "regional_owned_company"
    PRIVATE_COMPANY = "private_company"


class Organization(Model):
    """An IKM or a buyer agency, over all events. Identity numbers are kept as text (leading zeros are real)."""

    __tablename__ = "organization"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    side: Mapped[Side] = mapped_column(enum_column(Side), index=True)
    legal_name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200), index=True)  # folded, for finding duplicates
    regency: Mapped[str | None] = mapped_column(sa.String(40), index=True)  # Kemendagri code, regions.py
    address: Mapped[str] = mapped_column(sa.Text, default="")
    email: Mapped[str | None] = mapped_column(sa.String(254))
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    website: Mapped[str] = mapped_column(sa.String(200), default="")
    # exhibitor
    brand: Mapped[str] = mapped_column(sa.String(160), default="")
    owner_name: Mapped[str] = mapped_column(sa.String(160), default="")
    business_form: Mapped[BusinessForm | None] = mapped_column(enum_column(BusinessForm))
    business_scale: Mapped[BusinessScale | None] = mapped_column(enum_column(BusinessScale))
    scale_basis: Mapped[str] = mapped_column(sa.String(20), default="")  # capital, sales or stated
    business_id_number: Mapped[str | None] = mapped_column(sa.String(13), unique=True)  # NIB
    business_id_pending: Mapped[str] = mapped_column(sa.String(200), default="")  # "in process", with the reason
    tax_number: Mapped[str | None] = mapped_column(sa.String(16), index=True)  # NPWP, 16 digits
    industry_codes: Mapped[list[Any]] = mapped_column(default=list)  # KBLI
    industry_code_version: Mapped[str] = mapped_column(sa.String(10), default="2020")
    has_siinas_account: Mapped[bool | None]
    catalog_seller: Mapped[str] = mapped_column(sa.String(20), default="")  # yes, no, in_process
    # buyer
    buyer_type: Mapped[BuyerType | None] = mapped_column(enum_column(BuyerType))
    klpd_code: Mapped[str] = mapped_column(sa.String(20), default="")
    work_unit_codes: Mapped[list[Any]] = mapped_column(default=list)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint(
            "side = 'exhibitor' OR buyer_type IS NOT NULL OR merged_into_id IS NOT NULL",
            name="buyer_type_given",
        ),
    )


class ParticipationState(StrEnum):
    """Where a registration stands."""

    SUBMITTED = "submitted"
    WAITLISTED = "waitlisted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Participation(Model):
    """One organisation's part in one event."""

    __tablename__ = "participation"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "organization_id"),
        sa.Index("ix_participation_event_state", "event_id", "side", "state"),
        sa.CheckConstraint("state <> 'refused' OR reason <> ''", name="refusal_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    side: Mapped[Side] = mapped_column(enum_column(Side))
    state: Mapped[ParticipationState] = mapped_column(enum_column(ParticipationState))
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # shown to the participant
    staff_note: Mapped[str] = mapped_column(sa.Text, default="")
    origin: Mapped[str] = mapped_column(sa.String(20), default="form")  # form, staff, import, copy, walk_in
    submission_key: Mapped[str | None] = mapped_column(sa.String(40), unique=True)  # made by the form: no double submit
    min_meetings: Mapped[int | None]  # over the event's rule
    max_meetings: Mapped[int | None]
    home_table_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_table.id", ondelete="SET NULL"))
    zone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("zone.id", ondelete="SET NULL"))
    row_version: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    organization: Mapped[Organization] = relationship()
    event: Mapped[Event] = relationship()
    home_table: Mapped[MeetingTable | None] = relationship()
    zone: Mapped[Zone | None] = relationship()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's declaration


class Team(Model):
    """The unit that is scheduled: delegates of one organisation who sit together. Usually one an organisation."""

    __tablename__ = "team"
    __table_args__ = (sa.UniqueConstraint("participation_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    participation_id: Mapped[int] = mapped_column(sa.ForeignKey("participation.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(sa.String(120), default="")  # empty: the organisation's own name
    side: Mapped[Side] = mapped_column(enum_column(Side))
    participation: Mapped[Participation] = relationship(backref="teams")


class OfficeRole(StrEnum):
    """What a buyer's delegate is in procurement; ``owner`` and ``other`` for exhibitors too."""

    BUDGET_USER = "budget_user"  # PA/KPA
    COMMITMENT_OFFICER = "commitment_officer"  # PPK
    ACTIVITY_OFFICER = "activity_officer"  # PPTK
    PROCUREMENT_OFFICER = "procurement_officer"
    OWNER = "owner"
    OTHER = "other"


class Delegate(Model):
    """A person who comes for an organisation; may have an account, need not."""

    __tablename__ = "delegate"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    participation_id: Mapped[int] = mapped_column(sa.ForeignKey("participation.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    phone: Mapped[str | None] = mapped_column(sa.String(20), index=True)
    email: Mapped[str | None] = mapped_column(sa.String(254), index=True)
    office: Mapped[str] = mapped_column(sa.String(160), default="")
    office_role: Mapped[OfficeRole] = mapped_column(enum_column(OfficeRole), default=OfficeRole.OTHER)
    is_contact: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None]
    participation: Mapped[Participation] = relationship(backref="delegates")
    user: Mapped[User | None] = relationship()


class TeamDelegate(Model):
    """Who sits in which team; one person may sit in two teams that never meet in the same slot."""

    __tablename__ = "team_delegate"

    team_id: Mapped[int] = mapped_column(sa.ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id", ondelete="CASCADE"), primary_key=True)


class Consent(Model):
    """A consent given: which text in which version, when, by whom (UU PDP 27/2022)."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(sa.ForeignKey("participation.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(40))  # registration, publish_contact, publish_photo
    text_version: Mapped[str] = mapped_column(sa.String(20))
    locale: Mapped[str] = mapped_column(sa.String(5))
    given_by: Mapped[str] = mapped_column(sa.String(20))  # form, staff
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class EntryRevision(Model):
    """A change of an entry by its owner or staff: old and new values, so that staff see the difference. Erased with the person."""

    __tablename__ = "entry_revision"
    __table_args__ = (
        sa.CheckConstraint("state IN ('applied', 'pending', 'accepted', 'declined')", name="state"),
        sa.Index(
            "uq_entry_revision_pending",
            "participation_id",
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(sa.ForeignKey("participation.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by_user_id: Mapped[int | None]
    by_kind: Mapped[str] = mapped_column(sa.String(20))  # owner, staff, import, merge, claim
    #: ``pending``: somebody registered as a known organisation; staff accept or decline the values given.
    state: Mapped[str] = mapped_column(sa.String(10), default="applied")
    changes: Mapped[list[Any]]  # [{"field": …, "old": …, "new": …}]
    seen_at: Mapped[datetime | None]


class ImportBatch(Model):
    """One spreadsheet taken in: all or nothing; the same file again changes nothing."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))  # exhibitors, buyers, products, wishes
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id", ondelete="SET NULL"))
    file_sha256: Mapped[str] = mapped_column(sa.String(64))
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(sa.String(20))  # uploaded, checked, stored, cancelled
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    stored_at: Mapped[datetime | None]


class DismissedDuplicate(Model):
    """A pair staff have looked at and found to be two different organisations."""

    __tablename__ = "dismissed_duplicate"
    __table_args__ = (
        sa.UniqueConstraint("first_id", "second_id"),
        sa.CheckConstraint("first_id < second_id", name="ordered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id", ondelete="CASCADE"))
    dismissed_on: Mapped[date]
