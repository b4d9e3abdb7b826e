"""Background work of an event: what runs, how far it is, what went wrong, and stopping it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.errors import NotFound
from matchmaking.events.routes.people import people_tabs
from matchmaking.i18n import gettext as _
from matchmaking.jobs.models import Job, JobState
from matchmaking.jobs.queries import job_by_code, jobs_of_event
from matchmaking.jobs.services import request_stop
from matchmaking.operations.queries.trail import names_of
from matchmaking.operations.routes import operations
from matchmaking.operations.trail_words import job_words
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.web.access import current_event
from matchmaking.web.paging import page_number, paginate


@operations.get("/manage/<event_code>/jobs")
@requires("job.read")
def jobs() -> str:
    """List the event's jobs, newest first."""
    page = paginate(jobs_of_event(current_event().id), page_number())
    return render_template(
        "operations/jobs.html",
        tabs_of_people=people_tabs(),
        page=page,
        title_of=title_of,
        percent_of=percent_of,
        names=names_of({job.requested_by for job in page.items if job.requested_by}),
        is_any_active=any(job.is_active for job in page.items),
    )


@operations.post("/manage/<event_code>/jobs/<job_code>/stop")
@requires("job.read")
def stop_job(job_code: str) -> Response:
    """Ask a job to stop."""
    job = job_by_code(job_code, current_event().id)
    if job is None:
        raise NotFound(_("This work does not belong to this event."))
    job_id = job.id
    with transaction():
        request_stop(job_id)
    if "HX-Request" not in request.headers:
        flash(_("The work is asked to stop. It ends within a few seconds."), "waiting")
    return redirect(url_for("operations.jobs"), code=303)


def title_of(kind: str) -> str:
    """Return what people call a kind of work."""
    return job_words().get(kind, kind)


def percent_of(job: Job) -> int | None:
    """Return how far a job says it is, 0 to 100, where it says so."""
    progress: dict[str, Any] = job.progress or {}
    if job.state is JobState.DONE:
        return 100
    percent = progress.get("percent")
    return int(percent) if isinstance(percent, int | float) and 0 <= percent <= 100 else None
