"""How a session cookie becomes a person again, and where people who must log in are sent."""

from __future__ import annotations

from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from matchmaking.accounts.models import User, UserState
from matchmaking.extensions import db, login_manager
from matchmaking.i18n import gettext as _
from matchmaking.web.routes import safe_next


@login_manager.user_loader
def load_user(session_id: str) -> User | None:
    """Return the active person of a session, unless all sessions of that epoch were ended."""
    code, _sep, epoch = session_id.partition(":")
    user = db.session.scalar(sa.select(User).where(User.code == code, User.state == UserState.ACTIVE))
    return user if user and str(user.session_epoch) == epoch else None


@login_manager.unauthorized_handler
def ask_to_log_in() -> Response:
    """Send to the log-in page, and back afterwards to the page that was wanted; over htmx the whole page goes there."""
    flash(_("Please log in to open this page."), "waiting")
    if "HX-Request" in request.headers:
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = safe_next(shown.path + (f"?{shown.query}" if shown.query else ""), "")
        return Response(status=401, headers={"HX-Redirect": url_for("accounts.log_in", next=back or None)})
    wanted = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else ""
    return redirect(url_for("accounts.log_in", next=wanted or None))


def init_sessions() -> None:
    """Guard a session that moves to another browser."""
    login_manager.session_protection = "basic"
