"""The engine beside two single models on every problem in a folder, one after another, same limit and workers.

    ./dev bench scheduling --problems FOLDER [--seconds 60] [--workers 2] [--match TEXT] [--solvers engine reference]
    ./dev bench scheduling --problems FOLDER --variants   the same with other fairness, forbidden slots, precedences
    ./dev bench scheduling --generated S1 S3 S5          made-up two-sided events: how weight and breaks come down

*plain*: CP-SAT, the model as the definition reads, default parameters. *reference*: break-end literals, cluster
capacity, core-guided search (docs/scheduling.md). Where the folder has a published.csv, the printed optimum and
times stand beside. Standard output: one line per problem, then one JSON object.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._variants import variants
from matchmaking.scheduling.engine import (
    Limits,
    Problem,
    Progress,
    Status,
    cpsat,
    false_claims,
    load_json,
    parse_problem,
    solve,
    violations,
    warm_up,
)
from matchmaking.scheduling.engine.generate import SIZES, generate
from matchmaking.scheduling.engine.instance import compile_problem
from matchmaking.scheduling.engine.model import build

DONE = {"optimal", "infeasible"}
WORTH_COMPARING_SECONDS = 0.5


@dataclass(frozen=True)
class Result:
    """What one solver said of one problem."""

    status: str
    breaks: int | None
    seconds: float

    def show(self) -> str:
        breaks = "-" if self.breaks is None else str(self.breaks)
        return f"{self.status:>10} {breaks:>4} {self.seconds:7.2f}"


def run_engine(problem: Problem, seconds: float, workers: int) -> Result:
    solution = solve(problem, Limits(seconds=seconds, workers=workers))
    found = solution.status in (Status.OPTIMAL, Status.FEASIBLE)
    if found and (violations(problem, solution) or false_claims(problem, solution)):
        raise AssertionError(f"{problem.name}: the checker refuses the engine's schedule")
    return Result(str(solution.status), solution.objective.breaks, solution.seconds)


def run_reference(problem: Problem, seconds: float, workers: int) -> Result:
    begun = time.monotonic()
    model = build(compile_problem(problem))
    outcome = cpsat.solve(model.formula, model.break_terms(), cpsat.Search(seconds, workers))
    return Result(_status(outcome), outcome.objective, time.monotonic() - begun)


def run_plain(problem: Problem, seconds: float, workers: int) -> Result:
    """x[m, t] for every meeting and slot, one constraint per sentence of the definition, breaks as runs minus one."""
    from ortools.sat.python import cp_model

    begun = time.monotonic()
    instance = compile_problem(problem)
    model = cp_model.CpModel()
    slots = range(instance.slots)
    x = [[model.new_bool_var("") for _ in slots] for _ in instance.meetings]
    for m, row in enumerate(x):
        model.add(sum(row) == 1)
        for t in slots:
            if not instance.allowed[m] >> t & 1:
                model.add(row[t] == 0)
    for t in slots:
        model.add(sum(row[t] for row in x) <= instance.capacity[t])
    for earlier, later in instance.after:
        model.add(sum(t * x[earlier][t] for t in slots) + 1 <= sum(t * x[later][t] for t in slots))
    breaks = [_plain_breaks(model, instance.slots, [x[m] for m in mine]) for mine in instance.meetings_of]
    if instance.fairness is not None:
        least = model.new_int_var(0, instance.slots, "")
        for one in breaks:
            model.add(one >= least)
            model.add(one <= least + instance.fairness)
    model.minimize(sum(breaks))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    name = {cp_model.OPTIMAL: "optimal", cp_model.FEASIBLE: "feasible", cp_model.INFEASIBLE: "infeasible"}
    value = round(solver.objective_value) if found else None
    return Result(name.get(status, "unknown"), value, time.monotonic() - begun)


def _plain_breaks(model: Any, slots: int, mine: list[list[Any]]) -> Any:
    if not mine:
        return 0
    busy = [sum(row[t] for row in mine) for t in range(slots)]
    starts = []
    for t in range(slots):
        model.add(busy[t] <= 1)
        start = model.new_bool_var("")
        model.add(start >= busy[t] - (busy[t - 1] if t else 0))
        model.add(start <= busy[t])
        if t:
            model.add(start + busy[t - 1] <= 1)
        starts.append(start)
    return sum(starts) - 1


def _status(outcome: cpsat.Outcome) -> str:
    if outcome.infeasible:
        return "infeasible"
    if outcome.values is None:
        return "unknown"
    return "optimal" if outcome.proven else "feasible"


RUNS = {"engine": run_engine, "reference": run_reference, "plain": run_plain}


def compare(folder: Path, names: Sequence[str], options: argparse.Namespace) -> dict[str, Any]:
    """Run every solver on every problem of the folder and sum up."""
    published = read_published(folder)
    rows: list[dict[str, Result]] = []
    wrong = []
    print(f"{'problem':38} {'paper':>6} {'maxsat':>7}   " + "   ".join(f"{n:>23}" for n in names))
    for path in sorted(folder.glob("*.json")):
        if options.match not in path.name:
            continue
        problem = parse_problem(load_json(path.read_text(encoding="utf-8")))
        paper = published.get(path.stem, {})
        for one in variants(replace(problem, name=path.stem), options.seed) if options.variants else [problem]:
            optimum = "" if options.variants else paper.get("optimum_breaks", "")
            maxsat = "" if options.variants else paper.get("maxsat_seconds", "")
            chosen = names if all(m.required for m in one.meetings) else ["engine"]
            results = {n: RUNS[n](one, options.seconds, options.workers) for n in chosen}
            line = "   ".join(r.show() for r in results.values())
            name = one.name if options.variants else path.stem
            print(f"{name:38} {optimum:>6} {maxsat:>7}   {line}", flush=True)
            rows.append(results)
            if contradicts(results["engine"], optimum) or disagree(results.values()):
                wrong.append(name)
    sums = summary(rows, names)
    times = [float(p["maxsat_seconds"]) for p in published.values() if p["maxsat_seconds"] not in ("", "TO")]
    return {**sums, "contradicted": wrong, "published_maxsat_seconds": round(sum(times), 1)}


def read_published(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / "published.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["instance"]: row for row in csv.DictReader(file)}


def contradicts(result: Result, optimum: str) -> bool:
    """Whether a proof differs from the printed one (`-` is infeasible, nothing is unknown)."""
    if not optimum or result.status not in DONE:
        return False
    return optimum != ("-" if result.status == "infeasible" else str(result.breaks))


def disagree(results: Iterable[Result]) -> bool:
    """Whether two proofs of one problem differ."""
    return len({(r.status, r.breaks) for r in results if r.status in DONE}) > 1


def summary(rows: list[dict[str, Result]], names: Sequence[str]) -> dict[str, Any]:
    out: dict[str, Any] = {"problems": len(rows)}
    for name in names:
        mine = [row[name] for row in rows if name in row]
        out[f"{name}_finished"] = sum(r.status in DONE for r in mine)
        out[f"{name}_seconds"] = round(sum(r.seconds for r in mine), 2)
    for other in names[1:]:
        pairs = [(row["engine"], row[other]) for row in rows if other in row]
        hard = [e.seconds / r.seconds for e, r in pairs if r.seconds > WORTH_COMPARING_SECONDS]
        easy = [e.seconds - r.seconds for e, r in pairs if r.seconds <= WORTH_COMPARING_SECONDS]
        out[f"ratio_to_{other}"] = round(math.exp(sum(map(math.log, hard)) / len(hard)), 3) if hard else None
        out[f"most_seconds_over_{other}_on_easy"] = round(max(easy), 2) if easy else None
        unfinished = [e.status not in DONE and r.status in DONE for e, r in pairs]
        out[f"unfinished_but_{other}_finished"] = sum(unfinished)
    return out


def grow(sizes: Sequence[str], options: argparse.Namespace) -> dict[str, Any]:
    """Solve made-up events and report when what was reached."""
    out: dict[str, Any] = {}
    for name in sizes:
        problem = generate(SIZES[name], options.seed)
        warm_up(problem)
        seen: list[Progress] = []
        solution = solve(problem, Limits(options.seconds, options.workers, options.seed), seen.append)
        if violations(problem, solution):
            raise AssertionError(f"{name}: the checker refuses the schedule")
        o = solution.objective
        bound = o.weight_bound or 1
        first = {share: _first_at(seen, share * bound) for share in (0.999, 0.9999, 1.0)}
        out[name] = {
            "status": str(solution.status),
            "first_seconds": seen[0].seconds if seen else None,
            "first_weight_share": round(seen[0].weight / bound, 5) if seen else None,
            **{f"seconds_to_{share}": seconds for share, seconds in first.items()},
            "weight": o.weight,
            "weight_bound": o.weight_bound,
            "breaks": o.breaks,
            "breaks_bound": o.breaks_bound,
            "table_changes": o.table_changes,
            "seconds": solution.seconds,
        }
        print(f"{name}: {json.dumps(out[name])}", flush=True)
    return out


def _first_at(seen: Sequence[Progress], weight: float) -> float | None:
    return next((p.seconds for p in seen if p.weight >= weight), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=Path, help="folder of problems in b2b-schedule-problem/1")
    parser.add_argument("--generated", nargs="*", choices=sorted(SIZES), default=[], metavar="SIZE")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--match", default="", help="only files whose name contains this")
    parser.add_argument("--solvers", nargs="*", choices=list(RUNS), default=list(RUNS), help="engine is always run")
    parser.add_argument("--variants", action="store_true", help="harder variants of the problems in their place")
    options = parser.parse_args()
    if options.problems is None and not options.generated:
        parser.error("give --problems FOLDER, --generated SIZE…, or both")
    if options.problems is not None and not options.problems.is_dir():
        parser.error(f"{options.problems} is not a folder")
    warm_up()
    report: dict[str, Any] = {"seconds_limit": options.seconds, "workers": options.workers}
    if options.problems is not None:
        names = [name for name in RUNS if name == "engine" or name in options.solvers]
        report |= compare(options.problems, names, options)
    if options.generated:
        report["generated"] = grow(options.generated, options)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
