"""Settings: ``MATCHMAKING_*`` environment variables over ``instance/config.py`` over these defaults."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

#: Largest request body; photos are shrunk on the phone, so this only bounds spreadsheets and unshrunk photos.
MAX_REQUEST_BYTES = 24 * 1024 * 1024

DEFAULTS: dict[str, Any] = {
    "DATABASE_URL": "",  # default: instance/matchmaking.sqlite3
    "DATABASE_WAIT_MS": 15_000,  # SQLite: how long a writer waits for the one before it
    "QUEUE_URL": "",  # default: instance/queue.sqlite3
    "LIMITER_URL": "",  # default: memory, or the queue's Redis
    "MAIL_BACKEND": "",  # console, memory or smtp; default: smtp where an event has settings, else console
    "PUBLIC_ADDRESS": "",  # the address people reach the installation at, for links in mail and on paper
    "SECRET_KEY": "",  # default: made once in instance/secret_key
    "SEAL_PASSPHRASE": "",  # encrypts the seal's own key; default: derived from SECRET_KEY
    "SEAL_CERTIFICATE": "",  # a PKCS#12 file from outside that seals instead of the own key
    "SEAL_CERTIFICATE_PASSWORD": "",
    "SEAL_TIMESTAMP_URL": "",  # a timestamp service (RFC 3161); default: none, the seal's time is this computer's
    "BIND_HOST": "127.0.0.1",  # set by ./dev run; demo log-ins work on loopback only
    "HTTPS_PORT": 0,  # set by ./dev run --venue: where tablets reach the application; 0: not in the hall
    "TRUST_PORT": 0,  # likewise: where the trust page answers; 0: the certificate is a public one
    "COOKIES_SECURE": "auto",  # auto: secure unless bound to loopback without TLS
    "TRUSTED_PROXIES": 0,  # number of reverse proxies in front
    "SOLVER_WORKERS": 2,
    "SOLVER_SECONDS": 60,
    "LOG_LEVEL": "INFO",
    "ARGON2_TIME_COST": 3,
    "RATE_LIMITS": True,
}


def load_settings(instance: Path, overrides: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the settings in force, with every default filled in.

    Args:
        instance: folder of the database, uploads, keys and ``config.py``.
        overrides: values that win over everything (tests).
    """
    settings = dict(DEFAULTS)
    settings.update(_from_file(instance / "config.py"))
    settings.update(_from_environment())
    settings.update(overrides or {})
    settings["DATABASE_URL"] = _driver_named(settings["DATABASE_URL"]) or f"sqlite:///{instance}/matchmaking.sqlite3"
    settings["QUEUE_URL"] = settings["QUEUE_URL"] or f"sqlite:///{instance}/queue.sqlite3"
    settings["LIMITER_URL"] = settings["LIMITER_URL"] or _limiter_url(settings["QUEUE_URL"])
    settings["SECRET_KEY"] = settings["SECRET_KEY"] or _secret_key(instance)
    return settings


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    namespace: dict[str, Any] = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), namespace)  # noqa: S102 - the owner's own file
    return {key: value for key, value in namespace.items() if key in DEFAULTS}


def _from_environment() -> dict[str, Any]:
    found = {key: os.environ[f"MATCHMAKING_{key}"] for key in DEFAULTS if f"MATCHMAKING_{key}" in os.environ}
    return {key: _typed(value, DEFAULTS[key]) for key, value in found.items()}


def _typed(value: str, example: Any) -> Any:
    if isinstance(example, bool):
        return value.lower() in {"1", "true", "yes", "on"}
    return int(value) if isinstance(example, int) else value


def _driver_named(url: str) -> str:
    """Name psycopg 3 for the plain PostgreSQL spellings."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _limiter_url(queue_url: str) -> str:
    """Several web workers must share their counters; without Redis each worker counts for itself."""
    return queue_url if queue_url.startswith("redis") else "memory://"


def _secret_key(instance: Path) -> str:
    """Read the installation's secret, making it on the first start; two first starts at once agree on one."""
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()
