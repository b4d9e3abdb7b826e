"""Changing a draft by hand."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from matchmaking.errors import NotFound
from matchmaking.events.models import Event, EventState, MeetingTable, TimeSlot, Zone
from matchmaking.events.services.guards import EventArchived
from matchmaking.extensions import db
from matchmaking.matching.models import Absence
from matchmaking.registration.models import Delegate, Participation, ParticipationState, TeamDelegate
from matchmaking.scheduling.errors import ChangedMeanwhile, NotADraft, NotPossible
from matchmaking.scheduling.models import Placement, ScheduleVersion, Unmet, VersionState
from matchmaking.scheduling.obstacles import Seat
from matchmaking.scheduling.queries.board import board_of
from matchmaking.scheduling.services.placements import (
    Edit,
    Place,
    move_meeting,
    pin_meeting,
    place_pair,
    remove_meeting,
)
from matchmaking.scheduling.services.versions import copy_version, publish_version
from matchmaking.transactions import transaction
from tests.scheduling.scene import MUST, NO, Scene, insist, make_scene
from tests.world import BOTH, LONG_AGO, World


@pytest.fixture
def draft(world: World) -> tuple[Scene, int]:
    """Exhibitor 1 meets buyer 1 in slot 1 at table 1; exhibitor 2 meets buyer 2 in slot 1 at table 2; the rest is free."""
    scene = make_scene(world)
    for maker, agency in zip(scene.makers, scene.agencies, strict=False):
        scene.wish(maker, agency)
    version_id = scene.solve(with_suggestions=False)
    with transaction():
        for n, row in enumerate(scene.placements(version_id)):
            row.slot_id, row.table_id = scene.slots[0], scene.tables[n]
    return scene, version_id


def edit(scene: Scene, version_id: int) -> Edit:
    return Edit(version_id, scene.version(version_id).revision)


def where(scene: Scene, version_id: int) -> dict[int, tuple[int, int, bool]]:
    """meeting id -> (number of slot, number of table, pinned)."""
    db.session.rollback()
    return {
        row.meeting_id: (scene.slots.index(row.slot_id) + 1, scene.tables.index(row.table_id) + 1, row.is_pinned)
        for row in scene.placements(version_id)
    }


def move(scene: Scene, version_id: int, meeting_id: int, slot: int, table: int) -> None:
    wanted = edit(scene, version_id)
    with transaction():
        move_meeting(scene.actor, wanted, meeting_id, Place(scene.slots[slot - 1], scene.tables[table - 1]))


def codes(scene: Scene, version_id: int, meeting_id: int, slot: int, table: int) -> list[str]:
    from dataclasses import replace

    board = board_of(scene.version(version_id))
    seat = board.seat_of(meeting_id)
    assert seat is not None
    wanted = replace(seat, slot_id=scene.slots[slot - 1], table_id=scene.tables[table - 1])
    return [obstacle.code for obstacle in board.rules.obstacles(wanted)]


def test_meeting_moves_to_a_free_place_and_is_pinned_there(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, second = where(scene, version_id)
    move(scene, version_id, first, 3, 2)
    assert where(scene, version_id) == {first: (3, 2, True), second: (1, 2, False)}
    assert scene.version(version_id).revision == 2
    assert codes(scene, version_id, first, 3, 2) == []


def test_taken_table_and_busy_team_are_refused_with_words(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, second = where(scene, version_id)
    assert codes(scene, version_id, first, 1, 2) == ["table_taken"]
    with transaction():  # the other one cannot change places with it: it stays at its own table
        db.session.get_one(Participation, scene.makers[1]).home_table_id = scene.tables[1]
    with pytest.raises(NotPossible) as error:
        move(scene, version_id, first, 1, 2)
    assert len(error.value.reasons) == 1
    assert where(scene, version_id) == {first: (1, 1, False), second: (1, 2, False)}
    with transaction():
        place_pair(
            scene.actor, Edit(version_id, 1), scene.team(scene.makers[0]), scene.team(scene.agencies[1]),
            Place(scene.slots[1], scene.tables[0]),
        )  # fmt: skip
    assert codes(scene, version_id, first, 2, 2) == ["busy"]
    assert codes(scene, version_id, first, 3, 2) == []


def test_absence_refuses_the_slot_and_only_it(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, _second = where(scene, version_id)
    slot = db.session.get_one(TimeSlot, scene.slots[1])
    scene.world.save(
        Absence(team_id=scene.team(scene.agencies[0]), kind="away", starts_at=slot.starts_at, ends_at=slot.ends_at,
                created_at=LONG_AGO)
    )  # fmt: skip
    assert codes(scene, version_id, first, 2, 1) == ["away"]
    assert codes(scene, version_id, first, 3, 1) == []


def test_home_table_and_zone_bind_the_table(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, second = where(scene, version_id)
    zone = scene.world.save(Zone(event_id=scene.event_id, name="Sisi timur"))
    with transaction():
        db.session.get_one(Participation, scene.makers[0]).home_table_id = scene.tables[0]
        db.session.get_one(Participation, scene.makers[1]).zone_id = zone
        db.session.get_one(MeetingTable, scene.tables[1]).zone_id = zone
    assert codes(scene, version_id, first, 2, 1) == []
    assert codes(scene, version_id, first, 2, 2) == ["other_table"]
    assert codes(scene, version_id, second, 2, 2) == []
    assert codes(scene, version_id, second, 2, 1) == ["other_table"]


def test_retired_slot_and_table_are_gone(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, _second = where(scene, version_id)
    with transaction():
        db.session.get_one(TimeSlot, scene.slots[1]).retired_at = LONG_AGO
        db.session.get_one(MeetingTable, scene.tables[1]).retired_at = LONG_AGO
    assert codes(scene, version_id, first, 2, 1) == ["slot_gone"]
    assert codes(scene, version_id, first, 3, 2) == ["table_gone"]


def test_maximum_binds_new_meetings_and_lets_present_ones_move(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, _second = where(scene, version_id)
    with transaction():
        db.session.get_one(Participation, scene.makers[0]).max_meetings = 1
    assert codes(scene, version_id, first, 2, 1) == []
    board = board_of(scene.version(version_id))
    pair = (scene.team(scene.makers[0]), scene.team(scene.agencies[2]))
    wanted = Seat(0, "", *pair, scene.slots[2], scene.tables[0])
    assert [o.code for o in board.rules.obstacles(wanted)] == ["maximum"]


def test_who_left_or_refused_is_a_conflict(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, second = where(scene, version_id)
    assert board_of(scene.version(version_id)).rules.conflicts() == {}
    scene.wish(scene.agencies[0], scene.makers[0], NO)
    with transaction():
        db.session.get_one(Participation, scene.agencies[1]).state = ParticipationState.WITHDRAWN
    found = board_of(scene.version(version_id)).rules.conflicts()
    assert {id: [o.code for o in all] for id, all in found.items()} == {first: ["apart"], second: ["left"]}


def test_delegate_of_two_teams_is_not_at_two_tables(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    agency = scene.agencies[1]
    second_team = scene.world.team(agency)
    shared = db.session.scalars(
        sa.select(Delegate.id).join(TeamDelegate).where(TeamDelegate.team_id == second_team)
    ).one()
    wanted = Seat(0, "", scene.team(scene.makers[0]), second_team, scene.slots[0], scene.tables[1])

    def found() -> list[str]:
        return [o.code for o in board_of(scene.version(version_id)).rules.obstacles(wanted)]

    assert found() == ["table_taken", "busy"]
    with transaction():
        db.session.add(TeamDelegate(team_id=scene.team(agency), delegate_id=shared))
    assert found() == ["table_taken", "busy", "delegate_busy"]


def test_two_organizers_cannot_overwrite_each_other(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, second = where(scene, version_id)
    seen = edit(scene, version_id)
    with transaction():
        move_meeting(scene.actor, seen, first, Place(scene.slots[1], scene.tables[0]))
    with pytest.raises(ChangedMeanwhile), transaction():
        move_meeting(scene.actor, seen, second, Place(scene.slots[2], scene.tables[0]))
    assert where(scene, version_id) == {first: (2, 1, True), second: (1, 2, False)}


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_of_many_changes_at_once_one_is_made(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, second = where(scene, version_id)
    seen = edit(scene, version_id)
    outcomes: list[str] = []

    def act(meeting_id: int) -> None:
        with scene.world.app.app_context():
            try:
                with transaction():
                    move_meeting(scene.actor, seen, meeting_id, Place(scene.slots[3], scene.tables[1]))
                outcomes.append("moved")
            except ChangedMeanwhile:
                outcomes.append("changed meanwhile")

    threads = [threading.Thread(target=act, args=(id,)) for id in (first, second) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed meanwhile"] * 5 + ["moved"]
    assert scene.version(version_id).revision == 2


def test_pin_is_set_and_taken_off(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, _second = where(scene, version_id)
    for is_pinned in (True, False):
        seen = edit(scene, version_id)
        with transaction():
            pin_meeting(scene.actor, seen, first, is_pinned=is_pinned)
        assert where(scene, version_id)[first] == (1, 1, is_pinned)


def test_removed_wish_becomes_unmet_and_can_be_placed_again(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, second = where(scene, version_id)
    with transaction():
        remove_meeting(scene.actor, Edit(version_id, 1), first)
    assert set(where(scene, version_id)) == {second}
    missed = db.session.scalars(sa.select(Unmet)).one()
    assert (missed.exhibitor_id, missed.buyer_id, missed.reason) == (scene.makers[0], scene.agencies[0], "removed")
    assert scene.version(version_id).objective["wishes_held"] == 1
    with transaction():
        place_pair(
            scene.actor, Edit(version_id, 2), scene.team(scene.makers[0]), scene.team(scene.agencies[0]),
            Place(scene.slots[3], scene.tables[1]),
        )  # fmt: skip
    assert where(scene, version_id)[first] == (4, 2, True)
    assert db.session.scalars(sa.select(Unmet)).all() == []
    assert scene.version(version_id).objective["wishes_held"] == 2


def test_a_wish_whose_two_meet_in_two_teams_is_one_and_unmet_when_both_are_out(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, _second = where(scene, version_id)
    teams = scene.world.team(scene.makers[0]), scene.team(scene.agencies[0])
    insist(place_pair, scene.actor, Edit(version_id, 1), *teams, Place(scene.slots[2], scene.tables[0]))
    again = next(id for id, place in where(scene, version_id).items() if place[:2] == (3, 1))

    def held_and_unmet() -> tuple[int, int]:
        return scene.version(version_id).objective["wishes_held"], len(db.session.scalars(sa.select(Unmet)).all())

    assert held_and_unmet() == (2, 0)
    for revision, (meeting, left) in enumerate([(first, (2, 0)), (again, (1, 1))], start=2):
        with transaction():
            remove_meeting(scene.actor, Edit(version_id, revision), meeting)
        assert held_and_unmet() == left


def test_a_draft_of_an_archived_event_is_only_read(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    before = where(scene, version_id)
    with transaction():
        db.session.get_one(Event, scene.event_id).state = EventState.ARCHIVED
    with pytest.raises(EventArchived):
        move(scene, version_id, next(iter(before)), 3, 2)
    for change in (publish_version, lambda actor, _edit: copy_version(actor, version_id)):
        with pytest.raises(EventArchived), transaction():
            change(scene.actor, Edit(version_id, 1))
    assert (where(scene, version_id), scene.version(version_id).state) == (before, VersionState.DRAFT)


def test_two_who_meet_already_are_not_placed_twice(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    with pytest.raises(NotPossible), transaction():
        place_pair(
            scene.actor, Edit(version_id, 1), scene.team(scene.makers[0]), scene.team(scene.agencies[0]),
            Place(scene.slots[3], scene.tables[1]),
        )  # fmt: skip


def test_refused_pair_cannot_be_forced(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    scene.wish(scene.agencies[2], scene.makers[0], NO)
    with pytest.raises(NotPossible), transaction():
        place_pair(
            scene.actor, Edit(version_id, 1), scene.team(scene.makers[0]), scene.team(scene.agencies[2]),
            Place(scene.slots[3], scene.tables[1]),
        )  # fmt: skip


def test_places_and_meetings_of_another_event_are_unknown(draft: tuple[Scene, int], world: World) -> None:
    scene, version_id = draft
    first, _second = where(scene, version_id)
    other = make_scene(world)
    with pytest.raises(NotPossible), transaction():
        move_meeting(scene.actor, Edit(version_id, 1), first, Place(other.slots[0], scene.tables[0]))
    with pytest.raises(NotFound), transaction():
        move_meeting(scene.actor, Edit(version_id, 1), 999, Place(scene.slots[1], scene.tables[0]))
    with pytest.raises(NotFound), transaction():
        place_pair(
            scene.actor, Edit(version_id, 1), scene.team(scene.makers[0]), other.team(other.agencies[0]),
            Place(scene.slots[3], scene.tables[1]),
        )  # fmt: skip


@pytest.mark.parametrize("state", [VersionState.PUBLISHED, VersionState.SUPERSEDED, VersionState.DISCARDED])
def test_only_drafts_are_changed(draft: tuple[Scene, int], state: VersionState) -> None:
    scene, version_id = draft
    first, _second = where(scene, version_id)
    with transaction():
        db.session.get_one(ScheduleVersion, version_id).state = state
    with pytest.raises(NotADraft), transaction():
        pin_meeting(scene.actor, Edit(version_id, 1), first, is_pinned=True)


def test_database_itself_refuses_a_double_booking(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    rows = scene.placements(version_id)
    for column, value in (("table_id", rows[0].table_id), ("exhibitor_team_id", rows[0].exhibitor_team_id),
                          ("buyer_team_id", rows[0].buyer_team_id)):  # fmt: skip
        with pytest.raises(sa.exc.IntegrityError), transaction():
            db.session.execute(sa.update(Placement).where(Placement.id == rows[1].id).values({column: value}))


def test_solver_keeps_what_was_placed_by_hand(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft
    first, _second = where(scene, version_id)
    move(scene, version_id, first, 4, 2)
    pair = (scene.team(scene.makers[1]), scene.team(scene.agencies[2]))
    insist(place_pair, scene.actor, edit_of(scene, version_id), *pair, Place(scene.slots[2], scene.tables[0]))
    scene.wish(scene.makers[0], scene.agencies[2], MUST)
    again = scene.solve(base=version_id, with_suggestions=False)
    placed = where(scene, again)
    assert placed[first] == (4, 2, True)
    assert (3, 1, True) in placed.values()
    assert len(placed) == 4


def edit_of(scene: Scene, version_id: int) -> Edit:
    row = db.session.get_one(ScheduleVersion, version_id)
    return Edit(version_id, row.revision)


def test_statements_of_a_board_do_not_grow(draft: tuple[Scene, int]) -> None:
    scene, version_id = draft

    def count() -> int:
        version, seen = scene.version(version_id), []
        sa.event.listen(db.engine, "before_cursor_execute", lambda *_: seen.append(1))
        board_of(version)
        return len(seen)

    few = count()
    from matchmaking.registration.models import Side

    for _ in range(10):
        scene.wish(scene.makers[0], scene.world.participation(scene.event_id, Side.BUYER))
    assert count() == few
