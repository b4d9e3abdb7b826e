"""Reminders before the first meeting: the rule, who was reminded of which day, and the texts that staff hand over."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.errors import DomainError, NotFound
from matchmaking.i18n import force_locale
from matchmaking.i18n import gettext as _
from matchmaking.jobs.models import Job
from matchmaking.jobs.queries import job_by_code
from matchmaking.permissions import requires
from matchmaking.scheduling.forms import ReminderForm
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.papers import agenda_address, event_head
from matchmaking.scheduling.queries.reminders import PersonDay, Rule, meeting_days, reminder_rule
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.scheduling.reminder_models import ReminderTiming
from matchmaking.scheduling.reminding import reminder_text
from matchmaking.scheduling.reminding_job import reminder_message
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.files import nothing_published
from matchmaking.scheduling.services.reminders import REMIND, hand_over_reminder, request_reminders, set_reminder_rule
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems


@scheduling.route("/manage/<event_code>/schedule/reminders", methods=["GET", "POST"])
@requires("schedule.publish")
def reminders() -> str | Response | tuple[str, int]:
    """Show who is reminded of a day and how; POST chooses when mails go by themselves."""
    event_id = current_event().id
    rule = reminder_rule(event_id)
    form = ReminderForm(timing=rule.timing.value, hours=rule.hours)
    if form.validate_on_submit():
        wanted = Rule(ReminderTiming(form.timing.data), form.hours.data or 0)
        try:
            with transaction():
                set_reminder_rule(current_actor(), event_id, wanted)
        except DomainError as refusal:
            show_problems(form, refusal)
        else:
            flash(_("Saved."), "held")
            return redirect(url_for("scheduling.reminders"), code=303)
    return _page(form), 422 if form.errors else 200


def _page(form: ReminderForm) -> str:
    event, now = current_event(), clock.now()
    version = published_version(event.id)
    people = meeting_days(version, event.timezone) if version else []
    days = sorted({person.day for person in people})
    coming = [person.day for person in people if person.first_at > now]
    shown = _asked(days) or (min(coming) if coming else days[-1] if days else None)
    of_day = [person for person in people if person.day == shown]
    rule = reminder_rule(event.id)
    job = job_by_code(request.args.get("job", ""), event.id)
    return render_template(
        "scheduling/reminders.html",
        form=form,
        version=version,
        days=days,
        shown=shown,
        people=of_day,
        due={p.delegate_id: rule.due_at(p.day, p.first_at, event.timezone) for p in of_day},
        now=now,
        mailable=sum(bool(p.email) and not p.is_noted and p.first_at > now for p in of_day),
        job=reminders_view(job) if job and job.kind == REMIND else None,
    )


def _asked(days: list[date]) -> date | None:
    return next((day for day in days if day.isoformat() == request.args.get("day")), None)


def _person(day: str, delegate_code: str) -> tuple[ScheduleVersion, PersonDay]:
    event = current_event()
    version = published_version(event.id)
    if version is None:
        raise nothing_published()
    people = meeting_days(version, event.timezone)
    person = next((p for p in people if p.day.isoformat() == day and p.delegate_code == delegate_code), None)
    if person is None:
        raise NotFound(_("This person is not on the list (any more)."))
    return version, person


@scheduling.get("/manage/<event_code>/schedule/reminders/<day>/<delegate_code>")
@requires("schedule.publish")
def reminder_of(day: str, delegate_code: str) -> str:
    """Show the reminder of one person as mail and as text."""
    version, person = _person(day, delegate_code)
    with force_locale(person.locale):
        head = event_head(version.event_id, version.published_at)
        text = reminder_text(person, head)
    mail = reminder_message(person, head, agenda_address(version.event_id))
    return render_template("scheduling/reminder_text.html", person=person, text=text, mail=mail)


@scheduling.post("/manage/<event_code>/schedule/reminders/<day>/<delegate_code>")
@requires("schedule.publish")
def mark_reminded(day: str, delegate_code: str) -> Response:
    """Mark that staff reminded somebody themselves."""
    person = _person(day, delegate_code)[1]
    event_id = current_event().id
    with transaction():
        hand_over_reminder(current_actor(), event_id, person.delegate_code, person.day)
    flash(_("Marked as handed over."), "held")
    return redirect(url_for("scheduling.reminders", day=day), code=303)


@scheduling.post("/manage/<event_code>/schedule/reminders/send")
@requires("schedule.publish")
def send_reminders() -> Response:
    """Remind everybody with an address of one day, now."""
    event = current_event()
    event_id, version = event.id, published_version(event.id)
    people = meeting_days(version, event.timezone) if version else []
    day = next((p.day for p in people if p.day.isoformat() == request.form.get("day")), None)
    if day is None:
        raise NotFound(_("There are no meetings on this day."))
    with transaction():
        code = request_reminders(current_actor(), event_id, day).code
    return redirect(url_for("scheduling.reminders", day=day.isoformat(), job=code), code=303)


@scheduling.get("/manage/<event_code>/schedule/reminders/job/<code>")
@requires("schedule.publish")
def reminders_state(code: str) -> str:
    """Answer the page's question how far the mails are."""
    job = job_by_code(code, current_event().id)
    if job is None or job.kind != REMIND:
        raise NotFound(_("This does not exist (any more)."))
    return render_template("scheduling/_reminders_job.html", job=reminders_view(job))


def reminders_view(job: Job) -> dict[str, object]:
    """Return the mails under way as the progress card shows them."""
    done, total = job.progress.get("done"), job.progress.get("total")
    return {
        "code": job.code,
        "state": job.state.value,
        "title": _("Reminders by e-mail"),
        "text": job.error or (_("%(done)s of %(total)s", done=done, total=total) if total else ""),
        "percent": int(100 * done / total) if done and total else None,
        "started": "",
    }
