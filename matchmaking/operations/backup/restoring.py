"""Restoring a backup: built beside what is there, compared with what was backed up, put in place at the very end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import current_app

from matchmaking import clock
from matchmaking.config import ROOT, load_settings
from matchmaking.i18n import gettext as _
from matchmaking.operations.backup import instance as folders
from matchmaking.operations.backup.container import Problem, SealedReader, Unreadable
from matchmaking.operations.backup.databases import Target, migrate, target_of, without_references
from matchmaking.operations.backup.moves import Moves, settle
from matchmaking.operations.backup.parts import Head, PartsReader, unpack_rows
from matchmaking.operations.backup.refusals import FileUnreadable, NotEmpty, RestoreRefused, ServerRuns, unreadable
from matchmaking.operations.backup.serving_lock import alone
from matchmaking.operations.backup.tables import empty_seeded, insert_rows, row_counts

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What was restored, of when; ``kept`` says where the data lie that were there before, if any."""

    rows: int
    files: int
    taken_at: datetime
    kept: tuple[str, ...]


def restore_backup(source: Path, passphrase: str, tell: Tell, *, may_replace: bool) -> Restored:
    """Put a backup in the place of what this installation holds.

    Args:
        source: the file that ``take_backup`` wrote.
        passphrase: what it was encrypted with.
        tell: progress.
        may_replace: data that are there may be set aside.

    Raises:
        RestoreRefused: the file, the passphrase or this installation does not allow it; nothing was changed.
    """
    here = folders.instance()
    try:
        with source.open("rb") as file, alone(here) as is_alone:
            parts = PartsReader(SealedReader(file, passphrase))
            _check_revision(source, parts.head)
            label = f"before-restore-{clock.now():%Y%m%d-%H%M%S}"
            target = target_of(current_app.config["DATABASE_URL"], label)
            if not is_alone or target.has_others():
                raise ServerRuns(
                    _(
                        "The server is running on this installation, or another program has its database open. Stop it first."
                    )
                )
            is_used = target.is_used() or folders.has_files(here) or (here / folders.UNFINISHED).exists()
            if is_used and not may_replace:
                raise NotEmpty(_("This installation has data of its own. With --replace they are set aside, not lost."))
            done = _restore(parts, target, here, here / label, tell, is_used=is_used)
            folders.note_backup(here, done.taken_at, source.absolute())
            return done
    except Unreadable as error:
        raise unreadable(source, error) from error
    except sa.exc.SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise RestoreRefused(_("The database did not take the backup (%(reason)s).", reason=reason)) from error
    except OSError as error:
        raise RestoreRefused(
            _("%(file)s: %(reason)s.", file=error.filename or source, reason=error.strerror or error)
        ) from error


def _check_revision(source: Path, head: Head) -> None:
    known = {script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()}
    if head.revision not in known:
        raise FileUnreadable(
            _(
                "%(file)s comes from a newer version of this application (database %(revision)s). Update this computer first.",
                file=source,
                revision=head.revision,
            )
        )


def _restore(parts: PartsReader, target: Target, here: Path, aside: Path, tell: Tell, *, is_used: bool) -> Restored:
    for left_over in (*here.glob(".restore-*"), *here.glob(".backup-*")):  # of one that was killed: we are alone here
        shutil.rmtree(left_over, ignore_errors=True)
    with _left_tidy(target, here), folders.workshop(here, "restore") as workshop, Moves() as moves:
        with target.building() as connection:
            rows, files = _build(parts, connection, workshop, tell)
            target.finish(connection)
            folders.write_settings(workshop, here, parts.head.settings)
            folders.write_privately(here / folders.UNFINISHED, str(aside).encode())
            _put_in_place(workshop, here, aside, moves)
        target.put_in_place(moves)
    (here / folders.UNFINISHED).unlink()
    if not is_used:
        for folder in {aside, target.old_folder or aside}:
            shutil.rmtree(folder, ignore_errors=True)
    _use_restored_settings(here)
    return Restored(rows, files, datetime.fromisoformat(parts.head.taken_at), _kept(target, aside) if is_used else ())


def _kept(target: Target, aside: Path) -> tuple[str, ...]:
    """Name the places where the old data are."""
    places = [str(folder) for folder in (aside, target.old_folder) if folder and folder.exists()]
    schema = _("schema %(name)s of the database", name=target.old_schema) if target.old_schema else ""
    return tuple(dict.fromkeys(filter(None, [*places, schema])))


@contextmanager
def _left_tidy(target: Target, here: Path) -> Iterator[None]:
    """When it fails, everything has been put back: nothing is unfinished that was not before."""
    marker = here / folders.UNFINISHED
    was_unfinished = marker.exists()
    try:
        yield
    except BaseException:
        if not was_unfinished:
            marker.unlink(missing_ok=True)
        raise
    finally:
        target.discard()


def _build(parts: PartsReader, connection: sa.Connection, workshop: Path, tell: Tell) -> tuple[int, int]:
    """Make the database and write the files beside the old ones; return how many rows and files there are."""
    head, files, announced = parts.head, 0, ""
    counts = dict.fromkeys(head.tables, 0)
    tell(_("%(number)s tables", number=len(head.tables)))
    migrate(connection, head.revision)
    empty_seeded(connection)
    with without_references(connection):
        for part in parts.parts():
            kind = part.name.partition("/")[0]
            if part.table:
                if part.table not in counts:
                    raise Unreadable(Problem.CHANGED)
                columns = head.tables[part.table]
                counts[part.table] += insert_rows(connection, part.table, columns, unpack_rows(part))
                continue
            if kind == "files" and announced != kind:
                announced = kind
                tell(_("files"))
            folders.write_privately(workshop / part.name, part.content)
            files += kind == "files"
        if not counts == parts.rows == row_counts(connection, list(head.tables)):
            raise Unreadable(Problem.CHANGED)
    migrate(connection, "head")
    return sum(counts.values()), files


def _put_in_place(workshop: Path, here: Path, aside: Path, moves: Moves) -> None:
    for name in (*folders.REPLACED, *folders.DROPPED):
        moves.move(here / name, aside / name)
        moves.move(workshop / name, here / name)
    settle(here)


def _use_restored_settings(here: Path) -> None:
    """Let this process, too, go on with the restored secrets: it checks the restored data next."""
    in_force = load_settings(here)
    current_app.config.update({name: in_force[name] for name in folders.MOVING})
