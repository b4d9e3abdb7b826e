"""The demo's log-ins at the start: kept while there is a demo, and never beside a network."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from tools import serving
from tools.preparation import SetupError
from tools.serving import Options

VENUE = Options(host="0.0.0.0", port=8000, load_demo=False, is_venue=True)


@pytest.fixture
def demo_status(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What ``flask demo present`` would answer."""
    answer = {"status": 0}

    def ask(_environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], answer["status"], "", "no such command")

    monkeypatch.setattr(serving, "_demo_status", ask)
    return answer


def test_log_ins_are_kept_for_the_owner_alone_and_shown_again(tmp_path: Path, demo_status: dict[str, int]) -> None:
    path = tmp_path / "demo-logins.txt"
    assert serving._remembered("buyer\tone\ntwo\tthree", path, {}) == "buyer  one\ntwo    three"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert serving._remembered("", path, {}) == "buyer  one\ntwo    three"


def test_log_ins_go_with_the_demo(tmp_path: Path, demo_status: dict[str, int]) -> None:
    path = tmp_path / "demo-logins.txt"
    serving._remembered("buyer\tone", path, {})
    demo_status["status"] = 1
    assert serving._remembered("", path, {}) == ""
    assert not path.exists()


def test_a_new_demo_has_new_log_ins(tmp_path: Path, demo_status: dict[str, int]) -> None:
    path = tmp_path / "demo-logins.txt"
    serving._remembered("buyer\tone", path, {})
    assert serving._remembered("buyer\ttwo", path, {}) == "buyer  two"


def test_an_installation_without_demo_has_no_log_ins(tmp_path: Path, demo_status: dict[str, int]) -> None:
    assert serving._remembered("", tmp_path / "demo-logins.txt", {}) == ""


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(0, "accounts are still here"), (2, "It cannot be told whether demo accounts exist, so nothing was started.")],
)
def test_demo_accounts_refuse_a_network(demo_status: dict[str, int], status: int, sentence: str) -> None:
    demo_status["status"] = status
    with pytest.raises(SetupError, match=sentence):
        serving._refuse_demo(VENUE, {})


def test_without_demo_the_network_is_open(demo_status: dict[str, int]) -> None:
    demo_status["status"] = 1
    serving._refuse_demo(VENUE, {})


@pytest.mark.parametrize(
    ("words", "is_local", "load_demo"),
    [
        ([], True, True),
        (["--no-demo"], True, False),
        (["--host", "localhost"], True, True),
        (["--host", "127.0.0.2"], False, False),
        (["--host", "::1"], True, True),
        (["--host", "0.0.0.0"], False, False),
        (["--host", "192.168.7.5"], False, False),
        (["--host", "venue.example"], False, False),
        (["--venue"], False, False),
        (["--venue", "--host", "192.168.7.5"], False, False),
    ],
)
def test_only_this_computer_gets_the_demo(words: list[str], is_local: bool, load_demo: bool) -> None:
    options = serving._parse(words)
    assert (options.is_local, options.load_demo) == (is_local, load_demo)
