"""Opening, copying, archiving, deleting."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from matchmaking.errors import DomainError
from matchmaking.events import forms
from matchmaking.events.hooks import CopyOptions
from matchmaking.events.routes import events
from matchmaking.events.routes.page import settings_page, show_refusal
from matchmaking.events.services import basics
from matchmaking.events.services import lifecycle as services
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event

Answer = str | Response | tuple[str, int]


@events.get("/manage/<event_code>/settings/lifecycle")
@requires("event.edit")
def lifecycle() -> str:
    """Show what can be done with the event as a whole."""
    return _page()


@events.post("/manage/<event_code>/settings/open")
@requires("event.edit")
def open_event() -> Response:
    """Make the draft visible."""
    with transaction():
        basics.open_event(current_actor(), current_event().id)
    flash(_("The event is visible now; people can register in the window you set."), "held")
    return redirect(url_for("events.settings"), 303)


@events.post("/manage/<event_code>/settings/copy")
@requires("event.create")
def copy() -> Answer:
    """Make next year's event."""
    form = forms.CopyForm()
    if form.validate_on_submit():
        options = CopyOptions(with_exhibitors=form.with_exhibitors.data, with_buyers=form.with_buyers.data)
        try:
            with transaction():
                target = services.copy_event(
                    current_actor(), current_event().id, form.name.data or "", (form.code.data or "").strip(),
                    form.starts_on.data, options,
                )  # fmt: skip
                code = target.code
        except DomainError as error:
            show_refusal(form, error)
        else:
            flash(_("The event has been copied. Check the dates, then open it."), "held")
            return redirect(url_for("events.settings", event_code=code), 303)
    return _page(copy_form=form), 422


@events.post("/manage/<event_code>/settings/archive")
@requires("event.edit")
def archive() -> Response:
    """Make the event read-only."""
    with transaction():
        services.archive_event(current_actor(), current_event().id)
    flash(_("The event is archived and can only be read."), "held")
    return redirect(url_for("events.lifecycle"), 303)


@events.post("/manage/<event_code>/settings/reopen")
@requires("event.edit")
def reopen() -> Response:
    """Take the event out of the archive."""
    with transaction():
        services.reopen_event(current_actor(), current_event().id)
    flash(_("The event can be changed again."), "held")
    return redirect(url_for("events.lifecycle"), 303)


@events.post("/manage/<event_code>/settings/delete")
@requires("event.delete")
def delete() -> Answer:
    """Delete a test event."""
    form = forms.DeleteForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.delete_test_event(current_actor(), current_event().id, form.typed_name.data or "")
        except DomainError as error:
            show_refusal(form, error)
        else:
            flash(_("The test event has been deleted."), "held")
            return redirect(url_for("events.mine"), 303)
    return _page(delete_form=form), 422


def _page(copy_form: forms.CopyForm | None = None, delete_form: forms.DeleteForm | None = None) -> str:
    return settings_page(
        "events/lifecycle.html",
        copy_form=copy_form or forms.CopyForm(formdata=None),
        delete_form=delete_form or forms.DeleteForm(formdata=None),
        may_copy=current_actor().is_administrator,
    )
