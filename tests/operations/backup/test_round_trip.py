"""A backup restored on another computer, from and into both databases: every row, every file, every secret."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from matchmaking import clock
from matchmaking.audit.models import AuditEntry
from matchmaking.catalogue.models import Product
from matchmaking.extensions import db
from matchmaking.operations.backup import tables
from matchmaking.operations.backup.databases import PostgresTarget
from matchmaking.operations.backup.instance import last_backup
from matchmaking.operations.doctor import examine
from matchmaking.storage.services import Owner, keep_file, path_of
from matchmaking.transactions import transaction
from tests.architecture.test_migrations import fill_empty_tables, revisions
from tests.operations.backup.places import Elsewhere, Run, everything
from tests.world import BOTH, World

KEPT = {
    "keys/seal-1.p12": "key",
    "tls/authority-key.pem": "authority",
    "keys/Kunci Dinas.p12": "own",
    "demo-logins.txt": "x\ty",
}
SETTINGS = {
    "SECRET_KEY": "the-old-secret",
    "PUBLIC_ADDRESS": "https://temu.example",
    "SEAL_PASSPHRASE": 'it\'s \\ "so"',
}
CONTENT = bytes(range(256)) * 1000


def fill(app: Flask) -> str:
    """A row in each table, values that are easily spoiled, a file; returns the file's code."""
    for revision in revisions():
        upgrade(revision=revision)
        fill_empty_tables()
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            PostgresTarget("").finish(connection)  # the rows came with numbers of their own
    World(app).event(code="tapis", name="Temu “Bisnis” — ꦠꦥꦶꦱ 🧵\n\t\\N \\. 'x' \"y\" %s")
    with transaction():
        stored = keep_file(CONTENT, "surat.bin", "application/octet-stream", Owner("letter"))
        product = db.session.scalars(sa.select(Product)).first()
        assert product is not None
        product.local_content_percent, product.company_benefit_percent = Decimal("40.10"), None
        db.session.flush()
        code = stored.code
    with db.engine.begin() as connection:
        table = AuditEntry.__table__
        common = {"actor_kind": "system", "action": "x.y", "subject_type": "x", "subject_id": 1}
        for number, data in enumerate([{"ä": [1, 1.5, None, {"deep": "\u2028"}]}, {}, {"big": 2**60}, None], 50):
            at, own = datetime(2023, 5, 11, 2, 0, 0, number, tzinfo=UTC), str(number) * 32
            values = {**common, "sequence": number, "at": at, "data": data, "previous_hash": own, "hash": own}
            connection.execute(sa.insert(table).values(values))
    return code


def first_difference(was: dict[str, Any], now: dict[str, Any]) -> list[Any]:
    return [(name, was[name], now.get(name)) for name in was if was[name] != now.get(name)][:1]


@pytest.mark.usefixtures("quick_schema")
@pytest.mark.parametrize("here", BOTH)
def test_every_row_file_and_secret_comes_back_in_both_databases(
    run: Run, elsewhere: Elsewhere, tmp_path: Path, here: str
) -> None:
    app = elsewhere(here)
    code = fill(app)
    folder = Path(app.instance_path)
    for name, text in KEPT.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    app.config.update(SETTINGS)
    was = everything()
    assert [name for name, rows in was.items() if not rows] == []
    file = tmp_path / "malam.backup"
    done = run(app, "backup", file)
    assert (done.exit_code, done.stdout.startswith(f"{file}: ")) == (0, True), done.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    for there in BOTH:
        other = elsewhere(there)
        done = run(other, "restore", file)
        assert done.exit_code == 0, done.output
        assert first_difference(was, everything()) == []
        assert path_of(code).read_bytes() == CONTENT
        folder = Path(other.instance_path)
        assert {name: (folder / name).read_text(encoding="utf-8") for name in KEPT} == KEPT
        assert (folder / "secret_key").read_text(encoding="ascii") == SETTINGS["SECRET_KEY"]
        assert {name: other.config[name] for name in SETTINGS} == SETTINGS
        assert [path.name for path in folder.iterdir() if path.name.startswith((".", "before", "restore"))] == []
        # numbers go on after the largest one that is there
        assert World(other).event(code="baru") == max(row[0] for row in was["event"]) + 1


@pytest.mark.parametrize("there", BOTH)
def test_a_backup_of_an_older_revision_is_brought_up_to_date(
    app: Flask, run: Run, elsewhere: Elsewhere, tmp_path: Path, there: str
) -> None:
    older = elsewhere("postgresql" if there == "sqlite" else "sqlite")
    upgrade(revision="catalogue_2")
    fill_empty_tables()
    with db.engine.connect() as connection:
        assert tables.revision_of(connection) == "catalogue_2"
        counts = tables.row_counts(connection, list(tables.columns_of(connection)))
    assert min(counts.values()) > 0
    assert run(older, "backup", tmp_path / "old.backup").exit_code == 0
    other = elsewhere(there)
    done = run(other, "restore", tmp_path / "old.backup")
    assert done.exit_code == 0, done.output
    with db.engine.connect() as connection:
        assert tables.revision_of(connection) != "catalogue_2"
        assert tables.row_counts(connection, list(counts)) == counts
    assert [finding.sentence for finding in examine() if "db upgrade" in finding.sentence] == []


@pytest.mark.usefixtures("quick_schema")
@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_replacing_keeps_what_was_there_and_says_where(
    app: Flask, world: World, run: Run, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    world.event(name="Dari cadangan")
    assert run(app, "backup", tmp_path / "a.backup").exit_code == 0
    url = app.config["DATABASE_URL"]
    world.event(name="Sesudahnya")
    with transaction():
        code = keep_file(b"newer", "x", "text/plain", Owner("letter")).code
    was = everything()

    done = run(app, "restore", tmp_path / "a.backup")
    assert (done.exit_code, "--replace" in done.stderr) == (2, True)
    assert (everything(), path_of(code).read_bytes()) == (was, b"newer")

    with clock.frozen(datetime(2026, 11, 29, 20, 0, tzinfo=UTC)):
        done = run(app, "restore", tmp_path / "a.backup", "--replace")
    assert done.exit_code == 0, done.output
    assert [row[2] for row in everything()["event"]] == ["Dari cadangan"]
    assert not path_of(code).exists()
    aside = Path(app.instance_path) / "before-restore-20261129-200000"
    assert str(aside) in done.stdout
    assert (aside / "files" / code[:2] / code).read_bytes() == b"newer"
    if url.startswith("sqlite"):
        old = Path(sa.make_url(url).database or "").parent / aside.name / "test.sqlite3"
        assert str(old.parent) in done.stdout
        engine = sa.create_engine(f"sqlite:///{old}", poolclass=sa.NullPool)
        with engine.connect() as connection:
            assert list(connection.scalars(sa.text("SELECT name FROM event ORDER BY id"))) == [
                "Dari cadangan",
                "Sesudahnya",
            ]
    else:
        assert "before_restore_20261129_200000" in done.stdout
        with db.engine.connect() as connection:
            names = connection.scalars(sa.text("SELECT name FROM before_restore_20261129_200000.event ORDER BY id"))
            assert list(names) == ["Dari cadangan", "Sesudahnya"]


@pytest.mark.parametrize("there", BOTH)
def test_an_installation_that_was_only_started_counts_as_empty_and_leaves_nothing_aside(
    app: Flask, world: World, run: Run, elsewhere: Elsewhere, tmp_path: Path, there: str
) -> None:
    world.organizer(world.event(name="Dari cadangan"))
    was = everything()
    assert run(app, "backup", tmp_path / "a.backup").exit_code == 0
    other = elsewhere(there)
    upgrade()
    db.engine.dispose()
    folder = Path(other.instance_path)
    (folder / "secret_key").write_text("made at the start", encoding="ascii")
    (folder / "config.py").write_text("SOLVER_SECONDS = 5  # this computer is slow\n", encoding="utf-8")
    done = run(other, "restore", tmp_path / "a.backup")
    assert done.exit_code == 0, done.output
    assert first_difference(was, everything()) == []
    assert list(folder.glob("before*")) == []
    assert (
        (folder / "config.py").read_text(encoding="utf-8").startswith("SOLVER_SECONDS = 5  # this computer is slow\n")
    )
    if there == "postgresql":
        with db.engine.connect() as connection:
            assert sa.inspect(connection).get_schema_names() == ["information_schema", "public"]


@pytest.mark.usefixtures("quick_schema")
def test_the_time_of_the_backup_is_known_afterwards_on_both_computers(
    app: Flask, world: World, run: Run, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    assert last_backup() is None
    moment = datetime(2023, 5, 10, 14, 0, tzinfo=UTC)
    with clock.frozen(moment):
        run(app, "backup", tmp_path / "a.backup")
    here = last_backup()
    assert here is not None
    assert (here.taken_at, here.file) == (moment, str(tmp_path / "a.backup"))
    other = elsewhere("sqlite")
    with clock.frozen(moment + timedelta(hours=1)):
        run(other, "restore", tmp_path / "a.backup")
    assert last_backup() == here


def test_every_table_that_comes_with_rows_is_known(app: Flask) -> None:
    with db.engine.connect() as connection:
        counts = tables.row_counts(connection, list(tables.columns_of(connection)))
    assert {name for name, count in counts.items() if count} == tables.SEEDED
