"""A meeting's state on the day: every step both ways, taps repeated, crossed, at once, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaking import clock
from matchmaking.attendance.models import Absent, MeetingRecord, MeetingState, MeetingStep
from matchmaking.attendance.queries.recorded import Standing, standing_after, standing_before
from matchmaking.attendance.services.meetings import ALLOWED, MeetingChange, MeetingChanged
from matchmaking.audit.models import AuditEntry
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.events.models import Event, EventState
from matchmaking.events.services.guards import EventArchived
from matchmaking.extensions import db
from matchmaking.scheduling.models import Meeting, VersionState
from matchmaking.transactions import transaction
from tests.attendance.meetings import codes, key, lay_version, tap, undo
from tests.scheduling.scene import Scene, make_scene
from tests.threads import at_once
from tests.world import BOTH, World

SCHEDULED, RUNNING, HELD, NO_SHOW, CANCELLED = MeetingState
MORNING = datetime(2023, 5, 11, 2, 5, tzinfo=UTC)
#: The shortest way to each state.
WAYS = {SCHEDULED: (), RUNNING: (RUNNING,), HELD: (HELD,), NO_SHOW: (NO_SHOW,), CANCELLED: (CANCELLED,)}


@pytest.fixture
def scene(world: World) -> Scene:
    return make_scene(world)


@pytest.fixture
def meeting(scene: Scene) -> str:
    lay_version(scene, [(0, 0, 0, 0)])
    return codes(scene)[0]


def record_of(code: str) -> MeetingRecord | None:
    db.session.rollback()
    return db.session.scalar(sa.select(MeetingRecord).join(Meeting).where(Meeting.code == code))


def steps() -> list[MeetingStep]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(MeetingStep).order_by(MeetingStep.id)))


def bring_to(scene: Scene, code: str, state: MeetingState) -> None:
    for step in WAYS[state]:
        tap(scene, code, step, Absent.BUYER if step is NO_SHOW else None)


@pytest.mark.parametrize("before", MeetingState)
@pytest.mark.parametrize("to", MeetingState)
def test_each_step_is_allowed_or_refused_as_the_table_says(
    scene: Scene, meeting: str, before: MeetingState, to: MeetingState
) -> None:
    bring_to(scene, meeting, before)
    absent = Absent.BOTH if to is NO_SHOW else None
    if to in ALLOWED[before]:
        done = tap(scene, meeting, to, absent)
        record = record_of(meeting)
        assert record
        assert (record.state, record.absent, done.state, done.absent) == (to, absent, to, absent)
    else:
        with pytest.raises(MeetingChanged):
            tap(scene, meeting, to, absent)
        record = record_of(meeting)
        assert (record.state if record else SCHEDULED) is before


@pytest.mark.parametrize("absent", Absent)
def test_a_no_show_says_whose(scene: Scene, meeting: str, absent: Absent) -> None:
    tap(scene, meeting, NO_SHOW, absent)
    record = record_of(meeting)
    assert record
    assert (record.state, record.absent) == (NO_SHOW, absent)


def test_a_no_show_needs_whose_and_nothing_else_has_one(scene: Scene, meeting: str) -> None:
    for to, absent in ((NO_SHOW, None), (HELD, Absent.BUYER)):
        with pytest.raises(InvalidInput):
            tap(scene, meeting, to, absent)
    assert record_of(meeting) is None


def test_beginning_and_end_are_kept_while_it_counts(scene: Scene, meeting: str) -> None:
    with clock.frozen(MORNING):
        tap(scene, meeting, RUNNING)
    with clock.frozen(MORNING + timedelta(minutes=15)):
        held = tap(scene, meeting, HELD)
    record = record_of(meeting)
    assert record
    assert (record.started_at, record.ended_at) == (MORNING, MORNING + timedelta(minutes=15))
    with clock.frozen(MORNING + timedelta(minutes=16)):
        undo(scene, held.step_key)
    record = record_of(meeting)
    assert record
    assert (record.state, record.started_at, record.ended_at) == (RUNNING, MORNING, None)
    tap(scene, meeting, CANCELLED)
    record = record_of(meeting)
    assert record
    assert (record.started_at, record.ended_at) == (None, None)


def test_the_same_tap_again_does_nothing_and_is_answered_alike(scene: Scene, meeting: str) -> None:
    first = tap(scene, meeting, HELD, step_key="tap-same-key", seen=0)
    again = tap(scene, meeting, HELD, step_key="tap-same-key", seen=0)
    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert (again.state, again.row_version, again.step_key) == (first.state, first.row_version, first.step_key)
    assert len(steps()) == 1


def test_a_key_of_another_meeting_and_a_key_of_no_page_are_refused(scene: Scene) -> None:
    lay_version(scene, [(0, 0, 0, 0), (1, 1, 0, 1)])
    first, second = codes(scene)
    tap(scene, first, HELD, step_key="tap-same-key")
    for wrong in ("tap-same-key", "short", "x" * 41, "kunci-dengan-é"):
        with pytest.raises(InvalidInput):
            tap(scene, second, HELD, step_key=wrong)
    assert record_of(second) is None


def test_a_page_older_than_the_record_changes_nothing_and_says_what_it_is_now(scene: Scene, meeting: str) -> None:
    with clock.frozen(MORNING):
        seen = tap(scene, meeting, RUNNING, seen=0)
    with pytest.raises(MeetingChanged) as refusal:
        tap(scene, meeting, NO_SHOW, Absent.BUYER, seen=0)
    assert "Berlangsung" in str(refusal.value)
    assert "09.05 WIB" in str(refusal.value)
    assert tap(scene, meeting, HELD, seen=seen.row_version).state is HELD


def test_one_tap_takes_the_last_step_back_and_the_trail_keeps_both(scene: Scene, meeting: str) -> None:
    missed = tap(scene, meeting, NO_SHOW, Absent.BUYER)
    back = undo(scene, missed.step_key)
    assert back.state is SCHEDULED
    first, second = steps()
    assert (first.to_state, second.to_state, second.undoes_id) == (NO_SHOW, SCHEDULED, first.id)
    assert (second.from_state, second.from_absent) == (NO_SHOW, "buyer")
    trail = [row.action for row in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence))]
    assert trail[-2:] == ["attendance.meeting", "attendance.undo_meeting"]
    redone = undo(scene, back.step_key)
    assert (redone.state, redone.absent) == (NO_SHOW, Absent.BUYER)


def test_only_the_last_step_is_taken_back(scene: Scene, meeting: str) -> None:
    begun = tap(scene, meeting, RUNNING)
    tap(scene, meeting, HELD)
    with pytest.raises(MeetingChanged):
        undo(scene, begun.step_key)
    record = record_of(meeting)
    assert record
    assert record.state is HELD
    with pytest.raises(NotFound):
        undo(scene, "tap-never-made")


def test_undo_sent_twice_is_done_once(scene: Scene, meeting: str) -> None:
    held = tap(scene, meeting, HELD)
    first, again = undo(scene, held.step_key, "undo-once-1"), undo(scene, held.step_key, "undo-once-1")
    assert (first.state, again.state, again.is_repeat) == (SCHEDULED, SCHEDULED, True)
    assert len(steps()) == 2


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=st.lists(st.one_of(st.just("undo"), st.sampled_from(list(MeetingState))), max_size=12))
def test_any_row_of_steps_and_undos_gives_the_state_before(wishes: list[object]) -> None:
    """Replay the pure rule: after undoing a step, everything is as it was before it, the times too."""

    @dataclass
    class Step:
        id: int
        to_state: MeetingState
        to_absent: Absent | None
        at: datetime
        undoes_id: int | None = None

    trail: list[Step] = []
    now, history = Standing(), [Standing()]
    for number, wish in enumerate(wishes, start=1):
        at = MORNING + timedelta(minutes=number)
        if wish == "undo":
            if not trail:
                continue
            last = trail[-1]
            now = standing_before(trail, last.id)  # type: ignore[arg-type]
            assert now == history[-2]
            trail.append(Step(number, now.state, now.absent, at, last.id))
            history.append(now)
        elif isinstance(wish, MeetingState) and wish in ALLOWED[now.state] and wish is not now.state:
            absent = Absent.BUYER if wish is NO_SHOW else None
            now = standing_after(now, wish, absent, at)
            trail.append(Step(number, wish, absent, at))
            history.append(now)
    assert all((step.to_state is NO_SHOW) == (step.to_absent is not None) for step in trail)


def test_a_long_row_of_taps_and_undos_through_the_database(scene: Scene, meeting: str) -> None:
    begun = tap(scene, meeting, RUNNING)
    held = tap(scene, meeting, HELD)
    assert undo(scene, held.step_key).state is RUNNING
    assert tap(scene, meeting, SCHEDULED).state is SCHEDULED
    missed = tap(scene, meeting, NO_SHOW, Absent.BOTH)
    assert undo(scene, missed.step_key).state is SCHEDULED
    with pytest.raises(MeetingChanged):
        undo(scene, begun.step_key)
    assert [step.to_state for step in steps()] == [RUNNING, HELD, RUNNING, SCHEDULED, NO_SHOW, SCHEDULED]


def test_only_what_was_published_or_recorded_is_known(scene: Scene) -> None:
    lay_version(scene, [(0, 0, 0, 0)], VersionState.DRAFT)
    code = codes(scene)[0]
    with pytest.raises(NotFound):
        tap(scene, code, HELD)
    lay_version(scene, [(0, 0, 0, 0)])
    done = tap(scene, code, HELD)
    lay_version(scene, [(1, 1, 0, 0)])  # a new version drops it
    assert undo(scene, done.step_key).state is SCHEDULED
    with pytest.raises(NotFound):
        tap(scene, "ZZZZZZZZZZZZ", HELD)


def test_another_events_meeting_is_not_found(scene: Scene, meeting: str, world: World) -> None:
    other = make_scene(world)
    done = tap(scene, meeting, HELD)
    with pytest.raises(NotFound):
        tap(other, meeting, RUNNING)
    with pytest.raises(NotFound):
        undo(other, done.step_key)


def test_an_archived_event_is_read_only(scene: Scene, meeting: str) -> None:
    with transaction():
        db.session.get_one(Event, scene.event_id).state = EventState.ARCHIVED
    with pytest.raises(EventArchived):
        tap(scene, meeting, HELD)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_sixteen_taps_at_once_one_wins_and_the_others_are_told(app: Flask, world: World) -> None:
    scene = make_scene(world)
    lay_version(scene, [(0, 0, 0, 0)])
    code = codes(scene)[0]
    wanted = [(HELD, None), (CANCELLED, None), (NO_SHOW, Absent.BUYER), (RUNNING, None)] * 4

    def act(number: int) -> object:
        to, absent = wanted[number]
        return tap(scene, code, to, absent, seen=0, step_key=f"tap-race-{number:02d}")

    outcomes = at_once(app, act, 16)
    won = [one for one in outcomes if isinstance(one, MeetingChange)]
    told = [one for one in outcomes if isinstance(one, MeetingChanged)]
    assert (len(won), len(told)) == (1, 15), outcomes
    record = record_of(code)
    assert record
    assert (record.state, record.row_version, len(steps())) == (won[0].state, 1, 1)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_one_tap_sent_sixteen_times_at_once_is_one_step(app: Flask, world: World) -> None:
    scene = make_scene(world)
    lay_version(scene, [(0, 0, 0, 0)])
    code = codes(scene)[0]
    outcomes = at_once(app, lambda _n: tap(scene, code, HELD, seen=0, step_key="tap-the-same"), 16)
    assert [one.state for one in outcomes if isinstance(one, MeetingChange)] == [HELD] * 16, outcomes
    assert len(steps()) == 1


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_eight_undos_at_once_take_one_step_back(app: Flask, world: World) -> None:
    scene = make_scene(world)
    lay_version(scene, [(0, 0, 0, 0)])
    code = codes(scene)[0]
    tap(scene, code, RUNNING)
    held = tap(scene, code, HELD)
    outcomes = at_once(app, lambda _n: undo(scene, held.step_key, key()), 8)
    assert sum(isinstance(one, MeetingChange) for one in outcomes) == 1, outcomes
    assert sum(isinstance(one, MeetingChanged) for one in outcomes) == 7, outcomes
    record = record_of(code)
    assert record
    assert (record.state, len(steps())) == (RUNNING, 3)
