"""The owner's pages, behind two doors: logged in (``/my/…``) and by the secret status link (``/events/…/entry``).

Both doors lead to the same pages and rules; they differ in how the owner is known and in what is shown. A link is
forwarded in groups, so it shows little until the last four digits of the contact's phone are given, and never a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import Form

from matchmaking import identity
from matchmaking.accounts.link_access import is_proved, opened_link
from matchmaking.accounts.models import AccessLink, LinkPurpose
from matchmaking.accounts.services.links import link_actor
from matchmaking.actor import Actor
from matchmaking.errors import DomainError, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.permissions import public, requires
from matchmaking.registration import consents
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
from matchmaking.registration.routes.blueprint import bp, draw_panels, event_row, keep_files, sent
from matchmaking.registration.routes.people import form_values
from matchmaking.registration.services import teams
from matchmaking.registration.services.attachments import (
    MAX_ATTACHMENTS,
    attach_uploads,
    attachment_of,
    remove_attachment,
)
from matchmaking.registration.services.consenting import choose_consents
from matchmaking.registration.services.deciding import withdraw_participation
from matchmaking.registration.services.editing import can_edit, edit_entry, locked_entry
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.routes import send_stored


@dataclass(frozen=True)
class Visit:
    """An owner at their entry."""

    entry: Participation
    actor: Actor
    door: str  # my or link
    others: tuple[Participation, ...] = ()  # further entries this person comes for

    def url(self, action: str, **values: Any) -> str:
        """Return the address of an action behind the same door."""
        if self.door == "link":
            values["code"] = self.entry.code
        elif len(self.others) > 1:
            values["entry"] = self.entry.code
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
    return Visit(chosen[0], actor, "my", tuple(mine))


def opened_entry(code: str) -> tuple[AccessLink, Participation]:
    """Return the entry with the status link that this browser opened, or answer 404."""
    entry = entries.participation_of_event(current_event().id, code)
    link = opened_link(LinkPurpose.STATUS, entry.id)
    if link is None:
        raise NotFound(_("Please open your status link again, or ask the organiser to send you a new one."))
    return link, entry


def visit_by_link(code: str) -> Visit | Response:
    """Return the entry when the four digits were given in this browser, else lead to where they are asked."""
    link, entry = opened_entry(code)
    if not is_proved(link):
        return redirect(_prove_url(link, code))
    return Visit(entry, link_actor(link), "link")


def _prove_url(link: AccessLink, code: str) -> str:
    return url_for("accounts.prove_link", link_id=link.id, next=url_for("registration.link_entry", code=code))


def show_status(code: str) -> Response | str:
    """Say where an entry stands to who opened its link; all of it once the four digits are given."""
    link, entry = opened_entry(code)
    if is_proved(link):
        return show_entry(Visit(entry, link_actor(link), "link"))
    held = entries.holds_back(entry)
    return render_template(
        "registration/status.html",
        entry=entry,
        name=entries.values_for_owner(entry)["legal_name"],
        missing=[] if held else entries.missing_of([entry])[entry.id],
        panels=draw_panels(entry.id, "status"),
        prove_url=_prove_url(link, code),
        event_row=event_row(),
    )


def _panels(visit: Visit) -> list[Markup]:
    if visit.door == "my":
        return draw_panels(visit.entry.id, "owner")
    return [*draw_panels(visit.entry.id, "status"), *draw_panels(visit.entry.id, "proved")]


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
        panels=[] if held else _panels(visit),
        documents=DocumentsForm(),
        agreed=entries.live_consents([entry.id]).get(entry.id, set()),
        optional_consents=[text for text in consents.ALL if not text.is_required],
        others=[other for other in visit.others if other.id != entry.id],
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


def choose_own_consents(visit: Visit) -> Response:
    """Let the owner give or take back the optional consents, at any time."""
    wanted, entry_id = request.form.getlist("purpose"), visit.entry.id
    return _act(
        visit,
        lambda: choose_consents(visit.actor, entry_id, wanted, str(get_locale() or "id")),
        _l("Your choice is saved."),
    )


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
    ("consents", "/consents", ["POST"], choose_own_consents),
    ("withdraw", "/withdraw", ["POST"], withdraw_own_entry),
    ("add_delegate", "/people", ["GET", "POST"], add_own_delegate),
    ("edit_delegate", "/people/<person>", ["GET", "POST"], edit_own_delegate),
    ("remove_delegate", "/people/<person>/remove", ["POST"], remove_own_delegate),
    ("add_documents", "/files", ["POST"], add_own_documents),
    ("remove_document", "/files/<file>/remove", ["POST"], remove_own_document),
)


def _by_login(page: Callable[..., Any], name: str) -> Callable[..., Any]:
    def view(**values: str) -> Any:
        return page(visit_by_login(), **values)

    view.__name__, view.__doc__ = name, page.__doc__
    return requires("entry.own")(view)


def _by_link(page: Callable[..., Any], name: str) -> Callable[..., Any]:
    def view(code: str, **values: str) -> Any:
        visit = visit_by_link(code)
        return page(visit, **values) if isinstance(visit, Visit) else visit

    view.__name__, view.__doc__ = name, page.__doc__
    return public(view)


for _action, _tail, _methods, _page in _PAGES:
    bp.add_url_rule(
        f"/my/<event_code>/entry{_tail}", f"my_{_action}", _by_login(_page, f"my_{_action}"), methods=_methods
    )
    _view = public(show_status) if _page is show_entry else _by_link(_page, f"link_{_action}")
    bp.add_url_rule(f"/events/<event_code>/entry/<code>{_tail}", f"link_{_action}", _view, methods=_methods)


@bp.get("/my/<event_code>/entry/files/<file>")
@requires("entry.own")
def my_document(file: str) -> Response:
    """Send the owner one of their own files; only to who is logged in, never behind a link."""
    stored = attachment_of(visit_by_login().entry.id, file)
    return send_stored(stored, as_attachment=not stored.media_type.startswith("image/"))
