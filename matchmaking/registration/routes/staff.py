"""The organiser's pages: the list, one entry with everything, decisions, entries made on behalf of others."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response
from wtforms import Form

from matchmaking.codes import new_token
from matchmaking.errors import DomainError, InvalidInput, NotFound
from matchmaking.events.models import Event
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext
from matchmaking.permissions import requires
from matchmaking.regions import regency_choices
from matchmaking.registration import hooks
from matchmaking.registration.commands import ConsentGiven, RegisterParticipant
from matchmaking.registration.forms.entries import (
    delegates_of_form,
    organization_details,
    place_errors,
    registration_form,
    steps_data,
)
from matchmaking.registration.models import Participation, ParticipationState, Side
from matchmaking.registration.queries import entries, participants
from matchmaking.registration.queries.duplicates import count_duplicates
from matchmaking.registration.queries.participants import ParticipantFilter
from matchmaking.registration.routes.blueprint import bp, draw_panels, event_row, keep_files, sent
from matchmaking.registration.services import copying, deciding
from matchmaking.registration.services.places import free_places, places_of
from matchmaking.registration.services.registering import MAX_DELEGATES, FormSentBefore, register_participant
from matchmaking.registration.services.revisions import decide_pending, mark_seen
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.paging import page_number

DECISIONS = ("approve", "refuse", "waitlist", "withdraw", "reopen")


def entry_of(code: str) -> Participation:
    """Return the entry of the address, or answer 404."""
    return entries.participation_of_event(current_event().id, code)


@bp.get("/manage/<event_code>/participants")
@requires("registration.read")
def participants_list() -> str:
    """List the event's participants."""
    event, wanted = event_row(), _wanted()
    counts = participants.counts_by_state(event.id)
    places = {side: (places_of(event, side), free_places(event, side)) for side in Side}
    waitlisted = {side: counts.get((side, ParticipationState.WAITLISTED), 0) for side in Side}
    return render_template(
        "registration/participants.html",
        page=participants.participants_page(event.id, wanted, page_number()),
        wanted=wanted,
        counts=counts,
        places=places,
        can_fill=any(waitlisted[side] and places[side][1] != 0 for side in Side),
        filters=hooks.list_filters(),
        regencies=regency_choices(),
        duplicates=count_duplicates(event.id),
        documents=participants.count_documents_to_type(event.id),
        to_reach=participants.count_contacts_to_reach(event.id),
    )


def _wanted() -> ParticipantFilter:
    given = request.args
    return ParticipantFilter(
        side=given["side"] if given.get("side") in set(Side) else "",
        state=given["state"] if given.get("state") in set(ParticipationState) else "",
        regency=given.get("regency", "")[:10],
        missing=given["missing"] if given.get("missing") in ("yes", "no") else "",
        changed="yes" if given.get("changed") == "yes" else "",
        text=given.get("q", "")[:100],
        others={one.name: given[one.name][:60] for one in hooks.list_filters() if given.get(one.name)},
    )


@bp.get("/manage/<event_code>/participants/<code>")
@requires("registration.read")
def participant(code: str) -> str:
    """Show one entry with everything staff need to decide."""
    entry = entry_of(code)
    return render_template(
        "registration/participant.html",
        entry=entry,
        delegates=entries.delegates_of(entry.id),
        teams=entries.teams_of(entry.id),
        missing=entries.missing_of([entry])[entry.id],
        revisions=entries.revisions_of(entry.id),
        pending=entries.pending_revision(entry.id),
        unseen=entries.unseen_changes([entry.id]).get(entry.id, 0),
        consents=entries.consents_of(entry.id),
        attachments=entries.attachments_of(entry.id),
        panels=draw_panels(entry.id, "staff"),
    )


@bp.post("/manage/<event_code>/participants/<code>/decide")
@requires("registration.decide")
def decide(code: str) -> Response:
    """Approve, refuse, put on the waiting list, withdraw or reopen one entry."""
    entry_id, given = entry_of(code).id, request.form
    version = given.get("version", type=int)
    action, actor = given.get("action", ""), current_actor()
    if action not in DECISIONS:
        raise InvalidInput(_("Please choose one of the answers."))
    try:
        with transaction():
            if action == "refuse":
                deciding.refuse_participation(actor, entry_id, given.get("reason", ""), version)
            elif action == "withdraw":
                deciding.withdraw_participation(
                    actor, entry_id, by_owner=False, reason=given.get("reason", ""), expected_version=version
                )
            else:
                act = {
                    "approve": deciding.approve_participation,
                    "waitlist": deciding.waitlist_participation,
                    "reopen": deciding.reopen_participation,
                }[action]
                act(actor, entry_id, version)
    except StaleDataError:
        flash(_("Somebody else changed this entry at this very moment. Please look at it again."), "warning")
    except DomainError as refusal:
        flash(str(refusal), "warning")
    else:
        flash(_done(action), "held")
    return redirect(url_for(".participant", code=code), code=303)


def _done(action: str) -> str:
    return {
        "approve": _("The entry is approved."),
        "refuse": _("The entry is refused; the participant can read the reason."),
        "waitlist": _("The entry is on the waiting list."),
        "withdraw": _("The entry is withdrawn; its place is free."),
        "reopen": _("The entry waits for a decision again."),
    }[action]


@bp.post("/manage/<event_code>/participants/approve")
@requires("registration.decide")
def approve_selected() -> Response:
    """Approve the chosen entries; those that cannot be are named with the reason."""
    chosen = participants.chosen_participations(current_event().id, request.form.getlist("selected"))
    versions = [(p.id, p.row_version) for p in chosen if p.state is not ParticipationState.APPROVED]
    with transaction():
        outcome = deciding.approve_many(current_actor(), versions)
    if outcome.done:
        flash(ngettext("%(num)s entry is approved.", "%(num)s entries are approved.", len(outcome.done)), "held")
    for skipped in outcome.skipped[:5]:
        flash(f"{skipped.code}: {skipped.sentence}", "warning")
    if not outcome.done and not outcome.skipped:
        flash(_("Nothing was selected that waits for approval."), "warning")
    return redirect(url_for(".participants_list"), code=303)


@bp.post("/manage/<event_code>/participants/fill-places")
@requires("registration.decide")
def fill_places() -> Response:
    """Move waiting entries up while places are free."""
    with transaction():
        moved = deciding.fill_places(current_actor(), current_event().id)
    flash(ngettext("%(num)s entry moved up.", "%(num)s entries moved up.", moved), "held" if moved else "warning")
    return redirect(url_for(".participants_list", state="submitted"), code=303)


@bp.post("/manage/<event_code>/participants/<code>/seen")
@requires("registration.manage")
def changes_seen(code: str) -> Response:
    """Note that staff have looked at the changes."""
    entry_id = entry_of(code).id
    with transaction():
        mark_seen(current_actor(), entry_id)
    return redirect(url_for(".participant", code=code, _anchor="changes"), code=303)


@bp.post("/manage/<event_code>/participants/<code>/values")
@requires("registration.decide")
def accept_values(code: str) -> Response:
    """Accept or decline the values that a returning organisation gave."""
    entry_id = entry_of(code).id
    accepted = set(request.form.getlist("field")) if request.form.get("action") == "accept" else set()
    try:
        with transaction():
            written = decide_pending(current_actor(), entry_id, accepted)
    except DomainError as refusal:
        flash(str(refusal), "warning")
    else:
        flash(
            ngettext("%(num)s value was taken over.", "%(num)s values were taken over.", len(written))
            if written
            else _("The record stays as it was."),
            "held",
        )
    return redirect(url_for(".participant", code=code), code=303)


@bp.get("/manage/<event_code>/participants/new/<side>")
@requires("registration.manage")
def new_participant(side: str) -> str:
    """Show the form, for staff to fill in on behalf of somebody."""
    form = registration_form(_side(side))()
    form.submission_key.data = new_token()
    return _new_page(_side(side), form)


@bp.post("/manage/<event_code>/participants/new/<side>")
@requires("registration.manage")
def create_participant(side: str) -> Response | tuple[str, int] | str:
    """Store an entry made on behalf of somebody."""
    form = registration_form(_side(side))(sent())
    is_kept = keep_files(form)
    if "add_delegate" in request.form and len(form.delegates) < MAX_DELEGATES:
        form.delegates.append_entry()
        return _new_page(_side(side), form)
    if not is_kept:
        return _new_page(_side(side), form), 422
    try:
        with transaction():
            outcome = register_participant(current_actor(), _staff_command(_side(side), form))
    except DomainError as refusal:
        place_errors(form, refusal)
        if isinstance(refusal, FormSentBefore):
            form.submission_key.data = new_token()
        return _new_page(_side(side), form), refusal.status
    except IntegrityError:
        form.form_errors.append(_("Somebody sent the same entry at this very moment. Please send it once more."))
        return _new_page(_side(side), form), 409
    flash(_("The entry is stored."), "held")
    return redirect(url_for(".participant", code=outcome.code), code=303)


def _side(text: str) -> Side:
    try:
        return Side(text)
    except ValueError as error:
        raise NotFound(_("This page does not exist. Please check the link or go back.")) from error


def _staff_command(side: Side, form: Form) -> RegisterParticipant:
    agreed = ("registration",) if form.consent_registration.data else ()
    return RegisterParticipant(
        event_id=current_event().id,
        side=side,
        organization=organization_details(form),
        delegates=delegates_of_form(form),
        origin="staff",
        submission_key=(form.submission_key.data or new_token())[:40],
        consent=ConsentGiven(agreed, str(get_locale() or "id")) if agreed else None,
        steps=steps_data(form, side),
        uploads=form.documents.data if "documents" in form else (),
    )


def _new_page(side: Side, form: Form) -> str:
    return render_template("registration/new_participant.html", side=side.value, form=form, steps=hooks.steps_of(side))


@bp.get("/manage/<event_code>/returning")
@requires("registration.decide")
def returning() -> str:
    """Offer the organisations of an earlier event that are not in this one yet."""
    events = participants.earlier_events(current_actor(), current_event().id)
    source = _source(request.args.get("from", ""))
    rows = copying.returning(source.id, current_event().id, Side) if source else []
    return render_template("registration/returning.html", events=events, source=source, rows=rows)


@bp.post("/manage/<event_code>/returning")
@requires("registration.decide")
def take_over() -> Response:
    """Take the chosen organisations over from an earlier event."""
    source, chosen = _source(request.form.get("from", "")), set(request.form.getlist("selected"))
    if source is None:
        raise NotFound(_("There is no event at this address. Please check the link."))
    source_id = source.id
    with transaction():
        count = copying.take_over(current_actor(), source_id, current_event().id, Side, chosen)
    flash(
        ngettext("%(num)s organisation was taken over.", "%(num)s organisations were taken over.", count),
        "held" if count else "warning",
    )
    return redirect(url_for(".participants_list", state="submitted"), code=303)


def _source(code: str) -> Event | None:
    """Return the earlier event of that code, when this organiser may see its entries."""
    mine = participants.earlier_events(current_actor(), current_event().id)
    return next((event for event in mine if event.code == code), None)
