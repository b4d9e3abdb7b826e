"""Files sent with a form: kept at once under a secret code, so that an error elsewhere in the form does not lose them."""

from __future__ import annotations

from datetime import timedelta
from typing import BinaryIO

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import MAX_PHOTO_BYTES, Owner, delete_file, keep_file, keep_image

#: ``owner_type`` of a file that no entry has taken over yet.
WAITING = "upload"
#: A form that is not sent within this time loses its files; people finish a form in minutes.
KEPT_FOR = timedelta(days=2)
#: Files one form may carry.
MAX_FILES = 8
_PDF_START, _PDF_END = b"%PDF-", b"%%EOF"


def keep_upload(event_id: int, upload: BinaryIO, name: str) -> StoredFile:
    """Check a photo or PDF and keep it, private, until an entry claims it.

    Raises:
        InvalidInput: neither a photo nor a PDF, damaged, or too large.
        StorageFull: no room left.
    """
    sweep_uploads(event_id)
    owner = Owner("waiting", event_id=event_id, owner_type=WAITING)
    start = upload.read(len(_PDF_START))
    upload.seek(0)
    if start == _PDF_START:
        return keep_file(_read_pdf(upload), name, "application/pdf", owner)
    return keep_image(upload, name, owner)


def _read_pdf(upload: BinaryIO) -> bytes:
    content = upload.read(MAX_PHOTO_BYTES + 1)
    if len(content) > MAX_PHOTO_BYTES:
        raise InvalidInput(_("The file is larger than 15 MB. Please send a smaller one, or photos of its pages."))
    if _PDF_END not in content[-2048:]:
        raise InvalidInput(_("This PDF is damaged or not complete. Please choose it again, or send a photo."))
    return content


def waiting_upload(event_id: int, code: str) -> StoredFile | None:
    """Return a kept file of this event by its secret code."""
    return db.session.scalar(
        sa.select(StoredFile).where(
            StoredFile.code == code, StoredFile.owner_type == WAITING, StoredFile.event_id == event_id
        )
    )


def claim_upload(event_id: int, code: str, owner: Owner) -> StoredFile | None:
    """Hand a kept file to the row it belongs to; ``None`` when it is not there any more (claimed, or too old)."""
    stored = waiting_upload(event_id, code)
    if stored is None:
        return None
    stored.purpose, stored.owner_type, stored.owner_id = owner.purpose, owner.owner_type, owner.owner_id
    stored.access = "public" if owner.is_public else "private"
    return stored


def sweep_uploads(event_id: int) -> int:
    """Delete some of what was kept for forms that were never sent (each new upload clears up); return how many."""
    rows = db.session.scalars(
        sa.select(StoredFile)
        .where(
            StoredFile.event_id == event_id,
            StoredFile.owner_type == WAITING,
            StoredFile.created_at < clock.now() - KEPT_FOR,
        )
        .limit(20)
    ).all()
    for row in rows:
        delete_file(row)
    return len(rows)
