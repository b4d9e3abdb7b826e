"""Mandates and powers of attorney of a commitment's parties, behind the doors of staff and of a party's own people."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from matchmaking.commitments import labels
from matchmaking.commitments.forms.drafts import MandateForm, new_key, place_problems
from matchmaking.commitments.models import PartyKind
from matchmaking.commitments.queries.commitments import CommitmentView
from matchmaking.commitments.routes.doors import Answer, Door, seen_view
from matchmaking.commitments.services.mandates import OWNER, AddMandate, add_mandate
from matchmaking.commitments.services.recording import EntryTaken
from matchmaking.errors import DomainError, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.routes.blueprint import keep_files, sent
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.routes import send_stored


def mandate_page(door: Door, code: str, party: str) -> Answer:
    """Take a mandate or power of attorney in."""
    view, kind = _party(door, code, party)
    if not door.may_add_mandate(view, kind):
        flash(_("A mandate can be added until both parties have signed."), "warning")
        return redirect(door.url("view", code=code), code=303)
    form = MandateForm(sent() if request.method == "POST" else None, data={"event_key": new_key()})
    if request.method == "POST":
        if answer := _keep_mandate(door, code, kind, form):
            return answer
        view, kind = _party(door, code, party)
        return _mandate_form(door, form, view, kind), 422
    return _mandate_form(door, form, view, kind)


def _keep_mandate(door: Door, code: str, kind: PartyKind, form: MandateForm) -> Answer | None:
    if not keep_files(form):
        return None
    upload = next(iter(form.file.data or ()), "")
    command = AddMandate(
        current_event().id, code, kind, (form.event_key.data or new_key())[:40], upload,
        form.number.data or "", form.limit.data or "",
    )  # fmt: skip
    try:
        with transaction():
            add_mandate(current_actor(), command)
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        place_problems(form, [], refusal)
        if isinstance(refusal, EntryTaken):  # told now: sent once more it is the party's next mandate
            form.event_key.data = new_key()
        return None
    flash(_("The mandate is on file."), "held")
    return redirect(door.url("view", code=code), code=303)


def _mandate_form(door: Door, form: MandateForm, view: CommitmentView, kind: PartyKind) -> str:
    return render_template(
        "commitments/mandate.html",
        door=door,
        layout=door.layout,
        form=form,
        view=view,
        party=view.party(kind),
        labels=labels,
    )


def mandate_file_page(door: Door, code: str, party: str) -> Response:
    """Hand out a mandate: to staff, and to the party whose it is."""
    view, kind = _party(door, code, party)
    if door.party not in (None, kind) or not door.is_writing():
        raise NotFound(_("This file does not exist any more."))
    # An addendum points to the file of the record it replaces; which file is this party's stands at the party.
    stored = db.session.query(StoredFile).filter_by(code=view.party(kind).mandate_file_code, owner_type=OWNER).first()
    if stored is None:
        raise NotFound(_("This file does not exist any more."))
    return send_stored(stored, as_attachment=not stored.media_type.startswith("image/"))


def _party(door: Door, code: str, party: str) -> tuple[CommitmentView, PartyKind]:
    if party not in {str(kind) for kind in PartyKind}:
        raise NotFound(_("There is no such party."))
    view, kind = seen_view(door, code), PartyKind(party)
    if door.party not in (None, kind):
        raise NotFound(_("There is no such party."))
    return view, kind
