"""A run as the page shows it: where it stands, the best so far in plain words, how it ended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from matchmaking import clock
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale, show_time
from matchmaking.jobs.models import Job
from matchmaking.scheduling.models import RunState, ScheduleRun, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.bases import Origin, meanwhile, origins_of
from matchmaking.scheduling.queries.steps import people_names
from matchmaking.scheduling.routes.picture import Chart, charts_of, seconds_text, words_of
from matchmaking.scheduling.services.runs import ACTIVE
from matchmaking.scheduling.solving import as_values
from matchmaking.scheduling.wording import (
    best_sentence,
    broke_off_sentence,
    changes_sentence,
    meanwhile_sentences,
    origin_sentence,
)

#: A worker that has been silent this long is probably gone; the minute's look marks the run interrupted.
SILENT = timedelta(seconds=15)


@dataclass(frozen=True)
class RunView:
    """What the progress card and the lines under it need; ``state`` is a word of the card.

    ``origin``: what is made of which draft. ``meanwhile``: what others did to it since. ``base_code``: that draft, where it is
    worth a look. ``tag`` changes whenever what is shown does.
    """

    code: str
    state: str
    title: str
    origin: str
    text: str
    percent: int | None
    started: str
    result: str
    warning: str
    meanwhile: tuple[str, ...]
    details: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    charts: tuple[Chart, ...]
    conflict: tuple[str, ...]
    version_code: str | None
    base_number: int | None
    base_code: str | None

    @property
    def is_active(self) -> bool:
        """The solver may still be at work."""
        return self.state in {"queued", "running", "stopping"}

    @property
    def tag(self) -> str:
        """Return what tells a page whether it shows the run as it is."""
        shown = json.dumps([*map(str, vars(self).values())])
        return hashlib.sha256(shown.encode()).hexdigest()[:16]


def run_view(run: ScheduleRun, zone: str) -> RunView:
    """Return a run as a page shows it."""
    job = db.session.get(Job, run.job_id) if run.job_id else None
    progress: Mapping[str, Any] = job.progress if job else {}
    outcome, news = run.outcome, meanwhile(run)
    version = db.session.get(ScheduleVersion, outcome["version_id"]) if outcome.get("version_id") else None
    base = db.session.get(ScheduleVersion, news.base_id) if news.base_id else None
    points = [as_values(point) for point in outcome.get("trace") or progress.get("points", [])]
    until = float(outcome.get("seconds") or progress.get("searching") or 0)
    is_active = run.state in ACTIVE
    return RunView(
        code=run.code,
        state=_state(run, job),
        title=_("Making the schedule"),
        origin=origin_sentence(run.parameters),
        text=_now(run, job, progress),
        percent=progress.get("percent"),
        started=show_time(run.requested_at, zone, with_zone=True),
        result=_result(run),
        warning=_warning(run),
        meanwhile=tuple(
            meanwhile_sentences(
                news, run.parameters.get("base_number"), people_names([news.announced_by]), is_active=is_active
            )
        ),
        details=tuple(_details(outcome, progress)),
        words=tuple(words_of(points[-1])) if points else (),
        charts=tuple(charts_of(points, until)),
        conflict=tuple(rule["text"][select_locale()] for rule in outcome.get("conflict", [])),
        version_code=version.code if version and version.state is not VersionState.DISCARDED else None,
        base_number=base.number if base else None,
        base_code=base.code if base and base.state is not VersionState.DISCARDED else None,
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
    if run.state is RunState.FAILED or (run.state is RunState.DONE and not run.outcome.get("version_id")):
        return run.message
    if run.state is RunState.INFEASIBLE:
        return _("No schedule can hold everything that is fixed. Change one of the points below and start again.")
    if run.state in (RunState.DONE, RunState.STOPPED) and run.outcome.get("version_id"):
        return objective_sentence(run.outcome.get("objective", {}) | _counts(run.outcome))
    return run.message if run.state is RunState.STOPPED else ""


def origins_shown(versions: Sequence[ScheduleVersion]) -> dict[int, str]:
    """Return of each version where it comes from, as a sentence."""
    return {id: _origin_shown(origin) for id, origin in origins_of(versions).items()}


def _origin_shown(origin: Origin) -> str:
    if origin.run is None:
        return _("From version %(number)s", number=origin.copied_from)
    base = origin_sentence(origin.run.parameters)
    announced = origin.run.outcome.get("meanwhile", {}).get("announced")
    if announced is None:
        return base
    return _("%(base)s; starts from before version %(number)s was announced", base=base, number=announced)


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
            value = figures[key]
            rows.append(
                (label, str(value) if bound is None else _("%(value)s (at best %(bound)s)", value=value, bound=bound))
            )
    if outcome.get("seconds") is not None:
        rows.append((_("Computing time"), seconds_text(outcome["seconds"])))
    return rows
