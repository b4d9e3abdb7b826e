"""Plain facts of an event: rules both ways, entries kept, nobody overwrites anybody."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from matchmaking.actor import Role
from matchmaking.errors import InvalidInput
from matchmaking.events.models import Event, Membership
from matchmaking.events.queries import registration_state, setup_steps
from matchmaking.events.services.basics import (
    CodeTaken,
    EventBasics,
    Letterhead,
    MeetingLimits,
    RegistrationWindow,
    create_event,
    update_event,
)
from matchmaking.events.services.guards import SetupOutdated
from matchmaking.extensions import db
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.world import DAY, LONG_AGO, World

BASICS = {"code": "lampung-2023", "name": "Temu Bisnis Lampung", "starts_on": DAY, "ends_on": DAY}


def make(world: World, **values: Any) -> int:
    actor = world.actor(world.user(), is_administrator=True)
    with transaction():
        return create_event(actor, EventBasics(**{**BASICS, **values})).id


def test_who_makes_an_event_is_its_organiser(world: World) -> None:
    event_id = make(world)
    assert db.session.scalars(sa.select(Membership.role).where(Membership.event_id == event_id)).all() == [
        Role.ORGANIZER
    ]


def test_address_of_another_event_is_refused_with_its_field(world: World) -> None:
    make(world)
    with pytest.raises(CodeTaken) as refusal:
        make(world)
    assert list(refusal.value.fields) == ["code"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"code": "Lampung 2023"}, "code"),
        ({"code": "-x-"}, "code"),
        ({"code": "new"}, "code"),
        ({"ends_on": date(2023, 5, 10)}, "ends_on"),
        ({"timezone": "Asia/Nowhere"}, "timezone"),
    ],
)
def test_impossible_facts_are_refused_at_their_field(world: World, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        make(world, **values)
    assert list(refusal.value.fields) == [field]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 0


def update(world: World, event_id: int, values: Any, seen: int = 1) -> None:
    actor = world.organizer(event_id)
    with transaction():
        update_event(actor, event_id, values, seen)


def test_second_change_from_the_same_page_is_refused(world: World) -> None:
    event_id = world.event()
    update(world, event_id, MeetingLimits(1))
    with pytest.raises(SetupOutdated):
        update(world, event_id, MeetingLimits(3))
    assert db.session.get_one(Event, event_id).exhibitor_min_meetings == 1
    update(world, event_id, MeetingLimits(3), seen=2)
    assert db.session.get_one(Event, event_id).exhibitor_min_meetings == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (MeetingLimits(3, 2), "exhibitor_max_meetings"),
        (MeetingLimits(0, 0), "exhibitor_max_meetings"),
        (MeetingLimits(2, None, -1), "buyer_min_meetings"),
        (RegistrationWindow(LONG_AGO, LONG_AGO, None), "registration_closes_at"),
        (RegistrationWindow(None, None, None, exhibitor_places=0), "exhibitor_places"),
        (Letterhead("", "Dinas", "", "http://192.168.1.4"), "public_address"),
    ],
)
def test_impossible_settings_are_refused_at_their_field(world: World, values: Any, field: str) -> None:
    event_id = world.event()
    with pytest.raises(InvalidInput) as refusal:
        update(world, event_id, values)
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2023, 3, 31, 16, 59, tzinfo=UTC), "not_yet"),
        (datetime(2023, 3, 31, 17, 0, tzinfo=UTC), "open"),
        (datetime(2023, 5, 1, 16, 59, tzinfo=UTC), "open"),
        (datetime(2023, 5, 1, 17, 0, tzinfo=UTC), "closed"),
    ],
)
def test_registration_is_open_exactly_in_its_window(world: World, now: datetime, expected: str) -> None:
    opens, closes = datetime(2023, 3, 31, 17, tzinfo=UTC), datetime(2023, 5, 1, 17, tzinfo=UTC)
    event_id = world.event(registration_opens_at=opens, registration_closes_at=closes)
    assert registration_state(db.session.get_one(Event, event_id), now) == expected


def test_steps_say_what_is_missing_until_it_is_there(world: World) -> None:
    event_id = world.event(registration_opens_at=None)
    assert [step.key for step in setup_steps(event_id) if not step.is_done] == [
        "basics", "programme", "tables", "registration", "letterhead",
    ]  # fmt: skip
    world.slots(event_id)
    world.tables(event_id)
    assert [step.key for step in setup_steps(event_id) if not step.is_done] == ["basics", "registration", "letterhead"]


def test_form_keeps_entries_and_lets_the_person_decide_after_a_conflict(world: World) -> None:
    event_id = world.event()
    browser = world.client(world.organizer(event_id).user_id)
    address = f"/manage/{world.code_of(event_id)}/settings/rules"
    entries = {"setup_version": "1", "exhibitor_min_meetings": "3", "buyer_min_meetings": "0"}
    assert browser.post(address, data=entries).status_code == 303
    late = {**entries, "exhibitor_min_meetings": "5"}
    browser.set_cookie("language", "en")
    refused = browser.post(address, data=late)
    assert refused.status_code == 422
    assert "Somebody else has changed the settings" in refused.text
    assert 'value="5"' in refused.text
    assert 'name="setup_version" type="hidden" value="2"' in refused.text
    assert browser.post(address, data={**late, "setup_version": "2"}).status_code == 303
    assert db.session.get_one(Event, event_id).exhibitor_min_meetings == 5


def test_times_of_the_window_are_wall_times_of_the_events_zone(world: World) -> None:
    event_id = world.event(registration_opens_at=None)
    browser = world.client(world.organizer(event_id).user_id)
    address = f"/manage/{world.code_of(event_id)}/settings/registration"
    entries = {"setup_version": "1", "registration_opens_at": "2023-04-01T08:00", "exhibitor_places": "40"}
    assert browser.post(address, data=entries).status_code == 303
    event = db.session.get_one(Event, event_id)
    assert (event.registration_opens_at, event.exhibitor_places) == (datetime(2023, 4, 1, 1, tzinfo=UTC), 40)
    assert 'value="2023-04-01T08:00"' in browser.get(address).text


def picture(size: tuple[int, int] = (40, 40)) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", size, "maroon").save(file, "PNG")
    file.seek(0)
    return file


def test_logo_is_public_and_replaces_the_one_before(world: World) -> None:
    event_id = world.event()
    browser = world.client(world.organizer(event_id).user_id)
    address = f"/manage/{world.code_of(event_id)}/settings/letterhead"
    for version in (1, 2):
        data = {"setup_version": str(version), "host_name": "Dinas Contoh", "logo": (picture(), "logo.png")}
        assert browser.post(address, data=data).status_code == 303
    stored = db.session.scalars(sa.select(StoredFile)).one()
    assert db.session.get_one(Event, event_id).logo_file_id == stored.id
    with browser.get(f"/files/{stored.code}") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")


def test_file_that_is_no_picture_is_refused_and_the_entries_are_kept(world: World) -> None:
    event_id = world.event()
    browser = world.client(world.organizer(event_id).user_id)
    address = f"/manage/{world.code_of(event_id)}/settings/letterhead"
    data = {"setup_version": "1", "host_name": "Dinas Contoh", "logo": (io.BytesIO(b"MZ not a picture"), "logo.png")}
    browser.set_cookie("language", "en")
    refused = browser.post(address, data=data)
    assert (refused.status_code, "not a photo we can read" in refused.text) == (422, True)
    assert "Dinas Contoh" in refused.text
    assert db.session.get_one(Event, event_id).host_name == ""
