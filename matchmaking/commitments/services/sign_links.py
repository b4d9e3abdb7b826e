"""A party's own link: staff name who signs, the link goes to that person's phone and ends when it is used."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking.accounts.models import LinkPurpose
from matchmaking.accounts.services.links import IssuedLink, issue_link
from matchmaking.actor import Actor
from matchmaking.commitments.addresses import printed_base
from matchmaking.commitments.authority import is_same_person
from matchmaking.commitments.commands import RecordEvent
from matchmaking.commitments.models import Commitment, CommitmentParty, EventKind, PartyKind, SignatoryRole, Signature
from matchmaking.commitments.services.recording import locked_commitment, record_event
from matchmaking.commitments.services.signing import (
    AlreadySigned,
    end_mandate,
    party_of,
    require_open,
    require_screen_signing,
    second_refusal,
)
from matchmaking.errors import InvalidInput
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.phones import parse_phone
from matchmaking.registration.models import Delegate


@dataclass(frozen=True)
class SendLink:
    """Whom a party's link goes to. An empty ``phone`` means the registered one; ``seed`` makes a form sent twice one link."""

    event_id: int
    code: str
    kind: PartyKind
    name: str
    office: str
    role: SignatoryRole | None
    phone: str
    seed: str


def send_link(actor: Actor, request: SendLink) -> IssuedLink:
    """Name who signs for a party and make the link for that person; the link before, if any, ends.

    Raises:
        NotFound: no such commitment in this event.
        NotOpen, AlreadySigned, NotAllowed: nothing is to be signed on a phone here.
        InvalidInput: no name, role or phone.
        Conflict: the event has no public address that a phone outside the hall can open.
    """
    commitment = locked_commitment(request.event_id, request.code)
    require_open(commitment)
    require_screen_signing(request.event_id)
    printed_base(db.session.get_one(Event, request.event_id))
    party = party_of(commitment.id, request.kind)
    _refuse_signed(commitment, party)
    _name_signatory(commitment, party, request)
    issued = issue_link(actor, LinkPurpose.SIGN, party.id, request.event_id, seed=request.seed)
    record_event(actor, commitment, RecordEvent(EventKind.LINK_SENT, f"link-{issued.id}", party.kind.value))
    return issued


def _refuse_signed(commitment: Commitment, party: CommitmentParty) -> None:
    signature = db.session.scalar(
        sa.select(Signature).where(
            Signature.commitment_id == commitment.id, Signature.kind == party.kind, Signature.is_authorised
        )
    )
    if signature:
        raise AlreadySigned(second_refusal(signature, db.session.get_one(Event, commitment.event_id).timezone))


def _name_signatory(commitment: Commitment, party: CommitmentParty, request: SendLink) -> None:
    """Put down who is to sign; a mandate and a limit were of the person named before, so they do not go on to another."""
    name, office = " ".join(request.name.split())[:160], " ".join(request.office.split())[:160]
    fields = {}
    if not name:
        fields["signatory_name"] = _("Please write who signs.")
    if request.role is None:
        fields["signatory_role"] = _("Please choose what this person is in the organisation.")
    if fields:
        raise InvalidInput(_("Please say who signs."), fields=fields)
    party.signatory_phone = _phone(party, name, request.phone)
    if not is_same_person(party.signatory_name, name):
        person = _delegate(party.participation_id, name)
        party.delegate_id = person.id if person else None
        party.employee_number, party.authority_limit = "", None
        end_mandate(party)
    party.signatory_name, party.signatory_office, party.signatory_role = name, office, request.role
    db.session.flush()


def _phone(party: CommitmentParty, name: str, typed: str) -> str:
    if typed.strip():
        try:
            return parse_phone(typed)
        except ValueError:
            sentence = _("This is not a phone number. Please write it like 0812-3456-7890.")
            raise InvalidInput(sentence, fields={"phone": sentence}) from None
    if party.signatory_phone and is_same_person(party.signatory_name, name):
        return party.signatory_phone
    person = _delegate(party.participation_id, name)
    if person and person.phone:
        return person.phone
    sentence = _("No phone number is known for this person. Please write it: the page asks for its last four digits.")
    raise InvalidInput(sentence, fields={"phone": sentence})


def _delegate(participation_id: int, name: str) -> Delegate | None:
    """Return the person of the entry with this name."""
    rows = db.session.scalars(
        sa.select(Delegate).where(Delegate.participation_id == participation_id, Delegate.erased_at.is_(None))
    )
    return next((row for row in rows if is_same_person(row.name, name)), None)
