"""Taking lists out as spreadsheets: one list, or all in one workbook; long ones are made by a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.errors import InvalidInput, NotAllowed, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale
from matchmaking.jobs.models import Job
from matchmaking.jobs.queries import job_by_code
from matchmaking.permissions import is_allowed, requires
from matchmaking.reports.lists import LISTS, ListKind, workbook
from matchmaking.reports.routes import reports
from matchmaking.reports.services.exports import (
    MOST_AT_ONCE,
    WORKBOOK,
    may_take_contacts,
    note_export,
    request_workbook,
)
from matchmaking.sheets import XLSX_TYPE
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.navigation import optional_url
from matchmaking.web.routes import send_stored

ALL = "all"


@dataclass(frozen=True)
class Offer:
    """A list as the page offers it."""

    kind: ListKind
    count: int


@reports.get("/manage/<event_code>/reports")
@requires("report.read")
def exports() -> str:
    """Show every list this person may take out, with how long it is."""
    event_id = current_event().id
    offers = [Offer(kind, kind.count(event_id)) for kind in _readable()]
    job = job_by_code(request.args.get("job", ""), event_id)
    return render_template(
        "reports/exports.html",
        offers=offers,
        total=sum(offer.count for offer in offers),
        counted_at=clock.now(),
        may_take_contacts=may_take_contacts(current_actor()),
        job=_view(job) if job and _may_have(job) else None,
        attendance_url=optional_url("attendance.attendance_sheet"),
    )


@reports.post("/manage/<event_code>/reports/exports")
@requires("report.read")
def make_export() -> Response:
    """Answer with the workbook, or have it made when it is long."""
    event, actor = current_event(), current_actor()
    kinds, with_contacts = _wanted(), request.form.get("contacts") == "yes"
    keys = [kind.key for kind in kinds]
    is_long = sum(kind.count(event.id) for kind in kinds) > MOST_AT_ONCE
    with transaction():
        note_export(actor, event.id, with_contacts=with_contacts)
        if is_long:
            job = request_workbook(actor, event.id, keys, select_locale(), with_contacts=with_contacts)
            return redirect(url_for("reports.exports", job=job.code), code=303)
    answer = current_app.response_class(workbook(event.id, keys, with_contacts=with_contacts), content_type=XLSX_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(event.code, keys)}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@reports.get("/manage/<event_code>/reports/exports/<code>")
@requires("report.read")
def export_state(code: str) -> str:
    """Answer the page's question how far the workbook is."""
    return render_template("reports/_export.html", job=_view(_own_job(code)))


@reports.get("/manage/<event_code>/reports/exports/<code>.xlsx")
@requires("report.read")
def export_file(code: str) -> Response:
    """Hand the finished workbook to the person who asked for it."""
    job = _own_job(code)
    file_id = job.result.get("file_id")
    stored = db.session.get(StoredFile, file_id) if file_id else None
    if stored is None or stored.event_id != current_event().id:
        raise NotFound(_("This file does not exist (any more)."))
    return send_stored(stored, as_attachment=True)


def file_name(event_code: str, keys: list[str]) -> str:
    """Return a name that says which event, which list and which day."""
    what = keys[0] if len(keys) == 1 else ALL
    return f"{event_code}-{what}-{clock.today():%Y%m%d}.xlsx"


def _readable() -> list[ListKind]:
    return [kind for kind in LISTS if is_allowed(current_actor(), kind.permission)]


def _wanted() -> list[ListKind]:
    """Return the lists asked for, or refuse: unknown ones, and those the person may not read."""
    name = request.form.get("list", "")
    if name == ALL:
        return _readable()
    found = [kind for kind in LISTS if kind.key == name]
    if not found:
        raise InvalidInput(_("There is no such list."))
    if found[0] not in _readable():
        raise NotAllowed(_("This list is for organisers only."))
    return found


def _own_job(code: str) -> Job:
    job = job_by_code(code, current_event().id)
    if job is None or not _may_have(job):
        raise NotFound(_("This file does not exist (any more)."))
    return job


def _may_have(job: Job) -> bool:
    return job.kind == WORKBOOK and job.requested_by == current_actor().user_id


def _view(job: Job) -> dict[str, Any]:
    """Return a workbook in the making as the progress card shows it."""
    done, total = job.progress.get("done"), job.progress.get("total")
    return {
        "code": job.code,
        "state": job.state.value,
        "title": _("Workbook"),
        "text": job.error or (_("%(done)s of %(total)s", done=done, total=total) if total else ""),
        "percent": int(100 * done / total) if done and total else None,
        "started": "",
    }
