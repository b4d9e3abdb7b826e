"""The print desk: who has a badge, what is on paper, PDFs for some or all, and printing again with a reason."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.attendance.badge_codes import show_short_code
from matchmaking.attendance.badge_papers import USUAL_LAYOUT, layout_choices
from matchmaking.attendance.badge_view import STATE_LABELS, end_sentence
from matchmaking.attendance.forms.badges import AgainForm
from matchmaking.attendance.queries import badges as queries
from matchmaking.attendance.queries.badges import BadgeFilter, PrintState
from matchmaking.attendance.routes.blueprint import attendance, day_tabs
from matchmaking.attendance.services.badge_printing import (
    AT_ONCE,
    PRINT,
    PrintOrder,
    codes_to_print,
    earlier_prints,
    printed_before,
    request_print,
)
from matchmaking.documents.layout import LAYOUTS
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale, show_moment
from matchmaking.jobs import services as jobs
from matchmaking.jobs.models import Job
from matchmaking.jobs.queries import job_by_code
from matchmaking.permissions import requires
from matchmaking.registration import labels
from matchmaking.registration.models import Side
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems
from matchmaking.web.navigation import optional_url
from matchmaking.web.paging import page_number
from matchmaking.web.routes import send_stored


@attendance.get("/manage/<event_code>/badges")
@requires("badge.manage")
def badges() -> str:
    """List the people with their badges: what is not printed yet, what is, what is no longer valid."""
    event_id, wanted = current_event().id, _wanted()
    job = job_by_code(request.args.get("job", ""), event_id)
    return render_template(
        "attendance/badges.html",
        has_badges=queries.has_badges(event_id),
        settings_url=optional_url("events.day_settings"),
        counts=queries.badge_counts(event_id),
        side_counts=queries.badge_counts(event_id, wanted.side),
        earlier=earlier_prints(event_id),
        page=queries.badges_page(event_id, wanted, page_number()),
        wanted=wanted,
        states=STATE_LABELS,
        state_choices=labels.choices(STATE_LABELS),
        sides=labels.SIDE_LABELS,
        side_choices=labels.choices(labels.SIDES_LABELS),
        layouts=layout_choices(),
        layout=_layout(request.args.get("layout", "")),
        job=print_view(job) if job and job.kind == PRINT else None,
        tabs=day_tabs(),
        show_short_code=show_short_code,
        end_sentence=end_sentence,
    )


def _wanted() -> BadgeFilter:
    given = request.args
    return BadgeFilter(
        side=given["side"] if given.get("side") in set(Side) else "",
        state=given["state"] if given.get("state") in set(PrintState) else "",
        text=given.get("q", "")[:100],
    )


def _layout(name: str) -> str:
    return name if name in LAYOUTS else USUAL_LAYOUT


@attendance.post("/manage/<event_code>/badges/print")
@requires("badge.manage")
def print_badges() -> Response | str:
    """Make the PDF of the chosen people's badges; ask for a reason where some of them were printed before."""
    codes, layout = _chosen(), _layout(request.form.get("layout", ""))
    again, fresh = printed_before(current_event().id, codes)
    if again:
        return _ask_why(AgainForm(formdata=None), again, fresh, layout)
    return _made(PrintOrder(tuple(fresh), layout, locale=select_locale()))


def _chosen() -> tuple[str, ...]:
    """Return the people: of one row's own button, of a whole group, or those that were ticked."""
    given = request.form
    if only := given.get("only"):
        return (only,)
    if given.get("scope") in ("unprinted", "all"):
        side = given["side"] if given.get("side") in set(Side) else ""
        state = PrintState.UNPRINTED if given["scope"] == "unprinted" else ""
        return codes_to_print(current_event().id, BadgeFilter(side, state))
    return tuple(given.getlist("selected"))


def _ask_why(form: AgainForm, again: list[str], fresh: list[str], layout: str) -> str:
    rows = queries.rows_of(current_event().id, again)
    return render_template(
        "attendance/badges_again.html", form=form, rows=rows, again=again, fresh=fresh, layout=layout, tabs=day_tabs()
    )


@attendance.post("/manage/<event_code>/badges/again")
@requires("badge.manage")
def print_badges_again() -> Response | str | tuple[str, int]:
    """Print badges again: the old ones are not valid any more."""
    form, layout = AgainForm(), _layout(request.form.get("layout", ""))
    codes = tuple(request.form.getlist("selected"))
    again, fresh = printed_before(current_event().id, codes)
    form.validate()
    try:
        order = PrintOrder(codes, layout, form.why.data or "", form.note.data or "", select_locale())
        return _made(order)
    except InvalidInput as problem:
        show_problems(form, problem)
        return _ask_why(form, again, fresh, layout), 422


def _made(order: PrintOrder) -> Response:
    """Queue the work, do a little of it at once, and lead back to the list, which shows how far it is."""
    with transaction():
        job = request_print(current_actor(), current_event().id, order)
        job_id, code, count = job.id, job.code, len(job.args["badges"])
    if count <= AT_ONCE:
        jobs.run_job(job_id)
    return redirect(url_for("attendance.badges", job=code, layout=order.layout), code=303)


@attendance.get("/manage/<event_code>/badges/papers/<code>")
@requires("badge.manage")
def badges_state(code: str) -> str:
    """Answer the page's question how far the PDF is."""
    return render_template("attendance/_badges_job.html", job=print_view(_job(code)))


@attendance.get("/manage/<event_code>/badges/papers/<code>.pdf")
@requires("badge.manage")
def badges_file(code: str) -> Response:
    """Hand out the finished PDF, again as often as wanted."""
    file_id = _job(code).result.get("file_id")
    stored = db.session.get(StoredFile, file_id) if file_id else None
    if stored is None or stored.event_id != current_event().id:
        raise NotFound(_("This file does not exist (any more)."))
    return send_stored(stored)


def _job(code: str) -> Job:
    job = job_by_code(code, current_event().id)
    if job is None or job.kind != PRINT:
        raise NotFound(_("This file does not exist (any more)."))
    return job


def print_view(job: Job) -> dict[str, object]:
    """Return a PDF in the making as the progress card shows it."""
    done, total = job.progress.get("done"), job.progress.get("total")
    file_id = job.result.get("file_id")
    return {
        "code": job.code,
        "state": job.state.value,
        "title": _("Badges as PDF"),
        "text": job.error or (_("%(done)s of %(total)s", done=done, total=total) if total else ""),
        "percent": int(100 * done / total) if done and total else None,
        "started": show_moment(job.created_at, current_event().timezone),
        "count": len(job.args["badges"]),
        "has_file": bool(file_id and db.session.get(StoredFile, file_id)),
        "layout": job.args["layout"],
    }
