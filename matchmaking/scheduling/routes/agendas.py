"""Agendas of every participant and every table, for staff: pages, PDF, calendar files, everything in one file."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.errors import NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale
from matchmaking.jobs.models import Job
from matchmaking.jobs.queries import job_by_code
from matchmaking.permissions import requires
from matchmaking.scheduling.agenda_view import agenda_days
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.papers import event_head, table_pdf
from matchmaking.scheduling.queries.agendas import table_agendas, team_agendas
from matchmaking.scheduling.queries.team_people import entry_codes
from matchmaking.scheduling.queries.versions import newest_draft, published_version
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.files import calendar_answer, file_answer, nothing_published, pdf_answer
from matchmaking.scheduling.routes.found import participation_teams, wanted_version
from matchmaking.scheduling.services.papers import PAPERS, request_papers
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.routes import send_stored


def shown_version() -> ScheduleVersion | None:
    """Return the version that staff look at: the one in the address, else the published one, else the newest draft."""
    if code := request.args.get("version"):
        return wanted_version(code)
    event_id = current_event().id
    return published_version(event_id) or newest_draft(event_id)


def _required_version() -> ScheduleVersion:
    version = shown_version()
    if version is None:
        raise nothing_published()
    return version


@scheduling.get("/manage/<event_code>/agendas")
@requires("schedule.read")
def agendas() -> str:
    """List the agendas of teams, or of tables."""
    version = shown_version()
    by_table = request.args.get("by") == "table"
    found = []
    if version:
        found = table_agendas(version) if by_table else team_agendas(version, locale=select_locale())
    text = request.args.get("q", "").strip().casefold()
    job = job_by_code(request.args.get("job", ""), current_event().id)
    return render_template(
        "scheduling/agendas.html",
        version=version,
        agendas=[agenda for agenda in found if text in agenda.name.casefold()],
        by_table=by_table,
        text=request.args.get("q", ""),
        codes=entry_codes(version.event_id) if version and not by_table else {},
        job=papers_view(job) if job and job.kind == PAPERS else None,
    )


@scheduling.get("/manage/<event_code>/agendas/of/<code>")
@requires("schedule.read")
def agenda_of(code: str) -> str:
    """Show one participant's agenda."""
    event = current_event()
    participation, teams = participation_teams(code)
    version = shown_version()
    shown = team_agendas(version, teams, select_locale()) if version else []
    return render_template(
        "scheduling/agenda_of.html",
        version=version,
        participation=participation,
        agendas=[(agenda, agenda_days(agenda, event.timezone, clock.now())) for agenda in shown],
    )


@scheduling.get("/manage/<event_code>/agendas/of/<code>.pdf")
@requires("schedule.read")
def agenda_of_pdf(code: str) -> Response:
    """Hand out one participant's agenda as PDF."""
    version = _required_version()
    return pdf_answer(team_agendas(version, participation_teams(code)[1], select_locale()), version)


@scheduling.get("/manage/<event_code>/agendas/of/<code>.ics")
@requires("schedule.read")
def agenda_of_calendar(code: str) -> Response:
    """Hand out one participant's agenda as a calendar file."""
    version = _required_version()
    return calendar_answer(team_agendas(version, participation_teams(code)[1], select_locale()), version)


@scheduling.get("/manage/<event_code>/agendas/table/<int:number>")
@requires("schedule.read")
def agenda_of_table(number: int) -> str:
    """Show what happens at one table."""
    version = shown_version()
    found = table_agendas(version) if version else []
    if not 1 <= number <= len(found):
        raise NotFound(_("This table does not exist (any more)."))
    return render_template(
        "scheduling/agenda_of_table.html",
        version=version,
        agenda=found[number - 1],
        number=number,
        days=agenda_days(found[number - 1], current_event().timezone, clock.now()),
    )


@scheduling.get("/manage/<event_code>/agendas/table/<int:number>.pdf")
@requires("schedule.read")
def table_card(number: int) -> Response:
    """Hand out one table's card as PDF."""
    version = _required_version()
    found = table_agendas(version)
    if not 1 <= number <= len(found):
        raise NotFound(_("This table does not exist (any more)."))
    head = event_head(version.event_id, version.published_at)
    return file_answer(table_pdf([found[number - 1]], head), "application/pdf", f"meja-{number}.pdf")


@scheduling.post("/manage/<event_code>/agendas/papers")
@requires("schedule.read")
def make_papers() -> Response:
    """Ask for every agenda, or every table card, in one PDF."""
    version_id, kind = _required_version().id, request.form.get("kind", "teams")
    with transaction():
        code = request_papers(current_actor(), version_id, kind, select_locale()).code
    by = "table" if kind == "tables" else None
    return redirect(url_for("scheduling.agendas", job=code, by=by, version=request.args.get("version")), code=303)


@scheduling.get("/manage/<event_code>/agendas/papers/<code>")
@requires("schedule.read")
def papers_state(code: str) -> str:
    """Answer the page's question how far the file is."""
    job = job_by_code(code, current_event().id)
    if job is None or job.kind != PAPERS:
        raise NotFound(_("This file does not exist (any more)."))
    return render_template("scheduling/_papers.html", job=papers_view(job))


@scheduling.get("/manage/<event_code>/agendas/papers/<code>.pdf")
@requires("schedule.read")
def papers_file(code: str) -> Response:
    """Hand out the finished file."""
    job = job_by_code(code, current_event().id)
    file_id = job.result.get("file_id") if job and job.kind == PAPERS else None
    stored = db.session.get(StoredFile, file_id) if file_id else None
    if stored is None or stored.event_id != current_event().id:
        raise NotFound(_("This file does not exist (any more)."))
    return send_stored(stored)


def papers_view(job: Job) -> dict[str, object]:
    """Return a file in the making as the progress card shows it."""
    done, total = job.progress.get("done"), job.progress.get("total")
    return {
        "code": job.code,
        "state": job.state.value,
        "title": _("All in one PDF"),
        "text": job.error or (_("%(done)s of %(total)s", done=done, total=total) if total else ""),
        "percent": int(100 * done / total) if done and total else None,
        "started": "",
    }
