"""Annealing beside a proof: it improves what is in hand, takes the place of a leg that proved nothing, and ends when told."""

from __future__ import annotations

import threading

import pytest

from matchmaking.scheduling.engine import Limits, Problem, broken_rules, exact
from matchmaking.scheduling.engine.construct import construct
from matchmaking.scheduling.engine.generate import EventSize, generate
from matchmaking.scheduling.engine.levels import add_levels, known_counts
from matchmaking.scheduling.engine.model import build
from matchmaking.scheduling.engine.pipeline import new_run
from matchmaking.scheduling.engine.reheat import Reheating
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
    assert stage.leg._child.is_gone
    assert stage.reheating is not None
    first = stage.reheating
    assert not stage.is_over()
    assert stage.reheating is first
    stage.end()
    assert not first._thread.is_alive()
