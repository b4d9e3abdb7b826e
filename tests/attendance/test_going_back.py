"""Going back while the day runs: what has begun or was recorded keeps its place; a re-planning is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from matchmaking import clock
from matchmaking.attendance.models import MeetingOutcome, MeetingRecord
from matchmaking.extensions import db
from matchmaking.matching.models import Absence
from matchmaking.scheduling.errors import NothingToUndo
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.scheduling.services.delays import NoteDelay, note_delay
from matchmaking.transactions import transaction
from tests.attendance.meetings import codes, tap
from tests.attendance.test_replans import LATE, RUNNING, apply, replanned
from tests.scheduling.scene import Scene, make_scene
from tests.scheduling.test_going_back import FIRST, Pairs, announce, back, seats
from tests.world import World

NINE = datetime(2023, 5, 11, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    with clock.frozen(NINE - 60 * MINUTE):
        yield make_scene(world)


def two(scene: Scene, first: Pairs, second: Pairs) -> tuple[int, int]:
    return announce(scene, first), announce(scene, second)


def test_what_has_begun_keeps_its_place_and_nothing_comes_into_its_slot(scene: Scene) -> None:
    # Slot 1 has begun: (0, 0) sits there now and keeps it; (1, 1) sat there before and stays where it is announced now.
    first, second = two(scene, [(0, 0, 2, 0), (1, 1, 0, 1), (1, 2, 3, 0)], [(0, 0, 0, 0), (1, 1, 1, 1), (1, 2, 2, 0)])
    with clock.frozen(NINE + 5 * MINUTE):
        third = back(scene, second, first)
    assert seats(scene, third) == [(0, 0, 0, 0), (1, 1, 1, 1), (1, 2, 3, 0)]


def test_before_the_first_slot_everything_goes_back(scene: Scene) -> None:
    first, second = two(scene, [(0, 0, 2, 0), (1, 1, 0, 1)], [(0, 0, 0, 0), (1, 1, 1, 1)])
    assert seats(scene, back(scene, second, first)) == [(0, 0, 2, 0), (1, 1, 0, 1)]


def test_a_delay_of_the_day_counts(scene: Scene) -> None:
    first, second = two(scene, [(0, 0, 2, 0), (1, 1, 0, 1)], [(0, 0, 0, 0), (1, 1, 1, 1)])
    with clock.frozen(NINE - MINUTE), transaction():
        note_delay(scene.actor, NoteDelay(scene.event_id, scene.slots[0], 30, "delay-key-1"))
    with clock.frozen(NINE + 5 * MINUTE):
        assert seats(scene, back(scene, second, first)) == [(0, 0, 2, 0), (1, 1, 0, 1)]


def test_a_meeting_that_was_begun_early_held_or_called_off_keeps_its_place_and_its_record(scene: Scene) -> None:
    first, second = two(scene, [(0, 0, 3, 0), (1, 1, 3, 1)], [(0, 0, 1, 0), (1, 1, 2, 1)])
    running = codes(scene)[0]
    with clock.frozen(NINE - 30 * MINUTE):
        tap(scene, running, RUNNING)
        third = back(scene, second, first)
    assert seats(scene, third) == [(0, 0, 1, 0), (1, 1, 3, 1)]
    record = db.session.scalars(sa.select(MeetingRecord)).one()
    assert record.state is RUNNING
    assert record.meeting.code == running
    assert db.session.scalars(sa.select(MeetingOutcome)).all() == []


def test_when_the_day_is_over_there_is_nothing_to_go_back_to(scene: Scene) -> None:
    first, second = two(scene, [(0, 0, 2, 0)], [(0, 0, 0, 0)])
    with clock.frozen(NINE + timedelta(days=1)), pytest.raises(NothingToUndo):
        back(scene, second, first)


def test_an_applied_replanning_is_taken_back_as_far_as_the_rules_allow(scene: Scene) -> None:
    for maker, agency, _slot, _table in FIRST:
        scene.wish(scene.makers[maker], scene.agencies[agency])
    first = announce(scene, [(0, 0, 1, 0), (1, 1, 0, 1)])
    with clock.frozen(NINE + 5 * MINUTE):
        code = replanned(scene, LATE, scene.agencies[0], first=1, back=2)
        applied = apply(scene, code)
        assert applied is not None
        moved = seats(scene, applied)
        assert moved != [(0, 0, 1, 0), (1, 1, 0, 1)]
        day = f"/manage/{scene.code}/day"
        link = f"/schedule/versions/{scene.version(first).code}/back"
        browser = scene.staff()
        assert link in browser.get(day).text
        assert link in browser.get(f"{day}/replans/{code}").text
        page = browser.get(f"/manage/{scene.code}{link}").text
        assert (
            "1 pertemuan tidak bisa kembali ke tempatnya di versi 1" in page
        )  # the absence that was noted still holds
        with pytest.raises(NothingToUndo):
            back(scene, applied, first)
        with transaction():  # they came in time after all
            db.session.execute(sa.delete(Absence))
        third = back(scene, applied, first)
        assert seats(scene, third) == [(0, 0, 1, 0), (1, 1, 0, 1)]
        assert link not in browser.get(day).text
        assert published_version(scene.event_id).id == third  # type: ignore[union-attr]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ScheduleVersion)) == 3
