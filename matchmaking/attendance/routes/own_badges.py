"""One's own badge and those of one's colleagues: to show on the phone, or to print; always the same codes."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.attendance.badge_papers import badge_faces, badges_pdf
from matchmaking.attendance.badge_view import shown_badge
from matchmaking.attendance.queries.badges import badges_of_entry, has_badges, print_rows
from matchmaking.attendance.routes.blueprint import attendance
from matchmaking.attendance.services.badges import ensure_badges
from matchmaking.documents.layout import LAYOUTS
from matchmaking.errors import NotFound
from matchmaking.i18n import gettext as _
from matchmaking.matching.routes.entry import own_speaker
from matchmaking.permissions import requires
from matchmaking.scheduling.routes.files import file_answer
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event


@attendance.get("/my/<event_code>/badge")
@requires("badge.own")
def my_badge() -> str:
    """Show my badge's QR, large, and my colleagues'."""
    speaker = own_speaker()
    return render_template(
        "attendance/my_badge.html",
        speaker=speaker,
        has_badges=has_badges(current_event().id),
        badges=[shown_badge(row) for row in badges_of_entry(speaker.entry.id, current_actor().user_id)],
    )


@attendance.post("/my/<event_code>/badge")
@requires("badge.own")
def make_my_badge() -> Response:
    """Make the badges of my entry that are missing; those that are there stay."""
    speaker = own_speaker()
    entry_id, address = speaker.entry.id, speaker.address
    if has_badges(current_event().id):
        with transaction():
            ensure_badges(current_actor(), current_event().id, entry_id)
    return redirect(url_for("attendance.my_badge", **address), code=303)


@attendance.get("/my/<event_code>/badge.pdf")
@requires("badge.own")
def my_badge_pdf() -> Response:
    """Hand out my entry's badges as PDF: all, or ``?person=``; ``?layout=`` as for staff.

    It is not noted as printed: whether it reaches paper nobody knows, and the desk prints who came without.
    """
    event, speaker = current_event(), own_speaker()
    wanted, layout = request.args.get("person", ""), request.args.get("layout", "a6")
    ids = [row.badge.id for row in badges_of_entry(speaker.entry.id) if row.badge and wanted in ("", row.person)]
    if not ids or layout not in LAYOUTS or not has_badges(event.id):
        raise NotFound(_("There is no badge to print here. Please ask at the desk."))
    content = badges_pdf(badge_faces(print_rows(event.id, ids), event.name), layout, event.name)
    return file_answer(content, "application/pdf", "tanda-pengenal.pdf")
