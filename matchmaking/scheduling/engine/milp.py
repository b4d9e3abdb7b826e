"""0/1 programs for HiGHS: columns with costs, rows with limits; solved in a process of its own, one after another.

For *where each meeting sits* the relaxation to fractions is nearly always whole, so a linear program decides what a search
without one does not (docs/scheduling.md, "Tried, did not help"). The process is there because HiGHS and CP-SAT in one
now and then wait for each other for ever.
"""

from __future__ import annotations

import json
import math
import queue
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from .process import close_pipes, end, limit_process, spawn

TICK_SECONDS = 0.02
ROUNDING = 1e-3
"""Costs are whole numbers, so a bound this little above one proves no more than that one."""
FAR = 1e9
"""A limit that no row reaches, for JSON knows no infinity."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`values` by column, or None; `bound` from below (None: nothing is proven yet); `proven`: nothing is left to find."""

    values: list[bool] | None
    bound: int | None
    proven: bool
    infeasible: bool = False


NOTHING = Outcome(None, None, proven=False)


@dataclass
class Program:
    """Minimise the costs of the chosen columns and `constant`; each row's chosen columns lie within its limits."""

    constant: int = 0
    costs: list[int] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    indices: list[int] = field(default_factory=list)

    def column(self, cost: int) -> int:
        """A new yes-or-no choice."""
        self.costs.append(cost)
        return len(self.costs) - 1

    def at_most(self, columns: Sequence[int], most: int) -> None:
        """No more than `most` of the columns; nothing is written where that cannot be broken."""
        if len(columns) > most:
            self._row(columns, -FAR, max(0, most))

    def at_least(self, columns: Sequence[int], least: int) -> None:
        """No fewer than `least` of the columns."""
        self._row(columns, least, FAR)

    def _row(self, columns: Sequence[int], low: float, high: float) -> None:
        self.indices.extend(columns)
        self.starts.append(len(self.indices))
        self.lower.append(low)
        self.upper.append(high)


class Solver:
    """A running HiGHS process; answers one program after another, and none once it was stopped or has died."""

    def __init__(self) -> None:
        self._process = spawn("milp")
        self._answers: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Solver:
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process)
        self._reader.join()
        close_pipes(self._process)

    def solve(
        self,
        program: Program,
        seconds: float,
        should_stop: Callable[[], bool] = lambda: False,
        start: Sequence[bool] | None = None,
    ) -> Outcome:
        """Minimise for at most so many seconds, beginning from a choice that is known."""
        if not program.costs:
            broken = any(low > 0 for low in program.lower)
            return Outcome(None if broken else [], None if broken else program.constant, True, broken)
        request = {"program": asdict(program), "seconds": max(0.01, seconds), "start": start}
        with suppress(OSError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.write(json.dumps(request) + "\n")
                self._process.stdin.flush()
                return self._answer(should_stop)
        return NOTHING

    def _answer(self, should_stop: Callable[[], bool]) -> Outcome:
        while True:
            with suppress(queue.Empty):
                line = self._answers.get(timeout=TICK_SECONDS)
                return Outcome(**json.loads(line)) if line else NOTHING
            if should_stop():
                end(self._process)
                return NOTHING

    def _read(self) -> None:
        with suppress(OSError, ValueError):
            for line in self._process.stdout or ():
                self._answers.put(line)
        self._answers.put("")


def main() -> None:
    """Answer programs, a line each, until nobody asks any more."""
    limit_process()
    import highspy

    for line in sys.stdin:
        request = json.loads(line)
        highs = highspy.Highs()
        _set_options(highs, request["seconds"])
        _hand_over(highs, Program(**request["program"]), request["start"])
        highs.run()
        print(json.dumps(asdict(_outcome(highs))), flush=True)


def _set_options(highs: Any, seconds: float) -> None:
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("time_limit", seconds),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.99),
    ):
        highs.setOptionValue(name, value)


def _hand_over(highs: Any, program: Program, start: Sequence[bool] | None) -> None:
    import highspy
    import numpy as np

    model, count = highspy.HighsLp(), len(program.costs)
    model.num_col_, model.num_row_ = count, len(program.lower)
    model.col_cost_ = np.array(program.costs, dtype=np.float64)
    model.col_lower_, model.col_upper_ = np.zeros(count), np.ones(count)
    model.row_lower_ = np.array([low if low > -FAR else -math.inf for low in program.lower], dtype=np.float64)
    model.row_upper_ = np.array([high if high < FAR else math.inf for high in program.upper], dtype=np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array(program.starts, dtype=np.int32)
    model.a_matrix_.index_ = np.array(program.indices, dtype=np.int32)
    model.a_matrix_.value_ = np.ones(len(program.indices))
    model.integrality_ = [highspy.HighsVarType.kInteger] * count
    model.offset_ = float(program.constant)
    highs.passModel(model)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = [float(v) for v in start]
        highs.setSolution(solution)


def _outcome(highs: Any) -> Outcome:
    import highspy

    status, info = highs.getModelStatus(), highs.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Outcome(None, None, proven=True, infeasible=True)
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    known = math.isfinite(info.mip_dual_bound)
    return Outcome(
        [v > 0.5 for v in highs.getSolution().col_value] if found else None,
        math.ceil(info.mip_dual_bound - ROUNDING) if known else None,
        proven=status == highspy.HighsModelStatus.kOptimal,
    )
