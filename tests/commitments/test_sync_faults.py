"""A short run of the benchmark that kills the server: everything acknowledged is stored once, nothing is lost or altered."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import services

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "sync_faults.py"


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_nothing_is_lost_doubled_or_altered_when_the_server_is_killed(on: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bench.sqlite3" if on == "sqlite" else services.postgres_url()
    words = ["--tablets", "3", "--commitments", "15", "--kills", "1", "--seconds", "500", "--database", url]
    done = subprocess.run([sys.executable, str(BENCHMARK), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    wanted = {"acknowledged": 18, "stored": 18, "lost": 0, "duplicated": 0, "altered": 0, "numbers_twice": 0}
    assert {name: found[name] for name in wanted} == wanted
    assert (found["kills"], found["rejected"]) == (1, 0)
    assert min(found["syncs_per_second"], found["inserts_per_second"]) > 0


def test_a_database_that_exists_is_not_filled(tmp_path: Path) -> None:
    path = tmp_path / "mine.sqlite3"
    path.write_bytes(b"")
    words = [sys.executable, str(BENCHMARK), "--database", f"sqlite:///{path}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "exists" in done.stderr
    assert path.read_bytes() == b""
