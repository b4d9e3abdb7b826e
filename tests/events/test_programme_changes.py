"""Changing the programme: identity of slots, what the preview promises, two organisers at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaking.actor import Actor, ActorKind, Role
from matchmaking.audit.models import AuditEntry
from matchmaking.errors import InvalidInput
from matchmaking.events import hooks
from matchmaking.events.hooks import Consequence, SetupChange
from matchmaking.events.models import Event, Session, TimeSlot
from matchmaking.events.programme import BreakPlan, Programme, SessionPlan
from matchmaking.events.queries import programme_of, slots_of
from matchmaking.events.services.basics import EventBasics, update_event
from matchmaking.events.services.programme import (
    change_programme,
    preview_programme,
    preview_zone,
    with_break,
    with_session,
    without,
)
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.world import BOTH, DAY, World

ORGANIZER = Actor(ActorKind.USER, None, None, frozenset({Role.ORGANIZER}))
MORNING = SessionPlan(DAY, time(9), time(10), 20, 0, "Sesi pagi")
AFTERNOON = SessionPlan(DAY, time(13), time(14), 30, 0, "Sesi siang")


def version_of(event_id: int) -> int:
    return db.session.get_one(Event, event_id).setup_version


def change(event_id: int, programme: Programme, seen_version: int | None = None) -> SetupChange:
    seen = version_of(event_id) if seen_version is None else seen_version
    with transaction():
        return change_programme(ORGANIZER, event_id, programme, seen)


def starts(event_id: int) -> dict[str, int]:
    """Wall time in WIB -> id of the live slots."""
    return {f"{s.starts_at.hour + 7:02d}.{s.starts_at.minute:02d}": s.id for s in slots_of(event_id)}


@pytest.fixture
def planned(world: World) -> int:
    event_id = world.event()
    change(event_id, Programme((MORNING, AFTERNOON)))
    return event_id


@pytest.fixture
def heard() -> Iterator[list[SetupChange]]:
    """What features to the right were told; and they see meetings in every slot or table that goes."""
    seen: list[SetupChange] = []

    def after(_actor: Actor, _event_id: int, made: SetupChange) -> None:
        seen.append(made)

    def before(_event_id: int, planned_change: SetupChange) -> list[Consequence]:
        gone = len(planned_change.retired_slot_ids) + len(planned_change.retired_table_ids)
        return [Consequence(f"{gone} pertemuan pindah", gone)] if gone else []

    hooks.setup_changed.register(after)
    hooks.setup_changing.register(before)
    yield seen
    hooks.setup_changed._handlers.remove(after)
    hooks.setup_changing._handlers.remove(before)


def test_first_programme_makes_slots_in_utc_with_positions_over_the_day(planned: int) -> None:
    rows = slots_of(planned)
    assert [(r.position, r.starts_at, r.ends_at) for r in rows][:2] == [
        (1, datetime(2023, 5, 11, 2, 0, tzinfo=UTC), datetime(2023, 5, 11, 2, 20, tzinfo=UTC)),
        (2, datetime(2023, 5, 11, 2, 20, tzinfo=UTC), datetime(2023, 5, 11, 2, 40, tzinfo=UTC)),
    ]
    assert [r.position for r in rows] == [1, 2, 3, 4, 5]
    assert [r.session.name for r in rows if r.session] == ["Sesi pagi"] * 3 + ["Sesi siang"] * 2


def test_slots_follow_the_zone_of_the_event(world: World) -> None:
    event_id = world.event(timezone="Asia/Jayapura")
    change(event_id, Programme((MORNING,)))
    assert slots_of(event_id)[0].starts_at == datetime(2023, 5, 11, 0, 0, tzinfo=UTC)


def test_slots_that_stay_keep_their_identity_and_the_others_are_retired_not_deleted(planned: int) -> None:
    before = starts(planned)
    made = change(planned, with_break(planned, BreakPlan(DAY, time(9, 20), time(9, 40), "Rehat", "coffee")))
    after = starts(planned)
    assert after == {key: before[key] for key in ("09.00", "09.40", "13.00", "13.30")}
    assert made.retired_slot_ids == (before["09.20"],)
    assert db.session.get_one(TimeSlot, before["09.20"]).retired_at is not None
    assert [s.position for s in slots_of(planned)] == [1, 2, 3, 4]


def test_slot_that_only_gets_longer_or_shorter_is_retimed(planned: int) -> None:
    before = starts(planned)
    morning = programme_of(planned).sessions[0]
    made = change(planned, with_session(planned, replace(morning, slot_minutes=15, changeover_minutes=5)))
    assert made == SetupChange(retimed_slot_ids=tuple(sorted(before[key] for key in ("09.00", "09.20", "09.40"))))
    assert starts(planned) == before
    assert slots_of(planned)[0].ends_at == datetime(2023, 5, 11, 2, 15, tzinfo=UTC)


def test_renaming_a_session_changes_no_slot_and_tells_nobody(planned: int, heard: list[SetupChange]) -> None:
    before, morning = starts(planned), programme_of(planned).sessions[0]
    change(planned, with_session(planned, replace(morning, name="Sesi I")))
    assert (starts(planned), heard) == (before, [])
    assert slots_of(planned)[0].session.name == "Sesi I"  # type: ignore[union-attr]


def test_removed_session_leaves_its_retired_slots_readable(planned: int) -> None:
    afternoon = programme_of(planned).sessions[1]
    change(planned, without(planned, session_id=afternoon.id))
    rows = db.session.scalars(sa.select(TimeSlot).where(TimeSlot.event_id == planned, TimeSlot.retired_at.is_not(None)))
    assert [(r.session_id, r.starts_at.hour) for r in rows] == [(None, 6), (None, 6)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Session)) == 1


def test_preview_changes_nothing_and_equals_what_then_happens(planned: int, heard: list[SetupChange]) -> None:
    wanted = with_break(planned, BreakPlan(DAY, time(13), time(13, 15), "Salat", "prayer"))
    before, version = starts(planned), version_of(planned)
    preview = preview_programme(planned, wanted)
    assert (starts(planned), version_of(planned), heard) == (before, version, [])
    assert preview.needs_confirmation
    assert [c.sentence for c in preview.consequences] == ["2 pertemuan pindah"]
    assert change(planned, wanted) == preview.change
    assert heard == [preview.change]


def test_adding_time_asks_nothing(planned: int, heard: list[SetupChange]) -> None:
    evening = SessionPlan(DAY, time(15), time(16), 20, 0, "Sesi sore")
    preview = preview_programme(planned, with_session(planned, evening))
    assert (preview.change, preview.needs_confirmation) == (SetupChange(added_slots=3), False)


def to_zone(event_id: int, zone: str) -> None:
    row = db.session.get_one(Event, event_id)
    basics = EventBasics(row.code, row.name, row.starts_on, row.ends_on, zone)
    with transaction():
        update_event(ORGANIZER, event_id, basics, row.setup_version)


@pytest.mark.parametrize("database", BOTH, indirect=True)
@pytest.mark.parametrize(("zone", "hour"), [("Asia/Makassar", 1), ("Asia/Jayapura", 0)])
def test_slots_keep_wall_time_and_identity_when_the_zone_is_corrected(
    world: World, heard: list[SetupChange], zone: str, hour: int
) -> None:
    """Hourly slots, so that each one moves onto the old start of its neighbour."""
    event_id = world.event()
    change(event_id, Programme((SessionPlan(DAY, time(9), time(13), 60, 0, "Sesi"),)))
    before = [s.id for s in slots_of(event_id)]
    promised = preview_zone(event_id, zone).change
    to_zone(event_id, zone)
    assert [(s.id, s.starts_at.hour, s.ends_at.hour) for s in slots_of(event_id)] == [
        (slot_id, hour + n, hour + n + 1) for n, slot_id in enumerate(before)
    ]
    assert heard[-1] == promised == SetupChange(retimed_slot_ids=tuple(before))
    to_zone(event_id, "Asia/Jakarta")
    assert [(s.id, s.starts_at.hour) for s in slots_of(event_id)] == [(i, 2 + n) for n, i in enumerate(before)]


def test_zone_moves_retired_slots_too_so_that_they_can_come_back(planned: int) -> None:
    before, morning = starts(planned), programme_of(planned).sessions[0]
    change(planned, without(planned, session_id=morning.id))
    to_zone(planned, "Asia/Makassar")
    change(planned, with_session(planned, replace(morning, id=0)))
    assert sorted(s.id for s in slots_of(planned)) == sorted(before.values())


def test_saving_the_same_zone_moves_nothing(planned: int, heard: list[SetupChange]) -> None:
    before = starts(planned)
    assert not preview_zone(planned, "Asia/Jakarta").needs_confirmation
    to_zone(planned, "Asia/Jakarta")
    assert (starts(planned), heard) == (before, [])


def random_programme(marks: list[int], slot: int, pause: int, breaks: list[tuple[int, int]]) -> Programme:
    def at(minute: int) -> time:
        return time(7 + minute // 60, minute % 60)

    pairs = zip(marks[::2], marks[1::2], strict=False)
    return Programme(
        tuple(SessionPlan(DAY, at(a), at(b), slot, pause, f"S{a}") for a, b in pairs),
        tuple(BreakPlan(DAY, at(a), at(a + n), "R") for a, n in breaks),
    )


PLANS = st.builds(
    random_programme,
    st.lists(st.integers(0, 600), min_size=2, max_size=6, unique=True).map(sorted),
    st.integers(10, 60),
    st.integers(0, 10),
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 60)), max_size=3),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PLANS, min_size=2, max_size=4))
def test_any_run_of_changes_does_what_its_preview_said_and_loses_no_slot(world: World, plans: list[Programme]) -> None:
    event_id = world.event()
    for plan in plans:
        before = starts_by_utc(event_id)
        ever = set(db.session.scalars(sa.select(TimeSlot.id).where(TimeSlot.event_id == event_id)))
        preview = preview_programme(event_id, plan)
        assert change(event_id, plan) == preview.change
        after = starts_by_utc(event_id)
        assert {before[s] for s in before if s not in after} == set(preview.change.retired_slot_ids)
        assert all(after[s] == before[s] for s in before if s in after)
        assert len(after) - len(before) == preview.change.added_slots - len(preview.change.retired_slot_ids)
        assert ever <= set(db.session.scalars(sa.select(TimeSlot.id).where(TimeSlot.event_id == event_id)))
        assert [s.position for s in slots_of(event_id)] == list(range(1, len(after) + 1))
        assert slots_of(event_id) == sorted(slots_of(event_id), key=lambda s: s.starts_at)


def starts_by_utc(event_id: int) -> dict[datetime, int]:
    return {s.starts_at: s.id for s in slots_of(event_id)}


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (replace(MORNING, ends_at=time(9)), "ends_at"),
        (replace(MORNING, slot_minutes=4), "slot_minutes"),
        (replace(MORNING, slot_minutes=241), "slot_minutes"),
        (replace(MORNING, changeover_minutes=61), "changeover_minutes"),
        (replace(MORNING, changeover_minutes=-1), "changeover_minutes"),
        (replace(MORNING, starts_at=time(13, 30), ends_at=time(15)), "starts_at"),
    ],
)
def test_impossible_session_is_refused_at_its_field_and_changes_nothing(
    planned: int, plan: SessionPlan, field: str
) -> None:
    before = (starts(planned), version_of(planned), programme_of(planned))
    with pytest.raises(InvalidInput) as refusal:
        change(planned, with_session(planned, plan))
    assert list(refusal.value.fields) == [field]
    assert (starts(planned), version_of(planned), programme_of(planned)) == before


def test_break_without_length_is_refused(planned: int) -> None:
    with pytest.raises(InvalidInput):
        change(planned, with_break(planned, BreakPlan(DAY, time(9), time(9), "Rehat")))


def test_more_slots_than_a_hall_can_run_are_refused_and_the_most_is_allowed(world: World) -> None:
    event_id = world.event()
    full = SessionPlan(DAY, time(1), time(17, 40), 5, 0, "Penuh")  # 200 slots
    change(event_id, Programme((full,)))
    with pytest.raises(InvalidInput):
        change(event_id, Programme((replace(full, ends_at=time(17, 45)),)))
    assert len(slots_of(event_id)) == 200


def test_audit_trail_says_which_slots_went(planned: int) -> None:
    gone = starts(planned)["09.20"]
    change(planned, with_break(planned, BreakPlan(DAY, time(9, 20), time(9, 40), "Rehat", "coffee")))
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
    assert entry is not None
    assert (entry.action, entry.event_id, entry.data) == (
        "events.change_programme",
        planned,
        {"retired": [gone], "added": 0},
    )
