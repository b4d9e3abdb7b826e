"""Signing in ink: print two originals, then add the photos and tick who has signed."""

from __future__ import annotations

import secrets

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.codes import new_code
from matchmaking.commitments import sign_labels
from matchmaking.commitments.forms.signing import InkForm, read_identified
from matchmaking.commitments.models import PartyKind
from matchmaking.commitments.queries.signing import SignView, people_of, photos_of, signing_rule
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.routes.signing import frozen, named_signatory
from matchmaking.commitments.services.ink import InkRequest, InkSigner, note_printed, record_ink
from matchmaking.errors import DomainError, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.registration.forms.entries import place_errors
from matchmaking.registration.routes.blueprint import keep_files, sent
from matchmaking.transactions import abandon, transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.navigation import optional_url
from matchmaking.web.routes import send_stored


@commitments.get("/manage/<event_code>/commitments/<code>/ink")
@requires("commitment.write")
def ink(code: str) -> str:
    """Show the two steps: print, then photos and ticks."""
    view = frozen(code)
    return _page(view, _fresh_form(view))


@commitments.post("/manage/<event_code>/commitments/<code>/ink/print")
@requires("commitment.write")
def print_originals(code: str) -> Response:
    """Note that the originals are printed, and go to the paper."""
    key = f"print-{request.form.get('print_key', '')[:26] or new_code(26)}"
    with transaction():
        note_printed(current_actor(), current_event().id, code, key)
    paper = optional_url("commitments.paper", code=code, originals=2)
    return redirect(paper or url_for("commitments.ink", code=code), code=303)


@commitments.post("/manage/<event_code>/commitments/<code>/ink")
@requires("commitment.write")
def store_ink(code: str) -> Response | tuple[str, int]:
    """Keep the photos and store who has signed on the paper."""
    view, form = frozen(code), InkForm(sent())
    if keep_files(form) and form.validate():
        try:
            with transaction():
                record_ink(current_actor(), _request(form, code))
            flash(_("The signatures on paper are stored."), "held")
            return redirect(url_for("commitments.ink", code=code), code=303)
        except DomainError as error:
            if error.status == NotFound.status:
                raise
            place_errors(form, error)
            abandon()
    return _page(view, form), 422


@commitments.get("/manage/<event_code>/commitments/<code>/ink/<file>")
@requires("commitment.write")
def signed_paper(code: str, file: str) -> Response:
    """Send a photo of the signed paper, to staff only."""
    stored = next((photo for photo in photos_of(frozen(code).id) if photo.code == file), None)
    if stored is None:
        raise NotFound(_("This file does not exist any more."))
    return send_stored(stored, as_attachment=not stored.media_type.startswith("image/"))


def _fresh_form(view: SignView) -> InkForm:
    """Return the form with who is named on the paper."""
    start: dict[str, object] = {"content_hash": view.content_hash, "signature_key": secrets.token_hex(16)}
    for party in view.parties:
        named = named_signatory(party)
        start |= {name.replace("signatory", party.kind.value): value for name, value in named.items()}
    return InkForm(data=start)


def _request(form: InkForm, code: str) -> InkRequest:
    key = form.signature_key.data or ""
    return InkRequest(
        event_id=current_event().id,
        code=code,
        content_hash=form.content_hash.data or "",
        files=form.photos.data,
        signers=tuple(
            InkSigner(
                kind,
                f"{key}-{kind.value[0]}",
                form.signatory(kind),
                read_identified(form.part(kind, "identified").data),
            )
            for kind in PartyKind
            if form.part(kind, "signed").data
        ),
    )


def _page(view: SignView, form: InkForm) -> str:
    return render_template(
        "commitments/ink.html",
        view=view,
        form=form,
        print_key=new_code(26),
        photos=photos_of(view.id),
        people={party.kind: people_of(party.participation_id) for party in view.parties},
        rules={party.kind: signing_rule(view, party.kind) for party in view.parties},
        labels=sign_labels,
    )
