"""A substitute at the door: who came in whose place, and taking that back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.attendance.forms.check_in import SubstituteForm, substitute_form
from matchmaking.attendance.queries.door import DoorPerson, door_people
from matchmaking.attendance.queries.presence import present_delegates
from matchmaking.attendance.routes.blueprint import attendance
from matchmaking.attendance.services.substitutes import RecordSubstitute, record_substitute, undo_substitute
from matchmaking.codes import new_code
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.registration.commands import DelegateDetails
from matchmaking.registration.models import Delegate
from matchmaking.registration.services.registering import FormSentBefore
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems


@attendance.get("/check-in/<event_code>/substitute/<delegate_code>")
@requires("check_in.use")
def substitute(delegate_code: str) -> str:
    """Show the form for who came instead."""
    person = _person(delegate_code)
    form = substitute_form(person.side, formdata=False)
    form.form_key.data = new_code(20)
    return _page(person, form)


@attendance.post("/check-in/<event_code>/substitute/<delegate_code>")
@requires("check_in.use")
def record_substitution(delegate_code: str) -> Response | tuple[str, int]:
    """Store the substitute and let them in."""
    person = _person(delegate_code)
    form = substitute_form(person.side)
    if form.validate_on_submit():
        try:
            with transaction():
                stored = record_substitute(current_actor(), _command(delegate_code, form))
        except (InvalidInput, Conflict) as error:
            show_problems(form, error)
            if isinstance(error, FormSentBefore):
                form.form_key.data = new_code(20)
        else:
            return redirect(url_for(".check_in", scan=stored.scan_key), code=303)
    return _page(person, form), 422


@attendance.post("/check-in/<event_code>/substitute/<delegate_code>/undo")
@requires("check_in.use")
def undo_substitution(delegate_code: str) -> Response:
    """Take the substitution back: the person of the badge is here after all."""
    with transaction():
        undo_substitute(current_actor(), current_event().id, delegate_code)
    flash(_("The substitution is taken back. The first badge is valid again."), "held")
    return redirect(url_for(".check_in"), code=303)


def _person(delegate_code: str) -> DoorPerson:
    event_id = current_event().id
    delegate_id = db.session.scalar(
        sa.select(Delegate.id).where(Delegate.event_id == event_id, Delegate.code == delegate_code)
    )
    person = door_people([delegate_id], event_id).get(delegate_id or 0)
    if person is None:
        raise NotFound(_("This person is not in the event any more."))
    return person


def _page(person: DoorPerson, form: SubstituteForm) -> str:
    today: Any = clock.today(current_event().timezone)
    is_inside = person.delegate_id in present_delegates(current_event().id, today)
    return render_template("attendance/check_in_substitute.html", person=person, form=form, is_inside=is_inside)


def _command(delegate_code: str, form: SubstituteForm) -> RecordSubstitute:
    return RecordSubstitute(
        current_event().id,
        delegate_code,
        form.form_key.data or "",
        DelegateDetails(
            name=form.name.data or "",
            phone=form.phone.data or "",
            office=form.office.data or "",
            office_role=form.office_role.data or "",
        ),
        has_letter=bool(form.has_letter.data),
        note=form.note.data or "",
        was_here=form.was_here.data == "yes",
    )
