"""Tablets sign through a bad network while the server is killed: is every acknowledged commitment stored once, as it was signed?

    ./dev bench sync_faults [--database URL] [--tablets 20] [--commitments 1000] [--kills 10] [--seed 1] [--seconds 900]

Simulated tablets sign commitments and send them through a proxy on 127.0.0.1 that drops, delays, duplicates and cuts, while the
real server (gunicorn, as ./dev run starts it) is killed with SIGKILL and started again. Then every record that a tablet saw
acknowledged is looked for in the tables. Last, without faults, the same tablets sync as fast as they can, beside bare inserts
of the same records into the same database. ``--database``: an SQLite file that does not exist yet (default: a temporary one), or
a PostgreSQL server, where a database of its own is made and dropped. Exit status 0 only when nothing is lost, duplicated,
altered or numbered twice.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import queue
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from matchmaking import clock
from matchmaking.actor import SYSTEM
from matchmaking.codes import new_code
from matchmaking.commitments.models import Commitment, Signature
from matchmaking.commitments.queries.checking import broken_records
from matchmaking.commitments.sync_models import ReceivedRecord
from matchmaking.events.models import DeviceKind, Event, EventState
from matchmaking.events.services.devices import add_device, enrol_device
from matchmaking.extensions import db
from matchmaking.factory import create_app
from matchmaking.registration.models import BuyerType, Organization, Participation, ParticipationState, Side
from matchmaking.transactions import transaction
from tools import serving

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN = 300.0  # a machine that many share
#: Share of the commitments that are synced once more without faults, to measure speed.
SPEED_SHARE = 5


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# --- the server


class Server:
    """Gunicorn as ``./dev run`` starts it, on a port that stays taken while it is dead."""

    def __init__(self, environment: dict[str, str], instance: Path) -> None:
        (instance / "log").mkdir(parents=True, exist_ok=True)
        self.environment = environment
        options = serving.Options("127.0.0.1", free_port(), load_demo=False, is_venue=False)
        self.listener = serving._listen(options, options.port)
        self.port = int(self.listener.getsockname()[1])
        self.part = serving._web_part(
            serving.Options("127.0.0.1", self.port, load_demo=False, is_venue=False), self.listener, instance
        )

    def start(self) -> None:
        self.part.start(self.environment)
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5),
            ):
                return
            time.sleep(0.2)
        raise SystemExit("The server did not start; its log: " + str(self.part.log))

    def kill(self) -> None:
        """End it and its workers at once, as a power cut would."""
        if self.part.process:
            self.part.sweep()
            self.part.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- the world


@contextlib.contextmanager
def own_database(given: str, folder: Path) -> Iterator[str]:
    """Yield the address of a database that nobody else has."""
    if not given.startswith("postgres"):
        path = Path(given.removeprefix("sqlite:///")) if given else folder / "bench.sqlite3"
        if path.exists():
            raise SystemExit(f"{path} exists: give a file that does not, this benchmark fills it.")
        yield f"sqlite:///{path}"
        return
    server = given.replace("postgresql+psycopg://", "postgresql://").replace("postgres://", "postgresql://")
    name = f"temu_sync_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
        try:
            yield server.rsplit("/", 1)[0] + f"/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]


def build_world(tablets: int) -> list[str]:
    """Make an event with a few parties; return the secrets of its tablets."""
    now, today = clock.now(), clock.today()
    with transaction():
        event = Event(
            code="uji-sinkron", name="Uji sinkron", venue="Aula", starts_on=today, ends_on=today + timedelta(days=1),
            state=EventState.OPEN, created_at=now, is_test=True,
        )  # fmt: skip
        db.session.add(event)
        db.session.flush()
        for number in range(12):
            _add_entry(event.id, Side.BUYER if number % 2 else Side.EXHIBITOR, number)
        event_id = event.id
    return [_enrolled(event_id, number) for number in range(tablets)]


def _add_entry(event_id: int, side: Side, number: int) -> None:
    now, name = clock.now(), f"Contoh {number:02d}"
    organization = Organization(
        code=new_code(12), side=side, legal_name=name, name_key=name.casefold(), created_at=now, updated_at=now,
        buyer_type=BuyerType.REGIONAL_AGENCY if side is Side.BUYER else None,
    )  # fmt: skip
    db.session.add(organization)
    db.session.flush()
    entry = Participation(
        code=new_code(12), event_id=event_id, organization_id=organization.id, side=side,
        state=ParticipationState.APPROVED, reason="", submitted_at=now,
    )  # fmt: skip
    db.session.add(entry)


def _enrolled(event_id: int, number: int) -> str:
    with transaction():
        code = add_device(SYSTEM, event_id, DeviceKind.TABLET, f"Tablet {number + 1}").code
    with transaction():
        return enrol_device(code).token


# --- a round of tablets


@dataclass
class Round:
    """What the tablets saw."""

    acknowledged: list[dict[str, str]] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    left: int = 0
    kills: int = 0
    seconds: float = 0.0
    syncing: float = 0.0  # seconds from the moment all tablets were ready to send


def run_round(plan: dict[str, Any], server: Server, kills: int) -> Round:
    """Let the tablets work, killing the server at evenly spread moments; return what they saw."""
    folder = Path(plan["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    total = sum(plan["shares"])
    begun, seen = time.monotonic(), Round()
    words = [sys.executable, str(ROOT / "benchmarks" / "_simulated_tablets.py"), str(folder / "plan.json")]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as tablets:
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=_read, args=(tablets, lines), daemon=True).start()
        while (line := lines.get()) is not None:
            _note(seen, json.loads(line))
            if seen.kills < kills and len(seen.acknowledged) >= total * (seen.kills + 1) // (kills + 2):
                server.kill()
                seen.kills += 1
                say(f"  server killed ({seen.kills}), {len(seen.acknowledged)} of {total} acknowledged")
                server.start()
    if tablets.returncode:
        raise SystemExit("The simulated tablets ended with an error.")
    seen.left = len(list(folder.glob("*/*.json")))
    seen.seconds = time.monotonic() - begun
    return seen


def _read(tablets: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    if tablets.stdout:
        for line in tablets.stdout:
            lines.put(line)
    lines.put(None)


def _note(seen: Round, line: dict[str, Any]) -> None:
    if "record_id" in line:
        seen.acknowledged.append(line)
    elif "faults" in line:
        seen.faults, seen.syncing = line["faults"], line["syncing"]
    else:
        seen.refused.append(line)


# --- what the tables say


def audit_tables(acknowledged: list[dict[str, str]]) -> dict[str, int]:
    """Compare what was acknowledged with what is stored."""
    rows = db.session.execute(
        sa.select(Commitment.record_id, Commitment.content_hash, Commitment.number, Commitment.serial)
    ).all()
    by_id = Counter(row.record_id for row in rows)
    hashes = {row.record_id: row.content_hash for row in rows}
    received = Counter(
        tuple(row) for row in db.session.execute(sa.select(ReceivedRecord.record_id, ReceivedRecord.record_hash))
    )
    signed = Counter(
        db.session.scalars(sa.select(Commitment.record_id).join(Signature, Signature.commitment_id == Commitment.id))
    )
    told = {line["record_id"]: line for line in acknowledged}
    kept_aside = {line["record_id"] for line in acknowledged if line["outcome"] == "needs_review"}
    lost = [
        record_id for record_id, line in told.items()
        if not received[record_id, line["record_hash"]] or (record_id not in by_id and record_id not in kept_aside)
    ]  # fmt: skip
    contents = Counter(row.content_hash for row in rows)
    duplicated = sum(count - 1 for counts in (by_id, received, contents) for count in counts.values())
    duplicated += sum(max(0, count - 2) for count in signed.values())
    altered = sum(record_id in hashes and hashes[record_id] != line["content_hash"] for record_id, line in told.items())
    altered += sum(problem is not None for _number, problem in broken_records())
    altered += sum(signed[record_id] < 2 for record_id in told if record_id in by_id)
    numbers = [Counter(row.number for row in rows), Counter(row.serial for row in rows)]
    return {
        "acknowledged": len(told),
        "stored": len(rows),
        "lost": len(lost),
        "duplicated": duplicated,
        "altered": altered,
        "numbers_twice": sum(count - 1 for counts in numbers for count in counts.values()),
    }


def insert_rate(count: int) -> float:
    """Return how many received records a second the database takes as bare single inserts, each committed by itself."""
    payloads = list(db.session.scalars(sa.select(ReceivedRecord.payload).limit(count)))
    db.session.rollback()
    bare = sa.Table(
        "bench_insert", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("payload", sa.JSON)
    )
    bare.create(db.engine)
    begun = time.perf_counter()
    with db.engine.connect() as connection:
        for payload in payloads:
            connection.execute(bare.insert(), {"payload": payload})
            connection.commit()
    seconds = time.perf_counter() - begun
    bare.drop(db.engine)
    return len(payloads) / seconds


# --- the whole


def shares(count: int, tablets: int) -> list[int]:
    return [count // tablets + (number < count % tablets) for number in range(tablets)]


def bench(options: argparse.Namespace, url: str, folder: Path) -> dict[str, Any]:
    environment = {
        **os.environ, "MATCHMAKING_DATABASE_URL": url, "MATCHMAKING_INSTANCE": str(folder / "instance"),
        "MATCHMAKING_QUEUE_URL": f"sqlite:///{folder}/queue.sqlite3", "MATCHMAKING_BIND_HOST": "127.0.0.1",
        "FLASK_APP": str(ROOT / "app.py"), "PYTHONPATH": str(ROOT), "MATCHMAKING_LOG_LEVEL": "WARNING",
    }  # fmt: skip
    app = create_app({"DATABASE_URL": url, "LOG_LEVEL": "ERROR"}, instance=folder / "instance")
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        secrets_of_tablets = build_world(2 * options.tablets)
        db.session.remove()
        db.engine.dispose()
    server = Server(environment, folder / "instance")
    server.start()
    try:
        return _measure(options, app, server, folder, secrets_of_tablets)
    finally:
        server.kill()
        server.listener.close()


def _measure(
    options: argparse.Namespace, app: Flask, server: Server, folder: Path, tablets: list[str]
) -> dict[str, Any]:
    plan = {
        "secrets": tablets[: options.tablets], "shares": shares(options.commitments, options.tablets), "seed": options.seed,
        "seconds": options.seconds, "server_port": server.port, "folder": str(folder / "faulty"), "faults": True,
    }  # fmt: skip
    say(f"{options.commitments} commitments from {options.tablets} tablets through the faulty proxy …")
    faulty = run_round(plan, server, options.kills)
    say(f"  done in {faulty.seconds:.0f} s; requests: {faulty.faults}")
    extra = max(options.tablets, options.commitments // SPEED_SHARE)
    clean_plan = {
        **plan, "secrets": tablets[options.tablets :], "seed": options.seed + 1, "folder": str(folder / "clean"), "faults": False,
        "shares": shares(extra, options.tablets),
    }  # fmt: skip
    say(f"{extra} more without faults, as fast as they can …")
    clean = run_round(clean_plan, server, 0)
    with app.app_context():
        found = audit_tables([*faulty.acknowledged, *clean.acknowledged])
        found["acknowledged_under_faults"] = len(faulty.acknowledged)
        found["unacknowledged_on_tablets"] = faulty.left + clean.left
        missing = options.commitments + extra - found["acknowledged"] - found["unacknowledged_on_tablets"]
        found["lost"] += max(0, missing)
        rate = insert_rate(min(200, found["stored"] or 1))
        db.session.remove()
        db.engine.dispose()
    refused = len(faulty.refused) + len(clean.refused)
    return {
        **found, "rejected": refused, "kills": faulty.kills, "faults": faulty.faults, "seconds": round(faulty.seconds, 1),
        "syncs_per_second": round(len(clean.acknowledged) / clean.syncing, 1), "inserts_per_second": round(rate, 1),
    }  # fmt: skip


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench sync_faults", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--database", default="", help="sqlite:///FILE (new), or postgresql://… of a server")
    parser.add_argument("--tablets", type=int, default=20)
    parser.add_argument("--commitments", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=900.0, help="give up after this long")
    options = parser.parse_args(arguments)
    if not (0 < options.tablets <= 200 and 0 < options.commitments <= 100_000 and 0 <= options.kills <= 100):
        parser.error("1 to 200 tablets, 1 to 100000 commitments, 0 to 100 kills")
    return options


def report(found: dict[str, Any]) -> int:
    """Print what was found, the object last; return the exit status."""
    names = {"acknowledged": "acknowledged", "stored": "stored", "lost": "lost", "duplicated": "duplicated", "altered": "altered",
             "numbers_twice": "numbers given twice", "unacknowledged_on_tablets": "not acknowledged, still on their tablets",
             "rejected": "answers 'rejected'", "syncs_per_second": "syncs per second, without faults",
             "inserts_per_second": "bare inserts per second"}  # fmt: skip
    for name, words in names.items():
        print(f"{words:>42}: {found[name]}")
    print(json.dumps(found))
    wrong = ("lost", "duplicated", "altered", "numbers_twice", "rejected", "unacknowledged_on_tablets")
    return 1 if any(found[name] for name in wrong) else 0


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="temu-sync-") as name:
        folder = Path(name)
        (folder / "instance").mkdir()
        with own_database(options.database, folder) as url:
            return report(bench(options, url, folder))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
