"""One's own account: name, language, password, and ending the sessions on other devices."""

from __future__ import annotations

import pytest

from matchmaking.accounts.models import User
from matchmaking.extensions import db
from tests.accounts.conftest import PASSWORD
from tests.world import World

NEW = "sambal terasi enak"


def test_save_name_and_language(world: World) -> None:
    person = world.user()
    browser = world.client(person)
    assert browser.post("/account", data={"name": "  Peserta   Contoh 77 ", "locale": "en"}).status_code == 303
    user = db.session.get_one(User, person, populate_existing=True)
    assert (user.name, user.locale) == ("Peserta Contoh 77", "en")
    assert '<html lang="en"' in browser.get("/account").text


@pytest.mark.parametrize(
    "data", [{"name": "", "locale": "id"}, {"name": "x" * 161, "locale": "id"}, {"name": "a", "locale": "fr"}]
)
def test_bad_profile_changes_nothing(world: World, data: dict[str, str]) -> None:
    person = world.user(name="Peserta Contoh 01")
    assert world.client(person).post("/account", data=data).status_code == 422
    user = db.session.get_one(User, person, populate_existing=True)
    assert (user.name, user.locale) == ("Peserta Contoh 01", None)


def test_change_password_ends_other_sessions_and_keeps_this_one(world: World, password_hash: str) -> None:
    person = world.user(email="a@contoh.example", password_hash=password_hash)
    here, elsewhere = world.client(person), world.client(person)
    assert here.post("/account/password", data={"current": PASSWORD, "password": NEW}).status_code == 303
    assert (here.get("/account").status_code, elsewhere.get("/account").status_code) == (200, 302)
    for password, status in ((PASSWORD, 422), (NEW, 303)):
        answer = world.client().post("/log-in", data={"login": "a@contoh.example", "password": password})
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"current": "salah sekali", "password": NEW}, "current"),
        ({"current": PASSWORD, "password": "pendek"}, "password"),
        ({"current": PASSWORD, "password": "1234567890"}, "password"),
        ({"current": PASSWORD, "password": "aaaaaaaaaaaa"}, "password"),
        ({"current": PASSWORD, "password": "x" * 201}, "password"),
    ],
)
def test_bad_password_change_changes_nothing(
    world: World, password_hash: str, data: dict[str, str], field: str
) -> None:
    person = world.user(password_hash=password_hash)
    answer = world.client(person).post("/account/password", data=data)
    user = db.session.get_one(User, person, populate_existing=True)
    assert (answer.status_code, user.password_hash, user.session_epoch) == (422, password_hash, 1)
    assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize("password", ["sepuluhhrf", "PANJANG SEKALI", "ééééééé naïve", "1234567890a!"])
def test_ten_characters_are_enough(world: World, password_hash: str, password: str) -> None:
    person = world.user(password_hash=password_hash)
    data = {"current": PASSWORD, "password": password}
    assert world.client(person).post("/account/password", data=data).status_code == 303


def test_log_out_everywhere_keeps_only_this_browser(world: World) -> None:
    person = world.user()
    here, elsewhere = world.client(person), world.client(person)
    assert here.post("/account/log-out-everywhere").status_code == 303
    assert (here.get("/account").status_code, elsewhere.get("/account").status_code) == (200, 302)
