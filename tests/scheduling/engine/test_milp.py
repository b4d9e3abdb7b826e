"""0/1 programs in a process of their own: right answers, no answer once stopped or dead, never a hang."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator

import pytest

from matchmaking.scheduling.engine.milp import NOTHING, Outcome, Program, Solver


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    with Solver() as running:
        yield running


def drawn(seed: int) -> Program:
    """Seven columns with costs of either sign, and rows of both kinds."""
    rolls = random.Random(seed)
    program = Program(constant=rolls.randint(0, 5))
    columns = [program.column(rolls.randint(-5, 5)) for _ in range(7)]
    for _ in range(4):
        program.at_most(rolls.sample(columns, 4), rolls.randint(0, 2))
    program.at_least(rolls.sample(columns, 3), rolls.randint(0, 2))
    return program


def best(program: Program) -> int | None:
    def allowed(choice: tuple[int, ...]) -> bool:
        rows = itertools.pairwise(program.starts)
        sums = [sum(choice[i] for i in program.indices[a:b]) for a, b in rows]
        return all(low <= n <= high for n, low, high in zip(sums, program.lower, program.upper, strict=True))

    values = [
        sum(cost * chosen for cost, chosen in zip(program.costs, choice, strict=True))
        for choice in itertools.product((0, 1), repeat=7)
        if allowed(choice)
    ]
    return min(values) + program.constant if values else None


def value(program: Program, outcome: Outcome) -> int | None:
    if outcome.values is None:
        return None
    return program.constant + sum(c for c, chosen in zip(program.costs, outcome.values, strict=True) if chosen)


def test_solver_answers_one_program_after_another_like_brute_force(solver: Solver) -> None:
    answers = set()
    for seed in range(60):
        program = drawn(seed)
        outcome = solver.solve(program, 30)
        assert outcome.proven
        assert value(program, outcome) == best(program)
        assert outcome.infeasible is (best(program) is None)
        assert outcome.infeasible or outcome.bound == best(program)
        answers.add(outcome.infeasible)
    assert answers == {True, False}


def test_solver_knows_empty_programs_without_asking(solver: Solver) -> None:
    assert solver.solve(Program(constant=3), 1) == Outcome([], 3, proven=True)
    impossible = Program()
    impossible.at_least([], 1)
    assert solver.solve(impossible, 1) == Outcome(None, None, proven=True, infeasible=True)


def knapsacks() -> Program:
    """Large enough that no machine answers within a second."""
    rolls = random.Random(1)
    program = Program()
    columns = [program.column(-rolls.randint(90, 110)) for _ in range(400)]
    for _ in range(300):
        program.at_most(rolls.sample(columns, 60), 7)
    return program


def test_solver_stopped_answers_at_once_and_never_again() -> None:
    with Solver() as one:
        begun = time.monotonic()
        assert one.solve(knapsacks(), 600, lambda: time.monotonic() - begun > 0.3) == NOTHING
        assert one.solve(drawn(1), 600) == NOTHING
        assert time.monotonic() - begun < 60


def test_solver_that_dies_gives_no_answer_and_does_not_hang() -> None:
    with Solver() as one:
        one._process.kill()
        assert one.solve(drawn(1), 600) == NOTHING


def test_solver_out_of_time_says_what_it_has_and_that_it_is_not_proven(solver: Solver) -> None:
    program = knapsacks()
    outcome = solver.solve(program, 1, start=[False] * 400)
    assert not outcome.proven
    assert outcome.values is not None
    assert outcome.bound is not None
    assert outcome.bound <= (value(program, outcome) or 0)
