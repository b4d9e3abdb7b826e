"""Background work of the day: badges as one PDF."""

from __future__ import annotations

from typing import Any

from matchmaking.actor import Actor, ActorKind
from matchmaking.attendance.badge_papers import badge_faces, badges_pdf
from matchmaking.attendance.queries.badges import print_rows
from matchmaking.attendance.services.badge_printing import PRINT, finish_print
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.jobs import JobHandle, job_handler
from matchmaking.jobs.services import JobStopped
from matchmaking.transactions import end_read, transaction

#: How often the progress is told.
STEP = 25


@job_handler(PRINT)
def print_badges(handle: JobHandle) -> dict[str, Any]:
    """Lay out the chosen badges, keep the PDF and note them as printed."""
    event_id, wanted, layout = handle.event_id or 0, handle.args["badges"], handle.args["layout"]
    event = db.session.get_one(Event, event_id)
    name, title = f"tanda-pengenal-{event.code}.pdf", event.name
    faces = badge_faces(print_rows(event_id, wanted), title)
    end_read()

    def report(number: int) -> None:
        if number % STEP == 0 and handle.report(done=number, total=len(faces)):
            raise JobStopped

    content = badges_pdf(faces, layout, title, report)
    actor = Actor(ActorKind.USER, handle.requested_by) if handle.requested_by else Actor(ActorKind.SYSTEM)
    with transaction(), force_locale(handle.args["locale"]):
        stored = finish_print(actor, event_id, wanted, content, name)
        return {"file_id": stored.id, "badges": len(wanted)}
