"""The application of the tests, made once per process and kind of database, and led to each test's own database.

Making it takes half a second (four hundred addresses are compiled) and it learns as it goes: templates, SQL statements.
What a test may change is put back before the next: settings, instance folder, job queue. The connections are new for
each test; only where they lead is told to the engine at the moment it connects.
"""

from __future__ import annotations

import copy
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import TestResponse

from matchmaking.config import load_settings
from matchmaking.extensions import db, limiter
from matchmaking.factory import create_app
from matchmaking.jobs import services as jobs
from tests import lock_order

SETTINGS = {
    "SECRET_KEY": "only-for-tests",
    "MAIL_BACKEND": "memory",
    "ARGON2_TIME_COST": 1,
    "RATE_LIMITS": False,
    "LOG_LEVEL": "ERROR",
}


#: Where the processes of this run keep their compiled templates: each is compiled once, not once for each application.
templates: Path | None = None


class Browser(FlaskClient):
    """A client whose requests share nothing with those before but its cookies.

    Tests run inside one application context, and so requests would share its ``g``: the person whom Flask-Login found
    first would stay logged in for every other browser.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            vars(g._get_current_object()).clear()
        return super().open(*args, **kwargs)


def make_app(url: str, instance: Path, **overrides: object) -> Flask:
    """Return an application on the database at ``url``; jobs are kept in ``app.config["PUSHED_JOBS"]`` instead of queued."""
    app = create_app({**SETTINGS, "DATABASE_URL": url, **overrides}, instance=instance)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PUSHED_JOBS=[])
    app.test_client_class = Browser
    if templates is not None:
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(templates))
    jobs.set_queue(app.config["PUSHED_JOBS"].append)
    with app.app_context():
        lock_order.watch(db.engine)
    return app


@dataclass
class _Shared:
    """An application, its settings and static folder as they were made, and the database its engine connects to."""

    app: Flask
    settings: dict[str, Any]
    static: str | None
    address: sa.URL


_made: dict[str, _Shared] = {}


def on(url: str, instance: Path) -> Flask:
    """Return this process's application, on the database at ``url`` and with an instance folder of its own."""
    kind = sa.make_url(url).get_backend_name()
    if kind not in _made:
        _made[kind] = _make(url, instance)
    shared = _made[kind]
    instance.mkdir(parents=True, exist_ok=True)
    settings = load_settings(instance, {**SETTINGS, "DATABASE_URL": url})
    shared.app.instance_path = str(instance)
    shared.app.static_folder = shared.static
    shared.app.config.clear()
    shared.app.config.update(copy.deepcopy(shared.settings))
    shared.app.config.update(settings, SQLALCHEMY_DATABASE_URI=settings["DATABASE_URL"], PUSHED_JOBS=[])
    shared.address = sa.make_url(settings["DATABASE_URL"])
    jobs.set_queue(shared.app.config["PUSHED_JOBS"].append)
    limiter.enabled = False
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))  # what it is now: pytest changes it
    return shared.app


def _make(url: str, instance: Path) -> _Shared:
    app = make_app(url, instance)
    with app.app_context():
        engine = db.engine
    shared = _Shared(app, dict(app.config), app.static_folder, engine.url)

    @sa.event.listens_for(engine, "do_connect")
    def lead(dialect: sa.Dialect, _record: object, arguments: list[Any], options: dict[str, Any]) -> None:
        """Put the address of the test that runs in the place of the one the engine was made with."""
        arguments[:], named = dialect.create_connect_args(shared.address)
        options.update(named)
        if dialect.name == "postgresql":
            options["options"] = "-c synchronous_commit=off"  # the data lives for one test

    @sa.event.listens_for(engine, "connect")
    def hurry(connection: Any, _record: object) -> None:
        if engine.dialect.name == "sqlite":
            connection.execute("PRAGMA synchronous = OFF")  # likewise; that the product says FULL is a test of its own

    return shared
