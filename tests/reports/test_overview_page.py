"""The overview as organiser and leader see it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.attendance.models import MeetingState
from matchmaking.extensions import db
from matchmaking.registration.models import Participation, ParticipationState, Side
from matchmaking.reports.queries.own import own_day
from tests.attendance.meetings import tap
from tests.reports.scene import EVENING, live_day, make_day, record_day
from tests.world import World


def page(world: World, event_id: int, role: Role) -> str:
    browser = world.client(world.user(roles={event_id: role}))
    browser.set_cookie("language", "en")
    answer = browser.get(f"/manage/{world.code_of(event_id)}/")
    assert answer.status_code == 200
    return answer.text


def test_new_event_leads_to_its_set_up(world: World) -> None:
    event_id = world.event()
    text = page(world, event_id, Role.ORGANIZER)
    assert "Set sessions and tables" in text
    assert text.count('aria-current="step"') == 1


def test_waiting_registrations_are_the_next_step_of_the_organiser(world: World) -> None:
    event_id = world.event()
    world.slots(event_id)
    world.tables(event_id)
    world.participation(event_id, Side.BUYER)
    world.participation(event_id, Side.EXHIBITOR, state=ParticipationState.SUBMITTED)
    assert "1 waits for you" in page(world, event_id, Role.ORGANIZER)


def test_leader_reads_figures_and_has_nothing_to_press(world: World) -> None:
    event_id = world.event()
    world.participation(event_id, Side.BUYER)
    text = page(world, event_id, Role.LEADER)
    assert "Regional agency" in text
    assert "Set sessions and tables" not in text


@pytest.mark.parametrize("role", [Role.ORGANIZER])
def test_statements_do_not_grow_with_the_event(world: World, role: Role) -> None:
    event_id = world.event()
    browser = world.client(world.user(roles={event_id: role}))

    def statements() -> int:
        count = 0

        def note(*_args: object) -> None:
            nonlocal count
            count += 1

        sa.event.listen(db.engine, "before_cursor_execute", note)
        browser.get(f"/manage/{world.code_of(event_id)}/")
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return count

    world.participation(event_id, Side.EXHIBITOR, regency="18.71")
    world.participation(event_id, Side.BUYER)
    few = statements()
    for _number in range(12):
        world.participation(event_id, Side.EXHIBITOR, regency="18.09")
        world.participation(event_id, Side.BUYER)
    assert statements() == few


def test_statements_do_not_grow_with_what_was_recorded(world: World) -> None:
    day = make_day(world)
    browser = world.client(world.user(roles={day.event_id: Role.ORGANIZER}))

    def statements() -> int:
        count = 0

        def note(*_args: object) -> None:
            nonlocal count
            count += 1

        sa.event.listen(db.engine, "before_cursor_execute", note)
        assert browser.get(f"/manage/{day.scene.code}/").status_code == 200
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return count

    record_day(day)
    before = statements()
    tap(day.scene, day.meetings[5], MeetingState.HELD)
    day.come(day.scene.agencies[2])
    day.deal(1, 2).signed()
    day.deal(1, 1).agreed()
    assert statements() == before


def test_day_stands_first_with_value_in_press_size_and_exact(world: World) -> None:
    day = live_day(world)
    with clock.frozen(EVENING):
        text = page(world, day.event_id, Role.ORGANIZER)
        leader = page(world, day.event_id, Role.LEADER)
    assert text.index("Badges printed") < text.index("Where the event stands")
    assert ("Rp40 juta" in text, "Rp40.000.000" in text, "Rp11,25 juta" in text, "Rp11.250.000" in text) == (True,) * 4
    assert "Rp51" not in text  # never added up
    assert ("Needs you now" in text, "Needs you now" in leader) == (True, False)
    assert ("Rp40 juta" in leader, "btn-primary" in leader.split("<main")[1]) == (True, False)


def test_participant_finds_what_the_day_asks_of_them(world: World) -> None:
    day = live_day(world)
    with clock.frozen(EVENING):
        maker = own_day(db.session.get_one(Participation, day.scene.makers[0]), EVENING)
        agency = own_day(db.session.get_one(Participation, day.scene.agencies[0]), EVENING)
        other = own_day(db.session.get_one(Participation, day.scene.agencies[2]), EVENING)
    # the maker said one of two; of the agency's two one was missed and one is said
    assert (maker.to_fill_in, agency.to_fill_in, other.to_fill_in) == (1, 0, 1)
    # signed, agreed, proposed; the draft is not counted. Somebody authorised has still to sign two of them
    assert (maker.commitments, agency.commitments, other.commitments) == (3, 3, 0)
    assert (maker.to_sign, agency.to_sign, other.to_sign) == (2, 2, 0)
