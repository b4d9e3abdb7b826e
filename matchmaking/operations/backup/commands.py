"""``flask backup`` and ``flask restore``: the installation in one encrypted file, and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import with_appcontext

from matchmaking.audit.services import verify_chain
from matchmaking.commitments.queries.checking import broken_records
from matchmaking.commitments.queries.sealing import broken_papers
from matchmaking.errors import DomainError
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_moment

BAD_INPUT = 2
#: Whoever finds the file may try passphrases for years, at a fraction of a second each.
SHORTEST_PASSPHRASE = 12

_file = click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
_passphrase_file = click.option(
    "--passphrase-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Its first line; asked for when left out.",
)


@click.command("backup")
@_file
@_passphrase_file
@with_appcontext
def backup(file: Path, passphrase_file: Path | None) -> None:
    """Write database, uploads and keys into FILE, encrypted; the application may run meanwhile."""
    from matchmaking.operations.backup.taking import take_backup

    passphrase = _passphrase(passphrase_file, is_new=True)
    try:
        taken = take_backup(file, passphrase, lambda step: click.echo(f"backup: {step} …", err=True))
    except DomainError as error:
        _refuse(str(error))
    if taken.missing:
        click.echo(
            _("%(number)s stored files are missing on the disk and in the backup.", number=taken.missing), err=True
        )
    click.echo(
        _(
            "%(file)s: %(rows)s rows, %(files)s files, %(size)s bytes. Without the passphrase nobody can restore it.",
            file=file,
            rows=taken.rows,
            files=taken.files,
            size=taken.size,
        )
    )


@click.command("restore")
@_file
@_passphrase_file
@click.option("--replace", is_flag=True, help="Set the data that are here aside and restore.")
@with_appcontext
def restore(file: Path, passphrase_file: Path | None, replace: bool) -> None:
    """Put what FILE holds into this installation, into whichever database it is set to."""
    from matchmaking.operations.backup.restoring import restore_backup

    passphrase = _passphrase(passphrase_file, is_new=False)
    try:
        done = restore_backup(
            file, passphrase, lambda step: click.echo(f"restore: {step} …", err=True), may_replace=replace
        )
    except DomainError as error:
        _refuse(_("%(reason)s Nothing was changed.", reason=error))
    click.echo(
        _(
            "Restored as of %(moment)s: %(rows)s rows, %(files)s files.",
            moment=show_moment(done.taken_at),
            rows=done.rows,
            files=done.files,
        )
    )
    for place in done.kept:
        click.echo(_("What was here before is kept in %(place)s.", place=place))
    _check_restored()


def _check_restored() -> None:
    """Say whether the trail and the commitments hold; they are as they were, also where they were broken before."""
    trail = verify_chain()
    broken = [number for number, problem in broken_records() if problem] + list(broken_papers())
    if trail.is_intact and not broken:
        click.echo(_("The audit trail and all commitments hold."))
    if not trail.is_intact:
        click.echo(_("The audit trail is broken at entry %(number)s.", number=trail.broken_at), err=True)
    if broken:
        click.echo(_("These commitments do not hold: %(numbers)s.", numbers=", ".join(broken)), err=True)


def _passphrase(file: Path | None, *, is_new: bool) -> str:
    """Read the passphrase from a file or the terminal; one that is new is long enough and typed twice."""
    if file is None:
        given = str(click.prompt(_("Passphrase"), hide_input=True, confirmation_prompt=is_new, err=True))
    else:
        try:
            given = file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError):
            _refuse(_("%(file)s: the passphrase cannot be read from it.", file=file))
    if is_new and len(given) < SHORTEST_PASSPHRASE:
        _refuse(_("The passphrase needs at least %(number)s characters.", number=SHORTEST_PASSPHRASE))
    return given


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(BAD_INPUT)
