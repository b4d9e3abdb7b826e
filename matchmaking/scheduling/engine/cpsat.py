"""The formula solved by OR-Tools CP-SAT: objective, complete hint, every improvement reported, stoppable at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .formula import Formula

CORE = ("core", "no_lp")
"""Two workers that prove few breaks; CP-SAT's own choice for two workers has no core-guided search (docs)."""


@dataclass(frozen=True, slots=True)
class Search:
    """How to search: seconds of wall clock, workers, seed and the names of CP-SAT's subsolvers."""

    seconds: float
    workers: int = 2
    seed: int = 1
    subsolvers: tuple[str, ...] = CORE


@dataclass(frozen=True, slots=True)
class Outcome:
    """`values` by variable (index 0 unused) or None; `bound` from below; proven means nothing is left to search."""

    values: list[bool] | None
    objective: int | None
    bound: int
    proven: bool
    infeasible: bool = False


@dataclass
class Listening:
    """What a caller wants to hear and when it wants the search to end."""

    on_values: Callable[[list[bool]], None] | None = None
    should_stop: Callable[[], bool] = lambda: False
    on_bound: Callable[[int], None] | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def solve(
    formula: Formula,
    objective: Sequence[tuple[int, int]],
    search: Search,
    hint: Sequence[bool] | None = None,
    listening: Listening | None = None,
) -> Outcome:
    """Minimise the weights of the true objective literals."""
    from ortools.sat.python import cp_model

    listening = listening or Listening()
    model, literal = _translate(formula, objective, hint)
    solver = cp_model.CpSolver()
    _set_parameters(solver.parameters, search)
    callback = _callback(formula.variables, literal, listening)
    if listening.on_bound is not None:
        report = listening.on_bound
        solver.best_bound_callback = lambda bound: report(_ceiling(bound))
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(done, listening.should_stop, solver.stop_search), daemon=True)
    watcher.start()
    try:
        status = solver.solve(model, callback)
    finally:
        done.set()
        watcher.join()
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return Outcome(
        values=[False, *(solver.boolean_value(literal(v)) for v in range(1, formula.variables + 1))] if found else None,
        objective=round(solver.objective_value) if found and objective else None,
        bound=_ceiling(solver.best_objective_bound) if objective and status != cp_model.INFEASIBLE else 0,
        proven=status == cp_model.OPTIMAL,
        infeasible=status == cp_model.INFEASIBLE,
    )


def _ceiling(bound: float) -> int:
    return max(0, -int(-(bound - 1e-6) // 1)) if bound > -1e15 else 0


def _set_parameters(parameters: Any, search: Search) -> None:
    parameters.max_time_in_seconds = max(0.01, search.seconds)
    parameters.num_workers = search.workers
    parameters.random_seed = search.seed
    if search.workers == 1:
        parameters.interleave_search = False
        parameters.optimize_with_core = "core" in search.subsolvers
        parameters.linearization_level = 0 if "core" in search.subsolvers else 1
    elif search.subsolvers:
        parameters.subsolvers.extend(search.subsolvers)


def _watch(done: threading.Event, should_stop: Callable[[], bool], stop: Callable[[], None]) -> None:
    while not done.wait(0.05):
        if should_stop():
            stop()


def _callback(variables: int, literal: Callable[[int], Any], listening: Listening) -> Any:
    from ortools.sat.python import cp_model

    class Callback(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            if listening.on_values is not None:
                values = [self.boolean_value(literal(v)) for v in range(1, variables + 1)]
                listening.on_values([False, *values])

    return Callback()


def _translate(
    formula: Formula, objective: Sequence[tuple[int, int]], hint: Sequence[bool] | None
) -> tuple[Any, Callable[[int], Any]]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    boolean = [model.new_constant(0), *(model.new_bool_var("") for _ in range(formula.variables))]

    def literal(v: int) -> Any:
        return boolean[v] if v > 0 else ~boolean[-v]

    for clause in formula.clauses:
        model.add_bool_or([literal(v) for v in clause])
    for group in formula.at_most_ones:
        model.add_at_most_one([literal(v) for v in group])
    for group in formula.exactly_ones:
        model.add_exactly_one([literal(v) for v in group])
    for terms, low, high in formula.counts:
        total = cp_model.LinearExpr.weighted_sum([literal(v) for _, v in terms], [w for w, _ in terms])
        model.add_linear_constraint(total, low, high)
    if objective:
        model.minimize(cp_model.LinearExpr.weighted_sum([literal(v) for _, v in objective], [w for w, _ in objective]))
    if hint is not None:
        for v in range(1, formula.variables + 1):
            model.add_hint(boolean[v], hint[v])
    return model, literal
