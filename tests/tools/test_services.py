"""The tests' own servers: one per run, ended with it, and nothing touched that they did not make."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from tests import services

ROOT = Path(__file__).resolve().parents[2]
USER = """
import sys, time
from tests import services
print(services.postgres_url(), services.redis_url(), services._run_folder(), flush=True)
time.sleep(60)
"""


def is_open(address: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(address).port or 0)) == 0


def eventually_not(condition: object) -> bool:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if not condition():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_servers_end_with_the_run_however_it_ends(end: int) -> None:
    free = {services.POSTGRES_VARIABLE, services.REDIS_VARIABLE, "PYTEST_XDIST_TESTRUNUID", "PYTEST_XDIST_WORKER"}
    environment = {name: value for name, value in os.environ.items() if name not in free}
    run = subprocess.Popen([sys.executable, "-c", USER], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    postgres, cache, folder = run.stdout.readline().split()
    assert [is_open(postgres), is_open(cache), Path(folder).is_dir()] == [True, True, True]
    run.send_signal(end)
    run.communicate(timeout=20)
    assert eventually_not(lambda: is_open(postgres) or is_open(cache) or Path(folder).exists())


def test_one_run_has_one_server() -> None:
    assert services.postgres_url() == services.postgres_url()
    with psycopg.connect(services.postgres_url()) as connection:
        assert connection.execute("SELECT current_setting('is_superuser')").fetchone() == ("on",)


def test_a_redis_database_that_holds_something_is_left_alone() -> None:
    server = services.redis_url().rpartition("/")[0]
    number = next(n for n in range(1, 16) if not redis.Redis.from_url(f"{server}/{n}").dbsize())
    with redis.Redis.from_url(f"{server}/{number}") as somebody:
        somebody.set("theirs", "kept")
        claimed = services._claim_database(server)
        assert claimed != f"{server}/{number}"
        assert somebody.get("theirs") == b"kept"
        somebody.delete("theirs")
    with redis.Redis.from_url(claimed) as ours:
        assert ours.get(services.CLAIM) == services._RUN.encode()


def test_two_claims_never_share_a_database() -> None:
    server = services.redis_url().rpartition("/")[0]
    assert services._claim_database(server) != services._claim_database(server) != services.redis_url()


def test_a_missing_program_is_named_with_what_to_do() -> None:
    with pytest.raises(services.ServiceError, match=r"need no-such-server, and it is missing: \./dev test installs it"):
        services._program("no-such-server", services.REDIS_VARIABLE)
