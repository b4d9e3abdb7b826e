"""Background work: the solver run, watched and stoppable, and telling people of a published schedule."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import structlog

from matchmaking.actor import Actor, ActorKind
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.jobs import JobHandle, job_handler
from matchmaking.jobs.services import JobStopped
from matchmaking.scheduling import engine
from matchmaking.scheduling.messages import agenda_message, news_of
from matchmaking.scheduling.models import ScheduleVersion, SolveMode, VersionState
from matchmaking.scheduling.papers import agenda_pdf, event_head, table_pdf
from matchmaking.scheduling.queries.agendas import table_agendas, team_agendas
from matchmaking.scheduling.queries.inputs import Inputs, build_inputs
from matchmaking.scheduling.queries.notices import Addressee, addressees
from matchmaking.scheduling.services.notices import TELL, mail_notice
from matchmaking.scheduling.services.papers import PAPERS
from matchmaking.scheduling.services.runs import SOLVE, begin_run, interrupt_run, options_of
from matchmaking.scheduling.services.storing import Ending, store_result
from matchmaking.scheduling.solving import SolverDied, as_values, from_start, run_solver, start_value, with_reasons
from matchmaking.storage.services import Owner, keep_file
from matchmaking.transactions import end_read, transaction

log = structlog.get_logger()


def _interrupted(handle: JobHandle, _sentence: str) -> None:
    interrupt_run(handle.args["run_id"])


@dataclass
class _Watch:
    """Passes progress to the job row and the wish to stop back."""

    handle: JobHandle
    seconds: int
    start: dict[str, Any] | None = None
    was_stopped: bool = False

    def __call__(self, progress: dict[str, Any], elapsed: float) -> bool:
        percent = min(int(100 * elapsed / self.seconds), 99)
        if self.start is not None:
            progress = self._from_start(progress)
        self.was_stopped = (
            self.handle.report(elapsed=round(elapsed, 1), percent=percent, **progress) or self.was_stopped
        )
        return self.was_stopped

    def _from_start(self, progress: dict[str, Any]) -> dict[str, Any]:
        points = from_start(progress.get("points", []), self.start)
        return {**progress, **as_values(points[-1]), "points": points}


@job_handler(SOLVE, restartable=False, on_failure=_interrupted)
def solve_event(handle: JobHandle) -> dict[str, Any] | None:
    """Solve one event: read the inputs, compute without holding the database, store a draft in one transaction."""
    run_id = handle.args["run_id"]
    with transaction():
        begun = begin_run(run_id)
        if begun is None:
            return None
        run, base = begun
        event_id, options, parameters = run.event_id, options_of(run), dict(run.parameters)
    inputs = build_inputs(event_id, options, base)
    end_read()
    watch = _Watch(handle, parameters["seconds"], _in_hand(inputs, options.mode))
    limits = engine.Limits(float(parameters["seconds"]), parameters["workers"], parameters["seed"])
    ending = Ending.ANSWERED
    try:
        start = () if options.mode is SolveMode.ALL else inputs.start
        answer = run_solver(inputs.problem.to_json(), asdict(limits), watch, start=start)
    except SolverDied as died:
        log.exception("scheduling.solver_died", run_id=run_id)
        if died.kept is None:
            with transaction():
                interrupt_run(run_id)
            return {"run_id": run_id}
        answer, ending = died.kept, Ending.DIED
    if watch.was_stopped:
        ending = Ending.STOPPED
    answer = with_reasons(inputs.problem, answer)
    with transaction():
        store_result(_actor(handle), run_id, inputs, answer, ending)
    if watch.was_stopped:
        raise JobStopped
    return {"run_id": run_id}


def _in_hand(inputs: Inputs, mode: SolveMode) -> dict[str, Any] | None:
    return start_value(inputs.problem, inputs.start) if mode is SolveMode.IMPROVE else None


@job_handler(TELL)
def tell_people(handle: JobHandle) -> dict[str, Any]:
    """Write to those whose agenda changed and who have an e-mail address: once each, also when the job runs again."""
    version = db.session.get(ScheduleVersion, handle.args["version_id"])
    if version is None or version.state is not VersionState.PUBLISHED:
        return {"told": 0}  # superseded before it began: the newer version tells them
    waiting = _waiting(version.id)
    news = {locale: news_of(version, locale) for locale in {person.locale for person in waiting}}
    actor, told = _actor(handle), 0
    end_read()
    for number, person in enumerate(waiting, start=1):
        message = agenda_message(news[person.locale], person)
        with transaction():
            told += mail_notice(actor, person.notice_id, message)
        if handle.report(done=number, total=len(waiting)):
            raise JobStopped
    return {"told": told}


def _waiting(version_id: int) -> list[Addressee]:
    return [
        person
        for person in addressees(version_id)
        if person.channel == "email" and person.mail_state is None and person.email
    ]


def _actor(handle: JobHandle) -> Actor:
    return Actor(ActorKind.USER, handle.requested_by) if handle.requested_by else Actor(ActorKind.SYSTEM)


@job_handler(PAPERS)
def make_papers(handle: JobHandle) -> dict[str, Any]:
    """Lay out every agenda or table card of a version as one PDF and keep it."""
    version = db.session.get_one(ScheduleVersion, handle.args["version_id"])
    is_table = handle.args["kind"] == "tables"
    with force_locale(handle.args["locale"]):
        head = event_head(version.event_id, version.published_at)
        agendas = table_agendas(version) if is_table else team_agendas(version, locale=handle.args["locale"])
        name = f"{'meja' if is_table else 'agenda'}-{version.number}.pdf"
        end_read()

        def report(number: int) -> None:
            if number % 10 == 0 and handle.report(done=number, total=len(agendas)):
                raise JobStopped

        content = (table_pdf if is_table else agenda_pdf)(agendas, head, report)
    with transaction():
        stored = keep_file(content, name, "application/pdf", Owner("agendas", event_id=handle.event_id))
        return {"file_id": stored.id}
