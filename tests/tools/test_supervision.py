"""The supervisor of ./dev run: both parts up, restarted when one ends, ended together, however that comes about."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

WEB = """
import http.server, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[2])); self.end_headers(); self.wfile.write(b'{"problems": ["storage"]}')
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""
WORKER = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])   # a solver, say
pathlib.Path(sys.argv[1], "child.pid").write_text(str(child.pid))
pathlib.Path(sys.argv[1], "worker.alive").touch()
time.sleep(60)
"""
DRIVER = """
import os, pathlib, sys
from tools import supervision
from tools.preparation import SetupError
folder, port, status, worker = pathlib.Path(sys.argv[1]), *sys.argv[2:5]
supervision.READY_WITHIN = float(sys.argv[5])
parts = [
    supervision.Part("web server", [sys.executable, "-c", (folder / "web.py").read_text(), port, status], folder / "web"),
    supervision.Part("worker", [sys.executable, "-c", (folder / worker).read_text(), str(folder)], folder / "worker"),
]
supervisor = supervision.Supervisor(parts, dict(os.environ), folder, f"http://127.0.0.1:{port}")
try:
    sys.exit(supervisor.serve(lambda: print(*(part.process.pid for part in parts), flush=True)))
except SetupError as error:
    sys.exit(str(error))
"""


@dataclass
class Running:
    """A supervisor under test and the processes it told of."""

    process: subprocess.Popen[str]
    folder: Path
    web: int = 0
    worker: int = 0

    @property
    def child(self) -> int:
        return int((self.folder / "child.pid").read_text(encoding="ascii"))

    def end(self, with_signal: int) -> tuple[int, str]:
        self.process.send_signal(with_signal)
        _out, err = self.process.communicate(timeout=20)
        return self.process.returncode, err


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    (tmp_path / "web.py").write_text(WEB, encoding="utf-8")
    (tmp_path / "worker.py").write_text(WORKER, encoding="utf-8")
    (tmp_path / "broken.py").write_text("raise SystemExit('the queue is unreadable')", encoding="utf-8")
    started: list[Running] = []

    def begin(*, status: int = 200, worker: str = "worker.py", ready_within: float = 20) -> Running:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        words = [sys.executable, "-c", DRIVER, tmp_path, port, status, worker, ready_within]
        process = subprocess.Popen(
            [str(word) for word in words], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        running = Running(process, tmp_path)
        started.append(running)
        if status == 200 and worker == "worker.py":
            assert process.stdout is not None
            running.web, running.worker = map(int, process.stdout.readline().split())
        return running

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.process.terminate()
        running.process.communicate(timeout=20)


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_ends_both_parts_and_their_children(start: Callable[..., Running], name: int) -> None:
    running = start()
    pids = [running.web, running.worker, running.child]
    assert [is_alive(pid) for pid in pids] == [True, True, True]
    assert running.end(name) == (0, "Stopped.\n")
    assert eventually(lambda: not any(map(is_alive, pids)))


def test_a_worker_that_was_killed_is_started_again(start: Callable[..., Running]) -> None:
    running = start()
    orphan = running.child
    (running.folder / "worker.alive").unlink()
    os.kill(running.worker, signal.SIGKILL)
    assert eventually((running.folder / "worker.alive").exists)
    assert eventually(lambda: not is_alive(orphan))
    status, said = running.end(signal.SIGTERM)
    assert (status, said.splitlines()[0].partition(";")[0]) == (
        0,
        "The worker ended unexpectedly and is started again",
    )


def test_a_part_that_keeps_ending_ends_everything_with_its_last_words(start: Callable[..., Running]) -> None:
    running = start(worker="broken.py")
    _out, said = running.process.communicate(timeout=20)
    assert running.process.returncode == 1
    assert "the queue is unreadable" in said
    assert "The worker keeps ending" in said


def test_parts_die_with_a_supervisor_that_was_killed(start: Callable[..., Running]) -> None:
    running = start()
    running.end(signal.SIGKILL)
    assert eventually(lambda: not is_alive(running.web) and not is_alive(running.worker))


def test_what_is_not_ready_is_named(start: Callable[..., Running]) -> None:
    running = start(status=503, ready_within=1.0)
    out, said = running.process.communicate(timeout=20)
    assert (running.process.returncode, out) == (1, "")
    assert 'The app did not become ready within 1 s. {"problems": ["storage"]}' in said
