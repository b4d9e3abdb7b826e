"""The worker's entry: ``huey_consumer matchmaking.worker.huey`` runs jobs by id, from SQLite or Redis."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey, crontab

from matchmaking.config import load_settings
from matchmaking.jobs import services as jobs

#: Written by the worker, read by ``/readyz``: the worker lives when this is younger than two minutes.
HEARTBEAT_FILE = "worker.alive"


def instance_folder() -> Path:
    """Return the folder of database, uploads and keys."""
    return Path(os.environ.get("MATCHMAKING_INSTANCE") or Path(__file__).resolve().parent.parent / "instance")


def make_queue(url: str) -> Huey:
    """Return the queue behind a ``sqlite:///`` or ``redis://`` address."""
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("matchmaking", filename=str(path), results=False)
    return RedisHuey("matchmaking", url=url, results=False)


huey = make_queue(load_settings(instance_folder())["QUEUE_URL"])
_app: list[Any] = []


def _application() -> Any:
    """Make the application once per worker process, not at import: the web side imports this module too."""
    if not _app:
        from matchmaking.factory import create_app

        _app.append(create_app())
    return _app[0]


@huey.task()
def run_job(job_id: int) -> None:
    """Run one job by id."""
    with _application().app_context():
        jobs.run_job(job_id)


@huey.periodic_task(crontab(minute="*"))
def look_after_jobs() -> None:
    """Every minute: show that the worker lives, and queue again what was lost."""
    sign_of_life()
    with _application().app_context():
        jobs.pick_up_lost()


@huey.periodic_task(crontab(hour="1", minute="5"))
def do_daily_work() -> None:
    """Each morning (01.05 UTC is 08.05 WIB): reminders and the like."""
    with _application().app_context():
        jobs.run_daily()


@huey.periodic_task(crontab(minute="*/5"))
def do_frequent_work() -> None:
    """Every five minutes: what is due at an hour of its own, such as the reminder before somebody's first meeting."""
    with _application().app_context():
        jobs.run_frequent()


@huey.on_startup()
def sign_of_life() -> None:
    """Touch the heartbeat file."""
    folder = instance_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HEARTBEAT_FILE).touch()


def push(job_id: int) -> None:
    """Queue a job id."""
    run_job(job_id)
