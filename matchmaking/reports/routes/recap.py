"""The recap of the event: a page to print, and the same as PDF."""

from __future__ import annotations

from flask import current_app, render_template, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.extensions import db
from matchmaking.permissions import requires
from matchmaking.reports import recap as making
from matchmaking.reports.routes import reports
from matchmaking.storage.models import StoredFile
from matchmaking.web.access import current_event


@reports.get("/manage/<event_code>/reports/recap")
@requires("report.read")
def recap() -> str:
    """Show the recap as a page that can be printed."""
    view = making.recap_of(current_event().id, clock.today(current_event().timezone))
    event = view.event
    logo = db.session.get(StoredFile, event.logo_file_id) if event.logo_file_id else None
    return render_template(
        "reports/recap.html",
        view=view,
        number_text=making.number_text,
        letterhead={
            "lines": [event.host_parent] if event.host_parent else [],
            "name": event.host_name,
            "address": event.host_address,
            "logo_url": url_for("web.public_file", code=logo.code) if logo else None,
        }
        if event.host_name
        else None,
        back_url=url_for("reports.overview"),
    )


@reports.get("/manage/<event_code>/reports/recap.pdf")
@requires("report.read")
def recap_pdf() -> Response:
    """Hand out the recap as PDF."""
    event = current_event()
    content = making.recap_pdf(making.recap_of(event.id, clock.today(event.timezone)))
    answer = current_app.response_class(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{event.code}-recap.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
