"""The formula solved by OR-Tools CP-SAT: objective, complete hint, every improvement reported, stoppable at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from .formula import Formula, Terms
from .stopping import Checkpoint, Interrupted

CORE = ("core", "no_lp")
"""Two workers that prove few breaks; CP-SAT's own choice for two workers has no core-guided search (docs)."""


@dataclass(frozen=True, slots=True)
class Search:
    """How to search: seconds of wall clock, workers, seed, CP-SAT's subsolvers, and whether to simplify first.

    On models without sums over weights the simplification takes longer than what it saves (docs/scheduling.md).
    """

    seconds: float
    workers: int = 2
    seed: int = 1
    subsolvers: tuple[str, ...] = CORE
    presolve: bool = True


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
    objective: Terms,
    search: Search,
    hint: Sequence[bool] | None = None,
    listening: Listening | None = None,
) -> Outcome:
    """Minimise the weights of the true objective literals."""
    from ortools.sat.python import cp_model

    listening = listening or Listening()
    model = _translate(formula, objective, hint)
    solver = cp_model.CpSolver()
    _set_parameters(solver.parameters, search)
    if listening.on_bound is not None:
        report = listening.on_bound
        solver.best_bound_callback = lambda bound: report(_ceiling(bound))
    with _watched(listening.should_stop, solver.stop_search):
        status = solver.solve(model, _callback(listening))
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return Outcome(
        values=_values(solver.response_proto) if found else None,
        objective=round(solver.objective_value) if found and objective else None,
        bound=_ceiling(solver.best_objective_bound) if objective and status != cp_model.INFEASIBLE else 0,
        proven=status == cp_model.OPTIMAL,
        infeasible=status == cp_model.INFEASIBLE,
    )


def ended_by(check: Checkpoint, solver: Any, model: Any) -> Any:
    """Solve a model of CP-SAT's own; ended as soon as `check` raises. Returns the solver's status."""

    def is_over() -> bool:
        try:
            check()
        except Interrupted:
            return True
        return False

    with _watched(is_over, solver.stop_search):
        return solver.solve(model)


@contextmanager
def _watched(should_stop: Callable[[], bool], stop: Callable[[], None]) -> Iterator[None]:
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(done, should_stop, stop), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _ceiling(bound: float) -> int:
    return max(0, -int(-(bound - 1e-6) // 1)) if bound > -1e15 else 0


def _set_parameters(parameters: Any, search: Search) -> None:
    parameters.max_time_in_seconds = max(0.01, search.seconds)
    parameters.num_workers = search.workers
    parameters.random_seed = search.seed
    parameters.cp_model_presolve = search.presolve
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


def _callback(listening: Listening) -> Any:
    from ortools.sat.python import cp_model

    class Callback(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            if listening.on_values is not None:
                listening.on_values(_values(self.response_proto))

    return Callback()


def _values(response: Any) -> list[bool]:
    return [value != 0 for value in response.solution]


def _translate(formula: Formula, objective: Terms, hint: Sequence[bool] | None) -> Any:
    """Write the formula into CP-SAT's own message: its modelling language takes as long as a small search.

    Our variables count from 1, and so index 0 is a constant.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    proto = model.proto
    for v in range(formula.variables + 1):
        proto.variables.add().domain.extend([0, min(v, 1)])
    add = proto.constraints.add
    for clause in formula.clauses:
        add().bool_or.literals.extend(_references(clause))
    for group in formula.at_most_ones:
        add().at_most_one.literals.extend(_references(group))
    for group in formula.exactly_ones:
        add().exactly_one.literals.extend(_references(group))
    for terms, low, high in formula.counts:
        linear = add().linear
        negated = _fill(linear, terms)
        linear.domain.extend([low - negated, high - negated])
    if objective:
        proto.objective.offset = _fill(proto.objective, objective)
    if hint is not None:
        proto.solution_hint.vars.extend(range(1, formula.variables + 1))
        proto.solution_hint.values.extend([int(value) for value in hint[1:]])
    return model


def _references(literals: Sequence[int]) -> list[int]:
    """CP-SAT writes the negation of variable i as -i - 1."""
    return [v if v > 0 else v - 1 for v in literals]


def _fill(linear: Any, terms: Terms) -> int:
    """Write a sum over variables; a negated literal counts 1 - v, and what all those ones add up to is returned."""
    linear.vars.extend([abs(v) for _, v in terms])
    linear.coeffs.extend([weight if v > 0 else -weight for weight, v in terms])
    return sum(weight for weight, v in terms if v < 0)
