"""The demo: loaded through the services, the same for a seed, and taken away without touching anything else."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from matchmaking.accounts.models import User
from matchmaking.accounts.services.login import check_log_in
from matchmaking.audit.services import verify_chain
from matchmaking.catalogue.models import Need, Product
from matchmaking.events.models import Event, Membership
from matchmaking.extensions import db
from matchmaking.matching.models import Wish
from matchmaking.operations.demo import cast
from matchmaking.operations.demo import load as loading
from matchmaking.operations.demo.load import DemoExists, DemoSize, is_present, load_demo
from matchmaking.operations.demo.people import AGENCIES, makers
from matchmaking.operations.demo.pictures import product_picture
from matchmaking.operations.demo.remove import remove_demo
from matchmaking.registration.models import Delegate, Organization, Participation, Side
from matchmaking.scheduling.models import Placement, ScheduleVersion, VersionState
from matchmaking.transactions import transaction
from tests.world import BOTH, World


def load(monkeypatch: pytest.MonkeyPatch, size: DemoSize) -> list[loading.DemoLogIn]:
    monkeypatch.setattr(loading, "SOLVE_SECONDS", 1)
    return load_demo(size, lambda _step: None)


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_written_cast_is_that_of_the_real_event() -> None:
    categories = [maker.category for maker in makers()]
    assert (categories.count("tapis"), categories.count("agri_machinery")) == (16, 4)
    assert {"souvenir", "seminar_kit", "processed_food"} <= set(categories)
    assert {agency.type for agency in AGENCIES} == {
        "vertical_agency", "regional_agency", "local_government", "state_owned_company", "regional_owned_company",
        "private_company",
    }  # fmt: skip


def test_names_are_invented_and_say_so() -> None:
    assert all("Rekaan" in maker.name for maker in makers())
    assert all("Contoh" in agency.name for agency in AGENCIES)


def test_picture_of_a_product_is_drawn_the_same_each_time() -> None:
    for category in {maker.category for maker in makers()}:
        assert product_picture(category, 3) == product_picture(category, 3)
        assert Image.open(io.BytesIO(product_picture(category, 3))).size == (800, 600)
    assert product_picture("tapis", 3) != product_picture("tapis", 4)


def test_cast_of_any_size_has_names_of_its_own_and_the_same_wishes_for_a_seed() -> None:
    sellers, agencies = cast.exhibitors(90), cast.buyers(70)
    assert len({maker.name for maker in sellers}) == 90
    assert len({agency.name for agency in agencies}) == 70
    assert cast.wishes(sellers, agencies, 4) == cast.wishes(sellers, agencies, 4)
    assert cast.wishes(sellers, agencies, 4) != cast.wishes(sellers, agencies, 5)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_small_demo_ends_with_a_published_schedule_and_can_be_removed(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_event = world.event()
    own_user = world.user(is_administrator=True)
    kept = world.participation(own_event, Side.EXHIBITOR)
    before = {model: count(model) for model in (Organization, Participation, Delegate, Membership)}
    logins = load(monkeypatch, DemoSize(6, 5))
    assert [entry.role for entry in logins] == ["organizer", "desk", "leader", "exhibitor", "buyer"]
    for entry in logins:
        assert check_log_in(entry.login, entry.password, demo_allowed=True)
    versions = db.session.scalars(sa.select(ScheduleVersion.state).order_by(ScheduleVersion.number)).all()
    assert versions == [VersionState.SUPERSEDED, VersionState.PUBLISHED]  # the second seats a stand-by
    assert count(Placement) >= 2 * 6
    assert min(count(Product), count(Need), count(Wish)) > 0
    assert db.session.scalars(sa.select(Product.id).where(Product.photo_file_id.is_(None))).all() == []
    people = db.session.scalars(sa.select(Delegate.name).where(Delegate.participation_id != kept)).all()
    assert all(re.fullmatch(r"Peserta Contoh \d+[A-Z]?", name) for name in people)
    assert is_present()
    with pytest.raises(DemoExists):
        load(monkeypatch, DemoSize(6, 5))
    with transaction():
        remove_demo(world.actor(own_user, is_administrator=True))
    assert not is_present()
    assert db.session.scalars(sa.select(Event.id)).all() == [own_event]
    assert db.session.scalars(sa.select(User.id)).all() == [own_user]
    assert {model: count(model) for model in before} == before
    assert count(Product) == 0
    assert verify_chain().is_intact


def test_removing_twice_changes_nothing(world: World) -> None:
    event_id = world.event()
    for _time in range(2):
        with transaction():
            assert remove_demo(world_actor := world.actor(1, is_administrator=True)) == 0
        assert world_actor
    assert db.session.scalars(sa.select(Event.id)).all() == [event_id]


def test_organiser_of_the_demo_removes_it_and_the_installation_starts_anew(world: World) -> None:
    world.event(is_demo=True)
    chief = world.user(is_administrator=True, is_demo=True)
    browser = world.client(chief)
    assert browser.get("/manage/demo/remove").status_code == 200
    assert browser.post("/manage/demo/remove").status_code == 303
    assert count(User) == 0
    assert browser.get("/").status_code == 200
    assert browser.get("/manage").status_code == 302
