"""Background work: the solver run, outside any transaction, watched and stoppable."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import structlog

from matchmaking.actor import Actor, ActorKind
from matchmaking.jobs import JobHandle, job_handler
from matchmaking.jobs.services import JobStopped
from matchmaking.scheduling import engine
from matchmaking.scheduling.queries.inputs import build_inputs
from matchmaking.scheduling.services.runs import SOLVE, begin_run, interrupt_run, options_of
from matchmaking.scheduling.services.storing import store_result
from matchmaking.scheduling.solving import SolverDied, run_solver
from matchmaking.transactions import end_read, transaction

log = structlog.get_logger()


def _interrupted(handle: JobHandle, _sentence: str) -> None:
    interrupt_run(handle.args["run_id"])


@dataclass
class _Watch:
    """Passes progress to the job row and the wish to stop back."""

    handle: JobHandle
    seconds: int
    was_stopped: bool = False
    last: dict[str, Any] = field(default_factory=dict)

    def __call__(self, progress: dict[str, Any], elapsed: float) -> bool:
        percent = min(int(100 * elapsed / self.seconds), 99)
        self.was_stopped = (
            self.handle.report(elapsed=round(elapsed, 1), percent=percent, **progress) or self.was_stopped
        )
        return self.was_stopped


@job_handler(SOLVE, restartable=False, on_failure=_interrupted)
def solve_event(handle: JobHandle) -> dict[str, Any] | None:
    """Solve one event: read the inputs, compute without holding the database, store a draft in one transaction."""
    run_id = handle.args["run_id"]
    with transaction():
        run = begin_run(run_id)
        if run is None:
            return None
        event_id, options, parameters = run.event_id, options_of(run), dict(run.parameters)
    inputs = build_inputs(event_id, options)
    end_read()
    watch = _Watch(handle, parameters["seconds"])
    limits = engine.Limits(float(parameters["seconds"]), parameters["workers"], parameters["seed"])
    try:
        answer = run_solver(inputs.problem.to_json(), asdict(limits), watch)
    except SolverDied:
        log.exception("scheduling.solver_died", run_id=run_id)
        with transaction():
            interrupt_run(run_id)
        return {"run_id": run_id}
    actor = Actor(ActorKind.USER, handle.requested_by) if handle.requested_by else Actor(ActorKind.SYSTEM)
    with transaction():
        store_result(actor, run_id, inputs, answer, was_stopped=watch.was_stopped)
    if watch.was_stopped:
        raise JobStopped
    return {"run_id": run_id}
