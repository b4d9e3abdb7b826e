"""The same code on PostgreSQL and Redis with several web workers: real processes, real threads, one outcome."""

from __future__ import annotations

import http.cookiejar
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests import services

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "tenun-pucuk-rebung-9"
PATIENCE_SECONDS = 60


@dataclass
class Installation:
    """A running installation: its address and how to reach its database and command line."""

    address: str
    database_url: str
    environment: dict[str, str]

    def flask(self, *words: str) -> str:
        """Run an application command."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "flask", "--app", "app", *words],
            cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    def rows(self, statement: str) -> list[tuple]:  # type: ignore[type-arg]
        """Read from the database beside the application."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[call-overload,no-any-return]

    def write(self, statement: str, *values: object) -> None:
        """Write to the database beside the application (what an earlier page would have stored)."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute(statement, values)  # type: ignore[call-overload]


class Visitor:
    """A browser without a screen: cookies, forms with their hidden fields."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str) -> tuple[int, str]:
        """Open a page."""
        return self._open(urllib.request.Request(self._address + path))

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form."""
        data = urllib.parse.urlencode(fields).encode()
        return self._open(urllib.request.Request(self._address + path, data, {"Referer": self._address + path}))

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    field = next(tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag)
    found = re.search(r'value="([^"]*)"', field)
    assert found
    return found[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition, what: str) -> None:  # type: ignore[no-untyped-def]
    """Wait for something other processes do."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError(f"not within {PATIENCE_SECONDS} s: {what}")


def last_words(path: Path, address: str) -> str:
    """Return what the parts said last and what is not ready, for a failure's message."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
            state = answer.read().decode()
    except OSError as error:
        state = error.read().decode() if isinstance(error, urllib.error.HTTPError) else str(error)
    return f"{state}\n{path.read_text()[-3000:]}"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    tmp_path = tmp_path_factory.mktemp("several-workers")
    name = f"temu_flow_{secrets.token_hex(6)}"
    server = services.postgres_url()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
    url, port = server.rsplit("/", 1)[0] + f"/{name}", free_port()
    environment = {
        **os.environ,
        "MATCHMAKING_DATABASE_URL": url,
        "MATCHMAKING_QUEUE_URL": services.redis_url(),
        "MATCHMAKING_INSTANCE": str(tmp_path / "instance"),
        "MATCHMAKING_MAIL_BACKEND": "console",
        "MATCHMAKING_ARGON2_TIME_COST": "1",
        "MATCHMAKING_RATE_LIMITS": "no",
        "MATCHMAKING_LOG_LEVEL": "ERROR",
    }
    running = Installation(f"http://127.0.0.1:{port}", url, environment)
    running.flask("db", "upgrade")
    log = (tmp_path / "log").open("wb")
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "app:app",
        "-w",
        "3",
        "-k",
        "gthread",
        "--threads",
        "4",
        "-b",
        f"127.0.0.1:{port}",
    ]
    worker = [str(Path(sys.executable).with_name("huey_consumer")), "matchmaking.worker.huey", "-w", "2"]
    parts = [subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) for command in (web, worker)]
    try:
        try:
            until(lambda: _is_ready(running.address), "/readyz answers 200")
        except AssertionError as error:
            raise AssertionError(last_words(tmp_path / "log", running.address)) from error
        yield running
    finally:
        for part in parts:
            part.terminate()
        for part in parts:
            part.wait(PATIENCE_SECONDS)
        log.close()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def chief(installation: Installation) -> Visitor:
    """The organiser's browser, with an event that takes registrations."""
    return make_open_event(installation)


def make_open_event(installation: Installation) -> Visitor:
    """Make the first organiser and an event that takes registrations; return the organiser's browser."""
    installation.flask(
        "users", "create", "--name", "Panitia Contoh", "--email", "panitia@contoh.example", "--password", PASSWORD
    )
    chief = Visitor(installation.address)
    _status, page = chief.get("/log-in")
    status, _page = chief.post(
        "/log-in", csrf_token=hidden(page, "csrf_token"), login="panitia@contoh.example", password=PASSWORD
    )
    assert status == 200
    _status, page = chief.get("/manage/new")
    fields = {"name": "Acara Uji", "code": "acara-uji", "starts_on": "2099-05-14", "ends_on": "2099-05-14"}
    status, _page = chief.post("/manage/new", csrf_token=hidden(page, "csrf_token"), **fields)
    assert status == 200
    opened = datetime.now(UTC) - timedelta(hours=1)
    installation.write("UPDATE event SET state = 'open', registration_opens_at = %s", opened)
    return chief


def test_sixteen_senders_of_one_form_over_two_workers_store_one_entry(
    installation: Installation, chief: Visitor
) -> None:
    assert chief.get("/manage")[0] == 200
    phone = Visitor(installation.address)
    _status, page = phone.get("/events/acara-uji/register/buyer")
    form = {
        "csrf_token": hidden(page, "csrf_token"),
        "submission_key": hidden(page, "submission_key"),
        "legal_name": "Dinas Contoh",
        "buyer_type": "regional_agency",
        "delegates-0-name": "Peserta Contoh 01",
        "delegates-0-phone": "081200000001",
        "consent_registration": "y",
    }
    statuses: list[int] = []
    barrier = threading.Barrier(16)

    def send() -> None:
        barrier.wait()
        statuses.append(phone.post("/events/acara-uji/register/buyer", **form)[0])

    senders = [threading.Thread(target=send) for _number in range(16)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert statuses == [200] * 16
    assert installation.rows("SELECT count(*) FROM participation") == [(1,)]
    assert installation.rows("SELECT count(*) FROM delegate") == [(1,)]
    assert installation.flask("audit", "verify").startswith("intact")


def test_job_goes_through_redis_to_a_worker_and_its_page_shows_the_outcome(
    installation: Installation, chief: Visitor
) -> None:
    _status, page = chief.get("/manage/acara-uji/settings/mail")
    server = {"host": "127.0.0.1", "port": "1", "security": "none", "from_address": "a@contoh.example"}
    status, page = chief.post("/manage/acara-uji/settings/mail", csrf_token=hidden(page, "csrf_token"), **server)
    assert status == 200
    token = hidden(page, "csrf_token")
    status, _page = chief.post("/manage/acara-uji/settings/mail/test", csrf_token=token, to_address="b@contoh.example")
    assert status == 200
    until(lambda: installation.rows("SELECT state FROM job") == [("done",)], "the worker has run the job")
    code = installation.rows("SELECT code FROM job")[0][0]
    assert chief.get(f"/manage/acara-uji/settings/mail/test/{code}")[0] == 200
