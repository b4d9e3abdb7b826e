"""Asking for a solver run, stopping it, and what becomes of the row when its job ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app

from matchmaking import audit, clock, jobs
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.errors import NotFound
from matchmaking.events.services.guards import editable_event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.jobs.models import Job, JobState
from matchmaking.scheduling.errors import HasConflicts, NotReady
from matchmaking.scheduling.models import RunState, ScheduleRun, ScheduleVersion, SolveMode, VersionState
from matchmaking.scheduling.queries.bases import Base, base_of
from matchmaking.scheduling.queries.board import board_of
from matchmaking.scheduling.queries.inputs import Inputs, SolveOptions, build_inputs
from matchmaking.scheduling.wording import conflict_sentences
from matchmaking.transactions import lock_row

SOLVE = "scheduling.solve"
ACTIVE = (RunState.QUEUED, RunState.RUNNING)
MOST_SECONDS = 900


@dataclass(frozen=True)
class RequestRun:
    """What the organiser chose.

    ``mode`` and ``base``, a version's id: what is done with which draft (`SolveMode`); ``keep_pins``: for all anew. ``keep_told``: change as little as
    possible of what was published.
    """

    event_id: int
    seconds: int | None = None
    with_suggestions: bool = True
    mode: SolveMode = SolveMode.ALL
    base: int | None = None
    keep_pins: bool = True
    keep_told: bool = False
    seed: int = 1


def request_run(actor: Actor, wanted: RequestRun) -> ScheduleRun:
    """Queue a run, or return the one that is under way: pressing twice is harmless.

    Raises:
        NotReady: slots, tables or approved participants of either side are missing, or there is nobody to bring together;
            or there is no draft to start from, or no gap in it to fill.
        HasConflicts: the draft to start from breaks a hard rule as things stand now.
    """
    editable_event(wanted.event_id)
    if running := active_run(wanted.event_id):
        return running
    options = _options(wanted)
    inputs = build_inputs(wanted.event_id, options)
    _check_ready(inputs)
    base = db.session.get(ScheduleVersion, options.base) if options.base else None
    if options.mode is not SolveMode.ALL:
        _check_base(base, inputs, options.mode)
    run = ScheduleRun(
        code=new_code(12),
        event_id=wanted.event_id,
        state=RunState.QUEUED,
        parameters=_parameters(wanted, options, base),
        requested_by=actor.user_id,
        requested_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    job = jobs.enqueue(actor, SOLVE, {"run_id": run.id}, event_id=run.event_id, dedupe_key=f"solve:{run.code}")
    run.job_id = job.id
    audit.record(actor, "scheduling.request_run", run, event_id=run.event_id)
    return run


def active_run(event_id: int) -> ScheduleRun | None:
    """Return the run that is queued or running in the event."""
    return db.session.scalar(
        sa.select(ScheduleRun).where(ScheduleRun.event_id == event_id, ScheduleRun.state.in_(ACTIVE))
    )


def _options(wanted: RequestRun) -> SolveOptions:
    return SolveOptions(
        base=_version_id(wanted.event_id, ScheduleVersion.id == wanted.base) if wanted.base else None,
        told=_announced(wanted.event_id) if wanted.keep_told else None,
        with_suggestions=wanted.with_suggestions,
        mode=wanted.mode,
        keep_pins=wanted.keep_pins,
    )


def _announced(event_id: int) -> int | None:
    return _version_id(event_id, ScheduleVersion.state == VersionState.PUBLISHED)


def _version_id(event_id: int, condition: sa.ColumnElement[bool]) -> int | None:
    return db.session.scalar(sa.select(ScheduleVersion.id).where(ScheduleVersion.event_id == event_id, condition))


def _parameters(wanted: RequestRun, options: SolveOptions, base: ScheduleVersion | None) -> dict[str, Any]:
    seconds = wanted.seconds or int(current_app.config["SOLVER_SECONDS"])
    return {
        "seconds": max(1, min(seconds, MOST_SECONDS)),
        "workers": int(current_app.config["SOLVER_WORKERS"]),
        "seed": wanted.seed,
        "with_suggestions": options.with_suggestions,
        "mode": options.mode.value,
        "keep_pins": options.keep_pins,
        "base": options.base,
        "base_number": base.number if base else None,
        "told": options.told,
        "announced": _announced(wanted.event_id),
    }


def _check_ready(inputs: Inputs) -> None:
    sides = {team.side for team in inputs.hall.teams.values()}
    if not inputs.hall.slots:
        raise NotReady(_("There are no slots yet. Set sessions and times in Settings first."))
    if not inputs.hall.tables:
        raise NotReady(_("There are no tables yet. Set the tables in Settings first."))
    if "exhibitor" not in sides or "buyer" not in sides:
        raise NotReady(_("Approve at least one exhibitor and one buyer first; without both sides nobody can meet."))
    if not inputs.planned:
        raise NotReady(
            _("Nobody can be brought together yet: there is no wish, and no exhibitor and buyer share a category.")
        )


def _check_base(base: ScheduleVersion | None, inputs: Inputs, mode: SolveMode) -> None:
    if base is None or base.state is VersionState.DISCARDED:
        raise NotReady(_("There is no draft to start from. Solve all first."))
    board = board_of(base)
    if conflicts := board.rules.conflicts():
        raise HasConflicts(
            _(
                "Draft %(number)s cannot be the start: %(meetings)s Move these or take them out, or solve all.",
                number=base.number,
                meetings=" ".join(conflict_sentences(board.rules.seats, conflicts, board.names)),
            )
        )
    if mode is SolveMode.FILL and not inputs.wish_ids - {placed.meeting for placed in inputs.start}:
        raise NotReady(_("Every wish has its place in draft %(number)s; there is nothing to fill.", number=base.number))


def options_of(run: ScheduleRun) -> SolveOptions:
    """Return what was chosen for a run, also of one from before there were modes."""
    chosen = run.parameters
    return SolveOptions(
        base=chosen.get("base", chosen.get("pins_from")),
        told=chosen.get("told"),
        with_suggestions=bool(chosen.get("with_suggestions", True)),
        mode=SolveMode(chosen.get("mode", SolveMode.ALL)),
        keep_pins=bool(chosen.get("keep_pins", True)),
    )


def stop_run(actor: Actor, run_id: int) -> ScheduleRun:
    """Ask a run to stop: the best schedule so far becomes a draft; one that has not begun ends at once.

    Stopping a run that has ended changes nothing.
    """
    job_id = db.session.scalar(sa.select(ScheduleRun.job_id).where(ScheduleRun.id == run_id))
    if job_id:
        lock_row(Job, job_id)
    run = lock_row(ScheduleRun, run_id)
    if run is None:
        raise NotFound(_("This run does not exist."))
    if run.state not in ACTIVE or run.job_id is None:
        return run
    jobs.request_stop(run.job_id)
    audit.record(actor, "scheduling.stop_run", run, event_id=run.event_id)
    if db.session.get_one(Job, run.job_id).state is JobState.STOPPED:
        end_run(run, RunState.STOPPED, _("Stopped before it began. Nothing was changed."))
    return run


def begin_run(run_id: int) -> tuple[ScheduleRun, Base | None] | None:
    """Mark a queued run as running and read the draft it starts from; ``None`` when it is no longer waiting (a second delivery).

    From now on the draft may change, be announced or be discarded: the run goes on from what was read.
    """
    run = lock_row(ScheduleRun, run_id)
    if run is None or run.state is not RunState.QUEUED:
        return None
    run.state = RunState.RUNNING
    base_id = options_of(run).base
    if base_id is not None:
        lock_row(ScheduleVersion, base_id)
    base = base_of(base_id)
    if base is not None:
        run.parameters = {**run.parameters, "base_revision": base.revision}
    return run, base


def end_run(run: ScheduleRun, state: RunState, message: str, outcome: dict[str, Any] | None = None) -> None:
    """Write how a run ended."""
    run.state, run.message, run.finished_at = state, message, clock.now()
    if outcome is not None:
        run.outcome = outcome


def interrupt_run(run_id: int) -> None:
    """Say that a run ended without an answer (worker killed, solver died); nothing of it is kept."""
    run = lock_row(ScheduleRun, run_id)
    if run is not None and run.state in ACTIVE:
        sentence = _(
            "The computation was interrupted before it finished. No draft was stored and nothing was changed; please start it again."
        )
        end_run(run, RunState.FAILED, sentence)
