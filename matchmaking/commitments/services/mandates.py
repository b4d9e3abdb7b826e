"""A mandate or power of attorney on file: it lets somebody sign who may not by office."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaking import typed
from matchmaking.actor import Actor
from matchmaking.commitments.commands import RecordEvent
from matchmaking.commitments.models import Commitment, CommitmentParty, EventKind, PartyKind
from matchmaking.commitments.services.drafting import parties_of
from matchmaking.commitments.services.recording import is_repeated, locked_commitment, record_event
from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.registration.services.details import Sentences
from matchmaking.registration.services.uploads import claim_upload
from matchmaking.storage.services import Owner

OWNER = "commitment_party"
MAX_NUMBER = 120


@dataclass(frozen=True)
class AddMandate:
    """A mandate for one party. ``upload_code``: a file that was kept with the form; ``limit``: up to which total, if any."""

    event_id: int
    code: str
    party: PartyKind
    event_key: str
    upload_code: str
    number: str = ""
    limit: str = ""


def add_mandate(actor: Actor, command: AddMandate) -> Commitment:
    """Put a mandate on a party's file; the same key again changes nothing.

    An earlier one is replaced, its file stays: somebody may have signed by it.

    Raises:
        InvalidInput: with a sentence for each field; OutOfStep: the commitment is signed or has ended.
    """
    commitment = locked_commitment(command.event_id, command.code)
    happened = RecordEvent(EventKind.MANDATE_ADDED, command.event_key, command.party.value)
    if is_repeated(commitment, happened):
        return commitment
    number, limit = _read(command)
    party = parties_of(commitment.id)[command.party]
    record_event(actor, commitment, happened)
    _take_file(party, command)
    party.mandate_number, party.mandate_limit = number, limit
    return commitment


def _read(command: AddMandate) -> tuple[str, int | None]:
    sentences = Sentences()
    number = typed.one_line(command.number)
    if len(number) > MAX_NUMBER:
        sentences.note("number", _("At most %(count)s characters, please.", count=MAX_NUMBER))
    limit = sentences.read("limit", typed.read_price, command.limit) if command.limit.strip() else None
    if not command.upload_code:
        sentences.note("file", _("Please choose the mandate as PDF or photo."))
    sentences.raise_if_any()
    return number, limit


def _take_file(party: CommitmentParty, command: AddMandate) -> None:
    stored = claim_upload(command.event_id, command.upload_code, Owner("mandate", command.event_id, OWNER, party.id))
    if stored is None:
        sentence = _("A file that was sent earlier is gone. Please choose it again.")
        raise InvalidInput(sentence, fields={"file": sentence})
    party.mandate_file_id = stored.id
