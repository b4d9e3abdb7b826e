"""Tables of a commitment's paper: what stands around its text, its files with their hashes, the witness, the keys that seal."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matchmaking.extensions import Model, enum_column


class SealKind(StrEnum):
    """Whose certificate seals."""

    OWN = "own"  # of the organiser's own authority, made here
    EXTERNAL = "external"  # a PKCS#12 file from outside


class SealAuthority(Model):
    """A certificate this installation has sealed with, without its key; kept for ever, so that old papers can be checked.

    ``certificates``: the certificate and its chain as PEM. ``timestamps``: certificates (PEM) of the timestamp services that stood
    beside it. ``is_trusted`` ends when the key was stolen: then the seal alone proves nothing any more.
    """

    __tablename__ = "seal_authority"
    __table_args__ = (
        sa.CheckConstraint("is_trusted OR retired_at IS NOT NULL", name="stolen_is_retired"),
        sa.Index(
            "uq_seal_authority_own", "kind", unique=True,
            sqlite_where=sa.text("kind = 'own' AND retired_at IS NULL"),
            postgresql_where=sa.text("kind = 'own' AND retired_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SealKind] = mapped_column(enum_column(SealKind))
    name: Mapped[str] = mapped_column(sa.String(200))
    fingerprint: Mapped[str] = mapped_column(sa.String(64), unique=True)
    certificates: Mapped[str] = mapped_column(sa.Text)
    timestamps: Mapped[list[Any]] = mapped_column(default=list)
    is_trusted: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class PaperFrame(Model):
    """What stands around one frozen content on its paper (letterhead, event, witness), as it was when the content was frozen.

    ``frame`` is JSON of format ``temu-bisnis-paper/1``; the logo is a stored file of the event, named by its code.
    """

    __tablename__ = "paper_frame"
    __table_args__ = (sa.UniqueConstraint("commitment_id", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"), index=True)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    frame: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class PaperKind(StrEnum):
    """What a file is to its commitment."""

    UNSEALED = "unsealed"  # handed out without a seal: before signing, or for stamping
    SEALED = "sealed"  # made once
    COPY = "copy"  # a later lawful copy: stamped, certified, scanned


class CopyKind(StrEnum):
    """What was done to make a later copy."""

    E_METERAI = "e_meterai"
    CERTIFIED = "certified"  # signed with a certified signature, such as BSrE
    SCAN = "scan"  # of the stamped or signed paper
    OTHER = "other"


class PaperFile(Model):
    """A file of a commitment that the check knows by its hash. An unsealed one is not kept, only known.

    ``unsealed_size``: how many bytes of a sealed file are the unsealed one. ``covered_sha256``: of what the seal covers.
    ``facts``: what was printed and is not frozen elsewhere (address of the check page, names of devices).
    """

    __tablename__ = "paper_file"
    __table_args__ = (
        sa.UniqueConstraint("commitment_id", "sha256"),
        sa.Index(
            "uq_paper_file_sealed", "commitment_id", unique=True,
            sqlite_where=sa.text("kind = 'sealed'"), postgresql_where=sa.text("kind = 'sealed'"),
        ),
        sa.CheckConstraint("(kind = 'unsealed') = (file_id IS NULL)", name="kept"),
        sa.CheckConstraint("(kind = 'copy') = (copy_kind IS NOT NULL)", name="copy_named"),
        sa.CheckConstraint("(kind = 'sealed') = (unsealed_size IS NOT NULL)", name="sealed_size"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"), index=True)
    kind: Mapped[PaperKind] = mapped_column(enum_column(PaperKind))
    copy_kind: Mapped[CopyKind | None] = mapped_column(enum_column(CopyKind))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    unsealed_size: Mapped[int | None]
    covered_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    serial: Mapped[str] = mapped_column(sa.String(60), default="")  # of the e-meterai
    affixed_by: Mapped[str] = mapped_column(sa.String(160), default="")
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    is_built_on_ours: Mapped[bool] = mapped_column(
        default=False
    )  # a copy that begins with a file of ours, byte for byte
    made_at: Mapped[datetime]
    user_id: Mapped[int | None]


class WitnessSignature(Model):
    """The witness under one commitment that both parties have signed; append-only. One drawing may stand under many.

    ``batch_key`` is made by the page: the same drawing sent again is the same. ``strokes`` as in ``signature``.
    """

    __tablename__ = "witness_signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"), unique=True)
    batch_key: Mapped[str] = mapped_column(sa.String(40), index=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    office: Mapped[str] = mapped_column(sa.String(160), default="")
    strokes: Mapped[list[Any]]
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    signed_at: Mapped[datetime]
    device_time: Mapped[datetime | None]
    user_id: Mapped[int | None]
    device_id: Mapped[int | None]
