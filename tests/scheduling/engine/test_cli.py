"""`schedule solve` and `schedule check`: exit codes, what is printed where, and that stopping keeps the best."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from matchmaking.scheduling.cli import schedule_cli
from matchmaking.scheduling.engine import load_json, parse_problem, parse_solution, violations
from matchmaking.scheduling.engine.generate import EventSize, generate

from .build import document, people, wish

EB = people("E1", "B1", "B2")
GOOD = document(EB, [wish("m1", "E1", "B1", weight=3), wish("m2", "E1", "B2", weight=2)])
CLASH = document(EB, [wish(f"m{i}", "E1", f"B{i}", slot=1, required=True) for i in (1, 2)])


def write(folder: Path, value: Any, name: str = "problem.json") -> str:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(schedule_cli, [*arguments])


def test_solve_prints_one_object_without_assignments_and_writes_all_to_out(tmp_path: Path) -> None:
    out = tmp_path / "solution.json"
    result = run("solve", write(tmp_path, GOOD), "--out", str(out))
    printed, written = json.loads(result.stdout), json.loads(out.read_text())
    assert result.exit_code == 0
    assert {**printed, "assignments": written["assignments"]} == written
    assert (printed["status"], printed["objective"]["weight"]) == ("optimal", 5)
    assert sorted(a["meeting"] for a in written["assignments"]) == ["m1", "m2"]
    assert "weight 5" in result.stderr


def test_solve_says_infeasible_with_the_rules_that_clash(tmp_path: Path) -> None:
    result = run("solve", write(tmp_path, CLASH))
    printed = json.loads(result.stdout)
    assert result.exit_code == 3
    assert printed["status"] == "infeasible"
    assert {(r["rule"], *r["ids"]) for r in printed["conflict"]} == {
        ("pin_slot", "m1"),
        ("pin_slot", "m2"),
        ("required", "m1"),
        ("required", "m2"),
    }


@pytest.mark.parametrize(
    "content",
    ['{"format": "b2b', {**GOOD, "slots": 0}, {**GOOD, "format": "x"}, "", "[]", {**GOOD, "slots": 10**9}],
)
def test_bad_input_exits_2_with_one_sentence_and_writes_nothing(tmp_path: Path, content: Any) -> None:
    out = tmp_path / "solution.json"
    result = run("solve", write(tmp_path, content), "--out", str(out))
    assert (result.exit_code, result.stdout, out.exists()) == (2, "", False)
    assert len(result.stderr.strip().splitlines()) == 1
    assert "problem.json" in result.stderr


def test_missing_file_and_unwritable_out_exit_2(tmp_path: Path) -> None:
    good = write(tmp_path, GOOD)
    assert run("solve", str(tmp_path / "nothing.json")).exit_code == 2
    assert run("solve", good, "--out", str(tmp_path / "no" / "folder.json")).exit_code == 2


def test_check_accepts_what_solve_wrote_and_refuses_a_changed_copy(tmp_path: Path) -> None:
    problem, out = write(tmp_path, GOOD), tmp_path / "solution.json"
    run("solve", problem, "--out", str(out))
    good = run("check", problem, str(out))
    assert good.exit_code == 0
    assert json.loads(good.stdout)["violations"] == []
    assert json.loads(good.stdout)["objective"]["weight"] == 5
    solution = json.loads(out.read_text())
    solution["assignments"][0]["slot"] = solution["assignments"][1]["slot"]
    solution["assignments"][0]["table"] = solution["assignments"][1]["table"] % 2 + 1
    bad = run("check", problem, write(tmp_path, solution, "bad.json"))
    assert bad.exit_code == 1
    assert next(v["rule"] for v in json.loads(bad.stdout)["violations"]) == "one_at_a_time"


def test_check_refuses_a_false_claim_and_bad_input(tmp_path: Path) -> None:
    problem, out = write(tmp_path, GOOD), tmp_path / "solution.json"
    run("solve", problem, "--out", str(out))
    solution = json.loads(out.read_text())
    solution["objective"]["weight"] = 6
    claim = run("check", problem, write(tmp_path, solution, "claim.json"))
    assert claim.exit_code == 1
    assert [v["rule"] for v in json.loads(claim.stdout)["violations"]] == ["claim"]
    assert run("check", problem, write(tmp_path, "{", "broken.json")).exit_code == 2
    assert run("check", write(tmp_path, "{", "broken.json"), str(out)).exit_code == 2


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopping_in_the_middle_writes_the_best_schedule_within_a_second(tmp_path: Path, how: signal.Signals) -> None:
    problem = generate(EventSize(60, 30, 14, 25, 500))
    source, out = write(tmp_path, problem.to_json()), tmp_path / "solution.json"
    command = "from matchmaking.scheduling.cli import schedule_cli; schedule_cli(prog_name='schedule')"
    process = subprocess.Popen(
        [sys.executable, "-c", command, "solve", source, "--out", str(out), "--seconds", "600"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        env=os.environ,
    )
    assert process.stderr is not None
    assert "weight" in process.stderr.readline()
    time.sleep(0.3)
    process.send_signal(how)
    asked = time.monotonic()
    stdout, _ = process.communicate(timeout=30)
    assert time.monotonic() - asked < 15  # a second on a free machine; the limit of the run is far beyond
    assert process.returncode == 0
    assert json.loads(stdout)["reproducible"] is False
    solution = parse_solution(load_json(out.read_text()), parse_problem(problem.to_json()))
    assert violations(problem, solution) == []
    assert len(solution.assignments) > 300


def with_person(**fields: Any) -> dict[str, Any]:
    return document([{**EB[0], **fields}, *EB[1:]], [wish("m1", "E1", "B1")])


def with_wish(**fields: Any) -> dict[str, Any]:
    return document(EB, [{**wish("m1", "E1", "B1"), **fields}, wish("m2", "E1", "B2")])


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (with_wish(participants=["E1", "nobody"]), "meetings[0].participants"),
        (with_wish(participants=["E1", "E1"]), "meetings[0].participants"),
        (with_wish(id="m2"), "meetings[1].id"),
        (document([*EB, EB[0]], []), "participants[3].id"),
        (
            document(EB, [wish("m1", "E1", "B1", after=["m2"]), wish("m2", "E1", "B2", after=["m1"])]),
            "meetings[0].after",
        ),
        (with_wish(after=["m9"]), "meetings[0].after"),
        (with_wish(session="night"), "meetings[0].session"),
        (document(EB, [], slots=0), "slots"),
        (with_wish(weight=-1), "meetings[0].weight"),
        (document(EB, [], participants_count=10**9), "participants_count"),
        (document(EB, [], tables=10**9), "tables"),
        (with_person(unavailable=[10**9]), "participants[0].unavailable[0]"),
        ({**GOOD, "format": "b2b-schedule-problem/2"}, "format"),
        (json.dumps(GOOD)[:-40], "line 1"),
    ],
)
def test_every_kind_of_bad_input_names_its_place_and_writes_nothing(tmp_path: Path, content: Any, place: str) -> None:
    source, out = write(tmp_path, content), tmp_path / "solution.json"
    before = sorted(tmp_path.iterdir())
    result = run("solve", source, "--out", str(out))
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.strip().splitlines()) == 1
    assert place in result.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_a_thousand_million_participants_are_refused_by_the_size_of_the_file_before_it_is_read(tmp_path: Path) -> None:
    source = tmp_path / "problem.json"
    with source.open("wb") as file:
        file.truncate(30 * 10**9)  # what that many would take; a sparse file takes no room
    result = run("solve", str(source))
    assert result.exit_code == 2
    assert "MB" in result.stderr
