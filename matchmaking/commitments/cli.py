"""``flask commitments``: are the stored records, or a paper, still what was signed?"""

from __future__ import annotations

import sys
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from matchmaking.commitments.models import Commitment
from matchmaking.commitments.queries.checking import Break, broken_records, first_break
from matchmaking.commitments.seals import holds_seal, read_mark
from matchmaking.extensions import db

commitments_cli = AppGroup("commitments", help="Transaction commitments.")

SENTENCES = {
    Break.HASH: "the content is not the one that was hashed",
    Break.UNREADABLE: "the content cannot be read",
    Break.COLUMNS: "the number or the total beside the content differs from it",
    Break.SUMS: "the lines do not add up to the total",
    Break.CLAUSE: "the clause that it is no contract is missing",
    Break.SIGNATURE: "a signature was given to another content",
    Break.STATE: "the state is not the one its events give",
}
#: More than any paper we make; a larger file is none of ours and is not read.
MAX_FILE_BYTES = 50 * 1024 * 1024


@commitments_cli.command("verify")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path | None) -> None:
    """Recompute every stored record, or check one PDF; exit 0 only when all of it holds."""
    sys.exit(_verify_file(file) if file else _verify_records())


def _verify_records() -> int:
    checked = broken = 0
    for number, problem in broken_records():
        checked += 1
        if problem:
            broken += 1
            click.echo(f"✗ {number}: {SENTENCES[problem]}")
    click.echo(f"{checked} records checked, {broken} broken.")
    return 1 if broken else 0


def _verify_file(file: Path) -> int:
    verdict, sentence = judge(file.read_bytes() if file.stat().st_size <= MAX_FILE_BYTES else b"")
    click.echo(f"{verdict}: {sentence}")
    return 0 if verdict == "valid" else 1


def judge(content: bytes) -> tuple[str, str]:
    """Return ``valid``, ``changed`` or ``unknown`` and why, in a sentence."""
    mark = read_mark(content) if content.startswith(b"%PDF-") else None
    if mark is None:
        return "unknown", "this is no commitment's PDF of this application."
    row = db.session.scalar(sa.select(Commitment).where(Commitment.code == mark.code))
    if row is None or row.content_hash is None:
        return "unknown", "no record of this installation has the code that the file names."
    if not holds_seal(content):
        return "changed", f"the file names {row.number}, but it is not byte for byte one that this installation made."
    problem = first_break(row)
    if problem:
        return "changed", f"the file is unchanged, but the stored record {row.number} is broken: {SENTENCES[problem]}."
    if mark.content_hash != row.content_hash:
        return (
            "changed",
            f"the file is unchanged, but {row.number} was reopened since: the record now says something else.",
        )
    return "valid", f"unchanged since it was made, and {row.number} still says the same (now: {row.state.value})."
