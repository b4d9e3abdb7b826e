"""Signing in ink: two originals printed, signed, photographed and ticked by staff; nothing on them is typed again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.commitments.commands import RecordEvent
from matchmaking.commitments.models import Commitment, EventKind, IdentifiedHow, PartyKind, Signature, SigningMethod
from matchmaking.commitments.queries.signing import PAPER_OWNER, SIGNED_PAPER, photos_of
from matchmaking.commitments.services.recording import locked_commitment, record_event
from matchmaking.commitments.services.signing import Signatory, SignRequest, require_open, sign
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.services.uploads import claim_upload
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner

#: Photos of one paper: two pages, an audit page, and one taken twice.
MAX_PHOTOS = 6


@dataclass(frozen=True)
class InkSigner:
    """A party that staff see on the paper. ``key`` as for any signature."""

    kind: PartyKind
    key: str
    signatory: Signatory
    identified_how: IdentifiedHow | None = None


@dataclass(frozen=True)
class InkRequest:
    """Photos of a signed paper (codes of kept uploads) and who signed on it; ``content_hash``: of the printed text."""

    event_id: int
    code: str
    content_hash: str
    files: tuple[str, ...]
    signers: tuple[InkSigner, ...]


def note_printed(actor: Actor, event_id: int, code: str, event_key: str) -> Commitment:
    """Write down that the two originals were printed.

    Raises:
        NotFound: no such commitment in this event.
        NotOpen: there is nothing to sign.
    """
    commitment = locked_commitment(event_id, code)
    require_open(commitment)
    record_event(actor, commitment, RecordEvent(EventKind.INK_PRINTED, event_key))
    return commitment


def record_ink(actor: Actor, request: InkRequest) -> list[Signature]:
    """Store who signed on paper, with its photos; sent again, return what is stored.

    Raises:
        NotFound: no such commitment in this event.
        InvalidInput: no photo, or nobody ticked.
        AlreadySigned, NotOpen, TextChanged: the commitment does not take it (any more).
    """
    commitment = locked_commitment(request.event_id, request.code)
    if not request.signers:
        sentence = _("Please tick who has signed on the paper.")
        raise InvalidInput(sentence, fields={"buyer_signed": sentence})
    if all_stored := _stored(commitment, request):
        return all_stored
    photo = _claim(commitment, request.files)
    return [_sign(actor, request, signer, photo, commitment.paper_on) for signer in request.signers]


def _sign(actor: Actor, request: InkRequest, signer: InkSigner, photo: StoredFile, paper_on: date | None) -> Signature:
    """Store one party's signature; what is wrong with who signs stands at that party's fields.

    A paper that is typed in later was signed on its own day: the fiscal year may be over since.
    """
    wanted = SignRequest(
        event_id=request.event_id,
        code=request.code,
        kind=signer.kind,
        key=signer.key,
        content_hash=request.content_hash,
        method=SigningMethod.INK,
        signatory=signer.signatory,
        file_id=photo.id,
        identified_how=signer.identified_how,
        decided_as_of=paper_on,
    )
    try:
        return sign(actor, wanted)
    except InvalidInput as refusal:
        fields = {name.replace("signatory", signer.kind.value): text for name, text in refusal.fields.items()}
        raise InvalidInput(refusal.message, fields=fields) from refusal


def _stored(commitment: Commitment, request: InkRequest) -> list[Signature]:
    """Return what the same form stored before; its photos are not taken twice."""
    keys = [signer.key for signer in request.signers]
    rows = db.session.scalars(
        sa.select(Signature).where(Signature.commitment_id == commitment.id, Signature.signature_key.in_(keys))
    ).all()
    return list(rows) if len(rows) == len(keys) else []


def _claim(commitment: Commitment, codes: tuple[str, ...]) -> StoredFile:
    """Hand the photos to the commitment; the first is the one the signatures point to."""
    owner = Owner(SIGNED_PAPER, event_id=commitment.event_id, owner_type=PAPER_OWNER, owner_id=commitment.id)
    photos = [claim_upload(commitment.event_id, code, owner) or _claimed(commitment, code) for code in codes]
    kept = [photo for photo in photos if photo]
    if not kept:
        sentence = _("Please add a photo of the signed paper.")
        raise InvalidInput(sentence, fields={"photos": sentence})
    return kept[0]


def _claimed(commitment: Commitment, code: str) -> StoredFile | None:
    """Return a photo that this commitment has taken over before: the same form sent again."""
    return next((photo for photo in photos_of(commitment.id) if photo.code == code), None)
