"""Background work: asked for once, run once, stopped, failed in a sentence, and picked up when a worker dies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.actor import SYSTEM
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.jobs import services as jobs
from matchmaking.jobs.models import Job, JobState
from matchmaking.jobs.services import JobHandle
from matchmaking.transactions import transaction
from tests.threads import at_once
from tests.world import BOTH, World

both = pytest.mark.parametrize("database", BOTH, indirect=True)


@pytest.fixture
def ran() -> Iterator[list[Any]]:
    """Handlers ``test.*`` for this test; what they did."""
    done: list[Any] = []

    def work(handle: JobHandle) -> dict[str, Any]:
        done.append(handle.args.get("n"))
        return {"n": handle.args.get("n")}

    def refuse(_handle: JobHandle) -> None:
        raise InvalidInput("Baris 3 salah.")

    def crash(_handle: JobHandle) -> None:
        raise ZeroDivisionError("rahasia")

    def obey(handle: JobHandle) -> None:
        if handle.report(percent=10):
            raise jobs.JobStopped

    def clean_up(handle: JobHandle, sentence: str) -> None:
        done.append(("failed", handle.id, sentence))

    jobs.job_handler("test.work")(work)
    jobs.job_handler("test.once", restartable=False, on_failure=clean_up)(work)
    jobs.job_handler("test.refuse", on_failure=clean_up)(refuse)
    jobs.job_handler("test.crash")(crash)
    jobs.job_handler("test.obey")(obey)
    yield done
    for kind in [kind for kind in jobs._handlers if kind.startswith("test.")]:
        del jobs._handlers[kind]


def ask(kind: str = "test.work", dedupe_key: str | None = None, **args: Any) -> int:
    with transaction():
        return jobs.enqueue(SYSTEM, kind, args, dedupe_key=dedupe_key).id


def stored(job_id: int) -> Job:
    return db.session.get_one(Job, job_id, populate_existing=True)


def test_job_is_queued_after_the_commit_and_only_then(app: Flask, ran: list[Any]) -> None:
    queue = app.config["PUSHED_JOBS"]
    with transaction():
        job_id = jobs.enqueue(SYSTEM, "test.work", {}).id
        assert queue == []
    assert queue == [job_id]
    with pytest.raises(ZeroDivisionError), transaction():
        jobs.enqueue(SYSTEM, "test.work", {})
        raise ZeroDivisionError
    assert (queue, db.session.scalar(sa.select(sa.func.count()).select_from(Job))) == ([job_id], 1)


@both
def test_job_delivered_to_many_workers_runs_once(app: Flask, ran: list[Any]) -> None:
    job_id = ask(n=7)
    at_once(app, lambda _number: jobs.run_job(job_id), 8)
    assert (ran, stored(job_id).state, stored(job_id).attempts, stored(job_id).result) == (
        [7],
        JobState.DONE,
        1,
        {"n": 7},
    )


@both
def test_same_occasion_asked_for_at_once_is_one_job(app: Flask, ran: list[Any]) -> None:
    outcomes = at_once(app, lambda number: ask(dedupe_key="same", n=number), 8)
    assert len({outcome for outcome in outcomes if isinstance(outcome, int)}) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1
    assert [outcome for outcome in outcomes if not isinstance(outcome, int)] == []


def test_other_occasions_are_other_jobs(app: Flask, ran: list[Any]) -> None:
    assert len({ask(), ask(), ask(dedupe_key="a"), ask(dedupe_key="b")}) == 4


def test_unknown_kind_is_refused(app: Flask) -> None:
    with pytest.raises(LookupError), transaction():
        jobs.enqueue(SYSTEM, "test.unknown", {})


def test_refusal_is_told_as_it_is_and_a_crash_without_details(app: Flask, ran: list[Any]) -> None:
    refused, crashed = ask("test.refuse"), ask("test.crash")
    jobs.run_job(refused)
    jobs.run_job(crashed)
    assert (stored(refused).state, stored(refused).error) == (JobState.FAILED, "Baris 3 salah.")
    assert ran == [("failed", refused, "Baris 3 salah.")]
    assert stored(crashed).state is JobState.FAILED
    assert "rahasia" not in (stored(crashed).error or "rahasia")


def test_stop_before_and_during(app: Flask, ran: list[Any]) -> None:
    waiting, running = ask(n=1), ask("test.obey")
    for job_id in (waiting, running):
        with transaction():
            if job_id == running:
                db.session.get_one(Job, job_id).stop_requested = True
            else:
                jobs.request_stop(job_id)
        jobs.run_job(job_id)
    assert [stored(waiting).state, stored(running).state, ran] == [JobState.STOPPED, JobState.STOPPED, []]


def test_stop_of_a_finished_job_changes_nothing(app: Flask, ran: list[Any]) -> None:
    job_id = ask()
    jobs.run_job(job_id)
    with transaction():
        jobs.request_stop(job_id)
    assert (stored(job_id).state, stored(job_id).stop_requested) == (JobState.DONE, False)


def killed(kind: str, *, attempts: int = 1) -> int:
    """A job whose worker died in the middle."""
    job_id = ask(kind)
    with transaction():
        job = db.session.get_one(Job, job_id)
        job.state, job.attempts = JobState.RUNNING, attempts
        job.started_at = job.heartbeat_at = clock.now()
    return job_id


@pytest.mark.parametrize(
    ("kind", "attempts", "state"),
    [
        ("test.work", 1, JobState.QUEUED),
        ("test.work", jobs.MAX_ATTEMPTS - 1, JobState.QUEUED),
        ("test.work", jobs.MAX_ATTEMPTS, JobState.FAILED),
        ("test.once", 1, JobState.FAILED),
    ],
)
def test_killed_worker(app: Flask, ran: list[Any], kind: str, attempts: int, state: JobState) -> None:
    job_id = killed(kind, attempts=attempts)
    app.config["PUSHED_JOBS"].clear()
    assert jobs.pick_up_lost() == []
    with clock.frozen(clock.now() + jobs.SILENT_AFTER + timedelta(seconds=1)):
        assert jobs.pick_up_lost() == ([job_id] if state is JobState.QUEUED else [])
    assert stored(job_id).state is state
    assert app.config["PUSHED_JOBS"] == ([job_id] if state is JobState.QUEUED else [])
    assert bool(stored(job_id).error) == (state is JobState.FAILED)


def test_killed_job_that_was_to_stop_is_not_begun_again(app: Flask, ran: list[Any]) -> None:
    job_id = killed("test.work")
    with transaction():
        jobs.request_stop(job_id)
    with clock.frozen(clock.now() + jobs.SILENT_AFTER + timedelta(seconds=1)):
        assert jobs.pick_up_lost() == []
    assert not stored(job_id).is_active


def test_a_handler_that_says_nothing_for_long_is_not_begun_a_second_time(app: Flask, ran: list[Any]) -> None:
    found: list[list[int]] = []

    def silent(_handle: JobHandle) -> None:
        with clock.frozen(clock.now() + jobs.SILENT_AFTER + timedelta(seconds=1)):
            found.append(jobs.pick_up_lost())

    jobs.job_handler("test.silent")(silent)
    job_id = ask("test.silent")
    jobs.run_job(job_id)
    assert (found, stored(job_id).state, stored(job_id).attempts) == ([[]], JobState.DONE, 1)


def test_sign_of_life_keeps_a_job_its_worker(app: Flask, ran: list[Any]) -> None:
    job_id = killed("test.work")
    with clock.frozen(clock.now() + jobs.SILENT_AFTER + timedelta(seconds=1)):
        JobHandle(job_id, "test.work", {}, None, None, 1).report(percent=50)
        assert jobs.pick_up_lost() == []
    assert stored(job_id).progress == {"percent": 50}


def test_queue_that_lost_its_entries_is_filled_again(app: Flask, ran: list[Any]) -> None:
    job_id = ask()
    app.config["PUSHED_JOBS"].clear()
    with clock.frozen(clock.now() + jobs.LOST_AFTER + timedelta(seconds=1)):
        assert jobs.pick_up_lost() == [job_id]


def test_queue_that_is_away_loses_nothing(app: Flask, ran: list[Any], world: World) -> None:
    def away(_job_id: int) -> None:
        raise ConnectionError

    jobs.set_queue(away)
    job_id = ask(n=5)
    jobs.set_queue(app.config["PUSHED_JOBS"].append)
    assert stored(job_id).state is JobState.QUEUED
    with clock.frozen(clock.now() + jobs.LOST_AFTER + timedelta(seconds=1)):
        jobs.pick_up_lost()
    assert (world.run_jobs(), ran) == (1, [5])
