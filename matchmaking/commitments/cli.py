"""``flask commitments``: are the stored records, or a paper, still what was signed; the seal and what it is made with."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from matchmaking.actor import SYSTEM
from matchmaking.commitments.queries.checking import Break, broken_records
from matchmaking.commitments.queries.judging import Judgement, Reason, Verdict, judge
from matchmaking.commitments.queries.sealing import broken_papers, failed_jobs, unsealed_ids
from matchmaking.commitments.reminding_job import remind_by_mail
from matchmaking.commitments.services.authorities import make_seal
from matchmaking.commitments.services.sealing import request_seals
from matchmaking.jobs.services import run_job
from matchmaking.transactions import transaction

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
REASONS = {
    Reason.SEALED: "byte for byte the sealed file of {number}",
    Reason.HANDED_OUT: "byte for byte a paper of {number} that was handed out without a seal",
    Reason.REGISTERED: "a registered copy of {number}",
    Reason.SEAL_ALONE: "judged by its seal alone, no hash of it is stored: the seal of {number} is unbroken",
    Reason.OTHER_STORED: "judged by its seal alone, the stored file is another one: the seal of {number} is unbroken",
    Reason.CONTAINER: "the text of {number} is the sealed one, but bytes of the signature itself were changed",
    Reason.SEAL_BROKEN: "the file names {number}, and its seal is broken",
    Reason.APPENDED: "the sealed file of {number} is whole, but something was added after it",
    Reason.FOREIGN_SEAL: "the file names {number}, but its seal is not one of this installation's",
    Reason.NO_SEAL: "the file names {number}, but it has no seal and is not byte for byte one that was handed out",
    Reason.OTHER_CONTENT: "the file is unchanged, but {number} was opened again since: the record now says something else",
    Reason.RECORD_BROKEN: "the file is unchanged, but the stored record {number} is broken: {problem}",
    Reason.NO_RECORD: "no record of this installation has the code that the file names",
    Reason.NOT_OURS: "this is no commitment's PDF of this application",
}
#: More than any paper we make; a larger file is none of ours and is not read.
MAX_FILE_BYTES = 50 * 1024 * 1024


@commitments_cli.command("remind")
def remind() -> None:
    """Remind by e-mail whoever has still to sign and is due; the worker does it each morning too."""
    click.echo(f"{remind_by_mail()} reminded.")


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
    for number in broken_papers():
        broken += 1
        click.echo(f"✗ {number}: a kept file is missing on the disk or is not the one that was stored")
    click.echo(f"{checked} records checked, {broken} broken.")
    return 1 if broken else 0


def _verify_file(file: Path) -> int:
    found = judge(file.read_bytes() if file.stat().st_size <= MAX_FILE_BYTES else b"")
    click.echo(f"{found.verdict.value}: {sentence_of(found)}.")
    return 0 if found.verdict in (Verdict.VALID, Verdict.COPY) else 1


def sentence_of(found: Judgement) -> str:
    """Say why, and how the commitment stands now."""
    problem = SENTENCES[found.record_break] if found.record_break else ""
    sentence = REASONS[found.reason].format(number=found.number, problem=problem)
    if found.sealed_at:
        stamped = "by a timestamp service" if found.has_timestamp else "by this computer's clock"
        sentence += f", sealed {found.sealed_at:%Y-%m-%d %H:%M} UTC ({stamped})" if found.is_by_seal_alone else ""
    if found.amended_by:
        return f"{sentence} (amended by {found.amended_by})"
    return f"{sentence} (now: {found.state.value})" if found.state else sentence


@commitments_cli.command("make-seal")
@click.option("--name", required=True, help="The organiser, as it stands in the certificate.")
@click.option("--stolen", is_flag=True, help="The key before was stolen: its seal alone proves nothing any more.")
def make_seal_command(name: str, stolen: bool) -> None:
    """Make a new authority and seal; what was sealed before stays checkable."""
    with transaction():
        made = make_seal(SYSTEM, name, is_stolen=stolen)
        fingerprint = made.fingerprint
    click.echo(f"{name}: the seal's certificate has the SHA-256 fingerprint {fingerprint}.")
    click.echo(
        "Keep a backup of instance/keys with the secret key; without both, papers can be checked but not sealed.",
        err=True,
    )


@commitments_cli.command("seal")
def seal_command() -> None:
    """Seal every signed commitment whose paper has no seal yet; exit 0 when none failed."""
    with transaction():
        jobs = request_seals(SYSTEM)
    before = len(unsealed_ids())
    for job_id in jobs:
        run_job(job_id)
    left = len(unsealed_ids())
    failed = failed_jobs(jobs)
    click.echo(f"{before - left} papers sealed, {len(failed)} failed, {left - len(failed)} wait for their witness.")
    for problem in sorted(set(failed)):
        click.echo(f"✗ {problem}")
    sys.exit(1 if failed else 0)
