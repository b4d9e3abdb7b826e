"""What a run does with the draft it starts from: gaps are filled around it, it is never made worse, and never overwritten."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from matchmaking import clock
from matchmaking.events.models import MeetingTable, TimeSlot
from matchmaking.extensions import db
from matchmaking.matching.models import Wish
from matchmaking.registration.models import Participation
from matchmaking.scheduling import engine, tasks
from matchmaking.scheduling.errors import HasConflicts, NotPossible, NotReady
from matchmaking.scheduling.models import Placement, RunState, ScheduleVersion, SolveMode, VersionState
from matchmaking.scheduling.queries.bases import meanwhile
from matchmaking.scheduling.queries.inputs import Inputs, SolveOptions, build_inputs
from matchmaking.scheduling.services.placements import (
    Edit,
    Place,
    move_meeting,
    pin_meeting,
    place_pair,
    remove_meeting,
)
from matchmaking.scheduling.services.runs import begin_run
from matchmaking.scheduling.services.storing import Ending, store_result
from matchmaking.scheduling.services.versions import copy_version, discard_version
from matchmaking.scheduling.solving import start_value
from matchmaking.scheduling.solving.trace import rank
from matchmaking.transactions import transaction
from tests.attendance.meetings import publish
from tests.scheduling.scene import MUST, NO, Scene, insist, make_scene, solve_here
from tests.world import LONG_AGO, World

FILL, IMPROVE, ALL = SolveMode.FILL, SolveMode.IMPROVE, SolveMode.ALL
Where = dict[tuple[int, int], tuple[int, int, bool]]


def where(scene: Scene, version_id: int) -> Where:
    """(slot, table, pinned) by the two teams."""
    db.session.rollback()
    return {
        (row.exhibitor_team_id, row.buyer_team_id): (row.slot_id, row.table_id, row.is_pinned)
        for row in scene.placements(version_id)
    }


def edit_of(scene: Scene, version_id: int) -> Edit:
    return Edit(version_id, scene.version(version_id).revision)


def finish(scene: Scene, run_id: int, solve: Any = solve_here) -> Any:
    with patch.object(tasks, "run_solver", solve):
        scene.world.run_jobs()
    return scene.run(run_id)


def shaken(scene: Scene, seed: int) -> int:
    """A draft that a hasty hand has gone over: meetings taken out, moved, pinned, so that there is something to better."""
    dice = random.Random(seed)
    for maker in scene.makers:
        for agency in scene.agencies:
            if dice.random() < 0.8:
                scene.wish(maker, agency, MUST if dice.random() < 0.3 else NO if dice.random() < 0.1 else "want")  # type: ignore[arg-type]
    version_id = scene.solve(with_suggestions=False)
    for row in scene.placements(version_id):
        meeting_id = row.meeting_id
        roll = dice.random()
        place = Place(dice.choice(scene.slots), dice.choice(scene.tables))
        with suppress(NotPossible):  # the dice fell on a place that is taken
            if roll < 0.3:
                with transaction():
                    remove_meeting(scene.actor, edit_of(scene, version_id), meeting_id)
            elif roll < 0.6:
                insist(move_meeting, scene.actor, edit_of(scene, version_id), meeting_id, place)
                with transaction():
                    pin_meeting(scene.actor, edit_of(scene, version_id), meeting_id, is_pinned=roll < 0.4)
    return version_id


def worth(inputs: Inputs) -> tuple[int, ...]:
    """What the base is worth, by the judge."""
    value = start_value(inputs.problem, inputs.start)
    assert value is not None
    return (*rank(value), value["table_changes"])


def worth_of(scene: Scene, version_id: int, as_seen_by: SolveOptions) -> tuple[int, ...]:
    """What a version is worth in the problem of the run that made it."""
    inputs = build_inputs(scene.event_id, as_seen_by)
    mine = build_inputs(scene.event_id, SolveOptions(base=version_id, mode=IMPROVE, with_suggestions=False))
    value = asdict(engine.score_assignments(inputs.problem, mine.start))
    return (*rank(value), value["table_changes"])


@pytest.mark.parametrize("seed", range(5))
def test_filling_gaps_moves_nothing_and_adds_wishes_alone(world: World, seed: int) -> None:
    scene = make_scene(world, slots=4, tables=2, makers=3, agencies=3)
    draft = shaken(scene, seed)
    before, wished = where(scene, draft), {(w.wisher_id, w.target_id) for w in db.session.scalars(sa.select(Wish))}
    try:
        run = finish(scene, scene.request(base=draft, mode=FILL))
    except NotReady:
        assert len(before) >= len(wished) - 2  # nothing was left to place but what somebody refused
        return
    assert run.state is RunState.DONE
    made = run.outcome["version_id"]
    if made is None:
        assert "Tidak ada minat tanpa tempat" in run.message
        return
    after = where(scene, made)
    assert {pair: after[pair] for pair in before} == before
    added = after.keys() - before.keys()
    assert added
    assert {place[2] for pair, place in after.items() if pair in added} == {False}
    teams = {scene.team(id): id for id in (*scene.makers, *scene.agencies)}
    assert {(teams[e], teams[b]) for e, b in added} <= wished
    assert where(scene, draft) == before


@pytest.mark.parametrize("seed", range(5))
def test_improving_holds_the_pins_and_is_never_worse(world: World, seed: int) -> None:
    scene = make_scene(world, slots=4, tables=2, makers=3, agencies=3)
    draft = shaken(scene, seed)
    options = SolveOptions(base=draft, mode=IMPROVE, with_suggestions=False)
    floor, before = worth(build_inputs(scene.event_id, options)), where(scene, draft)
    run = finish(scene, scene.request(base=draft, mode=IMPROVE, with_suggestions=False))
    assert run.state is RunState.DONE
    made = run.outcome["version_id"]
    if made is not None:
        assert worth_of(scene, made, options) < floor
        after = where(scene, made)
        pinned = {pair: place for pair, place in before.items() if place[2]}
        assert {pair: place for pair, place in after.items() if place[2]} == pinned
    assert where(scene, draft) == before
    assert scene.version(draft).revision == edit_of(scene, draft).revision


def test_a_worse_answer_leaves_the_draft_as_the_best_and_stores_nothing(scene: Scene) -> None:
    scene.wish_all()
    draft = scene.solve(with_suggestions=False)

    def solve_badly(problem: Any, limits: Any, on_tick: Any, **more: Any) -> Any:
        answer = solve_here(problem, limits, on_tick, **more)
        return {**answer, "status": "feasible", "assignments": answer["assignments"][:1]}

    run = finish(scene, scene.request(base=draft, mode=IMPROVE, with_suggestions=False), solve_badly)
    assert (run.state, run.outcome["version_id"], run.outcome["wishes_held"]) == (RunState.DONE, None, 6)
    assert "Tidak ditemukan yang lebih baik daripada draf 1" in run.message
    assert len(db.session.scalars(sa.select(ScheduleVersion)).all()) == 1
    afresh = finish(scene, scene.request(base=draft, with_suggestions=False), solve_badly)
    assert len(scene.placements(afresh.outcome["version_id"])) == 1


def test_the_best_possible_draft_is_said_to_be(scene: Scene) -> None:
    scene.wish_all()
    draft = scene.solve(with_suggestions=False)
    run = finish(scene, scene.request(base=draft, mode=IMPROVE, with_suggestions=False))
    assert run.outcome["version_id"] is None
    assert "sudah yang terbaik yang mungkin" in run.message


def test_solving_all_holds_pins_and_nothing_else(scene: Scene) -> None:
    scene.wish_all()
    draft = scene.solve(with_suggestions=False)
    row = scene.placements(draft)[0]
    pair, place = (row.exhibitor_team_id, row.buyer_team_id), (row.slot_id, row.table_id, True)
    with transaction():
        pin_meeting(scene.actor, edit_of(scene, draft), row.meeting_id, is_pinned=True)
    made = scene.solve(base=draft, with_suggestions=False)
    after = where(scene, made)
    assert {p: place for p, place in after.items() if place[2]} == {pair: place}
    assert len(after) == 6
    without = where(scene, scene.solve(base=draft, keep_pins=False, with_suggestions=False))
    assert [place for place in without.values() if place[2]] == []


def test_who_sits_together_twice_keeps_both_seats(world: World) -> None:
    """Two teams of one agency meet the same exhibitor: more than anybody wished, but an organiser put them there."""
    scene = make_scene(world, makers=1, agencies=2)
    second = scene.world.team(scene.agencies[0])
    scene.wish(scene.makers[0], scene.agencies[0])
    draft = scene.solve(with_suggestions=False)
    maker = scene.team(scene.makers[0])
    (taken,) = where(scene, draft).values()
    slot = next(id for id in scene.slots if id != taken[0])
    other = second if (maker, scene.team(scene.agencies[0])) in where(scene, draft) else scene.team(scene.agencies[0])
    insist(place_pair, scene.actor, edit_of(scene, draft), maker, other, Place(slot, scene.tables[0]))
    scene.wish(scene.makers[0], scene.agencies[1])
    before = where(scene, draft)
    after = where(scene, scene.solve(base=draft, mode=FILL))
    assert {pair: after[pair] for pair in before} == before
    assert len(after) == 3


def test_who_was_placed_with_another_team_than_the_wish_names_stays_there(scene: Scene) -> None:
    agency = scene.agencies[0]
    second = scene.world.team(agency)
    scene.wish(scene.makers[0], agency)
    draft = scene.solve(with_suggestions=False)
    before = where(scene, draft)
    other = second if (scene.team(scene.makers[0]), scene.team(agency)) in before else scene.team(agency)
    with transaction():
        db.session.execute(sa.update(Wish).values(target_team_id=other))
    scene.wish(scene.makers[1], scene.agencies[1])
    after = where(scene, scene.solve(base=draft, mode=FILL))
    assert {pair: after[pair] for pair in before} == before
    assert len(after) == 2


def test_suggestions_in_the_draft_stay_and_no_new_ones_come(scene: Scene) -> None:
    with transaction():
        db.session.execute(sa.text("UPDATE event SET exhibitor_min_meetings = 2"))
    draft = scene.solve()
    row = scene.placements(draft)[0]
    with transaction():
        remove_meeting(scene.actor, edit_of(scene, draft), row.meeting_id)
    before = where(scene, draft)
    scene.wish(scene.makers[1], scene.agencies[0], MUST)
    scene.wish(scene.makers[0], scene.agencies[0], MUST)
    after = where(scene, scene.solve(base=draft, mode=FILL))
    added = after.keys() - before.keys()
    assert {pair: after[pair] for pair in before} == before
    assert added <= {(scene.team(m), scene.team(scene.agencies[0])) for m in scene.makers}


def test_on_the_day_gaps_that_are_past_stay_empty(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[0])
    draft = scene.solve(with_suggestions=False)
    scene.wish(scene.makers[1], scene.agencies[1])
    third = db.session.get_one(TimeSlot, scene.slots[2]).starts_at
    with clock.frozen(third):
        run = finish(scene, scene.request(base=draft, mode=FILL))
    after = where(scene, run.outcome["version_id"])
    added = after[scene.team(scene.makers[1]), scene.team(scene.agencies[1])]
    assert added[0] == scene.slots[3]
    with clock.frozen(third + timedelta(days=30)):  # all is over: a rehearsal, which may use every slot
        assert build_inputs(scene.event_id, SolveOptions(base=draft, mode=FILL)).problem.sessions[-1].id != "ahead"


def test_what_cannot_be_filled_or_started_from_is_said_at_once(scene: Scene) -> None:
    scene.wish_all()
    for mode in (FILL, IMPROVE):
        with pytest.raises(NotReady, match="Belum ada draf"):
            scene.request(mode=mode)
    draft = scene.solve(with_suggestions=False)
    with pytest.raises(NotReady, match="Setiap minat sudah mendapat tempat di draf 1"):
        scene.request(base=draft, mode=FILL)
    with transaction():
        db.session.get_one(Participation, scene.agencies[0]).state = "withdrawn"  # type: ignore[assignment]
    lost = {scene.name(maker) for maker in scene.makers}
    for mode in (FILL, IMPROVE):
        with pytest.raises(HasConflicts) as refused:
            scene.request(base=draft, mode=mode)
        assert all(f"{name} – {scene.name(scene.agencies[0])}: " in str(refused.value) for name in lost)
        assert scene.name(scene.agencies[1]) not in str(refused.value)
    assert scene.request(base=draft)  # solving all is not hindered by what is not possible any more


def test_a_discarded_draft_is_no_start(scene: Scene) -> None:
    scene.wish_all()
    draft = scene.solve(with_suggestions=False)
    with transaction():
        discard_version(scene.actor, draft)
    with pytest.raises(NotReady, match="Belum ada draf"):
        scene.request(base=draft, mode=IMPROVE)


def test_a_draft_changed_while_it_is_solved_keeps_its_changes(scene: Scene) -> None:
    scene.wish_all()
    draft = scene.solve(with_suggestions=False)
    meetings = [row.meeting_id for row in scene.placements(draft)]
    for meeting_id in meetings[:2]:
        with transaction():
            remove_meeting(scene.actor, edit_of(scene, draft), meeting_id)
    as_solved = where(scene, draft)
    run_id = scene.request(base=draft, mode=FILL)

    def solve_while_somebody_edits(*given: Any, **more: Any) -> Any:
        with transaction():
            remove_meeting(scene.actor, edit_of(scene, draft), meetings[3])
        return solve_here(*given, **more)

    run = finish(scene, run_id, solve_while_somebody_edits)
    made = where(scene, run.outcome["version_id"])
    assert {pair: made[pair] for pair in as_solved} == as_solved
    assert len(where(scene, draft)) == len(as_solved) - 1
    assert (meanwhile(run).steps, meanwhile(run).announced, meanwhile(run).base_state) == (1, None, "draft")
    with transaction():  # what happens later does not count
        remove_meeting(scene.actor, edit_of(scene, draft), meetings[4])
    assert meanwhile(scene.run(run_id)).steps == 1


def test_announcing_the_draft_while_it_is_solved_leaves_the_run_to_make_its_own(scene: Scene) -> None:
    scene.wish_all()
    draft = scene.solve(with_suggestions=False)
    with transaction():
        remove_meeting(scene.actor, edit_of(scene, draft), scene.placements(draft)[0].meeting_id)
    before = where(scene, draft)
    run_id = scene.request(base=draft, mode=FILL)

    def solve_while_somebody_announces(*given: Any, **more: Any) -> Any:
        publish(scene, draft)
        return solve_here(*given, **more)

    run = finish(scene, run_id, solve_while_somebody_announces)
    news = meanwhile(run)
    assert (news.announced, news.announced_by, news.steps) == (1, scene.actor.user_id, 0)
    made = scene.version(run.outcome["version_id"])
    assert (made.state, made.based_on_id) == (VersionState.DRAFT, draft)
    assert scene.version(draft).state is VersionState.PUBLISHED
    assert where(scene, draft) == before
    assert len(where(scene, made.id)) == 6
    publish(scene, made.id)
    assert scene.version(draft).state is VersionState.SUPERSEDED


def test_a_run_before_which_something_was_announced_is_not_said_to_be_overtaken(scene: Scene) -> None:
    scene.wish_all()
    draft = scene.solve(with_suggestions=False)
    publish(scene, draft)
    with transaction():
        copy = copy_version(scene.actor, draft).id
    run = finish(scene, scene.request(base=copy))
    assert (meanwhile(run).announced, meanwhile(run).steps) == (None, 0)


def test_discarding_the_draft_while_it_is_solved_leaves_the_result(scene: Scene) -> None:
    scene.wish_all()
    draft = scene.solve(with_suggestions=False)
    with transaction():
        remove_meeting(scene.actor, edit_of(scene, draft), scene.placements(draft)[0].meeting_id)
    run_id = scene.request(base=draft, mode=FILL)

    def solve_while_somebody_discards(*given: Any, **more: Any) -> Any:
        with transaction():
            discard_version(scene.actor, draft)
        return solve_here(*given, **more)

    run = finish(scene, run_id, solve_while_somebody_discards)
    assert meanwhile(run).is_discarded
    assert len(where(scene, run.outcome["version_id"])) == 6
    assert scene.version(draft).state is VersionState.DISCARDED


def test_a_start_that_the_rules_forbid_by_now_does_not_hold_back_an_answer(scene: Scene) -> None:
    """A table goes after the run was asked for: the draft is no schedule any more, so any answer is better."""
    scene.wish_all()
    draft = scene.solve(with_suggestions=False)
    run_id = scene.request(base=draft, mode=IMPROVE, with_suggestions=False)
    with transaction():
        db.session.get_one(MeetingTable, scene.tables[1]).retired_at = LONG_AGO
    run = finish(scene, run_id)
    assert len(scene.placements(run.outcome["version_id"])) == 4


def test_a_run_stopped_with_nothing_found_says_so_and_keeps_the_draft(scene: Scene) -> None:
    scene.wish_all()
    draft = scene.solve(with_suggestions=False)
    run_id = scene.request(base=draft, mode=IMPROVE)
    with transaction():
        begun = begin_run(run_id)
    assert begun is not None
    inputs = build_inputs(scene.event_id, SolveOptions(base=draft, mode=IMPROVE), begun[1])
    answer = {
        **solve_here(inputs.problem.to_json(), {"seconds": 5, "seed": 1}, None),
        "status": "unknown", "assignments": [], "unscheduled": [], "progress": [],
        "objective": asdict(engine.Objective()),
    }  # fmt: skip
    with transaction():
        assert store_result(scene.actor, run_id, inputs, answer, Ending.STOPPED) is None
    run = scene.run(run_id)
    assert (run.state, run.outcome["wishes_held"], run.outcome["version_id"]) == (RunState.STOPPED, 6, None)
    assert "Tidak ditemukan yang lebih baik daripada draf 1" in run.message
    assert len(db.session.scalars(sa.select(Placement.version_id).distinct()).all()) == 1


def test_mode_and_start_are_kept_with_the_run(scene: Scene) -> None:
    scene.wish_all()
    draft = scene.solve(with_suggestions=False)
    with transaction():
        remove_meeting(scene.actor, edit_of(scene, draft), scene.placements(draft)[0].meeting_id)
    run = finish(scene, scene.request(base=draft, mode=FILL, keep_told=True))
    chosen = {
        key: run.parameters[key] for key in ("mode", "base", "base_number", "base_revision", "with_suggestions", "told")
    }
    assert chosen == {
        "mode": "fill", "base": draft, "base_number": 1, "base_revision": 2, "with_suggestions": False, "told": None,
    }  # fmt: skip
    made = scene.version(run.outcome["version_id"])
    assert (made.based_on_id, made.number) == (draft, 2)


@pytest.mark.parametrize(("mode", "begins"), [(ALL, False), (FILL, True), (IMPROVE, True)])
def test_engine_begins_from_the_draft_unless_all_is_solved_anew(world: World, mode: SolveMode, *, begins: bool) -> None:
    scene = make_scene(world)
    scene.wish(scene.makers[0], scene.agencies[0])
    draft = scene.solve(with_suggestions=False)
    scene.wish(scene.makers[1], scene.agencies[1])
    row = scene.placements(draft)[0]
    place = (scene.slots.index(row.slot_id) + 1, scene.tables.index(row.table_id) + 1)
    seen: list[list[tuple[int, int]]] = []

    def look(*given: Any, start: Any = ()) -> Any:
        seen.append([(a.slot, a.table) for a in start])
        return solve_here(*given, start=start)

    finish(scene, scene.request(base=draft, mode=mode), look)
    assert seen == [[place] if begins else []]
