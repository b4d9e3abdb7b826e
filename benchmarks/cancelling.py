"""How soon a stopped run answers, and what it kept: made-up events through the worker's own solver process.

    ./dev bench cancelling [--size S6] [--after 2 15 40] [--limit 120]

Each figure is a run of its own, stopped so many seconds after the process was started. `answer_seconds` goes from the stop to
the answer, `written_seconds` further to reasons for all that is not held. Standard output: a line per run, then one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from matchmaking.scheduling.engine import Limits, Problem, parse_solution, violations
from matchmaking.scheduling.engine.generate import SIZES, generate
from matchmaking.scheduling.solving import run_solver, with_reasons


def stopped(problem: Problem, after: float, limit: float) -> dict[str, Any]:
    """Stop one run after so many seconds and say what came back."""
    asked: list[float] = []

    def tick(_progress: Any, elapsed: float) -> bool:
        if elapsed >= after and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    answer = run_solver(problem.to_json(), asdict(Limits(limit)), tick)
    answered = time.monotonic()
    by_force = "unscheduled" not in answer
    whole = with_reasons(problem, answer)
    written = time.monotonic()
    solution = parse_solution(whole, problem)
    if violations(problem, solution):
        raise AssertionError("the checker refuses what was kept")
    return {
        "stopped_after": after,
        "answer_seconds": round(answered - asked[0], 2) if asked else None,
        "by_force": by_force,
        "written_seconds": round(written - answered, 2),
        "status": str(solution.status),
        "held": len(solution.assignments),
        "unscheduled": len(whole["unscheduled"]),
        "weight": solution.objective.weight,
        "breaks": solution.objective.breaks,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=list(SIZES), default="S6")
    parser.add_argument("--after", nargs="*", type=float, default=[2.0, 15.0, 40.0])
    parser.add_argument("--limit", type=float, default=120.0, help="the run's own limit in seconds")
    options = parser.parse_args()
    problem = generate(SIZES[options.size])
    rows = []
    for after in options.after:
        rows.append(stopped(problem, after, options.limit))
        print(json.dumps(rows[-1]), flush=True)
    print(json.dumps({"size": options.size, "runs": rows}))


if __name__ == "__main__":
    main()
