"""Ending a commitment before both have signed: by staff or one of its parties, with a reason; number and content stay on record."""

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

    Staff or a party alone may until both have signed; from then on both sign its withdrawal (``succession.py``).

    Raises:
        InvalidInput: no reason; OutOfStep: it has ended or been realised, or both have signed.
    """
    commitment = locked_commitment(command.event_id, command.code)
    reason = read_reason(command.reason)
    happened = RecordEvent(EventKind.WITHDRAWN, command.event_key, command.party, reason=reason)
    if is_repeated(commitment, happened):
        return commitment
    if commitment.state is CommitmentState.SIGNED:
        raise OutOfStep(_("Both parties have signed: it is withdrawn by a statement that both sign too."))
    if commitment.state in (CommitmentState.PARTLY_REALIZED, CommitmentState.REALIZED):
        raise OutOfStep(_("Something has been bought on this commitment already: it cannot be withdrawn."))
    record_event(actor, commitment, happened)
    return commitment


def read_reason(text: str) -> str:
    """Return a reason in one line.

    Raises:
        InvalidInput: there is none, or it is too long.
    """
    reason = one_line(text)
    sentence = ""
    if not reason:
        sentence = _("Please write why, so that the other party understands.")
    elif len(reason) > MAX_REASON:
        sentence = _("At most %(count)s characters, please.", count=MAX_REASON)
    if sentence:
        raise InvalidInput(sentence, fields={"reason": sentence})
    return reason
