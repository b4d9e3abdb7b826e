"""The audit trail as a page, and the proof that nobody changed it."""

from __future__ import annotations

from operator import itemgetter

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.audit import verify_chain
from matchmaking.events.routes.people import people_tabs
from matchmaking.extensions import limiter
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext
from matchmaking.operations.queries.trail import actions_of, names_of, trail_of
from matchmaking.operations.routes import operations
from matchmaking.operations.trail_words import action_words, subject_words
from matchmaking.permissions import requires
from matchmaking.web.access import current_event
from matchmaking.web.paging import page_number, paginate


@operations.get("/manage/<event_code>/audit")
@requires("audit.read")
def audit() -> str:
    """List who did what to what, newest first."""
    action = request.args.get("action", "")[:80]
    page = paginate(trail_of(current_event().id, action), page_number())
    words = action_words()
    users = {row.actor_reference for row in page.items if row.actor_kind == "user" and row.actor_reference}
    return render_template(
        "operations/audit.html",
        tabs_of_people=people_tabs(),
        page=page,
        action=action,
        actions=sorted(((code, words.get(code, code)) for code in actions_of(current_event().id)), key=itemgetter(1)),
        words=words,
        subjects=subject_words(),
        names=names_of(users),
    )


@operations.post("/manage/<event_code>/audit/verify")
@limiter.limit("10 per minute")
@requires("audit.read")
def verify_audit() -> Response:
    """Recompute the whole chain and say whether it is intact."""
    report = verify_chain()
    if report.is_intact:
        checked = ngettext("One entry was checked.", "%(num)s entries were checked.", report.entries)
        flash(_("The trail is intact.") + " " + checked, "held")
    else:
        flash(
            _(
                "The trail is broken at entry %(number)s: it was changed, removed or added outside the application. "
                "Keep the database as it is and tell the administrator.",
                number=report.broken_at,
            ),
            "refused",
        )
    return redirect(url_for("operations.audit"), code=303)
