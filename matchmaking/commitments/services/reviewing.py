"""What an organiser decides on a record that was kept aside: it becomes a commitment of its own, or stays aside with a reason.

Neither changes the record, nor the commitment that stood in its way.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.commitments.models import Commitment
from matchmaking.commitments.queries.tablets import tablet_by_code
from matchmaking.commitments.services.receiving import add_signatures, signing_actor, take_in_witness
from matchmaking.commitments.services.recording import locked_commitment
from matchmaking.commitments.services.sent_papers import Sent, take_in_waiting
from matchmaking.commitments.services.taking_over import take_over
from matchmaking.commitments.signed_record import SignedRecord, read_record
from matchmaking.commitments.sync_models import ReceivedOutcome, ReceivedRecord
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.transactions import lock_row

MAX_REASON = 300
_UNDECIDED = (ReceivedOutcome.NEEDS_REVIEW, ReceivedOutcome.SET_ASIDE)


class AlreadyDecided(Conflict):
    """Somebody else has decided since the page was opened."""

    code = "commitments.already_decided"


def keep_record(actor: Actor, event_id: int, code: str) -> Commitment:
    """Make a commitment of a record that was kept aside; it is judged by the day on its paper.

    A number or id that another one has stays that one's: this one is kept under ``number (2)``, its paper shows what was signed.

    Raises:
        NotFound, AlreadyDecided; DomainError: it cannot become a commitment, such as a second signature of a party.
    """
    row = _locked(event_id, code)
    record = read_record(row.payload, row.record_hash)
    tablet = tablet_by_code(record.tablet)
    signer = signing_actor(tablet, event_id)
    as_of = date.fromisoformat(record.content.made_on)
    known = _of_same_content(event_id, record)
    commitment = known or take_over(signer, record, event_id, tablet, is_decided=True)
    if commitment is None:
        raise AlreadyDecided(_("Somebody stored this record at this moment. Please reload the page."))
    take_in_waiting(signer, commitment)
    add_signatures(signer, commitment, record, as_of)
    sent = Sent(row.tablet_id, row.clock_error_seconds, row.received_by)
    take_in_witness(signer, commitment, record, sent)
    row.outcome, row.commitment_id, row.reason = ReceivedOutcome.KEPT, commitment.id, ""
    _note(actor, row, "commitments.keep_received")
    return commitment


def _of_same_content(event_id: int, record: SignedRecord) -> Commitment | None:
    code = db.session.scalar(
        sa.select(Commitment.code).where(
            Commitment.event_id == event_id, Commitment.content_hash == record.content_hash
        )
    )
    return locked_commitment(event_id, code) if code else None


def set_aside(actor: Actor, event_id: int, code: str, reason: str) -> None:
    """Decide that a record is no commitment, and why; it stays here whole and can still be kept later.

    Raises:
        NotFound, AlreadyDecided; InvalidInput: no reason, or a long one.
    """
    row = _locked(event_id, code)
    plain = " ".join(reason.split())
    if not plain or len(plain) > MAX_REASON:
        sentence = _("Please write why, in at most %(count)s characters.", count=MAX_REASON)
        raise InvalidInput(sentence, fields={"reason": sentence})
    row.outcome, row.reason = ReceivedOutcome.SET_ASIDE, plain
    _note(actor, row, "commitments.set_aside_received")


def _locked(event_id: int, code: str) -> ReceivedRecord:
    wanted = sa.select(ReceivedRecord.id).where(ReceivedRecord.event_id == event_id, ReceivedRecord.code == code)
    row_id = db.session.scalar(wanted)
    row = lock_row(ReceivedRecord, row_id) if row_id else None
    if row is None:
        raise NotFound(_("There is no such record in this event."))
    if row.outcome not in _UNDECIDED:
        raise AlreadyDecided(_("This record has become a commitment already. Nothing was changed."))
    return row


def _note(actor: Actor, row: ReceivedRecord, action: str) -> None:
    row.decided_at, row.decided_by = clock.now(), actor.user_id
    db.session.flush()
    audit.record(actor, action, row, event_id=row.event_id, data={"problem": row.problem})
