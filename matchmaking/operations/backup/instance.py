"""What of the instance folder goes into a backup, which settings move along, and the note of the last backup."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

from matchmaking.config import DEFAULTS, load_settings
from matchmaking.i18n import gettext as _
from matchmaking.operations.backup.parts import Part
from matchmaking.operations.backup.refusals import BackupRefused, RestoreRefused

#: Settings that are the installation's, not the computer's.
MOVING = (
    "SECRET_KEY", "SEAL_PASSPHRASE", "SEAL_CERTIFICATE", "SEAL_CERTIFICATE_PASSWORD", "SEAL_TIMESTAMP_URL",
    "PUBLIC_ADDRESS", "MAIL_BACKEND",
)  # fmt: skip
#: With another value of these nothing fits any more: tablets, links, the seal's key.
SECRETS = {"SECRET_KEY", "SEAL_PASSPHRASE"}
FOLDERS = ("keys", "tls")
FILES = ("demo-logins.txt",)
#: What a restore puts in place; logs stay, the queue is made anew from the jobs of the database.
REPLACED = ("secret_key", "config.py", "files", *FOLDERS, *FILES)
DROPPED = ("queue.sqlite3", "queue.sqlite3-wal", "queue.sqlite3-shm")
CERTIFICATE = "keys/external-certificate.p12"
A_DAY = 24 * 60 * 60  # seconds
NOTE = "last-backup.json"
#: There while a restore puts files in place: found later, it was cut off in between.
UNFINISHED = "restore-unfinished"


@dataclass(frozen=True)
class LastBackup:
    """When the last backup was taken, and where it was written."""

    taken_at: datetime
    file: str


def instance() -> Path:
    """Return the instance folder."""
    return Path(current_app.instance_path)


def note_backup(folder: Path, taken_at: datetime, file: Path) -> None:
    """Remember a backup for the doctor."""
    text = json.dumps({"taken_at": taken_at.isoformat(), "file": str(file)})
    write_privately(folder / NOTE, text.encode())


def last_backup() -> LastBackup | None:
    """Return the last backup; none when there was none or the note cannot be read."""
    try:
        found = json.loads((instance() / NOTE).read_text(encoding="utf-8"))
        return LastBackup(datetime.fromisoformat(found["taken_at"]), str(found["file"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def has_files(folder: Path) -> bool:
    """Say whether there are files, keys or certificates that a restore would replace."""
    return any(path.is_file() for name in ("files", *FOLDERS) for path in (folder / name).rglob("*"))


def kept_parts(folder: Path) -> Iterator[Part]:
    """Give keys, certificates and the like."""
    for name in FOLDERS:
        for path in sorted((folder / name).glob("[!.]*")):
            if path.is_file():
                yield Part(f"{name}/{path.name}", path.read_bytes())
    for name in FILES:
        if (folder / name).is_file():
            yield Part(name, (folder / name).read_bytes())


def moving_settings() -> tuple[dict[str, str], Part | None]:
    """Return the settings that move along, and the seal's certificate from outside when there is one.

    Raises:
        BackupRefused: the certificate cannot be read.
    """
    settings = {name: str(current_app.config[name]) for name in MOVING}
    if not settings["SEAL_CERTIFICATE"]:
        return settings, None
    try:
        content = Path(settings["SEAL_CERTIFICATE"]).read_bytes()
    except OSError as error:
        raise BackupRefused(
            _("The certificate in MATCHMAKING_SEAL_CERTIFICATE cannot be opened. Check the file and its password.")
        ) from error
    return {**settings, "SEAL_CERTIFICATE": CERTIFICATE}, Part(CERTIFICATE, content)


def write_settings(workshop: Path, folder: Path, settings: dict[str, str]) -> None:
    """Write ``secret_key`` and ``config.py`` so that the moved settings hold beside those of this computer.

    Args:
        workshop: where they are written.
        folder: where they will lie, with the present ``config.py``.
        settings: as :func:`moving_settings` gave them.

    Raises:
        RestoreRefused: this computer's environment sets another secret.
    """
    if settings["SEAL_CERTIFICATE"]:
        settings = {**settings, "SEAL_CERTIFICATE": str(folder / settings["SEAL_CERTIFICATE"])}
    write_privately(workshop / "secret_key", settings["SECRET_KEY"].encode())
    present = folder / "config.py"
    text = present.read_text(encoding="utf-8") if present.exists() else ""
    config = workshop / "config.py"
    write_privately(config, text.encode())
    in_force = load_settings(workshop)
    other = {name: value for name, value in settings.items() if name in DEFAULTS and str(in_force[name]) != value}
    for name in sorted(SECRETS & set(other)):
        if f"MATCHMAKING_{name}" in os.environ:
            raise RestoreRefused(
                _(
                    "%(name)s is set on this computer to another value than in the backup. Set the old one or none.",
                    name=f"MATCHMAKING_{name}",
                )
            )
    if other:
        lines = [text.rstrip("\n"), "# from the backup", *(f"{name} = {value!r}" for name, value in other.items())]
        write_privately(config, "\n".join([*lines, ""]).lstrip("\n").encode())
    elif not text:
        config.unlink()


def write_privately(path: Path, content: bytes) -> None:
    """Write a file that only this user reads, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with open(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


@contextmanager
def workshop(folder: Path, purpose: str) -> Iterator[Path]:
    """A private folder beside the data, gone at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f".{purpose}-*"):
        if time.time() - old.stat().st_mtime > A_DAY:  # of one that was killed
            shutil.rmtree(old, ignore_errors=True)
    made = Path(tempfile.mkdtemp(dir=folder, prefix=f".{purpose}-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
