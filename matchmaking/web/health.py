"""``/healthz`` and ``/readyz``: is the process alive, and is everything it needs there."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify
from werkzeug.wrappers import Response

from matchmaking.config import ROOT
from matchmaking.extensions import db, limiter
from matchmaking.permissions import public
from matchmaking.transactions import abandon

health = Blueprint("health", __name__)

#: The worker touches its file every minute; twice that long without it means it is gone.
WORKER_SILENCE_SECONDS = 150
WORKER_FILE = "worker.alive"


@health.get("/healthz")
@public
@limiter.exempt
def alive() -> Response:
    """Answer while the process lives."""
    return jsonify(status="alive")


@health.get("/readyz")
@public
@limiter.exempt
def ready() -> tuple[Response, int]:
    """Answer 200 when database, migrations, worker and storage are ready, else 503 and which one is not."""
    problems = readiness_problems()
    return jsonify(status="not ready" if problems else "ready", problems=problems), 503 if problems else 200


def readiness_problems() -> list[str]:
    """Return the names of what is not ready."""
    checks: dict[str, Callable[[], bool]] = {
        "database": _database_answers,
        "migrations": _is_migrated,
        "worker": _worker_lives,
        "storage": _can_store,
    }
    return [name for name, check in checks.items() if not _holds(check)]


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        abandon()
        return False


def _database_answers() -> bool:
    return db.session.scalar(sa.select(1)) == 1


def _is_migrated() -> bool:
    current = MigrationContext.configure(db.session.connection()).get_current_heads()
    return set(current) == set(ScriptDirectory(str(ROOT / "migrations")).get_heads())


def _worker_lives() -> bool:
    path = Path(current_app.instance_path) / WORKER_FILE
    return path.exists() and time.time() - path.stat().st_mtime < WORKER_SILENCE_SECONDS


def _can_store() -> bool:
    probe = Path(current_app.instance_path) / "files" / ".probe"
    probe.parent.mkdir(parents=True, exist_ok=True)
    probe.write_bytes(b"ok")
    probe.unlink()
    return True
