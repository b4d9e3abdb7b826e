"""A run that is told to stop, at whatever moment: it gives up what is under way and answers with the best it has in hand.

No clock is asked: `should_stop` says yes from its n-th question on, and the grace of what is under way is none or endless.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from matchmaking.scheduling.engine import (
    Assignment,
    Current,
    Limits,
    Objective,
    Problem,
    Solution,
    Status,
    broken_rules,
    false_claims,
    solve,
    stopping,
    violations,
    with_reasons,
)
from matchmaking.scheduling.engine.generate import EventSize, generate
from matchmaking.scheduling.engine.instance import compile_problem
from matchmaking.scheduling.engine.run import rank

from .build import people, problem, wish

SMALL = generate(EventSize(24, 12, 8, 8, 70), 5)
QUESTIONS_AFTERWARDS = 40
"""What may still be asked after the first yes: loops on their way out, and one per participant whose prices are skipped."""


@pytest.fixture
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "GRACE_SECONDS", -1.0)
    monkeypatch.setattr(stopping, "FIRST_GRACE_SECONDS", -1.0)


class Caller:
    """Says stop from the n-th question on, and keeps what is reported."""

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.asked = 0
        self.best: list[tuple[tuple[Assignment, ...], Objective]] = []

    def should_stop(self) -> bool:
        self.asked += 1
        return self.asked > self.patience

    def solve(self, one: Problem) -> Solution:
        def keep(assignments: tuple[Assignment, ...], value: Objective) -> None:
            self.best.append((assignments, value))

        return solve(one, Limits(seconds=600, workers=1), lambda _: None, self.should_stop, keep)


@pytest.mark.usefixtures("no_grace")
@pytest.mark.parametrize("patience", [*range(40), *range(40, 400, 45)])
def test_stop_at_any_moment_returns_the_best_reported_at_once(patience: int) -> None:
    caller = Caller(patience)
    solution = caller.solve(SMALL)
    assert caller.asked <= patience + QUESTIONS_AFTERWARDS
    assert solution.reproducible is False
    assert violations(SMALL, solution) == []
    if caller.best:
        assert solution.status == Status.FEASIBLE
        assert solution.assignments == caller.best[-1][0]
        assert rank(solution.objective) == rank(caller.best[-1][1])
        assert false_claims(SMALL, solution) == []
        assert len(solution.assignments) + len(solution.unscheduled) == len(SMALL.meetings)
    else:
        assert (solution.status, solution.assignments) == (Status.UNKNOWN, ())


@pytest.mark.usefixtures("no_grace")
def test_stop_goes_through_every_stage() -> None:
    """So that the test above means something: nothing in hand early, a first schedule later, improvements after it."""
    found = {len(caller.best) for n in (0, 3, 30, 60, 385) if (caller := Caller(n)).solve(SMALL)}
    assert 0 in found
    assert max(found) >= 1


def test_what_is_under_way_when_told_to_stop_ends_within_its_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    def first_kept(grace: float) -> int:
        """After how many questions a stop finds a first schedule in hand."""
        monkeypatch.setattr(stopping, "GRACE_SECONDS", grace)
        return next(n for n in range(200) if Caller(n).solve(SMALL).assignments)

    assert first_kept(3600.0) < first_kept(-1.0)


def test_time_limit_without_a_schedule_still_allows_the_first_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def held(grace: float) -> int:
        monkeypatch.setattr(stopping, "FIRST_GRACE_SECONDS", grace)
        return len(solve(SMALL, Limits(seconds=0.0, workers=1)).assignments)

    assert held(3600.0) > 0
    assert held(-1.0) == 0


E1_B1 = [wish("m1", "E1", "B1"), wish("m2", "E1", "B2")]
STOPPED_BEFORE_THE_FIRST = 12
"""The instance and its bounds are there, no schedule is."""


@pytest.mark.usefixtures("no_grace")
def test_stopped_before_a_first_schedule_only_what_has_happened_is_held() -> None:
    plain = problem(people("E1", "B1", "B2"), E1_B1)
    past = replace(plain, current=Current((Assignment("m1", 1, 1),), 1))
    assert all(Caller(n).solve(past).assignments in ((), (Assignment("m1", 1, 1),)) for n in range(40))
    assert any(Caller(n).solve(past).status == Status.FEASIBLE for n in range(STOPPED_BEFORE_THE_FIRST))


@pytest.mark.usefixtures("no_grace")
def test_stopped_before_a_first_schedule_of_required_meetings_there_is_none() -> None:
    must = problem(people("E1", "B1", "B2"), [{**m, "required": True} for m in E1_B1])
    for n in range(STOPPED_BEFORE_THE_FIRST):
        caller = Caller(n)
        solution = caller.solve(must)
        assert caller.best or (solution.status, solution.assignments) == (Status.UNKNOWN, ())


def test_reasons_of_a_kept_schedule_name_all_that_is_not_held_and_claim_no_price() -> None:
    whole = solve(SMALL, Limits(seconds=60, workers=1))
    kept = with_reasons(SMALL, replace(whole, unscheduled=()))
    assert {u.meeting for u in kept.unscheduled} == {u.meeting for u in whole.unscheduled}
    assert [(u.meeting, u.participants) for u in kept.unscheduled] == [
        (u.meeting, u.participants) for u in whole.unscheduled
    ]
    assert {u.price for u in kept.unscheduled} == {0}
    assert {u.price for u in whole.unscheduled} != {0}


def test_judge_that_is_interrupted_says_nothing() -> None:
    def check() -> None:
        raise stopping.Interrupted

    with pytest.raises(stopping.Interrupted):
        broken_rules(SMALL, (), check)
    with pytest.raises(stopping.Interrupted):
        compile_problem(SMALL, check)
