"""The public registration forms, and the page that says it worked."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask_babel import get_locale
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response
from wtforms import Form

from matchmaking import clock
from matchmaking.accounts.handover import handover_of, remember_handover, texts_of
from matchmaking.accounts.services.links import IssuedLink
from matchmaking.codes import new_token
from matchmaking.errors import DomainError, NotFound
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import limiter
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public
from matchmaking.registration import consents, hooks
from matchmaking.registration.commands import Registered, RegisterParticipant
from matchmaking.registration.forms.entries import (
    consent_of,
    delegates_of_form,
    organization_details,
    place_errors,
    registration_form,
    steps_data,
)
from matchmaking.registration.models import Participation, Side
from matchmaking.registration.queries.entries import contact_of, holds_back, missing_of, participation_of_event
from matchmaking.registration.routes.blueprint import bp, event_row, keep_files, sent
from matchmaking.registration.services.inviting import give_status_link
from matchmaking.registration.services.places import free_places
from matchmaking.registration.services.registering import (
    MAX_DELEGATES,
    FormSentBefore,
    is_window_open,
    register_participant,
)
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event

#: A hall shares one address: the limit stops programs, not a queue of people.
SUBMISSIONS = "12 per minute; 200 per hour"
DONE = "registered"


@bp.get("/events/<event_code>/register")
@public
def register() -> str:
    """Ask which side somebody comes for."""
    event = _open_event()
    if not is_window_open(event):
        return render_template("registration/closed.html", row=event, opens=_opens_later(event))
    free = {side.value: free_places(event, side) for side in Side}
    return render_template("registration/choose.html", row=event, free=free)


@bp.get("/events/<event_code>/register/<any(exhibitor, buyer):side>")
@public
def register_form(side: str) -> str:
    """Show the form of one side."""
    event = _open_event()
    if not is_window_open(event):
        return render_template("registration/closed.html", row=event, opens=_opens_later(event))
    form = registration_form(Side(side))()
    form.submission_key.data = new_token()
    return _page(event, Side(side), form)


@bp.post("/events/<event_code>/register/<any(exhibitor, buyer):side>")
@limiter.limit(SUBMISSIONS)
@public
def register_submit(side: str) -> Response | tuple[str, int] | str:
    """Store what was sent, or show it again with what is wrong."""
    event = _open_event()
    if not is_window_open(event):
        return render_template("registration/closed.html", row=event, opens=_opens_later(event)), 409
    form = registration_form(Side(side))(sent())
    is_kept = keep_files(form)
    if "add_delegate" in request.form and len(form.delegates) < MAX_DELEGATES:
        form.delegates.append_entry()
        return _page(event_row(), Side(side), form)
    if not is_kept or form.nickname.data:
        if form.nickname.data:
            form.nickname.errors = [
                _("This field is there to catch programs. If you are a person, empty it and send again.")
            ]
        return _page(event_row(), Side(side), form), 422
    try:
        with transaction():
            outcome = register_participant(current_actor(), _command(Side(side), form))
            link = give_status_link(current_actor(), outcome.participation_id, form.submission_key.data)
    except DomainError as refusal:
        place_errors(form, refusal)
        if isinstance(refusal, FormSentBefore):
            form.submission_key.data = new_token()
        return _page(event_row(), Side(side), form), refusal.status
    except IntegrityError:
        form.form_errors.append(_("Somebody sent the same entry at this very moment. Please send it once more."))
        return _page(event_row(), Side(side), form), 409
    _remember(outcome, link)
    return redirect(url_for(".registered"), code=303)


@bp.get("/events/<event_code>/registered")
@public
def registered() -> Response | str:
    """Say that it worked, and hand over the status link; only to the browser that registered."""
    code, link_id = session.get(DONE, {}).get(current_event().code, ("", 0))
    issued = handover_of(link_id)
    if issued is None:
        return redirect(url_for(".register"))
    entry = participation_of_event(current_event().id, code)
    contact = contact_of(entry.id)
    return render_template(
        "registration/registered.html",
        entry=entry,
        contact=contact,
        link=texts_of(issued, contact.name.split()[0] if contact else entry.code),
        missing=_missing(entry),
    )


def _missing(entry: Participation) -> list[hooks.Missing]:
    return [] if holds_back(entry) else missing_of([entry])[entry.id]


def _remember(outcome: Registered, link: IssuedLink) -> None:
    remember_handover(link)
    session[DONE] = {**session.get(DONE, {}), current_event().code: (outcome.code, link.id)}


def _open_event() -> Event:
    event = event_row()
    if event.state is EventState.DRAFT:
        raise NotFound(_("There is no event at this address. Please check the link."))
    return event


def _opens_later(event: Event) -> bool:
    return event.registration_opens_at is not None and clock.now() < event.registration_opens_at


def _command(side: Side, form: Form) -> RegisterParticipant:
    return RegisterParticipant(
        event_id=current_event().id,
        side=side,
        organization=organization_details(form),
        delegates=delegates_of_form(form),
        submission_key=(form.submission_key.data or new_token())[:40],
        consent=consent_of(form, str(get_locale() or "id")),
        steps=steps_data(form, side),
        uploads=form.documents.data if "documents" in form else (),
    )


def _page(event: Event, side: Side, form: Form) -> str:
    return render_template(
        "registration/register.html",
        row=event,
        side=side.value,
        form=form,
        steps=hooks.steps_of(side),
        consent_texts={text.purpose: text.text for text in consents.ALL},
        is_full=free_places(event, side) == 0,
    )
