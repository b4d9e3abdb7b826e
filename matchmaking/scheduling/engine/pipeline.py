"""The order of work: bound, first schedule, search, proof, tables, reasons; the best checked schedule at any time."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module

from . import exact
from .board import Board
from .conflict import smallest_conflict
from .construct import construct
from .explain import explain
from .flow import relax
from .instance import compile_problem
from .problem import Limits, Problem, Progress, Solution, Status
from .run import Run


def _ignore(_: Progress) -> None:
    """Nobody listens."""


def _never() -> bool:
    return False


def warm_up() -> None:
    """Load the solvers' libraries (about a second), so that no run pays for it; not needed, only kind."""
    import_module("numpy")
    import_module("ortools.sat.python.cp_model")
    import_module("ortools.graph.python.min_cost_flow")


def solve(
    problem: Problem,
    limits: Limits | None = None,
    on_progress: Callable[[Progress], None] = _ignore,
    should_stop: Callable[[], bool] = _never,
) -> Solution:
    """Schedule the problem; see the package's docstring."""
    limits = limits or Limits()
    started = time.monotonic()
    instance = compile_problem(problem)
    run = Run(instance, limits, on_progress, should_stop, relax(instance), started)
    run.shortfall_bound = run.relaxation.shortfall
    run.infeasible = not run.relaxation.feasible
    if not run.infeasible:
        _search(run)
    return _solution(run)


def _search(run: Run) -> None:
    _offer_board(run, construct(run.instance, run.relaxation.selected, run.should_stop))
    if exact.is_small(run) and not run.proven() and not run.should_stop():
        exact.prove(run)


def _offer_board(run: Run, board: Board) -> None:
    if not board.clashing_facts:
        run.offer(board.slot)


def _solution(run: Run) -> Solution:
    """Polish the tables, explain what is missing, and say truthfully how far it is proven."""
    run.polish_tables()
    found = run.value is not None
    status = Status.UNKNOWN
    if found:
        status = Status.OPTIMAL if run.proven() else Status.FEASIBLE
    elif run.infeasible:
        status = Status.INFEASIBLE
    return Solution(
        problem=run.instance.problem.name,
        status=status,
        assignments=run.assignments,
        unscheduled=explain(run.instance, run.slot) if run.slot is not None else (),
        objective=run.objective(),
        progress=tuple(run.progress),
        conflict=smallest_conflict(run.instance) if status == Status.INFEASIBLE else (),
        seconds=round(run.elapsed, 3),
        seed=run.limits.seed,
        workers=run.limits.workers,
        reproducible=not (run.timed_out or run.raced),
    )
