"""The doctor: each finding both ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.codes import new_code
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.operations.backup.instance import UNFINISHED, instance, note_backup
from matchmaking.operations.doctor import examine, last_backup_sentence
from matchmaking.storage.models import StoredFile
from tests.world import DAY, World


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


def test_an_event_that_is_near_without_a_fresh_backup_is_said(alive: Flask, world: World) -> None:
    for values in (
        {"is_test": True},
        {"is_demo": True},
        {"state": "draft"},
        {"starts_on": DAY + timedelta(9), "ends_on": DAY + timedelta(9)},
    ):
        world.event(**values)
    world.event(name="Nyata")
    midnight = datetime(2023, 5, 9, 17, tzinfo=UTC)  # in Lampung: the day before begins
    wanted = "Nyata is near, and there is no backup of the last 24 hours: ./dev flask backup FILE"

    def told(at: datetime) -> list[str]:
        with clock.frozen(at):
            return [line for line in sentences(errors=False).splitlines() if "backup" in line]

    assert told(midnight - timedelta(seconds=1)) == []
    assert told(midnight) == [wanted]
    assert told(midnight + timedelta(days=2) - timedelta(seconds=1)) == [wanted]
    assert told(midnight + timedelta(days=2)) == []
    note_backup(instance(), midnight, Path("malam.backup"))
    assert told(midnight + timedelta(days=1)) == []
    assert told(midnight + timedelta(days=1, seconds=1)) == [wanted]


def test_the_last_backup_is_told(alive: Flask) -> None:
    with force_locale("en"):
        assert last_backup_sentence() == "No backup has been taken yet: ./dev flask backup FILE"
        note_backup(instance(), datetime(2023, 5, 10, 14, 5, tzinfo=UTC), Path("malam.backup"))
        assert last_backup_sentence() == "Last backup: 10 May 2023, 21:05 WIB, malam.backup"
    printed = alive.test_cli_runner().invoke(args=["doctor"]).stdout.splitlines()
    assert printed[-1] == "Cadangan terakhir: 10 Mei 2023, 21.05 WIB, malam.backup"
    (instance() / "last-backup.json").write_text("[]", encoding="utf-8")
    with force_locale("en"):
        assert last_backup_sentence() == "No backup has been taken yet: ./dev flask backup FILE"


def test_a_restore_that_was_cut_off_is_an_error(alive: Flask) -> None:
    assert "cut off" not in sentences(errors=True)
    (instance() / UNFINISHED).touch()
    assert "A restore was cut off in between." in sentences(errors=True)
