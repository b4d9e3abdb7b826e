"""PostgreSQL and Redis for the tests: the servers that the environment names, else our own for this run.

Our own are started from Debian's packages at the first use, in a temporary folder, on a free port, as an
ordinary user (``initdb`` refuses root), once for all xdist workers. A guard process (``service_guard.py``)
ends them with the test run, however that ends. Nothing is skipped: a server that cannot be had is an error.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import redis

POSTGRES_VARIABLE = "MATCHMAKING_TEST_POSTGRES_URL"
REDIS_VARIABLE = "MATCHMAKING_TEST_REDIS_URL"
START_WITHIN = 60.0  # seconds
#: In a numbered Redis database that one test process uses: nobody else takes it.
CLAIM = "temu-bisnis-test-run"

_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
_OWNER = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


#: Kept, because a Popen that is forgotten while its program runs warns.
_guards: list[subprocess.Popen[bytes]] = []


class ServiceError(RuntimeError):
    """A server that the tests need cannot be had; the text says what to do."""


@functools.cache
def postgres_url() -> str:
    """Return the address of a PostgreSQL server on which tests may make databases of their own (libpq)."""
    named = os.environ.get(POSTGRES_VARIABLE)
    if named:
        return named.replace("postgresql+psycopg://", "postgresql://")
    return _started("postgres", _initialise_postgres, _postgres_command, _postgres_answers)


@functools.cache
def redis_url() -> str:
    """Return the address of an empty Redis database that belongs to this test process until it ends."""
    server = os.environ.get(REDIS_VARIABLE) or _started("redis", _no_preparation, _redis_command, _redis_answers)
    return _claim_database(server.rstrip("/"))


def _started(
    name: str,
    prepare: Callable[[Path], None],
    command: Callable[[Path, int], list[str]],
    answers: Callable[[str], bool],
) -> str:
    """Start a server unless another process of this run has; return its address."""
    folder = _run_folder() / name
    with _locked(_run_folder() / f"{name}.lock"):
        address = folder / "address"
        if not address.exists():
            folder.mkdir()
            os.chown(folder, *_user_and_group())
            prepare(folder)
            address.write_text(_start(name, folder, command, answers), encoding="ascii")
        return address.read_text(encoding="ascii")


def _start(name: str, folder: Path, command: Callable[[Path, int], list[str]], answers: Callable[[str], bool]) -> str:
    scheme, path = ("postgresql://postgres@", "/postgres") if name == "postgres" else ("redis://", "")
    for _attempt in range(3):  # somebody else may take the free port before the server does
        port = _free_port()
        address = f"{scheme}127.0.0.1:{port}{path}"
        guard = _guarded(command(folder, port), folder)
        deadline = time.monotonic() + START_WITHIN
        while guard.poll() is None and time.monotonic() < deadline:
            if answers(address):
                return address
            time.sleep(0.05)
        guard.terminate()
        guard.wait()
    log = (folder / "log").read_text(encoding="utf-8", errors="replace")
    raise ServiceError(f"{name} did not start for the tests:\n{log[-2000:]}")


def _guarded(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    user, group = _user_and_group()
    guard = Path(__file__).with_name("service_guard.py")
    words = [sys.executable, str(guard), str(_OWNER), str(user), str(group), str(folder), *command]
    with (folder / "log").open("ab") as log:  # our own output stays free: whoever reads it waits for its end
        _guards.append(
            subprocess.Popen(words, start_new_session=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        )
    return _guards[-1]


def _run_folder() -> Path:
    """Return the folder of this test run; the servers' user may pass through it, not look into it."""
    folder = Path(tempfile.gettempdir()) / f"temu-bisnis-tests-{_RUN}"
    folder.mkdir(mode=0o711, exist_ok=True)
    return folder


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _user_and_group() -> tuple[int, int]:
    """Return as whom the servers run: ourselves, or an ordinary user when we are root."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise ServiceError("There is no ordinary user to run PostgreSQL as: neither postgres nor nobody exists here.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(name: str, variable: str) -> str:
    """Return where a server program is; Debian keeps PostgreSQL's out of PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = shutil.which(name) or (str(debian[-1]) if debian else None)
    if found:
        return found
    raise ServiceError(
        f"The tests need {name}, and it is missing: ./dev test installs it. Or name a server in {variable}."
    )


def _initialise_postgres(folder: Path) -> None:
    user, group = _user_and_group()
    done = subprocess.run(
        [_program("initdb", POSTGRES_VARIABLE), "-D", str(folder / "data"), "-U", "postgres", "--auth=trust",
         "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
        user=user, group=group, extra_groups=[] if os.getuid() == 0 else None,
        cwd=folder, env={**os.environ, "HOME": str(folder)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise ServiceError(f"initdb failed:\n{done.stderr}")


def _postgres_command(folder: Path, port: int) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "200",
        "fsync": "off",  # the data lives for one test run
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [_program("postgres", POSTGRES_VARIABLE), "-D", str(folder / "data"), "-p", str(port), *options]


def _postgres_answers(address: str) -> bool:
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(address, connect_timeout=2):
        return True
    return False


def _no_preparation(_folder: Path) -> None:
    """Redis starts in an empty folder."""


def _redis_command(folder: Path, port: int) -> list[str]:
    program = _program("redis-server", REDIS_VARIABLE)
    keep_nothing = ["--save", "", "--appendonly", "no"]
    return [
        program,
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--databases",
        "64",
        "--dir",
        str(folder),
        *keep_nothing,
    ]


def _redis_answers(address: str) -> bool:
    with contextlib.suppress(redis.RedisError), redis.Redis.from_url(address) as server:
        return bool(server.ping())
    return False


def _claim_database(server: str) -> str:
    """Take a numbered database that holds nothing, and empty it when this process ends."""
    for number in range(1, 64):
        address = f"{server}/{number}"
        connection = redis.Redis.from_url(address)
        try:
            if not connection.dbsize() and connection.set(CLAIM, _RUN, nx=True):
                _at_end(connection)
                return address
        except redis.ResponseError:  # past the last number that this server has
            break
        connection.close()
    raise ServiceError(f"{server} has no empty database left for the tests; they touch only what they made.")


def _at_end(connection: redis.Redis) -> None:
    import atexit

    def give_back() -> None:
        with contextlib.suppress(redis.RedisError):  # our own server may have ended before us
            connection.flushdb()
        connection.close()

    atexit.register(give_back)
