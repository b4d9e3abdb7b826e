"""Changing the programme: slots that stay keep their identity, nothing goes in silence, nobody overwrites anybody."""

from __future__ import annotations

import threading
from datetime import time
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking.errors import InvalidInput
from matchmaking.events import hooks
from matchmaking.events.hooks import Consequence, SetupChange
from matchmaking.events.models import Event, EventState, TimeSlot
from matchmaking.events.programme import BreakPlan, Programme, SessionPlan, usual_day
from matchmaking.events.queries import programme_of, slots_of
from matchmaking.events.services.guards import EventArchived, SetupOutdated
from matchmaking.events.services.programme import change_programme, preview_programme
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.world import BOTH, DAY, World


def session(ends: time = time(10), **values: Any) -> SessionPlan:
    return SessionPlan(DAY, time(9), ends, 20, 0, "Pagi", **values)


def store(
    world: World, event_id: int, *plans: SessionPlan, breaks: tuple[BreakPlan, ...] = (), seen: int | None = None
) -> SetupChange:
    actor = world.organizer(event_id)
    version = db.session.get_one(Event, event_id).setup_version if seen is None else seen
    with transaction():
        return change_programme(actor, event_id, Programme(plans, breaks), version)


def live(event_id: int) -> dict[str, int]:
    return {slot.starts_at.strftime("%H:%M"): slot.id for slot in slots_of(event_id)}


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_slots_are_stored_in_utc_and_keep_their_identity_when_the_programme_grows(world: World) -> None:
    event_id = world.event()
    assert store(world, event_id, session()).added_slots == 3
    before = live(event_id)
    assert list(before) == ["02:00", "02:20", "02:40"]  # 9.00 WIB is 02:00 UTC
    plan = programme_of(event_id).sessions[0]
    store(world, event_id, session(time(10, 40), id=plan.id))
    after = live(event_id)
    assert {start: after[start] for start in before} == before
    assert [slot.position for slot in slots_of(event_id)] == [1, 2, 3, 4, 5]


def test_slot_that_goes_is_retired_and_comes_back_as_the_same_slot(world: World) -> None:
    event_id = world.event()
    store(world, event_id, session())
    before = live(event_id)
    plan = programme_of(event_id).sessions[0]
    change = store(world, event_id, session(time(9, 40), id=plan.id))
    assert change.retired_slot_ids == (before["02:40"],)
    assert db.session.get_one(TimeSlot, before["02:40"]).retired_at is not None
    plan = programme_of(event_id).sessions[0]
    store(world, event_id, session(id=plan.id))
    assert live(event_id) == before


def test_preview_says_what_then_happens_and_changes_nothing(world: World) -> None:
    event_id = world.event()
    store(world, event_id, session())
    seen: list[SetupChange] = []

    def would_move(_event: int, change: SetupChange) -> list[Consequence]:
        return [Consequence(f"{len(change.retired_slot_ids)} meetings would be parked", len(change.retired_slot_ids))]

    def moved(_actor: object, _event: int, change: SetupChange) -> None:
        seen.append(change)

    hooks.setup_changing._handlers.append(would_move)
    hooks.setup_changed._handlers.append(moved)
    try:
        coffee = BreakPlan(DAY, time(9, 20), time(9, 40))
        wanted = Programme(programme_of(event_id).sessions, (coffee,))
        before = live(event_id)
        preview = preview_programme(event_id, wanted)
        assert live(event_id) == before
        assert [item.sentence for item in preview.consequences] == ["1 meetings would be parked"]
        change = store(world, event_id, *wanted.sessions, breaks=wanted.breaks)
        assert change == preview.change
        assert seen == [change]
    finally:
        hooks.setup_changing._handlers.remove(would_move)
        hooks.setup_changed._handlers.remove(moved)


def test_change_made_from_an_old_page_is_refused(world: World) -> None:
    event_id = world.event()
    store(world, event_id, session(), seen=1)
    with pytest.raises(SetupOutdated):
        store(world, event_id, session(time(11)), seen=1)
    assert len(live(event_id)) == 3


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_organisers_changing_at_once_one_wins_and_one_is_told(app: Flask, world: World) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    db.session.remove()
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def change(end: time) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    change_programme(actor, event_id, Programme((session(end),)), 1)
                outcomes.append("stored")
            except SetupOutdated:
                outcomes.append("told")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=change, args=(time(hour),)) for hour in (10, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stored", "told"]
    assert db.session.get_one(Event, event_id).setup_version == 2
    assert len(programme_of(event_id).sessions) == 1


@pytest.mark.parametrize(
    "plans",
    [
        (SessionPlan(DAY, time(10), time(9), 20),),
        (SessionPlan(DAY, time(9), time(10), 4),),
        (SessionPlan(DAY, time(9), time(10), 20, 61),),
        (SessionPlan(DAY, time(9), time(10), 20), SessionPlan(DAY, time(9, 59), time(11), 20)),
        tuple(SessionPlan(DAY, time(h), time(h, 59), 5) for h in range(20)),
    ],
)
def test_impossible_programmes_are_refused_and_nothing_is_stored(world: World, plans: tuple[SessionPlan, ...]) -> None:
    event_id = world.event()
    with pytest.raises(InvalidInput):
        store(world, event_id, *plans)
    assert programme_of(event_id).sessions == ()


def test_archived_event_is_read_only(world: World) -> None:
    event_id = world.event(state=EventState.ARCHIVED)
    with pytest.raises(EventArchived):
        store(world, event_id, session())


def test_sessions_that_go_leave_their_retired_slots_readable(world: World) -> None:
    event_id = world.event()
    store(world, event_id, *usual_day(DAY).sessions, breaks=usual_day(DAY).breaks)
    number = len(live(event_id))
    store(world, event_id)
    assert live(event_id) == {}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TimeSlot)) == number
