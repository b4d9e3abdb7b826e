"""Signing a frozen commitment, whatever the way: on the tablet, on one's own phone, in ink."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.accounts.models import AccessLink, LinkPurpose
from matchmaking.accounts.services.links import check_live, end_links
from matchmaking.actor import Actor, ActorKind
from matchmaking.commitments.authority import Powers, authority_of, is_same_person
from matchmaking.commitments.commands import RecordEvent
from matchmaking.commitments.life import state_on
from matchmaking.commitments.models import (
    Commitment,
    CommitmentParty,
    CommitmentState,
    EventKind,
    IdentifiedHow,
    PartyKind,
    SignatoryRole,
    Signature,
    SigningMethod,
)
from matchmaking.commitments.queries.signing import amount_signed, powers_of
from matchmaking.commitments.services.recording import locked_commitment, record_event, who_acts
from matchmaking.commitments.strokes import Problem, Stroke, StrokesRefused, read_strokes
from matchmaking.errors import Conflict, InvalidInput, NotAllowed, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_moment
from matchmaking.transactions import insert_new, lock_row

#: What a browser makes as the key of one signature: 32 hexadecimal digits, or a UUID.
_KEY = re.compile(r"[0-9a-fA-F-]{32,38}")
#: An identity number written into the note: NIK has 16 digits, NIP 18.
_IDENTITY_NUMBER = re.compile(r"[0-9]{13,}")
MAX_NOTE = 300
_OPEN = (CommitmentState.PROPOSED, CommitmentState.AGREED)


class TextChanged(Conflict):
    """What was shown is not what stands there now; nobody signs what they have not read."""

    code = "commitments.text_changed"


class AlreadySigned(Conflict):
    """The party has signed already in this capacity."""

    code = "commitments.already_signed"


class NotOpen(Conflict):
    """Nothing can be signed: still a draft, withdrawn, or expired."""

    code = "commitments.not_open"


@dataclass(frozen=True)
class Signatory:
    """Who really signs, as told on the spot."""

    name: str
    office: str
    role: SignatoryRole | None


@dataclass(frozen=True)
class SignRequest:
    """One signature. ``key`` is made by the device: the same key again is the same signature.

    ``content_hash``: of the text that was shown. ``strokes``: as the browser sends them; ink has ``file_id`` instead.
    """

    event_id: int
    code: str
    kind: PartyKind
    key: str
    content_hash: str
    method: SigningMethod
    signatory: Signatory
    strokes: str = ""
    file_id: int | None = None
    device_time: datetime | None = None
    identified_how: IdentifiedHow | None = None  # of a link or an own account it is known
    identified_note: str = ""
    authority_limit: int | None = None  # whole rupiah, as told on the spot; the smaller of two limits holds
    #: Set when an organiser decides on what was signed without a network: it is judged by that day, and switches are past.
    decided_as_of: date | None = None


def sign(actor: Actor, request: SignRequest) -> Signature:
    """Store a party's signature, or its agreement when who signs may not sign for it; sent again, return what is stored.

    Raises:
        NotFound: no such commitment in this event.
        InvalidInput: no signature, or who signs is not said.
        TextChanged, AlreadySigned, NotOpen: the commitment does not take it (any more).
        NotAllowed: signing on a screen is switched off.
    """
    commitment = locked_commitment(request.event_id, request.code)
    return _stored(commitment, request) or sign_locked(actor, commitment, request)


def sign_locked(actor: Actor, commitment: Commitment, request: SignRequest) -> Signature:
    """Store a signature of a commitment that is locked already, whose key is known not to be stored; raises as :func:`sign`."""
    require_open(commitment, request.decided_as_of)
    if request.method is not SigningMethod.INK and request.decided_as_of is None:
        require_screen_signing(request.event_id)
        _refuse_paper(commitment)
    if request.content_hash != commitment.content_hash:
        raise TextChanged(_("The text has changed since this page was opened. Please read it again, then sign."))
    signatory, strokes = _read_signatory(request.signatory), _read_drawing(request)
    identified = _read_identification(actor, request)
    party = party_of(commitment.id, request.kind)
    authority = _authority(commitment, party, signatory, request.authority_limit)
    _refuse_second(commitment, request.kind, is_authorised=bool(authority))
    signature = _insert(actor, commitment, request, _Content(signatory, strokes, authority, *identified))
    kind = EventKind.SIGNED if authority else EventKind.AGREED
    happened = RecordEvent(
        kind, request.key, request.kind.value, device_time=request.device_time, as_of=request.decided_as_of
    )
    record_event(actor, commitment, happened)
    if authority:
        end_links(actor, [LinkPurpose.SIGN], party.id, "used")
    return signature


def sign_by_link(actor: Actor, link_id: int, request: SignRequest) -> Signature:
    """Sign by one's own link, which ends with it; the same signature sent again is answered also after that.

    Raises:
        NotFound: the link is for another commitment or party.
        LinkEnded: the link does not work any more.
    """
    commitment = locked_commitment(request.event_id, request.code)
    link = lock_row(AccessLink, link_id)
    party = party_of(commitment.id, request.kind)
    if link is None or link.purpose is not LinkPurpose.SIGN or link.subject_id != party.id:
        raise NotFound(_("There is nothing at this link. Please check that it is complete, or ask the organiser."))
    if _stored(commitment, request) is None:
        check_live(link)
    signature = sign(actor, request)
    if signature.link_id == link_id:
        end_links(actor, [LinkPurpose.SIGN], party.id, "used")
    return signature


def _stored(commitment: Commitment, request: SignRequest) -> Signature | None:
    """Return the signature that came with this key before."""
    if not _KEY.fullmatch(request.key):
        raise InvalidInput(_("The page was out of date. Please reload it and try again."))
    known = db.session.scalar(sa.select(Signature).where(Signature.signature_key == request.key))
    if known is None:
        return None
    if (known.commitment_id, known.kind) != (commitment.id, request.kind):
        raise Conflict(_("The page was out of date. Please reload it and try again."))
    return known


def require_open(commitment: Commitment, as_of: date | None = None) -> None:
    """Raise unless the commitment waits for signatures, today or on another day.

    Raises:
        NotOpen: it does not.
    """
    state = state_on(commitment.state, commitment.valid_until, as_of or clock.today())
    if state is CommitmentState.DRAFT:
        raise NotOpen(_("This commitment is still a draft. Its text is fixed first, then it is signed."))
    if state is CommitmentState.WITHDRAWN:
        raise NotOpen(_("This commitment was withdrawn and cannot be signed any more."))
    if state is CommitmentState.AMENDED:
        raise NotOpen(_("This commitment was replaced by an addendum. Please look at that one."))
    if state is CommitmentState.EXPIRED:
        raise NotOpen(_("This commitment has expired and cannot be signed any more. Please make a new one."))
    if state not in _OPEN:
        raise AlreadySigned(_("Both parties have signed this commitment. Nothing is left to sign."))


def _refuse_paper(commitment: Commitment) -> None:
    """What was signed on paper is not signed once more on a screen: its scan is added."""
    if commitment.paper_on:
        raise NotAllowed(_("This record was signed on paper. Please add the scan of the signed paper instead."))


def require_screen_signing(event_id: int) -> None:
    """Raise where the event has signing on screens switched off.

    Raises:
        NotAllowed: it has.
    """
    if not db.session.get_one(Event, event_id).has_screen_signing:
        raise NotAllowed(
            _("Signing on a screen is switched off in this event. Please sign in ink on the printed paper.")
        )


def party_of(commitment_id: int, kind: PartyKind) -> CommitmentParty:
    """Return a party of a commitment.

    Raises:
        NotFound: the commitment has no such party.
    """
    party = db.session.scalar(
        sa.select(CommitmentParty).where(CommitmentParty.commitment_id == commitment_id, CommitmentParty.kind == kind)
    )
    if party is None:
        raise NotFound(_("There is no such commitment in this event."))
    return party


def _read_signatory(given: Signatory) -> Signatory:
    name, office = " ".join(given.name.split()), " ".join(given.office.split())
    fields = {}
    if not name:
        fields["signatory_name"] = _("Please write who signs.")
    if given.role is None:
        fields["signatory_role"] = _("Please choose what this person is in the organisation.")
    if len(name) > 160 or len(office) > 160:
        fields["signatory_name"] = _("Please keep name and office below 160 characters.")
    if fields:
        raise InvalidInput(_("Please say who signs."), fields=fields)
    return Signatory(name, office, given.role)


def _read_identification(actor: Actor, request: SignRequest) -> tuple[IdentifiedHow | None, str]:
    """Return how it was made sure who signs: who opens the own link or account has proved it with that."""
    if request.method is SigningMethod.LINK:
        return (IdentifiedHow.LINK if actor.kind is ActorKind.LINK else IdentifiedHow.ACCOUNT), ""
    note = " ".join(request.identified_note.split())
    sentence = ""
    if note and request.identified_how is None:
        sentence = _("Please choose how it was made sure who signs.")
    elif len(note) > MAX_NOTE:
        sentence = _("At most %(count)s characters, please.", count=MAX_NOTE)
    elif _IDENTITY_NUMBER.search(re.sub(r"[\s.-]", "", note)):
        sentence = _("Please leave identity numbers (NIK, NIP) out: what was seen is enough, its number is not kept.")
    if sentence:
        raise InvalidInput(sentence, fields={"identified_note": sentence})
    return request.identified_how, note


def _read_drawing(request: SignRequest) -> list[Stroke] | None:
    if request.method is SigningMethod.INK:
        return None
    try:
        return read_strokes(request.strokes)
    except StrokesRefused as refusal:
        sentence = drawing_refusal(refusal.problem)
        raise InvalidInput(sentence, fields={"strokes": sentence}) from None


def drawing_refusal(problem: Problem) -> str:
    """Return what to say about something drawn that is no signature."""
    if problem is Problem.EMPTY:
        return _("The field is empty. Please sign in it with a finger or a pen.")
    if problem is Problem.TOO_SHORT:
        return _("That is too short for a signature. Please tap Repeat and sign with the whole name or initials.")
    if problem is Problem.TOO_LARGE:
        return _("That is too much ink for a signature. Please tap Repeat and sign once.")
    return _("The signature did not arrive whole. Please tap Repeat and sign once more.")


def _authority(commitment: Commitment, party: CommitmentParty, signatory: Signatory, told_limit: int | None) -> str:
    """Return why the person may sign; mandate and limit were given to the person named, nobody else has them."""
    powers = Powers(authority_limit=told_limit)
    if is_same_person(party.signatory_name, signatory.name):
        limits = [limit for limit in (party.authority_limit, told_limit) if limit is not None]
        powers = replace(powers_of(party), authority_limit=min(limits, default=None))
    buyer_type = commitment.buyer.organization.buyer_type
    return authority_of(party.kind, buyer_type, signatory.role, powers, amount_signed(commitment))


def _refuse_second(commitment: Commitment, kind: PartyKind, *, is_authorised: bool) -> None:
    """Refuse a second signature of a party, and an agreement after its signature.

    Raises:
        AlreadySigned: with when and by whom.
    """
    rows = db.session.scalars(
        sa.select(Signature)
        .where(Signature.commitment_id == commitment.id, Signature.kind == kind)
        .order_by(Signature.is_authorised.desc())
    ).all()
    before = next((row for row in rows if row.is_authorised or not is_authorised), None)
    if before:
        raise AlreadySigned(second_refusal(before, db.session.get_one(Event, commitment.event_id).timezone))


def end_mandate(party: CommitmentParty) -> None:
    """Take a party's mandate off it because somebody else is named: it was given to a person and does not go on to another."""
    party.mandate_file_id, party.mandate_number, party.mandate_limit = None, "", None


def second_refusal(before: Signature, zone: str) -> str:
    """Return the sentence that says when and by whom a party signed or agreed before."""
    given = {"name": before.signatory_name, "time": show_moment(before.signed_at, zone)}
    if before.is_authorised:
        return _("This party has signed already: %(name)s, %(time)s. Nothing was changed.", **given)
    return _(
        "This party has agreed already: %(name)s, %(time)s. Now somebody who may sign for it has to sign.", **given
    )


@dataclass(frozen=True)
class _Content:
    signatory: Signatory
    strokes: list[Stroke] | None
    authority: str
    identified_how: IdentifiedHow | None
    identified_note: str


def _insert(actor: Actor, commitment: Commitment, request: SignRequest, content: _Content) -> Signature:
    row_id = insert_new(
        Signature,
        {
            "commitment_id": commitment.id,
            "kind": request.kind,
            "signature_key": request.key,
            "method": request.method,
            "signatory_name": content.signatory.name,
            "signatory_office": content.signatory.office,
            "signatory_role": content.signatory.role,
            "is_authorised": bool(content.authority),
            "authority": content.authority,
            "identified_how": content.identified_how,
            "identified_note": content.identified_note,
            "strokes": content.strokes,
            "file_id": request.file_id,
            "content_hash": commitment.content_hash,
            "signed_at": clock.now(),
            "device_time": request.device_time,
            **who_acts(actor),
        },
    )
    if row_id is None:  # the lock on the commitment keeps this from happening
        raise AlreadySigned(_("Somebody else signed for this party at the same moment. Please reload the page."))
    return db.session.get_one(Signature, row_id)
