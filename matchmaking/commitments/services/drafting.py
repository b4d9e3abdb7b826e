"""Beginning and changing drafts: the same record sent again is the same commitment, and nothing is overwritten unseen."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import asdict
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.catalogue.models import Product
from matchmaking.codes import new_code
from matchmaking.commitments.authority import is_same_person
from matchmaking.commitments.checks import is_closed
from matchmaking.commitments.commands import BeginCommitment, EditDraft, RecordEvent
from matchmaking.commitments.labels import ORIGIN_LABELS
from matchmaking.commitments.models import (
    COMPETITIVE,
    Commitment,
    CommitmentEvent,
    CommitmentKind,
    CommitmentLine,
    CommitmentParty,
    CommitmentState,
    EventKind,
    PartyKind,
)
from matchmaking.commitments.queries.sources import (
    PAPER_LOCALE,
    Pair,
    content_notes,
    matching_needs,
    meeting_pair,
    offered_products,
    pair_of,
    people_of,
    planned_method,
)
from matchmaking.commitments.services.paper_forms import number_taken, paper_day, read_paper, use_form
from matchmaking.commitments.services.reading import (
    Choices,
    DraftValues,
    SignatoryValues,
    competitive_refusal,
    read_draft,
)
from matchmaking.commitments.services.recording import OutOfStep, locked_commitment, record_event
from matchmaking.commitments.services.signing import end_mandate
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.i18n import gettext as _
from matchmaking.regions import BY_CODE
from matchmaking.registration.labels import BUYER_TYPES
from matchmaking.registration.models import Participation, ParticipationState
from matchmaking.transactions import insert_new

#: ``origin`` of a record that was signed on paper and is typed in later.
PAPER = "paper"
#: From this month on the fiscal year is asked: what is bought may wait for the next year's budget.
ASKED_FROM_MONTH = 10


class RecordTaken(Conflict):
    """A record of this id is stored already, with other content: both stay, nothing is overwritten."""

    code = "commitments.record_taken"

    def __init__(self, stored_code: str) -> None:
        super().__init__(
            _(
                "This commitment was saved before with other content, and that stays as it is."
                " Save once more to keep what you see here as a second commitment."
            )
        )
        self.stored_code = stored_code


class ChangedMeanwhile(Conflict):
    """Somebody else changed the draft since the page was opened."""

    code = "commitments.changed"


def begin_commitment(actor: Actor, command: BeginCommitment) -> Commitment:
    """Store a new draft, or return the stored one when this very record was sent before.

    Raises:
        InvalidInput: with a sentence for each field; NotFound: no such pair or meeting in this event.
        RecordTaken: the record's id is stored with other content.
    """
    pair = _pair(command)
    record_id = read_record_id(command.record_id)
    digest = _digest(command)
    known = stored_record(record_id)
    if known is None:
        _require_open(pair)
        on = paper_day(command.paper_on) if command.origin == PAPER else None
        values = read_draft(command.details, choices_of(pair, on=on))
        require_open_package(values)
        known = _insert(actor, command, pair, values, digest) or stored_record(record_id)
    if known is None:
        raise RuntimeError("a record that can be neither stored nor found")
    return _same(known, digest)


def _pair(command: BeginCommitment) -> Pair:
    if command.origin not in ORIGIN_LABELS:
        raise ValueError(command.origin)
    if command.meeting_code:
        pair = meeting_pair(command.event_id, command.meeting_code)
        if pair is None or (pair.buyer.id, pair.exhibitor.id) != (command.buyer_id, command.exhibitor_id):
            raise NotFound(_("There is no such meeting of these two in this event."))
        return pair
    found = pair_of(command.event_id, command.buyer_id, command.exhibitor_id)
    if found is None:
        raise NotFound(_("There is no such buyer or IKM in this event."))
    return found


def read_record_id(text: str) -> str:
    """Return the id a page or device made for a record.

    Raises:
        InvalidInput: it is none.
    """
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise InvalidInput(_("The page was incomplete. Please reload it and try again.")) from error


def _digest(command: BeginCommitment) -> str:
    """Identify what was sent, so that a repeat is known from another content under the same id."""
    content = asdict(command) | {"record_id": ""}
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def stored_record(record_id: str) -> Commitment | None:
    """Return the record stored under this id."""
    return db.session.scalar(sa.select(Commitment).where(Commitment.record_id == record_id))


def _same(known: Commitment, digest: str) -> Commitment:
    begun_with = db.session.scalar(
        sa.select(CommitmentEvent.content_hash).where(
            CommitmentEvent.commitment_id == known.id, CommitmentEvent.kind == EventKind.CREATED
        )
    )
    if begun_with != digest:
        raise RecordTaken(known.code)
    return known


def _require_open(pair: Pair) -> None:
    if db.session.get_one(Event, pair.buyer.event_id).state is EventState.ARCHIVED:
        raise OutOfStep(_("This event is in the archive: no new commitments can be made in it."))
    for entry in (pair.buyer, pair.exhibitor):
        if entry.state is not ParticipationState.APPROVED:
            name = entry.organization.legal_name
            raise InvalidInput(_("%(name)s is not an approved participant of this event.", name=name))


def choices_of(pair: Pair, kept: Commitment | None = None, on: date | None = None) -> Choices:
    """Return what the two bring.

    Args:
        pair: the two.
        kept: a draft whose products and need may be chosen though they were retired.
        on: when the paper was signed that is typed in; its day decides on the fiscal year, however late it is typed.
    """
    products = offered_products(pair.exhibitor.organization_id)
    needs = matching_needs(pair.buyer.id, products)
    if kept:
        products = [*products, *_kept_products(kept, {product.id for product in products})]
    year = db.session.get_one(Event, pair.buyer.event_id).starts_on.year
    today = on or (kept.paper_on if kept else None) or clock.today()
    return Choices(
        products={product.code: product for product in products},
        needs={need.code: need for need in needs},
        people={
            PartyKind.BUYER: {person.code: person for person in people_of(pair.buyer.id)},
            PartyKind.EXHIBITOR: {person.code: person for person in people_of(pair.exhibitor.id)},
        },
        content_notes=content_notes(products),
        fiscal_year=None if year <= today.year and today.month >= ASKED_FROM_MONTH else max(year, today.year),
        as_of=today,
    )


def require_open_package(values: DraftValues) -> None:
    """Refuse a method without competition for a package that another record here knows as competitive, by its RUP code.

    Raises:
        InvalidInput: at the method.
    """
    fields = dict(values.fields)
    planned = planned_method(fields["rup_code"])
    if is_closed(planned, fields["procurement_method"], COMPETITIVE):
        sentence = competitive_refusal(planned)
        raise InvalidInput(sentence, fields={"method": sentence})


def _kept_products(kept: Commitment, offered: set[int]) -> list[Product]:
    named = sa.select(CommitmentLine.product_id).where(CommitmentLine.commitment_id == kept.id)
    return list(db.session.scalars(sa.select(Product).where(Product.id.in_(named), Product.id.not_in(offered))))


def _insert(actor: Actor, command: BeginCommitment, pair: Pair, values: DraftValues, digest: str) -> Commitment | None:
    """Store the draft unless another request stores the same record at this moment."""
    paper = read_paper(command) if command.origin == PAPER else None
    row_id = insert_new(
        Commitment,
        {
            "code": new_code(20),
            "record_id": read_record_id(command.record_id),
            "event_id": command.event_id,
            "meeting_id": pair.meeting.id if pair.meeting else None,
            "buyer_id": pair.buyer.id,
            "exhibitor_id": pair.exhibitor.id,
            "kind": values.kind,
            "total": values.total,
            "origin": command.origin,
            "created_at": clock.now(),
            "created_by": actor.user_id,
            **({"number": paper.number, "serial": paper.serial, "paper_on": paper.on} if paper else {}),
            **dict(values.fields),
        },
    )
    if row_id is None:
        if paper and stored_record(read_record_id(command.record_id)) is None:  # two typed the same number at once
            raise InvalidInput(number_taken(), fields={"paper_number": number_taken()})
        return None
    if paper:
        use_form(paper, row_id)
    commitment = db.session.get_one(Commitment, row_id)
    _write_lines(commitment, values)
    for kind, entry, signatory in _sides(pair, values):
        party = CommitmentParty(commitment_id=row_id, kind=kind, participation_id=entry.id, **snapshot_of(entry))
        db.session.add(party)
        _write_signatory(party, signatory)
    db.session.flush()
    record_event(actor, commitment, RecordEvent(EventKind.CREATED, commitment.record_id, content_hash=digest))
    return commitment


def _sides(pair: Pair, values: DraftValues) -> tuple[tuple[PartyKind, Participation, SignatoryValues], ...]:
    return (
        (PartyKind.BUYER, pair.buyer, values.buyer),
        (PartyKind.EXHIBITOR, pair.exhibitor, values.exhibitor),
    )


def snapshot_of(entry: Participation) -> dict[str, str]:
    """Return a party's words for the paper, as they are today and in the paper's language."""
    organization = entry.organization
    with force_locale(PAPER_LOCALE):
        if organization.buyer_type:
            detail = str(BUYER_TYPES[organization.buyer_type])
        elif organization.business_id_number:
            detail = f"NIB {organization.business_id_number}"
        else:
            detail = _("NIB in process") if organization.business_id_pending else ""
    regency = BY_CODE.get(organization.regency or "")
    return {
        "name": organization.legal_name,
        "detail": detail,
        "address": organization.address,
        "regency": regency.full_name if regency else "",
    }


def _clear_lines(commitment: Commitment) -> None:
    db.session.execute(sa.delete(CommitmentLine).where(CommitmentLine.commitment_id == commitment.id))


def _write_lines(commitment: Commitment, values: DraftValues) -> None:
    db.session.add_all(
        CommitmentLine(
            commitment_id=commitment.id,
            commitment_kind=values.kind,
            position=position,
            product_id=line.product_id,
            category_id=line.category_id,
            product_name=line.product_name,
            specification=line.specification,
            quantity_thousandths=line.quantity_thousandths,
            unit=line.unit,
            unit_price=line.unit_price,
            line_total=line.line_total,
            content_note=line.content_note,
        )
        for position, line in enumerate(values.lines, start=1)
    )


def _write_signatory(party: CommitmentParty, values: SignatoryValues) -> None:
    if party.signatory_name and not is_same_person(party.signatory_name, values.signatory_name):
        end_mandate(party)
    for name, value in asdict(values).items():
        setattr(party, name, value)


def edit_draft(actor: Actor, command: EditDraft) -> Commitment:
    """Change a draft.

    Raises:
        InvalidInput: with a sentence for each field; OutOfStep: it is no draft (any more).
        ChangedMeanwhile: it is not as the page showed it.
    """
    commitment = locked_commitment(command.event_id, command.code)
    require_seen(commitment, command.seen_version)
    if commitment.kind is CommitmentKind.WITHDRAWAL:
        raise OutOfStep(_("A withdrawal has nothing to change. Call it off and begin another one."))
    if commitment.state is not CommitmentState.DRAFT:
        raise OutOfStep(_("This commitment is no draft any more: its content is fixed. Open it again first."))
    pair = pair_of(commitment.event_id, commitment.buyer_id, commitment.exhibitor_id)
    if pair is None:
        raise NotFound(_("There is no such buyer or IKM in this event."))
    values = read_draft(command.details, choices_of(pair, commitment))
    require_open_package(values)
    if commitment.amends_id and values.kind is CommitmentKind.INVITATION:
        sentence = _(
            "A commitment that both have signed cannot be turned into an invitation. Withdraw it together instead."
        )
        raise InvalidInput(sentence, fields={"method": sentence})
    _clear_lines(commitment)
    commitment.kind = values.kind
    for column, value in values.fields:
        setattr(commitment, column, value)
    commitment.total = values.total
    flag_modified(commitment, "total")  # also when only a line changed: the next page sees a new version
    db.session.flush()  # lines refer to the kind as it is now
    _write_lines(commitment, values)
    rows = parties_of(commitment.id)
    for kind, entry, signatory in _sides(pair, values):
        _write_signatory(rows[kind], signatory)
        refresh_snapshot(rows[kind], entry)
    db.session.flush()
    audit.record(actor, "commitments.edit", commitment, event_id=commitment.event_id)
    return commitment


def require_seen(commitment: Commitment, seen_version: int) -> None:
    """Refuse to act on what the page did not show.

    Raises:
        ChangedMeanwhile: with what to do.
    """
    if commitment.row_version != seen_version:
        raise ChangedMeanwhile(
            _("Somebody changed this commitment while you had it open. Look at it again; nothing was overwritten.")
        )


def parties_of(commitment_id: int) -> dict[PartyKind, CommitmentParty]:
    """Return both parties of a commitment."""
    rows = db.session.scalars(sa.select(CommitmentParty).where(CommitmentParty.commitment_id == commitment_id))
    return {row.kind: row for row in rows}


def refresh_snapshot(party: CommitmentParty, entry: Participation) -> None:
    """Take the party's words over as they are today; only while the commitment is a draft."""
    for name, value in snapshot_of(entry).items():
        setattr(party, name, value)
