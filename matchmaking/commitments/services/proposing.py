"""Freezing a draft: its number, its canonical form and hash; opening it again while nobody has agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Actor
from matchmaking.catalogue.models import Product
from matchmaking.commitments import labels
from matchmaking.commitments.canonical import (
    CanonicalAmends,
    CanonicalLine,
    CanonicalParty,
    CanonicalRecord,
    CanonicalSource,
    canonical_form,
    content_hash,
)
from matchmaking.commitments.commands import EndOrReopen, ProposeCommitment, RecordEvent
from matchmaking.commitments.kinds import KindFacts, is_next_year, record_clauses
from matchmaking.commitments.life import Happening
from matchmaking.commitments.models import (
    Commitment,
    CommitmentKind,
    CommitmentLine,
    CommitmentParty,
    CommitmentState,
    EventKind,
    PartyKind,
)
from matchmaking.commitments.queries.sources import content_notes, pair_of
from matchmaking.commitments.queries.standing import problems_of, warnings_of
from matchmaking.commitments.services.drafting import parties_of, refresh_snapshot, require_seen
from matchmaking.commitments.services.recording import (
    OutOfStep,
    happenings_of,
    is_repeated,
    locked_commitment,
    record_event,
)
from matchmaking.commitments.services.settings import settings_of, take_number
from matchmaking.commitments.services.succession import require_free_target
from matchmaking.commitments.texts import ClauseFacts
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _


class WarningsOpen(Conflict):
    """There is something to look at before proposing that the page did not show; ``warnings`` are its codes."""

    code = "commitments.warnings"

    def __init__(self, warnings: list[str]) -> None:
        sentences = " ".join(str(labels.WARNING_LABELS[code]) for code in warnings)
        super().__init__(_("Please look at this first, then propose again: %(warnings)s", warnings=sentences))
        self.warnings = warnings


class NotReady(InvalidInput):
    """The draft is not complete; ``problems`` are the codes of what is missing."""

    code = "commitments.not_ready"

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(str(labels.PROBLEM_LABELS[code]) for code in problems))
        self.problems = problems


def propose_commitment(actor: Actor, command: ProposeCommitment) -> Commitment:
    """Freeze a draft and give it its number; the same key again changes nothing.

    Raises:
        ChangedMeanwhile, OutOfStep; NotReady: something is missing; WarningsOpen: something was not yet seen.
    """
    commitment = locked_commitment(command.event_id, command.code)
    happened = RecordEvent(EventKind.PROPOSED, command.event_key)
    if is_repeated(commitment, happened):
        return commitment
    if commitment.state is not CommitmentState.DRAFT:
        raise OutOfStep(_("This commitment has been proposed already. Nothing was changed."))
    require_seen(commitment, command.seen_version)
    require_free_target(commitment)
    if problems := problems_of(commitment):
        raise NotReady(problems)
    warnings = warnings_of(commitment)
    if unseen := [code for code in warnings if code not in command.accepted]:
        raise WarningsOpen(unseen)
    commitment.warnings = warnings
    _refresh(commitment)
    _freeze(commitment)
    record_event(actor, commitment, happened)
    return commitment


def _refresh(commitment: Commitment) -> None:
    """Take over, for the last time, how the parties are called today and which certificates count today."""
    pair = pair_of(commitment.event_id, commitment.buyer_id, commitment.exhibitor_id)
    if pair is None:
        raise NotReady(["buyer_not_approved"])
    rows = parties_of(commitment.id)
    refresh_snapshot(rows[PartyKind.BUYER], pair.buyer)
    refresh_snapshot(rows[PartyKind.EXHIBITOR], pair.exhibitor)
    lines = _lines(commitment.id)
    products = db.session.scalars(sa.select(Product).where(Product.id.in_([line.product_id for line in lines]))).all()
    notes = content_notes(products)
    for line in lines:
        if line.product_id in notes:
            line.content_note = notes[line.product_id]
    db.session.flush()


def _freeze(commitment: Commitment) -> None:
    event = db.session.get_one(Event, commitment.event_id)
    today = commitment.paper_on or clock.today(event.timezone)
    if commitment.number is None:
        commitment.serial, commitment.number = take_number(event.id, today)
    is_withdrawal = commitment.kind is CommitmentKind.WITHDRAWAL
    commitment.valid_until = None if is_withdrawal else date(commitment.fiscal_year, 12, 31)
    form = canonical_form(_record(commitment, event, today))
    commitment.awaits_budget = not is_withdrawal and is_next_year(commitment.fiscal_year, today)
    commitment.canonical, commitment.content_hash = form, content_hash(form)
    commitment.frozen_at = clock.now()
    db.session.flush()


def draft_form(commitment: Commitment) -> dict[str, Any]:
    """Return the canonical form a draft would get today, without a number: for its paper and preview."""
    event = db.session.get_one(Event, commitment.event_id)
    record = _record(commitment, event, clock.today(event.timezone))
    return canonical_form(replace(record, number=""))


def _record(commitment: Commitment, event: Event, today: date) -> CanonicalRecord:
    rows = parties_of(commitment.id)
    source = CanonicalSource(
        commitment.rup_code, commitment.rup_name, commitment.work_unit, commitment.funding_source,
        commitment.procurement_method, commitment.planned_month,
    )  # fmt: skip
    valid_until = commitment.valid_until or date(commitment.fiscal_year, 12, 31)
    return CanonicalRecord(
        record_id=commitment.record_id,
        event=event.code,
        number=commitment.number or "",
        made_on=today.isoformat(),
        place=event.venue,
        fiscal_year=commitment.fiscal_year,
        valid_until=valid_until.isoformat(),
        buyer=_party(rows[PartyKind.BUYER], commitment.buyer.code),
        exhibitor=_party(rows[PartyKind.EXHIBITOR], commitment.exhibitor.code),
        lines=tuple(_line(line) for line in _lines(commitment.id)),
        tax_mode=commitment.tax_mode.value,
        tax_rate_hundredths=commitment.tax_rate_hundredths,
        source=source,
        clauses=record_clauses(_kind_facts(commitment, today, _facts(commitment, event, source, valid_until))),
        listing_by=commitment.listing_by.isoformat() if commitment.listing_by else "",
        note=commitment.note,
        kind=commitment.kind.value,
        amends=_amends(commitment),
    )


def _kind_facts(commitment: Commitment, made_on: date, facts: ClauseFacts) -> KindFacts:
    amended = db.session.get(Commitment, commitment.amends_id) if commitment.amends_id else None
    return KindFacts(
        kind=commitment.kind,
        made_on=made_on,
        number=commitment.number or "",
        is_from_paper=commitment.paper_on is not None,
        amends=_amends(commitment),
        amended_kind=amended.kind if amended else CommitmentKind.COMMITMENT,
        clause_facts=facts,
    )


def _amends(commitment: Commitment) -> CanonicalAmends | None:
    """Name the record that this one replaces or takes back, by what is printed on it."""
    amended = db.session.get(Commitment, commitment.amends_id) if commitment.amends_id else None
    if amended is None or amended.canonical is None:
        return None
    return CanonicalAmends(
        number=amended.number or "",
        made_on=amended.canonical["made_on"],
        content_hash=amended.content_hash or "",
        reason=commitment.amend_reason,
    )


def _facts(commitment: Commitment, event: Event, source: CanonicalSource, valid_until: date) -> ClauseFacts:
    settings = settings_of(event.id)
    return ClauseFacts(
        total=commitment.total,
        tax_mode=commitment.tax_mode.value,
        tax_rate_hundredths=commitment.tax_rate_hundredths,
        fiscal_year=commitment.fiscal_year,
        valid_until=valid_until,
        host=event.host_name,
        source=source,
        listing_by=commitment.listing_by,
        report_days=settings.report_days,
        texts=settings.texts,
    )


def _party(row: CommitmentParty, code: str) -> CanonicalParty:
    return CanonicalParty(code, row.name, row.detail, row.address, row.regency)


def _line(row: CommitmentLine) -> CanonicalLine:
    return CanonicalLine(
        row.product_name, row.specification, row.quantity_thousandths, row.unit, row.unit_price, row.content_note
    )


def _lines(commitment_id: int) -> list[CommitmentLine]:
    wanted = sa.select(CommitmentLine).where(CommitmentLine.commitment_id == commitment_id)
    return list(db.session.scalars(wanted.order_by(CommitmentLine.position)))


def reopen_commitment(actor: Actor, command: EndOrReopen) -> Commitment:
    """Turn a proposed commitment back into a draft, while nobody has agreed or signed; its number stays its own.

    Raises:
        OutOfStep: somebody has agreed or signed, or it is not proposed.
    """
    commitment = locked_commitment(command.event_id, command.code)
    happened = RecordEvent(EventKind.REOPENED, command.event_key, command.party)
    if is_repeated(commitment, happened):
        return commitment
    if commitment.kind is CommitmentKind.WITHDRAWAL:
        raise OutOfStep(_("A withdrawal has nothing to change. Call it off and begin another one."))
    if commitment.state is not CommitmentState.PROPOSED or somebody_agreed(happenings_of(commitment.id)):
        raise OutOfStep(
            _("Somebody has agreed or signed: the content stays as it is. Withdraw it and make a new one instead.")
            if commitment.state is not CommitmentState.DRAFT
            else _("This commitment is a draft already.")
        )
    record_event(actor, commitment, happened)
    commitment.canonical = commitment.content_hash = commitment.frozen_at = commitment.valid_until = None
    commitment.warnings = []
    commitment.awaits_budget = False
    db.session.flush()
    return commitment


def somebody_agreed(happened: list[Happening]) -> bool:
    """Say whether a party has agreed or signed since the content was last fixed."""
    agreed = False
    for event in happened:
        if event.kind in (EventKind.AGREED, EventKind.SIGNED):
            agreed = True
        elif event.kind is EventKind.REOPENED:
            agreed = False
    return agreed
