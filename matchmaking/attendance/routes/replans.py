"""Late, left, sick, a lost table: ask, watch it being computed, look at what it would change, apply it or not."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from matchmaking.attendance.forms.replans import ReplanForm, read_replan
from matchmaking.attendance.queries.day import day_slots, day_tables
from matchmaking.attendance.queries.replanning import begun_slots, placements_of, replan_by_code, states_of
from matchmaking.attendance.replan_models import Replan
from matchmaking.attendance.replan_view import replan_view
from matchmaking.attendance.routes.blueprint import attendance
from matchmaking.attendance.services.replan_deciding import ReplanStale, apply_replan, discard_replan
from matchmaking.attendance.services.replans import ask_replan
from matchmaking.codes import new_code
from matchmaking.errors import DomainError, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_time
from matchmaking.permissions import requires
from matchmaking.scheduling.errors import NotReady
from matchmaking.scheduling.models import ScheduleVersion, VersionState
from matchmaking.scheduling.queries.halls import hall_of
from matchmaking.scheduling.queries.times import times_of
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems


@attendance.get("/manage/<event_code>/day/replan")
@requires("schedule.publish")
def new_replan() -> str:
    """Show the form: what happened, to whom, from when on."""
    form = ReplanForm(formdata=None)
    form.key.data = new_code(20)
    return _form_page(form)


@attendance.post("/manage/<event_code>/day/replan")
@requires("schedule.publish")
def begin_replanning() -> Response | tuple[str, int]:
    """Queue the re-planning; nothing changes yet."""
    form = ReplanForm()
    try:
        with transaction():
            code = ask_replan(current_actor(), read_replan(form, current_event().id)).code
    except NotReady:
        raise
    except DomainError as refusal:
        show_problems(form, refusal)
        return _form_page(form), refusal.status
    return redirect(url_for("attendance.replan", code=code), code=303)


def _form_page(form: ReplanForm) -> str:
    event, version = current_event(), published_version(current_event().id)
    if version is None:
        raise NotReady(_("No schedule is published yet."))
    past = begun_slots(placements_of(version.id), states_of(event.id), times_of(event.id))
    coming = [slot for slot in day_slots(version) if slot.id not in past]
    teams = sorted(hall_of(event.id).teams.values(), key=lambda team: team.name.casefold())
    empty = SelectChoice("", _("Please choose"))
    form.team.choices = [empty, *(SelectChoice(str(team.id), team.name) for team in teams)]
    form.table.choices = [empty, *(SelectChoice(str(id), name) for id, name in day_tables(version))]
    times = [SelectChoice(str(slot.id), show_time(slot.starts_at, event.timezone, with_zone=True)) for slot in coming]
    form.first.choices, form.back.choices = times, [empty, *times[1:]]
    return render_template("attendance/replan_new.html", form=form, has_slots=bool(times))


def _wanted(code: str) -> Replan:
    row = replan_by_code(current_event().id, code)
    if row is None:
        raise NotFound(_("This re-planning does not exist."))
    return row


@attendance.get("/manage/<event_code>/day/replans/<code>")
@requires("schedule.publish")
def replan(code: str) -> str:
    """Show how far it is, and once it is computed what it would change."""
    row = _wanted(code)
    view = replan_view(row, current_event().timezone)
    part = "HX-Request" in request.headers
    return render_template(
        "attendance/_replan.html" if part else "attendance/replan.html", view=view, back_to=_back_to(row)
    )


def _back_to(row: Replan) -> str | None:
    """Return the code of the version before an applied re-planning, as long as that is what is announced."""
    applied = db.session.get(ScheduleVersion, row.applied_version_id) if row.applied_version_id else None
    if applied is None or applied.state is not VersionState.PUBLISHED:
        return None
    return db.session.get_one(ScheduleVersion, row.base_version_id).code


@attendance.post("/manage/<event_code>/day/replans/<code>/apply")
@requires("schedule.publish")
def apply_replanning(code: str) -> Response:
    """Announce what was computed."""
    try:
        with transaction():
            apply_replan(current_actor(), current_event().id, code)
    except ReplanStale as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for("attendance.replan", code=code), code=303)
    flash(_("Applied. The new schedule is announced, and those concerned are told."), "held")
    return redirect(url_for("attendance.day"), code=303)


@attendance.post("/manage/<event_code>/day/replans/<code>/discard")
@requires("schedule.publish")
def discard_replanning(code: str) -> Response:
    """Leave the schedule as it is."""
    with transaction():
        discard_replan(current_actor(), current_event().id, code)
    flash(_("Discarded. The schedule stays as it is."), "held")
    return redirect(url_for("attendance.day"), code=303)
