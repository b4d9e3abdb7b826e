"""A mandate or power of attorney on file: it lets somebody sign who may not by office."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaking import typed
from matchmaking.actor import Actor
from matchmaking.commitments.commands import RecordEvent
from matchmaking.commitments.models import Commitment, CommitmentParty, EventKind, PartyKind
from matchmaking.commitments.services.drafting import parties_of
from matchmaking.commitments.services.recording import (
    is_repeated,
    locked_commitment,
    record_event,
    require_same_entry,
)
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.services.details import Sentences
from matchmaking.registration.services.uploads import claim_upload, waiting_upload
from matchmaking.storage.models import StoredFile
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


@dataclass(frozen=True)
class Mandate:
    """What a mandate is to its party: the file, the letter's number, up to which total it reaches, if it says."""

    file_id: int
    number: str = ""
    limit: int | None = None


def add_mandate(actor: Actor, command: AddMandate) -> Commitment:
    """Put a mandate on a party's file; the same key again changes nothing.

    An earlier one is replaced, its file stays: somebody may have signed by it.

    Raises:
        InvalidInput: with a sentence for each field; OutOfStep: the commitment is signed or has ended;
            EntryTaken: the key is another mandate's.
    """
    commitment = locked_commitment(command.event_id, command.code)
    happened = RecordEvent(EventKind.MANDATE_ADDED, command.event_key, command.party.value)
    party = parties_of(commitment.id)[command.party]
    if is_repeated(commitment, happened):
        require_same_entry(is_same=_is_stored(party, command))
        return commitment
    number, limit = _read(command)
    put_mandate(actor, commitment, party, Mandate(_take_file(party, command), number, limit), happened)
    return commitment


def put_mandate(
    actor: Actor, commitment: Commitment, party: CommitmentParty, mandate: Mandate, happened: RecordEvent
) -> None:
    """Make a stored file the mandate of a locked commitment's party, and append that to the trail.

    Raises:
        OutOfStep: the commitment is signed or has ended.
    """
    record_event(actor, commitment, happened)
    party.mandate_file_id, party.mandate_number, party.mandate_limit = mandate.file_id, mandate.number, mandate.limit
    db.session.flush()


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


def _is_stored(party: CommitmentParty, command: AddMandate) -> bool:
    """Say whether a form is that of the party's mandate; a file that waits for no form any more came with it."""
    sent = waiting_upload(command.event_id, command.upload_code)
    stored = db.session.get(StoredFile, party.mandate_file_id) if party.mandate_file_id else None
    is_same_file = stored is not None and (sent is None or sent.sha256 == stored.sha256)
    return is_same_file and _read(command) == (party.mandate_number, party.mandate_limit)


def _take_file(party: CommitmentParty, command: AddMandate) -> int:
    stored = claim_upload(command.event_id, command.upload_code, Owner("mandate", command.event_id, OWNER, party.id))
    if stored is None:
        sentence = _("A file that was sent earlier is gone. Please choose it again.")
        raise InvalidInput(sentence, fields={"file": sentence})
    return stored.id
