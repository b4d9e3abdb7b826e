"""Photos and PDFs of an entry (NIB, certificates): private, and queued for staff to type in."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Participation
from matchmaking.registration.services.uploads import claim_upload
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, delete_file

OWNER = "participation"
#: ``purpose`` of a file that staff still have to type in, and of one that they have.
TO_TYPE, TYPED = "document_waiting", "document"
MAX_ATTACHMENTS = 20


def attach_uploads(participation: Participation, codes: Sequence[str]) -> list[StoredFile]:
    """Give kept uploads to the entry, queued for staff to type in; codes that are gone already are passed over.

    Raises:
        InvalidInput: more files than an entry may have.
    """
    if not codes:
        return []
    have = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(StoredFile)
        .where(StoredFile.owner_type == OWNER, StoredFile.owner_id == participation.id)
    )
    if (have or 0) + len(codes) > MAX_ATTACHMENTS:
        raise InvalidInput(_("At most %(count)s files, please.", count=MAX_ATTACHMENTS))
    owner = Owner(TO_TYPE, participation.event_id, OWNER, participation.id)
    return [stored for code in codes if (stored := claim_upload(participation.event_id, code, owner))]


def attachment_of(participation_id: int, code: str) -> StoredFile:
    """Return one of the entry's own files.

    Raises:
        NotFound: it belongs to another entry, or to none.
    """
    stored = db.session.scalar(
        sa.select(StoredFile).where(
            StoredFile.code == code, StoredFile.owner_type == OWNER, StoredFile.owner_id == participation_id
        )
    )
    if stored is None:
        raise NotFound(_("This file does not exist any more."))
    return stored


def mark_typed(actor: Actor, participation_id: int, code: str) -> None:
    """Take a file off the queue: its content has been typed in."""
    stored = attachment_of(participation_id, code)
    stored.purpose = TYPED
    audit.record(actor, "registration.type_in", stored)


def remove_attachment(actor: Actor, participation_id: int, code: str) -> None:
    """Delete a file of the entry."""
    stored = attachment_of(participation_id, code)
    audit.record(actor, "registration.remove_attachment", stored)
    delete_file(stored)
    db.session.flush()
