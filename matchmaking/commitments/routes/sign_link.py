"""Signing on one's own phone: by the link that staff hand over, or logged in; one party, one person, one field."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.accounts.handover import hand_over_url
from matchmaking.accounts.link_access import is_proved, known_link
from matchmaking.accounts.models import AccessLink, LinkPurpose
from matchmaking.accounts.services.links import check_live, link_actor
from matchmaking.codes import new_code
from matchmaking.commitments import sign_labels
from matchmaking.commitments.forms.signing import SendLinkForm, SignForm, read_party, read_role, role_choices
from matchmaking.commitments.models import PartyKind, SignatoryRole, SigningMethod
from matchmaking.commitments.queries.signing import (
    PartyStatus,
    Person,
    SignView,
    own_person,
    people_of,
    signing_rule,
)
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.routes.signing import (
    frozen,
    has_screen_signing,
    named_signatory,
    request_of,
)
from matchmaking.commitments.services.sign_links import SendLink, send_link
from matchmaking.commitments.services.signing import Signatory, SignRequest, sign, sign_by_link
from matchmaking.errors import DomainError, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public, requires
from matchmaking.registration.queries.entries import own_participations
from matchmaking.transactions import abandon, transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems


@dataclass(frozen=True)
class Visit:
    """Somebody at their own party's page. ``signatory``: who they are, where that is known and fixed."""

    view: SignView
    kind: PartyKind
    signatory: Signatory | None
    start: dict[str, str]
    address: str
    people: tuple[Person, ...] = ()
    has_agreed: bool = False

    @property
    def party(self) -> PartyStatus:
        """Return the visitor's own party."""
        return self.view.party(self.kind)

    @property
    def may_sign_now(self) -> bool:
        """Say whether the field is shown: not after the party's signature, nor after the visitor's own agreement."""
        return self.view.is_open and self.party.signature is None and not self.has_agreed


@commitments.get("/events/<event_code>/sign/<code>/<party>")
@public
def link_sign(code: str, party: str) -> str | Response:
    """Show the text and the field to whom the link was sent; what was signed by it stays readable here for a while."""
    view, kind, link = _opened(code, party)
    if not is_proved(link):
        return redirect(_prove_url(link, code, kind), code=303)
    if not _has_used(view, kind, link):
        check_live(link)
    return _page(_link_visit(view, kind, link))


@commitments.post("/events/<event_code>/sign/<code>/<party>")
@public
def store_link_signature(code: str, party: str) -> Response | tuple[str, int]:
    """Store the signature and end the link."""
    view, kind, link = _opened(code, party)
    if not is_proved(link):
        return redirect(_prove_url(link, code, kind), code=303)
    visit = _link_visit(view, kind, link)
    form = _form(visit)
    if form.validate_on_submit():
        try:
            with transaction():
                sign_by_link(link_actor(link), link.id, _request(visit, form))
            return redirect(visit.address, code=303)
        except DomainError as error:
            _show(form, error)
    return _page(_link_visit(frozen(code), kind, link), form), 422


def _show(form: SignForm, error: DomainError) -> None:
    if error.status in (404, 410):
        raise error
    show_problems(form, error)
    abandon()


def _opened(code: str, party: str) -> tuple[SignView, PartyKind, AccessLink]:
    """Return the commitment, the party and the link that this browser opened for it, or answer 404."""
    view, kind = frozen(code), read_party(party)
    link = known_link(LinkPurpose.SIGN, view.party(kind).id) if kind else None
    if kind is None or link is None:
        raise NotFound(_("Please open your link again, or ask the organiser to send you a new one."))
    return view, kind, link


def _has_used(view: SignView, kind: PartyKind, link: AccessLink) -> bool:
    """Say whether the party signed by this very link, less than the proof of the digits lasts ago."""
    party = view.party(kind)
    return any(signed and signed.link_id == link.id for signed in (party.signature, party.agreement))


def _prove_url(link: AccessLink, code: str, kind: PartyKind) -> str:
    check_live(link)
    page = url_for("commitments.link_sign", code=code, party=kind.value)
    return url_for("accounts.prove_link", link_id=link.id, next=page)


def _link_visit(view: SignView, kind: PartyKind, link: AccessLink) -> Visit:
    party = view.party(kind)
    fixed = Signatory(party.signatory_name, party.signatory_office, party.signatory_role)
    address = url_for("commitments.link_sign", code=view.code, party=kind.value)
    has_agreed = party.agreement is not None and party.agreement.link_id == link.id
    is_named = bool(fixed.name and fixed.role)
    return Visit(view, kind, fixed if is_named else None, named_signatory(party), address, has_agreed=has_agreed)


@commitments.get("/my/<event_code>/commitments/<code>/sign")
@requires("commitment.own")
def own_sign(code: str) -> str:
    """Show the text and the field to a participant who is logged in."""
    return _page(_own_visit(code))


@commitments.post("/my/<event_code>/commitments/<code>/sign")
@requires("commitment.own")
def store_own_signature(code: str) -> Response | tuple[str, int]:
    """Store a logged-in participant's signature."""
    visit = _own_visit(code)
    form = _form(visit)
    if form.validate_on_submit():
        try:
            with transaction():
                sign(current_actor(), _request(visit, form))
            return redirect(visit.address, code=303)
        except DomainError as error:
            _show(form, error)
    return _page(replace(visit, view=frozen(code)), form), 422


def _own_visit(code: str) -> Visit:
    """Return the logged-in person at their own party's page, found through the person, or answer 404."""
    view, user_id = frozen(code), current_actor().user_id or 0
    mine = {entry.id for entry in own_participations(user_id, current_event().id)}
    kind = next((party.kind for party in view.parties if party.participation_id in mine), None)
    if kind is None:
        raise NotFound(_("There is no such commitment in this event."))
    person = own_person(view.party(kind).participation_id, user_id)
    address = url_for("commitments.own_sign", code=code)
    if person is None:
        raise NotFound(_("There is no such commitment in this event."))
    signatory = _own_signatory(view.party(kind), person)
    may_sign = signing_rule(view, kind).may_sign(signatory.name, signatory.role.value if signatory.role else "")
    has_agreed = view.party(kind).agreement is not None and not may_sign
    return Visit(view, kind, signatory, named_signatory(view.party(kind)), address, has_agreed=has_agreed)


def _own_signatory(party: PartyStatus, person: Person) -> Signatory:
    """Return who signs when somebody is logged in: that person, in the role the paper or the registration knows.

    Nobody makes themselves a PPK here: at the desk staff see who signs, here only what was registered tells.
    """
    is_named = party.signatory_name.casefold().split() == person.name.casefold().split()
    if is_named and party.signatory_role:
        return Signatory(party.signatory_name, party.signatory_office, party.signatory_role)
    return Signatory(person.name, person.office, person.role or SignatoryRole.OTHER)


def _form(visit: Visit) -> SignForm:
    form = SignForm(data=visit.start).prepare(visit.kind).on_own_device()
    return form.fix_signatory() if visit.signatory else form


def _request(visit: Visit, form: SignForm) -> SignRequest:
    return request_of(form, visit.view.code, visit.kind, SigningMethod.LINK, visit.signatory)


def _page(visit: Visit, form: SignForm | None = None) -> str:
    if form is None:
        form = SignForm(formdata=None, data=visit.start).prepare(visit.kind).on_own_device()
        form = form.fix_signatory() if visit.signatory else form
    return render_template(
        "commitments/sign_own.html",
        visit=visit,
        view=visit.view,
        form=form,
        rule=signing_rule(visit.view, visit.kind),
        is_on=has_screen_signing(),
        labels=sign_labels,
    )


@commitments.route(
    "/manage/<event_code>/commitments/<code>/link/<party>", methods=["GET", "POST"], endpoint="send_link"
)
@requires("commitment.write")
def send_party_link(code: str, party: str) -> str | Response | tuple[str, int]:
    """Name who signs for a party and make that person's own link."""
    view, kind = frozen(code), read_party(party)
    if kind is None:
        raise NotFound(_("There is no such commitment in this event."))
    form = _link_form(view, kind)
    if request.method == "POST" and form.validate_on_submit():
        try:
            with transaction():
                issued = send_link(current_actor(), _link_request(form, code, kind))
            return redirect(hand_over_url(issued), code=303)
        except DomainError as error:
            if error.status == NotFound.status:
                raise
            show_problems(form, error)
            abandon()
    return _link_page(frozen(code), kind, form), 422 if request.method == "POST" else 200


def _link_form(view: SignView, kind: PartyKind) -> SendLinkForm:
    start = {**named_signatory(view.party(kind)), "seed": new_code(26)}
    form = SendLinkForm(data=start) if request.method == "POST" else SendLinkForm(formdata=None, data=start)
    form.signatory_role.choices = role_choices(kind)
    return form


def _link_request(form: SendLinkForm, code: str, kind: PartyKind) -> SendLink:
    return SendLink(
        event_id=current_event().id,
        code=code,
        kind=kind,
        name=form.signatory_name.data or "",
        office=form.signatory_office.data or "",
        role=read_role(form.signatory_role.data),
        phone=form.phone.data or "",
        seed=(form.seed.data or new_code(26))[:64],
    )


def _link_page(view: SignView, kind: PartyKind, form: SendLinkForm) -> str:
    return render_template(
        "commitments/link_send.html",
        view=view,
        party=view.party(kind),
        form=form,
        people=people_of(view.party(kind).participation_id),
        rule=signing_rule(view, kind),
        is_on=has_screen_signing(),
        labels=sign_labels,
    )
