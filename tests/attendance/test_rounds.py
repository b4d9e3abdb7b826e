"""A round: all tables of a slot begin and end with one tap, only those that are ready, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.attendance.models import Absent, MeetingState
from matchmaking.attendance.queries.rounds import round_meetings
from matchmaking.attendance.services.rounds import ChangeRound, RoundChange, change_round, undo_round
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.events.models import Break, BreakKind, Event
from matchmaking.extensions import db
from matchmaking.scheduling.day_models import SlotDelay
from matchmaking.transactions import transaction
from tests.attendance.meetings import codes, lay_version, tap, undo
from tests.attendance.stand_bys import arrive
from tests.scheduling.scene import Scene, make_scene
from tests.threads import at_once
from tests.world import BOTH, DAY, World

NINE = datetime(2023, 5, 11, 2, tzinfo=UTC)
SCHEDULED, RUNNING, HELD, NO_SHOW, CANCELLED = MeetingState
#: Three meetings in the first slot, one in the second.
PAIRS = [(0, 0, 0, 0), (1, 1, 0, 1), (2, 2, 0, 2), (0, 1, 1, 0)]


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    scene = make_scene(world, tables=3, makers=3)
    lay_version(scene, PAIRS)
    with clock.frozen(NINE + timedelta(minutes=1)):
        yield scene


def turn(scene: Scene, to: MeetingState, key: str = "", slot: int = 0) -> RoundChange:
    with transaction():
        return change_round(scene.actor, ChangeRound(scene.event_id, scene.slots[slot], to, key or f"round{to.value}1"))


def turn_back(scene: Scene, key: str, new_key: str = "backagain1") -> int:
    with transaction():
        return undo_round(scene.actor, scene.event_id, key, new_key)


def states(scene: Scene) -> list[MeetingState]:
    db.session.rollback()
    return [row.state for slot in scene.slots[:2] for row in round_meetings(scene.event_id, slot)]


def test_a_round_begins_and_ends_at_all_tables_of_its_slot_only(scene: Scene) -> None:
    begun = turn(scene, RUNNING)
    assert (begun.changed, begun.left, states(scene)) == (3, 0, [RUNNING, RUNNING, RUNNING, SCHEDULED])
    ended = turn(scene, HELD)
    assert (ended.changed, states(scene)) == (3, [HELD, HELD, HELD, SCHEDULED])


def test_what_was_recorded_by_hand_stays(scene: Scene) -> None:
    first, second, _third, _later = codes(scene)
    tap(scene, first, NO_SHOW, Absent.BUYER)
    tap(scene, second, RUNNING)
    assert turn(scene, RUNNING).changed == 1
    assert states(scene) == [NO_SHOW, RUNNING, RUNNING, SCHEDULED]
    assert turn(scene, HELD).changed == 2
    assert states(scene) == [NO_SHOW, HELD, HELD, SCHEDULED]


def test_a_meeting_waits_for_who_has_not_arrived_where_the_door_is_used(scene: Scene) -> None:
    arrive(scene, scene.makers[0], scene.agencies[0], scene.makers[1])
    begun = turn(scene, RUNNING)
    assert (begun.changed, begun.left, states(scene)) == (1, 2, [RUNNING, SCHEDULED, SCHEDULED, SCHEDULED])
    with transaction():
        db.session.get_one(Event, scene.event_id).has_check_in = False
    assert turn(scene, RUNNING, "roundagain1").changed == 2


def test_the_same_tap_again_changes_nothing(scene: Scene) -> None:
    turn(scene, RUNNING, "roundrunning1")
    tap(scene, codes(scene)[0], HELD)
    again = turn(scene, RUNNING, "roundrunning1")
    assert (again.is_repeat, again.changed, states(scene)) == (True, 3, [HELD, RUNNING, RUNNING, SCHEDULED])


def test_a_round_is_taken_back_where_nobody_went_on(scene: Scene) -> None:
    turn(scene, RUNNING, "roundrunning1")
    tap(scene, codes(scene)[0], HELD)
    assert turn_back(scene, "roundrunning1") == 2
    assert states(scene) == [HELD, SCHEDULED, SCHEDULED, SCHEDULED]
    assert turn_back(scene, "roundrunning1", "onceagain1") == 0
    assert states(scene) == [HELD, SCHEDULED, SCHEDULED, SCHEDULED]


def test_one_meeting_of_a_round_is_taken_back_alone(scene: Scene) -> None:
    turn(scene, RUNNING, "roundrunning1")
    meeting = round_meetings(scene.event_id, scene.slots[0])[0].meeting_id
    undo(scene, f"roundrunning1-{meeting}")
    assert states(scene) == [SCHEDULED, RUNNING, RUNNING, SCHEDULED]


@pytest.mark.parametrize("to", [SCHEDULED, NO_SHOW, CANCELLED])
def test_a_round_can_only_begin_and_end(scene: Scene, to: MeetingState) -> None:
    with pytest.raises(InvalidInput):
        turn(scene, to, "roundother1")
    assert set(states(scene)) == {SCHEDULED}


@pytest.mark.parametrize("key", ["short", "x" * 21, "a_b%c_d%e"])
def test_a_key_that_no_page_makes_is_refused(scene: Scene, key: str) -> None:
    with pytest.raises(InvalidInput):
        turn(scene, RUNNING, key)


def test_an_empty_slot_has_no_round(scene: Scene) -> None:
    with pytest.raises(NotFound):
        turn(scene, RUNNING, slot=3)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_eight_desks_at_once_begin_a_round_once(app: Flask, world: World) -> None:
    scene = make_scene(world, tables=3, makers=3)
    lay_version(scene, PAIRS)
    outcomes = at_once(app, lambda n: turn(scene, RUNNING, f"roundrace{n}"), 8)
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert sum(one.changed for one in outcomes if isinstance(one, RoundChange)) == 3
    assert states(scene) == [RUNNING, RUNNING, RUNNING, SCHEDULED]


# --- the control page ---------------------------------------------------------------------------------------------
def page(scene: Scene, minutes: int, role: Role = Role.ORGANIZER) -> str:
    browser = scene.staff(role)
    browser.set_cookie("language", "en")
    with clock.frozen(NINE + timedelta(minutes=minutes)):
        return browser.get(f"/manage/{scene.code}/day").get_data(as_text=True)


def send(scene: Scene, address: str, now: int = 1, role: Role = Role.ORGANIZER, **given: object) -> str:
    browser = scene.staff(role)
    browser.set_cookie("language", "en")
    with clock.frozen(NINE + timedelta(minutes=now)):
        answer = browser.post(f"/manage/{scene.code}/day/{address}", data=given, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def delay(scene: Scene, minutes: int = 10, slot: int = 0, **given: object) -> dict[str, object]:
    return {
        "minutes": minutes, "scope": "day", "from_slot": scene.slots[slot], "seen": 0, "key": "delaykey0001", **given,
    }  # fmt: skip


def test_the_page_begins_and_ends_a_round_and_takes_it_back(scene: Scene) -> None:
    assert 'id="round-start"' in page(scene, 1)
    assert 'id="round-end"' not in page(scene, 1)
    slot = scene.slots[0]
    begun = send(scene, "round", role=Role.DESK, to="running", slot_id=slot, key="pagekey0001")
    assert "3 meetings begun." in begun
    assert "3 tables under way" in begun
    assert 'id="round-end"' in begun
    assert 'id="round-start"' not in begun
    back = send(scene, "round/undo", role=Role.DESK, key="pagekey0001", new_key="pagekey0002")
    assert "Taken back for 3 meetings." in back
    assert set(states(scene)) == {SCHEDULED}
    assert "Nothing was taken back" in send(scene, "round/undo", key="pagekey0001", new_key="pagekey0003")


def test_the_page_says_how_late_a_round_is(scene: Scene) -> None:
    assert "not begun, due since" not in page(scene, -1)
    assert "not begun, due since 09:00" in page(scene, 6)
    assert "Write down +6 min" in page(scene, 6)
    assert "Write down" not in page(scene, 1)
    with clock.frozen(NINE + timedelta(minutes=7)):
        turn(scene, RUNNING)
    shown = page(scene, 9)
    assert "begun 7 minutes late" in shown
    assert "Write down +7 min" in shown
    send(scene, "delays", 9, **delay(scene, 7))
    assert "Write down" not in page(scene, 9)
    with clock.frozen(NINE + timedelta(minutes=28)):
        turn(scene, HELD)
        assert "this round is over" in page(scene, 26)


def test_tables_that_go_on_after_the_end_are_said(scene: Scene) -> None:
    turn(scene, RUNNING)
    browser = scene.staff()
    browser.set_cookie("language", "en")
    with clock.frozen(NINE + timedelta(minutes=23)):
        shown = browser.get(f"/manage/{scene.code}/day?slot=1").get_data(as_text=True)
    assert "3 tables are over time since 09:20" in shown
    assert 'id="round-end"' in shown


def test_a_delay_moves_the_countdown_and_is_taken_back(scene: Scene) -> None:
    assert "15:00" in page(scene, 5)
    noted = send(scene, "delays", 5, **delay(scene))
    assert "+10 min for everything from 09:00 WIB on" in noted
    assert "25:00" not in noted  # the slot begins at 09:10 now
    assert "05:00" in noted
    assert "begins in" in noted
    back = send(scene, "delays/undo", 5, key="delaykey0001")
    assert "15:00" in back
    assert "+10 min for everything" not in back


def test_a_table_of_its_own_time_says_so_in_its_row(scene: Scene) -> None:
    noted = send(scene, "delays", **delay(scene, scope="table", table=scene.tables[1]))
    assert noted.count("here from 09:10") == 1
    assert "+10 min at table 2, from 09:00 WIB to the end of the session" in noted


def test_two_organisers_at_one_page_do_not_add_twice(scene: Scene) -> None:
    send(scene, "delays", **delay(scene))
    second = send(scene, "delays", **delay(scene, key="delaykey0002"))
    assert "Somebody was faster" in second
    assert second.count("+10 min for everything") == 1


@pytest.mark.parametrize("wrong", [{"minutes": "many"}, {"minutes": "500"}, {"scope": "hall"}, {"from_slot": "x"}])
def test_a_delay_that_says_nothing_is_refused(scene: Scene, wrong: dict[str, object]) -> None:
    answer = scene.staff().post(
        f"/manage/{scene.code}/day/delays", data={**delay(scene), **wrong}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SlotDelay)) == 0


def test_desk_and_leader_see_delays_and_cannot_make_them(scene: Scene) -> None:
    send(scene, "delays", **delay(scene))
    for role in (Role.DESK, Role.LEADER):
        shown = page(scene, 1, role)
        assert "+10 min for everything" in shown
        assert "undo-delay-" not in shown
        assert 'id="delay-5"' not in shown
    assert scene.staff(Role.DESK).post(f"/manage/{scene.code}/day/delays", data=delay(scene)).status_code == 403


def test_what_a_delay_runs_into_is_said(scene: Scene) -> None:
    scene.world.save(
        Break(
            event_id=scene.event_id, kind=BreakKind.PRAYER, name="Salat", day=DAY, starts_at=time(10, 20),
            ends_at=time(10, 50),
        )
    )  # fmt: skip
    said = "1 meeting begins before one of its people is free again."
    table = {"scope": "table", "table": scene.tables[0]}
    assert "run into something" not in send(scene, "delays", **delay(scene, **table))  # type: ignore[arg-type]
    send(scene, "delays/undo", key="delaykey0001")
    table["table"] = scene.tables[1]  # buyer 2 sits there first, then at table 1, which is on time
    assert said in send(scene, "delays", **delay(scene, key="delaykey0002", seen=2, **table))  # type: ignore[arg-type]
    assert said not in send(scene, "delays/undo", key="delaykey0002")
    shown = send(scene, "delays", **delay(scene, minutes=61, key="delaykey0003", seen=4))
    assert "The slot at 10:21 now runs into “Salat” (10:20)." in shown
    assert "The slot at 11:01 now runs into" not in shown
