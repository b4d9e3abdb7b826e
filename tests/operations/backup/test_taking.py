"""What cannot be backed up is said in one sentence, and leaves no file behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking.operations.backup import taking
from matchmaking.operations.backup.container import SealedWriter
from tests.operations.backup.conftest import PASSPHRASE
from tests.operations.backup.places import Elsewhere, Run, said

pytestmark = pytest.mark.usefixtures("quick_schema", "english")


def test_a_passphrase_that_is_too_short_or_cannot_be_read(app: Flask, run: Run, tmp_path: Path) -> None:
    done = run(app, "backup", tmp_path / "a", passphrase="elevensigns")
    assert said(done) == "The passphrase needs at least 12 characters."
    done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "a"), "--passphrase-file", str(tmp_path / "no")])
    assert said(done) == f"{tmp_path}/no: the passphrase cannot be read from it."
    assert not (tmp_path / "a").exists()


def test_the_passphrase_is_asked_for_twice_and_shown_never(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    done = runner.invoke(args=["backup", str(tmp_path / "a")], input=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert (done.exit_code, PASSPHRASE in done.output) == (0, False)
    done = runner.invoke(args=["restore", str(tmp_path / "a"), "--replace"], input=f"{PASSPHRASE}\n")
    assert (done.exit_code, PASSPHRASE in done.output) == (0, False), done.output


def test_a_backup_is_written_whole_or_not_at_all_and_over_backups_only(
    app: Flask, file: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(run(app, "backup", tmp_path / "no" / "a")) == f"{tmp_path}/no/a: no file can be written there."
    other = tmp_path / "thesis.docx"
    other.write_bytes(b"mine")
    assert said(run(app, "backup", other)) == f"{other} exists and is no backup: it is left alone. Choose another name."
    before, present = file.read_bytes(), sorted(os.listdir(tmp_path))
    monkeypatch.setattr(
        SealedWriter, "finish", lambda _self: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    assert said(run(app, "backup", file)) == f"{file}: cannot be written (No space left on device)."
    monkeypatch.setattr(SealedWriter, "finish", lambda _self: None)  # a disk that keeps only half
    assert said(run(app, "backup", file)).startswith("What was written could not be read back")
    assert (file.read_bytes(), sorted(os.listdir(tmp_path))) == (before, present)
    monkeypatch.undo()


def test_a_database_that_is_away_is_told(app: Flask, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_connection: object) -> None:
        raise sa.exc.OperationalError("x", None, OSError())

    monkeypatch.setattr(taking, "revision_of", away)
    sentence = "The database does not answer. Check MATCHMAKING_DATABASE_URL and that the server runs."
    assert said(run(app, "backup", tmp_path / "a")) == sentence


def test_a_database_without_tables_has_nothing_to_back_up(run: Run, elsewhere: Elsewhere, tmp_path: Path) -> None:
    done = run(elsewhere("sqlite"), "backup", tmp_path / "a")
    assert (done.exit_code, (tmp_path / "a").exists()) == (2, False)
    assert done.stderr.splitlines() == ["The database has no tables yet: there is nothing to back up."]
