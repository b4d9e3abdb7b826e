"""A passphrase that costs nothing to try, and installations to restore into."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask, has_app_context

from matchmaking import i18n
from matchmaking.extensions import db
from matchmaking.operations.backup import container, restoring, tables
from tests import shared_app
from tests.conftest import _postgres, _postgres_database
from tests.operations.backup.places import Elsewhere, Run
from tests.world import World

PASSPHRASE = "kata sandi yang panjang"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "USUAL_COST", container.Cost(log2_n=4))


@pytest.fixture
def quick_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restores that are not about migrations make their tables from the models: a tenth of a second, not one."""

    def make(connection: sa.Connection, revision: str) -> None:
        if tables.revision_of(connection) is None:
            db.metadata.create_all(connection)
            connection.exec_driver_sql(f"CREATE TABLE {tables.REVISION_TABLE} (version_num VARCHAR(32) NOT NULL)")
            connection.exec_driver_sql(f"INSERT INTO {tables.REVISION_TABLE} VALUES ('{revision}')")

    monkeypatch.setattr(restoring, "migrate", make)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """Run ``flask backup`` or ``restore`` on an application, with the passphrase from a file."""
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")

    def invoke(app: Flask, *words: object, passphrase: str | None = None) -> Result:
        given = tmp_path / "passphrase"
        if passphrase is not None:
            given = tmp_path / "other-passphrase"
            given.write_text(passphrase, encoding="utf-8")
        return app.test_cli_runner().invoke(args=[*map(str, words), "--passphrase-file", str(given)])

    return invoke


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line speaks English."""
    monkeypatch.setattr(i18n, "LOCALES", ("en", "id"))


@pytest.fixture
def file(app: Flask, world: World, run: Run, tmp_path: Path) -> Path:
    """A backup of this installation."""
    world.event(name="Dari cadangan")
    path = tmp_path / "a.backup"
    assert run(app, "backup", path).exit_code == 0
    return path


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Elsewhere]:
    """Make another installation, its database empty of tables or as the first start leaves it; go there."""
    with contextlib.ExitStack() as stack:

        def make(kind: str, url: str = "") -> Flask:
            name = f"temu_other_{secrets.token_hex(6)}"
            if not url and kind == "postgresql":
                _postgres(f'CREATE DATABASE "{name}"')
                stack.callback(_postgres, f'DROP DATABASE "{name}" WITH (FORCE)')
                url = _postgres_database(name)
            if has_app_context():
                _leave()
            folder = tmp_path / name
            app = shared_app.on(url or f"sqlite:///{folder}/matchmaking.sqlite3", folder)
            stack.enter_context(app.app_context())
            stack.callback(_leave)
            return app

        yield make


def _leave() -> None:
    db.session.remove()
    db.engine.dispose()
