"""Walk-ins: one screen for the form, and the same screen for the answer."""

from __future__ import annotations

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from matchmaking import clock
from matchmaking.attendance.badge_codes import show_short_code
from matchmaking.attendance.forms.walk_in import WalkInForm, prepare, read_walk_in
from matchmaking.attendance.queries.walk_in import free_times, known_names, meetable
from matchmaking.attendance.routes.blueprint import attendance, day_tabs
from matchmaking.attendance.seat_models import SeatReason
from matchmaking.attendance.services.badges import live_badge
from matchmaking.attendance.services.day_seats import SeatPair, SeatTaken, seat_pair, undo_seat
from matchmaking.attendance.services.walk_ins import register_walk_in
from matchmaking.codes import new_code
from matchmaking.documents.qr import qr_code
from matchmaking.errors import DomainError, InvalidInput, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale
from matchmaking.permissions import requires
from matchmaking.registration.models import Delegate, Side
from matchmaking.registration.services.registering import FormSentBefore
from matchmaking.scheduling.errors import NotPossible
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems
from matchmaking.web.navigation import optional_url

#: What is shown as refused at another field than the service names it.
_FIELDS = {"legal_name": "organization", "delegates-0-name": "name", "delegates-0-phone": "phone",
           "delegates-0-office_role": "office_role"}  # fmt: skip


def _side() -> Side:
    return Side.EXHIBITOR if request.args.get("side") == Side.EXHIBITOR.value else Side.BUYER


@attendance.get("/manage/<event_code>/walk-in")
@requires("walk_in.register")
def walk_in() -> str:
    """Show the form, and above it who has just come in."""
    form = WalkInForm(formdata=None)
    form.form_key.data = new_code(20)
    return _page(form)


@attendance.post("/manage/<event_code>/walk-in", endpoint="register_walk_in")
@requires("walk_in.register")
def register_walk_in_form() -> Response | tuple[str, int]:
    """Register a walk-in, let them in and note whom they want to meet."""
    form = WalkInForm()
    try:
        with transaction():
            done = register_walk_in(current_actor(), read_walk_in(form, current_event().id, _side(), select_locale()))
    except IntegrityError:
        form.form_errors.append(_("Somebody sent the same entry at this very moment. Please send it once more."))
        return _page(form), 409
    except DomainError as refusal:
        refusal.fields = {_FIELDS.get(name, name): text for name, text in refusal.fields.items()}
        show_problems(form, refusal)
        if isinstance(refusal, FormSentBefore):
            form.form_key.data = new_code(20)
        return _page(form), refusal.status
    return redirect(url_for("attendance.walk_in", side=_side().value, done=done.delegate_code), code=303)


@attendance.post("/manage/<event_code>/walk-in/seat")
@requires("walk_in.register")
def seat_walk_in() -> Response:
    """Seat the one who has just come in with somebody they wish to meet, in a slot in which both are free."""
    given = request.form
    exhibitor, buyer, slot_id = (read_row_number(given.get(name)) for name in ("exhibitor", "buyer", "slot_id"))
    if exhibitor is None or buyer is None or slot_id is None:
        raise InvalidInput(_("The page is out of date. Please open it again."))
    wanted = SeatPair(
        current_event().id, exhibitor, buyer, slot_id, given.get("key", "")[:40], reason=SeatReason.WALK_IN
    )
    try:
        with transaction():
            done = seat_pair(current_actor(), wanted)
    except (SeatTaken, NotPossible) as refusal:
        flash(str(refusal), "warning")
    else:
        names = f"{done.exhibitor} – {done.buyer}"
        flash(_("Seated at table %(table)s: %(names)s. Both are told.", table=done.table, names=names), "held")
    return _back()


@attendance.post("/manage/<event_code>/walk-in/seat/undo")
@requires("walk_in.register")
def undo_walk_in_seat() -> Response:
    """Take the seating back."""
    try:
        with transaction():
            done = undo_seat(current_actor(), current_event().id, request.form.get("key", "")[:40])
    except SeatTaken as refusal:
        flash(str(refusal), "warning")
    else:
        names = f"{done.exhibitor} – {done.buyer}"
        flash(_("Taken back: %(names)s are not seated any more.", names=names), "held")
    return _back()


def _back() -> Response:
    done = request.form.get("done", "")[:20]
    return redirect(url_for("attendance.walk_in", side=_side().value, done=done or None), code=303)


def _page(form: WalkInForm) -> str:
    event, side = current_event(), _side()
    version = published_version(event.id)
    partners = meetable(event.id, side, version, clock.now())
    prepare(form, side).wished.choices = [SelectChoice(row.code, row.name) for row in partners]
    return render_template(
        "attendance/walk_in.html",
        form=form,
        side=side.value,
        names=known_names(event.id, side),
        partners=partners,
        done=_done(),
        day_tab_list=day_tabs(),
    )


def _done() -> dict[str, object] | None:
    """Return what the desk shows and says to the person who has just come in."""
    code = request.args.get("done")
    if not code:
        return None
    event = db.session.get_one(Event, current_event().id)
    delegate = db.session.scalar(sa.select(Delegate).where(Delegate.event_id == event.id, Delegate.code == code))
    if delegate is None:
        raise NotFound(_("This person is not in the event any more."))
    badge = live_badge(delegate.id) if event.has_badges else None
    times = free_times(delegate.participation_id, published_version(event.id), clock.now())
    return {
        "person": delegate,
        "badge": badge,
        "short_code": show_short_code(badge.short_code) if badge else "",
        "qr": qr_code(badge.code) if badge else None,
        "print_url": optional_url("attendance.print_badges") if badge else None,
        "times": times,
        "new_key": lambda: new_code(20),
    }
