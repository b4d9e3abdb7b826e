"""People who log in, and the links that are handed over where there is no e-mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column

from matchmaking.extensions import Model, enum_column


class UserState(StrEnum):
    """Whether a person may log in."""

    ACTIVE = "active"
    DISABLED = "disabled"
    ERASED = "erased"


class User(UserMixin, Model):
    """A person, over all events. Logs in with e-mail or phone; ``session_epoch`` goes up to end all sessions."""

    __tablename__ = "user_account"
    __table_args__ = (
        sa.CheckConstraint("state = 'erased' OR email IS NOT NULL OR phone IS NOT NULL", name="reachable"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)  # lower case
    phone: Mapped[str | None] = mapped_column(sa.String(20), unique=True)  # E.164
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    locale: Mapped[str | None] = mapped_column(sa.String(5))
    state: Mapped[UserState] = mapped_column(enum_column(UserState), default=UserState.ACTIVE)
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    session_epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]

    @property
    def is_active(self) -> bool:
        """Flask-Login asks: may this person be logged in."""
        return self.state is UserState.ACTIVE

    def get_id(self) -> str:
        """Return what the session cookie carries: the code and the epoch, so that old sessions can be ended."""
        return f"{self.code}:{self.session_epoch}"


class LinkPurpose(StrEnum):
    """What a handed-over link is for."""

    INVITATION = "invitation"
    RESET = "reset"
    STATUS = "status"
    SIGN = "sign"


class AccessLink(Model):
    """A secret link, with a short code that can be read out. Sent again, it replaces the one before.

    ``subject_id`` is the user (invitation, reset), the registration's participation (status) or the party of a commitment (sign). It writes only after the
    last four digits of the registered phone; wrong tries are counted and end the link.
    """

    __tablename__ = "access_link"
    __table_args__ = (
        sa.Index(
            "uq_access_link_live",
            "purpose",
            "subject_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.CheckConstraint("failed_tries >= 0", name="tries"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose] = mapped_column(enum_column(LinkPurpose))
    subject_id: Mapped[int]
    event_id: Mapped[int | None] = mapped_column(index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    short_code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    channel: Mapped[str | None] = mapped_column(sa.String(20))
    failed_tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(sa.String(20))  # used, replaced, tries, revoked


class DataAccess(Model):
    """Who looked at or took out whose personal data (UU PDP): ids only, never the data."""

    __tablename__ = "data_access"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_user_id: Mapped[int | None] = mapped_column(index=True)
    event_id: Mapped[int | None] = mapped_column(index=True)
    what: Mapped[str] = mapped_column(sa.String(60))  # contact.revealed, person.exported, list.exported
    subject_type: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[int | None]
