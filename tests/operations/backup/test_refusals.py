"""What cannot be restored is said in one sentence in each language, with exit status 2, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import i18n
from matchmaking.extensions import db
from matchmaking.operations.backup import databases, instance, parts, restoring, tables, taking
from matchmaking.operations.backup.container import FORMAT, MAGIC, SealedReader, SealedWriter
from matchmaking.operations.backup.serving_lock import SERVING_LOCK, alone
from matchmaking.storage.services import Owner, keep_file, path_of
from matchmaking.transactions import transaction
from tests.operations.backup.conftest import PASSPHRASE
from tests.operations.backup.places import Elsewhere, Run, everything, said
from tests.world import BOTH, World

pytestmark = pytest.mark.usefixtures("quick_schema", "english")
NOTHING_CHANGED = "Nothing was changed."


def untouched(app: Flask) -> tuple[object, ...]:
    folder = Path(app.instance_path)
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.name != SERVING_LOCK)
    return everything(), [name for name in names if not name.endswith(("-wal", "-shm"))]


def changed(path: Path, place: int) -> bytes:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("spoil", "passphrase", "sentence"),
    [
        (lambda path: path.read_bytes(), "kata sandi yang lain", "This passphrase does not open {file}."),
        (lambda path: path.read_bytes()[:-200], PASSPHRASE, "{file} ends too early: it was not copied whole. Copy it again."),
        (lambda path: changed(path, -3000), PASSPHRASE, "{file} is damaged or was changed. Use another copy or another backup."),
        (lambda path: changed(path, 30), PASSPHRASE, "{file} is damaged or was changed. Use another copy or another backup."),
        (lambda _path: b"PK\x03\x04" * 500, PASSPHRASE, "{file} is no backup of this application."),
        (lambda _path: b"", PASSPHRASE, "{file} is no backup of this application."),
        (
            lambda path: MAGIC + (FORMAT + 1).to_bytes(2, "big") + path.read_bytes()[len(MAGIC) + 2 :], PASSPHRASE,
            "{file} has backup format 2, and this version reads format 1. Restore it with the version that made it.",
        ),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read(
    app: Flask, file: Path, run: Run, spoil: Callable[[Path], bytes], passphrase: str, sentence: str
) -> None:
    spoilt = file.with_name("spoilt.backup")
    spoilt.write_bytes(spoil(file))
    was = untouched(app)
    done = run(app, "restore", spoilt, "--replace", passphrase=passphrase)
    assert said(done) == f"{sentence.format(file=spoilt)} {NOTHING_CHANGED}"
    assert untouched(app) == was


def test_a_file_that_is_not_there(app: Flask, run: Run, tmp_path: Path) -> None:
    done = run(app, "restore", tmp_path / "none")
    assert said(done) == f"{tmp_path}/none: No such file or directory. {NOTHING_CHANGED}"


def test_a_backup_of_a_newer_version(app: Flask, file: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "revision_of", lambda _connection: "from_the_future")
    assert run(app, "backup", file).exit_code == 0
    sentence = (
        f"{file} comes from a newer version of this application (database from_the_future). Update this computer first."
    )
    assert said(run(app, "restore", file, "--replace")) == f"{sentence} {NOTHING_CHANGED}"


def rewritten(path: Path, change: Callable[[list[parts.Part], dict[str, int]], None]) -> None:
    """Write the backup anew with other parts: as a program with an error might, not as a thief could."""
    with path.open("rb") as source:
        reader = parts.PartsReader(SealedReader(source, PASSPHRASE))
        found = list(reader.parts())
        rows = dict(reader.rows or {})
    change(found, rows)
    with path.open("wb") as out:
        sealed = SealedWriter(out, PASSPHRASE)
        writer = parts.PartsWriter(sealed, reader.head)
        for part in found:
            writer.add(part)
        writer.finish(rows)


def without_events(found: list[parts.Part], _rows: dict[str, int]) -> None:
    found[:] = [part for part in found if part.table != "event"]


def with_a_stranger(found: list[parts.Part], _rows: dict[str, int]) -> None:
    found.append(parts.pack_rows("stranger", 1, ["[1]"]))


def with_nobody_to_refer_to(found: list[parts.Part], rows: dict[str, int]) -> None:
    without_events(found, rows)
    rows["event"] = 0


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_parts_that_do_not_belong_together(app: Flask, world: World, file: Path, run: Run) -> None:
    world.slots(world.event())
    was = untouched(app)
    for change, reason in (
        (without_events, "is damaged or was changed"),
        (with_a_stranger, "is damaged or was changed"),
        (with_nobody_to_refer_to, "The database did not take the backup ("),
    ):
        assert run(app, "backup", file).exit_code == 0
        rewritten(file, change)
        was = untouched(app)
        sentence = said(run(app, "restore", file, "--replace"))
        assert (reason in sentence, sentence.endswith(NOTHING_CHANGED)) == (True, True), sentence
        assert untouched(app) == was


def test_no_part_leads_out_of_the_folder() -> None:
    names = [
        "keys/../../x",
        "/etc/x",
        "files/AB/../x",
        "keys/.ssh",
        "tables/x",
        "files/AB/x/y",
        "secret_key",
        "keys/a/b",
    ]
    assert [name for name in names if parts.ALLOWED.fullmatch(name)] == []


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_data_that_are_here_are_not_replaced_unasked(app: Flask, file: Path, run: Run) -> None:
    was = untouched(app)
    sentence = "This installation has data of its own. With --replace they are set aside, not lost."
    assert said(run(app, "restore", file)) == f"{sentence} {NOTHING_CHANGED}"
    assert untouched(app) == was


def test_keys_alone_are_data_too(app: Flask, file: Path, run: Run, elsewhere: Elsewhere) -> None:
    other = elsewhere("sqlite")
    key = Path(other.instance_path) / "keys" / "seal-1.p12"
    key.parent.mkdir()
    key.write_bytes(b"x")
    assert said(run(other, "restore", file)).startswith("This installation has data of its own.")
    key.unlink()
    assert run(other, "restore", file).exit_code == 0


def test_a_running_server_is_not_restored_under(app: Flask, file: Path, run: Run) -> None:
    import fcntl

    sentence = "The server is running on this installation, or another program has its database open. Stop it first."
    with (Path(app.instance_path) / SERVING_LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)  # as ./dev run holds it
        assert said(run(app, "restore", file, "--replace")) == f"{sentence} {NOTHING_CHANGED}"
        with alone(Path(app.instance_path)) as is_alone:
            assert not is_alone
    assert run(app, "restore", file, "--replace").exit_code == 0


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_another_program_with_the_database_open_is_noticed(app: Flask, file: Path, run: Run) -> None:
    other = sa.create_engine(app.config["DATABASE_URL"], poolclass=sa.NullPool)
    with other.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM event")) == 1
        connection.detach()  # it stays open, at rest, as in the pool of another process
        sentence = said(run(app, "restore", file, "--replace"))
        assert sentence.startswith(
            "The server is running on this installation, or another program has its database open."
        )
    assert run(app, "restore", file, "--replace").exit_code == 0


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_comes_in_after_we_looked_keeps_nobody_waiting(
    app: Flask, file: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases.PostgresTarget, "has_others", lambda _target: False)
    monkeypatch.setattr(databases, "LOCK_WAIT_MS", 50)
    other = sa.create_engine(app.config["DATABASE_URL"], poolclass=sa.NullPool)
    with other.connect() as connection:
        connection.scalar(sa.text("SELECT count(*) FROM event"))
        assert "lock timeout" in said(run(app, "restore", file, "--replace"))
    assert run(app, "restore", file, "--replace").exit_code == 0


@pytest.mark.parametrize("database", BOTH, indirect=True)
@pytest.mark.parametrize("name", ["settle", "_put_in_place", "migrate"])
def test_what_fails_in_the_middle_is_undone_whole(
    app: Flask, file: Path, run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with transaction():
        code = keep_file(b"newer", "x", "text/plain", Owner("letter")).code
    was = untouched(app)

    def fail(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    module = databases if name == "settle" and db.engine.dialect.name == "sqlite" else restoring
    monkeypatch.setattr(module, name, fail)
    assert said(run(app, "restore", file, "--replace")) == f"{file}: No space left on device. {NOTHING_CHANGED}"
    assert untouched(app) == was
    assert path_of(code).read_bytes() == b"newer"


def test_a_restore_that_was_killed_in_between_is_known(app: Flask, file: Path, run: Run) -> None:
    marker = Path(app.instance_path) / instance.UNFINISHED
    marker.touch()
    assert said(run(app, "restore", file)).startswith("This installation has data of its own.")
    assert marker.exists()
    assert run(app, "restore", file, "--replace").exit_code == 0
    assert not marker.exists()


def test_another_secret_in_this_computers_environment(
    app: Flask, file: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHMAKING_SECRET_KEY", "another")
    sentence = (
        "MATCHMAKING_SECRET_KEY is set on this computer to another value than in the backup. Set the old one or none."
    )
    assert said(run(app, "restore", file, "--replace")) == f"{sentence} {NOTHING_CHANGED}"
    monkeypatch.setenv("MATCHMAKING_SECRET_KEY", app.config["SECRET_KEY"])
    assert run(app, "restore", file, "--replace").exit_code == 0


def test_the_sentences_are_indonesian_for_who_reads_that(
    app: Flask, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "LOCALES", ("id", "en"))
    (tmp_path / "x").write_bytes(b"x")
    assert (
        said(run(app, "restore", tmp_path / "x")) == f"{tmp_path}/x bukan cadangan aplikasi ini. Tidak ada yang diubah."
    )


def test_unknown_kinds_of_columns_stop_the_backup_rather_than_spoil_it() -> None:
    with pytest.raises(TypeError, match="no kind"):
        tables.kind_of(sa.Interval())
