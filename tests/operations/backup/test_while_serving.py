"""A backup during the day: one moment, whoever writes meanwhile; tablets go on after the laptop died."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking.audit.services import verify_chain
from matchmaking.commitments.models import Commitment
from matchmaking.commitments.queries.checking import broken_records
from matchmaking.events.models import Event, Session
from matchmaking.extensions import db
from matchmaking.operations.backup import taking
from matchmaking.operations.backup.tables import row_pieces
from matchmaking.operations.doctor import examine
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, delete_file, keep_file, path_of
from matchmaking.transactions import transaction
from tests.commitments.scene import Deal, make_deal
from tests.commitments.tablets import make_tablet
from tests.operations.backup.places import Elsewhere, Run
from tests.world import BOTH, DAY, World

pytestmark = pytest.mark.usefixtures("quick_schema")


def write_pair(world: World, number: int) -> None:
    """An event and a session in one transaction: of a moment one never sees one without the other."""
    from datetime import time

    from tests.world import LONG_AGO

    with transaction():
        event = Event(code=f"pasangan-{number}", name="x", starts_on=DAY, ends_on=DAY, created_at=LONG_AGO)
        db.session.add(event)
        db.session.flush()
        values: dict[str, Any] = {"starts_at": time(9), "ends_at": time(10), "slot_minutes": 20}
        db.session.add(Session(event_id=event.id, name=f"{number}", day=DAY, **values))


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_backup_is_of_one_moment_while_others_write(
    app: Flask, world: World, run: Run, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer adds pairs before, between and after the tables are read; the restored world has whole pairs only."""
    turn, numbers = threading.Event(), iter(range(1000))
    written: list[int] = []

    def write() -> None:
        with app.app_context():
            number = next(numbers)
            write_pair(world, number)
            written.append(number)
            db.session.remove()
        turn.set()

    def slowly(*given: Any) -> Any:
        turn.clear()
        writer = threading.Thread(target=write)
        writer.start()
        assert turn.wait(20)  # the backup keeps nobody waiting
        writer.join()
        return row_pieces(*given)

    write_pair(world, 5000)
    monkeypatch.setattr(taking, "row_pieces", slowly)
    assert run(app, "backup", tmp_path / "a.backup").exit_code == 0
    assert len(written) > 50
    elsewhere("postgresql" if db.engine.dialect.name == "sqlite" else "sqlite")
    from flask import current_app

    assert run(current_app._get_current_object(), "restore", tmp_path / "a.backup").exit_code == 0  # type: ignore[attr-defined]
    assert list(db.session.scalars(sa.select(Event.code))) == ["pasangan-5000"]
    assert list(db.session.scalars(sa.select(Session.name))) == ["5000"]


@pytest.mark.parametrize("when", ["before it is held", "after it is held"])
def test_a_file_that_is_deleted_meanwhile_is_in_with_its_row_or_neither(
    app: Flask, run: Run, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    with transaction():
        stored = keep_file(b"photo", "x", "text/plain", Owner("photo"))
        stays = keep_file(b"stays", "x", "text/plain", Owner("photo")).code
        gone, number = stored.code, stored.id

    def delete() -> None:
        with app.app_context():
            with transaction():
                delete_file(db.session.get_one(StoredFile, number))
            db.session.remove()

    def once(*given: Any) -> Any:
        if path_of(gone).exists():
            writer = threading.Thread(target=delete)
            writer.start()
            writer.join()
        return real(*given)

    name = "_is_held" if when == "before it is held" else "_write"
    real = getattr(taking, name)
    monkeypatch.setattr(taking, name, once)
    done = run(app, "backup", tmp_path / "a.backup")
    assert (done.exit_code, path_of(gone).exists()) == (0, False)
    other = elsewhere("sqlite")
    assert run(other, "restore", tmp_path / "a.backup").exit_code == 0
    kept = {gone, stays} if when == "after it is held" else {stays}
    assert set(db.session.scalars(sa.select(StoredFile.code))) == kept
    assert {code for code in (gone, stays) if path_of(code).exists()} == kept


def test_a_file_that_was_lost_before_is_told_and_stops_nothing(app: Flask, run: Run, tmp_path: Path) -> None:
    with transaction():
        code = keep_file(b"photo", "x", "text/plain", Owner("photo")).code
    path_of(code).unlink()
    done = run(app, "backup", tmp_path / "a.backup")
    assert done.exit_code == 0
    assert done.stderr.splitlines()[-1].startswith("1 ")


@pytest.mark.parametrize("there", BOTH)
def test_tablets_go_on_after_the_laptop_died(
    app: Flask, world: World, run: Run, elsewhere: Elsewhere, tmp_path: Path, there: str
) -> None:
    deal: Deal = make_deal(world)
    tablet = make_tablet(deal)
    before, after = tablet.record(), tablet.record()
    assert [item["outcome"] for item in tablet.send(before)] == ["stored"]
    assert run(app, "backup", tmp_path / "a.backup").exit_code == 0
    # goes to the laptop that dies; what it answered is lost with it, as far as the tablet's copy is concerned
    assert [item["outcome"] for item in tablet.send(after)] == ["stored"]
    unsent = tablet.record()

    other = elsewhere(there)
    done = run(other, "restore", tmp_path / "a.backup")
    assert done.exit_code == 0, done.output
    tablet.client = other.test_client()
    tablet.client.set_cookie("device", tablet.secret)
    assert tablet.state()["tablet"] == tablet.code  # still enrolled
    items = tablet.send(before, after, unsent)
    assert [item["outcome"] for item in items] == ["duplicate", "stored", "stored"]
    numbers = list(db.session.scalars(sa.select(Commitment.number)))
    assert (len(numbers), len(set(numbers))) == (3, 3)
    assert tablet.fetch_numbers()["lost"] == []
    assert verify_chain().is_intact
    assert [problem for _number, problem in broken_records() if problem] == []
    assert [finding.sentence for finding in examine() if finding.is_error] == []
