"""Changing slots or tables under a schedule: asked once, with what it touches, and nothing is deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from matchmaking.actor import Role
from matchmaking.codes import new_code
from matchmaking.events.hooks import SetupChange
from matchmaking.events.models import Event, MeetingTable, TimeSlot
from matchmaking.events.services.lifecycle import delete_test_event
from matchmaking.extensions import db
from matchmaking.registration.models import Participation, Side, Team
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.consequences import schedule_consequences
from matchmaking.transactions import transaction
from tests.world import BOTH, LONG_AGO, World


@pytest.fixture
def held(world: World) -> tuple[int, list[int], list[int]]:
    """Meetings at (slot 1, table 1) and (slot 2, table 2) in the published version, the first also in draft 2."""
    event_id = world.event()
    slots, tables = world.slots(event_id, 3), world.tables(event_id, 3)
    buyer, *exhibitors = (world.participation(event_id, side) for side in (Side.BUYER, Side.EXHIBITOR, Side.EXHIBITOR))
    meetings = [meet(world, event_id, exhibitor, buyer) for exhibitor in exhibitors]
    published = version(world, event_id, 1, VersionState.PUBLISHED)
    draft = version(world, event_id, 2, VersionState.DRAFT)
    old = version(world, event_id, 3, VersionState.DISCARDED)
    place(world, published, meetings[0], slots[0], tables[0])
    place(world, published, meetings[1], slots[1], tables[1])
    place(world, draft, meetings[0], slots[0], tables[0])
    place(world, old, meetings[0], slots[2], tables[2])
    return event_id, slots, tables


def team_of(participation_id: int) -> int:
    return db.session.scalars(sa.select(Team.id).where(Team.participation_id == participation_id)).one()


def meet(world: World, event_id: int, exhibitor: int, buyer: int) -> int:
    teams = {"exhibitor_team_id": team_of(exhibitor), "buyer_team_id": team_of(buyer)}
    return world.save(Meeting(code=new_code(12), event_id=event_id, created_at=LONG_AGO, **teams))


def version(world: World, event_id: int, number: int, state: VersionState) -> int:
    return world.save(
        ScheduleVersion(code=new_code(12), event_id=event_id, number=number, state=state, created_at=LONG_AGO)
    )


def place(world: World, version_id: int, meeting_id: int, slot_id: int, table_id: int) -> int:
    meeting = db.session.get_one(Meeting, meeting_id)
    return world.save(
        Placement(
            version_id=version_id,
            meeting_id=meeting_id,
            slot_id=slot_id,
            table_id=table_id,
            exhibitor_team_id=meeting.exhibitor_team_id,
            buyer_team_id=meeting.buyer_team_id,
        )
    )


def said(event_id: int, change: SetupChange) -> list[str]:
    with force_locale("en"):
        return [item.sentence for item in schedule_consequences(event_id, change)]


LOST_1 = (
    "1 meeting of the published schedule has no place any more. It stays on record; build and publish a new schedule."
)
LOST_2 = (
    "2 meetings of the published schedule have no place any more."
    " They stay on record; build and publish a new schedule."
)
DRAFT_LOST = (
    "1 meeting of draft 2 loses its place."
    " It moves to a free table at the same time, or to the requests that are not met."
)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_slot_that_goes_names_the_meetings_of_each_living_version(held: tuple[int, list[int], list[int]]) -> None:
    event_id, slots, tables = held
    assert said(event_id, SetupChange(retired_slot_ids=(slots[0],))) == [LOST_1, DRAFT_LOST]
    assert said(event_id, SetupChange(retired_slot_ids=(slots[0],), retired_table_ids=(tables[1],))) == [
        LOST_2,
        DRAFT_LOST,
    ]


def test_slot_or_table_without_a_meeting_asks_nothing(held: tuple[int, list[int], list[int]]) -> None:
    event_id, slots, tables = held
    assert said(event_id, SetupChange(retired_slot_ids=(slots[2],), retired_table_ids=(tables[2],))) == []
    assert said(event_id, SetupChange(added_slots=4)) == []


def test_meeting_that_loses_its_table_is_not_also_said_to_shift(held: tuple[int, list[int], list[int]]) -> None:
    event_id, slots, tables = held
    change = SetupChange(retimed_slot_ids=(slots[0], slots[1]), retired_table_ids=(tables[0],))
    assert said(event_id, change) == [
        LOST_1,
        DRAFT_LOST,
        "1 meeting of the published schedule gets other times. Those concerned are told again.",
    ]


def test_another_events_schedule_is_not_counted(world: World, held: tuple[int, list[int], list[int]]) -> None:
    _event_id, slots, _tables = held
    assert said(world.event(), SetupChange(retired_slot_ids=(slots[0],))) == []


def test_page_asks_once_and_then_retires_the_table_keeping_the_meeting(
    world: World, held: tuple[int, list[int], list[int]]
) -> None:
    event_id, _slots, tables = held
    home = db.session.scalars(sa.select(Participation).where(Participation.side == Side.EXHIBITOR)).all()[0].id
    fix_table(home, tables[0])
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    browser.set_cookie("language", "en")
    address = f"/manage/{world.code_of(event_id)}/settings/tables/remove"
    entries = {"selected": str(tables[0]), "setup_version": str(db.session.get_one(Event, event_id).setup_version)}
    asked = browser.post(address, data=entries)
    assert (LOST_1 in asked.text, DRAFT_LOST in asked.text) == (True, True)
    assert "1 participant has a fixed table there and will sit at any free table." in asked.text
    assert db.session.get_one(MeetingTable, tables[0]).retired_at is None
    assert browser.post(address, data={**entries, "confirmed": "yes"}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(MeetingTable, tables[0]).retired_at is not None
    assert db.session.get_one(Participation, home).home_table_id is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Placement)) == 4


def test_confirmed_page_that_is_outdated_changes_nothing(world: World, held: tuple[int, list[int], list[int]]) -> None:
    event_id, _slots, tables = held
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    seen = db.session.get_one(Event, event_id).setup_version
    address = f"/manage/{world.code_of(event_id)}/settings/tables"
    assert browser.post(address, data={"first": "10", "last": "11", "zone_id": "0"}).status_code == 303
    entries = {"selected": str(tables[0]), "setup_version": str(seen), "confirmed": "yes"}
    browser.post(f"{address}/remove", data=entries)
    db.session.expire_all()
    assert db.session.get_one(MeetingTable, tables[0]).retired_at is None


def test_other_time_zone_asks_once_and_then_keeps_the_wall_times(
    world: World, held: tuple[int, list[int], list[int]]
) -> None:
    event_id, slots, _tables = held
    row = db.session.get_one(Event, event_id)
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    browser.set_cookie("language", "en")
    address = f"/manage/{world.code_of(event_id)}/settings/event"
    entries = {
        "code": row.code,
        "name": row.name,
        "starts_on": "2023-05-11",
        "ends_on": "2023-05-11",
        "timezone": "Asia/Makassar",
        "setup_version": str(row.setup_version),
    }
    before = db.session.get_one(TimeSlot, slots[0]).starts_at
    asked = browser.post(address, data=entries)
    assert "2 meetings of the published schedule get other times. Those concerned are told again." in asked.text
    db.session.expire_all()
    assert db.session.get_one(TimeSlot, slots[0]).starts_at == before
    assert browser.post(address, data={**entries, "confirmed": "yes"}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(TimeSlot, slots[0]).starts_at == before - timedelta(hours=1)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_test_event_with_a_schedule_can_be_deleted(world: World, held: tuple[int, list[int], list[int]]) -> None:
    event_id, _slots, _tables = held
    organizer = world.organizer(event_id)
    with transaction():
        event = db.session.get_one(Event, event_id)
        event.is_test = True
        name = event.name
    with transaction():
        delete_test_event(organizer, event_id, name)
    for model in (Event, TimeSlot, Placement, ScheduleVersion, Meeting):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0, model


def fix_table(participation_id: int, table_id: int) -> None:
    with transaction():
        db.session.get_one(Participation, participation_id).home_table_id = table_id
