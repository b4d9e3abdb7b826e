"""Keeping files: written and flushed first, recorded in the caller's transaction, so nothing is half-stored."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog
from flask import current_app
from PIL import Image, ImageOps

from matchmaking import clock
from matchmaking.codes import new_code
from matchmaking.errors import DomainError, InvalidInput
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import after_commit, after_rollback

log = structlog.get_logger()

MAX_PHOTO_BYTES = 15 * 1024 * 1024
MAX_SIDE = 1600
#: 40 megapixels: more is a decompression bomb or a poster.
MAX_PIXELS = 40_000_000
_READABLE = ("JPEG", "PNG", "WEBP")


class StorageFull(DomainError):
    """The disk is full."""

    code = "storage.full"
    status = 507


@dataclass(frozen=True)
class Owner:
    """Which row a file belongs to, by table name and id; ``purpose`` such as ``photo``, ``nib``, ``logo``."""

    purpose: str
    event_id: int | None = None
    owner_type: str | None = None
    owner_id: int | None = None
    is_public: bool = False


def keep_image(upload: BinaryIO, name: str, owner: Owner) -> StoredFile:
    """Check, turn upright, shrink to 1600 px, strip metadata (place, camera) and keep as JPEG or PNG.

    Raises:
        InvalidInput: no image, an unsupported kind, or too large.
        StorageFull: no room left.
    """
    content = upload.read(MAX_PHOTO_BYTES + 1)
    if len(content) > MAX_PHOTO_BYTES:
        raise InvalidInput(_("The photo is larger than 15 MB. Please choose a smaller one or take it again."))
    image = _read_image(content)
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    output, has_alpha = io.BytesIO(), image.mode in {"RGBA", "LA", "PA"}
    if has_alpha:
        image.convert("RGBA").save(output, "PNG", optimize=True)
    else:
        image.convert("RGB").save(output, "JPEG", quality=82, optimize=True, progressive=True)
    stored = keep_file(output.getvalue(), name, "image/png" if has_alpha else "image/jpeg", owner)
    stored.width, stored.height = image.size
    return stored


def keep_thumbnail(stored: StoredFile, owner: Owner, side: int = 480) -> StoredFile:
    """Keep a small JPEG of a stored picture, for lists on a phone.

    Raises:
        InvalidInput: the stored file is no picture.
    """
    with open_file(stored) as file:
        image = _read_image(file.read()).convert("RGBA")
    image.thumbnail((side, side))
    ground = Image.new("RGB", image.size, "white")  # a see-through picture stands on white
    ground.paste(image, mask=image.getchannel("A"))
    output = io.BytesIO()
    ground.save(output, "JPEG", quality=76, optimize=True, progressive=True)
    small = keep_file(output.getvalue(), stored.original_name, "image/jpeg", owner)
    small.width, small.height = image.size
    return small


def check_picture(content: bytes) -> None:
    """Raise unless the bytes are a picture that can be read whole.

    Raises:
        InvalidInput: no image, an unsupported kind, or too large.
    """
    _read_image(content)


def _read_image(content: bytes) -> Image.Image:
    not_readable = InvalidInput(_("This file is not a photo we can read. Please send JPEG, PNG or WebP."))
    try:
        image = Image.open(io.BytesIO(content), formats=_READABLE)
        if image.width * image.height > MAX_PIXELS:
            raise InvalidInput(_("The photo has more than 40 megapixels. Please choose a smaller one."))
        image.load()
        return ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise not_readable from error


def keep_file(content: bytes, name: str, media_type: str, owner: Owner) -> StoredFile:
    """Write the bytes to disk (temporary name, fsync, rename) and record them; nothing is left behind on an error."""
    code = new_code(26)
    path = path_of(code)
    _write(path, content)
    after_rollback(lambda: path.unlink(missing_ok=True))
    stored = StoredFile(
        code=code,
        event_id=owner.event_id,
        owner_type=owner.owner_type,
        owner_id=owner.owner_id,
        purpose=owner.purpose,
        access="public" if owner.is_public else "private",
        media_type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        original_name=_plain_name(name),
        created_at=clock.now(),
    )
    db.session.add(stored)
    db.session.flush()
    return stored


def _plain_name(name: str) -> str:
    """Return the last part of a file's name, without signs that are not printed (NUL, line ends, reversed reading)."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:200]


def path_of(code: str) -> Path:
    """Return where the file with this code lies."""
    return Path(current_app.instance_path) / "files" / code[:2] / code


def open_file(stored: StoredFile) -> BinaryIO:
    """Open the file for reading."""
    return path_of(stored.code).open("rb")


def delete_file(stored: StoredFile) -> None:
    """Forget the row, and its bytes once that is committed: an action undone keeps its file; ``doctor`` sweeps strays."""
    path = path_of(stored.code)
    db.session.delete(stored)
    after_commit(lambda: path.unlink(missing_ok=True))


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            log.error("storage.full", bytes=len(content))
            raise StorageFull(
                _("The server has no room left for files. Nothing was saved; please tell the organiser and try again.")
            ) from error
        raise
