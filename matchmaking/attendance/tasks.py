"""Background work of the day: badges as one PDF, and what is still to come planned anew."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import structlog
from flask import current_app

from matchmaking.actor import Actor, ActorKind
from matchmaking.attendance.badge_papers import badge_faces, badges_pdf
from matchmaking.attendance.queries.badges import print_rows
from matchmaking.attendance.queries.replanning import remaining_of
from matchmaking.attendance.services.badge_printing import PRINT, finish_print
from matchmaking.attendance.services.replans import (
    REPLAN,
    begin_replan,
    fail_replan,
    happened_of,
    keep_plan,
    replan_seconds,
)
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.jobs import JobHandle, job_handler
from matchmaking.jobs.services import JobStopped
from matchmaking.scheduling import engine
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.solving import SolverDied, run_solver, with_reasons
from matchmaking.transactions import end_read, transaction

log = structlog.get_logger()

#: How often the progress is told.
STEP = 25


@job_handler(PRINT)
def print_badges(handle: JobHandle) -> dict[str, Any]:
    """Lay out the chosen badges, keep the PDF and note them as printed."""
    event_id, wanted, layout = handle.event_id or 0, handle.args["badges"], handle.args["layout"]
    event = db.session.get_one(Event, event_id)
    name, title = f"tanda-pengenal-{event.code}.pdf", event.name
    faces = badge_faces(print_rows(event_id, wanted), title)
    end_read()

    def report(number: int) -> None:
        if number % STEP == 0 and handle.report(done=number, total=len(faces)):
            raise JobStopped

    content = badges_pdf(faces, layout, title, report)
    actor = Actor(ActorKind.USER, handle.requested_by) if handle.requested_by else Actor(ActorKind.SYSTEM)
    with transaction(), force_locale(handle.args["locale"]):
        stored = finish_print(actor, event_id, wanted, content, name)
        return {"file_id": stored.id, "badges": len(wanted)}


def _interrupted(handle: JobHandle, _sentence: str) -> None:
    fail_replan(handle.args["replan_id"])


@job_handler(REPLAN, restartable=False, on_failure=_interrupted)
def replan_day(handle: JobHandle) -> dict[str, Any] | None:
    """Plan what is still to come anew: read, compute without holding the database, keep the plan for a decision."""
    replan_id, seconds = handle.args["replan_id"], replan_seconds()
    with transaction():
        row = begin_replan(replan_id)
        if row is None:
            return None
        base, happened = row.base_version_id, happened_of(row)
    remaining = remaining_of(db.session.get_one(ScheduleVersion, base), happened)
    end_read()

    def watch(progress: dict[str, Any], elapsed: float) -> bool:
        percent = min(int(100 * elapsed / seconds), 99)
        return handle.report(elapsed=round(elapsed, 1), percent=percent, **progress)

    limits = engine.Limits(float(seconds), int(current_app.config["SOLVER_WORKERS"]), 1)
    try:
        answer = run_solver(remaining.problem.to_json(), asdict(limits), watch)
    except SolverDied as died:
        log.exception("attendance.solver_died", replan_id=replan_id)
        if died.kept is None:
            with transaction():
                fail_replan(replan_id)
            return None
        answer = died.kept
    answer = with_reasons(remaining.problem, answer)
    with transaction():
        keep_plan(replan_id, remaining, answer)
    return {"replan_id": replan_id}
