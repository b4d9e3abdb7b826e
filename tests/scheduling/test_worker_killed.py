"""kill -9 on a real worker in the middle of a solve: the solver ends by itself, the run says so, nothing is half-stored."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.config import ROOT
from matchmaking.extensions import db
from matchmaking.jobs import services as jobs
from matchmaking.scheduling.models import Meeting, Placement, RunState, ScheduleVersion, Unmet
from tests.scheduling.scene import Scene

WORKER = (
    "import sys; from matchmaking.factory import create_app; from matchmaking.jobs.services import run_job\n"
    "with create_app().app_context(): run_job(int(sys.argv[1]))"
)


def solver_of(worker: int) -> int | None:
    """The process id of the solver that the worker has started."""
    for listing in Path(f"/proc/{worker}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread or child that has ended since it was listed
            for child in listing.read_text(encoding="ascii").split():
                command = Path(f"/proc/{child}/cmdline").read_bytes()
                if b"matchmaking.scheduling.solving" in command:
                    return int(child)
    return None


def ends_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        status = Path(f"/proc/{pid}/status")
        if not status.exists() or "State:\tZ" in status.read_text(encoding="ascii"):
            return True
        time.sleep(0.05)
    return False


def test_worker_killed_in_the_middle_leaves_a_run_that_says_so(scene: Scene, database: str, tmp_path: Path) -> None:
    scene.wish_all()
    run_id = scene.request()
    job_id = scene.run(run_id).job_id
    db.session.rollback()
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "MATCHMAKING_DATABASE_URL": database,
        "MATCHMAKING_INSTANCE": str(tmp_path / "worker"), "MATCHMAKING_SECRET_KEY": "only-for-tests",
        "MATCHMAKING_LOG_LEVEL": "CRITICAL",
    }  # fmt: skip
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(job_id)], cwd=ROOT, env=environment)
    solver = None
    while solver is None and worker.poll() is None:
        solver = solver_of(worker.pid)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert solver is not None
    assert ends_within(solver, 15)
    assert scene.run(run_id).state is RunState.RUNNING
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        jobs.pick_up_lost()
    run = scene.run(run_id)
    assert (run.state, run.outcome) == (RunState.FAILED, {})
    assert run.message != ""
    for model in (ScheduleVersion, Placement, Meeting, Unmet):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
    assert scene.solve()
