"""Fixtures: a migrated database per test (a copy of one template), the application, clients, the world's builders.

A test runs on SQLite; ``@pytest.mark.parametrize("database", BOTH, indirect=True)`` runs it on PostgreSQL too.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from matchmaking.extensions import db, limiter
from matchmaking.mail import backends
from tests import services, shared_app
from tests.shared_app import make_app
from tests.world import World
from tools import translations


def pytest_configure() -> None:
    """Tests read the words as they stand now, also when pytest is called by itself; no property test fails by a clock."""
    translations.compile_all()
    hypothesis.settings.register_profile("any machine", deadline=None, print_blob=True)
    hypothesis.settings.load_profile("any machine")


#: Folders whose tests take seconds each: they go first, so that none is left over at the end for one process alone.
LONG = ("tests/flows/", "tests/browser/", "tests/tools/", "tests/operations/", "tests/architecture/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first; within a folder the order stays."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(autouse=True)
def _no_event_loop_of_the_browsers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Playwright's loop counts as running in this thread until its process ends; where no browser is used, nothing does.

    Without this, what calls ``asyncio.run`` (pyHanko's signing) fails in a process that had a browser's test before.
    """
    if "browser" in request.fixturenames:
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session", autouse=True)
def _compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let all processes of this run share the templates that one has compiled."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    shared_app.templates = folder / "compiled-templates"
    shared_app.templates.mkdir(exist_ok=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.sqlite3"
    app = make_app(f"sqlite:///{path}", folder)
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    name = f"temu_template_{secrets.token_hex(6)}"
    _postgres(f'CREATE DATABASE "{name}"')
    app = make_app(_postgres_database(name), tmp_path_factory.mktemp("pg-template"))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    yield name
    _postgres(f'DROP DATABASE "{name}" WITH (FORCE)')


def _postgres(statement: str) -> None:
    with psycopg.connect(services.postgres_url(), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def _postgres_database(name: str) -> str:
    return services.postgres_url().rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of this test's own migrated database."""
    if getattr(request, "param", "sqlite") == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    name = f"temu_test_{secrets.token_hex(6)}"
    _postgres(f'CREATE DATABASE "{name}" TEMPLATE "{request.getfixturevalue("postgres_template")}"')
    yield _postgres_database(name)
    _postgres(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on this test's database; made once per process and kind of database, see tests/shared_app.py."""
    application = shared_app.on(database, tmp_path / "instance")
    backends.delivered.clear()
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def own_app(database: str, tmp_path: Path) -> Iterator[Flask]:
    """An application that nobody else has, for a test that adds pages to it: Flask refuses that after the first request."""
    application = make_app(database, tmp_path / "instance")
    limiter.enabled = False
    backends.delivered.clear()
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)
