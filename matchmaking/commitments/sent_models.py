"""Papers that a tablet sent beside a record: a mandate as a file, and a witness's drawing that came when it could not go under it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matchmaking.commitments.models import PartyKind
from matchmaking.extensions import Model, enum_column


class SentKind(StrEnum):
    """What such a paper is."""

    WITNESS = "witness"  # a drawing
    MANDATE = "mandate"  # a file: surat kuasa, surat tugas, SK


class SentStanding(StrEnum):
    """What became of it."""

    WAITING = "waiting"  # its record has not come, or waits for a decision
    TAKEN = "taken"  # it is the party's mandate
    BESIDE = "beside"  # a late paper: kept beside the record, which it does not change


class BesideReason(StrEnum):
    """Why a paper stays beside its record."""

    NOT_SIGNED = "not_signed"  # a witness signs under what both have signed
    WITNESSED = "witnessed"  # another drawing stands there already
    SEALED = "sealed"  # the paper is sealed, and never changes
    SIGNED = "signed"  # by both: a mandate gives nothing any more
    ENDED = "ended"  # withdrawn, replaced, expired
    OTHER_PERSON = "other_person"  # the mandate is not of the person who is named to sign
    SHUT_OUT = "shut_out"  # the tablet was shut out before it arrived
    OTHER_TABLET = "other_tablet"  # sent by another tablet than the one that made it


class SentPaper(Model):
    """One paper, once for each record and content; what it says is never edited.

    ``content_hash``: of the text it belongs to. ``sha256``: of the file's bytes or of what was drawn. ``paper_hash``: of the item as the
    tablet hashed it, ``payload`` that item without the file, so that the hash can be computed again; of a witness both are the record's.
    """

    __tablename__ = "sent_paper"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "content_hash", "kind", "sha256"),
        sa.CheckConstraint("(kind = 'mandate') = (file_id IS NOT NULL)", name="mandate_is_a_file"),
        sa.CheckConstraint("(kind = 'witness') = (strokes IS NOT NULL)", name="witness_is_drawn"),
        sa.CheckConstraint("(kind = 'mandate') = (party IS NOT NULL)", name="mandate_of_a_party"),
        sa.CheckConstraint("(standing = 'waiting') = (commitment_id IS NULL)", name="waits_for_its_record"),
        sa.CheckConstraint("(standing = 'beside') = (reason IS NOT NULL)", name="beside_has_a_reason"),
        sa.CheckConstraint("limit_amount IS NULL OR limit_amount > 0", name="limit_amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    tablet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tablet.id", ondelete="SET NULL"), index=True)
    commitment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"), index=True)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[SentKind] = mapped_column(enum_column(SentKind))
    party: Mapped[PartyKind | None] = mapped_column(enum_column(PartyKind))
    name: Mapped[str] = mapped_column(sa.String(160))  # of the witness, or of whoever holds the mandate
    office: Mapped[str] = mapped_column(sa.String(160), default="")
    number: Mapped[str] = mapped_column(sa.String(120), default="")  # of the letter
    limit_amount: Mapped[int | None] = mapped_column(sa.BigInteger)  # up to which total, whole rupiah
    sha256: Mapped[str] = mapped_column(sa.String(64))
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    strokes: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    paper_hash: Mapped[str] = mapped_column(sa.String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    standing: Mapped[SentStanding] = mapped_column(enum_column(SentStanding))
    reason: Mapped[BesideReason | None] = mapped_column(enum_column(BesideReason))
    device_time: Mapped[datetime | None]
    clock_error_seconds: Mapped[int | None]
    received_at: Mapped[datetime]
    received_by: Mapped[int | None]  # who imported the file
