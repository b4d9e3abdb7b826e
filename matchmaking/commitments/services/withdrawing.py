"""Ending a commitment: by staff or by one of its parties, with a reason; number and content stay on record."""

from __future__ import annotations

from matchmaking.actor import Actor
from matchmaking.commitments.commands import EndOrReopen, RecordEvent
from matchmaking.commitments.models import Commitment, CommitmentState, EventKind
from matchmaking.commitments.services.recording import OutOfStep, is_repeated, locked_commitment, record_event
from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.typed import one_line

MAX_REASON = 300


def withdraw_commitment(actor: Actor, command: EndOrReopen) -> Commitment:
    """Withdraw a commitment; the same key again changes nothing.

    A party withdraws by itself until both have signed; from then on only staff do, who heard both.

    Raises:
        InvalidInput: no reason; OutOfStep: it has ended or been realised, or both have signed and a party asks.
    """
    commitment = locked_commitment(command.event_id, command.code)
    reason = _read_reason(command.reason)
    happened = RecordEvent(EventKind.WITHDRAWN, command.event_key, command.party, reason=reason)
    if is_repeated(commitment, happened):
        return commitment
    if command.party and commitment.state is CommitmentState.SIGNED:
        raise OutOfStep(_("Both parties have signed. Please ask the organiser to withdraw it."))
    if commitment.state in (CommitmentState.PARTLY_REALIZED, CommitmentState.REALIZED):
        raise OutOfStep(_("Something has been bought on this commitment already: it cannot be withdrawn."))
    record_event(actor, commitment, happened)
    return commitment


def _read_reason(text: str) -> str:
    reason = one_line(text)
    sentence = ""
    if not reason:
        sentence = _("Please write why, so that the other party understands.")
    elif len(reason) > MAX_REASON:
        sentence = _("At most %(count)s characters, please.", count=MAX_REASON)
    if sentence:
        raise InvalidInput(sentence, fields={"reason": sentence})
    return reason
