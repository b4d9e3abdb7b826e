"""Stand-by: who is offered for a freed place, one tap that takes it, two desks at once, and the way back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.attendance.models import Absent, MeetingState, Scan, ScanMethod, ScanOutcome
from matchmaking.attendance.queries.standing_by import Hall, hall_of_day, stand_bys
from matchmaking.attendance.seat_models import DaySeat
from matchmaking.attendance.services import day_seats
from matchmaking.attendance.services.day_seats import Seated, SeatPair, SeatTaken, seat_pair, undo_seat
from matchmaking.attendance.services.meetings import MeetingChanged
from matchmaking.errors import DomainError, InvalidInput, NotFound
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.matching.models import Absence
from matchmaking.registration.models import Delegate, Participation, ParticipationState
from matchmaking.scheduling.errors import NotPossible, NotReady
from matchmaking.scheduling.models import AgendaNotice, Meeting, ScheduleVersion
from matchmaking.scheduling.queries.board import board_of
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.transactions import transaction
from tests.attendance.meetings import codes, lay_version, tap, undo
from tests.attendance.test_outcomes import counted_statements
from tests.scheduling.scene import MUST, NO, WANT, Scene, make_scene
from tests.threads import at_once
from tests.world import BOTH, DAY, World

NINE = datetime(2023, 5, 11, 2, tzinfo=UTC)
SCHEDULED, RUNNING, HELD, NO_SHOW, CANCELLED = MeetingState
#: Slot 1: maker 1 with buyer 1 at table 1, maker 2 with buyer 2 at table 2; slot 2: maker 1 with buyer 2 at table 1.
PAIRS = [(0, 0, 0, 0), (1, 1, 0, 1), (0, 1, 1, 0)]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    scene = make_scene(world)
    lay_version(scene, PAIRS)
    with clock.frozen(NINE + 6 * MINUTE):
        yield scene


def miss(scene: Scene, absent: Absent = Absent.BUYER, number: int = 0) -> str:
    """A meeting at which somebody is missing; returns its code."""
    code = codes(scene)[number]
    tap(scene, code, NO_SHOW, absent)
    return code


def offered(scene: Scene, slot: int = 0, table: int = 0) -> list[tuple[str, str]]:
    """Who is offered for a place: names, the best first."""
    db.session.rollback()
    version = published_version(scene.event_id)
    assert version
    table_id = scene.tables[table]
    pairs = stand_bys(hall_of_day(version), scene.slots[slot], [table_id], 6).get(table_id, [])
    return [(pair.exhibitor, pair.buyer) for pair in pairs]


def seat(
    scene: Scene, maker: int, agency: int, key: str = "seatkey0001", slot: int = 0, table: int | None = 0
) -> Seated:
    with transaction():
        wanted = SeatPair(
            scene.event_id, scene.team(scene.makers[maker]), scene.team(scene.agencies[agency]), scene.slots[slot], key,
            scene.tables[table] if table is not None else None,
        )  # fmt: skip
        return seat_pair(scene.actor, wanted)


def unseat(scene: Scene, key: str = "seatkey0001") -> Seated:
    with transaction():
        return undo_seat(scene.actor, scene.event_id, key)


def seats(scene: Scene) -> set[tuple[str, str, int, int]]:
    """(maker, buyer, slot number, table number) of the published schedule, counted from 1."""
    db.session.rollback()
    version = published_version(scene.event_id)
    assert version
    return {
        (
            row.meeting.exhibitor_team.participation.organization.legal_name,
            row.meeting.buyer_team.participation.organization.legal_name,
            scene.slots.index(row.slot_id) + 1,
            scene.tables.index(row.table_id) + 1,
        )
        for row in scene.placements(version.id)
    }


M1, M2 = "Tapis Contoh 1", "Tapis Contoh 2"
B1, B2, B3 = "Dinas Contoh 1", "Dinas Contoh 2", "Dinas Contoh 3"
AS_LAID = {(M1, B1, 1, 1), (M2, B2, 1, 2), (M1, B2, 2, 1)}


def arrive(scene: Scene, *participations: int, at: datetime = NINE) -> None:
    for id in participations:
        delegate = db.session.scalars(sa.select(Delegate.id).where(Delegate.participation_id == id)).first()
        scene.world.save(
            Scan(
                event_id=scene.event_id, scan_key=f"scan-{id}", day=DAY, method=ScanMethod.TYPED,
                outcome=ScanOutcome.ACCEPTED, delegate_id=delegate, received_at=at,
            )
        )  # fmt: skip


# --- who is offered -----------------------------------------------------------------------------------------------
def test_nobody_is_offered_while_the_place_is_held(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    assert offered(scene) == []
    miss(scene)
    assert offered(scene) == [(M1, B3)]


def test_who_wishes_more_is_offered_first(scene: Scene) -> None:
    more = scene.world.participation(scene.event_id, db.session.get_one(Participation, scene.agencies[0]).side)
    scene.wish(scene.makers[0], scene.agencies[2], WANT)
    scene.wish(scene.makers[0], more, MUST)
    miss(scene)
    assert offered(scene) == [(M1, scene.name(more)), (M1, B3)]


def test_without_wish_or_need_nobody_is_offered(scene: Scene) -> None:
    miss(scene)
    assert offered(scene) == []


def test_who_said_no_is_not_offered(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    scene.wish(scene.agencies[2], scene.makers[0], NO)
    miss(scene)
    assert offered(scene) == []


@pytest.mark.parametrize(("absent", "found"), [(Absent.BUYER, [(M1, B3)]), (Absent.EXHIBITOR, []), (Absent.BOTH, [])])
def test_only_the_side_that_came_is_free(scene: Scene, absent: Absent, found: list[tuple[str, str]]) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    miss(scene, absent)
    assert offered(scene) == found


def test_a_called_off_meeting_frees_both_but_not_for_each_other(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    scene.wish(scene.makers[0], scene.agencies[0])
    tap(scene, codes(scene)[0], CANCELLED)
    assert offered(scene) == [(M1, B3)]


def test_who_sits_elsewhere_or_has_met_is_not_offered(scene: Scene) -> None:
    scene.wish_all()
    miss(scene)
    assert offered(scene) == [(M1, B3)]  # buyer 2 sits at table 2, and meets maker 1 in slot 2
    with clock.frozen(NINE + 25 * MINUTE):
        assert (M1, B2) not in offered(scene, slot=1, table=1)


def test_who_still_sits_in_an_earlier_meeting_is_not_free(scene: Scene) -> None:
    scene.wish(scene.makers[1], scene.agencies[2])
    second = codes(scene)[1]
    with clock.frozen(NINE + 25 * MINUTE):
        assert offered(scene, slot=1, table=1) == [(M2, B3)]
        tap(scene, second, RUNNING)
        assert offered(scene, slot=1, table=1) == []
        tap(scene, second, HELD)
        assert offered(scene, slot=1, table=1) == [(M2, B3)]


def test_both_must_have_arrived_where_the_door_is_used(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    miss(scene)
    arrive(scene, scene.makers[0])
    assert offered(scene) == []
    arrive(scene, scene.agencies[2])
    assert offered(scene) == [(M1, B3)]


def test_without_check_in_nobody_is_absent_until_it_is_known(scene: Scene) -> None:
    scene.wish_all()
    arrive(scene, scene.makers[0])
    with transaction():
        db.session.get_one(Event, scene.event_id).has_check_in = False
    miss(scene)
    assert offered(scene) == [(M1, B3)]
    with clock.frozen(NINE + 25 * MINUTE):
        assert offered(scene, slot=1, table=1) == [(M2, B3)]  # buyer 1 missed slot 1


def test_who_missed_a_meeting_and_came_later_is_offered_again_with_the_one_who_waited(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[0])
    miss(scene)
    arrive(scene, scene.makers[0], scene.agencies[0], at=NINE - 30 * MINUTE)
    with clock.frozen(NINE + 45 * MINUTE):
        assert offered(scene, slot=2, table=1) == []  # scanned in the morning, gone by nine
        with transaction():
            db.session.execute(sa.update(Scan).values(received_at=NINE + 30 * MINUTE))
        assert offered(scene, slot=2, table=1) == [(M1, B1)]
        seat(scene, 0, 0, slot=2, table=1)
    assert (M1, B1, 3, 2) in seats(scene)
    assert (M1, B1, 1, 1) not in seats(scene)


def test_who_is_away_in_the_slot_or_not_approved_is_not_offered(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    miss(scene)
    away = Absence(
        team_id=scene.team(scene.agencies[2]), kind="away", starts_at=NINE, ends_at=NINE + 20 * MINUTE, created_at=NINE
    )
    scene.world.save(away)
    assert offered(scene) == []
    with transaction():
        db.session.delete(away)
    assert offered(scene) == [(M1, B3)]
    with transaction():
        db.session.get_one(Participation, scene.agencies[2]).state = ParticipationState.WITHDRAWN
    assert offered(scene) == []


def test_a_table_of_ones_own_and_the_most_meetings_hold(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    miss(scene)
    with transaction():
        db.session.get_one(Participation, scene.makers[0]).home_table_id = scene.tables[1]
    assert offered(scene) == []
    with transaction():
        db.session.get_one(Participation, scene.makers[0]).home_table_id = scene.tables[0]
    assert offered(scene) == [(M1, B3)]
    with transaction():
        db.session.get_one(Participation, scene.makers[0]).max_meetings = 1  # that of slot 2
    assert offered(scene) == []


def test_no_team_is_promised_to_two_tables(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    scene.wish(scene.makers[1], scene.agencies[2], MUST)
    miss(scene)
    miss(scene, number=1)
    version = published_version(scene.event_id)
    assert version
    found = stand_bys(hall_of_day(version), scene.slots[0], scene.tables, 6)
    assert {table: [(p.exhibitor, p.buyer) for p in pairs] for table, pairs in found.items()} == {
        scene.tables[0]: [(M2, B3), (M1, B3)]
    }


def test_the_offer_needs_a_fixed_number_of_statements(world: World) -> None:
    numbers = []
    for size in (2, 6):
        scene = make_scene(world, makers=size, agencies=size + 1, tables=size)
        lay_version(scene, [(n, n, 0, n) for n in range(size)])
        scene.wish_all()
        version = published_version(scene.event_id)
        assert version
        with counted_statements() as made:
            stand_bys(hall_of_day(version), scene.slots[1], scene.tables, 6)
        numbers.append(len(made))
    assert numbers[0] == numbers[1]


# --- one tap ------------------------------------------------------------------------------------------------------
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
    with pytest.raises(NotReady):
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

    Without the lock on the slot's meetings both hold what the other waits for, and one of them breaks off.
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


def hall() -> Hall:
    db.session.rollback()
    version = db.session.scalars(sa.select(ScheduleVersion).order_by(ScheduleVersion.number.desc())).first()
    assert version
    return hall_of_day(version)


def test_a_place_that_was_given_on_is_not_taken_from_who_sits_there(scene: Scene) -> None:
    tap(scene, codes(scene)[0], CANCELLED)
    seat(scene, 0, 2)  # at table 1
    tap(scene, codes(scene)[3], CANCELLED)
    seat(scene, 0, 0, "seatkey0002")  # the two of the beginning again
    assert (M1, B1, 1, 1) in seats(scene)
    unseat(scene, "seatkey0002")
    assert (M1, B3, 1, 1) in seats(scene)


# --- the control page ---------------------------------------------------------------------------------------------
def send(scene: Scene, address: str, role: Role = Role.DESK, **given: object) -> str:
    browser = scene.staff(role)
    browser.set_cookie("language", "en")
    answer = browser.post(f"/manage/{scene.code}/day/{address}", data=given, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def shown(scene: Scene, role: Role = Role.DESK) -> str:
    browser = scene.staff(role)
    browser.set_cookie("language", "en")
    return browser.get(f"/manage/{scene.code}/day").get_data(as_text=True)


def tapped(scene: Scene, key: str = "seatkey0001") -> dict[str, object]:
    return {
        "exhibitor": scene.team(scene.makers[0]), "buyer": scene.team(scene.agencies[2]), "slot_id": scene.slots[0],
        "table": scene.tables[0], "key": key,
    }  # fmt: skip


def test_the_page_offers_at_once_and_takes_with_one_tap(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    assert "Seat them" not in shown(scene)
    code = codes(scene)[0]
    missed = send(scene, f"meetings/{code}/state", to="no_show:buyer", key="abcdefgh12345678", seen=0)
    assert f"<strong>{M1} – {B3}</strong>" in missed
    assert "The exhibitor wants to meet." in missed
    assert missed.count("Seat them") == 1
    assert "Seat them" not in shown(scene, Role.LEADER)
    taken = send(scene, "stand-by", **tapped(scene))
    assert f"Seated at table 1: {M1} – {B3}. Both are told." in taken
    assert "seated on the day" in taken
    assert "Seat them" not in taken
    back = send(scene, "stand-by/undo", key="seatkey0001")
    assert f"Taken back: {M1} – {B3} are not seated any more." in back
    assert back.count("Seat them") == 1


def test_who_comes_second_is_told_by_the_page(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    miss(scene)
    send(scene, "stand-by", **tapped(scene))
    second = send(scene, "stand-by", **tapped(scene, "seatkey0002"))
    assert f"Somebody was faster: {M1} – {B3} sit there now." in second
    assert seats(scene) == {(M1, B3, 1, 1), (M2, B2, 1, 2), (M1, B2, 2, 1)}


@pytest.mark.parametrize("wrong", ["exhibitor", "buyer", "slot_id", "table"])
def test_a_tap_without_its_fields_is_refused(scene: Scene, wrong: str) -> None:
    answer = scene.staff().post(f"/manage/{scene.code}/day/stand-by", data={**tapped(scene), wrong: "x"})
    assert answer.status_code == 422


def test_missed_meeting_does_not_count_on_the_most_that_somebody_may_have(scene: Scene) -> None:
    with transaction():
        db.session.get_one(Participation, scene.makers[0]).max_meetings = 1  # and has two

    def broken() -> dict[int, list[str]]:
        db.session.rollback()
        version = published_version(scene.event_id)
        assert version is not None
        return {id: [o.code for o in all] for id, all in board_of(version).rules.conflicts().items()}

    assert [*broken().values()] == [["maximum"], ["maximum"]]
    tap(scene, codes(scene)[0], NO_SHOW, Absent.BUYER, step_key="missed-1")
    assert broken() == {}
    undo(scene, "missed-1")
    assert [*broken().values()] == [["maximum"], ["maximum"]]
