"""Staff's work on one entry: its values, people, teams, files, planning; and what must be handed over or typed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from matchmaking import identity
from matchmaking.accounts.handover import hand_over_url
from matchmaking.accounts.services.access_log import note_access
from matchmaking.accounts.services.links import issue_account_link, issue_status_link
from matchmaking.errors import DomainError
from matchmaking.events.models import MeetingTable, Zone
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.permissions import requires
from matchmaking.registration.forms.entries import (
    delegate_details,
    delegate_form,
    details_form,
    offered,
    organization_details,
    place_errors,
)
from matchmaking.registration.forms.staff import PlanningForm
from matchmaking.registration.models import Participation
from matchmaking.registration.queries import participants
from matchmaking.registration.routes.blueprint import bp
from matchmaking.registration.routes.staff import entry_of
from matchmaking.registration.services import teams
from matchmaking.registration.services.attachments import attachment_of, mark_typed, remove_attachment
from matchmaking.registration.services.editing import KEPT_WHEN_EMPTY, edit_entry
from matchmaking.registration.services.planning import PlanEntry, plan_entry
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.paging import page_number
from matchmaking.web.routes import send_stored


def back(code: str, anchor: str | None = None) -> Response:
    """Return to the entry's page."""
    return redirect(url_for(".participant", code=code, _anchor=anchor), code=303)


def form_values(values: dict[str, Any]) -> dict[str, Any]:
    """Return stored values as a form shows them; what is masked on pages is left empty and kept when it stays so."""
    shown = {name: value for name, value in values.items() if name not in KEPT_WHEN_EMPTY - {"email"}}
    for name, value in shown.items():
        if isinstance(value, bool):
            shown[name] = "yes" if value else "no"
        elif isinstance(value, list):
            shown[name] = ", ".join(value)
        elif value is None:
            shown[name] = ""
        else:
            shown[name] = str(getattr(value, "value", value))
    return shown


@bp.route("/manage/<event_code>/participants/<code>/edit", methods=["GET", "POST"])
@requires("registration.manage")
def edit_participant(code: str) -> Response | tuple[str, int] | str:
    """Change an entry's values on behalf of its owner."""
    entry = entry_of(code)
    names = details_form(entry.side)().data.keys()
    stored = {name: getattr(entry.organization, name) for name in names}
    form = details_form(entry.side)(request.form if request.method == "POST" else None, data=form_values(stored))
    if request.method == "POST":
        try:
            with transaction():
                edit_entry(current_actor(), entry.id, organization_details(form), by_owner=False)
        except DomainError as refusal:
            place_errors(form, refusal)
            return render_template(
                "registration/edit_participant.html", entry=entry_of(code), form=form
            ), refusal.status
        flash(_("The changes are saved."), "held")
        return back(code)
    return render_template("registration/edit_participant.html", entry=entry, form=form)


@bp.route("/manage/<event_code>/participants/<code>/planning", methods=["GET", "POST"])
@requires("registration.manage")
def plan_participant(code: str) -> Response | tuple[str, int] | str:
    """Set table, zone, number of meetings and the note of an entry."""
    entry = entry_of(code)
    names = ("home_table_id", "zone_id", "min_meetings", "max_meetings", "staff_note")
    form = PlanningForm(
        request.form if request.method == "POST" else None,
        data={name: getattr(entry, name) if getattr(entry, name) is not None else "" for name in names},
    )
    _fill_choices(form, entry)
    if request.method == "POST":
        try:
            with transaction():
                plan_entry(current_actor(), entry.id, _plan(form))
        except DomainError as refusal:
            place_errors(form, refusal)
            return render_template("registration/planning.html", entry=entry_of(code), form=form), refusal.status
        flash(_("The changes are saved."), "held")
        return back(code)
    return render_template("registration/planning.html", entry=entry, form=form)


def _fill_choices(form: PlanningForm, entry: Participation) -> None:
    tables = db.session.scalars(
        sa.select(MeetingTable)
        .where(MeetingTable.event_id == entry.event_id, MeetingTable.retired_at.is_(None))
        .order_by(MeetingTable.number)
    )
    zones = db.session.scalars(sa.select(Zone).where(Zone.event_id == entry.event_id).order_by(Zone.name))
    form.home_table_id.choices = offered([("", _("No fixed table")), *((str(t.id), t.name) for t in tables)])
    form.zone_id.choices = offered([("", _("Any zone")), *((str(z.id), z.name) for z in zones)])


def _plan(form: PlanningForm) -> PlanEntry:
    return PlanEntry(
        home_table_id=read_row_number(form.home_table_id.data),
        zone_id=read_row_number(form.zone_id.data),
        min_meetings=form.min_meetings.data,
        max_meetings=form.max_meetings.data,
        staff_note=form.staff_note.data or "",
    )


@bp.route("/manage/<event_code>/participants/<code>/people", methods=["GET", "POST"])
@requires("registration.manage")
def add_delegate(code: str) -> Response | tuple[str, int] | str:
    """Add a person to an entry."""
    entry = entry_of(code)
    form = delegate_form(entry.side)(request.form if request.method == "POST" else None)
    if request.method == "POST":
        try:
            with transaction():
                teams.add_delegate(current_actor(), entry.id, delegate_details(form), by_owner=False)
        except DomainError as refusal:
            place_errors(form, refusal)
            return render_template("registration/delegate.html", entry=entry_of(code), form=form), refusal.status
        flash(_("The person is added."), "held")
        return back(code, "people")
    return render_template("registration/delegate.html", entry=entry, form=form)


@bp.route("/manage/<event_code>/participants/<code>/people/<person>", methods=["GET", "POST"])
@requires("registration.manage")
def edit_delegate(code: str, person: str) -> Response | tuple[str, int] | str:
    """Change a person of an entry."""
    entry = entry_of(code)
    delegate = teams.delegate_of(entry.id, person)
    known = MultiDict({name: str(getattr(delegate, name) or "") for name in ("name", "email", "office")})
    known["office_role"] = delegate.office_role.value
    form = delegate_form(entry.side)(request.form if request.method == "POST" else known)
    if request.method == "POST":
        try:
            with transaction():
                teams.edit_delegate(current_actor(), entry.id, person, delegate_details(form), by_owner=False)
        except DomainError as refusal:
            place_errors(form, refusal)
            page = render_template("registration/delegate.html", entry=entry_of(code), form=form, person=person)
            return page, refusal.status
        flash(_("The changes are saved."), "held")
        return back(code, "people")
    return render_template(
        "registration/delegate.html",
        entry=entry,
        form=form,
        person=person,
        phone=identity.mask_phone(delegate.phone),
    )


def _people_action(code: str, act: Callable[[int], object], done: Any) -> Response:
    entry_id = entry_of(code).id
    try:
        with transaction():
            act(entry_id)
    except DomainError as refusal:
        flash(str(refusal), "warning")
    else:
        flash(done, "held")
    return back(code, "people")


@bp.post("/manage/<event_code>/participants/<code>/people/<person>/remove")
@requires("registration.manage")
def remove_delegate(code: str, person: str) -> Response:
    """Take a person off an entry."""
    return _people_action(
        code,
        lambda entry_id: teams.remove_delegate(current_actor(), entry_id, person, by_owner=False),
        _l("The person is removed."),
    )


@bp.post("/manage/<event_code>/participants/<code>/people/<person>/contact")
@requires("registration.manage")
def make_contact(code: str, person: str) -> Response:
    """Make a person the contact."""
    return _people_action(
        code,
        lambda entry_id: teams.make_contact(current_actor(), entry_id, person, by_owner=False),
        _l("This person is the contact now."),
    )


@bp.post("/manage/<event_code>/participants/<code>/seat")
@requires("registration.manage")
def seat_delegate(code: str) -> Response:
    """Seat a person in another team."""
    position, person = read_row_number(request.form.get("team")) or 0, request.form.get("person", "")
    return _people_action(
        code,
        lambda entry_id: teams.move_delegate(current_actor(), entry_id, person, position),
        _l("The person sits in the other team now."),
    )


@bp.post("/manage/<event_code>/participants/<code>/people/<person>/reveal")
@requires("registration.manage")
def reveal_phone(code: str, person: str) -> str:
    """Show a person's phone and e-mail; who looked is written down."""
    entry = entry_of(code)
    with transaction():
        delegate = teams.delegate_of(entry.id, person)
        note_access(current_actor(), "contact.revealed", ("delegate", delegate.id))
        phone, email = delegate.phone, delegate.email
    return render_template("registration/_contact.html", phone=phone, email=email)


@bp.post("/manage/<event_code>/participants/<code>/teams")
@requires("registration.manage")
def add_team(code: str) -> Response:
    """Add a team."""
    name = request.form.get("name", "")
    return _people_action(
        code, lambda entry_id: teams.add_team(current_actor(), entry_id, name), _l("The team is added.")
    )


@bp.post("/manage/<event_code>/participants/<code>/teams/<int:position>/remove")
@requires("registration.manage")
def remove_team(code: str, position: int) -> Response:
    """Remove a team."""
    return _people_action(
        code,
        lambda entry_id: teams.remove_team(current_actor(), entry_id, position),
        _l("The team is removed; its people sit in the first one."),
    )


@bp.get("/manage/<event_code>/participants/<code>/files/<file>")
@requires("registration.manage")
def attachment(code: str, file: str) -> Response:
    """Send one of an entry's private files; who looked is written down."""
    stored = attachment_of(entry_of(code).id, file)
    with transaction():
        note_access(current_actor(), "attachment.opened", ("stored_file", stored.id))
    return send_stored(stored, as_attachment=not stored.media_type.startswith("image/"))


@bp.post("/manage/<event_code>/participants/<code>/files/<file>/typed")
@requires("registration.manage")
def attachment_typed(code: str, file: str) -> Response:
    """Take a file off the queue of those to be typed in."""
    entry_id = entry_of(code).id
    with transaction():
        mark_typed(current_actor(), entry_id, file)
    flash(_("Noted: this file has been typed in."), "held")
    if request.form.get("next") == "queue":
        return redirect(url_for(".documents"), code=303)
    return back(code, "files")


@bp.post("/manage/<event_code>/participants/<code>/files/<file>/remove")
@requires("registration.manage")
def attachment_remove(code: str, file: str) -> Response:
    """Delete a file of an entry."""
    entry_id = entry_of(code).id
    with transaction():
        remove_attachment(current_actor(), entry_id, file)
    flash(_("The file is deleted."), "held")
    return back(code, "files")


@bp.get("/manage/<event_code>/documents")
@requires("registration.manage")
def documents() -> str:
    """List the files whose content staff have to type in."""
    page = participants.documents_to_type(current_event().id, page_number())
    return render_template("registration/documents.html", page=page)


@bp.get("/manage/<event_code>/handover")
@requires("registration.manage")
def handover_list() -> str:
    """List the approved contacts who still need their invitation."""
    page = participants.contacts_to_reach(current_event().id, page_number())
    return render_template("registration/handover.html", page=page)


@bp.post("/manage/<event_code>/participants/<code>/people/<person>/hand-over")
@requires("registration.manage")
def hand_over(code: str, person: str) -> Response:
    """Make a new link for a person and show it ready for WhatsApp, paper or reading out; the one before ends.

    Whoever has an account is given the link to it; everybody else, or when asked for, the entry's status link.
    """
    entry = entry_of(code)
    delegate = teams.delegate_of(entry.id, person)
    entry_id, event_id, user_id = entry.id, entry.event_id, delegate.user_id
    with transaction():
        if user_id and request.form.get("kind") != "status":
            issued = issue_account_link(current_actor(), user_id, event_id)
        else:
            issued = issue_status_link(current_actor(), entry_id, event_id)
    return redirect(hand_over_url(issued), code=303)
