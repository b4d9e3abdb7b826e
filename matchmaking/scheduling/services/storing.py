"""A solver's answer becomes a draft: checked again, whole, in one transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.scheduling import engine
from matchmaking.scheduling.models import (
    Meeting,
    Placement,
    RunState,
    ScheduleRun,
    ScheduleVersion,
    SolveMode,
    Unmet,
    VersionState,
)
from matchmaking.scheduling.queries.bases import meanwhile
from matchmaking.scheduling.queries.inputs import Inputs, Planned, build_inputs, changed_things
from matchmaking.scheduling.services.runs import end_run, options_of
from matchmaking.scheduling.solving import beats, from_start, start_as_answer, start_value, trace_of
from matchmaking.scheduling.wording import broke_off_sentence, changes_sentence
from matchmaking.transactions import lock_row

Json = dict[str, Any]
_ENGINE_ID = re.compile(r"\bE\d+-B\d+(?:x\d+)?\b|\bT(\d+)\b")


class BadAnswer(RuntimeError):
    """The solver's answer breaks a rule: a fault of ours, never stored."""


class Ending(Enum):
    """How a solver came to its answer: by itself, because somebody stopped it, or not at all (its last report is kept)."""

    ANSWERED = auto()
    STOPPED = auto()
    DIED = auto()


def store_result(
    actor: Actor, run_id: int, inputs: Inputs, answer: Json, ending: Ending = Ending.ANSWERED
) -> ScheduleVersion | None:
    """Store what the solver found as a draft and close the run; ``None`` when there is no schedule to store.

    It is always a draft of its own: what the run started from stays as it is, whatever became of it meanwhile. Where the
    answer is no better than the draft it started from, that draft is the answer and nothing is stored. The answer is checked by the engine's checker against the problem it was given. Inputs that changed while it ran are
    found by their digest: the draft is stored all the same, and the run says how many things changed.

    Raises:
        BadAnswer: the answer breaks a hard rule.
    """
    run = db.session.get_one(ScheduleRun, run_id)
    lock_row(Event, run.event_id)
    run = lock_row(ScheduleRun, run_id) or run
    if run.state is not RunState.RUNNING:
        return None
    solution = engine.parse_solution(answer, inputs.problem)
    if solution.status is engine.Status.INFEASIBLE:
        sentence = _("No schedule can hold everything that is fixed. Change one of the points below and start again.")
        end_run(run, RunState.INFEASIBLE, sentence, _outcome(run, answer, inputs, None))
        return None
    if solution.status is engine.Status.UNKNOWN:
        _end_without_schedule(run, inputs, answer, ending)
        return None
    if broken := engine.violations(inputs.problem, solution):
        raise BadAnswer(f"{len(broken)} rules broken, first {broken[0].rule}")
    state = RunState.STOPPED if ending is Ending.STOPPED else RunState.DONE
    if _is_no_gain(run, inputs, solution):
        same = start_as_answer(inputs.problem, answer, inputs.start)
        end_run(run, state, unchanged_message(run, solution.status), _outcome(run, same, inputs, None))
        return None
    version = _store_version(actor, run, inputs, solution, answer)
    changes = changed_things(inputs.fingerprint, build_inputs(run.event_id, options_of(run)).fingerprint)
    broke_off = ending is Ending.DIED
    message = " ".join(filter(None, [broke_off_sentence() if broke_off else "", changed_message(changes)]))
    outcome = {**_outcome(run, answer, inputs, version), "changes": changes, "broke_off": broke_off}
    end_run(run, state, message, outcome)
    audit.record(actor, "scheduling.store_result", version, event_id=run.event_id, data={"run": run.id})
    return version


def _end_without_schedule(run: ScheduleRun, inputs: Inputs, answer: Json, ending: Ending) -> None:
    """Close a run that found nothing; where it had a draft in hand from the start, that is the best it knows."""
    is_stopped = ending is Ending.STOPPED
    if _in_hand(run, inputs) is None:
        state = RunState.STOPPED if is_stopped else RunState.FAILED
        end_run(run, state, _no_schedule_message(ending), _outcome(run, answer, inputs, None))
        return
    same = start_as_answer(inputs.problem, answer, inputs.start)
    state = RunState.STOPPED if is_stopped else RunState.DONE
    end_run(run, state, unchanged_message(run, engine.Status.UNKNOWN), _outcome(run, same, inputs, None))


def _is_no_gain(run: ScheduleRun, inputs: Inputs, solution: engine.Solution) -> bool:
    mode = options_of(run).mode
    if mode is SolveMode.ALL:
        return False
    if sorted(solution.assignments) == sorted(inputs.start):
        return True
    return mode is SolveMode.IMPROVE and not beats(inputs.problem, solution.assignments, inputs.start)


def unchanged_message(run: ScheduleRun, status: engine.Status) -> str:
    """Say that the draft a run started from is as good as what it found."""
    number = run.parameters.get("base_number")
    if options_of(run).mode is SolveMode.FILL:
        return _(
            "No wish without a place fits into draft %(number)s while everything in it stays where it is. No new draft was made.",
            number=number,
        )
    if status is engine.Status.OPTIMAL:
        return _(
            "Draft %(number)s is the best possible around its pins, and that is proven. No new draft was made.",
            number=number,
        )
    return _("Nothing better than draft %(number)s was found in this time. No new draft was made.", number=number)


def _no_schedule_message(ending: Ending) -> str:
    if ending is Ending.STOPPED:
        return _("Stopped before a first schedule was found. Nothing was changed.")
    return _("No schedule was found in the time given. Allow more time and start again.")


def changed_message(changes: Mapping[str, int]) -> str:
    """Say what changed while the solver ran, or nothing."""
    if not changes:
        return ""
    return _(
        "While the schedule was being made, something changed: %(things)s. The draft does not know about it; run it again.",
        things=changes_sentence(changes),
    )


def _outcome(run: ScheduleRun, answer: Json, inputs: Inputs, version: ScheduleVersion | None) -> Json:
    held = {entry["meeting"] for entry in answer.get("assignments", [])}
    conflict = [
        {**rule, "text": {locale: named(inputs, text) for locale, text in rule["text"].items()}}
        for rule in answer.get("conflict", [])
    ]
    return {
        "status": answer["status"],
        "objective": answer["objective"],
        "trace": from_start(trace_of(answer), _in_hand(run, inputs)),
        "meanwhile": meanwhile(run).to_json(),
        "seconds": answer.get("seconds"),
        "conflict": conflict,
        "conflict_minimal": answer.get("conflict_minimal", True),
        "wished": len(inputs.wish_ids),
        "wishes_held": len(inputs.wish_ids & held),
        "meetings": len(held),
        "released_pins": inputs.released_pins,
        "fingerprint": dict(inputs.fingerprint),
        "version_id": version.id if version else None,
    }


def _in_hand(run: ScheduleRun, inputs: Inputs) -> Json | None:
    is_better_kept = options_of(run).mode is SolveMode.IMPROVE
    return start_value(inputs.problem, inputs.start) if is_better_kept else None


def _store_version(
    actor: Actor, run: ScheduleRun, inputs: Inputs, solution: engine.Solution, answer: Json
) -> ScheduleVersion:
    held = {a.meeting for a in solution.assignments}
    run.inputs_digest = inputs.digest
    version = new_version(
        actor,
        run.event_id,
        run_id=run.id,
        based_on_id=options_of(run).base,
        inputs_digest=inputs.digest,
        objective={
            **answer["objective"],
            "status": str(solution.status),
            "wished": len(inputs.wish_ids),
            "wishes_held": len(inputs.wish_ids & held),
        },
    )
    _store_placements(run.event_id, version, inputs, solution)
    _store_unmet(version, inputs, answer["unscheduled"])
    db.session.flush()
    return version


def new_version(actor: Actor, event_id: int, **values: Any) -> ScheduleVersion:
    """Return a new draft with the event's next number; the caller holds the event's row."""
    last = db.session.scalar(sa.select(sa.func.max(ScheduleVersion.number)).where(ScheduleVersion.event_id == event_id))
    version = ScheduleVersion(
        code=new_code(12),
        event_id=event_id,
        number=(last or 0) + 1,
        state=VersionState.DRAFT,
        created_at=clock.now(),
        created_by=actor.user_id,
        **values,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _store_placements(event_id: int, version: ScheduleVersion, inputs: Inputs, solution: engine.Solution) -> None:
    slots = {slot.number: slot.id for slot in inputs.hall.slots}
    tables = {table.number: table.id for table in inputs.hall.tables}
    meetings = _meetings(event_id, [inputs.planned[a.meeting] for a in solution.assignments])
    for assignment in sorted(solution.assignments):
        plan = inputs.planned[assignment.meeting]
        pair = (plan.exhibitor_team_id, plan.buyer_team_id)
        db.session.add(
            Placement(
                version_id=version.id,
                meeting_id=meetings[pair],
                slot_id=slots[assignment.slot],
                table_id=tables[assignment.table],
                exhibitor_team_id=pair[0],
                buyer_team_id=pair[1],
                is_pinned=assignment.meeting in inputs.pins,
            )
        )


def _meetings(event_id: int, plans: list[Planned]) -> dict[tuple[int, int], int]:
    """Return the meeting of each pair of teams, made where they never had one: its identity outlives the version."""
    rows = db.session.scalars(sa.select(Meeting).where(Meeting.event_id == event_id))
    known = {(row.exhibitor_team_id, row.buyer_team_id): row.id for row in rows}
    for plan in plans:
        pair = (plan.exhibitor_team_id, plan.buyer_team_id)
        if pair not in known:
            origin = "wish" if plan.request.is_wish else "suggestion"
            known[pair] = new_meeting(event_id, pair, origin).id
    return known


def new_meeting(event_id: int, pair: tuple[int, int], origin: str) -> Meeting:
    """Make the meeting of two teams."""
    meeting = Meeting(
        code=new_code(12),
        event_id=event_id,
        exhibitor_team_id=pair[0],
        buyer_team_id=pair[1],
        origin=origin,
        created_at=clock.now(),
    )
    db.session.add(meeting)
    db.session.flush()
    return meeting


def _store_unmet(version: ScheduleVersion, inputs: Inputs, unscheduled: list[Json]) -> None:
    """Keep why each wish is not held; suggestions that found no place are no loss and are left out."""
    for missed in sorted(unscheduled, key=lambda entry: str(entry["meeting"])):
        if missed["meeting"] not in inputs.wish_ids:
            continue
        plan = inputs.planned[missed["meeting"]]
        db.session.add(
            Unmet(
                version_id=version.id,
                exhibitor_id=plan.request.exhibitor_id,
                buyer_id=plan.request.buyer_id,
                reason=missed["reason"],
                price=missed["price"],
                weight=plan.request.weight,
                text_id=named(inputs, missed["text"]["id"]),
                text_en=named(inputs, missed["text"]["en"]),
            )
        )


def named(inputs: Inputs, text: str) -> str:
    """Put the names people know in place of the engine's ids, in one pass (a name that looks like an id stays)."""
    teams = inputs.hall.teams
    units = {team.unit: team.name for team in reversed(list(teams.values()))}

    def name(match: re.Match[str]) -> str:
        if match[1]:
            return units.get(int(match[1]), match[0])
        plan = inputs.planned.get(match[0])
        return f"{teams[plan.exhibitor_team_id].name} – {teams[plan.buyer_team_id].name}" if plan else match[0]

    return _ENGINE_ID.sub(name, text)
