"""Solver runs: asked for once, watched, stopped, interrupted, and never half-stored."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from matchmaking import clock
from matchmaking.extensions import db
from matchmaking.jobs import services as jobs
from matchmaking.jobs.models import Job, JobState
from matchmaking.registration.models import Side
from matchmaking.scheduling import engine, tasks
from matchmaking.scheduling.errors import NotReady
from matchmaking.scheduling.models import Meeting, Placement, RunState, ScheduleRun, ScheduleVersion, Unmet
from matchmaking.scheduling.queries.inputs import build_inputs
from matchmaking.scheduling.services.runs import RequestRun, request_run, stop_run
from matchmaking.scheduling.services.storing import BadAnswer, store_result
from matchmaking.scheduling.solving import SolverDied, parent, run_solver
from matchmaking.transactions import transaction
from tests.scheduling.scene import MUST, NO, Scene, make_scene
from tests.world import BOTH, World


def stored() -> tuple[int, int, int, int]:
    db.session.rollback()
    tables = (ScheduleVersion, Placement, Meeting, Unmet)
    return tuple(db.session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in tables)  # type: ignore[return-value]


def test_run_stores_a_checked_draft_with_every_wish_that_fits(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve(in_child=True)
    assert scene.pairs(version_id) == {(m, a) for m in scene.makers for a in scene.agencies}
    version = scene.version(version_id)
    assert (version.number, version.state.value, version.revision) == (1, "draft", 1)
    assert (version.objective["wished"], version.objective["wishes_held"]) == (6, 6)
    run = db.session.scalars(sa.select(ScheduleRun)).one()
    assert (run.state, run.message, version.run_id) == (RunState.DONE, "", run.id)
    assert version.inputs_digest == build_inputs(scene.event_id).digest


def test_wish_that_does_not_fit_is_kept_with_reason_price_and_names(world: World) -> None:
    scene = make_scene(world, slots=2, tables=2, makers=1, agencies=3)
    scene.wish(scene.makers[0], scene.agencies[0], MUST)
    scene.wish(scene.makers[0], scene.agencies[1], MUST)
    scene.wish(scene.makers[0], scene.agencies[2])
    version_id = scene.solve()
    missed = db.session.scalars(sa.select(Unmet).where(Unmet.version_id == version_id)).one()
    assert (missed.exhibitor_id, missed.buyer_id) == (scene.makers[0], scene.agencies[2])
    assert (missed.reason, missed.weight, missed.price) == ("exhibitor_full", 10, 25)
    assert scene.name(scene.makers[0]) in missed.text_id
    assert not {
        word for word in (missed.text_id + " " + missed.text_en).split() if word.startswith("T") and word[1:].isdigit()
    }


def test_one_button_makes_a_full_fair_schedule_without_any_wish(world: World) -> None:
    """Everybody shares a category with nobody: each exhibitor still gets its fewest meetings."""
    scene = make_scene(world, slots=3, tables=3, makers=3, agencies=3)
    with transaction():
        db.session.execute(sa.text("UPDATE event SET exhibitor_min_meetings = 2"))
    version_id = scene.solve()
    held = scene.pairs(version_id)
    assert all(sum(1 for pair in held if pair[0] == maker) >= 2 for maker in scene.makers)
    assert db.session.scalars(sa.select(Meeting.origin).distinct()).all() == ["suggestion"]
    assert stored()[3] == 0


def test_a_no_is_never_scheduled(scene: Scene) -> None:
    scene.wish_all(MUST)
    scene.wish(scene.agencies[0], scene.makers[0], NO)
    version_id = scene.solve()
    assert (scene.makers[0], scene.agencies[0]) not in scene.pairs(version_id)
    assert len(scene.pairs(version_id)) == 5
    # The refused pair is not among the unmet wishes either: its reason would tell.
    assert stored()[3] == 0


def test_meeting_keeps_its_identity_through_versions(scene: Scene) -> None:
    scene.wish_all()
    first = {row.meeting_id for row in scene.placements(scene.solve())}
    second_version = scene.solve()
    assert {row.meeting_id for row in scene.placements(second_version)} == first
    assert scene.version(second_version).number == 2


@pytest.mark.parametrize("missing", ["slots", "tables", "exhibitor", "buyer"])
def test_what_is_missing_is_said_before_anything_runs(world: World, missing: str) -> None:
    event_id = world.event()
    if missing != "slots":
        world.slots(event_id)
    if missing != "tables":
        world.tables(event_id)
    for side in Side:
        if missing != side.value:
            world.participation(event_id, side)
    actor = world.organizer(event_id)
    with pytest.raises(NotReady), transaction():
        request_run(actor, RequestRun(event_id))
    assert db.session.scalars(sa.select(ScheduleRun)).all() == []


def test_second_press_shows_the_run_under_way(scene: Scene) -> None:
    scene.wish_all()
    first = scene.request()
    assert scene.request() == first
    scene.world.run_jobs()
    assert scene.request() != first


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_eight_presses_at_once_are_one_run(scene: Scene) -> None:
    scene.wish_all()
    ids, errors = [], []

    def press() -> None:
        with scene.world.app.app_context():
            try:
                ids.append(scene.request())
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(ids) == 8
    assert len(set(ids)) == 1


def test_database_refuses_a_second_active_run(scene: Scene) -> None:
    scene.wish_all()
    run = scene.run(scene.request())
    twin = ScheduleRun(code="X" * 12, event_id=scene.event_id, state=RunState.RUNNING, requested_at=run.requested_at)
    with pytest.raises(sa.exc.IntegrityError):
        scene.world.save(twin)


def test_inputs_changed_meanwhile_are_counted_and_the_draft_kept(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.wish(scene.makers[0], scene.agencies[0])

    def solve_slowly(problem: Any, limits: Any, on_tick: Any, **more: Any) -> Any:
        scene.wish(scene.makers[0], scene.agencies[1], MUST)
        scene.wish(scene.makers[1], scene.agencies[1], MUST)
        return run_solver(problem, limits, on_tick, **more)

    monkeypatch.setattr(tasks, "run_solver", solve_slowly)
    version_id = scene.solve(in_child=True)
    assert scene.pairs(version_id) == {(scene.makers[0], scene.agencies[0])}
    run = db.session.scalars(sa.select(ScheduleRun)).one()
    assert run.outcome["changes"] == {"pair": 2}
    assert run.message != ""
    assert scene.version(version_id).inputs_digest != build_inputs(scene.event_id).digest


def test_participant_who_leaves_meanwhile_breaks_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.wish_all()

    def solve_slowly(problem: Any, limits: Any, on_tick: Any, **more: Any) -> Any:
        with transaction():
            db.session.execute(
                sa.text("UPDATE participation SET state = 'withdrawn' WHERE id = :id"), {"id": scene.agencies[0]}
            )
        return run_solver(problem, limits, on_tick, **more)

    monkeypatch.setattr(tasks, "run_solver", solve_slowly)
    version_id = scene.solve(in_child=True)
    assert len(scene.placements(version_id)) == 6
    run = db.session.scalars(sa.select(ScheduleRun)).one()
    assert run.outcome["changes"] == {"pair": 2, "participant": 1, "team": 1}


def test_impossible_pins_are_a_conflict_in_words_and_no_draft(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()
    rows = [r for r in scene.placements(version_id) if r.exhibitor_team_id == scene.team(scene.makers[0])]
    with transaction():
        db.session.execute(sa.update(Placement).where(Placement.id == rows[0].id).values(is_pinned=True))
        db.session.execute(sa.text("UPDATE event SET exhibitor_max_meetings = 0"))
    run_id = scene.request(base=version_id)
    scene.world.run_jobs()
    run = scene.run(run_id)
    assert run.state is RunState.INFEASIBLE
    assert run.outcome["version_id"] is None
    assert scene.name(scene.makers[0]) in " ".join(rule["text"]["id"] for rule in run.outcome["conflict"])
    assert stored()[0] == 1


def test_stopping_before_it_began_ends_the_run_at_once(scene: Scene) -> None:
    scene.wish_all()
    run_id = scene.request()
    with transaction():
        stop_run(scene.actor, run_id)
    assert scene.run(run_id).state is RunState.STOPPED
    scene.world.run_jobs()
    assert stored()[0] == 0
    with transaction():
        stop_run(scene.actor, run_id)
    assert scene.run(run_id).state is RunState.STOPPED


def slow_problem() -> dict[str, Any]:
    """Hard enough to keep the solver busy for a minute: many wishes, one table too few, three whole days."""
    people = [{"id": f"E{n}", "side": "exhibitor"} for n in range(60)] + [
        {"id": f"B{n}", "side": "buyer"} for n in range(60)
    ]
    meetings = [
        {"id": f"m{e}-{b}", "participants": [f"E{e}", f"B{b}"], "weight": 1 + (e * 7 + b * 13) % 50}
        for e in range(60)
        for b in range(60)
        if (e * 31 + b * 17) % 3 == 0
    ]
    return {
        "format": "b2b-schedule-problem/1", "name": "slow", "slots": 20, "tables": 37,
        "participants": [{**p, "unavailable": [1 + n % 20, 1 + (n * 7) % 20]} for n, p in enumerate(people)],
        "meetings": meetings,
    }  # fmt: skip


LIMITS = {"seconds": 60.0, "workers": 1, "seed": 1}


def test_stop_is_honoured_at_once_and_the_best_so_far_kept() -> None:
    asked: list[float] = []

    def tick(progress: dict[str, Any], _elapsed: float) -> bool:
        if progress and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    answer = run_solver(slow_problem(), LIMITS, tick)
    # One second on a machine that is free (2 s are promised); the solver's limit is 60 s.
    assert time.monotonic() - asked[0] < 8
    assert answer["status"] in {"feasible", "optimal"}
    problem = engine.parse_problem(slow_problem())
    assert engine.violations(problem, engine.parse_solution(answer, problem)) == []


def test_killed_solver_process_interrupts_the_run_and_stores_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kill -9 on the real child, as the kernel does when memory runs out."""
    scene.wish_all()
    started = []
    start = parent._start

    def start_and_kill() -> Any:
        process = start()
        started.append(process)
        os.kill(process.pid, signal.SIGKILL)
        return process

    monkeypatch.setattr(parent, "_start", start_and_kill)
    run_id = scene.request()
    scene.world.run_jobs()
    run = scene.run(run_id)
    assert len(started) == 1
    assert (run.state, run.outcome) == (RunState.FAILED, {})
    assert run.message != ""
    assert stored() == (0, 0, 0, 0)
    monkeypatch.undo()
    assert scene.solve()


def test_dead_solver_is_an_error_not_a_wait() -> None:
    def kill(_progress: Any, _elapsed: float) -> bool:
        raise SolverDied("as if")

    before = time.monotonic()
    with pytest.raises(SolverDied):
        run_solver(slow_problem(), LIMITS, kill)
    assert time.monotonic() - before < 5


def test_solver_beyond_its_memory_dies_in_place_of_the_machine() -> None:
    with pytest.raises(SolverDied):
        run_solver(slow_problem(), LIMITS, lambda _progress, _elapsed: False, memory_bytes=400 * 2**20)


def test_run_of_a_silent_worker_is_marked_interrupted(scene: Scene) -> None:
    """The worker was killed in the middle: its job row says running and is silent; the minute's look finds it."""
    scene.wish_all()
    run_id = scene.request()
    job_id = scene.run(run_id).job_id
    with transaction():
        handle = db.session.get_one(Job, job_id)
        handle.state, handle.heartbeat_at, handle.attempts = JobState.RUNNING, clock.now(), 1
        db.session.get_one(ScheduleRun, run_id).state = RunState.RUNNING
    assert jobs.pick_up_lost() == []
    assert scene.run(run_id).state is RunState.RUNNING
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        jobs.pick_up_lost()
    run = scene.run(run_id)
    assert run.state is RunState.FAILED
    assert run.message != ""
    assert stored() == (0, 0, 0, 0)
    assert scene.request() != run_id


def test_late_answer_of_an_interrupted_run_is_not_stored(scene: Scene) -> None:
    scene.wish_all()
    run_id = scene.request()
    with transaction():
        db.session.get_one(ScheduleRun, run_id).state = RunState.FAILED
    inputs = build_inputs(scene.event_id)
    answer = engine.solve(inputs.problem, engine.Limits(5, 1, 1)).to_json()
    with transaction():
        assert store_result(scene.actor, run_id, inputs, answer) is None
    assert stored() == (0, 0, 0, 0)


def test_answer_that_breaks_a_rule_is_never_stored(scene: Scene) -> None:
    scene.wish_all()
    run_id = scene.request()
    with transaction():
        db.session.get_one(ScheduleRun, run_id).state = RunState.RUNNING
    inputs = build_inputs(scene.event_id)
    answer = engine.solve(inputs.problem, engine.Limits(5, 1, 1)).to_json()
    for assignment in answer["assignments"]:
        assignment["slot"] = 1
    with pytest.raises(BadAnswer), transaction():
        store_result(scene.actor, run_id, inputs, answer)
    assert stored() == (0, 0, 0, 0)


def test_progress_reaches_the_job_row(scene: Scene) -> None:
    scene.wish_all()
    run_id = scene.request()
    job_id = scene.run(run_id).job_id
    scene.world.run_jobs()
    job = db.session.get_one(Job, job_id)
    assert job.state is JobState.DONE
    assert set(job.progress) >= {"elapsed", "percent"}
