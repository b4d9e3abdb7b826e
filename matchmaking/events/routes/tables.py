"""Tables and zones."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from matchmaking.errors import DomainError
from matchmaking.events import forms, queries
from matchmaking.events.routes import events
from matchmaking.events.routes.page import ask_once, is_confirmed, seen_version, settings_page, show_refusal
from matchmaking.events.services import hall as services
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event

Answer = str | Response | tuple[str, int]


@events.route("/manage/<event_code>/settings/tables", methods=["GET", "POST"])
@requires("event.edit")
def tables() -> Answer:
    """List the tables; add several at once."""
    form = forms.TablesForm()
    form.zone_id.choices = _zone_choices()
    if form.validate_on_submit():
        try:
            with transaction():
                number = services.add_tables(
                    current_actor(), current_event().id, form.first.data, form.last.data, form.zone_id.data
                )
        except DomainError as error:
            show_refusal(form, error)
        else:
            flash(ngettext("%(num)s table added.", "%(num)s tables added.", number), "held")
            return redirect(url_for("events.tables"), 303)
    event_id = current_event().id
    page = settings_page(
        "events/tables.html",
        form=form,
        zone_form=forms.ZoneForm(formdata=None),
        tables=queries.tables_of(event_id),
        zones=queries.zones_of(event_id),
    )
    return page, 422 if form.errors else 200


@events.route("/manage/<event_code>/settings/tables/<int:table_id>", methods=["GET", "POST"])
@requires("event.edit")
def table(table_id: int) -> Answer:
    """Name one table and put it into a zone."""
    row = next((t for t in queries.tables_of(current_event().id) if t.id == table_id), None)
    form = forms.TableForm(data={"label": row.label, "zone_id": row.zone_id or 0} if row else None)
    form.zone_id.choices = _zone_choices()
    if form.validate_on_submit() or row is None:
        with transaction():
            services.edit_table(current_actor(), current_event().id, table_id, form.label.data or "", form.zone_id.data)
        flash(_("Saved."), "held")
        return redirect(url_for("events.tables"), 303)
    return settings_page("events/table.html", form=form, table=row), 422 if form.errors else 200


@events.post("/manage/<event_code>/settings/tables/remove")
@requires("event.edit")
def remove_tables() -> Answer:
    """Take tables out of the hall; asks once when meetings lie there."""
    event_id = current_event().id
    form = forms.RemoveTablesForm()
    chosen = [number for value in request.form.getlist("selected") if (number := read_row_number(value))]
    try:
        consequences = services.preview_tables(event_id, chosen)
        if consequences and not is_confirmed():
            return ask_once(_("Meetings lie at these tables"), consequences, _("Remove the tables"), "events.tables")
        with transaction():
            services.remove_tables(current_actor(), event_id, chosen, seen_version(form))
    except DomainError as error:
        flash(str(error), "refused")
    else:
        flash(_("The tables have been removed. Older schedules still show them."), "held")
    return redirect(url_for("events.tables"), 303)


@events.post("/manage/<event_code>/settings/zones")
@requires("event.edit")
def add_zone() -> Response:
    """Add a zone."""
    form = forms.ZoneForm()
    return _zone_action(lambda: services.add_zone(current_actor(), current_event().id, form.name.data or ""))


@events.post("/manage/<event_code>/settings/zones/<int:zone_id>/remove")
@requires("event.edit")
def remove_zone(zone_id: int) -> Response:
    """Remove an empty zone."""
    return _zone_action(lambda: services.remove_zone(current_actor(), current_event().id, zone_id))


def _zone_action(act: Callable[[], object]) -> Response:
    try:
        with transaction():
            act()
    except DomainError as error:
        flash(str(error), "refused")
    else:
        flash(_("Saved."), "held")
    return redirect(url_for("events.tables"), 303)


def _zone_choices() -> list[SelectChoice]:
    zones = [SelectChoice(zone.id, zone.name) for zone in queries.zones_of(current_event().id)]
    return [SelectChoice(0, _("No zone")), *zones]
