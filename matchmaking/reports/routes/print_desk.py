"""The print desk: one printer, twenty tables; what waits, what was printed, what was handed to whom; the pack."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.attendance.queries.badges import badge_counts, has_badges
from matchmaking.documents.pack import render_grid
from matchmaking.errors import DomainError, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale
from matchmaking.jobs.models import Job
from matchmaking.jobs.services import request_stop
from matchmaking.permissions import requires
from matchmaking.reports.pack_papers import pack_of_version
from matchmaking.reports.queries.print_desk import DeskPaper, Group, PaperState, desk_papers, open_forms, pack_of
from matchmaking.reports.routes import reports
from matchmaking.reports.services.print_desk import MAX_NAME, PackOrder, Step, mark_papers, request_pack
from matchmaking.scheduling.papers import agenda_pdf_of, event_head
from matchmaking.scheduling.queries.hand_outs import person_agendas
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.scheduling.routes.files import file_answer, nothing_published
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import abandon, transaction
from matchmaking.typed import one_line, read_row_number
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.paging import cut, page_number
from matchmaking.web.routes import send_stored

BELOW_AGENDAS = [group for group in Group if group not in (Group.PACK, Group.AGENDAS)]


@dataclass(frozen=True)
class Shown:
    """Which agendas are asked for: words of a name or organisation, and where the paper stands."""

    text: str = ""
    state: str = ""

    def holds(self, paper: DeskPaper) -> bool:
        """Whether a paper is among them."""
        words = f"{paper.title} {paper.detail}".casefold()
        return self.state in ("", paper.state) and self.text.casefold() in words


def shown_agendas() -> Shown:
    """Read the filter from the address; a state that does not exist is none."""
    state = request.args.get("state", "")
    return Shown(one_line(request.args.get("q", ""))[:MAX_NAME], state if state in set(PaperState) else "")


def _kept() -> dict[str, str]:
    """The filter and page that a button comes back to."""
    return {key: request.args[key] for key in ("q", "state", "page") if request.args.get(key)}


@reports.get("/manage/<event_code>/print-desk")
@requires("paper.print")
def print_desk() -> str:
    """Show every paper with where it stands."""
    return _page()


def _page(problem: str = "") -> str:
    event = current_event()
    papers, pack = desk_papers(event.id), pack_of(event.id)
    shown = shown_agendas()
    agendas = [paper for paper in papers if paper.group is Group.AGENDAS]
    job = db.session.get(Job, pack.job_id) if pack and pack.job_id else None
    return render_template(
        "reports/print_desk.html",
        packs=[paper for paper in papers if paper.group is Group.PACK],
        agenda_count=len(agendas),
        agendas=cut([paper for paper in agendas if shown.holds(paper)], page_number()),
        shown=shown,
        kept=_kept(),
        groups=[(group, [paper for paper in papers if paper.group is group]) for group in BELOW_AGENDAS],
        pack=pack,
        job=pack_view(job) if job and (job.is_active or job.error) else None,
        published=published_version(event.id),
        forms=len(open_forms(event.id)),
        badges=badge_counts(event.id) if has_badges(event.id) else None,
        problem=problem,
    )


@reports.post("/manage/<event_code>/print-desk/mark")
@requires("paper.print")
def mark_paper() -> Response:
    """Note that papers were printed or handed over, or take that back."""
    step = request.form.get("step", "")
    if step not in set(Step):
        raise NotFound(_("This does not exist (any more)."))
    event_id = current_event().id
    try:
        with transaction():
            mark_papers(
                current_actor(), event_id, request.form.getlist("paper"), Step(step), request.form.get("to", "")
            )
    except DomainError as refusal:
        abandon()
        flash(str(refusal), "warning")
    group = request.form.get("group", "")
    address = url_for("reports.print_desk", **_kept())  # type: ignore[arg-type]
    return redirect(f"{address}#{group}" if group in set(Group) else address, code=303)


@reports.post("/manage/<event_code>/print-desk/pack")
@requires("paper.print")
def make_pack() -> Response | tuple[str, int]:
    """Ask for the pack."""
    given = request.form
    order = PackOrder(current_event().id, _forms(given.get("forms", "")), given.get("renews") == "1", select_locale())
    try:
        with transaction():
            request_pack(current_actor(), order)
    except DomainError as refusal:
        abandon()
        return _page(str(refusal)), refusal.status
    return redirect(url_for("reports.print_desk"), code=303)


def _forms(text: str) -> int:
    number = read_row_number(text.strip() or "0")
    return -1 if number is None else number


@reports.post("/manage/<event_code>/print-desk/pack/stop")
@requires("paper.print")
def stop_pack() -> Response:
    """Ask the job that makes the pack to stop; the pack made before stays."""
    pack = pack_of(current_event().id)
    if pack and pack.job_id:
        with transaction():
            request_stop(pack.job_id)
    return redirect(url_for("reports.print_desk"), code=303)


@reports.get("/manage/<event_code>/print-desk/pack/state")
@requires("paper.print")
def pack_state() -> str:
    """Answer the page's question how far the pack is."""
    pack = pack_of(current_event().id)
    job = db.session.get(Job, pack.job_id) if pack and pack.job_id else None
    if job is None:
        raise NotFound(_("This file does not exist (any more)."))
    return render_template("reports/_pack_job.html", job=pack_view(job))


@reports.get("/manage/<event_code>/print-desk/pack.pdf")
@requires("paper.print")
def pack_file() -> Response:
    """Hand out the pack as it was made last."""
    pack = pack_of(current_event().id)
    stored = db.session.get(StoredFile, pack.file_id) if pack and pack.file_id else None
    if stored is None:
        raise NotFound(_("This file does not exist (any more)."))
    return send_stored(stored)


@reports.get("/manage/<event_code>/print-desk/grid.pdf")
@requires("paper.print")
def grid_file() -> Response:
    """Hand out the grid of the whole hall alone, on A3."""
    version = published_version(current_event().id)
    if version is None:
        raise nothing_published()
    return file_answer(render_grid(pack_of_version(version, select_locale())), "application/pdf", "aula-a3.pdf")


@reports.get("/manage/<event_code>/print-desk/agenda/<delegate_code>.pdf")
@requires("paper.print")
def person_agenda_file(delegate_code: str) -> Response:
    """Hand out one person's agenda."""
    version = published_version(current_event().id)
    if version is None:
        raise nothing_published()
    person = next((p for p in person_agendas(version, select_locale()) if p.code == delegate_code), None)
    if person is None:
        raise NotFound(_("This person has no meetings (any more)."))
    head = event_head(version.event_id, version.published_at)
    return file_answer(agenda_pdf_of([person], head), "application/pdf", "agenda.pdf")


def pack_view(job: Job) -> dict[str, object]:
    """Return the pack in the making as the progress card shows it."""
    done = job.progress.get("done")
    return {
        "state": "stopping" if job.is_active and job.stop_requested else job.state.value,
        "title": _("Pack of papers"),
        "text": job.error or (_("%(done)s pages laid out", done=done) if done else ""),
        "percent": None,
        "started": "",
    }
