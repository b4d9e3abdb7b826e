"""How a session cookie becomes a person again."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.accounts.models import User, UserState
from matchmaking.extensions import db, login_manager
from matchmaking.i18n import lazy_gettext as _l


@login_manager.user_loader
def load_user(session_id: str) -> User | None:
    """Return the active person of a session, unless all sessions of that epoch were ended."""
    code, _, epoch = session_id.partition(":")
    user = db.session.scalar(sa.select(User).where(User.code == code, User.state == UserState.ACTIVE))
    return user if user and str(user.session_epoch) == epoch else None


def init_sessions() -> None:
    """Say where people who must log in are sent."""
    login_manager.login_view = "accounts.login"
    login_manager.login_message = _l("Please log in to open this page.")
    login_manager.login_message_category = "info"
