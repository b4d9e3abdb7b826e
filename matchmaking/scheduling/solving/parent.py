"""The worker's side of a solver run: start the process, pass progress on, stop it, never wait for it for ever."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from matchmaking.config import ROOT

#: Between two looks at the job row.
TICK_SECONDS = 0.5
#: After a stop, or past the time limit, the engine answers within a second; then it is ended by force.
GRACE_SECONDS = 20.0
#: A first solve on a machine compiles the inner loops and loads the solver, on a busy laptop for a minute.
START_SECONDS = 90.0
#: Address space of the solver: 60,000 wishes take 0.5 GB of memory; libraries and threads reserve more than they use.
MEMORY_BYTES = 8 * 2**30

Json = dict[str, Any]


class SolverDied(RuntimeError):
    """The solver process ended without an answer."""


def run_solver(
    problem: Json, limits: Json, on_tick: Callable[[Json, float], bool], *, memory_bytes: int = MEMORY_BYTES
) -> Json:
    """Solve in a child process and return the solution's JSON.

    Args:
        problem: ``b2b-schedule-problem/1``.
        limits: fields of ``engine.Limits``.
        on_tick: given the newest progress and the seconds since the start about twice a second; true: stop with the best
            schedule so far.
        memory_bytes: what the process may take before it dies in place of the machine.

    Raises:
        SolverDied: the process was killed, ran out of memory or did not answer in time.
    """
    process = _start()
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        _write(process, json.dumps({"problem": problem, "limits": limits, "memory_bytes": memory_bytes}))
        return _watch(process, lines, on_tick, deadline=float(limits["seconds"]) + START_SECONDS)
    finally:
        _end(process)
        reader.join(timeout=5)


def _start() -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "matchmaking.scheduling.solving"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        start_new_session=True,  # it and the process of its own second leg are ended together
    )


def _read(stream: IO[str] | None, lines: queue.Queue[str | None]) -> None:
    if stream is not None:
        for line in stream:
            lines.put(line)
    lines.put(None)


def _write(process: subprocess.Popen[str], line: str) -> None:
    with suppress(OSError):  # it has died: the reader notices
        if process.stdin is not None:
            process.stdin.write(line + "\n")
            process.stdin.flush()


def _watch(
    process: subprocess.Popen[str],
    lines: queue.Queue[str | None],
    on_tick: Callable[[Json, float], bool],
    deadline: float,
) -> Json:
    started, stopped_at = time.monotonic(), None
    progress: Json = {}
    next_tick = started
    while True:
        now = time.monotonic()
        if now >= next_tick:
            next_tick = now + TICK_SECONDS
            if on_tick(progress, now - started) and stopped_at is None:
                stopped_at = now
                _write(process, "stop")
        if now - started > deadline or (stopped_at is not None and now - stopped_at > GRACE_SECONDS):
            raise SolverDied("no answer in time")
        with suppress(queue.Empty):
            line = lines.get(timeout=max(next_tick - time.monotonic(), 0.01))
            if line is None:
                raise SolverDied("ended without an answer")
            said = json.loads(line)
            if "solution" in said:
                solution: Json = said["solution"]
                return solution
            progress = said["progress"]


def _end(process: subprocess.Popen[str]) -> None:
    import signal

    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()
