"""An installation without anybody opens on the first-run page, which makes the first organiser exactly once."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from matchmaking.accounts.models import User
from matchmaking.accounts.services.users import AlreadySetUp, NewPerson, make_first_organizer
from matchmaking.audit import verify_chain
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.accounts.conftest import PASSWORD
from tests.world import BOTH, World

FIRST = {"name": "Peserta Contoh 01", "phone": "0812 3456 7890", "email": "", "password": PASSWORD}


def people() -> list[tuple[str, str | None, str | None, bool]]:
    rows = db.session.scalars(sa.select(User).order_by(User.id).execution_options(populate_existing=True))
    return [(u.name, u.phone, u.email, u.is_administrator) for u in rows]


def test_empty_installation_opens_on_the_first_run_page(client: FlaskClient) -> None:
    for address in ("/", "/setup"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert 'action="/setup"' in answer.text


def test_first_organiser_is_made_and_logged_in(client: FlaskClient) -> None:
    answer = client.post("/setup", data=FIRST)
    assert (answer.status_code, answer.location) == (303, "/")
    assert people() == [("Peserta Contoh 01", "+6281234567890", None, True)]
    assert client.get("/account").status_code == 200


def test_afterwards_the_page_is_gone(world: World) -> None:
    world.user()
    visitor = world.client()
    assert [visitor.get("/setup").status_code, visitor.post("/setup", data=FIRST).status_code] == [404, 404]
    assert visitor.get("/").status_code == 200
    assert 'action="/setup"' not in visitor.get("/").text
    assert len(people()) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"phone": "", "email": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"email": "bukan-email"}, "email"),
        ({"password": "pendek"}, "password"),
        ({"password": "Bismillah123"}, "password"),
    ],
)
def test_bad_entry_makes_nobody_and_keeps_what_was_typed(
    client: FlaskClient, change: dict[str, str], field: str
) -> None:
    answer = client.post("/setup", data={**FIRST, **change})
    assert (answer.status_code, people()) == (422, [])
    assert f'id="{field}-error"' in answer.text
    if field != "name":
        assert 'value="Peserta Contoh 01"' in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_at_once_make_one(app: Flask) -> None:
    barrier, outcomes = threading.Barrier(8), []

    def make(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    make_first_organizer(NewPerson(f"Peserta Contoh {number:02d}", f"p{number}@contoh.example"))
                outcomes.append("made")
            except AlreadySetUp:
                outcomes.append("told")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=make, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made"] + ["told"] * 7
    assert [administrator for *_rest, administrator in people()] == [True]
    assert verify_chain().is_intact


def run(app: Flask, *arguments: str):  # type: ignore[no-untyped-def]
    return app.test_cli_runner().invoke(args=["users", "create", *arguments])


def test_command_makes_the_first_organiser_then_plain_accounts(app: Flask) -> None:
    first = run(app, "--name", "Peserta Contoh 01", "--email", "A@Contoh.Example", "--password", PASSWORD)
    second = run(app, "--name", "Peserta Contoh 02", "--phone", "62 812 3456 7890", "--password", PASSWORD)
    third = run(
        app, "--name", "Peserta Contoh 03", "--phone", "081299998888", "--administrator", "--password", PASSWORD
    )
    assert [first.exit_code, second.exit_code, third.exit_code] == [0, 0, 0]
    assert people() == [
        ("Peserta Contoh 01", None, "a@contoh.example", True),
        ("Peserta Contoh 02", "+6281234567890", None, False),
        ("Peserta Contoh 03", "+6281299998888", None, True),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--email", "bukan", "--password", PASSWORD],
        ["--password", PASSWORD],
        ["--email", "a@contoh.example", "--password", "pendek"],
    ],
)
def test_command_with_bad_input_makes_nobody(app: Flask, arguments: list[str]) -> None:
    result = run(app, "--name", "Peserta Contoh 01", *arguments)
    assert (result.exit_code, result.stdout, people()) == (2, "", [])
    assert len(result.stderr.strip().splitlines()) == 1


def test_command_refuses_a_known_address(app: Flask, world: World) -> None:
    world.user(email="a@contoh.example")
    result = run(app, "--name", "Peserta Contoh 09", "--email", "a@contoh.example", "--password", PASSWORD)
    assert (result.exit_code, len(people())) == (2, 1)
