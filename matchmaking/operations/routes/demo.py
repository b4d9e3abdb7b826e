"""Removing the demo, asked once."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_login import logout_user
from werkzeug.wrappers import Response

from matchmaking.i18n import gettext as _
from matchmaking.operations.demo.load import is_present
from matchmaking.operations.demo.remove import remove_demo as remove
from matchmaking.operations.routes import operations
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor


@operations.get("/manage/demo/remove")
@requires("installation.manage")
def ask_remove_demo() -> str | Response:
    """Say what goes and what stays."""
    if not is_present():
        flash(_("There is no demo any more."), "held")
        return redirect(url_for("events.mine"), 303)
    return render_template(
        "web/confirm.html",
        title=_("Remove the demo"),
        text=_("After that the application can be opened to the network."),
        consequences=[
            _("The demo event with its participants, wishes and schedules is deleted."),
            _("All demo accounts are deleted, and whoever is logged in with one is logged out."),
            _("Your own events and accounts stay. Without an organiser of your own you make the first one next."),
        ],
        action_label=_("Remove the demo"),
        action_url=url_for("operations.remove_demo"),
        cancel_url=url_for("events.mine"),
        danger=True,
    )


@operations.post("/manage/demo/remove")
@requires("installation.manage")
def remove_demo() -> Response:
    """Remove it."""
    with transaction():
        remove(current_actor())
    logout_user()
    flash(_("The demo has been removed."), "held")
    return redirect("/", 303)
