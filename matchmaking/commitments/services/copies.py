"""Registering later lawful copies of a signed commitment: with e-meterai, with a certified signature, scanned after stamping."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.commitments.life import COUNTED
from matchmaking.commitments.models import Commitment
from matchmaking.commitments.paper_models import CopyKind, PaperFile, PaperKind
from matchmaking.commitments.queries.sealing import sealed_file
from matchmaking.commitments.services.recording import locked_commitment
from matchmaking.commitments.services.sealing import OWNER
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.services.uploads import claim_upload, waiting_upload
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, path_of

COPY = "paper_copy"
MAX_SERIAL, MAX_WHO, MAX_NOTE = 60, 160, 300


class NotSigned(Conflict):
    """There is nothing to have a copy of."""

    code = "commitments.not_signed"


@dataclass(frozen=True)
class RegisterCopy:
    """A copy to be registered. ``upload``: code of a kept PDF; ``serial``: of the e-meterai."""

    event_id: int
    code: str
    upload: str
    kind: str
    serial: str = ""
    affixed_by: str = ""
    note: str = ""


def register_copy(actor: Actor, command: RegisterCopy) -> PaperFile:
    """Register a later copy with its own hash; the same file again is the same copy.

    Raises:
        NotFound: no such commitment in this event.
        NotSigned: it has not been signed by both.
        InvalidInput: no PDF, no kind, or it is one of our own files.
    """
    commitment = locked_commitment(command.event_id, command.code)
    if commitment.state not in COUNTED and sealed_file(commitment.id) is None:
        raise NotSigned(_("A copy can be registered once both parties have signed."))
    if known := _claimed(commitment, command.upload):
        return known
    kind, stored = _checked(command), _stored(command)
    known = db.session.scalar(
        sa.select(PaperFile).where(PaperFile.commitment_id == commitment.id, PaperFile.sha256 == stored.sha256)
    )
    if known and known.kind is PaperKind.COPY:
        return known
    if known:
        raise _at_file(
            _("This is a paper as the application made it, without anything added. The check knows it already.")
        )
    return _insert(actor, commitment, command, kind, stored)


def _checked(command: RegisterCopy) -> CopyKind:
    fields = {}
    if command.kind not in {kind.value for kind in CopyKind}:
        fields["kind"] = _("Please choose what was done to make this copy.")
    if command.kind == CopyKind.E_METERAI.value and not command.serial.strip():
        fields["serial"] = _("Please write the serial number of the e-meterai; it stands below its code.")
    for name, most in (("serial", MAX_SERIAL), ("affixed_by", MAX_WHO), ("note", MAX_NOTE)):
        if len(getattr(command, name).strip()) > most:
            fields[name] = _("At most %(number)s characters.", number=most)
    if fields:
        raise InvalidInput(_("Please look at the marked fields."), fields=fields)
    return CopyKind(command.kind)


def _stored(command: RegisterCopy) -> StoredFile:
    stored = waiting_upload(command.event_id, command.upload) if command.upload else None
    if stored is None:
        raise _at_file(_("Please choose the file of the copy."))
    if stored.media_type != "application/pdf":
        raise _at_file(
            _("A copy has to be a PDF: scan the paper as PDF, or take the file as the stamping service gave it.")
        )
    return stored


def _at_file(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, fields={"file": sentence})


def _claimed(commitment: Commitment, upload: str) -> PaperFile | None:
    """Return the copy that took this upload over before: the same form sent again."""
    return db.session.scalar(
        sa.select(PaperFile)
        .join(StoredFile, StoredFile.id == PaperFile.file_id)
        .where(PaperFile.commitment_id == commitment.id, StoredFile.code == upload)
    )


def _insert(
    actor: Actor, commitment: Commitment, command: RegisterCopy, kind: CopyKind, stored: StoredFile
) -> PaperFile:
    claim_upload(command.event_id, stored.code, Owner(COPY, command.event_id, OWNER, commitment.id))
    row = PaperFile(
        code=new_code(16), commitment_id=commitment.id, kind=PaperKind.COPY, copy_kind=kind, sha256=stored.sha256,
        size=stored.size, content_hash=commitment.content_hash, file_id=stored.id, serial=command.serial.strip(),
        affixed_by=command.affixed_by.strip(), note=command.note.strip(), is_built_on_ours=_is_built_on_ours(commitment, stored),
        made_at=clock.now(), user_id=actor.user_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    data = {"kind": kind.value, "sha256": stored.sha256}
    audit.record(actor, "commitments.register_copy", commitment, event_id=commitment.event_id, data=data)
    return row


def _is_built_on_ours(commitment: Commitment, stored: StoredFile) -> bool:
    """Say whether the copy begins with a file we made, byte for byte: then only something was added to it."""
    content = path_of(stored.code).read_bytes()
    rows = db.session.execute(
        sa.select(PaperFile.size, PaperFile.sha256).where(
            PaperFile.commitment_id == commitment.id,
            PaperFile.kind != PaperKind.COPY,
            PaperFile.content_hash == commitment.content_hash,
        )
    )
    return any(size < len(content) and hashlib.sha256(content[:size]).hexdigest() == sha256 for size, sha256 in rows)
