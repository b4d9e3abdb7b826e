"""The owner's pages, behind two doors: logged in (``/my/…``) and by the secret status link (``/events/…/entry``).

Both doors lead to the same pages and rules; they differ in how the owner is known and in what is shown. A link is
forwarded in groups, so it shows little until the last four digits of the contact's phone are given, and never a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import Form

from matchmaking import clock, identity
from matchmaking.actor import Actor, ActorKind
from matchmaking.errors import DomainError, NotFound
from matchmaking.extensions import limiter
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.permissions import public, requires
from matchmaking.registration import hooks
from matchmaking.registration.forms.entries import (
    delegate_details,
    delegate_form,
    details_form,
    organization_details,
    place_errors,
)
from matchmaking.registration.forms.uploads import UploadField
from matchmaking.registration.models import Participation
from matchmaking.registration.queries import entries
from matchmaking.registration.routes.blueprint import bp, event_row, keep_files, sent
from matchmaking.registration.routes.people import form_values
from matchmaking.registration.services import teams
from matchmaking.registration.services.attachments import (
    MAX_ATTACHMENTS,
    attach_uploads,
    attachment_of,
    remove_attachment,
)
from matchmaking.registration.services.deciding import withdraw_participation
from matchmaking.registration.services.editing import can_edit, edit_entry, locked_entry
from matchmaking.registration.services.links import find_status_link, live_link, note_opened, prove_holder
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.routes import send_stored

#: How long the four digits open the pages behind a status link, in seconds.
PROVEN_FOR = 2 * 60 * 60
PROVEN = "status_entries"


@dataclass(frozen=True)
class Visit:
    """An owner at their entry."""

    entry: Participation
    actor: Actor
    door: str  # my or link

    def url(self, action: str, **values: Any) -> str:
        """Return the address of an action behind the same door."""
        return url_for(f"registration.{self.door}_{action}", **values)


class DocumentsForm(Form):
    """More photos or PDFs for an entry."""

    documents = UploadField(_l("Photos or PDF of NIB and certificates"), most=MAX_ATTACHMENTS)


def visit_by_login() -> Visit:
    """Return the logged-in person's entry, or answer 404."""
    actor = current_actor()
    mine = entries.own_participations(actor.user_id or 0, current_event().id)
    wanted = request.args.get("entry")
    chosen = [entry for entry in mine if wanted in (None, entry.code)]
    if not chosen:
        raise NotFound(_("You have no entry in this event. Ask the organiser if you should have one."))
    return Visit(chosen[0], actor, "my")


def visit_by_link() -> Visit:
    """Return the entry that the four digits have opened in this browser, or answer 404."""
    link_id, until = session.get(PROVEN, {}).get(current_event().code, (0, 0))
    link = live_link(link_id) if until > clock.now().timestamp() else None
    if link is None or link.event_id != current_event().id:
        raise NotFound(_("Please open your status link again and enter the last four digits of your phone number."))
    entry = entries.own_entry(link.subject_id)
    return Visit(entry, Actor(ActorKind.LINK, link.id, current_event().id), "link")


@bp.get("/events/<event_code>/status/<token>")
@limiter.limit("60 per minute")
@public
def status(token: str) -> str:
    """Say where an entry stands; reads little, because links are forwarded."""
    link = find_status_link(token, current_event().id)
    if link is None:
        raise NotFound(_("This link is not valid any more. Ask the organiser to send you a new one."))
    link_id, subject_id = link.id, link.subject_id
    if link.opened_at is None:
        with transaction():
            note_opened(link_id)
    entry = entries.own_entry(subject_id)
    return _status_page(token, entry)


@bp.post("/events/<event_code>/status/<token>")
@limiter.limit("10 per minute; 60 per hour")
@public
def prove_status(token: str) -> Response | tuple[str, int]:
    """Open the entry for writing with the last four digits of the contact's phone."""
    link = find_status_link(token, current_event().id)
    if link is None:
        raise NotFound(_("This link is not valid any more. Ask the organiser to send you a new one."))
    link_id, subject_id = link.id, link.subject_id
    with transaction():
        is_holder = prove_holder(link_id, request.form.get("digits", ""))
    if not is_holder:
        wrong = _("These are not the last four digits of the registered phone. After five wrong tries the link ends.")
        return _status_page(token, entries.own_entry(subject_id), wrong), 422
    until = clock.now().timestamp() + PROVEN_FOR
    session[PROVEN] = {**session.get(PROVEN, {}), current_event().code: (link_id, until)}
    return redirect(url_for(".link_entry"), code=303)


def _status_page(token: str, entry: Participation, wrong: str = "") -> str:
    held = entries.holds_back(entry)
    return render_template(
        "registration/status.html",
        token=token,
        entry=entry,
        name=entries.values_for_owner(entry)["legal_name"],
        missing=[] if held else entries.missing_of([entry])[entry.id],
        panels=hooks.panels_of(entry.id, "status"),
        wrong=wrong,
        event_row=event_row(),
    )


def show_entry(visit: Visit) -> str:
    """Show the owner their entry."""
    entry, event = visit.entry, event_row()
    held = entries.holds_back(entry)
    return render_template(
        "registration/entry.html",
        visit=visit,
        entry=entry,
        event_row=event,
        values=entries.values_for_owner(entry),
        may_edit=can_edit(event, entry),
        delegates=entries.delegates_of(entry.id),
        attachments=entries.attachments_of(entry.id),
        missing=[] if held else entries.missing_of([entry])[entry.id],
        panels=[] if held else hooks.panels_of(entry.id, "owner"),
        documents=DocumentsForm(),
    )


def edit_own_entry(visit: Visit) -> Response | tuple[str, int] | str:
    """Let the owner change their entry's values."""
    entry = visit.entry
    kind = details_form(entry.side)
    stored = {name: entries.values_for_owner(entry).get(name) for name in kind().data}
    form = kind(request.form if request.method == "POST" else None, data=form_values(stored))
    status_code = 200
    if request.method == "POST":
        try:
            with transaction():
                changed = edit_entry(visit.actor, entry.id, organization_details(form), by_owner=True)
        except DomainError as refusal:
            place_errors(form, refusal)
            status_code = refusal.status
        else:
            flash(_("Saved. The organiser sees what changed.") if changed else _("Nothing was changed."), "held")
            return redirect(visit.url("entry"), code=303)
    page = render_template(
        "registration/edit_entry.html",
        visit=visit,
        entry=entry,
        form=form,
        side=entry.side.value,
        phone=identity.mask_phone(stored.get("phone")),
        tax_number=identity.mask_tax_number(stored.get("tax_number")),
    )
    return page, status_code


def withdraw_own_entry(visit: Visit) -> Response:
    """Let the owner take their entry back."""
    return _act(
        visit,
        lambda: withdraw_participation(
            visit.actor, visit.entry.id, by_owner=True, reason=request.form.get("reason", "")
        ),
        _l("Your entry is withdrawn."),
    )


def add_own_delegate(visit: Visit) -> Response | tuple[str, int] | str:
    """Let the owner add a person."""
    form = delegate_form(visit.entry.side)(request.form if request.method == "POST" else None)
    entry_id = visit.entry.id
    if request.method == "POST":
        try:
            with transaction():
                teams.add_delegate(visit.actor, entry_id, delegate_details(form), by_owner=True)
        except DomainError as refusal:
            place_errors(form, refusal)
            return render_template("registration/own_delegate.html", visit=visit, form=form), refusal.status
        flash(_("The person is added."), "held")
        return redirect(visit.url("entry"), code=303)
    return render_template("registration/own_delegate.html", visit=visit, form=form)


def edit_own_delegate(visit: Visit, person: str) -> Response | tuple[str, int] | str:
    """Let the owner change a person."""
    delegate = teams.delegate_of(visit.entry.id, person)
    entry_id = visit.entry.id
    known = MultiDict({name: str(getattr(delegate, name) or "") for name in ("name", "office")})
    known["office_role"] = delegate.office_role.value
    form = delegate_form(visit.entry.side)(request.form if request.method == "POST" else known)
    facts = {"person": delegate.code, "phone": identity.mask_phone(delegate.phone), "email": delegate.email}
    facts["email"] = identity.mask_email(delegate.email)
    if request.method == "POST":
        try:
            with transaction():
                teams.edit_delegate(visit.actor, entry_id, person, delegate_details(form), by_owner=True)
        except DomainError as refusal:
            place_errors(form, refusal)
            page = render_template("registration/own_delegate.html", visit=visit, form=form, **facts)
            return page, refusal.status
        flash(_("The changes are saved."), "held")
        return redirect(visit.url("entry"), code=303)
    return render_template("registration/own_delegate.html", visit=visit, form=form, **facts)


def remove_own_delegate(visit: Visit, person: str) -> Response:
    """Let the owner take a person off."""
    return _act(
        visit,
        lambda: teams.remove_delegate(visit.actor, visit.entry.id, person, by_owner=True),
        _l("The person is removed."),
    )


def add_own_documents(visit: Visit) -> Response:
    """Let the owner send more photos or PDFs."""
    form = DocumentsForm(sent())
    if not keep_files(form):
        flash(" ".join(str(sentence) for sentence in form.documents.errors), "warning")
    codes, entry_id = form.documents.data, visit.entry.id
    if not codes:
        return redirect(visit.url("entry", _anchor="files"), code=303)

    def store() -> None:
        _event, participation = locked_entry(entry_id, by_owner=True)
        attach_uploads(participation, codes)

    return _act(visit, store, _l("The files are with the organiser."))


def remove_own_document(visit: Visit, file: str) -> Response:
    """Let the owner take a file back."""

    def remove() -> None:
        locked_entry(visit.entry.id, by_owner=True)
        remove_attachment(visit.actor, visit.entry.id, file)

    return _act(visit, remove, _l("The file is deleted."))


def _act(visit: Visit, act: Callable[[], object], done: Any) -> Response:
    target = visit.url("entry")
    try:
        with transaction():
            act()
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        flash(str(refusal), "warning")
    else:
        flash(done, "held")
    return redirect(target, code=303)


#: (action, address behind the door, methods, page)
_PAGES: tuple[tuple[str, str, list[str], Callable[..., Any]], ...] = (
    ("entry", "", ["GET"], show_entry),
    ("edit", "/edit", ["GET", "POST"], edit_own_entry),
    ("withdraw", "/withdraw", ["POST"], withdraw_own_entry),
    ("add_delegate", "/people", ["GET", "POST"], add_own_delegate),
    ("edit_delegate", "/people/<person>", ["GET", "POST"], edit_own_delegate),
    ("remove_delegate", "/people/<person>/remove", ["POST"], remove_own_delegate),
    ("add_documents", "/files", ["POST"], add_own_documents),
    ("remove_document", "/files/<file>/remove", ["POST"], remove_own_document),
)


def _open_door(
    door: str, address: str, find: Callable[[], Visit], mark: Callable[[Callable[..., Any]], Callable[..., Any]]
) -> None:
    for action, tail, methods, page in _PAGES:
        name = f"{door}_{action}"
        bp.add_url_rule(address + tail, name, mark(_behind(find, page, name)), methods=methods)


def _behind(find: Callable[[], Visit], page: Callable[..., Any], name: str) -> Callable[..., Any]:
    def view(**values: str) -> Any:
        return page(find(), **values)

    view.__name__, view.__doc__ = name, page.__doc__
    return view


_open_door("my", "/my/<event_code>/entry", visit_by_login, requires("entry.own"))
_open_door("link", "/events/<event_code>/entry", visit_by_link, public)


@bp.get("/my/<event_code>/entry/files/<file>")
@requires("entry.own")
def my_document(file: str) -> Response:
    """Send the owner one of their own files; only to who is logged in, never behind a link."""
    stored = attachment_of(visit_by_login().entry.id, file)
    return send_stored(stored, as_attachment=not stored.media_type.startswith("image/"))
