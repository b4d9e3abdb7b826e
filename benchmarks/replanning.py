"""What changes on the day cost: the engine beside two baselines in one run, on made-up changes to a made-up event.

    ./dev bench replanning [--size S3] [--draws 3] [--seconds 10] [--workers 2] [--scenario NAME …] [--quick]

The event is made and scheduled by the engine first (`--publish-seconds`), then each change of engine/disturb.py is
drawn with several seeds. *greedy*: what can stay stays, what was hit takes the first free slot, longest waiting first.
*afresh*: the changed event solved from nothing, as if nobody had been told. Standard output: one line per change and
solver, then one JSON object. Seconds of the engine are those of `progress`: first answer, and when the least disruption
that it found was in hand; `total` also counts breaks, tables and reasons.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from matchmaking.scheduling.engine import (
    Assignment,
    Limits,
    Objective,
    Problem,
    broken_rules,
    score_assignments,
    solve,
    warm_up,
)
from matchmaking.scheduling.engine.board import FREE, Board
from matchmaking.scheduling.engine.construct import keep_told
from matchmaking.scheduling.engine.disturb import SCENARIOS, disturb
from matchmaking.scheduling.engine.generate import SIZES, generate
from matchmaking.scheduling.engine.instance import compile_problem, slots_in
from matchmaking.scheduling.engine.tables import keep_told_tables, seat


@dataclass(frozen=True)
class Row:
    """What one solver made of one change; `valid` is the checker's word."""

    solver: str
    first_seconds: float
    final_seconds: float
    total_seconds: float
    lost: int
    moved: int
    retabled: int
    disruption: int
    bound: int | None
    weight: int
    breaks: int
    valid: bool


def _row(solver: str, problem: Problem, rows: tuple[Assignment, ...], seconds: tuple[float, float, float]) -> Row:
    o = score_assignments(problem, rows)
    return Row(
        solver,
        first_seconds=round(seconds[0], 3),
        final_seconds=round(seconds[1], 3),
        total_seconds=round(seconds[2], 3),
        lost=o.lost or 0,
        moved=o.moved or 0,
        retabled=o.retabled or 0,
        disruption=o.disruption or 0,
        bound=None,
        weight=o.weight or 0,
        breaks=o.breaks or 0,
        valid=not broken_rules(problem, rows),
    )


def engine(problem: Problem, options: argparse.Namespace) -> Row:
    warm_up(problem)
    solution = solve(problem, Limits(options.seconds, options.workers, options.seed))
    found: Objective = solution.objective
    final = min(p.seconds for p in solution.progress if p.disruption == found.disruption)
    row = _row("engine", problem, solution.assignments, (solution.progress[0].seconds, final, solution.seconds))
    return replace(row, bound=found.disruption_bound)


def afresh(problem: Problem, options: argparse.Namespace) -> Row:
    """Solve as if nobody had been told; what has been held stays, for that is the world's and not the plan's."""
    facts = tuple(a for a in (problem.current.assignments if problem.current else ()) if a.meeting in problem.facts())
    begun = time.monotonic()
    current = replace(problem.current, assignments=facts) if problem.current else None
    solution = solve(replace(problem, current=current), Limits(options.seconds, options.workers, options.seed))
    spent = time.monotonic() - begun
    return _row("afresh", problem, solution.assignments, (solution.progress[0].seconds, spent, spent))


def greedy(problem: Problem, _: argparse.Namespace) -> Row:
    """Keep what can stay, then seat the heaviest first where both are free; nobody else moves."""
    begun = time.monotonic()
    instance = compile_problem(problem)
    board = Board(instance)
    keep_told(board)
    for m in sorted(range(len(board.slot)), key=lambda m: (m not in instance.told, -instance.weight[m], m)):
        if board.slot[m] == FREE and instance.allowed[m]:
            free = next((t for t in slots_in(board.common_free(m)) if board.fits(m, t)), None)
            if free is not None:
                board.place(m, free)
    seating = keep_told_tables(seat(instance, board.slot))
    spent = time.monotonic() - begun
    return _row("greedy", problem, instance.assignments(seating.slot, seating.table), (spent, spent, spent))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=sorted(SIZES), default="S3")
    parser.add_argument("--draws", type=int, default=3, help="how many seeds of each change")
    parser.add_argument("--seconds", type=float, default=10.0, help="limit of each re-planning")
    parser.add_argument("--publish-seconds", type=float, default=30.0, help="for the schedule that people are told")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenario", nargs="*", choices=sorted(SCENARIOS), default=sorted(SCENARIOS))
    parser.add_argument("--quick", action="store_true", help="without solving afresh")
    options = parser.parse_args()
    event = generate(SIZES[options.size], options.seed)
    warm_up(event)
    told = solve(event, Limits(options.publish_seconds, options.workers, options.seed)).assignments
    print(f"{options.size}: {len(told)} meetings told")
    head = "first  final  total   lost moved tables  cost bound  weight breaks"
    print(f"{'change':20} {'draw':>4} {'solver':8} {head}")
    out: dict[str, list[dict[str, object]]] = {}
    solvers = [engine, greedy] if options.quick else [engine, greedy, afresh]
    for name in options.scenario:
        for seed in range(options.seed, options.seed + options.draws):
            problem = disturb(event, told, name, seed)
            for solver in solvers:
                row = solver(problem, options)
                show(name, seed, row)
                out.setdefault(name, []).append({"draw": seed, **asdict(row)})
    print(json.dumps({"size": options.size, "told": len(told), "seed": options.seed, "changes": out}))


def show(name: str, seed: int, row: Row) -> None:
    bound = "" if row.bound is None else row.bound
    print(
        f"{name:20} {seed:4} {row.solver:8} {row.first_seconds:5.2f} {row.final_seconds:6.2f} {row.total_seconds:6.2f} "
        f"{row.lost:6} {row.moved:5} {row.retabled:6} {row.disruption:5} {bound!s:>5} {row.weight:7} {row.breaks:6}"
        f"{'' if row.valid else '  breaks a rule'}",
        flush=True,
    )


if __name__ == "__main__":
    main()
