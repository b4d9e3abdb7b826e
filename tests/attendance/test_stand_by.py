"""Stand-by: who is offered for a freed place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaking import clock
from matchmaking.attendance.models import Absent, Scan
from matchmaking.attendance.queries.standing_by import hall_of_day, stand_bys
from matchmaking.events.models import Event, TimeSlot
from matchmaking.extensions import db
from matchmaking.matching.models import Absence
from matchmaking.registration.models import Participation, ParticipationState
from matchmaking.scheduling.queries.board import board_of
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.transactions import transaction
from tests.attendance.meetings import codes, lay_version, tap, undo
from tests.attendance.stand_bys import (
    B1,
    B2,
    B3,
    CANCELLED,
    HELD,
    M1,
    M2,
    MINUTE,
    NINE,
    NO_SHOW,
    PAIRS,
    RUNNING,
    arrive,
    miss,
    offered,
    seat,
    seats,
)
from tests.attendance.test_outcomes import counted_statements
from tests.scheduling.scene import MUST, NO, WANT, Scene, make_scene
from tests.world import DAY, World


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    scene = make_scene(world)
    lay_version(scene, PAIRS)
    with clock.frozen(NINE + 6 * MINUTE):
        yield scene


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


def test_a_no_show_of_the_first_day_says_nothing_of_the_second(scene: Scene) -> None:
    scene.wish(scene.makers[1], scene.agencies[0])
    miss(scene)
    everybody = (*scene.makers, *scene.agencies)
    arrive(scene, *everybody, at=NINE - 30 * MINUTE)  # buyer 1 was scanned in the morning, and gone by nine
    tomorrow = NINE + 24 * 60 * MINUTE
    with transaction():
        slot = db.session.get_one(TimeSlot, scene.slots[3])
        slot.starts_at, slot.ends_at = tomorrow, tomorrow + 20 * MINUTE
    with clock.frozen(NINE + 45 * MINUTE):
        assert offered(scene, slot=2, table=1) == []
    arrive(scene, *everybody, at=tomorrow - 30 * MINUTE, day=DAY + timedelta(days=1))
    with clock.frozen(tomorrow + MINUTE):
        assert offered(scene, slot=3, table=1) == [(M2, B1)]


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
