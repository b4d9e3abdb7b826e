"""Sealing a commitment's paper once: asked for when both have signed, made by the worker, stored with its hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import SYSTEM, Actor
from matchmaking.codes import new_code
from matchmaking.commitments.addresses import printed_base
from matchmaking.commitments.life import HAS_BEEN_SIGNED
from matchmaking.commitments.models import Commitment, CommitmentSettings
from matchmaking.commitments.paper_models import PaperFile, PaperKind, SealAuthority, WitnessSignature
from matchmaking.commitments.queries.sealing import SEAL_JOB, job_prefix, sealed_file, unsealed_ids
from matchmaking.commitments.seals.keys import SealKey
from matchmaking.commitments.services.authorities import sealing_key
from matchmaking.commitments.services.frames import keep_frame
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.jobs import enqueue
from matchmaking.jobs.models import ACTIVE, Job
from matchmaking.storage.services import Owner, keep_file
from matchmaking.transactions import insert_new, lock_row
from matchmaking.web.addresses import NoPublicAddress, public_address

SEALED_PAPER, OWNER = "sealed_paper", "commitment"


@dataclass(frozen=True)
class SealPlan:
    """What the worker needs to seal one paper. ``base``: the address to print where none has been set."""

    commitment_id: int
    event_id: int
    code: str
    number: str
    content_hash: str
    key: SealKey
    authority_id: int
    authority_name: str
    base: str


@dataclass(frozen=True)
class SealedFile:
    """A sealed paper to be stored; ``timestamp``: certificate of the timestamp service, PEM; ``facts``: what was printed."""

    content: bytes
    unsealed_size: int
    covered_sha256: str
    timestamp: str
    facts: dict[str, Any]


def request_seal(actor: Actor, commitment: Commitment, *, without_witness: bool = False) -> Job | None:
    """Ask the worker to seal a locked commitment's paper; ``None`` while it has to wait, or has its seal."""
    if not _may_be_sealed(commitment, without_witness=without_witness):
        return None
    before = db.session.scalars(
        sa.select(Job).where(Job.dedupe_key.startswith(job_prefix(commitment.id))).order_by(Job.id)
    ).all()
    if before and before[-1].state in ACTIVE:
        return before[-1]
    args = {"commitment_id": commitment.id, "base": _base(commitment), "without_witness": without_witness}
    key = f"{job_prefix(commitment.id)}{len(before) + 1}"
    return enqueue(actor, SEAL_JOB, args, event_id=commitment.event_id, dedupe_key=key)


def request_seals(actor: Actor, event_id: int | None = None) -> list[int]:
    """Ask for every seal that is missing, of one event or of all; return the ids of the jobs."""
    rows = (lock_row(Commitment, row_id) for row_id in unsealed_ids(event_id))
    jobs = [request_seal(actor, row) for row in rows if row]
    return [job.id for job in jobs if job]


def _base(commitment: Commitment) -> str:
    """Return the address that would be printed now: the worker has no request to take it from."""
    try:
        return printed_base(db.session.get_one(Event, commitment.event_id))
    except NoPublicAddress:
        return ""


def _may_be_sealed(commitment: Commitment, *, without_witness: bool) -> bool:
    if commitment.state not in HAS_BEEN_SIGNED or sealed_file(commitment.id) is not None:
        return False
    return without_witness or not waits_for_witness(commitment)


def waits_for_witness(commitment: Commitment) -> bool:
    """Say whether the seal waits for a witness who signs on a screen."""
    settings = db.session.get(CommitmentSettings, commitment.event_id)
    if settings is None or not settings.has_screen_witness:
        return False
    signed = sa.select(WitnessSignature.id).where(WitnessSignature.commitment_id == commitment.id)
    return db.session.scalar(signed) is None


def plan_seal(commitment_id: int, base: str, *, without_witness: bool) -> SealPlan | None:
    """Look at what is to be sealed and open the key; ``None`` when nothing is to be done (any more).

    Raises:
        SealUnusable: the key is missing or cannot be opened.
        NoPublicAddress: no address is set that opens outside the hall.
    """
    commitment = lock_row(Commitment, commitment_id)
    if commitment is None or not _may_be_sealed(commitment, without_witness=without_witness):
        return None
    keep_frame(commitment)  # of a record older than frames
    event = db.session.get_one(Event, commitment.event_id)
    key, authority = sealing_key(event.host_name)
    return SealPlan(
        commitment.id, event.id, commitment.code, commitment.number or "", commitment.content_hash or "", key, authority.id,
        authority.name, _printed(event, base),
    )  # fmt: skip


def _printed(event: Event, base: str) -> str:
    """Return the address to print: a demonstration without one takes that of the request in which was signed."""
    is_trial = event.is_demo or event.is_test
    return base if base and is_trial and not public_address(event.public_address) else printed_base(event)


def store_sealed(plan: SealPlan, made: SealedFile) -> PaperFile | None:
    """Store the sealed file with its hash; ``None`` when another is stored already, or the content is another by now."""
    commitment = lock_row(Commitment, plan.commitment_id)
    if commitment is None or commitment.content_hash != plan.content_hash or commitment.state not in HAS_BEEN_SIGNED:
        return None
    if sealed_file(commitment.id) is not None:
        return None
    owner = Owner(SEALED_PAPER, plan.event_id, OWNER, commitment.id)
    stored = keep_file(made.content, f"komitmen-{plan.code}.pdf", "application/pdf", owner)
    row = PaperFile(
        code=new_code(16), commitment_id=commitment.id, kind=PaperKind.SEALED, sha256=stored.sha256, size=stored.size,
        content_hash=plan.content_hash, file_id=stored.id, unsealed_size=made.unsealed_size, covered_sha256=made.covered_sha256,
        facts=made.facts, made_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _remember_timestamp(plan.authority_id, made.timestamp)
    data = {"sha256": stored.sha256, "authority": plan.authority_id}
    audit.record(SYSTEM, "commitments.seal", commitment, event_id=plan.event_id, data=data)
    return row


def _remember_timestamp(authority_id: int, certificate: str) -> None:
    authority = lock_row(SealAuthority, authority_id)
    if authority and certificate and certificate not in authority.timestamps:
        authority.timestamps = [*authority.timestamps, certificate]


def note_unsealed(commitment_id: int, content_hash: str, content: bytes) -> None:
    """Remember the hash of a paper that is handed out without a seal, so that the check knows it again; twice is harmless."""
    insert_new(
        PaperFile,
        {
            "code": new_code(16), "commitment_id": commitment_id, "kind": PaperKind.UNSEALED, "copy_kind": None,
            "sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "content_hash": content_hash, "file_id": None,
            "unsealed_size": None, "covered_sha256": "", "facts": {}, "serial": "", "affixed_by": "", "note": "",
            "is_built_on_ours": False, "made_at": clock.now(), "user_id": None,
        },
    )  # fmt: skip
