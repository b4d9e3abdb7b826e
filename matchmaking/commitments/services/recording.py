"""The one place that appends what happens to a commitment, and stores the state that follows from it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor, ActorKind
from matchmaking.commitments.commands import RecordEvent
from matchmaking.commitments.life import COUNTED, Happening, derive_state, may_happen, realized_amount, state_on
from matchmaking.commitments.models import Commitment, CommitmentEvent, CommitmentKind, CommitmentState, EventKind
from matchmaking.commitments.services.frames import keep_frame
from matchmaking.commitments.services.sealing import request_seal
from matchmaking.errors import Conflict, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.transactions import lock_row


class OutOfStep(Conflict):
    """The commitment's state does not allow it (any more)."""

    code = "commitments.state"


class EntryTaken(Conflict):
    """A form with this key was stored with other entries: those stay, and these are told, not dropped."""

    code = "commitments.entry_taken"


def require_same_entry(*, is_same: bool) -> None:
    """Refuse a form that was changed and sent again under the key of one that is stored (the browser's way back).

    Raises:
        EntryTaken: with what to do.
    """
    if not is_same:
        raise EntryTaken(
            _(
                "This form was saved before with other entries, and those stay as they are."
                " Save once more to keep what you see here as well."
            )
        )


def locked_commitment(event_id: int, code: str) -> Commitment:
    """Return a commitment of the event, locked until the commit.

    Raises:
        NotFound: there is none with this code in this event.
    """
    wanted = sa.select(Commitment.id).where(Commitment.event_id == event_id, Commitment.code == code)
    row_id = db.session.scalar(wanted)
    row = lock_row(Commitment, row_id) if row_id else None
    if row is None:
        raise NotFound(_("There is no such commitment in this event."))
    return row


def record_event(actor: Actor, commitment: Commitment, happened: RecordEvent) -> CommitmentEvent | None:
    """Append an event to a locked commitment and store the state derived from all of them.

    Returns:
        The new event, or ``None`` when this very event is stored already (the same key).

    Raises:
        OutOfStep: the state does not allow it, or the key belongs to another kind of event.
    """
    if is_repeated(commitment, happened):
        return None
    today = state_on(commitment.state, commitment.valid_until, happened.as_of or clock.today())
    if not may_happen(happened.kind, today):
        raise OutOfStep(_refusal(today))
    before = commitment.state
    event = _append(actor, commitment, happened)
    keep_frame(commitment)
    commitment.state = derive_state(happenings_of(commitment.id), commitment.total)
    db.session.flush()
    if commitment.state in COUNTED and before not in COUNTED:
        request_seal(actor, commitment)
    data = {"state": commitment.state.value, "before": before.value, "party": happened.party}
    audit.record(actor, f"commitments.{happened.kind.value}", commitment, event_id=commitment.event_id, data=data)
    if commitment.amends_id and commitment.state is CommitmentState.SIGNED and before is not CommitmentState.SIGNED:
        _take_effect(actor, commitment, commitment.amends_id)
    return event


def _take_effect(actor: Actor, successor: Commitment, target_id: int) -> None:
    """Let what both have signed now replace or take back its predecessor; what was bought on that goes along.

    Raises:
        OutOfStep: the predecessor is not in force any more.
    """
    target = lock_row(Commitment, target_id)
    if target is None:
        raise OutOfStep(_("The page was out of date. Please reload it and try again."))
    kind = EventKind.AMENDED if successor.kind is CommitmentKind.COMMITMENT else EventKind.WITHDRAWN
    bought = realized_amount(happenings_of(target.id))
    by = {"code": successor.code, "number": successor.number or ""}
    record_event(actor, target, RecordEvent(kind, f"by-{successor.id}", reason=successor.amend_reason, details=by))
    if bought > 0:
        of = {"code": target.code, "number": target.number or ""}
        carried = RecordEvent(EventKind.REALIZED, f"carried-{target.id}", amount=bought, details=of)
        record_event(actor, successor, carried)


def is_repeated(commitment: Commitment, happened: RecordEvent) -> bool:
    """Say whether this very event is stored already.

    Raises:
        OutOfStep: its key belongs to another kind of event.
    """
    known = _event_of(commitment, happened.event_key)
    if known is None:
        return False
    if (known.kind, known.party) != (happened.kind, happened.party):
        raise OutOfStep(_("The page was out of date. Please reload it and try again."))
    return True


def is_noted(commitment: Commitment, happened: RecordEvent) -> bool:
    """Say whether this very event is stored already, of the same party and with the same words.

    Raises:
        OutOfStep: its key belongs to another kind of event; EntryTaken: it is stored with other words.
    """
    known = _event_of(commitment, happened.event_key)
    if known is None or known.kind is not happened.kind:
        return is_repeated(commitment, happened)
    stored = (known.party, known.reference, dict(known.details))
    require_same_entry(is_same=stored == (happened.party, happened.reference, dict(happened.details)))
    return True


def _event_of(commitment: Commitment, key: str) -> CommitmentEvent | None:
    return db.session.scalar(
        sa.select(CommitmentEvent).where(
            CommitmentEvent.commitment_id == commitment.id, CommitmentEvent.event_key == key
        )
    )


def _append(actor: Actor, commitment: Commitment, happened: RecordEvent) -> CommitmentEvent:
    event = CommitmentEvent(
        commitment_id=commitment.id,
        event_key=happened.event_key,
        kind=happened.kind,
        party=happened.party,
        amount=happened.amount,
        reason=happened.reason,
        reference=happened.reference,
        details=dict(happened.details),
        content_hash=happened.content_hash or commitment.content_hash,
        at=clock.now(),
        device_time=happened.device_time,
        **who_acts(actor),
    )
    db.session.add(event)
    db.session.flush()
    return event


def who_acts(actor: Actor) -> dict[str, Any]:
    """Return the columns that say who did something: a person, a device or a link."""
    return {
        "user_id": actor.user_id,
        "device_id": actor.reference if actor.kind is ActorKind.DEVICE else None,
        "link_id": actor.reference if actor.kind is ActorKind.LINK else None,
    }


def happenings_of(commitment_id: int) -> list[Happening]:
    """Return what happened so far, in order."""
    rows = db.session.execute(
        sa.select(CommitmentEvent.kind, CommitmentEvent.party, CommitmentEvent.amount)
        .where(CommitmentEvent.commitment_id == commitment_id)
        .order_by(CommitmentEvent.id)
    )
    return [Happening(EventKind(row.kind), row.party, row.amount) for row in rows]


def _refusal(state: CommitmentState) -> str:
    if state is CommitmentState.WITHDRAWN:
        return _("This commitment was withdrawn. Nothing was changed.")
    if state is CommitmentState.AMENDED:
        return _("This commitment was replaced by an addendum. Nothing was changed.")
    if state is CommitmentState.EXPIRED:
        return _("This commitment has expired: its fiscal year is over. Nothing was changed.")
    if state is CommitmentState.DRAFT:
        return _("This commitment is still a draft. Propose it first.")
    if state is CommitmentState.PROPOSED:
        return _("This commitment has been proposed already. Nothing was changed.")
    if state is CommitmentState.AGREED:
        return _("Both parties have agreed already. Nothing was changed.")
    return _("This commitment is signed already. Nothing was changed.")
