"""Tables of a commitment's life beside the record: what was bought, who was reminded, which blank forms were printed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matchmaking.commitments.models import PartyKind
from matchmaking.extensions import Model, enum_column


class OrderKind(StrEnum):
    """By which document something was bought."""

    CATALOG_6 = "catalog_6"
    CATALOG_5 = "catalog_5"
    WORK_ORDER = "work_order"  # SPK
    CONTRACT = "contract"
    RECEIPT = "receipt"  # kuitansi
    PURCHASE_ORDER = "purchase_order"  # surat pesanan, PO
    INVOICE = "invoice"


class Realization(Model):
    """One order, contract or receipt that came of a commitment; voided, never deleted. Amounts in whole rupiah.

    ``number`` is used once among those of its kind that are not voided.
    """

    __tablename__ = "realization"
    __table_args__ = (
        sa.CheckConstraint("value > 0", name="value"),
        sa.CheckConstraint("domestic_value IS NULL OR domestic_value BETWEEN 0 AND value", name="domestic_value"),
        sa.CheckConstraint("small_value IS NULL OR small_value BETWEEN 0 AND value", name="small_value"),
        sa.CheckConstraint("(voided_at IS NULL) = (void_reason = '')", name="void_reason"),
        sa.Index(
            "uq_realization_number", "kind", "number", unique=True,
            sqlite_where=sa.text("voided_at IS NULL"), postgresql_where=sa.text("voided_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"), index=True)
    entry_key: Mapped[str] = mapped_column(sa.String(40), unique=True)  # of the form: sent twice, stored once
    kind: Mapped[OrderKind] = mapped_column(enum_column(OrderKind))
    number: Mapped[str] = mapped_column(sa.String(80))
    done_on: Mapped[date]
    value: Mapped[int] = mapped_column(sa.BigInteger)
    domestic_value: Mapped[int | None] = mapped_column(sa.BigInteger)  # PDN
    small_value: Mapped[int | None] = mapped_column(sa.BigInteger)  # micro and small businesses, cooperatives
    handover: Mapped[str] = mapped_column(sa.String(80), default="")  # number and date of the BAST
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None]
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[int | None]
    void_reason: Mapped[str] = mapped_column(sa.String(300), default="")


class CommitmentReminder(Model):
    """That somebody was reminded to sign for a party, at one stage once."""

    __tablename__ = "commitment_reminder"
    __table_args__ = (
        sa.UniqueConstraint("commitment_id", "party", "stage"),
        sa.CheckConstraint("channel IN ('mail', 'whatsapp', 'told')", name="channel"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"))
    party: Mapped[PartyKind] = mapped_column(enum_column(PartyKind))
    stage: Mapped[str] = mapped_column(sa.String(20))  # of ``reminders.STAGES``
    channel: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[datetime]
    user_id: Mapped[int | None]


class BlankForm(Model):
    """A numbered blank form printed for a hall without power; each is typed in, or it is said why not."""

    __tablename__ = "blank_form"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.UniqueConstraint("event_id", "serial"),
        sa.CheckConstraint("(spoiled_at IS NULL) = (spoil_reason = '')", name="spoil_reason"),
        sa.CheckConstraint("spoiled_at IS NULL OR commitment_id IS NULL", name="spoiled_or_used"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(80))
    printed_at: Mapped[datetime]
    printed_by: Mapped[int | None]
    commitment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commitment.id", ondelete="SET NULL"), unique=True)
    spoiled_at: Mapped[datetime | None]
    spoiled_by: Mapped[int | None]
    spoil_reason: Mapped[str] = mapped_column(sa.String(300), default="")
