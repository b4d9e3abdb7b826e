"""A run as the page shows it: where it stands, the best so far in plain words, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from matchmaking import clock
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale, show_time
from matchmaking.jobs.models import Job
from matchmaking.scheduling.models import RunState, ScheduleRun, ScheduleVersion, VersionState
from matchmaking.scheduling.wording import best_sentence, broke_off_sentence, changes_sentence

#: A worker that has been silent this long is probably gone; the minute's look marks the run interrupted.
SILENT = timedelta(seconds=15)


@dataclass(frozen=True)
class RunView:
    """What the progress card and the lines under it need; ``state`` is a word of the card."""

    code: str
    state: str
    title: str
    text: str
    percent: int | None
    started: str
    result: str
    warning: str
    details: tuple[tuple[str, str], ...]
    conflict: tuple[str, ...]
    version_code: str | None

    @property
    def is_active(self) -> bool:
        """The solver may still be at work."""
        return self.state in {"queued", "running", "stopping"}


def run_view(run: ScheduleRun, zone: str) -> RunView:
    """Return a run as a page shows it."""
    job = db.session.get(Job, run.job_id) if run.job_id else None
    progress: Mapping[str, Any] = job.progress if job else {}
    outcome = run.outcome
    version = db.session.get(ScheduleVersion, outcome["version_id"]) if outcome.get("version_id") else None
    return RunView(
        code=run.code,
        state=_state(run, job),
        title=_("Making the schedule"),
        text=_now(run, job, progress),
        percent=progress.get("percent"),
        started=show_time(run.requested_at, zone, with_zone=True),
        result=_result(run),
        warning=_warning(run),
        details=tuple(_details(outcome, progress)),
        conflict=tuple(rule["text"][select_locale()] for rule in outcome.get("conflict", [])),
        version_code=version.code if version and version.state is not VersionState.DISCARDED else None,
    )


def _state(run: ScheduleRun, job: Job | None) -> str:
    if run.state is RunState.INFEASIBLE:
        return "failed"
    if run.state is RunState.RUNNING and job and job.stop_requested:
        return "stopping"
    return run.state.value


def _now(run: ScheduleRun, job: Job | None, progress: Mapping[str, Any]) -> str:
    if run.state is RunState.QUEUED:
        return _("Begins as soon as the worker is free.")
    if run.state is not RunState.RUNNING:
        return ""
    if job and job.heartbeat_at and clock.now() - job.heartbeat_at > SILENT:
        return _("The worker does not answer. If it is gone, the run is marked as interrupted within two minutes.")
    if "weight" in progress:
        return _("A complete schedule is ready and is being improved. Stopping keeps the best one so far.")
    return _("Looking for a first schedule.")


def _result(run: ScheduleRun) -> str:
    if run.state is RunState.FAILED:
        return run.message
    if run.state is RunState.INFEASIBLE:
        return _("No schedule can hold everything that is fixed. Change one of the points below and start again.")
    if run.state in (RunState.DONE, RunState.STOPPED) and run.outcome.get("version_id"):
        return objective_sentence(run.outcome.get("objective", {}) | _counts(run.outcome))
    return run.message if run.state is RunState.STOPPED else ""


def _counts(outcome: Mapping[str, Any]) -> dict[str, Any]:
    return {key: outcome.get(key) for key in ("wished", "wishes_held", "status")}


def objective_sentence(objective: Mapping[str, Any]) -> str:
    """Return ``128 dari 131 permintaan terjadwal, terbaik yang mungkin`` for a version's figures."""
    weight, bound = objective.get("weight"), objective.get("weight_bound")
    is_proven = objective.get("status") != "edited" and weight is not None and weight == bound
    return best_sentence(int(objective.get("wishes_held") or 0), int(objective.get("wished") or 0), is_proven=is_proven)


def _warning(run: ScheduleRun) -> str:
    parts = [broke_off_sentence()] if run.outcome.get("broke_off") else []
    if run.outcome.get("conflict") and not run.outcome.get("conflict_minimal", True):
        parts.append(
            _("There was no time to find the fewest points that clash: perhaps not all of these are to blame.")
        )
    if changes := run.outcome.get("changes"):
        parts.append(
            _(
                "While the schedule was being made, something changed: %(things)s. The draft does not know about it; run it again.",
                things=changes_sentence(changes),
            )
        )
    if released := run.outcome.get("released_pins"):
        parts.append(_("%(number)s pins were released: their slot, table or participant is gone.", number=released))
    return " ".join(parts)


def _details(outcome: Mapping[str, Any], progress: Mapping[str, Any]) -> list[tuple[str, str]]:
    figures = outcome.get("objective") or progress
    rows = []
    for key, label in (
        ("weight", _("Weight")),
        ("breaks", _("Idle slots between meetings")),
        ("min_shortfall", _("Meetings lacking to the minimum")),
        ("table_changes", _("Table changes")),
        ("moved", _("Moved against the published schedule")),
        ("lost", _("Lost against the published schedule")),
    ):
        if figures.get(key) is not None:
            bound = figures.get(f"{key}_bound")
            rows.append((label, f"{figures[key]}" + (f" ({_('at best')} {bound})" if bound is not None else "")))
    if outcome.get("seconds") is not None:
        rows.append((_("Computing time"), _("%(seconds)s seconds", seconds=round(outcome["seconds"], 1))))
    return rows
