"""The doctor: each finding both ways."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.codes import new_code
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.operations.doctor import examine
from matchmaking.storage.models import StoredFile
from tests.world import World


def sentences(*, errors: bool) -> str:
    with force_locale("en"):
        return "\n".join(f.sentence for f in examine() if f.is_error is errors)


@pytest.fixture
def alive(app: Flask) -> Flask:
    (Path(app.instance_path) / "worker.alive").touch()
    return app


def test_worker_without_sign_of_life_is_a_warning(app: Flask) -> None:
    assert "worker" in sentences(errors=False)
    (Path(app.instance_path) / "worker.alive").touch()
    assert "worker" not in sentences(errors=False)


def test_installation_without_organiser_is_said(alive: Flask, world: World) -> None:
    assert "no organiser" in sentences(errors=False)
    world.user(is_administrator=True)
    assert "no organiser" not in sentences(errors=False)


def test_demo_accounts_on_an_open_network_are_an_error(alive: Flask, world: World) -> None:
    world.user(is_demo=True)
    assert "Demo accounts" not in sentences(errors=True)
    alive.config["BIND_HOST"] = "0.0.0.0"
    assert "Demo accounts" in sentences(errors=True)


def test_private_public_address_of_a_real_event_is_said(alive: Flask, world: World) -> None:
    world.event(name="Demo", is_demo=True, public_address="http://127.0.0.1:8000")
    assert "127.0.0.1" not in sentences(errors=False)
    world.event(name="Nyata", public_address="http://192.168.1.4")
    assert "192.168.1.4" in sentences(errors=False)


def test_file_missing_on_disk_is_an_error_and_a_stray_one_a_warning(alive: Flask, world: World) -> None:
    folder = Path(alive.instance_path) / "files" / "AB"
    folder.mkdir(parents=True)
    (folder / "ABSTRAY").write_bytes(b"x")
    assert "1 files on the disk belong to nothing" in sentences(errors=False)
    row = {"purpose": "photo", "media_type": "image/png", "sha256": "0" * 64, "size": 1, "created_at": clock.now()}
    world.save(StoredFile(code=new_code(26), **row))
    assert "1 stored files are missing" in sentences(errors=True)


def test_changed_audit_trail_is_an_error(alive: Flask, world: World) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE audit_head SET sequence = 3"))
    assert "audit trail is broken" in sentences(errors=True)


def test_database_behind_the_migrations_is_an_error_and_ends_the_examination(alive: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    with force_locale("en"):
        errors = [finding for finding in examine() if finding.is_error]
    assert len(errors) == 1
    assert "db upgrade" in errors[0].sentence
