"""What a file is: by its hash first, then by its seal; offline, and without a word about who signed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from matchmaking.commitments.models import Commitment, CommitmentState
from matchmaking.commitments.paper_models import CopyKind, PaperFile, PaperKind
from matchmaking.commitments.queries.checking import Break, first_break, successor_number
from matchmaking.commitments.queries.sealing import trusted_seals
from matchmaking.commitments.seals.checking import SealCheck, SealFinding, check_seal, covered_digest
from matchmaking.commitments.seals.marks import FileMark, read_marks
from matchmaking.extensions import db


class Verdict(StrEnum):
    """The one word."""

    VALID = "valid"
    COPY = "copy"  # a registered later copy of a valid commitment
    CHANGED = "changed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"  # the file is unchanged, the commitment ended
    AMENDED = "amended"  # the file is unchanged, another commitment stands in its place


class Reason(StrEnum):
    """Why."""

    SEALED = "sealed"  # byte for byte the file that was sealed
    HANDED_OUT = "handed_out"  # byte for byte a paper handed out without a seal
    REGISTERED = "registered"  # byte for byte a copy that staff registered
    SEAL_ALONE = "seal_alone"  # no hash is stored: the seal holds
    OTHER_STORED = "other_stored"  # the seal holds, the stored file is another
    CONTAINER = "container"  # the text is the sealed one, the room of the signature is not
    SEAL_BROKEN = "seal_broken"
    APPENDED = "appended"  # something was added after one of our files
    FOREIGN_SEAL = "foreign_seal"
    NO_SEAL = "no_seal"
    OTHER_CONTENT = "other_content"  # the commitment says something else since
    RECORD_BROKEN = "record_broken"
    NO_RECORD = "no_record"
    NOT_OURS = "not_ours"


#: Reasons for which the file itself is what it claims to be.
_WHOLE = frozenset({Reason.SEALED, Reason.HANDED_OUT, Reason.REGISTERED, Reason.SEAL_ALONE, Reason.OTHER_STORED})
_BY_KIND = {
    PaperKind.SEALED: Reason.SEALED,
    PaperKind.UNSEALED: Reason.HANDED_OUT,
    PaperKind.COPY: Reason.REGISTERED,
}
_BY_SEAL = {
    SealFinding.NONE: Reason.NO_SEAL,
    SealFinding.FOREIGN: Reason.FOREIGN_SEAL,
    SealFinding.BROKEN: Reason.SEAL_BROKEN,
    SealFinding.APPENDED: Reason.APPENDED,
}


@dataclass(frozen=True)
class Judgement:
    """What was found of a file, and which commitment it names (``code`` of its check page, empty when none)."""

    verdict: Verdict
    reason: Reason
    code: str = ""
    number: str = ""
    state: CommitmentState | None = None
    sealed_at: datetime | None = None
    has_timestamp: bool = False
    copy_kind: CopyKind | None = None
    record_break: Break | None = None
    amended_by: str = ""  # the number of what stands in its place

    @property
    def is_by_seal_alone(self) -> bool:
        """Say whether only the seal speaks for the file: its hash is not among those that are stored."""
        return self.reason in (Reason.SEAL_ALONE, Reason.OTHER_STORED)


def judge(content: bytes) -> Judgement:
    """Return what a file is."""
    known = db.session.execute(
        sa.select(PaperFile, Commitment)
        .join(Commitment, Commitment.id == PaperFile.commitment_id)
        .where(PaperFile.sha256 == hashlib.sha256(content).hexdigest())
        .order_by(PaperFile.id)
    ).first()
    if known:
        return _by_hash(*known)
    marks = read_marks(content)
    if not marks:
        return Judgement(Verdict.UNKNOWN, Reason.NOT_OURS)
    for mark in marks:
        row = db.session.scalar(sa.select(Commitment).where(Commitment.code == mark.code))
        if row is not None:
            return _by_seal(content, mark, row)
    return Judgement(Verdict.UNKNOWN, Reason.NO_RECORD)


def _by_hash(paper: PaperFile, row: Commitment) -> Judgement:
    found = _about(row, _BY_KIND[paper.kind])
    found = replace(found, copy_kind=paper.copy_kind)
    if paper.kind is PaperKind.SEALED:
        found = replace(found, sealed_at=paper.made_at)
    return _with_record(found, row, paper.content_hash)


def _by_seal(content: bytes, mark: FileMark, row: Commitment) -> Judgement:
    if _begins_with_ours(content, row.id):
        return _about(row, Reason.APPENDED)
    checked = check_seal(content, trusted_seals())
    if checked.finding is not SealFinding.HOLDS:
        return _about(row, _BY_SEAL[checked.finding])
    return _with_record(_sealed_here(content, row, checked), row, mark.content_hash)


def _sealed_here(content: bytes, row: Commitment, checked: SealCheck) -> Judgement:
    """The seal holds and no hash is known: is there another sealed file, or the same with its signature's room changed?"""
    stored = db.session.scalar(
        sa.select(PaperFile).where(PaperFile.commitment_id == row.id, PaperFile.kind == PaperKind.SEALED)
    )
    if stored and stored.covered_sha256 == covered_digest(content):
        return _about(row, Reason.CONTAINER)
    found = _about(row, Reason.OTHER_STORED if stored else Reason.SEAL_ALONE)
    return replace(found, sealed_at=checked.sealed_at, has_timestamp=checked.has_timestamp)


def _begins_with_ours(content: bytes, commitment_id: int) -> bool:
    """Say whether a file known by its hash stands whole at the beginning: then the rest was added after it."""
    rows = db.session.execute(
        sa.select(PaperFile.size, PaperFile.sha256).where(
            PaperFile.commitment_id == commitment_id,
            PaperFile.size < len(content),
            PaperFile.kind != PaperKind.UNSEALED,
        )
    )
    return any(hashlib.sha256(content[:size]).hexdigest() == sha256 for size, sha256 in rows)


def _about(row: Commitment, reason: Reason) -> Judgement:
    verdict = Verdict.CHANGED
    if reason in _WHOLE:
        verdict = Verdict.COPY if reason is Reason.REGISTERED else Verdict.VALID
    return Judgement(verdict, reason, row.code, row.number or "", row.state)


def _with_record(found: Judgement, row: Commitment, content_hash: str) -> Judgement:
    """The file is whole; does the record still stand behind it?"""
    if found.reason not in _WHOLE:
        return found
    problem = first_break(row)
    if problem:
        return replace(found, verdict=Verdict.CHANGED, reason=Reason.RECORD_BROKEN, record_break=problem)
    if row.content_hash != content_hash:
        return replace(found, verdict=Verdict.CHANGED, reason=Reason.OTHER_CONTENT)
    if row.state is CommitmentState.WITHDRAWN:
        return replace(found, verdict=Verdict.WITHDRAWN)
    if row.state is CommitmentState.AMENDED:
        return replace(found, verdict=Verdict.AMENDED, amended_by=successor_number(row))
    return found
