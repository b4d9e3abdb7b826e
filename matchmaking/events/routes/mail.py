"""Mail settings and the test message."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from matchmaking.errors import DomainError, NotFound
from matchmaking.events import forms
from matchmaking.events.routes import events
from matchmaking.events.routes.page import settings_page, show_refusal
from matchmaking.events.services import mail_settings as services
from matchmaking.extensions import limiter
from matchmaking.i18n import gettext as _
from matchmaking.jobs.models import Job
from matchmaking.jobs.queries import job_by_code
from matchmaking.mail.services import server_for
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event

Answer = str | Response | tuple[str, int]


@events.route("/manage/<event_code>/settings/mail", methods=["GET", "POST"])
@requires("event.edit")
def mail() -> Answer:
    """How this event sends mail; without it people are told by WhatsApp text and paper."""
    server = server_for(current_event().id)
    own = server if server and server.event_id else None
    shown = (
        {c: getattr(own, c) for c in ("host", "port", "security", "from_address", "from_name", "username")}
        if own
        else {}
    )
    form = forms.MailForm(data=shown or {"port": 587, "security": "starttls"})
    if form.validate_on_submit():
        values = {
            name: form[name].data or ""
            for name in ("host", "security", "from_address", "from_name", "username", "password")
        }
        try:
            with transaction():
                settings = services.MailSettings(port=form.port.data, **values)
                services.set_mail_server(current_actor(), current_event().id, settings)
        except DomainError as error:
            show_refusal(form, error)
        else:
            flash(_("Saved. Send yourself a test message now."), "held")
            return redirect(url_for("events.mail"), 303)
    page = settings_page("events/mail.html", form=form, server=own, test_form=forms.TestMailForm(formdata=None))
    return page, 422 if form.errors else 200


@events.post("/manage/<event_code>/settings/mail/remove")
@requires("event.edit")
def remove_mail() -> Response:
    """Send no mail any more."""
    with transaction():
        services.remove_mail_server(current_actor(), current_event().id)
    flash(_("The mail server has been removed."), "held")
    return redirect(url_for("events.mail"), 303)


@events.post("/manage/<event_code>/settings/mail/test")
@requires("event.edit")
@limiter.limit("10 per hour")
def test_mail() -> Response:
    """Ask for a test message."""
    form = forms.TestMailForm()
    if not form.validate_on_submit():
        flash(_("Give the e-mail address the test message shall go to."), "refused")
        return redirect(url_for("events.mail"), 303)
    try:
        with transaction():
            code = services.request_test_message(current_actor(), current_event().id, form.to_address.data or "").code
    except DomainError as error:
        flash(str(error), "refused")
        return redirect(url_for("events.mail"), 303)
    return redirect(url_for("events.mail_test_result", job_code=code), 303)


@events.get("/manage/<event_code>/settings/mail/test/<job_code>")
@requires("event.edit")
def mail_test_result(job_code: str) -> str:
    """Show how the test message fares."""
    job = job_by_code(job_code, current_event().id)
    if job is None or job.kind != services.TEST:
        raise NotFound(_("There is no such test message."))
    return settings_page("events/mail_test.html", job=_progress(job), address=job.args["to"])


@events.get("/manage/<event_code>/settings/mail/test/<job_code>/part")
@requires("event.edit")
def mail_test_part(job_code: str) -> str:
    """Answer with the progress alone."""
    job = job_by_code(job_code, current_event().id)
    if job is None or job.kind != services.TEST:
        raise NotFound(_("There is no such test message."))
    return render_template("events/_mail_test.html", job=_progress(job), address=job.args["to"])


def _progress(job: Job) -> dict[str, object]:
    titles = {
        "queued": _("Waiting for the worker"),
        "running": _("Talking to the mail server"),
        "done": _("The server took the message"),
        "failed": _("The message was not delivered"),
        "stopped": _("Stopped"),
    }
    return {
        "code": job.code,
        "state": job.state.value,
        "percent": None,
        "title": titles[job.state.value],
        "text": job.error or "",
        "started": None,
    }
