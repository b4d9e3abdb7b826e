"""The second leg of the portfolio: core-guided MaxSAT (RC2, Ignatiev et al., JSAT 11, 2019) in a process of its own.

Its `main` reads one formula with its objective from standard input and writes a JSON line for each better lower bound,
and a last one with the optimum or the proof that there is no solution.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from .cnf import clauses_of
from .formula import Formula
from .process import Child, limit_process


class MaxSatLeg:
    """A running search; `first`, `bound`, `values` and `infeasible` are filled in as they become known.

    `first` is some solution, searched before the optimum when it is wanted: on tight events it comes seconds earlier.
    """

    def __init__(self, formula: Formula, objective: Sequence[tuple[int, int]], *, wants_first: bool = False) -> None:
        self.bound = 0
        self.first: list[bool] | None = None
        self.values: list[bool] | None = None
        self.infeasible = False
        self._variables = formula.variables
        told = {"formula": asdict(formula), "objective": list(objective), "wants_first": wants_first}
        self._child = Child("maxsat", told, self._hear)

    @property
    def finished(self) -> bool:
        """Whether it has an answer that ends the search."""
        return self.values is not None or self.infeasible

    @property
    def failed(self) -> bool:
        """Whether it ended without an answer (out of memory, say)."""
        return not self.finished and self._child.is_gone

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._child.stop()

    def _hear(self, message: dict[str, Any]) -> None:
        self.bound = max(self.bound, message.get("bound", 0))
        if message.get("infeasible"):
            self.infeasible = True
        if "first" in message:
            self.first = self._values(message["first"])
        if "true" in message:
            self.values = self._values(message["true"])

    def _values(self, true: Sequence[int]) -> list[bool]:
        values = [False] * (self._variables + 1)
        for v in true:
            values[v] = True
        return values


def _say(**message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _say_first(clauses: list[list[int]], variables: int) -> bool:
    """Report any solution; False when there is none."""
    from pysat.solvers import Solver

    with Solver(name="g4", bootstrap_with=clauses) as solver:
        if not solver.solve():
            _say(infeasible=True)
            return False
        _say(first=[v for v in solver.get_model() if 0 < v <= variables])
        return True


def _search(formula: Formula, objective: Sequence[tuple[int, int]], *, wants_first: bool) -> None:
    from pysat.examples.rc2 import RC2, RC2Stratified
    from pysat.formula import WCNF

    clauses, _ = clauses_of(formula)
    if wants_first and not _say_first(clauses, formula.variables):
        return
    wcnf = WCNF()
    wcnf.extend(clauses)
    for weight, literal in objective:
        wcnf.append([-literal], weight=weight)
    weighted = len({weight for weight, _ in objective}) > 1
    kind = RC2Stratified if weighted else RC2

    class Reporting(kind):  # type: ignore[misc, valid-type]
        def process_core(self) -> None:
            super().process_core()
            _say(bound=self.cost)

    with Reporting(wcnf, solver="g4" if weighted else "cd195") as search:
        found = search.compute()
        if found is None:
            _say(infeasible=True)
        else:
            _say(bound=search.cost, true=[v for v in found if 0 < v <= formula.variables])


def main() -> None:
    """Read a formula, search, report."""
    limit_process()
    payload = json.loads(sys.stdin.readline())
    raw = payload["formula"]
    formula = Formula(
        variables=raw["variables"],
        clauses=raw["clauses"],
        at_most_ones=raw["at_most_ones"],
        exactly_ones=raw["exactly_ones"],
        counts=[(tuple((w, v) for w, v in terms), low, high) for terms, low, high in raw["counts"]],
    )
    _search(formula, payload["objective"], wants_first=payload["wants_first"])
