"""What the signing pages show: where each party stands, what waits for a signature; never anybody's strokes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import load_only

from matchmaking import clock
from matchmaking.accounts.models import AccessLink, LinkPurpose
from matchmaking.commitments.authority import Powers, authority_of, is_same_person, roles_that_sign
from matchmaking.commitments.life import state_on
from matchmaking.commitments.models import (
    Commitment,
    CommitmentKind,
    CommitmentParty,
    CommitmentState,
    PartyKind,
    SignatoryRole,
    Signature,
    SigningMethod,
)
from matchmaking.extensions import db
from matchmaking.registration.models import BuyerType, Delegate, OfficeRole
from matchmaking.storage.models import StoredFile

#: ``purpose`` and ``owner_type`` of the photo of a signed paper.
SIGNED_PAPER, PAPER_OWNER = "signed_paper", "commitment"

#: States in which signatures are still wanted.
OPEN = (CommitmentState.PROPOSED, CommitmentState.AGREED)
#: More than this nobody looks through on a tablet; the rest is found by number or name.
LIST_LENGTH = 60


@dataclass(frozen=True)
class Signed:
    """A signature or agreement as anybody with the page may know it."""

    name: str
    office: str
    role: SignatoryRole
    at: datetime
    method: SigningMethod
    link_id: int | None


@dataclass(frozen=True)
class PartyStatus:
    """A party, who is named to sign for it, and how far it has come."""

    id: int
    kind: PartyKind
    participation_id: int
    name: str
    signatory_name: str
    signatory_office: str
    signatory_role: SignatoryRole | None
    phone: str | None
    has_mandate: bool
    agreement: Signed | None
    signature: Signed | None
    link_until: datetime | None


@dataclass(frozen=True)
class SignView:
    """A frozen commitment on its way to two signatures. ``state`` is that of today."""

    id: int
    code: str
    number: str
    state: CommitmentState
    total: int
    content_hash: str
    canonical: dict[str, Any]
    buyer: PartyStatus
    exhibitor: PartyStatus

    @property
    def parties(self) -> tuple[PartyStatus, PartyStatus]:
        """Return first and second party, in the order of the paper."""
        return self.buyer, self.exhibitor

    @property
    def is_open(self) -> bool:
        """Say whether a signature is still wanted."""
        return self.state in OPEN

    def party(self, kind: PartyKind) -> PartyStatus:
        """Return one party."""
        return self.buyer if kind is PartyKind.BUYER else self.exhibitor

    def other(self, kind: PartyKind) -> PartyStatus:
        """Return the party across the table."""
        return self.exhibitor if kind is PartyKind.BUYER else self.buyer

    @property
    def next_party(self) -> PartyKind | None:
        """Return whose turn it is: who has done nothing yet, then who has agreed only."""
        waiting = [party for party in self.parties if party.signature is None]
        waiting.sort(key=lambda party: party.agreement is not None)
        return waiting[0].kind if waiting and self.is_open else None


@dataclass(frozen=True)
class Person:
    """Somebody of a party's team, to be chosen as who signs."""

    code: str
    name: str
    office: str
    role: SignatoryRole | None


def sign_view(event_id: int, code: str) -> SignView | None:
    """Return a commitment of the event that has been frozen, or ``None``."""
    row = db.session.scalar(
        sa.select(Commitment).where(
            Commitment.event_id == event_id, Commitment.code == code, Commitment.content_hash.is_not(None)
        )
    )
    views = _views([row]) if row else []
    return views[0] if views else None


def waiting_for_signatures(event_id: int, search: str = "") -> list[SignView]:
    """Return what still waits for a signature in the event, the newest first; ``search``: in number and names."""
    wanted = sa.select(Commitment).where(Commitment.event_id == event_id, Commitment.state.in_(OPEN))
    for word in search.split():
        like = f"%{_escaped(word)}%"
        of_party = sa.select(CommitmentParty.commitment_id).where(CommitmentParty.name.ilike(like, escape="\\"))
        wanted = wanted.where(Commitment.number.ilike(like, escape="\\") | Commitment.id.in_(of_party))
    rows = db.session.scalars(wanted.order_by(Commitment.frozen_at.desc(), Commitment.id.desc()).limit(LIST_LENGTH))
    return [view for view in _views(rows.all()) if view.is_open]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _views(rows: Sequence[Commitment]) -> list[SignView]:
    ids = [row.id for row in rows]
    parties = db.session.scalars(sa.select(CommitmentParty).where(CommitmentParty.commitment_id.in_(ids))).all()
    signed = _signed(ids)
    links = _live_links([party.id for party in parties])
    found = {
        (party.commitment_id, party.kind): _status(party, signed.get((party.commitment_id, party.kind), {}), links)
        for party in parties
    }
    today = clock.today()
    return [
        SignView(
            id=row.id,
            code=row.code,
            number=row.number or "",
            state=state_on(row.state, row.valid_until, today),
            total=row.total,
            content_hash=row.content_hash or "",
            canonical=row.canonical or {},
            buyer=found[row.id, PartyKind.BUYER],
            exhibitor=found[row.id, PartyKind.EXHIBITOR],
        )
        for row in rows
        if {(row.id, kind) for kind in PartyKind} <= found.keys()
    ]


def _signed(commitment_ids: list[int]) -> dict[tuple[int, PartyKind], dict[bool, Signed]]:
    """Return signatures (``True``) and agreements (``False``) of each party; the drawing stays in the database."""
    rows = db.session.scalars(
        sa.select(Signature)
        .where(Signature.commitment_id.in_(commitment_ids))
        .options(
            load_only(
                Signature.commitment_id,
                Signature.kind,
                Signature.is_authorised,
                Signature.signatory_name,
                Signature.signatory_office,
                Signature.signatory_role,
                Signature.signed_at,
                Signature.method,
                Signature.link_id,
            )
        )
    )
    found: dict[tuple[int, PartyKind], dict[bool, Signed]] = {}
    for row in rows:
        found.setdefault((row.commitment_id, row.kind), {})[row.is_authorised] = Signed(
            row.signatory_name, row.signatory_office, row.signatory_role, row.signed_at, row.method, row.link_id
        )
    return found


def _live_links(party_ids: list[int]) -> dict[int, datetime]:
    """Return until when each party's own link works."""
    rows = db.session.execute(
        sa.select(AccessLink.subject_id, AccessLink.expires_at).where(
            AccessLink.purpose == LinkPurpose.SIGN,
            AccessLink.subject_id.in_(party_ids),
            AccessLink.ended_at.is_(None),
            AccessLink.expires_at > clock.now(),
        )
    )
    return {row.subject_id: row.expires_at for row in rows}


def _status(party: CommitmentParty, signed: dict[bool, Signed], links: dict[int, datetime]) -> PartyStatus:
    return PartyStatus(
        id=party.id,
        kind=party.kind,
        participation_id=party.participation_id,
        name=party.name,
        signatory_name=party.signatory_name,
        signatory_office=party.signatory_office,
        signatory_role=party.signatory_role,
        phone=party.signatory_phone,
        has_mandate=party.mandate_file_id is not None,
        agreement=signed.get(False),
        signature=signed.get(True),
        link_until=links.get(party.id),
    )


def people_of(participation_id: int) -> list[Person]:
    """Return who comes for an organisation, the contact first."""
    rows = db.session.scalars(
        sa.select(Delegate)
        .where(Delegate.participation_id == participation_id, Delegate.erased_at.is_(None))
        .order_by(Delegate.is_contact.desc(), Delegate.name)
    )
    return [Person(row.code, row.name, row.office, role_of(row.office_role)) for row in rows]


def own_person(participation_id: int, user_id: int) -> Person | None:
    """Return the logged-in person as one of an organisation's team."""
    row = db.session.scalar(
        sa.select(Delegate).where(
            Delegate.participation_id == participation_id, Delegate.user_id == user_id, Delegate.erased_at.is_(None)
        )
    )
    return Person(row.code, row.name, row.office, role_of(row.office_role)) if row else None


def role_of(office_role: OfficeRole) -> SignatoryRole | None:
    """Return what a delegate's role means for signing; ``None`` where registration does not tell it apart."""
    return None if office_role is OfficeRole.OTHER else SignatoryRole(office_role.value)


@dataclass(frozen=True)
class SigningRule:
    """Whose drawing is a signature of a party, others agree. ``named`` and ``powers``: who is named to sign, and with what.

    ``amount``: what limits are compared with, in whole rupiah.
    """

    kind: PartyKind
    roles: tuple[str, ...]
    buyer_type: BuyerType | None
    named: str
    powers: Powers
    amount: int

    def may_sign(self, name: str, role: str) -> bool:
        """Say whether this person may sign."""
        known = SignatoryRole(role) if role in set(SignatoryRole) else None
        powers = self.powers if is_same_person(self.named, name) else Powers()
        return bool(authority_of(self.kind, self.buyer_type, known, powers, self.amount))

    @property
    def for_script(self) -> dict[str, Any]:
        """What ``static/js/commitments/authority.js`` needs to say the same while somebody types; limits as texts."""
        return {
            "side": self.kind.value,
            "roles": self.roles,
            "named": {
                "name": self.named,
                "has_mandate": self.powers.has_mandate,
                "mandate_limit": str(self.powers.mandate_limit or ""),
                "authority_limit": str(self.powers.authority_limit or ""),
            },
            "amount": str(self.amount),
        }


def signing_rule(view: SignView, kind: PartyKind) -> SigningRule:
    """Return who may sign for a party of a commitment."""
    row = db.session.get_one(Commitment, view.id)
    party = db.session.get_one(CommitmentParty, view.party(kind).id)
    buyer_type = row.buyer.organization.buyer_type
    roles = tuple(sorted(role.value for role in roles_that_sign(kind, buyer_type)))
    return SigningRule(kind, roles, buyer_type, party.signatory_name, powers_of(party), amount_signed(row))


def powers_of(party: CommitmentParty) -> Powers:
    """Return what the person who is named to sign for a party has beside the role; nobody else has it."""
    return Powers(party.mandate_file_id is not None, party.mandate_limit, party.authority_limit)


def photos_of(commitment_id: int) -> list[StoredFile]:
    """Return the photos of a commitment's signed papers, in the order they came."""
    wanted = sa.select(StoredFile).where(
        StoredFile.owner_type == PAPER_OWNER,
        StoredFile.owner_id == commitment_id,
        StoredFile.purpose == SIGNED_PAPER,
    )
    return list(db.session.scalars(wanted.order_by(StoredFile.id)))


def party_subject(party_id: int) -> tuple[CommitmentParty, Commitment] | None:
    """Return a party and its commitment by the party's id, as links know it."""
    party = db.session.get(CommitmentParty, party_id)
    commitment = db.session.get(Commitment, party.commitment_id) if party else None
    return (party, commitment) if party and commitment else None


def amount_signed(commitment: Commitment) -> int:
    """Return what limits are compared with: who takes a commitment back must have been able to sign it."""
    if commitment.kind is CommitmentKind.WITHDRAWAL and commitment.amends_id:
        return db.session.get_one(Commitment, commitment.amends_id).total
    return commitment.total
