"""Asking for background work, running it once, and picking up what a killed worker left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from matchmaking import clock
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.errors import DomainError
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.jobs.models import ACTIVE, Job, JobState
from matchmaking.transactions import after_commit, end_read, insert_new, lock_row, lock_rows, transaction

log = structlog.get_logger()

#: A running job whose worker has been silent this long is taken to be dead.
SILENT_AFTER = timedelta(seconds=30)
#: A queued job this old has lost its queue entry (queue file deleted, Redis emptied): queue it again.
LOST_AFTER = timedelta(seconds=60)
MAX_ATTEMPTS = 3
#: Ids of the jobs that this process is doing now: while it lives they are not lost, however little their handlers say.
_doing: set[int] = set()


class JobStopped(Exception):
    """Raised by a handler (or by ``JobHandle.check``) when a person pressed stop."""


@dataclass(frozen=True)
class _Handler:
    run: Callable[[JobHandle], dict[str, Any] | None]
    is_restartable: bool
    on_failure: Callable[[JobHandle, str], None] | None


_handlers: dict[str, _Handler] = {}
_push: list[Callable[[int], None]] = []


def job_handler(
    kind: str, *, restartable: bool = True, on_failure: Callable[[JobHandle, str], None] | None = None
) -> Callable[[Callable[[JobHandle], dict[str, Any] | None]], Callable[[JobHandle], dict[str, Any] | None]]:
    """Register the function that does jobs of this kind.

    The function runs outside any transaction, opens its own, and must be idempotent. ``restartable``: run again
    after its worker was killed, else the job is failed. ``on_failure(handle, sentence)`` runs inside the
    transaction that marks the job failed.
    """

    def register(
        run: Callable[[JobHandle], dict[str, Any] | None],
    ) -> Callable[[JobHandle], dict[str, Any] | None]:
        _handlers[kind] = _Handler(run, restartable, on_failure)
        return run

    return register


def kinds() -> set[str]:
    """Return the kinds of work that somebody does."""
    return set(_handlers)


_daily: list[Callable[[], object]] = []
_frequent: list[Callable[[], object]] = []


def daily_work(run: Callable[[], object]) -> None:
    """Register what the worker does each morning; more than once is harmless. It opens its own transactions."""
    if run not in _daily:
        _daily.append(run)


def frequent_work(run: Callable[[], object]) -> None:
    """Register what the worker does every five minutes: what is due at an hour of its own. Several workers may do it at once."""
    if run not in _frequent:
        _frequent.append(run)


def run_daily() -> None:
    """Do the morning's work; what fails is logged and stops nothing else."""
    _run_all(_daily)


def run_frequent() -> None:
    """Do what is done every five minutes; what fails is logged and stops nothing else."""
    _run_all(_frequent)


def _run_all(work: list[Callable[[], object]]) -> None:
    for run in work:
        try:
            run()
        except Exception:
            log.exception("jobs.timed_failed", work=f"{run.__module__}.{getattr(run, '__name__', '')}")


def set_queue(push: Callable[[int], None]) -> None:
    """Tell the leaf how to hand a job id to the workers (done by ``matchmaking.worker``)."""
    _push[:] = [push]


@dataclass(frozen=True)
class JobHandle:
    """What a handler sees of its job; plain values, no row."""

    id: int
    kind: str
    args: dict[str, Any]
    event_id: int | None
    requested_by: int | None
    attempt: int

    def report(self, **progress: Any) -> bool:
        """Store progress and the sign of life; return whether a person asked to stop."""
        with transaction():
            statement = sa.update(Job).where(Job.id == self.id).values(heartbeat_at=clock.now())
            db.session.execute(statement.values(progress=progress) if progress else statement)
            return bool(db.session.scalar(sa.select(Job.stop_requested).where(Job.id == self.id)))


def enqueue(
    actor: Actor,
    kind: str,
    args: dict[str, Any],
    *,
    event_id: int | None = None,
    dedupe_key: str | None = None,
) -> Job:
    """Write the job in the caller's transaction and queue it after the commit; the same ``dedupe_key`` gives the same job."""
    if kind not in _handlers:
        raise LookupError(f"no handler for job kind {kind!r}")
    values = {
        "code": new_code(12),
        "kind": kind,
        "args": args,
        "event_id": event_id,
        "requested_by": actor.user_id,
        "dedupe_key": dedupe_key,
        "state": JobState.QUEUED,
        "created_at": clock.now(),
    }
    job_id = insert_new(Job, values)
    if job_id is None:  # asked for before, maybe by a transaction that committed a moment ago
        return db.session.scalars(sa.select(Job).where(Job.dedupe_key == dedupe_key)).one()
    job = db.session.get_one(Job, job_id)
    after_commit(lambda: push(job_id))
    return job


def push(job_id: int) -> None:
    """Hand a committed job to the workers; a queue that is away is survived (:func:`pick_up_lost` tries again)."""
    try:
        for act in _push:
            act(job_id)
    except Exception:
        log.exception("jobs.queue_unreachable", job_id=job_id)


def request_stop(job_id: int) -> None:
    """Ask a job to stop; one that has not begun is stopped at once."""
    job = lock_row(Job, job_id)
    if job is None or not job.is_active:
        return
    job.stop_requested = True
    if job.state is JobState.QUEUED:
        job.state, job.finished_at = JobState.STOPPED, clock.now()


def run_job(job_id: int) -> None:
    """Claim the job and run its handler; a second delivery of the same id finds nothing to claim."""
    handle = _claim(job_id)
    if handle is None:
        return
    end_read()
    _doing.add(job_id)
    try:
        _do(handle)
    finally:
        _doing.discard(job_id)


def _do(handle: JobHandle) -> None:
    try:
        result = _handlers[handle.kind].run(handle) or {}
    except JobStopped:
        _finish(handle, JobState.STOPPED)
    except DomainError as error:
        _fail(handle, str(error))
    except Exception:
        log.exception("jobs.failed", job_id=handle.id, kind=handle.kind)
        _fail(
            handle,
            _("Something went wrong on our side. Please try again; if it happens again, tell the administrator."),
        )
    else:
        _finish(handle, JobState.DONE, result)
    finally:
        end_read()


def _claim(job_id: int) -> JobHandle | None:
    with transaction():
        now = clock.now()
        claimed = db.session.execute(
            sa.update(Job)
            .where(Job.id == job_id, Job.state == JobState.QUEUED)
            .values(state=JobState.RUNNING, started_at=now, heartbeat_at=now, attempts=Job.attempts + 1)
        )
        if not claimed.rowcount:  # type: ignore[attr-defined]
            return None
        job = db.session.get_one(Job, job_id, populate_existing=True)
        return JobHandle(job.id, job.kind, dict(job.args), job.event_id, job.requested_by, job.attempts)


def _finish(handle: JobHandle, state: JobState, result: dict[str, Any] | None = None) -> None:
    with transaction():
        job = _locked(handle.id)
        job.state, job.finished_at, job.result = state, clock.now(), result or {}


def _locked(job_id: int) -> Job:
    job = lock_row(Job, job_id)
    if job is None:
        raise RuntimeError(f"job {job_id} was deleted while it ran")
    return job


def _fail(handle: JobHandle, sentence: str) -> None:
    with transaction():
        job = _locked(handle.id)
        job.state, job.finished_at, job.error = JobState.FAILED, clock.now(), sentence
        handler = _handlers[handle.kind]
        if handler.on_failure:
            handler.on_failure(handle, sentence)


def pick_up_lost() -> list[int]:
    """Queue again what a killed worker or a lost queue left behind; return the ids queued."""
    now = clock.now()
    with transaction():
        mine = tuple(_doing)  # other threads begin and end jobs meanwhile
        db.session.execute(
            sa.update(Job).where(Job.id.in_(mine), Job.state == JobState.RUNNING).values(heartbeat_at=now)
        )
        again = list(
            db.session.scalars(sa.select(Job.id).where(Job.state == JobState.QUEUED, Job.created_at < now - LOST_AFTER))
        )
        silent = sa.select(Job.id).where(Job.state == JobState.RUNNING, Job.heartbeat_at < now - SILENT_AFTER)
        for job in lock_rows(Job, db.session.scalars(silent).all()):
            if _is_silent(job, now) and _revive(job):
                again.append(job.id)
    for job_id in again:
        push(job_id)
    return again


def _is_silent(job: Job, now: datetime) -> bool:
    return job.state is JobState.RUNNING and job.heartbeat_at is not None and job.heartbeat_at < now - SILENT_AFTER


def _revive(job: Job) -> bool:
    handler = _handlers.get(job.kind)
    if handler and handler.is_restartable and job.attempts < MAX_ATTEMPTS and not job.stop_requested:
        job.state = JobState.QUEUED
        return True
    sentence = _("The work was interrupted before it finished. Nothing was lost; please start it again.")
    job.state, job.finished_at, job.error = JobState.FAILED, clock.now(), sentence
    if handler and handler.on_failure:
        handler.on_failure(
            JobHandle(job.id, job.kind, dict(job.args), job.event_id, job.requested_by, job.attempts),
            sentence,
        )
    return False


def active_job(kind: str, event_id: int) -> Job | None:
    """Return the newest job of this kind that is still queued or running for the event."""
    return db.session.scalar(
        sa.select(Job)
        .where(Job.kind == kind, Job.event_id == event_id, Job.state.in_(ACTIVE))
        .order_by(Job.id.desc())
        .limit(1)
    )
