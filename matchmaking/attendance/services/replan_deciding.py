"""Applying a computed re-planning, whole or not at all, or leaving the schedule as it is."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking import audit, clock, jobs
from matchmaking.actor import Actor
from matchmaking.attendance.models import MeetingState
from matchmaking.attendance.queries.replanning import (
    begun_slots,
    meetings_by_teams,
    placements_of,
    plan_changes,
    states_of,
)
from matchmaking.attendance.replan_models import Replan, ReplanCause, ReplanState
from matchmaking.attendance.services.replans import ACTIVE, happened_of
from matchmaking.errors import Conflict, NotFound
from matchmaking.events.models import Event, MeetingTable
from matchmaking.events.services.hall import remove_tables
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.jobs.models import Job
from matchmaking.matching.services.availability import Stretch, add_absence
from matchmaking.registration.models import Participation, ParticipationState, Team
from matchmaking.scheduling.models import Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.changes import Change
from matchmaking.scheduling.queries.times import times_of
from matchmaking.scheduling.services.day_versions import Lost, Seating, announce_changed, locked_schedule
from matchmaking.transactions import lock_row, lock_where


class ReplanStale(Conflict):
    """What was computed does not fit the schedule any more."""

    code = "attendance.replan_stale"


def discard_replan(actor: Actor, event_id: int, code: str) -> Replan:
    """Leave the schedule as it is. Discarding twice changes nothing; what was applied stays applied."""
    job_id = db.session.scalar(sa.select(Replan.job_id).where(Replan.event_id == event_id, Replan.code == code))
    if job_id:
        lock_row(Job, job_id)
    row = _locked(event_id, code)
    if row.state in (ReplanState.APPLIED, ReplanState.DISCARDED):
        return row
    if row.state in ACTIVE and row.job_id:
        jobs.request_stop(row.job_id)
    row.state, row.decided_by, row.decided_at = ReplanState.DISCARDED, actor.user_id, clock.now()
    audit.record(actor, "attendance.discard_replan", row, event_id=event_id)
    return row


def apply_replan(actor: Actor, event_id: int, code: str) -> Replan:
    """Announce what was computed as the next version, and note the absence or close the table; all or nothing.

    Applying twice changes nothing. Only those whose agenda changes are told.

    Raises:
        ReplanStale: another schedule was announced meanwhile, or a slot has begun that the plan changes.
        Conflict: it is not computed yet, or was discarded.
    """
    lock_row(Event, event_id)
    _lock_cause(event_id, code)
    version = locked_schedule(event_id)
    row = _locked(event_id, code)
    if row.state is ReplanState.APPLIED:
        return row
    if row.state is not ReplanState.READY:
        raise Conflict(_("There is nothing to apply: it is not computed, or it was discarded."))
    changes = _changes(row)
    _check_fits(row, version, changes)
    _note_what_happened(actor, row)
    moved = {change.meeting_id for change in changes if change.before}
    seatings = [
        Seating(c.exhibitor_team_id, c.buyer_team_id, c.after.slot_id, c.after.table_id, "wish", is_pinned=False)
        for c in changes
        if c.after
    ]
    applied = announce_changed(
        actor, version, Placement.meeting_id.not_in(moved), seatings, _("Re-planned on the day"), _lost(row, changes)
    )
    row.applied_version_id = applied.id
    row.state, row.decided_by, row.decided_at = ReplanState.APPLIED, actor.user_id, clock.now()
    audit.record(actor, "attendance.apply_replan", row, event_id=event_id, data={"changes": len(changes)})
    return row


def _lock_cause(event_id: int, code: str) -> None:
    """Lock what takes note of the cause, before the meetings: the team's entry; or whose own table is lost, and the drafts."""
    cause = db.session.execute(
        sa.select(Replan.table_id, Team.participation_id)
        .outerjoin(Team, Team.id == Replan.team_id)
        .where(Replan.event_id == event_id, Replan.code == code)
    ).first()
    if cause and cause.participation_id:
        lock_row(Participation, cause.participation_id)
    elif cause:
        of_event, is_draft = ScheduleVersion.event_id == event_id, ScheduleVersion.state == VersionState.DRAFT
        lock_where(MeetingTable, MeetingTable.id == cause.table_id)
        lock_where(Participation, Participation.home_table_id == cause.table_id)
        lock_where(ScheduleVersion, sa.and_(of_event, is_draft))


def _locked(event_id: int, code: str) -> Replan:
    found = db.session.scalar(sa.select(Replan.id).where(Replan.event_id == event_id, Replan.code == code))
    row = lock_row(Replan, found) if found else None
    if row is None:
        raise NotFound(_("This re-planning does not exist."))
    return row


def _changes(row: Replan) -> list[Change]:
    return plan_changes(row.base_version_id, set(row.past_slot_ids), row.plan, meetings_by_teams(row.event_id))


def _check_fits(row: Replan, version: ScheduleVersion, changes: list[Change]) -> None:
    if version.id != row.base_version_id:
        raise ReplanStale(
            _(
                "The schedule has changed since this was computed: version %(number)s is announced now. Nothing was applied; please compute it anew.",
                number=version.number,
            )
        )
    rows = placements_of(version.id)
    past = begun_slots(rows, states_of(row.event_id), times_of(row.event_id)) - set(row.past_slot_ids)
    touched = {spot.slot_id for change in changes for spot in (change.before, change.after) if spot}
    if past & touched:
        raise ReplanStale(
            _("A slot that this plan changes has begun meanwhile. Nothing was applied; please compute it anew.")
        )
    for change in changes:
        team_ids = (change.exhibitor_team_id, change.buyer_team_id)
        if change.after and not _take_part(team_ids):
            raise ReplanStale(_("One of those placed is not taking part any more. Please compute it anew."))


def _take_part(team_ids: tuple[int, int]) -> bool:
    found = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Team)
        .join(Participation, Participation.id == Team.participation_id)
        .where(Team.id.in_(team_ids), Participation.state == ParticipationState.APPROVED)
    )
    return found == len(team_ids)


def _note_what_happened(actor: Actor, row: Replan) -> None:
    """Let every later schedule know: the team's absence, or that the table is gone."""
    if row.cause is ReplanCause.TABLE:
        table = db.session.get_one(MeetingTable, row.table_id)
        if table.retired_at is None:
            event = db.session.get_one(Event, row.event_id)
            remove_tables(actor, row.event_id, [table.id], event.setup_version)
        return
    if row.team_id is not None:
        add_absence(actor, row.team_id, _stretch(row))


_KINDS = {ReplanCause.LATE: "arrives", ReplanCause.LEFT: "leaves", ReplanCause.ABSENT: "away"}


def _stretch(row: Replan) -> Stretch:
    """Return the absence by the planned times: with those availability is compared."""
    slots = times_of(row.event_id).slots
    missed = [slots[id] for id in happened_of(row).missed_slot_ids]
    return Stretch(_KINDS[row.cause], min(s.starts_at for s in missed), max(s.ends_at for s in missed))


def _lost(row: Replan, changes: list[Change]) -> list[Lost]:
    """Return the meetings that fall away, so that they wait among the unmet wishes with their reason."""
    teams = {team.id: team for team in db.session.scalars(sa.select(Team).where(Team.event_id == row.event_id))}
    states = states_of(row.event_id)
    found = []
    for change in changes:
        if change.after or states.get(change.meeting_id) is MeetingState.CANCELLED:
            continue
        text = row.reasons.get(f"{change.exhibitor_team_id}-{change.buyer_team_id}", {})
        exhibitor, buyer = teams[change.exhibitor_team_id], teams[change.buyer_team_id]
        found.append(
            Lost(
                exhibitor.participation_id, buyer.participation_id, int(text.get("weight", 0)),
                text.get("id") or "Dikeluarkan saat jadwal disusun ulang pada hari pelaksanaan.",
                text.get("en") or "Taken out when the day was re-planned.",
            )
        )  # fmt: skip
    return found
