"""Nothing that is committed names a package registry's host, a path of somebody's machine, or a secret."""

from __future__ import annotations

import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Put together here, so that this file does not name what it looks for.
REGISTRIES = [
    "pypi." + "org", "files.python" + "hosted.org", "registry." + "npmjs.org", "registry." + "yarnpkg.com",
    "deb." + "debian.org", "archive." + "ubuntu.com", "conda." + "anaconda.org", "cdn." + "jsdelivr.net",
    "un" + "pkg.com", "cdn" + "js.cloudflare.com", "fonts." + "googleapis.com", "fonts." + "gstatic.com",
]  # fmt: skip
FAULTS = {
    "registry host": re.compile("|".join(map(re.escape, REGISTRIES))),
    "registry address in a lock": re.compile(r'"resolved": *"http|--(extra-)?index' + r"-url|--find" + "-links"),
    "path of a machine": re.compile(r"(?<![\w.$}/-])/(home|Users|root|work)/[\w.-]+"),
    "private key": re.compile("-----BEGIN " + r"[A-Z ]*PRIVATE KEY-----"),
    "token": re.compile(r"\b(AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|xox[abp]-[\w-]{10,}|npm_\w{36}|pypi-Ag\w{20})"),
    "password in an address": re.compile(r"\b(postgresql|postgres|redis|https?|smtp)(\+\w+)?://\w+:[^@\s/{}<$*]+@"),
}


def faults(text: str) -> list[str]:
    """Return what a text has that must not be committed."""
    return [f"{name}: {match.group()}" for name, pattern in FAULTS.items() for match in pattern.finditer(text)]


def tracked() -> list[Path]:
    """Return the files of the repository; without git (a downloaded archive) those that .gitignore does not name."""
    if shutil.which("git") and (ROOT / ".git").exists():
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
        return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not is_ignored(path.relative_to(ROOT))]


def is_ignored(path: Path) -> bool:
    """Say whether .gitignore names the file or a folder above it."""
    patterns = [line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()]
    above = [path, *path.parents]
    return ".git" in path.parts or any(
        fnmatch(part.name, pattern) or fnmatch(part.as_posix(), pattern) for part in above for pattern in patterns
    )


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("node_modules/x/y.js", True), (".venv/bin/python", True), ("static/dist/app.css", True), (".git/config", True),
        ("matchmaking/a/__pycache__/b.pyc", True), ("app.py", False), ("static/js/app.js", False), (".ci/run", False),
    ],
)  # fmt: skip
def test_ignored_files_are_known_without_git(path: str, answer: bool) -> None:
    assert is_ignored(Path(path)) is answer


def test_tracked_files_name_no_host_no_machine_and_no_secret() -> None:
    texts = {path: path.read_bytes().decode("utf-8", errors="replace") for path in tracked()}
    assert {str(path.relative_to(ROOT)): found for path, text in texts.items() if (found := faults(text))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "https://" + REGISTRIES[0] + "/simple",
        '"resolved": ' + '"https://somewhere/x.tgz"',
        "--extra-index" + "-url https://somewhere",
        "open('/ho" + "me/somebody/file')",
        "/wo" + "rk/somewhere",
        "-----BEGIN " + "EC PRIVATE KEY-----",
        "postgresql://somebody:" + "secret@10.0.0.1/x",
    ],
)
def test_a_fault_is_found(text: str) -> None:
    assert len(faults(text)) == 1


@pytest.mark.parametrize("text", ["postgresql://postgres@127.0.0.1/x", "static/home/page.html", "--no-emit-index-url"])
def test_what_is_allowed_passes(text: str) -> None:
    assert faults(text) == []


def test_nothing_built_or_third_party_is_tracked() -> None:
    pattern = re.compile(r"(^|/)(node_modules|\.venv|__pycache__|dist)/|\.min\.(js|css)$|\.(sqlite3?|db|mo)$")
    assert [str(path) for path in tracked() if pattern.search(path.relative_to(ROOT).as_posix())] == []
