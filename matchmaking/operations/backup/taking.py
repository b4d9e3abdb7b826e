"""Taking a backup while the application runs: one moment of the database, the files it names, the keys."""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.config import ROOT
from matchmaking.i18n import gettext as _
from matchmaking.operations.backup.container import SealedReader, SealedWriter, Unreadable, is_backup
from matchmaking.operations.backup.instance import instance, kept_parts, moving_settings, note_backup, workshop
from matchmaking.operations.backup.parts import Head, Part, PartsReader, PartsWriter
from matchmaking.operations.backup.refusals import BackupRefused
from matchmaking.operations.backup.tables import columns_of, revision_of, row_pieces
from matchmaking.storage.services import path_of
from matchmaking.transactions import end_read, snapshot

#: How often a new moment is chosen when a file is deleted while the files are being held.
TRIES = 5
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Taken:
    """What a backup holds; ``missing`` files were gone from the disk before."""

    rows: int
    files: int
    missing: int
    size: int


@dataclass(frozen=True)
class _Moment:
    connection: sa.Connection
    codes: list[str]
    missing: int


def take_backup(target: Path, passphrase: str, tell: Tell) -> Taken:
    """Write everything that another computer needs to go on into one encrypted file.

    Args:
        target: the file; written beside it first, then renamed, for this user alone (0600).
        passphrase: opens it again; nothing else does.
        tell: progress.

    Raises:
        BackupRefused: there is nothing to back up, or the file cannot be written.
    """
    end_read()
    temporary = ""
    try:
        _check_writable(target)
        handle, temporary = tempfile.mkstemp(dir=target.absolute().parent, prefix=f".{target.name}.")
        taken_at = clock.now()
        with open(handle, "wb") as out, workshop(instance(), "backup") as links, _moment(links) as moment:
            writer = SealedWriter(out, passphrase)
            rows = _write(writer, moment, links, taken_at.isoformat(), tell)
            out.flush()
            os.fsync(out.fileno())
        tell(_("reading it back"))
        _read_back(Path(temporary), passphrase)
        os.replace(temporary, target)
    except sa.exc.SQLAlchemyError as error:
        raise BackupRefused(
            _("The database does not answer. Check MATCHMAKING_DATABASE_URL and that the server runs.")
        ) from error
    except OSError as error:
        raise BackupRefused(
            _("%(file)s: cannot be written (%(reason)s).", file=target, reason=error.strerror or error)
        ) from error
    finally:
        with suppress(OSError):
            os.unlink(temporary)
    note_backup(instance(), taken_at, target.absolute())
    return Taken(rows, len(moment.codes), moment.missing, target.stat().st_size)


def _check_writable(target: Path) -> None:
    """Refuse before the work; and never write over a file that is something else."""
    folder = target.absolute().parent
    if target.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise BackupRefused(_("%(file)s: no file can be written there.", file=target))
    if target.exists() and not (target.is_file() and is_backup(target)):
        raise BackupRefused(_("%(file)s exists and is no backup: it is left alone. Choose another name.", file=target))


@contextmanager
def _moment(links: Path) -> Iterator[_Moment]:
    """Choose a moment whose files are all there, and hold them by links: who deletes one now takes nothing from us."""
    for attempt in range(TRIES):
        with snapshot() as connection:
            if revision_of(connection) is None:
                raise BackupRefused(_("The database has no tables yet: there is nothing to back up."))
            known = _file_codes(connection)
            missing = [code for code in known if not _is_held(code, links)]
            if attempt == TRIES - 1 or not _are_deleted_since(missing):
                yield _Moment(connection, [code for code in known if code not in set(missing)], len(missing))
                return


def _file_codes(connection: sa.Connection) -> list[str]:
    code = sa.column("code", sa.Text)
    return list(connection.scalars(sa.select(code).select_from(sa.table("stored_file")).order_by(code)))


def _is_held(code: str, links: Path) -> bool:
    if (links / code).exists():
        return True
    try:
        os.link(path_of(code), links / code)
    except FileNotFoundError:
        return False
    except OSError:  # a disk without links
        try:
            shutil.copyfile(path_of(code), links / code)
        except FileNotFoundError:
            return False
    return True


def _are_deleted_since(codes: list[str]) -> bool:
    """Say whether one of the files that are not there is not known any more either."""
    if not codes:
        return False
    with snapshot() as connection:
        return not set(codes) <= set(_file_codes(connection))


def _write(sealed: SealedWriter, moment: _Moment, links: Path, taken_at: str, tell: Tell) -> int:
    """Write all parts; return the number of rows."""
    connection = moment.connection
    tables = columns_of(connection)
    settings, certificate = moving_settings()
    head = Head(_version(), revision_of(connection) or "", taken_at, connection.dialect.name, tables, settings)
    writer, counts = PartsWriter(sealed, head), dict.fromkeys(tables, 0)
    for part in filter(None, [certificate, *kept_parts(instance())]):
        if part is certificate or certificate is None or part.name != certificate.name:
            writer.add(part)
    tell(_("%(number)s tables", number=len(tables)))
    for name, columns in tables.items():
        for part, rows in row_pieces(connection, name, columns):
            writer.add(part)
            counts[name] += rows
    tell(_("%(number)s files", number=len(moment.codes)))
    for code in moment.codes:
        writer.add(Part(f"files/{code[:2]}/{code}", (links / code).read_bytes()))
    writer.finish(counts)
    return sum(counts.values())


def _version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _read_back(path: Path, passphrase: str) -> None:
    """Open what was written as a restore would: a disk that lies is found out now."""
    try:
        with path.open("rb") as file:
            for _part in PartsReader(SealedReader(file, passphrase)).parts():
                pass
    except Unreadable as error:
        raise BackupRefused(
            _("What was written could not be read back: the disk is failing. Use another one.")
        ) from error
