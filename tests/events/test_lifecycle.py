"""Copying, archiving, deleting; what the public sees."""

from __future__ import annotations

from datetime import date, time

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from matchmaking.actor import Role
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.events import hooks
from matchmaking.events.hooks import CopyOptions
from matchmaking.events.models import Event, EventState, Membership
from matchmaking.events.programme import usual_day
from matchmaking.events.queries import public_events, slots_of, tables_of
from matchmaking.events.services import hall, lifecycle
from matchmaking.events.services.mail_settings import MailSettings, set_mail_server
from matchmaking.events.services.programme import change_programme
from matchmaking.extensions import db
from matchmaking.mail.sealing import unseal
from matchmaking.mail.services import server_for
from matchmaking.registration.models import Side
from matchmaking.transactions import transaction
from tests.world import BOTH, DAY, World


def full_event(world: World) -> int:
    event_id = world.event(name="Temu Bisnis 2023", venue="Hotel Contoh", exhibitor_min_meetings=3)
    actor = world.organizer(event_id)
    with transaction():
        change_programme(actor, event_id, usual_day(DAY), 1)
    with transaction():
        zone_id = hall.add_zone(actor, event_id, "Sisi timur").id
    with transaction():
        hall.add_tables(actor, event_id, 1, 4, zone_id)
    with transaction():
        settings = MailSettings("smtp.contoh.example", 587, "starttls", "a@contoh.example", username="u", password="p")
        set_mail_server(actor, event_id, settings)
    return event_id


def copy(world: World, source_id: int, options: CopyOptions | None = None) -> int:
    actor = world.actor(world.user(), is_administrator=True)
    with transaction():
        return lifecycle.copy_event(actor, source_id, "Temu Bisnis 2024", "tb-2024", date(2024, 5, 16), options).id


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_copy_takes_the_set_up_over_with_shifted_dates(world: World) -> None:
    source_id = full_event(world)
    target_id = copy(world, source_id)
    target = db.session.get_one(Event, target_id)
    assert (target.state, target.starts_on, target.venue) == (EventState.DRAFT, date(2024, 5, 16), "Hotel Contoh")
    assert target.exhibitor_min_meetings == 3
    assert [slot.starts_at.time() for slot in slots_of(target_id)] == [s.starts_at.time() for s in slots_of(source_id)]
    assert {slot.starts_at.date() for slot in slots_of(target_id)} == {date(2024, 5, 16)}
    assert [(t.number, t.zone.name) for t in tables_of(target_id) if t.zone] == [(n, "Sisi timur") for n in range(1, 5)]
    server = server_for(target_id)
    assert server
    assert (server.event_id, unseal(server.password_sealed)) == (target_id, "p")


def test_copy_brings_organisers_and_leaders_but_no_desk_staff(world: World) -> None:
    source_id = world.event()
    people = {role: world.user(roles={source_id: role}) for role in (Role.ORGANIZER, Role.LEADER, Role.DESK)}
    target_id = copy(world, source_id)
    found = dict(
        db.session.execute(
            sa.select(Membership.role, Membership.user_id).where(
                Membership.event_id == target_id, Membership.user_id.in_(people.values())
            )
        ).all()
    )
    assert found == {Role.ORGANIZER: people[Role.ORGANIZER], Role.LEADER: people[Role.LEADER]}


def test_copy_tells_the_features_to_the_right(world: World) -> None:
    seen: list[tuple[int, int, bool]] = []

    def note(_actor: object, source: int, target: int, options: CopyOptions) -> None:
        seen.append((source, target, options.with_buyers))

    hooks.event_copied._handlers.append(note)
    try:
        source_id = world.event()
        target_id = copy(world, source_id, CopyOptions(with_buyers=False))
    finally:
        hooks.event_copied._handlers.remove(note)
    assert seen == [(source_id, target_id, False)]


def test_only_a_test_event_can_be_deleted_and_only_by_its_name(world: World) -> None:
    real, trial = world.event(), world.event(name="Uji coba", is_test=True)
    actor = world.organizer(trial)
    with pytest.raises(Conflict), transaction():
        lifecycle.delete_test_event(actor, real, db.session.get_one(Event, real).name)
    with pytest.raises(InvalidInput), transaction():
        lifecycle.delete_test_event(actor, trial, "Uji")
    world.slots(trial)
    world.tables(trial)
    world.participation(trial, Side.EXHIBITOR)
    with transaction():
        lifecycle.delete_test_event(actor, trial, "Uji coba")
    assert db.session.scalars(sa.select(Event.id)).all() == [real]


def test_archived_event_refuses_changes_until_it_is_taken_out(world: World) -> None:
    event_id = world.event()
    browser = world.client(world.organizer(event_id).user_id)
    base = f"/manage/{world.code_of(event_id)}/settings"
    browser.post(f"{base}/archive")
    assert db.session.get_one(Event, event_id).state is EventState.ARCHIVED
    refused = browser.post(
        f"{base}/rules", data={"setup_version": "1", "exhibitor_min_meetings": "5", "buyer_min_meetings": "0"}
    )
    assert refused.status_code == 422
    assert db.session.get_one(Event, event_id).exhibitor_min_meetings == 2
    browser.post(f"{base}/reopen")
    assert db.session.get_one(Event, event_id).state is EventState.OPEN


def test_draft_and_hidden_events_are_shown_to_their_staff_only(world: World) -> None:
    for hidden in ({"state": EventState.DRAFT}, {"is_public_page_on": False}):
        event_id = world.event(**hidden)
        address = f"/events/{world.code_of(event_id)}"
        assert world.client().get(address).status_code == 404
        assert world.client(world.user()).get(address).status_code == 404
        assert world.client(world.organizer(event_id).user_id).get(address).status_code == 200


def test_public_page_says_place_programme_and_zone_and_keeps_times_in_the_events_zone(world: World) -> None:
    event_id = full_event(world)
    page = world.client().get(f"/events/{world.code_of(event_id)}").text
    assert "Hotel Contoh" in page
    assert "09.00–12.00 WIB" in page
    assert "Salat Zuhur dan makan siang" in page


def test_calendar_file_names_the_days(world: World) -> None:
    event_id = world.event(name="Temu; Bisnis, Lampung", venue="Hotel Contoh")
    answer = world.client().get(f"/events/{world.code_of(event_id)}/calendar.ics")
    entry = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (DAY, date(2023, 5, 12))
    assert (str(entry["summary"]), str(entry["location"])) == ("Temu; Bisnis, Lampung", "Hotel Contoh")


def test_list_of_public_events_has_no_drafts_tests_or_hidden_ones(world: World) -> None:
    shown = world.event()
    world.event(state=EventState.DRAFT)
    world.event(is_test=True)
    world.event(is_public_page_on=False)
    assert [event.id for event in public_events()] == [shown]


def test_my_events_are_those_i_belong_to_and_an_administrator_sees_all(world: World) -> None:
    mine, other = world.event(name="Acara saya"), world.event(name="Acara lain")
    person = world.client(world.user(roles={mine: Role.LEADER})).get("/manage").text
    assert ("Acara saya" in person, "Acara lain" in person) == (True, False)
    chief = world.client(world.user(is_administrator=True)).get("/manage").text
    assert ("Acara saya" in chief, "Acara lain" in chief) == (True, True)
    assert other


def test_programme_pages_store_what_is_typed_and_ask_for_what_is_missing(world: World) -> None:
    event_id = world.event()
    browser = world.client(world.organizer(event_id).user_id)
    base = f"/manage/{world.code_of(event_id)}/settings/programme"
    assert browser.post(f"{base}/usual", data={"setup_version": "1"}).status_code == 303
    assert len(slots_of(event_id)) == 15
    entries = {
        "setup_version": "2", "name": "Sesi sore", "day": "2023-05-11", "starts_at": "15:00", "ends_at": "16:00",
        "slot_minutes": "20", "changeover_minutes": "0",
    }  # fmt: skip
    refused = browser.post(f"{base}/session", data=entries)
    assert (refused.status_code, "Sesi sore" in refused.text) == (422, True)  # overlaps the afternoon
    assert (
        browser.post(f"{base}/session", data={**entries, "starts_at": "15:20", "ends_at": "16:00"}).status_code == 303
    )
    assert slots_of(event_id)[-1].starts_at.time() == time(8, 40)
    assert browser.get(base).status_code == 200
