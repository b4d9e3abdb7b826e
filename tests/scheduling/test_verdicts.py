"""What the board says before a drop is what the rules say: the engine's checker, which knows nothing of the board, agrees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matchmaking.events.models import MeetingTable, TimeSlot, Zone
from matchmaking.extensions import db
from matchmaking.matching.models import Absence
from matchmaking.registration.models import Participation
from matchmaking.scheduling import engine
from matchmaking.scheduling.errors import NeedsYes
from matchmaking.scheduling.models import BoardStep
from matchmaking.scheduling.obstacles import Seat
from matchmaking.scheduling.queries.board import Board, board_of, judge_of
from matchmaking.scheduling.queries.inputs import SolveOptions, build_inputs, meeting_key
from matchmaking.scheduling.services.placements import Edit, Place, move_meeting
from matchmaking.scheduling.verdicts import ASK, FREE, NO, Verdict
from matchmaking.transactions import transaction
from tests.scheduling.scene import Scene, make_scene
from tests.world import LONG_AGO, World


def allowed_by_engine(scene: Scene, version_id: int, board: Board, moves: dict[int, tuple[int, int]]) -> bool:
    """Lay the board with some meetings moved before the engine's checker."""
    inputs = build_inputs(scene.event_id, SolveOptions(told=version_id, with_suggestions=False))
    slots = {slot.id: slot.number for slot in board.hall.slots}
    tables = {table.id: table.number for table in board.hall.tables}
    teams = board.hall.teams
    laid = []
    for seat in board.rules.seats:
        slot, table = moves.get(seat.meeting_id, (seat.slot_id, seat.table_id))
        key = meeting_key((teams[seat.exhibitor_team_id].participation_id, teams[seat.buyer_team_id].participation_id))
        laid.append(engine.Assignment(key, slots[slot], tables[table]))
    problem = replace(inputs.problem, current=None)
    return engine.broken_rules(problem, laid) == []


@pytest.fixture
def crowded(world: World) -> tuple[Scene, int]:
    """Three exhibitors and four buyers at three tables: one is away, one has a zone, one a home table, one is at its maximum."""
    scene = make_scene(world, slots=5, tables=3, makers=3, agencies=4)
    scene.wish_all()
    slot = db.session.get_one(TimeSlot, scene.slots[2])
    world.save(
        Absence(team_id=scene.team(scene.agencies[0]), kind="away", starts_at=slot.starts_at, ends_at=slot.ends_at,
                created_at=LONG_AGO)
    )  # fmt: skip
    zone = world.save(Zone(event_id=scene.event_id, name="Sisi timur"))
    with transaction():
        db.session.get_one(MeetingTable, scene.tables[1]).zone_id = zone
        db.session.get_one(MeetingTable, scene.tables[2]).zone_id = zone
        db.session.get_one(Participation, scene.makers[0]).home_table_id = scene.tables[0]
        db.session.get_one(Participation, scene.makers[1]).zone_id = zone
        db.session.get_one(Participation, scene.agencies[1]).max_meetings = 2
    return scene, scene.solve(with_suggestions=False)


def test_every_verdict_agrees_with_the_engines_checker(crowded: tuple[Scene, int]) -> None:
    scene, version_id = crowded
    board = board_of(scene.version(version_id))
    judge, kinds = judge_of(board), set()
    for seat in board.rules.seats:
        for slot in scene.slots:
            for table in scene.tables:
                verdict = judge.verdict(seat, slot, table)
                moves = {seat.meeting_id: (slot, table)}
                if verdict.swap:
                    moves[verdict.swap.meeting_id] = (seat.slot_id, seat.table_id)
                assert allowed_by_engine(scene, version_id, board, moves) == (verdict.kind != NO), verdict
                kinds.add((verdict.kind, bool(verdict.swap)))
    assert kinds == {(FREE, False), (ASK, False), (ASK, True), (NO, False)}


def gaps(board: Board, verdict: Verdict) -> list[int | None]:
    return [note.team_id for note in verdict.notes if note.code == "gap"]


def test_one_idle_slot_more_is_asked_about_and_one_fewer_is_not(world: World) -> None:
    scene = make_scene(world, slots=5, tables=2, makers=1, agencies=3)
    scene.wish_all()
    version_id = scene.solve(with_suggestions=False)
    with transaction():
        for row, slot in zip(scene.placements(version_id), (0, 1, 3), strict=True):
            row.slot_id, row.table_id = scene.slots[slot], scene.tables[0]
    board = board_of(scene.version(version_id))
    judge, maker = judge_of(board), scene.team(scene.makers[0])
    by_slot = {scene.slots.index(seat.slot_id): seat for seat in board.rules.seats}
    wider = judge.verdict(by_slot[0], scene.slots[4], scene.tables[0])  # 1 3 4: one idle stretch, as before
    assert (wider.kind, gaps(board, wider)) == (FREE, [])
    middle = judge.verdict(by_slot[1], scene.slots[4], scene.tables[0])  # 0 3 4
    assert middle.kind == FREE
    closed = judge.verdict(by_slot[3], scene.slots[2], scene.tables[0])  # 0 1 2
    assert closed.kind == FREE
    with transaction():
        scene.placements(version_id)[2].slot_id = scene.slots[2]
    board = board_of(scene.version(version_id))
    last = next(seat for seat in board.rules.seats if seat.slot_id == scene.slots[2])
    apart = judge_of(board).verdict(last, scene.slots[4], scene.tables[1])  # 0 1 4
    assert (apart.kind, gaps(board, apart)) == (ASK, [maker])


def test_a_yes_counts_for_the_questions_that_were_asked_and_for_no_others(world: World) -> None:
    scene = make_scene(world, slots=4, tables=1, makers=1, agencies=2)
    scene.wish_all()
    version_id = scene.solve(with_suggestions=False)
    with transaction():
        for n, row in enumerate(scene.placements(version_id)):
            row.slot_id, row.is_pinned = scene.slots[n], False
    first, second = (row.meeting_id for row in scene.placements(version_id))
    place = Place(scene.slots[1], scene.tables[0])
    with pytest.raises(NeedsYes) as asked, transaction():
        move_meeting(scene.actor, Edit(version_id, 1), first, place)
    assert len(asked.value.questions) == 1
    with pytest.raises(NeedsYes), transaction():
        move_meeting(scene.actor, Edit(version_id, 1), first, place, accepted="gap-1-0")
    with transaction():
        move_meeting(scene.actor, Edit(version_id, 1), first, place, accepted=asked.value.key)
    db.session.rollback()
    placed = {row.meeting_id: (row.slot_id, row.is_pinned) for row in scene.placements(version_id)}
    assert placed == {first: (scene.slots[1], True), second: (scene.slots[0], True)}
    step = db.session.query(BoardStep).one()
    assert (step.action, step.revision, len(step.changes)) == ("swap_meetings", 2, 2)


def test_a_slot_that_has_begun_is_asked_about_only_while_the_event_runs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene(world)
    scene.wish(scene.makers[0], scene.agencies[0])
    version = scene.version(scene.solve(with_suggestions=False))
    wanted = Seat(0, "", scene.team(scene.makers[1]), scene.team(scene.agencies[1]), 0, 0)
    second = db.session.get_one(TimeSlot, scene.slots[1])

    def judged() -> list[str]:
        judge = judge_of(board_of(version))
        return [judge.verdict(wanted, slot, scene.tables[0]).kind for slot in scene.slots[1:]]

    assert judged() == [FREE, FREE, FREE]  # long over
    monkeypatch.setattr("matchmaking.clock.now", lambda: second.starts_at)
    assert judged() == [ASK, FREE, FREE]
