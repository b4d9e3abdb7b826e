"""Keeping the web server and the worker running, and ending them together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tools.preparation import ROOT, SetupError, say

READY_WITHIN = 60.0  # seconds; a cold start on a slow disk takes about ten
STOP_WITHIN = 10.0
WORKER_HEARTBEAT = "worker.alive"  # touched by the worker when it starts
#: More than this many restarts of one part within a minute: it will not come up by itself.
MOST_RESTARTS = 3


@dataclass
class Part:
    """One program under watch, with its log."""

    name: str
    command: list[str]
    log: Path
    keep_open: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    restarts: deque[float] = field(default_factory=deque)

    def start(self, environment: dict[str, str]) -> None:
        """Start the program; its words go to its log."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=environment, pass_fds=self.keep_open, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, preexec_fn=_die_with_parent,  # noqa: PLW1509 - no thread is running yet
            )  # fmt: skip

    @property
    def is_running(self) -> bool:
        """Say whether the program lives."""
        return self.process is not None and self.process.poll() is None

    def ask_to_end(self) -> None:
        """Tell the program to finish what it is doing and end."""
        if self.process:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Give the program this long to end."""
        if self.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)

    def sweep(self) -> None:
        """End whatever the program left behind in its process group (a solver, a server's own children)."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def may_restart(self) -> bool:
        """Count a restart; say whether it is still within reason."""
        now = time.monotonic()
        self.restarts.append(now)
        while self.restarts[0] < now - 60:
            self.restarts.popleft()
        return len(self.restarts) <= MOST_RESTARTS

    def last_lines(self, count: int = 8) -> str:
        """Return the end of the log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-count:])


def _die_with_parent() -> None:
    """In the child: ask Linux for a SIGTERM when the supervisor dies, however it dies."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Supervisor:
    """Keeps the parts running, and ends them together."""

    def __init__(self, parts: list[Part], environment: dict[str, str], instance: Path, address: str) -> None:
        self.parts = parts
        self.environment = environment
        self.instance = instance
        self.address = address
        self.stop = threading.Event()

    def serve(self, announce: Callable[[], None]) -> int:
        """Start everything, announce it once it is ready, watch it; return the exit status."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, lambda *_: self.stop.set())
        began = time.time()
        try:
            for part in self.parts:
                part.start(self.environment)
            if self._wait_until_ready(began):
                announce()
                self._watch()
        finally:
            self._end()
        say("Stopped.")
        return 0

    def _wait_until_ready(self, began: float) -> bool:
        """Return True once /readyz answers 200, False when a stop was asked for meanwhile."""
        answer = ""
        while not self.stop.wait(0.2):
            self._look_after()
            if self._worker_started(began):
                is_ready, answer = self._ask_readiness()
                if is_ready:
                    return True
            if time.time() > began + READY_WITHIN:
                logs = "\n".join(part.last_lines() for part in self.parts)
                sentence = f"The app did not become ready within {READY_WITHIN:.0f} s. {answer}"
                raise SetupError(f"{logs}\n{sentence}".strip())
        return False

    def _worker_started(self, began: float) -> bool:
        heartbeat = self.instance / WORKER_HEARTBEAT
        return heartbeat.exists() and heartbeat.stat().st_mtime >= began - 1

    def _ask_readiness(self) -> tuple[bool, str]:
        trust = ssl._create_unverified_context()  # noqa: S323 - our own self-made certificate, on this computer
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5, context=trust):  # noqa: S310
                return True, ""
        except urllib.error.HTTPError as error:
            return False, error.read().decode(errors="replace").strip()
        except OSError as error:
            return False, str(error)

    def _watch(self) -> None:
        while not self.stop.wait(0.5):
            self._look_after()

    def _look_after(self) -> None:
        """Restart a part that ended by itself; give up on one that keeps ending."""
        for part in self.parts:
            if part.is_running or self.stop.is_set():
                continue
            if not part.may_restart():
                raise SetupError(f"{part.last_lines()}\nThe {part.name} keeps ending; its log is {shown(part.log)}")
            part.sweep()
            say(f"The {part.name} ended unexpectedly and is started again; its log is {shown(part.log)}")
            part.start(self.environment)

    def _end(self) -> None:
        """Ask every part to end, wait, then sweep."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)
        for part in self.parts:
            part.ask_to_end()
        deadline = time.monotonic() + STOP_WITHIN
        for part in self.parts:
            part.wait(max(0.1, deadline - time.monotonic()))
            part.sweep()


def shown(path: Path) -> str:
    """Return the path as one would type it here."""
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)
