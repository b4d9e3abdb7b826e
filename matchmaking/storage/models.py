"""What is known of each stored file."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matchmaking.extensions import Model


class StoredFile(Model):
    """A file under ``instance/files``; ``access`` says who may fetch it: everybody, staff, or the owning entry."""

    __tablename__ = "stored_file"
    __table_args__ = (sa.CheckConstraint("access IN ('public', 'private')", name="access"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(26), unique=True)
    event_id: Mapped[int | None] = mapped_column(index=True)
    owner_type: Mapped[str | None] = mapped_column(sa.String(40))
    owner_id: Mapped[int | None] = mapped_column(index=True)
    purpose: Mapped[str] = mapped_column(sa.String(40))
    access: Mapped[str] = mapped_column(sa.String(10), default="private")
    media_type: Mapped[str] = mapped_column(sa.String(80))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    original_name: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime]
