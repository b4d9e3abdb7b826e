"""Asking for a re-planning and keeping what was computed; ``replan_deciding`` applies it or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app

from matchmaking import audit, clock, jobs
from matchmaking.actor import Actor
from matchmaking.attendance.queries.replanning import (
    Happened,
    Remaining,
    begun_slots,
    placements_of,
    plan_of,
    states_of,
)
from matchmaking.attendance.replan_models import Replan, ReplanCause, ReplanState
from matchmaking.codes import new_code
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.events.models import MeetingTable, TimeSlot
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Participation, ParticipationState, Team
from matchmaking.scheduling import engine
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.queries.times import times_of
from matchmaking.scheduling.services.day_versions import locked_schedule
from matchmaking.scheduling.services.storing import named
from matchmaking.transactions import lock_row

REPLAN = "attendance.replan"
ACTIVE = (ReplanState.QUEUED, ReplanState.RUNNING)
#: The engine's first answer comes within a second; people wait for the rest at a counter.
SECONDS = 20


class BadPlan(RuntimeError):
    """The engine's answer breaks a rule: a fault of ours, never kept."""


@dataclass(frozen=True)
class AskReplan:
    """What happened. ``back_slot_id``: only who is late comes again, from this slot on."""

    event_id: int
    key: str
    cause: ReplanCause
    from_slot_id: int
    team_id: int | None = None
    table_id: int | None = None
    back_slot_id: int | None = None


def ask_replan(actor: Actor, wanted: AskReplan) -> Replan:
    """Queue a re-planning of what is still to come; the same form again is the same one. Nothing changes yet.

    Raises:
        NotReady: nothing is published; EventArchived: the event is read-only.
        InvalidInput: what happened does not say whom it is about, or from when.
        NotFound: team, table or slot are not the event's.
    """
    version = locked_schedule(wanted.event_id)
    known = db.session.scalar(
        sa.select(Replan).where(Replan.event_id == wanted.event_id, Replan.replan_key == wanted.key)
    )
    if known:
        return known
    _check(wanted, version)
    row = Replan(
        code=new_code(12),
        event_id=wanted.event_id,
        replan_key=wanted.key,
        state=ReplanState.QUEUED,
        cause=wanted.cause,
        team_id=wanted.team_id,
        table_id=wanted.table_id,
        from_slot_id=wanted.from_slot_id,
        back_slot_id=wanted.back_slot_id,
        base_version_id=version.id,
        requested_by=actor.user_id,
        requested_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    job = jobs.enqueue(actor, REPLAN, {"replan_id": row.id}, event_id=row.event_id, dedupe_key=f"replan:{row.code}")
    row.job_id = job.id
    audit.record(actor, "attendance.ask_replan", row, event_id=row.event_id, data={"cause": row.cause.value})
    return row


def _check(wanted: AskReplan, version: ScheduleVersion) -> None:
    if not 8 <= len(wanted.key) <= 40:
        raise InvalidInput(_("The page is out of date. Please open it again."))
    if wanted.cause is ReplanCause.TABLE:
        _check_table(wanted, version)
    else:
        _check_team(wanted)
    slot, back = _slot(wanted.event_id, wanted.from_slot_id), None
    if (wanted.cause is ReplanCause.LATE) != (wanted.back_slot_id is not None):
        raise InvalidInput(_("Please say when they are there again."), fields={"back": _("needed")})
    if wanted.back_slot_id is not None:
        back = _slot(wanted.event_id, wanted.back_slot_id)
        if back.starts_at <= slot.starts_at:
            raise InvalidInput(
                _("Please say when they are there again."), fields={"back": _("later than the first one missed")}
            )
    past = begun_slots(placements_of(version.id), states_of(wanted.event_id), times_of(wanted.event_id))
    if slot.id in past:
        raise InvalidInput(
            _("This slot has begun. Note a no-show there, and re-plan from the next one on."),
            fields={"first": _("has begun")},
        )


def _check_table(wanted: AskReplan, version: ScheduleVersion) -> None:
    """A table of the hall, or one that was taken away under meetings."""
    table = db.session.get(MeetingTable, wanted.table_id) if wanted.table_id else None
    used = {row.table_id for row in placements_of(version.id)}
    is_there = table is not None and (table.retired_at is None or table.id in used)
    if table is None or table.event_id != wanted.event_id or not is_there or wanted.team_id is not None:
        raise NotFound(_("This table does not exist any more."))


def _check_team(wanted: AskReplan) -> None:
    team = db.session.get(Team, wanted.team_id) if wanted.team_id else None
    entry = db.session.get(Participation, team.participation_id) if team else None
    is_here = entry is not None and entry.state is ParticipationState.APPROVED
    if team is None or team.event_id != wanted.event_id or not is_here or wanted.table_id is not None:
        raise NotFound(_("This team is not taking part (any more)."))


def _slot(event_id: int, slot_id: int) -> TimeSlot:
    slot = db.session.get(TimeSlot, slot_id)
    if slot is None or slot.event_id != event_id or slot.retired_at:
        raise NotFound(_("This slot is not part of the programme any more."))
    return slot


def begin_replan(replan_id: int) -> Replan | None:
    """Mark a queued re-planning as running; ``None`` when it is no longer waiting (discarded, a second delivery)."""
    row = lock_row(Replan, replan_id)
    if row is None or row.state is not ReplanState.QUEUED:
        return None
    row.state = ReplanState.RUNNING
    return row


def happened_of(row: Replan) -> Happened:
    """Return what happened: which slots the team misses, or which table is closed."""
    if row.cause is ReplanCause.TABLE:
        return Happened(table_id=row.table_id)
    times = times_of(row.event_id)
    first = times.slots[row.from_slot_id]
    back = times.slots[row.back_slot_id].starts_at if row.back_slot_id else None
    missed = {
        id
        for id, slot in times.slots.items()
        if slot.starts_at >= first.starts_at
        and (back is None or slot.starts_at < back)
        and (row.cause is not ReplanCause.LEFT or slot.day == first.day)
    }
    return Happened(team_id=row.team_id, missed_slot_ids=frozenset(missed))


def keep_plan(replan_id: int, remaining: Remaining, answer: dict[str, Any]) -> Replan | None:
    """Keep what was computed, checked by the engine's judge; ``None`` when it was discarded meanwhile.

    Raises:
        BadPlan: the answer breaks a rule; a fault of ours, never kept.
    """
    row = lock_row(Replan, replan_id)
    if row is None or row.state is not ReplanState.RUNNING:
        return None
    solution = engine.parse_solution(answer, remaining.problem)
    row.computed_at = clock.now()
    if not solution.assignments and solution.status not in (engine.Status.OPTIMAL, engine.Status.FEASIBLE):
        row.state, row.message = ReplanState.FAILED, _("No plan was found in the time given. Please ask again.")
        return row
    if broken := engine.violations(remaining.problem, solution):
        raise BadPlan(f"{len(broken)} rules broken, first {broken[0].rule}")
    row.past_slot_ids = sorted(remaining.past_slot_ids)
    row.plan = plan_of(remaining, solution)
    row.reasons = _reasons(remaining, answer.get("unscheduled", []))
    row.state = ReplanState.READY
    return row


def _reasons(remaining: Remaining, unscheduled: list[dict[str, Any]]) -> dict[str, Any]:
    planned, found = remaining.inputs.planned, {}
    for entry in unscheduled:
        plan = planned[entry["meeting"]]
        texts = {locale: named(remaining.inputs, text) for locale, text in entry["text"].items()}
        found[f"{plan.exhibitor_team_id}-{plan.buyer_team_id}"] = {**texts, "weight": plan.request.weight}
    return found


def fail_replan(replan_id: int) -> None:
    """Say that the computation ended without an answer; nothing was changed."""
    row = lock_row(Replan, replan_id)
    if row is not None and row.state in ACTIVE:
        row.state = ReplanState.FAILED
        row.message = _("The computation was interrupted. Nothing was changed; please ask again.")


def replan_seconds() -> int:
    """Return how long the engine may take; an installation that gives its solver less gives this less too."""
    return min(SECONDS, int(current_app.config["SOLVER_SECONDS"]))
