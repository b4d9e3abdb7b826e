"""A schedule to begin from: the answer is never worse, the search stays near it, and one that breaks a rule is no start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from matchmaking.scheduling.engine import Assignment, Limits, Problem, Progress, Solution, broken_rules, solve
from matchmaking.scheduling.engine.generate import EventSize, generate
from matchmaking.scheduling.engine.run import rank

EVENT = generate(EventSize(24, 12, 10, 8, 90), 3)
"""90 wishes: some are left over, and a first schedule has breaks that a search takes away."""


def first_answer(problem: Problem, start: tuple[Assignment, ...] = ()) -> Solution:
    """What is in hand when the first schedule was found."""
    seen: list[Progress] = []
    is_found: Callable[[], bool] = lambda: bool(seen)  # noqa: E731
    return solve(problem, Limits(60, 1), seen.append, is_found, start=start)


@pytest.fixture(scope="module")
def good() -> Solution:
    return solve(EVENT, Limits(10, 1))


def test_start_is_in_hand_at_once_and_nothing_worse_is_answered(good: Solution) -> None:
    plain, begun = first_answer(EVENT), first_answer(EVENT, good.assignments)
    assert rank(plain.objective) > rank(good.objective)
    assert rank(begun.objective) == rank(good.objective)
    assert {(a.meeting, a.slot) for a in begun.assignments} == {(a.meeting, a.slot) for a in good.assignments}
    assert broken_rules(EVENT, begun.assignments) == []


def test_search_goes_on_from_the_start() -> None:
    poor = first_answer(EVENT)
    better = solve(EVENT, Limits(5, 1), start=poor.assignments)
    assert rank(better.objective) < rank(poor.objective)
    assert broken_rules(EVENT, better.assignments) == []


def test_start_that_breaks_a_rule_or_names_what_is_gone_is_no_obstacle(good: Solution) -> None:
    everybody_away = replace(
        EVENT,
        participants=tuple(
            replace(p, unavailable=frozenset({1})) if p.id == good_host(good) else p for p in EVENT.participants
        ),
    )
    answer = first_answer(everybody_away, good.assignments)
    assert answer.assignments != ()
    assert broken_rules(everybody_away, answer.assignments) == []
    gone = (*good.assignments, Assignment("nobody", 1, 1))
    assert rank(first_answer(EVENT, gone).objective) == rank(good.objective)


def good_host(good: Solution) -> str:
    """Somebody who sits in the first slot."""
    meeting = next(a.meeting for a in good.assignments if a.slot == 1)
    return next(m.participants[0] for m in EVENT.meetings if m.id == meeting)
