"""Refusals are sentences: nothing shows a stack trace, nothing is half-stored, and the page works again afterwards."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from matchmaking.errors import Conflict
from matchmaking.events.models import Zone
from matchmaking.extensions import db
from matchmaking.permissions import public
from matchmaking.transactions import transaction
from tests.shared_app import make_app
from tests.world import World


def english(app: Flask) -> FlaskClient:
    """Return a browser whose person reads English."""
    browser = app.test_client()
    browser.set_cookie("language", "en")
    return browser


def add_probe(app: Flask) -> None:
    """Endpoints that fail in each way a page can fail."""
    probe = Blueprint("probe", __name__)

    @probe.post("/probe/write/<int:event_id>")
    @public
    def write(event_id: int) -> str:
        with transaction():
            db.session.add(Zone(event_id=event_id, name="Sisi timur"))
        return "stored"

    @probe.get("/probe/read")
    @public
    def read() -> str:
        return str(db.session.scalar(sa.select(sa.func.count()).select_from(Zone)))

    @probe.get("/probe/crash")
    @public
    def crash() -> str:
        raise ZeroDivisionError("secret detail")

    @probe.post("/probe/conflict")
    @public
    def conflict() -> str:
        raise Conflict("Somebody was faster.")

    app.register_blueprint(probe)


@pytest.fixture
def probed(own_app: Flask) -> Flask:
    add_probe(own_app)
    own_app.config["PROPAGATE_EXCEPTIONS"] = False
    return own_app


def test_unexpected_error_is_a_sentence_without_details(probed: Flask) -> None:
    answer = english(probed).get("/probe/crash")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_rule_that_says_no_is_shown_with_its_status(probed: Flask) -> None:
    answer = english(probed).post("/probe/conflict")
    assert (answer.status_code, "Somebody was faster." in answer.text) == (409, True)


def test_program_gets_code_and_sentence_as_json(probed: Flask) -> None:
    answer = english(probed).post("/probe/conflict", headers={"Accept": "application/json"})
    assert answer.json == {"error": {"code": "web.conflict", "message": "Somebody was faster."}}


def test_page_that_does_not_exist_says_so_in_the_readers_language(app: Flask) -> None:
    assert "This page does not exist" in english(app).get("/no-such-page").text
    assert 'lang="id"' in app.test_client().get("/no-such-page").text


def test_locked_database_is_said_and_nothing_is_stored_and_the_next_try_works(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "locked.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    app = make_app(f"sqlite:///{path}", tmp_path / "instance", DATABASE_WAIT_MS=50)
    add_probe(app)
    with app.app_context():
        event_id = World(app).event()
        db.session.remove()
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused = english(app).post(f"/probe/write/{event_id}")
        assert (refused.status_code, "The database does not answer" in refused.text) == (503, True)
        other.execute("ROLLBACK")
        other.close()
        assert app.test_client().post(f"/probe/write/{event_id}").text == "stored"
        assert app.test_client().get("/probe/read").text == "1"
        db.engine.dispose()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_database_that_goes_away_is_said_and_used_again_when_it_is_back(probed: Flask, database: str) -> None:
    browser = english(probed)
    assert browser.get("/probe/read").text == "0"
    db.session.remove()
    name = database.rsplit("/", 1)[1]
    admin = sa.create_engine(db.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        connection.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :n"), {"n": name}
        )
    try:
        answer = browser.get("/probe/read")
        assert (answer.status_code, "The database does not answer" in answer.text) == (503, True)
        assert browser.get("/healthz").status_code == 200
        assert "database" in browser.get("/readyz").json["problems"]
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
        admin.dispose()
    assert browser.get("/probe/read").text == "0"


def test_request_larger_than_the_limit_is_said(probed: Flask) -> None:
    answer = english(probed).post("/language", data={"language": "id", "next": "x" * 26_000_000})
    assert answer.status_code == 413
    assert "too large" in answer.text
