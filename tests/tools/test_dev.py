"""The shell part of ./dev, with stand-ins for the programs of a machine: what it installs, and what it says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLD_PYTHON = """case "$2" in *venv*) exit 1 ;; *) echo 3.9 False ;; esac"""


@dataclass(frozen=True)
class Machine:
    """A machine of our own making: only the programs in ``bin`` exist on it."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "calls.log"

    def add(self, name: str, script: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.log}"\n{script}\n', encoding="utf-8")
        path.chmod(0o755)

    def add_python(self) -> None:
        (self.folder / "bin/python3").symlink_to(sys.executable)

    def is_root(self, answer: bool) -> None:
        self.add("id", f"echo {0 if answer else 1000}")

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.folder / "bin"), "TMPDIR": str(self.folder), **variables}
        return subprocess.run(
            ["/bin/sh", self.folder / "dev", *words], env=environment, check=False, capture_output=True, text=True
        )

    def calls(self, name: str) -> list[str]:
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [line for line in lines if line.startswith(f"{name} ")]

    def installed(self) -> list[str]:
        """Return the packages that apt-get was asked for."""
        words = [line.partition(" install ")[2].split() for line in self.calls("apt-get")]
        return [word for line in words for word in line if not word.startswith("-")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Root on a Debian without Python; the part in Python only says what it was given."""
    made = Machine(tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "dev", tmp_path / "dev")
    (tmp_path / "tools/bootstrap.py").write_text("import sys; print(sys.argv[1:])", encoding="utf-8")
    for name in ("dirname", "mktemp", "tail", "rm", "ls", "env", "ln"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or "")
    made.is_root(True)
    made.add(
        "apt-get",
        f'[ "$4" = update ] || [ -e {tmp_path}/bin/python3 ] || ln -s {sys.executable} {tmp_path}/bin/python3',
    )
    return made


def test_nothing_missing_hands_over_and_says_nothing(machine: Machine) -> None:
    machine.add_python()
    done = machine.run("flask", "schedule", "solve", "a file.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "['flask', 'schedule', 'solve', 'a file.json']\n", "")
    assert machine.calls("apt-get") == []


def test_python_is_installed_where_there_is_none(machine: Machine) -> None:
    done = machine.run("run")
    assert machine.installed() == ["python3", "python3-venv", "ca-certificates"]
    assert (done.returncode, done.stdout) == (0, "['run']\n")
    assert done.stderr == "Installing once, this takes a minute: python3 python3-venv ca-certificates\n"


def test_an_ordinary_user_installs_through_sudo(machine: Machine) -> None:
    machine.is_root(False)
    machine.add("sudo", 'exec "$@"')
    assert machine.run("run").returncode == 0
    assert [line.split()[7] for line in machine.calls("sudo")] == ["update", "install"]


def test_without_root_and_sudo_it_says_what_to_ask_for(machine: Machine) -> None:
    machine.is_root(False)
    done = machine.run("run")
    assert (done.returncode, done.stdout, machine.calls("apt-get")) == (1, "", [])
    assert "ask an administrator to run: apt-get install python3 python3-venv ca-certificates" in done.stderr


def test_an_old_python_is_named_and_nothing_is_installed(machine: Machine) -> None:
    machine.add("python3", OLD_PYTHON)
    done = machine.run("run")
    assert (done.returncode, machine.calls("apt-get")) == (1, [])
    assert done.stderr.startswith("Python 3.11 or newer is needed; this machine's python3 is 3.9.")


def test_without_apt_it_names_what_is_needed(machine: Machine) -> None:
    (machine.folder / "bin/apt-get").unlink()
    done = machine.run("run")
    assert done.returncode == 1
    assert done.stderr.startswith("This machine has no apt-get. Please install by its own means: python3 python3-venv")


def test_what_apt_complains_about_is_shown(machine: Machine) -> None:
    machine.add("apt-get", "echo 'E: Could not get lock' >&2; exit 100")
    done = machine.run("run")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[1:] == [
        "E: Could not get lock",
        "apt-get could not install: python3 python3-venv ca-certificates",
        "What it said stands above. Run ./dev run again when that is mended.",
    ]


def test_tests_bring_browser_and_redis(machine: Machine) -> None:
    machine.add_python()
    machine.run("test", MATCHMAKING_TEST_POSTGRES_URL="postgresql://elsewhere/x")
    assert machine.installed() == ["chromium", "libatomic1", "poppler-utils", "redis-server"]


def test_services_that_are_named_are_not_installed(machine: Machine) -> None:
    machine.add_python()
    machine.add("chromium", "")
    machine.add("pdftoppm", "")
    named = {"MATCHMAKING_TEST_POSTGRES_URL": "postgresql://x/x", "MATCHMAKING_TEST_REDIS_URL": "redis://x"}
    assert machine.run("test", **named).returncode == 0
    assert machine.installed() == []


@pytest.mark.parametrize("command", ["run", "flask", "bench", "i18n"])
def test_only_tests_need_a_browser(machine: Machine, command: str) -> None:
    machine.add_python()
    machine.run(command)
    assert machine.installed() == []
