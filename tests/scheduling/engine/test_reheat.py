"""Annealing beside a proof: it improves what is in hand, takes the place of a leg that proved nothing, and ends when told."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matchmaking.scheduling.engine import Limits, Problem, broken_rules, exact
from matchmaking.scheduling.engine.anneal import Annealing
from matchmaking.scheduling.engine.construct import construct
from matchmaking.scheduling.engine.generate import EventSize, generate
from matchmaking.scheduling.engine.levels import add_levels, known_counts
from matchmaking.scheduling.engine.maxsat import MaxSatLeg
from matchmaking.scheduling.engine.model import build
from matchmaking.scheduling.engine.pipeline import new_run
from matchmaking.scheduling.engine.reheat import ANNEALED_MEETINGS, FirstCooling, Reheating
from matchmaking.scheduling.engine.run import Run
from matchmaking.scheduling.engine.stopping import Patience

EVENT = generate(EventSize(24, 12, 10, 8, 90), 3)


def run_with_a_first_schedule(problem: Problem = EVENT) -> tuple[Run, threading.Event]:
    """A run that holds what construction gives, and an event that is set when something better was found."""
    better = threading.Event()
    run = new_run(problem, Patience(Limits(600, 2), lambda: False), lambda _: None, lambda *_: better.set())
    assert run.offer(construct(run.instance, run.relaxation.selected).slot)
    better.clear()
    return run, better


def stage_of(run: Run) -> exact._Stage:
    model = build(run.instance)
    add_levels(model, known_counts(model))
    return exact._Stage(run, model, model.break_terms(), "breaks")


def test_reheating_improves_the_schedule_in_hand_and_ends_when_told() -> None:
    run, better = run_with_a_first_schedule()
    before = run.value
    reheating = Reheating(run)
    assert better.wait(120)
    reheating.stop()
    assert before is not None
    assert run.value is not None
    assert (run.value.weight, before.weight) == (run.relaxation.weight, run.relaxation.weight)
    assert (run.value.breaks or 0) < (before.breaks or 0)
    assert broken_rules(EVENT, run.assignments) == []
    assert not reheating._thread.is_alive()


@pytest.fixture
def no_patience_with_legs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "LEG_DELAY_SECONDS", -1.0)
    monkeypatch.setattr(exact, "LEG_SECONDS", -1.0)


@pytest.mark.usefixtures("no_patience_with_legs")
def test_leg_that_proved_nothing_in_its_time_gives_its_core_to_annealing() -> None:
    run, _ = run_with_a_first_schedule()
    stage = stage_of(run)
    assert not stage.is_over()
    assert stage.leg is not None
    assert stage.leg._process.poll() is not None
    assert stage.reheating is not None
    first = stage.reheating
    assert not stage.is_over()
    assert stage.reheating is first
    stage.end()
    assert not first._thread.is_alive()


def all_required() -> Problem:
    """What construction holds of the event, and all of that must be held."""
    held = {a.meeting for a in run_with_a_first_schedule()[0].assignments}
    required = replace(EVENT, meetings=tuple(replace(m, required=True) for m in EVENT.meetings if m.id in held))
    assert len(required.meetings) >= ANNEALED_MEETINGS
    return required


def comes_to(leg: MaxSatLeg, *, wait: bool) -> bool:
    """Whether the leg's process is soon in the state T, told to wait, or in any other (proc(5))."""
    for _ in range(500):
        stat = Path(f"/proc/{leg._process.pid}/stat").read_text(encoding="ascii")
        if (stat.rpartition(")")[2].split()[0] == "T") == wait:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.usefixtures("no_patience_with_legs")
def test_leg_keeps_its_process_where_every_meeting_is_required() -> None:
    run, _ = run_with_a_first_schedule(all_required())
    stage = stage_of(run)
    stage.is_over()
    assert stage.reheating is None
    assert stage.leg is not None
    assert stage.leg._process.poll() is None
    stage.end()


def test_first_schedule_of_required_meetings_is_annealed_once_while_the_leg_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exact, "LEG_DELAY_SECONDS", -1.0)
    monkeypatch.setattr(exact, "FIRST_COOLING_SECONDS", -1.0)
    waited: list[bool] = []
    run, _ = run_with_a_first_schedule(all_required())
    before = run.value
    stage = stage_of(run)
    work = Annealing.run

    def watched(search: Annealing, *arguments: Any) -> bool:
        if stage.leg is not None and len(search.slot) > 1:  # not the one that compiles
            waited.append(comes_to(stage.leg, wait=True))
        return work(search, *arguments)

    monkeypatch.setattr(Annealing, "run", watched)
    stage.is_over()
    cooling = stage.reheating
    assert isinstance(cooling, FirstCooling)
    cooling._thread.join(120)
    stage.is_over()
    assert stage.reheating is cooling
    assert waited == [True]
    assert stage.leg is not None
    assert comes_to(stage.leg, wait=False)
    stage.end()
    assert before is not None
    assert run.value is not None
    assert (run.value.breaks or 0) < (before.breaks or 0)
    assert broken_rules(run.instance.problem, run.assignments) == []


def test_leg_that_waits_can_be_ended() -> None:
    run, _ = run_with_a_first_schedule(all_required())
    model = build(run.instance)
    leg = MaxSatLeg(model.formula, model.break_terms())
    with leg.waiting():
        leg.stop()
    assert leg._process.returncode == -signal.SIGKILL
