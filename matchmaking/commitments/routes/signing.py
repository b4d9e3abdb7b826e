"""Signing on the tablet: what waits, and both parties one after the other on the same screen."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.commitments import sign_labels
from matchmaking.commitments.forms.signing import SignForm, read_device_time, read_identified, read_party
from matchmaking.commitments.models import PartyKind, SigningMethod
from matchmaking.commitments.queries.sealing import unsealed_counts
from matchmaking.commitments.queries.signing import (
    PartyStatus,
    SignView,
    people_of,
    sign_view,
    signing_rule,
    waiting_for_signatures,
)
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.services.signing import Signatory, SignRequest, sign
from matchmaking.errors import DomainError, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.transactions import abandon, transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems


@commitments.get("/sign/<event_code>")
@requires("commitment.sign")
def sign_list() -> str:
    """List what waits for a signature."""
    search = request.args.get("q", "").strip()[:80]
    return render_template(
        "commitments/sign_list.html",
        waiting=waiting_for_signatures(current_event().id, search),
        search=search,
        is_on=has_screen_signing(),
        witness_count=unsealed_counts(current_event().id)[1],
        labels=sign_labels,
    )


@commitments.get("/sign/<event_code>/<code>", endpoint="sign")
@requires("commitment.sign")
def sign_page(code: str) -> str:
    """Show the text to read and the field of the party whose turn it is."""
    view = frozen(code)
    wanted = read_party(request.args.get("party"))
    is_wanted = wanted is not None and view.is_open and view.party(wanted).signature is None
    return _page(view, wanted if is_wanted else view.next_party)


@commitments.post("/sign/<event_code>/<code>")
@requires("commitment.sign")
def store_signature(code: str) -> Response | tuple[str, int]:
    """Store one party's signature at once, by itself; the other party's comes after it."""
    kind = read_party(request.form.get("party"))
    if kind is None:
        raise NotFound(_("There is no such commitment in this event."))
    form = SignForm().prepare(kind)
    if form.validate_on_submit():
        try:
            with transaction():
                sign(current_actor(), request_of(form, code, kind, SigningMethod.TABLET))
            return redirect(url_for("commitments.sign", code=code), code=303)
        except DomainError as error:
            if error.status == NotFound.status:
                raise
            show_problems(form, error)
            abandon()
    return _page(frozen(code), kind, form), 422


def _page(view: SignView, kind: PartyKind | None, form: SignForm | None = None) -> str:
    """Show both parties; the field is the party's whose turn it is, unless it has signed meanwhile."""
    if kind and (view.party(kind).signature or not view.is_open or not has_screen_signing()):
        problems = [str(error) for errors in (form.errors.values() if form else ()) for error in errors]
        return _render(view, problems=problems)
    if kind is None:
        return _render(view)
    return _render(
        view,
        turn=kind,
        form=form or fresh_form(view, kind),
        people=people_of(view.party(kind).participation_id),
        rule=signing_rule(view, kind),
    )


def _render(view: SignView, **values: object) -> str:
    return render_template("commitments/sign.html", view=view, is_on=has_screen_signing(), labels=sign_labels, **values)


def fresh_form(view: SignView, kind: PartyKind) -> SignForm:
    """Return an empty form for a party, with who is named to sign for it."""
    return SignForm(formdata=None, data=named_signatory(view.party(kind))).prepare(kind)


def named_signatory(party: PartyStatus) -> dict[str, str]:
    """Return who is named to sign for a party, as a form holds it."""
    return {
        "signatory_name": party.signatory_name,
        "signatory_office": party.signatory_office,
        "signatory_role": party.signatory_role.value if party.signatory_role else "",
    }


def frozen(code: str) -> SignView:
    """Return a commitment of this event that can be read and signed, or answer 404."""
    view = sign_view(current_event().id, code)
    if view is None:
        raise NotFound(_("There is no such commitment in this event."))
    return view


def request_of(
    form: SignForm, code: str, kind: PartyKind, method: SigningMethod, signatory: Signatory | None = None
) -> SignRequest:
    """Return what the form asks to store; ``signatory`` where who signs is not for the form to say."""
    return SignRequest(
        event_id=current_event().id,
        code=code,
        kind=kind,
        key=form.signature_key.data or "",
        content_hash=form.content_hash.data or "",
        method=method,
        signatory=signatory or form.signatory(),
        strokes=form.strokes.data or "",
        device_time=read_device_time(form.device_time.data),
        identified_how=read_identified(form.identified_how.data) if "identified_how" in form else None,
        identified_note=(form.identified_note.data or "") if "identified_note" in form else "",
    )


def has_screen_signing() -> bool:
    """Say whether this event signs on screens."""
    return db.session.get_one(Event, current_event().id).has_screen_signing
