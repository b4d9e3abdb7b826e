"""Breaks from below and from above: each answer is what all schedules together say, and both meet in processes of their own."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matchmaking.scheduling.engine import Limits, Problem, Status, broken_rules, cpsat, exact, false_claims, solve
from matchmaking.scheduling.engine import squeeze as squeezing
from matchmaking.scheduling.engine.asking import FromAbove, ask_from_below
from matchmaking.scheduling.engine.construct import construct
from matchmaking.scheduling.engine.generate import EventSize, generate
from matchmaking.scheduling.engine.instance import compile_problem
from matchmaking.scheduling.engine.levels import add_levels, known_counts
from matchmaking.scheduling.engine.model import Model, build
from matchmaking.scheduling.engine.pipeline import new_run
from matchmaking.scheduling.engine.process import Child
from matchmaking.scheduling.engine.question import Question, question_of
from matchmaking.scheduling.engine.rules import Schedule, total_breaks
from matchmaking.scheduling.engine.run import Run
from matchmaking.scheduling.engine.squeeze import SQUEEZED_MEETINGS, is_worth_squeezing, squeeze
from matchmaking.scheduling.engine.stopping import Patience

from .build import people, problem, wish
from .strategies import busy_days

EVENT = generate(EventSize(24, 12, 10, 8, 90), 3)


class Heard:
    """What was said: bounds, and schedules by slot."""

    def __init__(self) -> None:
        self.bounds: list[int] = []
        self.schedules: list[list[int]] = []

    def __call__(self, **message: Any) -> None:
        self.bounds.extend(v for k, v in message.items() if k == "bound")
        self.schedules.extend(v for k, v in message.items() if k == "slots")


def model_of(one: Problem) -> Model:
    model = build(compile_problem(one))
    add_levels(model, known_counts(model))
    return model


def breaks_of(one: Problem, slots: list[int]) -> int:
    instance = compile_problem(one)
    assignments = instance.assignments(slots, [1] * len(slots))
    return total_breaks(Schedule(one, assignments))


def least_breaks(one: Problem) -> int | None:
    model = build(compile_problem(one))
    outcome = cpsat.solve(model.formula, model.break_terms(), cpsat.Search(60, workers=1))
    assert outcome.proven or outcome.infeasible
    return None if outcome.infeasible else outcome.objective or 0


def some_schedule(one: Problem) -> list[int]:
    """The slots of any schedule, found without minding breaks."""
    model = build(compile_problem(one))
    outcome = cpsat.solve(model.formula, [], cpsat.Search(60, workers=1))
    assume(outcome.values is not None)
    assert outcome.values is not None
    return model.slots_of(outcome.values)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(busy_days(required=True, ordered=True))
def test_from_below_the_bound_rises_to_the_least_breaks_and_ends_with_a_schedule(one: Problem) -> None:
    least, heard = least_breaks(one), Heard()
    question = question_of(model_of(one), 12)
    ask_from_below(question, 0, heard)
    if least is None:
        assert (heard.bounds, heard.schedules) == ([k + 1 for k in range(len(question.more_than))], [])
    else:
        assert heard.bounds == list(range(1, least + 1))
        assert [breaks_of(one, slots) for slots in heard.schedules] == [least]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(busy_days(required=True, ordered=True), st.integers(0, 9))
def test_from_above_each_schedule_is_better_and_the_last_is_proven(one: Problem, seed: int) -> None:
    start = some_schedule(one)
    began, heard = breaks_of(one, start), Heard()
    assume(began > 0)
    model = model_of(one)
    search = FromAbove(question_of(model, began - 1), model.instance.pairs, start, seed)
    search.stretch = 3.0
    search.search(heard)
    found = [breaks_of(one, slots) for slots in heard.schedules]
    least = least_breaks(one)
    assert least is not None
    assert found == sorted(set(found), reverse=True)
    assert [*found, began][0 if not found else len(found) - 1] == least
    assert all(bound <= least for bound in heard.bounds)
    assert least == 0 or heard.bounds[-1] == least


@pytest.mark.parametrize("seed", range(6))
def test_from_above_a_no_to_a_bigger_step_proves_no_more_than_was_asked(seed: int) -> None:
    """Ten people cannot avoid a break, one can: of eleven breaks ten stay, also where two fewer are asked for at first."""
    hosts = [f"E{i}" for i in range(10)]
    pins = [wish(f"{h}{t}", h, f"B{h}{t}", slot=t, required=True) for h in hosts for t in (1, 3)]
    free = [wish(f"f{i}", "E", f"B{i}", required=True) for i in range(2)]
    names = [*hosts, "E", *(m["participants"][1] for m in [*pins, *free])]
    one = problem(people(*names), [*pins, *free], slots=4, tables=12)
    start = [m["slot"] - 1 for m in pins] + [0, 3]
    model, heard = model_of(one), Heard()
    search = FromAbove(question_of(model, 10), model.instance.pairs, start, seed)
    search.stretch = 4.0
    search.search(heard)
    assert [breaks_of(one, slots) for slots in heard.schedules] == [10]
    assert max(heard.bounds) == heard.bounds[-1] == 10


def test_from_above_only_the_meetings_of_the_stretch_move() -> None:
    one = all_required()
    model = model_of(one)
    start = run_of(one).slot
    assert start is not None
    search = FromAbove(question_of(model, 5), model.instance.pairs, start, 1)
    search.stretch = 3.0
    gaps = search._gaps()
    assert len(gaps) == breaks_of(one, start)
    moving = search._drawn_stretch(gaps)
    hosts = {p for p, _, _ in gaps if set(search._mine[p]) <= moving}
    others = moving - {m for p in hosts for m in search._mine[p]}
    assert hosts
    assert 0 < len(moving) < len(start)
    assert max(start[m] for m in others) - min(start[m] for m in others) < 4
    stay = set(search._assumed(moving, 5)) - {-search.question.more_than[5]}
    assert stay == {model.x[m][t] for m, t in enumerate(start) if m not in moving}


def run_of(one: Problem) -> Run:
    """A run with some schedule in hand."""
    run = new_run(one, Patience(Limits(600, 2), lambda: False))
    board = construct(run.instance, run.relaxation.selected)
    assert run.offer(board.slot)
    return run


def all_required() -> Problem:
    """What construction holds of the event, and all of that must be held."""
    run = new_run(EVENT, Patience(Limits(600, 2), lambda: False))
    assert run.offer(construct(run.instance, run.relaxation.selected).slot)
    held = {a.meeting for a in run.assignments}
    return replace(EVENT, meetings=tuple(replace(m, required=True) for m in EVENT.meetings if m.id in held))


def test_squeezing_proves_what_one_solver_alone_proves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A core search that finds nothing in its time gives way, and the squeezing finishes the run."""
    one = all_required()
    alone = solve(one, Limits(300, 1))
    squeezed: list[int] = []

    def proves_nothing(*arguments: Any) -> cpsat.Outcome:
        listening = arguments[-1]
        while not listening.should_stop():
            time.sleep(0.01)
        return cpsat.Outcome(None, None, 0, proven=False)

    def noted(run: Run, model: Model, bound: int) -> int:
        squeezed.append(bound)
        return squeeze(run, model, bound)

    monkeypatch.setattr(exact, "LEG_DELAY_SECONDS", -1.0)
    monkeypatch.setattr(exact, "CORES_SECONDS", -1.0)
    monkeypatch.setattr(exact.cpsat, "solve", proves_nothing)
    monkeypatch.setattr(exact, "squeeze", noted)
    together = solve(one, Limits(60, 2))
    assert len(squeezed) == 1
    assert (alone.status, together.status) == (Status.OPTIMAL, Status.OPTIMAL)
    assert together.objective.breaks == alone.objective.breaks == together.objective.breaks_bound
    assert false_claims(one, together) == []
    assert not together.reproducible


def test_squeezing_ends_both_processes_when_the_run_is_stopped() -> None:
    run = run_of(all_required())
    stop = [False, False, True]
    children: list[Child] = []
    run.patience.cancelled = lambda: bool(stop.pop(0)) if stop else True
    begun = squeezing._Squeezing

    class Watched(begun):
        def stop(self) -> None:
            super().stop()
            children.extend(self._children)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(squeezing, "_Squeezing", Watched)
        squeeze(run, model_of(run.instance.problem), 0)
    assert [child.is_gone for child in children] == [True, True]
    assert run.value is not None
    assert broken_rules(run.instance.problem, run.assignments) == []


def test_squeezing_goes_no_further_than_what_is_known_when_both_processes_die(monkeypatch: pytest.MonkeyPatch) -> None:
    """They answer nothing at all: what one cooling found stays in hand, and no more is claimed than before."""
    run = run_of(all_required())
    before = run.objective().breaks
    monkeypatch.setattr(squeezing, "question_of", lambda *_: Question([], [], []))
    assert squeeze(run, model_of(run.instance.problem), 2) == 2
    assert (run.objective().breaks or 0) < (before or 0)
    assert broken_rules(run.instance.problem, run.assignments) == []


@pytest.mark.parametrize(("count", "required", "worth"), [
    (SQUEEZED_MEETINGS, True, True), (SQUEEZED_MEETINGS - 1, True, False), (SQUEEZED_MEETINGS, False, False),
])  # fmt: skip
def test_squeezing_is_for_many_meetings_that_are_all_required(count: int, required: bool, worth: bool) -> None:
    meetings = [replace(m, required=True) for m in EVENT.meetings[:count]]
    meetings[0] = replace(meetings[0], required=required)
    assert is_worth_squeezing(replace(EVENT, meetings=tuple(meetings))) is worth


def test_child_is_heard_line_by_line_and_can_be_ended() -> None:
    one = all_required()
    model = model_of(one)
    question = question_of(model, 0)
    heard: list[dict[str, Any]] = []
    told = {"clauses": [*question.clauses, []], "more_than": question.more_than, "places": question.places, "bound": 0}
    child = Child("asking", told, heard.append)
    for _ in range(3_000):
        if child.is_gone:
            break
        time.sleep(0.01)
    assert heard == [{"bound": 1}]
    assert child.is_gone
    child.stop()
