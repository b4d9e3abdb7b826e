"""./dev test and ./dev check: the tests, and before them everything a machine can say about the sources."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tools import preparation
from tools.preparation import PYTHON, ROOT, SetupError

#: With one of these the person looks at something in particular; a second process would only be in the way.
NARROWING = (
    "-n",
    "-k",
    "-m",
    "-x",
    "-s",
    "--pdb",
    "--lf",
    "--ff",
    "--sw",
    "--collect-only",
    "--co",
    "--last-failed",
)


def test(arguments: list[str]) -> int:
    """Run pytest, in several processes when nothing narrows it."""
    preparation.prepare(for_tests=True)
    return _pytest(arguments)


def _pytest(arguments: list[str]) -> int:
    workers = [] if _is_narrow(arguments) else ["-n", str(_processes()), "--dist", "worksteal"]
    return _run(PYTHON, "-m", "pytest", *workers, *arguments)


def _processes() -> int:
    """One more than there are cores, five at most: a browser's test waits as often as it works."""
    return min(os.cpu_count() or 1, 4) + 1


def _is_narrow(arguments: list[str]) -> bool:
    return any(not word.startswith("-") or word.startswith(NARROWING) for word in arguments)


def _run(*command: object) -> int:
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=ROOT, env=preparation.environment(), check=False).returncode


def _program(*words: str) -> Callable[[], str]:
    """Return a step that runs a program of the environment and gives back what it complained about."""

    def run() -> str:
        done = subprocess.run(
            [PYTHON.parent / words[0], *words[1:]], cwd=ROOT, env=preparation.environment(), check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace",
        )  # fmt: skip
        return (done.stdout.strip() or f"ended with status {done.returncode}") if done.returncode else ""

    return run


def _assets() -> str:
    """Build the assets into a folder of their own: a script or style that does not parse is found here."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            preparation.build_assets(Path(folder) / "dist")
        except SetupError as error:
            return str(error)
    return ""


def _migrations() -> str:
    """Migrate an empty database and compare it with the models."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "MATCHMAKING_INSTANCE": folder,
            "MATCHMAKING_DATABASE_URL": f"sqlite:///{folder}/check.sqlite3",
        }
        for action in ("upgrade", "check"):
            try:
                preparation.run_quietly([PYTHON, "-m", "flask", "db", action], "", **settings)
            except SetupError as error:
                return str(error)
    return ""


STEPS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("format", _program("ruff", "format", "--check", "--quiet", ".")),
    ("lint", _program("ruff", "check", "--quiet", ".")),
    ("types", _program("mypy")),
    ("layers", _program("lint-imports", "--no-logo")),
    ("translations", _program("python", "-m", "tools.translations", "check")),
    ("assets", _assets),
    ("migrations", _migrations),
)


def check(arguments: list[str]) -> int:
    """Run every check, a line and its seconds for each; the tests come last, and their closing line."""
    if arguments:
        raise SetupError("./dev check takes no arguments; ./dev test hands its own to pytest.", status=2)
    preparation.prepare(for_tests=True)
    failed = [name for name, action in STEPS if not _step(name, action)]
    if failed:
        print(f"Not in order: {', '.join(failed)} (what is wrong stands above). The tests follow.", flush=True)
    tests = _pytest(["-v"])  # undoes the -q of pyproject.toml: the closing line in full
    return 1 if failed or tests else 0


def _step(name: str, action: Callable[[], str]) -> bool:
    began = time.monotonic()
    complaint = action()
    seconds = f"{time.monotonic() - began:5.1f} s"
    print(f"{name:<13} {seconds}  {'FAILED' if complaint else 'ok'}", flush=True)
    if complaint:
        print(complaint, flush=True)
    return not complaint
