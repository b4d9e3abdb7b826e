"""What replaces or takes back a signed record: begun by one party or staff with a reason, in force once both have signed it."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.commitments.commands import BeginSuccessor, RecordEvent
from matchmaking.commitments.life import may_happen, state_on
from matchmaking.commitments.models import (
    Commitment,
    CommitmentKind,
    CommitmentLine,
    CommitmentParty,
    CommitmentState,
    EventKind,
    PartyKind,
)
from matchmaking.commitments.services.drafting import parties_of, read_record_id, stored_record
from matchmaking.commitments.services.recording import OutOfStep, locked_commitment, record_event
from matchmaking.commitments.services.withdrawing import read_reason
from matchmaking.errors import Conflict
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.transactions import insert_new, lock_row

#: What is taken over from the record that is replaced; a withdrawal has no lines, no price and no source.
_SAME = ("event_id", "meeting_id", "buyer_id", "exhibitor_id", "fiscal_year")
_SAME_CONTENT = (
    "procurement_method", "planned_month", "need_id", "rup_code", "rup_name", "work_unit", "funding_source", "tax_mode",
    "tax_rate_hundredths", "total", "listing_by", "note",
)  # fmt: skip
_SAME_LINE = (
    "commitment_kind", "position", "product_id", "category_id", "product_name", "specification", "quantity_thousandths",
    "unit", "unit_price", "line_total", "content_note",
)  # fmt: skip
_SAME_PARTY = (
    "kind", "participation_id", "name", "detail", "address", "regency", "delegate_id", "signatory_name", "signatory_office",
    "signatory_role", "employee_number", "signatory_phone", "authority_limit",
)  # fmt: skip
#: Whoever signed by it signs what takes the record's place by it too; a withdrawal wants one of its own.
_MANDATE = ("mandate_file_id", "mandate_number", "mandate_limit")


class SuccessorTaken(Conflict):
    """Another addendum or withdrawal of the same record is under way or in force; ``taken_code`` is its code."""

    code = "commitments.successor_taken"

    def __init__(self, taken: Commitment) -> None:
        super().__init__(
            _(
                "An addendum or withdrawal of this record is under way already: %(number)s. Sign that one, or call it off first.",
                number=taken.number or taken.code,
            )
        )
        self.taken_code = taken.code


def begin_amendment(actor: Actor, command: BeginSuccessor) -> Commitment:
    """Draft an addendum with the content of the signed commitment, to be changed; sent again, return the stored one.

    Raises:
        InvalidInput: no reason; OutOfStep: it is not a signed commitment; SuccessorTaken: another one is under way.
    """
    return _begin(actor, command, EventKind.AMENDED)


def begin_withdrawal(actor: Actor, command: BeginSuccessor) -> Commitment:
    """Draft the withdrawal of a signed record; sent again, return the stored one.

    Raises:
        InvalidInput: no reason; OutOfStep: it is not signed, or something was bought; SuccessorTaken: another one is under way.
    """
    return _begin(actor, command, EventKind.WITHDRAWN)


def _begin(actor: Actor, command: BeginSuccessor, effect: EventKind) -> Commitment:
    target = locked_commitment(command.event_id, command.code)
    record_id, reason = read_record_id(command.record_id), read_reason(command.reason)
    known = stored_record(record_id)
    if known:
        if known.amends_id != target.id:
            raise OutOfStep(_("The page was out of date. Please reload it and try again."))
        return known
    _require_signed(target, effect)
    if taken := live_successor(target.id):
        raise SuccessorTaken(taken)
    values = {name: getattr(target, name) for name in _SAME}
    if effect is EventKind.AMENDED:
        values |= {name: getattr(target, name) for name in _SAME_CONTENT}
    values["kind"] = CommitmentKind.COMMITMENT if effect is EventKind.AMENDED else CommitmentKind.WITHDRAWAL
    row_id = insert_new(
        Commitment,
        {
            **values, "code": new_code(20), "record_id": record_id, "amends_id": target.id, "amend_reason": reason,
            "origin": command.party or "staff", "created_at": clock.now(), "created_by": actor.user_id,
        },
    )  # fmt: skip
    if row_id is None:
        raise OutOfStep(_("The page was out of date. Please reload it and try again."))
    made = db.session.get_one(Commitment, row_id)
    _copy(target, made)
    record_event(actor, made, RecordEvent(EventKind.CREATED, record_id, command.party, reason=reason))
    if effect is EventKind.AMENDED:
        _copy_mandates(actor, target, made)
    return made


def _copy_mandates(actor: Actor, target: Commitment, made: Commitment) -> None:
    """Put the mandates of the signed record on the addendum's file, and say in its trail where they come from."""
    before, after = parties_of(target.id), parties_of(made.id)
    for kind in PartyKind:
        if before[kind].mandate_file_id is None:
            continue
        for name in _MANDATE:
            setattr(after[kind], name, getattr(before[kind], name))
        details = {"number": target.number or ""}
        record_event(
            actor, made, RecordEvent(EventKind.MANDATE_ADDED, f"mandate-{kind.value}", kind.value, details=details)
        )


def _copy(target: Commitment, made: Commitment) -> None:
    parties = db.session.scalars(sa.select(CommitmentParty).where(CommitmentParty.commitment_id == target.id))
    for party in parties.all():
        db.session.add(CommitmentParty(commitment_id=made.id, **{name: getattr(party, name) for name in _SAME_PARTY}))
    if made.kind is CommitmentKind.COMMITMENT:
        lines = db.session.scalars(sa.select(CommitmentLine).where(CommitmentLine.commitment_id == target.id))
        for line in lines.all():
            db.session.add(CommitmentLine(commitment_id=made.id, **{name: getattr(line, name) for name in _SAME_LINE}))
    db.session.flush()


def live_successor(target_id: int, but: int | None = None) -> Commitment | None:
    """Return what replaces or takes back a record and has been proposed or signed; there is one at most."""
    return db.session.scalar(
        sa.select(Commitment).where(
            Commitment.amends_id == target_id,
            Commitment.id != (but or 0),
            Commitment.state.not_in((CommitmentState.DRAFT, CommitmentState.WITHDRAWN)),
        )
    )


def _require_signed(target: Commitment, effect: EventKind) -> None:
    state = state_on(target.state, target.valid_until, clock.today())
    is_invited = target.kind is CommitmentKind.INVITATION
    if target.kind is CommitmentKind.WITHDRAWAL or (is_invited and effect is EventKind.AMENDED):
        raise OutOfStep(_("Only a commitment can be changed by an addendum. Nothing was changed."))
    if state is CommitmentState.PARTLY_REALIZED and effect is EventKind.WITHDRAWN:
        raise OutOfStep(_("Something has been bought on this commitment already: it cannot be withdrawn."))
    if state is CommitmentState.SIGNED or (may_happen(effect, state) and effect is EventKind.AMENDED):
        return
    raise OutOfStep(
        _("Only what both parties have signed, and what is still in force, is changed or withdrawn together.")
    )


def require_free_target(commitment: Commitment) -> None:
    """Lock what a successor replaces or takes back, and see that it still can, before the successor gets its number.

    Raises:
        OutOfStep: it is not in force any more; SuccessorTaken: another one came first.
    """
    if commitment.amends_id is None:
        return
    target = lock_row(Commitment, commitment.amends_id)
    if target is None:
        raise OutOfStep(_("The page was out of date. Please reload it and try again."))
    if taken := live_successor(target.id, but=commitment.id):
        raise SuccessorTaken(taken)
    is_withdrawal = commitment.kind is CommitmentKind.WITHDRAWAL
    _require_signed(target, EventKind.WITHDRAWN if is_withdrawal else EventKind.AMENDED)
