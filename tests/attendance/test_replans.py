"""Re-planning on the day: what the rest of the day becomes, applied whole or not at all, by one of two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.attendance import tasks
from matchmaking.attendance.models import Absent, MeetingState
from matchmaking.attendance.queries.replanning import Happened, meetings_by_teams, plan_changes, remaining_of
from matchmaking.attendance.replan_models import Replan, ReplanCause, ReplanState
from matchmaking.attendance.services.day_seats import SeatPair, seat_pair
from matchmaking.attendance.services.replan_deciding import ReplanStale, apply_replan, discard_replan
from matchmaking.attendance.services.replans import AskReplan, ask_replan
from matchmaking.errors import Conflict, DomainError, InvalidInput, NotFound
from matchmaking.events.models import Event, EventState, MeetingTable
from matchmaking.events.services.guards import EventArchived
from matchmaking.extensions import db
from matchmaking.matching.models import Absence
from matchmaking.matching.queries.availability import unavailable_slots
from matchmaking.registration.models import Delegate, Participation, ParticipationState
from matchmaking.scheduling.errors import NotReady
from matchmaking.scheduling.models import AgendaNotice, ScheduleVersion, Unmet
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.scheduling.services.delays import NoteDelay, note_delay
from matchmaking.scheduling.solving import SolverDied
from matchmaking.transactions import transaction
from tests.attendance.meetings import codes, lay_version, tap
from tests.attendance.stand_bys import B1, B2, B3, M1, M2, seats
from tests.scheduling.scene import Scene, make_scene, solve_here
from tests.threads import at_once
from tests.world import BOTH, World

NINE = datetime(2023, 5, 11, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SCHEDULED, RUNNING, HELD, NO_SHOW, CANCELLED = MeetingState
LATE, LEFT, ABSENT, TABLE = ReplanCause
#: Maker 1: buyer 1 in slot 1, buyer 2 in slot 2, buyer 3 in slot 3. Maker 2: buyer 2 in slot 1, buyer 1 in slot 2.
PAIRS = [(0, 0, 0, 0), (1, 1, 0, 1), (0, 1, 1, 0), (1, 0, 1, 1), (0, 2, 2, 0)]
AS_LAID = {(M1, B1, 1, 1), (M2, B2, 1, 2), (M1, B2, 2, 1), (M2, B1, 2, 2), (M1, B3, 3, 1)}


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    scene = make_scene(world)
    lay_version(scene, PAIRS)
    for maker, agency, _slot, _table in PAIRS:
        scene.wish(scene.makers[maker], scene.agencies[agency])
    with clock.frozen(NINE + 5 * MINUTE):
        yield scene


def ask(scene: Scene, cause: ReplanCause, who: int = 0, first: int = 1, back: int | None = None, key: str = "") -> str:
    """Ask about the team of a participation, or about a table; returns the code."""
    with transaction():
        wanted = AskReplan(
            scene.event_id, key or f"replan-{cause.value}-{who}-{first}", cause, scene.slots[first],
            None if cause is TABLE else scene.team(who), scene.tables[who] if cause is TABLE else None,
            scene.slots[back] if back is not None else None,
        )  # fmt: skip
        return ask_replan(scene.actor, wanted).code


def compute(scene: Scene) -> None:
    with patch.object(tasks, "run_solver", solve_here):
        scene.world.run_jobs()


def apply(scene: Scene, code: str) -> int | None:
    with transaction():
        return apply_replan(scene.actor, scene.event_id, code).applied_version_id


def discard(scene: Scene, code: str) -> None:
    with transaction():
        discard_replan(scene.actor, scene.event_id, code)


def row_of(code: str) -> Replan:
    db.session.rollback()
    return db.session.scalars(sa.select(Replan).where(Replan.code == code)).one()


def kinds(scene: Scene, code: str) -> list[str]:
    """What the plan changes: lost, moved, to another table, new."""
    row = row_of(code)
    changes = plan_changes(row.base_version_id, set(row.past_slot_ids), row.plan, meetings_by_teams(scene.event_id))
    return sorted(change.kind for change in changes)


def replanned(scene: Scene, cause: ReplanCause, who: int = 0, **given: int) -> str:
    code = ask(scene, cause, who, **given)
    compute(scene)
    return code


# --- what the rest of the day becomes -----------------------------------------------------------------------------
def test_nothing_holds_before_it_is_applied(scene: Scene) -> None:
    code = replanned(scene, LEFT, scene.agencies[0])
    assert row_of(code).state is ReplanState.READY
    assert kinds(scene, code) == ["removed"]
    assert seats(scene) == AS_LAID
    assert db.session.scalars(sa.select(Absence)).all() == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ScheduleVersion)) == 1


def test_who_left_loses_what_is_to_come_and_the_rest_stays(scene: Scene) -> None:
    apply(scene, replanned(scene, LEFT, scene.agencies[0]))
    assert seats(scene) == AS_LAID - {(M2, B1, 2, 2)}
    away = unavailable_slots(scene.event_id)
    assert away == {scene.team(scene.agencies[0]): frozenset(scene.slots[1:])}
    version = published_version(scene.event_id)
    assert version
    lost = db.session.scalars(sa.select(Unmet).where(Unmet.version_id == version.id)).all()
    assert [(row.exhibitor_id, row.buyer_id) for row in lost] == [(scene.makers[1], scene.agencies[0])]
    assert lost[0].text_id
    assert lost[0].weight > 0


def test_who_is_late_meets_later(scene: Scene) -> None:
    apply(scene, replanned(scene, LATE, scene.agencies[0], first=1, back=2))
    after = seats(scene)
    assert AS_LAID - {(M2, B1, 2, 2)} < after
    assert {(maker, buyer) for maker, buyer, slot, _table in after if slot > 2} == {(M1, B3), (M2, B1)}
    assert unavailable_slots(scene.event_id) == {scene.team(scene.agencies[0]): frozenset(scene.slots[1:2])}


def test_who_does_not_come_frees_room_for_a_wish_that_waits(scene: Scene) -> None:
    scene.wish(scene.makers[1], scene.agencies[2])
    code = replanned(scene, ABSENT, scene.agencies[1])
    assert kinds(scene, code) == ["added", "removed"]
    apply(scene, code)
    after = {(maker, buyer) for maker, buyer, _slot, _table in seats(scene)}
    assert after == {(M1, B1), (M2, B2), (M2, B1), (M1, B3), (M2, B3)}


def test_a_lost_table_is_closed_and_its_meetings_sit_elsewhere(scene: Scene) -> None:
    apply(scene, replanned(scene, TABLE, 0))
    after = seats(scene)
    assert {(M1, B1, 1, 1), (M2, B2, 1, 2)} <= after
    assert all(table == 2 for _maker, _buyer, slot, table in after if slot > 1)
    assert {(maker, buyer) for maker, buyer, _slot, _table in after} == {
        (maker, buyer) for maker, buyer, _slot, _table in AS_LAID
    }
    assert db.session.get_one(MeetingTable, scene.tables[0]).retired_at is not None


def test_a_table_that_was_removed_under_its_meetings_is_re_planned_too(scene: Scene) -> None:
    with transaction():
        db.session.get_one(MeetingTable, scene.tables[0]).retired_at = clock.now()
    apply(scene, replanned(scene, TABLE, 0))
    assert all(table == 2 for _maker, _buyer, slot, table in seats(scene) if slot > 1)
    with transaction():
        db.session.get_one(MeetingTable, scene.tables[1]).retired_at = clock.now()
    apply(scene, replanned(scene, LEFT, scene.agencies[0], first=3))
    assert {(M1, B1, 1, 1), (M2, B2, 1, 2)} <= seats(scene)  # what was held stays where it was


def test_who_has_the_lost_table_as_their_own_sits_elsewhere(scene: Scene) -> None:
    with transaction():
        db.session.get_one(Participation, scene.makers[0]).home_table_id = scene.tables[0]
    apply(scene, replanned(scene, TABLE, 0))
    assert {(m, b) for m, b, slot, table in seats(scene) if slot > 1 and table == 2} == {
        (M1, B2), (M1, B3), (M2, B1)
    }  # fmt: skip


def test_what_was_called_off_or_missed_is_not_placed_again(scene: Scene) -> None:
    tap(scene, codes(scene)[0], NO_SHOW, Absent.BUYER)
    tap(scene, codes(scene)[3], CANCELLED)
    apply(scene, replanned(scene, LEFT, scene.agencies[1]))
    assert seats(scene) == {(M1, B1, 1, 1), (M2, B2, 1, 2), (M1, B3, 3, 1)}
    version = published_version(scene.event_id)
    assert version
    unmet = db.session.scalars(sa.select(Unmet).where(Unmet.version_id == version.id)).all()
    assert [(row.exhibitor_id, row.buyer_id) for row in unmet] == [(scene.makers[0], scene.agencies[1])]


def test_the_past_is_what_has_begun_with_delays_and_by_hand(scene: Scene) -> None:
    version = published_version(scene.event_id)
    assert version
    assert remaining_of(version, Happened()).past_slot_ids == set(scene.slots[:1])
    tap(scene, codes(scene)[2], RUNNING)  # slot 2 was begun early
    assert remaining_of(version, Happened()).past_slot_ids == set(scene.slots[:2])
    with clock.frozen(NINE + 45 * MINUTE):
        assert remaining_of(version, Happened()).past_slot_ids == set(scene.slots[:3])
        with transaction():
            note_delay(scene.actor, NoteDelay(scene.event_id, scene.slots[2], 10, "delay-in-slot-3"))
        assert remaining_of(version, Happened()).past_slot_ids == set(scene.slots[:2])


def test_only_those_whose_agenda_changes_are_told(scene: Scene) -> None:
    apply(scene, replanned(scene, LEFT, scene.agencies[0]))
    told = db.session.scalars(
        sa.select(Delegate.participation_id).join(AgendaNotice, AgendaNotice.delegate_id == Delegate.id)
    )
    assert sorted(told) == sorted([scene.makers[1], scene.agencies[0]])


def test_nothing_to_change_is_a_plan_too(scene: Scene) -> None:
    code = replanned(scene, LEFT, scene.agencies[2], first=3)
    assert kinds(scene, code) == []
    apply(scene, code)
    assert seats(scene) == AS_LAID
    assert unavailable_slots(scene.event_id) == {scene.team(scene.agencies[2]): frozenset(scene.slots[3:])}


# --- asking -------------------------------------------------------------------------------------------------------
def test_the_same_form_again_is_the_same_re_planning(scene: Scene) -> None:
    first = ask(scene, LEFT, scene.agencies[0], key="replan-the-same")
    assert ask(scene, LEFT, scene.agencies[0], key="replan-the-same") == first
    assert len(scene.world.app.config["PUSHED_JOBS"]) == 1


def test_what_says_nothing_is_refused(scene: Scene, world: World) -> None:
    other = make_scene(world)
    event, team, table = scene.event_id, scene.team(scene.agencies[0]), scene.tables[0]
    slot, back = scene.slots[1], scene.slots[2]
    wrong: list[tuple[AskReplan, type[DomainError]]] = [
        (AskReplan(event, "replan-wrong", LEFT, scene.slots[0], team), InvalidInput),  # has begun
        (AskReplan(event, "replan-wrong", LATE, slot, team), InvalidInput),
        (AskReplan(event, "replan-wrong", LATE, slot, team, None, slot), InvalidInput),
        (AskReplan(event, "replan-wrong", LEFT, slot, team, None, back), InvalidInput),
        (AskReplan(event, "short", LEFT, slot, team), InvalidInput),
        (AskReplan(event, "replan-wrong", LEFT, slot), NotFound),
        (AskReplan(event, "replan-wrong", LEFT, slot, team, table), NotFound),
        (AskReplan(event, "replan-wrong", TABLE, slot, team, table), NotFound),
        (AskReplan(event, "replan-wrong", TABLE, slot), NotFound),
        (AskReplan(event, "replan-wrong", TABLE, slot, None, other.tables[0]), NotFound),
        (AskReplan(event, "replan-wrong", LEFT, slot, other.team(other.agencies[0])), NotFound),
        (AskReplan(event, "replan-wrong", LEFT, other.slots[1], team), NotFound),
        (AskReplan(other.event_id, "replan-wrong", LEFT, other.slots[1], other.team(other.agencies[0])), NotReady),
    ]
    for command, error in wrong:
        with pytest.raises(error), transaction():
            ask_replan(scene.actor, command)
    with transaction():
        db.session.get_one(MeetingTable, scene.tables[1]).retired_at = clock.now()
        db.session.get_one(Participation, scene.agencies[0]).state = ParticipationState.WITHDRAWN
    with pytest.raises(NotFound):
        ask(scene, LEFT, scene.agencies[0])
    with transaction():
        db.session.get_one(Event, event).state = EventState.ARCHIVED
    with pytest.raises(EventArchived):
        ask(scene, LEFT, scene.agencies[1])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Replan)) == 0


def test_a_solver_that_dies_is_said_and_nothing_changes(scene: Scene) -> None:
    code = ask(scene, LEFT, scene.agencies[0])
    with patch.object(tasks, "run_solver", side_effect=SolverDied("killed")):
        scene.world.run_jobs()
    assert row_of(code).state is ReplanState.FAILED
    assert row_of(code).message
    with pytest.raises(Conflict):
        apply(scene, code)


# --- deciding -----------------------------------------------------------------------------------------------------
def test_applying_twice_is_once(scene: Scene) -> None:
    code = replanned(scene, LEFT, scene.agencies[0])
    assert apply(scene, code) == apply(scene, code)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ScheduleVersion)) == 2
    discard(scene, code)
    assert row_of(code).state is ReplanState.APPLIED


def test_what_was_discarded_or_is_not_computed_is_not_applied(scene: Scene) -> None:
    code = ask(scene, LEFT, scene.agencies[0])
    with pytest.raises(Conflict):
        apply(scene, code)
    discard(scene, code)
    discard(scene, code)
    compute(scene)
    assert row_of(code).state is ReplanState.DISCARDED
    with pytest.raises(Conflict):
        apply(scene, code)
    with pytest.raises(NotFound):
        apply(scene, "unknown")
    assert seats(scene) == AS_LAID


def test_the_second_of_two_re_plannings_is_refused(scene: Scene) -> None:
    first, second = ask(scene, LEFT, scene.agencies[0]), ask(scene, LEFT, scene.agencies[1])
    compute(scene)
    apply(scene, first)
    with pytest.raises(ReplanStale):
        apply(scene, second)
    assert seats(scene) == AS_LAID - {(M2, B1, 2, 2)}
    assert unavailable_slots(scene.event_id) == {scene.team(scene.agencies[0]): frozenset(scene.slots[1:])}


def test_a_stand_by_seated_meanwhile_makes_a_plan_old(scene: Scene) -> None:
    code = replanned(scene, LEFT, scene.agencies[0])
    with transaction():
        teams = (scene.team(scene.makers[1]), scene.team(scene.agencies[2]))
        seat_pair(scene.actor, SeatPair(scene.event_id, *teams, scene.slots[3], "seatkey0001"))
    with pytest.raises(ReplanStale):
        apply(scene, code)


def test_a_slot_that_begins_meanwhile_makes_a_plan_old_only_where_it_changes(scene: Scene) -> None:
    code = replanned(scene, LEFT, scene.agencies[0])  # changes slot 2, which begins at 09:20
    later = ask(scene, LEFT, scene.agencies[2], first=3)  # changes nothing
    compute(scene)
    with clock.frozen(NINE + 21 * MINUTE):
        with pytest.raises(ReplanStale):
            apply(scene, code)
        apply(scene, later)
    assert seats(scene) == AS_LAID


def test_who_withdrew_meanwhile_is_not_placed(scene: Scene) -> None:
    code = replanned(scene, LATE, scene.agencies[0], first=1, back=2)
    with transaction():
        db.session.get_one(Participation, scene.makers[1]).state = ParticipationState.WITHDRAWN
    with pytest.raises(ReplanStale):
        apply(scene, code)
    assert seats(scene) == AS_LAID


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_eight_at_once_apply_one_of_two_plans(app: Flask, world: World) -> None:
    scene = make_scene(world)
    lay_version(scene, PAIRS)
    with clock.frozen(NINE + 5 * MINUTE):
        plans = [ask(scene, LEFT, scene.agencies[0]), ask(scene, LEFT, scene.agencies[1])]
        compute(scene)

    def act(number: int) -> object:
        with clock.frozen(NINE + 6 * MINUTE):
            return apply(scene, plans[number % 2])

    outcomes = at_once(app, act, 8)
    won = [one for one in outcomes if isinstance(one, int)]
    assert len(won) == 4, outcomes
    assert len(set(won)) == 1
    assert sum(isinstance(one, ReplanStale) for one in outcomes) == 4, outcomes
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ScheduleVersion)) == 2


# --- the pages ----------------------------------------------------------------------------------------------------
def english(scene: Scene) -> FlaskClient:
    browser = scene.staff()
    browser.set_cookie("language", "en")
    return browser


def test_the_pages_ask_show_and_apply(scene: Scene) -> None:
    browser, base = english(scene), f"/manage/{scene.code}/day"
    assert f'href="{base}/replan"' in browser.get(base).get_data(as_text=True)
    form = browser.get(f"{base}/replan").get_data(as_text=True)
    assert "09:20 WIB" in form
    assert "09:00 WIB" not in form
    sent = {"cause": "left", "team": scene.team(scene.agencies[0]), "first": scene.slots[1], "key": "pagereplan01"}
    answer = browser.post(f"{base}/replan", data=sent)
    assert answer.status_code == 303
    assert "Looking for the plan that changes the least." in browser.get(answer.location).get_data(as_text=True)
    assert "Being computed" in browser.get(base).get_data(as_text=True)
    compute(scene)
    shown = browser.get(answer.location, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert f"{B1}: Has to leave early (from 09:20 WIB on)" in browser.get(answer.location).get_data(as_text=True)
    assert '<strong class="number">1</strong> meeting is lost' in shown
    assert '<strong class="number">0</strong> meetings move to another time' in shown
    assert f"Cancelled: {M2} – {B1}, " in shown
    assert "09:20 WIB, table 2." in shown
    assert "2 delegations are concerned" in shown
    assert "Look at what it changes" in browser.get(base).get_data(as_text=True)
    applied = browser.post(f"{answer.location}/apply")
    assert (applied.status_code, applied.location) == (303, base)
    assert "Applied at 09:05 WIB" in browser.get(answer.location).get_data(as_text=True)
    assert "Look at what it changes" not in browser.get(base).get_data(as_text=True)
    assert seats(scene) == AS_LAID - {(M2, B1, 2, 2)}


def test_the_page_says_when_a_plan_is_old(scene: Scene) -> None:
    first, second = ask(scene, LEFT, scene.agencies[0]), ask(scene, LEFT, scene.agencies[1])
    compute(scene)
    browser, base = english(scene), f"/manage/{scene.code}/day/replans"
    browser.post(f"{base}/{first}/apply")
    answer = browser.post(f"{base}/{second}/apply", follow_redirects=True).get_data(as_text=True)
    assert "version 2 is announced now. Nothing was applied" in answer
    assert browser.post(f"{base}/{second}/discard").status_code == 303
    assert "Discarded at 09:05 WIB" in browser.get(f"{base}/{second}").get_data(as_text=True)
    assert browser.get(f"{base}/unknown").status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"cause": "gone"}, "Please choose one."),
        ({"cause": "left", "team": ""}, "Please choose one."),
        ({"cause": "late"}, "Please choose one."),
        ({"cause": "table"}, "Please choose one."),
        ({"cause": "left", "first": "x"}, "Please choose one."),
    ],
)
def test_a_form_that_says_too_little_is_shown_again(scene: Scene, sent: dict[str, str], said: str) -> None:
    data = {"team": scene.team(scene.agencies[0]), "first": scene.slots[1], "key": "pagereplan01", **sent}
    answer = english(scene).post(f"/manage/{scene.code}/day/replan", data=data)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_when_every_slot_has_begun_there_is_nothing_to_re_plan(scene: Scene) -> None:
    with clock.frozen(NINE + 70 * MINUTE):
        assert "Every slot has begun" in english(scene).get(f"/manage/{scene.code}/day/replan").get_data(as_text=True)
