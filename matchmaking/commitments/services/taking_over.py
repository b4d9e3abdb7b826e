"""Making a commitment's rows from a content that a tablet froze: what it says is not touched, what it names is looked up."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.catalogue.models import Need, Product
from matchmaking.codes import new_code
from matchmaking.commitments.canonical import FORMAT_1, INVITATION_1, CanonicalParty, line_total
from matchmaking.commitments.kinds import is_next_year, kind_of
from matchmaking.commitments.labels import PROBLEM_LABELS, WARNING_LABELS
from matchmaking.commitments.models import (
    Commitment,
    CommitmentEvent,
    CommitmentKind,
    CommitmentLine,
    CommitmentParty,
    CommitmentState,
    EventKind,
    PartyKind,
    TaxMode,
)
from matchmaking.commitments.numbers import numbered_again
from matchmaking.commitments.queries.sources import meeting_pair
from matchmaking.commitments.queries.standing import problems_of, warnings_of
from matchmaking.commitments.queries.tablets import TabletView
from matchmaking.commitments.services.recording import who_acts
from matchmaking.commitments.signed_record import SignedRecord
from matchmaking.commitments.sync_labels import PROBLEMS
from matchmaking.commitments.sync_models import NumberBlock
from matchmaking.commitments.texts import LOCKED_INVITATION, locked_clause
from matchmaking.errors import Conflict
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Organization, Participation, Side
from matchmaking.transactions import insert_new

#: What a tablet makes by itself; addenda and withdrawals come from the server.
_KINDS = {FORMAT_1: CommitmentKind.COMMITMENT, INVITATION_1: CommitmentKind.INVITATION}
#: The namespace of ids for records that are kept although another one has their id.
_KEPT_BESIDE = uuid.UUID("0a7b1c1e-3c4f-5d0e-9f43-8f5d7f3b9a10")


class KeptAside(Conflict):
    """A well-formed record that does not go in by itself. ``beside_id``: the commitment that stands in its way."""

    def __init__(self, code: str, *, beside_id: int | None = None) -> None:
        super().__init__(PROBLEMS.get(code) or PROBLEM_LABELS[code])
        self.code = code
        self.beside_id = beside_id


@dataclass(frozen=True)
class _Names:
    """What a record names, found in the tables."""

    buyer: Participation
    exhibitor: Participation
    need_id: int | None
    meeting_id: int | None
    products: dict[str, Product]


def take_over(
    actor: Actor, record: SignedRecord, event_id: int, tablet: TabletView | None, *, is_decided: bool = False
) -> Commitment | None:
    """Return a new, frozen commitment with the record's content; ``None`` when another request has just made it.

    ``is_decided``: an organiser keeps it although something stood in its way; a taken id or number is then told apart.

    Raises:
        KeptAside: with the code of what stands in the way.
    """
    _check_form(record)
    event = db.session.get_one(Event, event_id)
    if not is_decided:
        _check_event(record, event)
        _check_number(record, event_id, tablet)
    names = _names(record, event_id)
    identity = _identity(record, event_id, is_decided=is_decided)
    row_id = insert_new(Commitment, {**_columns(actor, record, event_id, names), **identity})
    if row_id is None:
        _require_same_record(record, event_id)
        return None
    _write_rows(row_id, record, names)
    commitment = db.session.get_one(Commitment, row_id)
    if not is_decided:
        _check_problems(commitment)
    _freeze(commitment, record)
    _note_making(actor, commitment, record)
    return commitment


# What may stand in the way


def _check_form(record: SignedRecord) -> None:
    kind = _KINDS.get(record.form["format"])
    if kind is None:
        raise KeptAside("other_format")
    clauses = record.content.clauses
    if not (LOCKED_INVITATION in clauses if kind is CommitmentKind.INVITATION else locked_clause(clauses)):
        raise KeptAside("clause_missing")
    if kind_of(record.content.source.method) is not kind:
        raise KeptAside("competitive" if kind is CommitmentKind.COMMITMENT else "not_competitive")


def _check_event(record: SignedRecord, event: Event) -> None:
    if record.content.event != event.code:
        raise KeptAside("other_event")
    if event.state is EventState.ARCHIVED:
        raise KeptAside("event_archived")


def _check_number(record: SignedRecord, event_id: int, tablet: TabletView | None) -> None:
    block = db.session.scalar(sa.select(NumberBlock).where(NumberBlock.code == record.number_block))
    is_given = (
        block is not None
        and tablet is not None
        and record.serial is not None
        and block.tablet_id == tablet.id
        and block.ended_at is None
        and block.first_serial <= record.serial <= block.last_serial
    )
    if not is_given:
        raise KeptAside("number_not_given")
    holder = _holder(record, event_id)
    if holder and holder.record_id != record.record_id:
        raise KeptAside("number_taken", beside_id=holder.id)


def _holder(record: SignedRecord, event_id: int) -> Commitment | None:
    """Return the commitment of the event that has this number or serial."""
    is_held = Commitment.number == record.content.number
    if record.serial is not None:
        is_held = sa.or_(is_held, Commitment.serial == record.serial)
    return db.session.scalar(sa.select(Commitment).where(Commitment.event_id == event_id, is_held).limit(1))


def _require_same_record(record: SignedRecord, event_id: int) -> None:
    """Another request stored something at this moment: this record, which is well, or another one under its number."""
    holder = _holder(record, event_id)
    if holder and holder.record_id != record.record_id:
        raise KeptAside("number_taken", beside_id=holder.id)


def _check_problems(commitment: Commitment) -> None:
    """Refuse what cannot be proposed either; that the other party's signatory is not known yet is no problem here."""
    found = [code for code in problems_of(commitment) if not code.endswith("_signatory")]
    if found:
        raise KeptAside(found[0])


# What the record names


def _names(record: SignedRecord, event_id: int) -> _Names:
    buyer = _entry(event_id, record.content.buyer, Side.BUYER)
    exhibitor = _entry(event_id, record.content.exhibitor, Side.EXHIBITOR)
    need = sa.select(Need.id).where(Need.code == record.need, Need.participation_id == buyer.id)
    pair = meeting_pair(event_id, record.meeting) if record.meeting else None
    is_theirs = pair and (pair.buyer.id, pair.exhibitor.id) == (buyer.id, exhibitor.id)
    codes = [code for code in record.products if code]
    offered = sa.select(Product).where(Product.code.in_(codes), Product.organization_id == exhibitor.organization_id)
    return _Names(
        buyer,
        exhibitor,
        db.session.scalar(need) if record.need else None,
        pair.meeting.id if pair and pair.meeting and is_theirs else None,
        {product.code: product for product in db.session.scalars(offered)} if codes else {},
    )


def _entry(event_id: int, party: CanonicalParty, side: Side) -> Participation:
    """Return the participant of this code; one whose entry was merged since is found by its name on the paper."""
    of_side = (Participation.event_id == event_id, Participation.side == side)
    found = db.session.scalar(sa.select(Participation).where(*of_side, Participation.code == party.code))
    if found:
        return found
    named = db.session.scalars(
        sa.select(Participation)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(*of_side, Organization.legal_name == party.name)
    ).all()
    if len(named) != 1:
        raise KeptAside("unknown_party")
    return named[0]


# The rows


def _identity(record: SignedRecord, event_id: int, *, is_decided: bool) -> dict[str, Any]:
    """Return id, number and serial; of a record that is kept beside another one, told apart from that one's."""
    known = {"record_id": record.record_id, "number": record.content.number, "serial": record.serial}
    if not is_decided:
        return known
    if db.session.scalar(sa.select(Commitment.id).where(Commitment.record_id == record.record_id)):
        known["record_id"] = str(uuid.uuid5(_KEPT_BESIDE, record.record_hash))
    in_event = sa.select(Commitment.id).where(Commitment.event_id == event_id)
    if record.serial and db.session.scalar(in_event.where(Commitment.serial == record.serial)):
        known["serial"] = None
    again = 1
    while db.session.scalar(in_event.where(Commitment.number == known["number"])):
        again += 1
        known["number"] = numbered_again(record.content.number, again)
    return known


def _columns(actor: Actor, record: SignedRecord, event_id: int, names: _Names) -> dict[str, Any]:
    content, source = record.content, record.content.source
    total = sum(line_total(line.quantity_thousandths, line.unit_price) for line in content.lines)
    return {
        "code": new_code(20),
        "event_id": event_id,
        "meeting_id": names.meeting_id,
        "buyer_id": names.buyer.id,
        "exhibitor_id": names.exhibitor.id,
        "kind": _KINDS[record.form["format"]],
        "fiscal_year": content.fiscal_year,
        "procurement_method": source.method,
        "planned_month": source.month,
        "need_id": names.need_id,
        "rup_code": source.rup_code,
        "rup_name": source.rup_name,
        "work_unit": source.work_unit,
        "funding_source": source.funding_source,
        "tax_mode": TaxMode(content.tax_mode),
        "tax_rate_hundredths": content.tax_rate_hundredths,
        "total": total,
        "listing_by": date.fromisoformat(content.listing_by) if content.listing_by else None,
        "note": content.note,
        "origin": "tablet",
        "created_at": clock.now(),
        "created_by": actor.user_id,
    }


def _write_rows(row_id: int, record: SignedRecord, names: _Names) -> None:
    lines = [
        {"commitment_id": row_id, "position": position, **_line(record, position - 1, names.products)}
        for position in range(1, len(record.content.lines) + 1)
    ]
    db.session.execute(sa.insert(CommitmentLine), lines)
    sides = (
        (PartyKind.BUYER, names.buyer, record.content.buyer),
        (PartyKind.EXHIBITOR, names.exhibitor, record.content.exhibitor),
    )
    parties = [
        {"commitment_id": row_id, "kind": kind, "participation_id": entry.id, **_party(record, kind, entry, party)}
        for kind, entry, party in sides
    ]
    db.session.execute(sa.insert(CommitmentParty), parties)


def _line(record: SignedRecord, index: int, products: dict[str, Product]) -> dict[str, Any]:
    line, product = record.content.lines[index], products.get(record.products[index])
    return {
        "commitment_kind": _KINDS[record.form["format"]],
        "product_id": product.id if product else None,
        "category_id": product.category_id if product else None,
        "product_name": line.product,
        "specification": line.specification,
        "quantity_thousandths": line.quantity_thousandths,
        "unit": line.unit,
        "unit_price": line.unit_price,
        "line_total": line_total(line.quantity_thousandths, line.unit_price),
        "content_note": line.content_note,
    }


def _party(record: SignedRecord, kind: PartyKind, entry: Participation, party: CanonicalParty) -> dict[str, Any]:
    """Return a party's words as they stand in the content, and who signed for it."""
    words = {"name": party.name, "detail": party.detail, "address": party.address, "regency": party.regency}
    signed = next((signature for signature in record.signatures if signature.party is kind), None)
    if signed is None:
        unknown = {"delegate_id": None, "signatory_name": "", "signatory_office": "", "signatory_role": None}
        return {**words, **unknown, "employee_number": "", "signatory_phone": None, "authority_limit": None}
    of_entry = sa.select(Delegate).where(Delegate.code == signed.person, Delegate.participation_id == entry.id)
    person = db.session.scalar(of_entry) if signed.person else None
    return {
        **words,
        "delegate_id": person.id if person else None,
        "signatory_name": " ".join(signed.name.split()),
        "signatory_office": " ".join(signed.office.split()),
        "signatory_role": signed.role,
        "employee_number": signed.employee_number,
        "signatory_phone": person.phone if person else None,
        "authority_limit": signed.authority_limit,
    }


def _freeze(commitment: Commitment, record: SignedRecord) -> None:
    """Put the content in as it was hashed. What was warned of on the tablet counts, and what is seen only here."""
    seen = [code for code in record.warnings if code in WARNING_LABELS]
    commitment.warnings = seen + [code for code in warnings_of(commitment) if code not in seen]
    commitment.canonical, commitment.content_hash = dict(record.form), record.content_hash
    commitment.valid_until = date.fromisoformat(record.content.valid_until)
    commitment.awaits_budget = is_next_year(commitment.fiscal_year, date.fromisoformat(record.content.made_on))
    commitment.frozen_at = clock.now()
    commitment.state = CommitmentState.PROPOSED
    db.session.flush()


def _note_making(actor: Actor, commitment: Commitment, record: SignedRecord) -> None:
    """Append that it was made and fixed: when by the tablet's clock, and when the server learned of it."""
    same = {"commitment_id": commitment.id, "content_hash": record.content_hash, "at": clock.now(), **who_acts(actor)}
    keys = {EventKind.CREATED: (commitment.record_id, "begun"), EventKind.PROPOSED: (record.content_hash[:40], "fixed")}
    db.session.add_all(
        CommitmentEvent(**same, kind=kind, event_key=key, device_time=record.moment_of(happened))
        for kind, (key, happened) in keys.items()
    )
    db.session.flush()
    audit.record(actor, "commitments.take_over", commitment, event_id=commitment.event_id)
