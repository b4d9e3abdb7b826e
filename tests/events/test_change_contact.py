"""Correcting how somebody is reached: by an organiser, once, without taking another's number."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking.accounts.models import AccessLink, DataAccess, User
from matchmaking.accounts.services.links import issue_account_link
from matchmaking.accounts.services.users import NewPerson
from matchmaking.actor import Actor, Role
from matchmaking.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.events.services.memberships import change_contact
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.threads import at_once
from tests.world import BOTH, World

NEW_PHONE = "0812 3456 7899"


def change(actor: Actor, event_id: int, user_id: int, phone: str = NEW_PHONE, email: str = "") -> None:
    with transaction():
        change_contact(actor, event_id, user_id, NewPerson("Peserta Contoh 77", email, phone))


def row(user_id: int) -> User:
    return db.session.get_one(User, user_id, populate_existing=True)


def test_changed_contact_ends_sessions_and_links(world: World) -> None:
    event_id = world.event()
    desk = world.user(roles={event_id: Role.DESK})
    actor = world.organizer(event_id)
    with transaction():
        issue_account_link(actor, desk, event_id)
    browser = world.client(desk)
    assert browser.get("/manage").status_code == 200
    change(actor, event_id, desk)
    assert (row(desk).name, row(desk).phone, row(desk).email) == ("Peserta Contoh 77", "+6281234567899", None)
    assert browser.get("/manage").status_code == 302
    assert db.session.scalars(sa.select(AccessLink.ended_at)).one() is not None


def test_corrected_name_alone_leaves_the_person_logged_in(world: World) -> None:
    event_id = world.event()
    desk = world.user(roles={event_id: Role.DESK}, email="peserta.desk@contoh.example")
    browser = world.client(desk)
    change(world.organizer(event_id), event_id, desk, phone="", email="peserta.desk@contoh.example")
    assert row(desk).name == "Peserta Contoh 77"
    assert browser.get("/manage").status_code == 200


@pytest.mark.parametrize(("phone", "email", "field"), [("", "", "phone"), ("12", "", "phone"), ("", "nobody", "email")])
def test_nonsense_is_refused_at_its_field(world: World, phone: str, email: str, field: str) -> None:
    event_id = world.event()
    desk = world.user(roles={event_id: Role.DESK})
    before = row(desk).email
    with pytest.raises(InvalidInput) as refusal:
        change(world.organizer(event_id), event_id, desk, phone, email)
    assert list(refusal.value.fields) == [field]
    assert row(desk).email == before


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_number_of_somebody_else_is_refused_also_at_once(app: Flask, world: World) -> None:
    event_id = world.event()
    one, two = world.user(roles={event_id: Role.DESK}), world.user(roles={event_id: Role.DESK})
    actor = world.organizer(event_id)
    db.session.remove()
    outcomes = at_once(app, lambda number: change(actor, event_id, (one, two)[number]), 2)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "NoneType"]
    with pytest.raises(Conflict):
        change(actor, event_id, two if row(one).phone else one)


def test_account_that_serves_elsewhere_is_not_touched(world: World) -> None:
    here, there = world.event(), world.event()
    person = world.user(roles={here: Role.DESK, there: Role.ORGANIZER})
    with pytest.raises(NotAllowed):
        change(world.organizer(here), here, person)


def test_page_keeps_entries_and_notes_who_looked(world: World) -> None:
    event_id = world.event()
    desk = world.user(roles={event_id: Role.DESK}, code="PETUGAS77")
    browser = world.client(world.organizer(event_id).user_id)
    address = f"/manage/{world.code_of(event_id)}/people/PETUGAS77/change"
    assert browser.get(address).status_code == 200
    assert db.session.scalars(sa.select(DataAccess.subject_id)).all() == [desk]
    refused = browser.post(address, data={"name": "Nama Baru", "phone": "12", "email": ""})
    assert (refused.status_code, "Nama Baru" in refused.text) == (422, True)
    assert browser.post(address, data={"name": "Nama Baru", "phone": NEW_PHONE, "email": ""}).status_code == 303
    assert row(desk).name == "Nama Baru"
