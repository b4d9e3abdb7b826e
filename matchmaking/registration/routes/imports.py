"""Importing a spreadsheet: choose, map the columns, look at what would happen, store."""

from __future__ import annotations

import sqlalchemy as sa
from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.errors import Conflict, DomainError, InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import force_locale, show_moment
from matchmaking.i18n import gettext as _
from matchmaking.jobs import enqueue, request_stop
from matchmaking.jobs.models import Job
from matchmaking.permissions import requires
from matchmaking.registration.imports.faults import fault_list
from matchmaking.registration.imports.plan import KINDS, Outcome, StoreOptions
from matchmaking.registration.imports.tables import MAX_FILE_BYTES, MAX_ROWS
from matchmaking.registration.imports.template import template
from matchmaking.registration.models import ImportBatch
from matchmaking.registration.routes.blueprint import bp
from matchmaking.registration.services import importing
from matchmaking.registration.tasks import STORE_IMPORT
from matchmaking.sheets import XLSX_TYPE
from matchmaking.transactions import lock_row, transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event

SHOWN_FAULTS = 100
SHOWN_ROWS = 100


@bp.get("/manage/<event_code>/imports")
@requires("registration.import")
def imports() -> str:
    """Offer the templates, take a file, list earlier imports."""
    return _start_page()


def _start_page(refusal: str = "", chosen: str = "") -> str:
    return render_template(
        "registration/imports.html",
        kinds=list(KINDS.values()),
        chosen=chosen or request.args.get("kind", ""),
        recent=importing.recent_imports(current_event().id),
        refusal=refusal,
        max_rows=MAX_ROWS,
    )


@bp.get("/manage/<event_code>/imports/template/<kind>")
@requires("registration.import")
def import_template(kind: str) -> Response:
    """Send the workbook to fill in."""
    chosen = importing.kind_of(kind)
    with force_locale("id"):
        name = _("template-%(kind)s.xlsx", kind=chosen.name)
    return _download(template(chosen), name)


@bp.post("/manage/<event_code>/imports")
@requires("registration.import")
def import_upload() -> Response | tuple[str, int]:
    """Read the file and go on to its columns; say in a sentence why it cannot be read."""
    upload, kind = request.files.get("file"), request.form.get("kind", "")
    if upload is None or not upload.filename:
        return _start_page(_("Please choose a file."), kind), 422
    if kind not in KINDS:
        return _start_page(_("Please choose what the file holds."), kind), 422
    content = upload.stream.read(MAX_FILE_BYTES + 1)
    try:
        with transaction():
            batch = importing.keep_import(current_actor(), current_event().id, kind, content, upload.filename)
            code = batch.code
    except DomainError as refusal:
        return _start_page(str(refusal), kind), refusal.status
    return redirect(url_for(".import_columns", batch=code), code=303)


@bp.route("/manage/<event_code>/imports/<batch>/columns", methods=["GET", "POST"])
@requires("registration.import")
def import_columns(batch: str) -> Response | str | tuple[str, int]:
    """Say which column is which field."""
    row = importing.batch_of(current_event().id, batch)
    if row.state in (importing.STORED, importing.CANCELLED):
        return redirect(url_for(".import_preview", batch=batch))
    if request.method == "GET":
        return _columns_page(row, {int(index): name for index, name in row.mapping.items()})
    row_id = row.id
    given = {
        number: value
        for key, value in request.form.items()
        if key.startswith("column-") and (number := read_row_number(key.removeprefix("column-"))) is not None
    }
    try:
        with transaction():
            importing.set_mapping(current_actor(), row_id, given)
    except InvalidInput as refusal:
        again = importing.batch_of(current_event().id, batch)
        return _columns_page(again, given, refusal), refusal.status
    return redirect(url_for(".import_preview", batch=batch), code=303)


def _columns_page(row: ImportBatch, mapping: dict[int, str], refusal: InvalidInput | None = None) -> str:
    kind = importing.kind_of(row.kind)
    return render_template(
        "registration/import_columns.html",
        batch=row,
        kind=kind,
        sheet=importing.sheet_of(row),
        fields=kind.fields(),
        mapping=mapping,
        refusal=refusal,
    )


@bp.get("/manage/<event_code>/imports/<batch>")
@requires("registration.import")
def import_preview(batch: str) -> Response | str:
    """Show what would happen, or what has happened."""
    row = importing.batch_of(current_event().id, batch)
    job = _job_of(row)
    if row.state == importing.STORED or (job and job.is_active):
        return render_template(
            "registration/import_done.html", batch=row, kind=importing.kind_of(row.kind), job=_shown(job)
        )
    if row.state == importing.CANCELLED:
        return redirect(url_for(".imports"))
    return _preview_page(row, job)


def _preview_page(row: ImportBatch, job: Job | None = None, refusal: str = "") -> str:
    plan = importing.plan_of(row)
    wanted = request.args.get("show", "")
    return render_template(
        "registration/import_preview.html",
        batch=row,
        kind=importing.kind_of(row.kind),
        plan=plan,
        counts=plan.counts,
        faults=plan.faults[:SHOWN_FAULTS],
        rows=[
            one for one in plan.rows if one.outcome.value == wanted or (not wanted and one.outcome is not Outcome.SAME)
        ][:SHOWN_ROWS],
        wanted=wanted,
        refusal=refusal or (job.error if job and job.state.value == "failed" else ""),
    )


@bp.get("/manage/<event_code>/imports/<batch>/faults.xlsx")
@requires("registration.import")
def import_faults(batch: str) -> Response:
    """Send the list of what is wrong."""
    plan = importing.plan_of(importing.batch_of(current_event().id, batch))
    return _download(fault_list(plan), _("to-correct.xlsx"))


@bp.post("/manage/<event_code>/imports/<batch>")
@requires("registration.import")
def import_store(batch: str) -> Response | tuple[str, int]:
    """Store all rows or none; a large file in the background."""
    row = importing.batch_of(current_event().id, batch)
    row_id, size = row.id, int(row.summary.get("rows", 0))
    options = StoreOptions(request.form.get("state") == "approved", request.form.get("doubtful") == "add")
    there = url_for(".import_preview", batch=batch)
    try:
        with transaction():
            if size > importing.ROWS_AT_ONCE:
                _enqueue(row_id, options)
            else:
                importing.store_import(current_actor(), row_id, options)
    except Conflict as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for(".imports"), code=303)
    except DomainError as refusal:
        again = importing.batch_of(current_event().id, batch)
        return _preview_page(again, refusal=str(refusal)), refusal.status
    return redirect(there, code=303)


def _enqueue(row_id: int, options: StoreOptions) -> None:
    row = lock_row(ImportBatch, row_id)
    if row is None:
        raise NotFound(_("There is no such import in this event."))
    active = _job_of(row)
    if row.state == importing.STORED or (active and active.is_active):
        return  # pressed twice
    if row.state == importing.CANCELLED:
        raise Conflict(_("This import was cancelled. Please upload the file again."))
    args = {"batch_id": row_id, "is_approved": options.is_approved, "are_doubtful_added": options.are_doubtful_added}
    job = enqueue(current_actor(), STORE_IMPORT, args, event_id=current_event().id)
    importing.note_job(row_id, job.code)


@bp.get("/manage/<event_code>/imports/<batch>/progress")
@requires("registration.import")
def import_progress(batch: str) -> Response:
    """The progress of storing, as a part of the page; when it has ended, the whole page is shown again."""
    row = importing.batch_of(current_event().id, batch)
    job = _job_of(row)
    page = render_template("registration/_import_progress.html", batch=row, job=_shown(job))
    answer = make_response(page)
    if job is None or not job.is_active:
        answer.headers["HX-Redirect"] = url_for(".import_preview", batch=batch)
    return answer


@bp.post("/manage/<event_code>/imports/<batch>/stop")
@requires("registration.import")
def import_stop(batch: str) -> Response:
    """Stop storing before it has begun; once it runs it is quick, and all or nothing."""
    job = _job_of(importing.batch_of(current_event().id, batch))
    if job:
        job_id = job.id
        with transaction():
            request_stop(job_id)
    return redirect(url_for(".import_preview", batch=batch), code=303)


@bp.post("/manage/<event_code>/imports/<batch>/cancel")
@requires("registration.import")
def import_cancel(batch: str) -> Response:
    """Give the import up; its file is deleted."""
    row_id = importing.batch_of(current_event().id, batch).id
    with transaction():
        importing.cancel_import(current_actor(), row_id)
    flash(_("The import is cancelled and the file deleted. Nothing was stored."), "held")
    return redirect(url_for(".imports"), code=303)


def _job_of(row: ImportBatch) -> Job | None:
    code = row.summary.get("job")
    return db.session.scalar(sa.select(Job).where(Job.code == code)) if code else None


def _shown(job: Job | None) -> dict[str, object] | None:
    """Return what the progress macro draws."""
    if job is None:
        return None
    is_stopping = job.stop_requested and job.is_active
    return {
        "state": "stopping" if is_stopping else job.state.value,
        "percent": None,
        "title": _("Storing the rows"),
        "text": job.error or "",
        "started": show_moment(job.created_at, current_event().timezone),
    }


def _download(content: bytes, name: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = XLSX_TYPE
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
