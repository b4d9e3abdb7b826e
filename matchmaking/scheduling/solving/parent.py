"""The worker's side of a solver run: start the process, pass progress on, stop it, never wait for it for ever."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, Any

from matchmaking.config import ROOT
from matchmaking.scheduling.engine import Assignment
from matchmaking.scheduling.solving.kept import kept_answer
from matchmaking.scheduling.solving.trace import Point, point_of, thinned

#: Between two looks at the job row.
TICK_SECONDS = 0.25
#: After a stop the solver may hand over its best schedule itself; then it is ended, and the best it has reported is taken.
STOP_SECONDS = 0.4
#: Past the time limit it writes up reasons and tables, at the largest sizes for some seconds; then it is ended likewise.
LATE_SECONDS = 20.0
#: A first solve on a machine compiles the inner loops and loads the solver, on a busy laptop for a minute.
START_SECONDS = 90.0
#: Address space of the solver: 60,000 wishes take 0.5 GB of memory; libraries and threads reserve more than they use.
MEMORY_BYTES = 8 * 2**30

Json = dict[str, Any]


class SolverDied(RuntimeError):
    """The solver process ended or hung; `kept` is the answer made of the best schedule it had reported, if any."""

    def __init__(self, sentence: str, kept: Json | None = None) -> None:
        super().__init__(sentence)
        self.kept = kept


def run_solver(
    problem: Json,
    limits: Json,
    on_tick: Callable[[Json, float], bool],
    *,
    start: Sequence[Assignment] = (),
    memory_bytes: int = MEMORY_BYTES,
) -> Json:
    """Solve in a child process and return the solution's JSON.

    A child that does not answer within `STOP_SECONDS` of a stop is ended; the answer is then its last report, without
    `unscheduled` (`kept.with_reasons` adds it), or unknown where it had none.

    Args:
        problem: ``b2b-schedule-problem/1``.
        limits: fields of ``engine.Limits``.
        on_tick: given the newest progress (with the ``points`` so far, `trace.NAMES`, and the seconds of ``searching``) and
            the seconds since the start some times a second; true: stop with the best schedule so far.
        start: a schedule to begin from; the answer is never worse, where it breaks no rule.
        memory_bytes: what the process may take before it dies in place of the machine.

    Raises:
        SolverDied: the process was killed, ran out of memory or did not answer in time.
    """
    process = _start()
    watch = _Watch(process, float(limits["seconds"]))
    reader = threading.Thread(target=_read, args=(process.stdout, watch.lines), daemon=True)
    reader.start()
    try:
        places = [(a.meeting, a.slot, a.table) for a in start]
        task = {"problem": problem, "limits": limits, "start": places, "memory_bytes": memory_bytes}
        _write(process, json.dumps(task))
        answer = watch.answer(on_tick)
    finally:
        _end(process)
        reader.join(timeout=5)
    if answer is not None:
        return answer
    kept = {**kept_answer(problem, limits, watch.best, watch.seconds), "trace": watch.trace}
    if watch.stopped_at is None:
        raise SolverDied(watch.trouble, kept if watch.best else None)
    return kept


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


class _Watch:
    """What the solver has said so far, and how long it is waited for."""

    def __init__(self, process: subprocess.Popen[str], limit: float) -> None:
        self.process = process
        self.lines: queue.Queue[str | None] = queue.Queue()
        self.limit = limit
        self.started = time.monotonic()
        self.latest = self.started + START_SECONDS
        self.stopped_at: float | None = None
        self.progress: Json = {}
        self.best: Json | None = None
        self.trace: list[Point] = []
        self.begun = self.started
        self.trouble = ""

    @property
    def seconds(self) -> float:
        """Since the process was started."""
        return time.monotonic() - self.started

    def answer(self, on_tick: Callable[[Json, float], bool]) -> Json | None:
        """Return the solver's own answer, or None where it gives none: it ended, or it was waited for long enough."""
        next_tick = self.started
        while True:
            now = time.monotonic()
            if now >= next_tick:
                next_tick = now + TICK_SECONDS
                if on_tick(self._told(), self.seconds) and self.stopped_at is None:
                    self.stopped_at = time.monotonic()
                    self.latest = self.stopped_at + STOP_SECONDS
                    _write(self.process, "stop")
            if time.monotonic() > self.latest:
                self.trouble = "no answer in time"
                return None
            with suppress(queue.Empty):
                line = self.lines.get(timeout=max(min(next_tick, self.latest) - time.monotonic(), 0.01))
                if line is None:
                    self.trouble = "ended without an answer"
                    return None
                said = json.loads(line)
                if "solution" in said:
                    solution: Json = said["solution"]
                    return {**solution, "trace": self.trace}
                self._hear(said)

    def _told(self) -> Json:
        return {**self.progress, "points": self.trace, "searching": round(self._searching, 1)} if self.progress else {}

    def _hear(self, said: Json) -> None:
        if "begun" in said:
            self.begun = time.monotonic()
            if self.stopped_at is None:
                self.latest = self.begun + self.limit + LATE_SECONDS
        if "progress" in said:
            self.progress = said["progress"]
        if "best" in said:
            self.best = said["best"]
            self.trace = thinned([*self.trace, point_of(self._searching, said["best"]["objective"])])

    @property
    def _searching(self) -> float:
        """Seconds of the search, as the solver counts them."""
        return time.monotonic() - self.begun


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()
