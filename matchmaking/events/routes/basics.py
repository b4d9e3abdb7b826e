"""The list of events, making one, and its plain facts."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.errors import DomainError
from matchmaking.events import forms, queries
from matchmaking.events.models import Event
from matchmaking.events.routes import events
from matchmaking.events.routes.page import ask_once, is_confirmed, seen_version, settings_page, show_refusal
from matchmaking.events.services import basics as services
from matchmaking.events.services.programme import preview_zone
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import FlaskForm


@events.get("/manage")
@requires("account.use")
def mine() -> str:
    """List the events of this person."""
    actor = current_actor()
    return render_template("events/mine.html", rows=queries.events_for(actor), may_create=actor.is_administrator)


@events.route("/manage/new", methods=["GET", "POST"])
@requires("event.create")
def create() -> str | Response:
    """Make an event."""
    form = forms.CreateEventForm()
    if form.validate_on_submit():
        try:
            with transaction():
                event = services.create_event(current_actor(), _create_command(form), is_test=form.is_test.data)
                code = event.code
        except DomainError as error:
            show_refusal(form, error)
        else:
            flash(_("The event has been made. Next: sessions and tables."), "held")
            return redirect(url_for("events.settings", event_code=code), 303)
    return render_template("events/create.html", form=form), 422 if form.errors else 200  # type: ignore[return-value]


def _create_command(form: forms.CreateEventForm) -> services.EventBasics:
    return services.EventBasics(
        code=(form.code.data or "").strip(),
        name=(form.name.data or "").strip(),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        venue=(form.venue.data or "").strip(),
    )


@events.get("/manage/<event_code>/settings")
@requires("event.edit")
def settings() -> str:
    """Show what the event still needs."""
    return settings_page("events/settings.html")


@events.route("/manage/<event_code>/settings/event", methods=["GET", "POST"])
@requires("event.edit")
def basics() -> str | Response:
    """Name, place, dates, contact, public page."""
    return edit_group(forms.EventForm, services.EventBasics, "events/basics.html", "events.basics")


@events.route("/manage/<event_code>/settings/registration", methods=["GET", "POST"])
@requires("event.edit")
def registration_window() -> str | Response:
    """When people may register and wish, and how many."""
    return edit_group(forms.WindowForm, services.RegistrationWindow, "events/window.html", "events.registration_window")


@events.route("/manage/<event_code>/settings/letterhead", methods=["GET", "POST"])
@requires("event.edit")
def letterhead() -> str | Response:
    """Letterhead, logo, public address."""
    return edit_group(forms.LetterheadForm, services.Letterhead, "events/letterhead.html", "events.letterhead")


def edit_group(form_class: type[FlaskForm], command: type[Any], template: str, endpoint: str) -> str | Response:
    """Show and store one group of facts; a refusal keeps the entries."""
    row = queries.event_row(current_event().id)
    form = form_class(data=_shown(row, command))
    if form.validate_on_submit():
        question = _zone_question(form, row.id)
        if question:
            return question
        try:
            _store(form, command, row.timezone)
        except DomainError as error:
            show_refusal(form, error)
        else:
            flash(_("Saved."), "held")
            code = queries.event_row(current_event().id).code
            return redirect(url_for(endpoint, event_code=code), 303)
    return settings_page(template, form=form), 422 if form.errors else 200  # type: ignore[return-value]


def _zone_question(form: FlaskForm, event_id: int) -> str | None:
    """Return the page that asks once when another time zone would move meetings."""
    if "timezone" not in form or is_confirmed():
        return None
    preview = preview_zone(event_id, form["timezone"].data)
    if not preview.needs_confirmation:
        return None
    return ask_once(
        _("Another time zone moves meetings"), preview.consequences, _("Change the time zone"), "events.basics"
    )


def _store(form: FlaskForm, command: type[Any], zone: str) -> None:
    values = {field.name: _stored(form[field.name].data, zone) for field in fields(command)}
    logo = form["logo"].data if "logo" in form else None
    with transaction():
        actor, event_id = current_actor(), current_event().id
        services.update_event(actor, event_id, command(**values), seen_version(form))
        if logo and getattr(logo, "filename", ""):
            services.set_logo(actor, event_id, logo.stream, logo.filename)


def _shown(row: Event, command: type[Any]) -> dict[str, Any]:
    """Return the row's values as the form shows them: instants as wall time in the event's zone."""
    values = {field.name: getattr(row, field.name) for field in fields(command)}
    for name, value in values.items():
        if isinstance(value, datetime):
            values[name] = clock.in_zone(value, row.timezone).replace(tzinfo=None)
    return {**values, "setup_version": str(row.setup_version)}


def _stored(value: Any, zone: str) -> Any:
    if isinstance(value, datetime):
        return clock.from_zone(value, zone)
    return value.strip() if isinstance(value, str) else value


def limits_of(row: Event) -> dict[str, Any]:
    """Return the event's fewest and most meetings."""
    return asdict(services.MeetingLimits(**{f.name: getattr(row, f.name) for f in fields(services.MeetingLimits)}))
