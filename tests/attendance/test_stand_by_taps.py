"""Stand-by: one tap that takes a place, two desks at once, and the way back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.attendance.models import Absent
from matchmaking.attendance.seat_models import DaySeat
from matchmaking.attendance.services import day_seats
from matchmaking.attendance.services.day_seats import Seated, SeatPair, SeatTaken, seat_pair
from matchmaking.attendance.services.meetings import MeetingChanged
from matchmaking.errors import DomainError, InvalidInput, NotFound
from matchmaking.events.models import Event, EventState
from matchmaking.events.services.guards import EventArchived
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate
from matchmaking.scheduling.errors import NotPossible, NotReady
from matchmaking.scheduling.models import AgendaNotice, Meeting, ScheduleVersion
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.transactions import transaction
from tests.attendance.meetings import codes, lay_version, tap, undo
from tests.attendance.stand_bys import (
    AS_LAID,
    B1,
    B2,
    B3,
    CANCELLED,
    M1,
    M2,
    MINUTE,
    NINE,
    NO_SHOW,
    PAIRS,
    RUNNING,
    SCHEDULED,
    hall,
    miss,
    seat,
    seats,
    unseat,
)
from tests.scheduling.scene import Scene, make_scene
from tests.threads import at_once
from tests.world import BOTH, World


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    scene = make_scene(world)
    lay_version(scene, PAIRS)
    with clock.frozen(NINE + 6 * MINUTE):
        yield scene


def test_one_tap_seats_them_and_announces_it(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    missed = miss(scene)
    done = seat(scene, 0, 2)
    assert (done.exhibitor, done.buyer, done.table, done.is_repeat) == (M1, B3, "1", False)
    assert seats(scene) == {(M1, B3, 1, 1), (M2, B2, 1, 2), (M1, B2, 2, 1)}
    version = published_version(scene.event_id)
    assert version
    assert (version.number, version.based_on_id) == (2, 1)
    tap(scene, done.meeting_code, RUNNING)
    with pytest.raises(MeetingChanged):
        tap(scene, missed, RUNNING)  # its place is given away


def test_the_same_tap_again_seats_nobody_else(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    miss(scene)
    first, again = seat(scene, 0, 2), seat(scene, 0, 2)
    assert (again.meeting_code, again.is_repeat) == (first.meeting_code, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ScheduleVersion)) == 2


def test_only_those_concerned_are_told(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    miss(scene)
    seat(scene, 0, 2)
    told = db.session.scalars(
        sa.select(Delegate.participation_id).join(AgendaNotice, AgendaNotice.delegate_id == Delegate.id)
    )
    assert sorted(told) == sorted([scene.makers[0], scene.agencies[0], scene.agencies[2]])


def test_any_free_table_is_found_by_itself(scene: Scene) -> None:
    done = seat(scene, 1, 2, slot=1, table=None)
    assert done.table == "2"
    assert (M2, B3, 2, 2) in seats(scene)
    with pytest.raises(SeatTaken):
        seat(scene, 1, 0, "seatkey0002", slot=1, table=None)


@pytest.mark.parametrize(
    ("maker", "agency", "slot", "table", "error"),
    [
        (0, 2, 0, 1, SeatTaken),  # somebody sits there
        (0, 1, 2, 0, SeatTaken),  # they meet in slot 2
        (1, 2, 0, 0, NotPossible),  # maker 2 sits at table 2
        (0, 2, 1, 1, NotPossible),  # maker 1 sits at table 1 then
    ],
)
def test_what_does_not_hold_any_more_is_refused(
    scene: Scene, maker: int, agency: int, slot: int, table: int, error: type[DomainError]
) -> None:
    miss(scene)
    with pytest.raises(error):
        seat(scene, maker, agency, slot=slot, table=table)
    assert seats(scene) == AS_LAID


def test_a_place_whose_people_came_after_all_is_not_given_away(scene: Scene) -> None:
    code = miss(scene)
    tap(scene, code, RUNNING)
    with pytest.raises(SeatTaken):
        seat(scene, 0, 2)
    assert seats(scene) == AS_LAID


def test_a_slot_that_is_over_takes_nobody(scene: Scene) -> None:
    miss(scene)
    with clock.frozen(NINE + 20 * MINUTE), pytest.raises(SeatTaken):
        seat(scene, 0, 2)
    with clock.frozen(NINE + 19 * MINUTE):
        assert seat(scene, 0, 2).buyer == B3


def test_two_of_one_side_other_events_and_strange_keys_are_refused(scene: Scene, world: World) -> None:
    other = make_scene(world)
    maker, agency = scene.team(scene.makers[0]), scene.team(scene.agencies[2])
    wrong: list[tuple[SeatPair, type[DomainError]]] = [
        (SeatPair(scene.event_id, agency, maker, scene.slots[1], "seatkey0001"), NotFound),
        (SeatPair(scene.event_id, other.team(other.makers[0]), agency, scene.slots[1], "seatkey0001"), NotFound),
        (SeatPair(scene.event_id, maker, agency, other.slots[1], "seatkey0001"), NotFound),
        (SeatPair(scene.event_id, maker, agency, scene.slots[2], "seatkey0001", other.tables[0]), NotPossible),
        (SeatPair(scene.event_id, maker, agency, scene.slots[2], "short"), InvalidInput),
        (SeatPair(other.event_id, other.team(other.makers[0]), other.team(other.agencies[0]), other.slots[0], "seatkey0001"), NotReady),
    ]  # fmt: skip
    for command, error in wrong:
        with pytest.raises(error), transaction():
            seat_pair(scene.actor, command)
    assert seats(scene) == AS_LAID


def test_an_archived_event_seats_nobody(scene: Scene) -> None:
    with transaction():
        db.session.get_one(Event, scene.event_id).state = EventState.ARCHIVED
    with pytest.raises(EventArchived):
        seat(scene, 1, 2, slot=1, table=1)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_eight_desks_at_once_seat_one_pair(app: Flask, world: World) -> None:
    scene = make_scene(world, agencies=9)
    lay_version(scene, PAIRS)
    tap(scene, codes(scene)[0], NO_SHOW, Absent.BUYER)

    def act(number: int) -> object:
        with clock.frozen(NINE):
            return seat(scene, 0, number + 1, f"seatrace{number}")

    # Buyer 2 sits at table 2 already; the others race for maker 1.
    outcomes = at_once(app, act, 8)
    won = [one for one in outcomes if isinstance(one, Seated)]
    assert len(won) == 1, outcomes
    assert all(isinstance(one, SeatTaken | NotPossible) for one in outcomes if one not in won), outcomes
    assert sum(row.slot_id == scene.slots[0] for row in scene.placements(2)) == 2


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_they_came_after_all_and_a_stand_by_at_once_have_one_winner(app: Flask, world: World) -> None:
    scene = make_scene(world)
    lay_version(scene, PAIRS)
    code = codes(scene)[0]
    tap(scene, code, NO_SHOW, Absent.BUYER)

    def act(number: int) -> object:
        with clock.frozen(NINE):
            return tap(scene, code, RUNNING) if number % 2 else seat(scene, 0, 2)

    outcomes = at_once(app, act, 2)
    assert sum(isinstance(one, Exception) for one in outcomes) == 1, outcomes
    db.session.rollback()
    is_seated = (M1, B3, 1, 1) in seats(scene)
    assert is_seated is isinstance(outcomes[0], Seated)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_nobody_begins_a_missed_meeting_while_its_place_is_given_away(app: Flask, world: World) -> None:
    """The tap comes while the stand-by is being judged: it waits for the meeting and is then told that its place is gone.

    Without the lock on the meetings the tap would begin what has no place any more.
    """
    scene = make_scene(world)
    lay_version(scene, PAIRS)
    code = codes(scene)[0]
    tap(scene, code, NO_SHOW, Absent.BUYER)
    judging = threading.Event()
    check = day_seats._check

    def slow_check(*given: Any) -> int:
        judging.set()
        time.sleep(1.0)  # long enough for the tap to reach the meeting
        return check(*given)

    def act(number: int) -> object:
        with clock.frozen(NINE):
            if number:
                return seat(scene, 0, 2)
            assert judging.wait(10)
            return tap(scene, code, RUNNING)

    with patch.object(day_seats, "_check", slow_check):
        came, seated = at_once(app, act, 2)
    assert isinstance(seated, Seated), seated
    assert isinstance(came, MeetingChanged), came
    assert seats(scene) == {(M1, B3, 1, 1), (M2, B2, 1, 2), (M1, B2, 2, 1)}


# --- and back -----------------------------------------------------------------------------------------------------
def test_taking_back_puts_the_missed_meeting_there_again(scene: Scene) -> None:
    missed = miss(scene)
    seat(scene, 0, 2)
    unseat(scene)
    unseat(scene)
    assert seats(scene) == AS_LAID
    assert [row.undone_at is not None for row in db.session.scalars(sa.select(DaySeat))] == [True]
    tap(scene, missed, RUNNING)


def test_a_meeting_that_has_begun_is_not_taken_back(scene: Scene) -> None:
    miss(scene)
    done = seat(scene, 0, 2)
    begun = tap(scene, done.meeting_code, RUNNING)
    with pytest.raises(SeatTaken):
        unseat(scene)
    undo(scene, begun.step_key)
    unseat(scene)
    assert seats(scene) == AS_LAID


def test_what_is_not_there_cannot_be_taken_back(scene: Scene) -> None:
    with pytest.raises(NotFound):
        unseat(scene, "unknownkey1")


def test_a_second_try_is_taken_back_to_a_no_show(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[0])
    code = miss(scene)
    seat(scene, 0, 0, slot=2, table=1)
    meeting = db.session.scalars(sa.select(Meeting).where(Meeting.code == code)).one()
    assert hall().state_of(meeting.id) is SCHEDULED
    unseat(scene)
    assert hall().state_of(meeting.id) is NO_SHOW
    assert seats(scene) == AS_LAID


def test_a_place_that_was_given_on_is_not_taken_from_who_sits_there(scene: Scene) -> None:
    tap(scene, codes(scene)[0], CANCELLED)
    seat(scene, 0, 2)  # at table 1
    tap(scene, codes(scene)[3], CANCELLED)
    seat(scene, 0, 0, "seatkey0002")  # the two of the beginning again
    assert (M1, B1, 1, 1) in seats(scene)
    unseat(scene, "seatkey0002")
    assert (M1, B3, 1, 1) in seats(scene)
