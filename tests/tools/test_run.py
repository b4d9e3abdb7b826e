"""./dev run for real, in an instance folder of its own: address, readiness, a taken port, the way down."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from matchmaking.operations.backup.serving_lock import alone
from tools.serving import in_columns, last_words

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start ./dev with arguments; its database and logs lie in ``tmp_path``."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(word) for word in (ROOT / "dev", *words)],
            env={**os.environ, "MATCHMAKING_INSTANCE": str(tmp_path)}, cwd=tmp_path, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def get(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.status, answer.read().decode()


def test_run_serves_until_it_is_stopped(dev: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    port = free_port()
    running = dev("run", "--no-demo", "--port", port)
    assert running.stdout is not None
    assert running.stdout.readline() == f"Temu Bisnis: http://127.0.0.1:{port}\n"
    assert get(f"http://127.0.0.1:{port}/readyz") == (200, '{"problems":[],"status":"ready"}\n')
    assert get(f"http://127.0.0.1:{port}/")[0] == 200

    with alone(tmp_path) as is_alone:  # no restore under a running server
        assert not is_alone

    second = dev("run", "--no-demo", "--port", port)
    out, said = second.communicate(timeout=30)
    assert (second.returncode, out) == (1, "")
    assert said.startswith(f"Port {port} is taken, perhaps by another ./dev run.")

    running.send_signal(signal.SIGINT)
    out, said = running.communicate(timeout=30)
    assert (running.returncode, out) == (0, "")
    assert said.splitlines()[-2:] == ["Stop with Ctrl-C. Logs: log", "Stopped."]
    with pytest.raises(OSError, match="refused"):
        get(f"http://127.0.0.1:{port}/healthz")
    with alone(tmp_path) as is_alone:
        assert is_alone


def test_venue_serves_the_application_over_https_and_the_trust_page_beside_it(
    dev: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    port = free_port()
    running = dev("run", "--venue", "--no-demo", "--host", "127.0.0.1", "--port", port)
    assert running.stdout is not None
    assert running.stdout.readline().endswith(f":{port}\n")
    status, page = get(f"http://127.0.0.1:{port + 1}/")
    assert (status, f'data-trust-check="https://127.0.0.1:{port}/healthz"' in page) == (200, True)
    trust = ssl.create_default_context(cafile=str(tmp_path / "tls/authority.pem"))
    with urllib.request.urlopen(f"https://127.0.0.1:{port}/readyz", timeout=10, context=trust) as answer:
        assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(f"http://127.0.0.1:{port + 1}/log-in")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run", "--port", "70000"], "--port 70000: a port is a number from 1 to 65535."),
        (["run", "--host", "no.such.host.invalid"], "--host no.such.host.invalid: there is no such address."),
        (["bench", "nothing"], "./dev bench NAME: there is"),
        (["check", "tests"], "./dev check takes no arguments"),
        (["nonsense"], "./dev run"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    dev: Callable[..., subprocess.Popen[str]], words: list[str], sentence: str
) -> None:
    done = dev(*words)
    out, said = done.communicate(timeout=30)
    assert (done.returncode, out) == (2, "")
    assert said.startswith(sentence)


def test_standard_output_is_the_commands_own(dev: Callable[..., subprocess.Popen[str]]) -> None:
    """Set-up speaks on standard error alone, so that a program can read what a command prints."""
    done = dev("flask", "--version")
    out, _said = done.communicate(timeout=300)
    assert (done.returncode, [line.split()[0] for line in out.splitlines()]) == (0, ["Python", "Flask", "Werkzeug"])
    again = dev("flask", "--version")
    assert again.communicate(timeout=60) == (out, "")


def test_a_database_that_is_away_is_said_without_a_stack_trace(
    dev: Callable[..., subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHMAKING_DATABASE_URL", f"postgresql://postgres@127.0.0.1:{free_port()}/x")
    refused = dev("run", "--port", free_port())
    out, said = refused.communicate(timeout=60)
    assert (refused.returncode, out, "Traceback" in said) == (1, "", False)
    assert "Connection refused\nThe database could not be brought up to date." in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("working…\nIt is too large.\n", "working…\nIt is too large."),
        (
            'x\nTraceback (most recent call last):\n  File "a.py"\nValueError: first\n\nDuring handling …\n\n'
            'Traceback (most recent call last):\n  File "b.py"\nlib.AwayError: (it) is away\n\tIs it there?\n(Background …)\n',
            "(it) is away",
        ),
        ('Traceback (most recent call last):\n  File "a.py"\nKeyboardInterrupt\n', "KeyboardInterrupt"),
        ("", ""),
    ],
)
def test_last_words_are_the_error_itself(text: str, words: str) -> None:
    assert last_words(text) == words


def test_log_ins_stand_below_each_other() -> None:
    assert in_columns("organiser\tpanitia@contoh.example\tab-cd\nbuyer\t0812\tef\n") == (
        "organiser  panitia@contoh.example  ab-cd\nbuyer      0812                    ef"
    )
    assert in_columns("") == ""
