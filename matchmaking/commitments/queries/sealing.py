"""How far each commitment's paper is: waits for the witness, being sealed, sealed, failed; and the files that are known of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from matchmaking.commitments.life import HAS_BEEN_SIGNED
from matchmaking.commitments.models import Commitment, CommitmentKind, CommitmentParty, CommitmentSettings, PartyKind
from matchmaking.commitments.paper_models import CopyKind, PaperFile, PaperKind, SealAuthority, WitnessSignature
from matchmaking.commitments.seals.checking import TrustedSeal
from matchmaking.extensions import db
from matchmaking.jobs.models import ACTIVE, Job, JobState
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import path_of

#: Kind of the job that seals one paper; its ``dedupe_key`` is ``commitments.seal:<commitment>:<number>``.
SEAL_JOB = "commitments.seal"


class SealState(StrEnum):
    """How far a paper is on its way to the seal."""

    NOT_YET = "not_yet"  # not signed by both
    WITNESS = "witness"  # waits for the witness
    WORKING = "working"
    FAILED = "failed"
    MISSING = "missing"  # signed, and nothing is on its way: a record older than seals
    SEALED = "sealed"


@dataclass(frozen=True)
class PaperView:
    """One file that is kept of a commitment."""

    code: str
    kind: PaperKind
    copy_kind: CopyKind | None
    sha256: str
    size: int
    serial: str
    affixed_by: str
    note: str
    is_built_on_ours: bool
    made_at: datetime


@dataclass(frozen=True)
class PaperStatus:
    """The seal of one commitment; ``problem``: why sealing failed."""

    state: SealState
    sealed: PaperView | None = None
    copies: tuple[PaperView, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Unsealed:
    """A signed commitment whose paper has no seal yet."""

    id: int
    code: str
    number: str
    buyer: str
    exhibitor: str
    kind: CommitmentKind
    total: int
    content_hash: str
    state: SealState
    problem: str


def trusted_seals() -> list[TrustedSeal]:
    """Return every certificate whose seal counts."""
    rows = db.session.scalars(sa.select(SealAuthority).where(SealAuthority.is_trusted).order_by(SealAuthority.id))
    return [TrustedSeal(row.fingerprint, row.certificates, tuple(map(str, row.timestamps))) for row in rows]


def paper_status(commitment_id: int) -> PaperStatus:
    """Return how far the paper of one commitment is, and its files."""
    rows = db.session.scalars(
        sa.select(PaperFile)
        .where(PaperFile.commitment_id == commitment_id, PaperFile.file_id.is_not(None))
        .order_by(PaperFile.id)
    ).all()
    copies = tuple(_view(row) for row in rows if row.kind is PaperKind.COPY)
    sealed = next((row for row in rows if row.kind is PaperKind.SEALED), None)
    if sealed:
        return PaperStatus(SealState.SEALED, _view(sealed), copies)
    is_signed = db.session.scalar(
        sa.select(Commitment.id).where(Commitment.id == commitment_id, Commitment.state.in_(HAS_BEEN_SIGNED))
    )
    if not is_signed:
        return PaperStatus(SealState.NOT_YET, None, copies)
    state, problem = _states([commitment_id])[commitment_id]
    return PaperStatus(state, None, copies, problem)


def _view(row: PaperFile) -> PaperView:
    return PaperView(
        row.code, row.kind, row.copy_kind, row.sha256, row.size, row.serial, row.affixed_by, row.note, row.is_built_on_ours,
        row.made_at,
    )  # fmt: skip


def paper_file(commitment_id: int, code: str) -> PaperFile | None:
    """Return a kept file of a commitment by its code."""
    return db.session.scalar(
        sa.select(PaperFile).where(
            PaperFile.commitment_id == commitment_id, PaperFile.code == code, PaperFile.file_id.is_not(None)
        )
    )


def sealed_file(commitment_id: int) -> PaperFile | None:
    """Return the sealed file of a commitment."""
    return db.session.scalar(
        sa.select(PaperFile).where(PaperFile.commitment_id == commitment_id, PaperFile.kind == PaperKind.SEALED)
    )


def broken_papers() -> Iterator[str]:
    """Yield the number of each commitment of which a kept file is missing on the disk or is not what was stored."""
    rows = db.session.execute(
        sa.select(Commitment.number, StoredFile.code, PaperFile.sha256)
        .join(PaperFile, PaperFile.commitment_id == Commitment.id)
        .join(StoredFile, StoredFile.id == PaperFile.file_id)
        .order_by(PaperFile.id)
    )
    for number, code, sha256 in rows:
        path = path_of(code)
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            yield number or ""


def unsealed_ids(event_id: int | None = None) -> list[int]:
    """Return the signed commitments without a sealed paper, the oldest first; of one event or of all."""
    sealed = sa.select(PaperFile.commitment_id).where(PaperFile.kind == PaperKind.SEALED)
    wanted = sa.select(Commitment.id).where(Commitment.state.in_(HAS_BEEN_SIGNED), Commitment.id.not_in(sealed))
    if event_id is not None:
        wanted = wanted.where(Commitment.event_id == event_id)
    return list(db.session.scalars(wanted.order_by(Commitment.id)))


def unsealed(event_id: int) -> list[Unsealed]:
    """Return the signed commitments of an event without a sealed paper, with what each waits for."""
    ids = unsealed_ids(event_id)
    states = _states(ids)
    rows = db.session.scalars(sa.select(Commitment).where(Commitment.id.in_(ids)).order_by(Commitment.id)).all()
    names = _names(ids)
    return [
        Unsealed(
            row.id, row.code, row.number or "", names.get((row.id, PartyKind.BUYER), ""),
            names.get((row.id, PartyKind.EXHIBITOR), ""), row.kind, row.total, row.content_hash or "", *states[row.id],
        )
        for row in rows
    ]  # fmt: skip


def _names(ids: Iterable[int]) -> dict[tuple[int, PartyKind], str]:
    rows = db.session.execute(
        sa.select(CommitmentParty.commitment_id, CommitmentParty.kind, CommitmentParty.name).where(
            CommitmentParty.commitment_id.in_(list(ids))
        )
    )
    return {(row.commitment_id, row.kind): row.name for row in rows}


def unsealed_counts(event_id: int) -> tuple[int, int]:
    """Return how many signed papers somebody must look after (failed or never begun), and how many wait for the witness."""
    states = [state for state, _problem in _states(unsealed_ids(event_id)).values()]
    return (
        sum(state in (SealState.FAILED, SealState.MISSING) for state in states),
        sum(state is SealState.WITNESS for state in states),
    )


def _states(ids: list[int]) -> dict[int, tuple[SealState, str]]:
    """Return what each signed and unsealed commitment waits for, and why its sealing failed."""
    jobs, waiting = _last_jobs(ids), _wait_for_witness(ids)
    return {row_id: _state(jobs.get(row_id), is_waiting=row_id in waiting) for row_id in ids}


def _state(job: Job | None, *, is_waiting: bool) -> tuple[SealState, str]:
    if job and job.state in ACTIVE:
        return SealState.WORKING, ""
    if is_waiting:
        return SealState.WITNESS, ""
    if job and job.state is JobState.FAILED:
        return SealState.FAILED, job.error or ""
    return SealState.MISSING, ""


def job_prefix(commitment_id: int) -> str:
    """Return how the dedupe keys of a commitment's sealing jobs begin."""
    return f"{SEAL_JOB}:{commitment_id}:"


def failed_jobs(job_ids: list[int]) -> list[str]:
    """Return why some of these jobs failed, one sentence each."""
    rows = db.session.scalars(sa.select(Job).where(Job.id.in_(job_ids), Job.state == JobState.FAILED).order_by(Job.id))
    return [row.error or "" for row in rows]


def _last_jobs(ids: list[int]) -> dict[int, Job]:
    wanted, found = set(ids), {}
    events = sa.select(Commitment.event_id).where(Commitment.id.in_(ids))
    rows = db.session.scalars(sa.select(Job).where(Job.kind == SEAL_JOB, Job.event_id.in_(events)).order_by(Job.id))
    for job in rows:
        commitment_id = int(job.args["commitment_id"])
        if commitment_id in wanted:
            found[commitment_id] = job
    return found


def _wait_for_witness(ids: list[int]) -> set[int]:
    """Return which of them wait for a witness who signs on a screen."""
    witnessed = sa.select(WitnessSignature.commitment_id)
    wanted = (
        sa.select(Commitment.id)
        .join(CommitmentSettings, CommitmentSettings.event_id == Commitment.event_id)
        .where(Commitment.id.in_(ids), CommitmentSettings.has_screen_witness, Commitment.id.not_in(witnessed))
    )
    return set(db.session.scalars(wanted))
