"""A solver process that hangs, dies or eats memory: the worker goes on, says so, and keeps the best it was told of."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import sqlalchemy as sa

from matchmaking.extensions import db
from matchmaking.scheduling import engine, tasks
from matchmaking.scheduling.models import RunState, ScheduleRun, Unmet
from matchmaking.scheduling.solving import SolverDied, parent, run_solver, with_reasons
from tests.scheduling.engine.build import document, people, wish
from tests.scheduling.scene import MUST, Scene

PROBLEM = document(people("E1", "B1", "B2"), [wish("m1", "E1", "B1", weight=3), wish("m2", "E1", "B2")])
LIMITS = {"seconds": 60.0, "workers": 1, "seed": 1}

READ = "import json, os, sys, time\ntask = json.loads(sys.stdin.readline())\n"
SAY = "def say(**what): print(json.dumps(what), flush=True)\n"
BEGUN = "say(begun=True)\n"
BEST = """
value = dict(min_shortfall=0, weight=task["problem"]["meetings"][0].get("weight", 1), breaks=0, table_changes=0)
say(best=dict(places=[0, 1, 1], objective=value), progress=dict(seconds=0.1, min_shortfall=0, weight=3, breaks=0))
"""
HANG = "while True: time.sleep(1)\n"
DIE = "os._exit(9)\n"
EAT = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (task["memory_bytes"],) * 2)
hoard = [bytearray(2**24) for _ in range(10**6)]
"""


class Child:
    """Stands in for the solver's program; remembers the processes it was."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *does: str) -> None:
        self.program = READ + SAY + "".join(does)
        self.processes: list[subprocess.Popen[str]] = []
        monkeypatch.setattr(parent, "_start", self.start)

    def start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-S", "-c", self.program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def has_ended(self) -> bool:
        return [process.poll() is not None for process in self.processes] == [True]


def never(_progress: Any, _elapsed: float) -> bool:
    return False


def when_told(progress: Any, _elapsed: float) -> bool:
    """Stop once a schedule was reported."""
    return bool(progress)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STOP_SECONDS", "LATE_SECONDS", "TICK_SECONDS"):
        monkeypatch.setattr(parent, name, 0.01)


HELD = [{"meeting": "m1", "slot": 1, "table": 1}]


@pytest.mark.usefixtures("impatient")
def test_child_that_ignores_a_stop_is_ended_and_its_best_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    child = Child(monkeypatch, BEGUN, BEST, HANG)
    answer = run_solver(PROBLEM, LIMITS, when_told)
    assert child.has_ended()
    assert (answer["status"], answer["assignments"]) == ("feasible", HELD)
    assert answer["objective"]["weight"] == 3
    assert (answer["reproducible"], answer["seed"], answer["workers"]) == (False, 1, 1)


@pytest.mark.usefixtures("impatient")
def test_kept_answer_is_a_whole_one_that_the_checker_accepts(monkeypatch: pytest.MonkeyPatch) -> None:
    Child(monkeypatch, BEGUN, BEST, HANG)
    problem = engine.parse_problem(PROBLEM)
    answer = with_reasons(problem, run_solver(PROBLEM, LIMITS, when_told))
    solution = engine.parse_solution(answer, problem)
    assert (engine.violations(problem, solution), engine.false_claims(problem, solution)) == ([], [])
    assert [(u["meeting"], u["price"]) for u in answer["unscheduled"]] == [("m2", 0)]
    assert set(answer["unscheduled"][0]["text"]) == {"id", "en"}
    assert with_reasons(problem, answer) is answer


@pytest.mark.usefixtures("impatient")
def test_child_stopped_before_it_found_anything_leaves_no_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    child = Child(monkeypatch, BEGUN, HANG)
    answer = run_solver(PROBLEM, LIMITS, lambda _progress, _elapsed: True)
    assert child.has_ended()
    assert (answer["status"], answer["assignments"]) == ("unknown", [])
    assert with_reasons(engine.parse_problem(PROBLEM), answer)["unscheduled"] == []


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("does", [DIE, EAT, HANG], ids=["dies", "eats memory", "hangs past its limit"])
@pytest.mark.parametrize("found", [BEST, ""], ids=["with a schedule", "with none"])
def test_child_that_is_lost_is_said_to_be_and_what_it_found_kept(
    monkeypatch: pytest.MonkeyPatch, does: str, found: str
) -> None:
    child = Child(monkeypatch, BEGUN, found, does)
    limits = {**LIMITS, "seconds": 0.0 if does == HANG else 60.0}
    with pytest.raises(SolverDied) as died:
        run_solver(PROBLEM, limits, never, memory_bytes=200 * 2**20)
    assert child.has_ended()
    assert str(died.value) == ("no answer in time" if does == HANG else "ended without an answer")
    assert (died.value.kept and died.value.kept["assignments"]) == (HELD if found else None)


def test_child_that_never_begins_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "START_SECONDS", 0.01)
    child = Child(monkeypatch, HANG)
    with pytest.raises(SolverDied, match="no answer in time"):
        run_solver(PROBLEM, LIMITS, never)
    assert child.has_ended()


def stored_run() -> ScheduleRun:
    db.session.rollback()
    return db.session.scalars(sa.select(ScheduleRun)).one()


def test_run_whose_child_dies_keeps_the_draft_and_says_so(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.wish_all(MUST)
    Child(monkeypatch, BEGUN, BEST, DIE)
    run_id = scene.request()
    scene.world.run_jobs()
    run = scene.run(run_id)
    assert (run.state, run.outcome["broke_off"], run.outcome["meetings"]) == (RunState.DONE, True, 1)
    assert len(scene.placements(run.outcome["version_id"])) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Unmet)) == 5
    page = scene.staff().get(f"/manage/{scene.code}/schedule").text
    assert "Perhitungan terputus sebelum selesai." in page


@pytest.mark.usefixtures("impatient")
def test_stop_pressed_on_the_page_ends_a_deaf_child_and_keeps_its_best(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.wish_all(MUST)
    child = Child(monkeypatch, BEGUN, BEST, HANG)
    staff, answers = scene.staff(), []

    def press_stop_when_told(problem: Any, limits: Any, on_tick: Any, **more: Any) -> Any:
        def tick(progress: Any, elapsed: float) -> bool:
            if progress and not answers:
                answers.append(staff.post(f"/manage/{scene.code}/schedule/run/{stored_run().code}/stop").status_code)
            return bool(on_tick(progress, elapsed))

        return run_solver(problem, limits, tick)

    monkeypatch.setattr(tasks, "run_solver", press_stop_when_told)
    run_id = scene.request()
    scene.world.run_jobs()
    run = scene.run(run_id)
    assert child.has_ended()
    assert answers == [303]
    assert (run.state, run.outcome["broke_off"], run.outcome["meetings"]) == (RunState.STOPPED, False, 1)
    assert len(scene.placements(run.outcome["version_id"])) == 1
