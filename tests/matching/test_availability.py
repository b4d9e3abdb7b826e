"""When a team is there."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaking.actor import SYSTEM
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.events.models import TimeSlot
from matchmaking.extensions import db
from matchmaking.matching.models import Absence
from matchmaking.matching.queries.availability import unavailable_slots
from matchmaking.matching.services import SetPresence, set_presence
from matchmaking.registration.models import Side, Team
from matchmaking.transactions import transaction
from tests.world import World


@pytest.fixture
def scene(world: World) -> tuple[int, list[int], int]:
    event_id = world.event()
    slots = world.slots(event_id, 6)
    participation_id = world.participation(event_id, Side.BUYER)
    team_id = db.session.scalars(sa.select(Team.id).where(Team.participation_id == participation_id)).one()
    return event_id, slots, team_id


def say(team_id: int, present: list[int]) -> list[tuple[str, str, str]]:
    with transaction():
        stretches = set_presence(SYSTEM, SetPresence(team_id, frozenset(present)))
    return [(s.kind, s.starts_at.strftime("%H:%M"), s.ends_at.strftime("%H:%M")) for s in stretches]


def test_who_is_always_there_has_no_absence(scene: tuple[int, list[int], int]) -> None:
    event_id, slots, team_id = scene
    assert say(team_id, slots) == []
    assert unavailable_slots(event_id) == {}


def test_arriving_leaving_and_being_away_become_stretches_and_slots_again(scene: tuple[int, list[int], int]) -> None:
    event_id, slots, team_id = scene
    # 09.00 to 11.00 WIB are 02:00 to 04:00 UTC; the day begins at 17:00 UTC the day before.
    assert say(team_id, [slots[1], slots[2], slots[4]]) == [
        ("arrives", "17:00", "02:20"),
        ("away", "03:00", "03:20"),
        ("leaves", "03:40", "17:00"),
    ]
    assert unavailable_slots(event_id) == {team_id: frozenset({slots[0], slots[3], slots[5]})}


def test_a_note_is_kept_where_the_times_are_the_same(scene: tuple[int, list[int], int]) -> None:
    _event_id, slots, team_id = scene
    for note in ("", "dari bandara", "dari stasiun"):
        with transaction():
            set_presence(SYSTEM, SetPresence(team_id, frozenset(slots[1:]), note))
        assert db.session.scalars(sa.select(Absence.note).where(Absence.team_id == team_id)).all() == [note]


def test_never_there_is_one_stretch_over_the_day(scene: tuple[int, list[int], int]) -> None:
    event_id, slots, team_id = scene
    assert say(team_id, []) == [("away", "17:00", "17:00")]
    assert unavailable_slots(event_id) == {team_id: frozenset(slots)}


def test_absence_outlives_a_change_of_the_slots(scene: tuple[int, list[int], int], world: World) -> None:
    """Whoever arrives at 09.20 is not seated in a slot that is added at 08.40."""
    event_id, slots, team_id = scene
    say(team_id, slots[1:])
    first = db.session.get_one(TimeSlot, slots[0])
    earlier = world.save(
        TimeSlot(
            event_id=event_id, position=0, starts_at=first.starts_at - (first.ends_at - first.starts_at),
            ends_at=first.starts_at,
        )
    )  # fmt: skip
    assert unavailable_slots(event_id) == {team_id: frozenset({earlier, slots[0]})}


def test_saying_the_same_again_changes_nothing(scene: tuple[int, list[int], int]) -> None:
    _event_id, slots, team_id = scene
    say(team_id, slots[2:])
    before = db.session.scalars(sa.select(Absence.id)).all()
    say(team_id, slots[2:])
    assert db.session.scalars(sa.select(Absence.id)).all() == before
    say(team_id, slots)
    assert db.session.scalars(sa.select(Absence.id)).all() == []


def test_slot_of_another_event_is_refused_and_nothing_stored(scene: tuple[int, list[int], int], world: World) -> None:
    _event_id, slots, team_id = scene
    strange = world.slots(world.event(), 1)
    with pytest.raises(InvalidInput):
        say(team_id, [*slots[:2], *strange])
    assert db.session.scalars(sa.select(Absence.id)).all() == []


def test_event_without_slots_says_so(world: World) -> None:
    participation_id = world.participation(world.event(), Side.BUYER)
    team_id = db.session.scalars(sa.select(Team.id).where(Team.participation_id == participation_id)).one()
    with pytest.raises(InvalidInput):
        say(team_id, [])
    with pytest.raises(NotFound):
        say(999, [])
