"""A short run of the board's benchmark: it makes its event, measures every request, and a drop leaves the grid standing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "board.py"


def test_every_figure_is_measured_and_a_drop_puts_a_few_elements_in() -> None:
    words = ["--tables", "8", "--slots", "8", "--repeat", "1", "--drops", "1"]
    done = subprocess.run([sys.executable, str(BENCHMARK), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["tables"], found["slots"], found["meetings"], found["unmet"]) == (8, 8, 48, 12)
    assert set(found["requests"]) == {"page", "page_in_hand", "verdicts", "poll_unchanged", "move", "poll_changed"}
    assert all(figures["median_ms"] > 0 for figures in found["requests"].values())
    browser = found["browser"]
    assert browser["grid_kept"]
    assert 0 < browser["drop_elements"] < browser["page_elements"]
    assert 0 < browser["drop_bytes"] < browser["page_bytes"]
    assert browser["drop_to_reload"] > 0
