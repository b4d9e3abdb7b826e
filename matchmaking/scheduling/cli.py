"""The commands `schedule solve` and `schedule check`: files in, one JSON object on standard output."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup

from . import engine

LARGEST_FILE = 200 * 2**20
BAD_INPUT = 2
EXIT_CODES = {"optimal": 0, "feasible": 0, "infeasible": 3, "unknown": 4}

schedule_cli = AppGroup("schedule", help="Solve and check scheduling problems (JSON files).")


@schedule_cli.command("solve", with_appcontext=False)
@click.argument("problem_file", metavar="PROBLEM.json", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Where the whole solution goes, assignments included.")
@click.option("--seconds", type=click.FloatRange(0.01, 86_400), default=60.0, show_default=True, help="Time limit.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Busy threads/processes.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Same seed, same result.")
def solve_command(problem_file: Path, out: Path | None, seconds: float, workers: int, seed: int) -> None:
    """Schedule PROBLEM.json; Ctrl-C or the time limit keep the best schedule found."""
    if out is not None:
        _check_writable(out)
    problem = _read_problem(problem_file)
    engine.warm_up(problem)
    limits = engine.Limits(seconds=seconds, workers=workers, seed=seed)
    with _stop_on_signal() as stopped:
        solution = engine.solve(problem, limits, _show_progress, stopped.is_set)
    if out is not None:
        _write_whole(out, json.dumps(solution.to_json(), ensure_ascii=False))
    _print(solution.to_json(assignments=False))
    sys.exit(EXIT_CODES[solution.status])


@schedule_cli.command("check", with_appcontext=False)
@click.argument("problem_file", metavar="PROBLEM.json", type=click.Path(path_type=Path))
@click.argument("solution_file", metavar="SOLUTION.json", type=click.Path(path_type=Path))
def check_command(problem_file: Path, solution_file: Path) -> None:
    """Check SOLUTION.json against PROBLEM.json: hard rules, and whether the claimed objective is true."""
    problem = _read_problem(problem_file)
    value = _read_json(solution_file)
    try:
        solution = engine.parse_solution(value, problem)
    except engine.ProblemError as error:
        _refuse(f"{solution_file}: {error}")
    broken = engine.violations(problem, solution) if _claims_schedule(solution) else []
    claims = engine.false_claims(problem, solution)
    report = [_violation_json(v) for v in broken]
    report += [{"rule": "claim", "meetings": [], "participants": [], "slot": None, "text": {"en": c}} for c in claims]
    _print({"violations": report, "objective": _objective_json(engine.score(problem, solution))})
    sys.exit(1 if report else 0)


def _claims_schedule(solution: engine.Solution) -> bool:
    """An honest "infeasible" or "unknown" holds nothing, so there is nothing to break."""
    return bool(solution.assignments) or solution.status in (engine.Status.OPTIMAL, engine.Status.FEASIBLE)


def _violation_json(v: engine.Violation) -> dict[str, Any]:
    return {
        "rule": v.rule,
        "meetings": list(v.meetings),
        "participants": list(v.participants),
        "slot": v.slot,
        "text": dict(v.text),
    }


def _objective_json(objective: engine.Objective) -> dict[str, int | None]:
    names = ("min_shortfall", "weight", "breaks", "disruption", "lost", "moved", "retabled", "table_changes")
    return {name: getattr(objective, name) for name in names}


def _read_problem(path: Path) -> engine.Problem:
    value = _read_json(path)
    try:
        return engine.parse_problem(value)
    except engine.ProblemError as error:
        _refuse(f"{path}: {error}")


def _read_json(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST_FILE:
            _refuse(f"{path}: larger than {LARGEST_FILE // 2**20} MB; no event is that large")
        return engine.load_json(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        _refuse(f"{path}: cannot be read ({error.strerror or error})")
    except UnicodeDecodeError as error:
        _refuse(f"{path}: not UTF-8 at byte {error.start + 1}")
    except engine.ProblemError as error:
        _refuse(f"{path}: {error}")


def _check_writable(out: Path) -> None:
    """Refuse before the work rather than after it."""
    if out.is_dir() or not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        _refuse(f"{out}: no file can be written there; choose another --out")


def _write_whole(out: Path, text: str) -> None:
    """Write beside the target and rename, so that nobody ever reads half a solution."""
    try:
        handle, temporary = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        os.chmod(temporary, 0o644)
        os.replace(temporary, out)
    except OSError as error:
        with suppress(OSError, UnboundLocalError):
            os.unlink(temporary)
        _refuse(f"{out}: cannot be written ({error.strerror or error})")


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(BAD_INPUT)


def _print(value: dict[str, Any]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def _show_progress(entry: engine.Progress) -> None:
    told = "" if entry.disruption is None else f", disruption {entry.disruption}"
    lacking = f", lacking {entry.min_shortfall}" if entry.min_shortfall else ""
    click.echo(f"{entry.seconds:8.2f} s  weight {entry.weight}, breaks {entry.breaks}{lacking}{told}", err=True)


@contextmanager
def _stop_on_signal() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C or SIGTERM into a wish to stop; the solver then returns its best schedule."""
    stopped = threading.Event()

    def stop(*_: object) -> None:
        stopped.set()

    try:
        before = {s: signal.signal(s, stop) for s in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread (a test's runner): there is nobody at the keyboard
        before = {}
    try:
        yield stopped
    finally:
        for s, handler in before.items():
            signal.signal(s, handler)
