"""The command ``badges render``: every valid badge of an event as one PDF."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from matchmaking.actor import SYSTEM
from matchmaking.attendance.badge_papers import USUAL_LAYOUT, badge_faces, badges_pdf
from matchmaking.attendance.queries.badges import print_rows
from matchmaking.attendance.services.badges import ensure_badges, note_printed
from matchmaking.documents.layout import LAYOUTS
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.transactions import end_read, transaction

BAD_INPUT = 2

badges_cli = AppGroup("badges", help="Badges on paper.")


@badges_cli.command("render")
@click.argument("event_code", metavar="EVENT")
@click.option("--out", required=True, metavar="FILE.pdf", type=click.Path(path_type=Path), help="Where the PDF goes.")
@click.option("--layout", default=USUAL_LAYOUT, show_default=True, metavar="NAME", help=f"One of {', '.join(LAYOUTS)}.")
def render_command(event_code: str, out: Path, layout: str) -> None:
    """Write the badges of everybody of EVENT (its code, as in addresses) to FILE.pdf and note them as printed."""
    if layout not in LAYOUTS:
        _refuse(f"{layout}: there is no such layout; choose one of {', '.join(LAYOUTS)}")
    event = db.session.scalar(sa.select(Event).where(Event.code == event_code))
    if event is None:
        _refuse(f"{event_code}: there is no event with this code")
    if not event.has_badges:
        _refuse(f"{event_code}: badges are switched off for this event")
    _check_writable(out)
    event_id, title = event.id, event.name
    with transaction():
        ensure_badges(SYSTEM, event_id)
    rows = print_rows(event_id)
    faces = badge_faces(rows, title)
    end_read()
    if not faces:
        _refuse(f"{event_code}: nobody takes part yet, so there is no badge to print")
    content = badges_pdf(faces, layout, title, _progress(len(faces)))
    _write_whole(out, content)
    with transaction():
        note_printed(SYSTEM, [row.badge_id for row in rows])
    click.echo(f"{out}: {len(faces)} badges", err=True)


def _progress(total: int) -> Callable[[int], None]:
    """Tell how far it is once a second."""
    told = [time.monotonic()]

    def tell(number: int) -> None:
        if time.monotonic() - told[0] >= 1:
            told[0] = time.monotonic()
            click.echo(f"{number} of {total} badges", err=True)

    return tell


def _check_writable(out: Path) -> None:
    """Refuse before the work rather than after it."""
    folder = out.absolute().parent
    if out.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        _refuse(f"{out}: no file can be written there; choose another --out")


def _write_whole(out: Path, content: bytes) -> None:
    """Write beside the target and rename, so that nobody ever prints half a file."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=out.absolute().parent, prefix=f".{out.name}.")
        with open(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o600)  # it names people
        os.replace(temporary, out)
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary)
        _refuse(f"{out}: cannot be written ({error.strerror or error})")


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(BAD_INPUT)
