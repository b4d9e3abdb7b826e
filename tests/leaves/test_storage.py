"""Files: only what they claim to be, small, without place and camera; nothing half-stored on a full disk."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.storage import keep_file, keep_image, open_file
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import MAX_PHOTO_BYTES, Owner, StorageFull, delete_file, path_of
from matchmaking.transactions import transaction

OWNER = Owner("photo", owner_type="product", owner_id=1)


def photo(size: tuple[int, int] = (40, 30), kind: str = "JPEG", mode: str = "RGB", **options: object) -> io.BytesIO:
    output = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else None).save(output, kind, **options)  # type: ignore[arg-type]
    output.seek(0)
    return output


def keep(upload: io.BytesIO, name: str = "foto.jpg") -> StoredFile:
    with transaction():
        return keep_image(upload, name, OWNER)


def files(app: Flask) -> list[Path]:
    return [path for path in (Path(app.instance_path) / "files").rglob("*") if path.is_file()]


def nothing_is_stored(app: Flask) -> bool:
    return files(app) == [] and db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0


@pytest.mark.parametrize(
    ("kind", "mode", "media_type"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("PNG", "RGB", "image/jpeg"),
        ("WEBP", "RGB", "image/jpeg"),
        ("PNG", "RGBA", "image/png"),
    ],
)
def test_photo_is_kept_and_shrunk(app: Flask, kind: str, mode: str, media_type: str) -> None:
    stored = keep(photo((3200, 1600), kind, mode))
    with open_file(stored) as file:
        assert Image.open(file).size == (1600, 800)
    assert (stored.media_type, stored.width, stored.height, stored.access) == (media_type, 1600, 800, "private")
    assert [path.stat().st_size for path in files(app)] == [stored.size]


def test_place_and_camera_are_removed_and_the_photo_is_upright(app: Flask) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Kamera Contoh"
    exif.get_ifd(0x8825)[1] = "S"
    stored = keep(photo((40, 30), exif=exif))
    with open_file(stored) as file:
        image = Image.open(file)
        assert (image.size, dict(image.getexif())) == ((30, 40), {})
    assert b"Kamera Contoh" not in path_of(stored.code).read_bytes()


def test_fifty_megabytes_are_refused(app: Flask) -> None:
    with pytest.raises(InvalidInput, match="15 MB"):
        keep(io.BytesIO(photo().getvalue() + b"\0" * (50 * 1024 * 1024)))
    assert nothing_is_stored(app)


def test_largest_photo_that_is_taken(app: Flask) -> None:
    content = photo().getvalue()
    assert keep(io.BytesIO(content + b"\0" * (MAX_PHOTO_BYTES - len(content)))).width == 40


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + b"\0" * 500,
        b"",
        b"<svg onload='x'/>",
        b"GIF89a" + b"\0" * 50,
        b"%PDF-1.7",
        photo().getvalue()[:200],
    ],
    ids=["executable", "empty", "svg", "gif", "pdf", "cut off"],
)
def test_what_is_no_photo_is_refused_whatever_its_name(app: Flask, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        keep(io.BytesIO(content), "foto.jpg")
    assert nothing_is_stored(app)


@pytest.mark.parametrize("size", [(8000, 5001), (30000, 30000)])
def test_decompression_bomb_is_refused_before_it_is_unpacked(app: Flask, size: tuple[int, int]) -> None:
    bomb = photo(size, "PNG", "1")
    assert len(bomb.getvalue()) < 1_000_000
    with pytest.raises(InvalidInput):
        keep(bomb)
    assert nothing_is_stored(app)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_leaves_nothing_and_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(number, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        keep(photo())
    assert nothing_is_stored(app)
    monkeypatch.undo()
    assert keep(photo()).id


def test_action_that_fails_later_leaves_no_file(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        keep_image(photo(), "foto.jpg", OWNER)
        raise ZeroDivisionError
    assert nothing_is_stored(app)


def test_file_is_deleted_only_when_the_action_is_committed(app: Flask) -> None:
    stored_id = keep(photo()).id
    with pytest.raises(ZeroDivisionError), transaction():
        delete_file(db.session.get_one(StoredFile, stored_id))
        raise ZeroDivisionError
    assert len(files(app)) == 1
    with transaction():
        delete_file(db.session.get_one(StoredFile, stored_id))
    assert nothing_is_stored(app)


def test_name_of_the_upload_leads_nowhere(app: Flask) -> None:
    with transaction():
        stored = keep_file(b"x", "../../etc/passwd", "text/plain", OWNER)
    assert (stored.original_name, path_of(stored.code).is_relative_to(Path(app.instance_path) / "files")) == (
        "passwd",
        True,
    )
