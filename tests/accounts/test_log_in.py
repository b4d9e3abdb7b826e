"""Logging in and out: who gets in, who does not, and what a stranger can learn from the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask

from matchmaking import transactions
from matchmaking.accounts.models import User, UserState
from matchmaking.accounts.services import login
from matchmaking.audit.models import AuditEntry
from matchmaking.extensions import db, limiter
from tests.accounts.conftest import PASSWORD
from tests.shared_app import make_app
from tests.world import World

PHONE = "+6281234567890"


@pytest.fixture
def person(world: World, password_hash: str) -> int:
    return world.user(email="satu@contoh.example", phone=PHONE, password_hash=password_hash)


def log_in(world: World, name: str, password: str = PASSWORD, **extra: str):  # type: ignore[no-untyped-def]
    browser = world.client()
    return browser, browser.post("/log-in", data={"login": name, "password": password, **extra})


def reads_account(browser) -> bool:  # type: ignore[no-untyped-def]
    return bool(browser.get("/account").status_code == 200)


@pytest.mark.parametrize(
    "name",
    [
        "satu@contoh.example",
        " Satu@Contoh.Example ",
        PHONE,
        "081234567890",
        "0812-3456-7890",
        "62812 3456 7890",
        "81234567890",
    ],
)
def test_log_in_by_email_or_phone_in_any_spelling(world: World, person: int, name: str) -> None:
    browser, answer = log_in(world, name)
    assert (answer.status_code, answer.location, reads_account(browser)) == (303, "/", True)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("satu@contoh.example", PASSWORD + "!"),
        ("dua@contoh.example", PASSWORD),
        ("081234567891", PASSWORD),
        ("satu", PASSWORD),
        ("%", PASSWORD),
    ],
)
def test_wrong_password_and_unknown_name_get_the_same_answer(
    world: World, person: int, name: str, password: str
) -> None:
    browser, answer = log_in(world, name, password)
    own = re.sub(r'value="[^"]*"', "", answer.text)
    _other, wrong = log_in(world, "satu@contoh.example", "kata sandi lain")
    assert (answer.status_code, reads_account(browser)) == (422, False)
    assert own == re.sub(r'value="[^"]*"', "", wrong.text)


def test_unknown_name_costs_one_hash_like_a_known_one(
    world: World, person: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    real = PasswordHasher.verify

    def counting(self: PasswordHasher, stored: str, typed: str) -> bool:
        verified.append(stored)
        return real(self, stored, typed)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    log_in(world, "satu@contoh.example", "kata sandi lain")
    log_in(world, "tidak-ada@contoh.example", "kata sandi lain")
    assert len(verified) == 2
    assert verified[0].split("$")[3] == verified[1].split("$")[3]  # the same memory, time and lanes


@pytest.mark.parametrize("state", [UserState.DISABLED, UserState.ERASED])
def test_closed_account_does_not_get_in(world: World, password_hash: str, state: UserState) -> None:
    world.user(email="tutup@contoh.example", password_hash=password_hash, state=state)
    browser, answer = log_in(world, "tutup@contoh.example")
    assert (answer.status_code, reads_account(browser)) == (422, False)


def test_invited_person_without_password_does_not_get_in(world: World) -> None:
    world.user(email="baru@contoh.example")
    assert log_in(world, "baru@contoh.example", "nobody has this password")[1].status_code == 422


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 303), ("localhost", 303), ("0.0.0.0", 422)])
def test_demo_account_works_on_loopback_only(world: World, password_hash: str, host: str, status: int) -> None:
    world.user(email="demo@contoh.example", password_hash=password_hash, is_demo=True)
    world.user(email="nyata@contoh.example", password_hash=password_hash)
    world.app.config["BIND_HOST"] = host
    assert log_in(world, "demo@contoh.example")[1].status_code == status
    assert log_in(world, "nyata@contoh.example")[1].status_code == 303


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/account", "/account"),
        ("/manage/acara/?page=2", "/manage/acara/?page=2"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_next_leads_only_to_this_site(world: World, person: int, wanted: str, leads_to: str) -> None:
    assert log_in(world, PHONE, next=wanted)[1].location == leads_to
    browser = world.client(person)
    assert browser.get("/log-in", query_string={"next": wanted}).location == leads_to


def test_page_that_needs_log_in_comes_back_to_itself(world: World, person: int) -> None:
    browser = world.client()
    answer = browser.get("/account?x=1")
    assert (answer.status_code, answer.location) == (302, "/log-in?next=/account?x%3D1")
    assert 'name="next" value="/account?x=1"' in browser.get(answer.location).text


def test_htmx_request_without_log_in_sends_the_whole_page(world: World) -> None:
    answer = world.client().get("/account", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/log-in")


def test_log_out_ends_this_session_and_only_by_post(world: World, person: int) -> None:
    browser, other = world.client(person), world.client(person)
    assert browser.get("/log-out").status_code == 405
    assert reads_account(browser)
    assert browser.post("/log-out").location == "/log-in"
    assert (reads_account(browser), reads_account(other)) == (False, True)


def test_log_in_keeps_nothing_of_the_session_before(world: World, person: int) -> None:
    browser = world.client()
    with browser.session_transaction() as session:
        session["left_by_somebody"] = "x"
    browser.post("/log-in", data={"login": PHONE, "password": PASSWORD})
    with browser.session_transaction() as session:
        assert "left_by_somebody" not in session


def test_log_in_is_written_down_without_personal_data(world: World, person: int) -> None:
    log_in(world, PHONE)
    log_in(world, PHONE, "salah sekali")
    entries = db.session.scalars(sa.select(AuditEntry)).all()
    assert [(e.action, e.subject_id, e.actor_reference, e.data) for e in entries] == [
        ("accounts.log_in", person, person, {})
    ]
    assert db.session.get_one(User, person).last_login_at is not None


def test_hash_of_another_cost_is_made_anew(world: World) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=1024).hash(PASSWORD)
    person = world.user(phone=PHONE, password_hash=old)
    assert log_in(world, PHONE)[1].status_code == 303
    fresh = db.session.get_one(User, person, populate_existing=True).password_hash
    assert fresh is not None
    assert fresh != old
    assert log_in(world, PHONE)[1].status_code == 303
    assert db.session.get_one(User, person, populate_existing=True).password_hash == fresh


def test_password_changed_between_check_and_entry_refuses(world: World, person: int) -> None:
    checked = login.check_log_in(PHONE, PASSWORD, demo_allowed=False)
    with transactions.transaction():
        db.session.get_one(User, person).password_hash = "another"
    with pytest.raises(login.WrongLogIn), transactions.transaction():
        login.note_log_in(checked)


@pytest.fixture
def limited(sqlite_template: Path, tmp_path: Path, app: Flask) -> Iterator[World]:
    """The same database behind an application that counts tries."""
    counting = make_app(app.config["DATABASE_URL"], tmp_path / "limited", RATE_LIMITS=True)
    limiter.enabled = True
    limiter.reset()
    with counting.app_context():
        yield World(counting)
        db.session.remove()
        db.engine.dispose()
    limiter.reset()
    limiter.enabled = False


def test_tries_are_limited_by_account_whatever_the_spelling(limited: World, password_hash: str) -> None:
    limited.user(phone=PHONE, password_hash=password_hash)
    limited.user(email="lain@contoh.example", password_hash=password_hash)
    spellings = ["081234567890", PHONE, "0812-3456-7890", "62 812 3456 7890", "81234567890"] * 2
    assert [log_in(limited, name, "salah sekali")[1].status_code for name in spellings] == [422] * 10
    assert log_in(limited, PHONE)[1].status_code == 429
    assert log_in(limited, "lain@contoh.example")[1].status_code == 303


def test_tries_are_limited_by_address_whatever_the_account(limited: World) -> None:
    codes = [log_in(limited, f"x{n}@contoh.example", "salah sekali")[1].status_code for n in range(61)]
    assert codes == [422] * 60 + [429]


def test_right_log_ins_are_not_counted(limited: World, password_hash: str) -> None:
    limited.user(phone=PHONE, password_hash=password_hash)
    assert [log_in(limited, PHONE)[1].status_code for _n in range(12)] == [303] * 12
