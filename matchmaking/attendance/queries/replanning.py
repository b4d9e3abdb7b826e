"""What is still to come of the announced schedule as a problem for the engine, changed by what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from matchmaking.attendance.models import NOT_MET, MeetingRecord, MeetingState
from matchmaking.attendance.replan_models import Replan, ReplanState
from matchmaking.events.models import MeetingTable
from matchmaking.extensions import db
from matchmaking.scheduling import engine
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.changes import Change, Spot
from matchmaking.scheduling.queries.halls import Hall, TableView
from matchmaking.scheduling.queries.inputs import Inputs, Planned, SolveOptions, build_inputs, meeting_key, problem_of
from matchmaking.scheduling.queries.times import SlotTimes, past_slots, times_of

BEGUN = frozenset({MeetingState.RUNNING, MeetingState.HELD, MeetingState.NO_SHOW})


@dataclass(frozen=True)
class Happened:
    """What happened: a team misses these slots, or a table is closed from now on."""

    team_id: int | None = None
    missed_slot_ids: frozenset[int] = frozenset()
    table_id: int | None = None


@dataclass(frozen=True)
class Remaining:
    """The problem of the rest of the day. ``inputs`` leads back from the engine's numbers to our rows."""

    inputs: Inputs
    past_slot_ids: frozenset[int]

    @property
    def problem(self) -> engine.Problem:
        """Return what the engine solves."""
        return self.inputs.problem


def remaining_of(version: ScheduleVersion, happened: Happened) -> Remaining:
    """Return the rest of an announced schedule after something happened.

    What has begun stays as it is. Meetings that were called off or missed are no part of the rest, nor is a pair that has
    met; wishes that wait may enter where there is room. Tables that were taken away hold what sat there, nothing new.
    """
    inputs = build_inputs(version.event_id, SolveOptions(told=version.id, with_suggestions=False))
    rows = placements_of(version.id)
    states = states_of(version.event_id)
    past = begun_slots(rows, states, times_of(version.event_id))
    hall, open_tables = _changed_hall(inputs.hall, rows, happened)
    over = _over(version.event_id, states, hall, {row.meeting_id for row in rows})
    planned = {key: plan for key, plan in inputs.planned.items() if key not in over}
    frozen = max((slot.number for slot in hall.slots if slot.id in past), default=0)
    problem = replace(
        problem_of(version.event_id, hall, inputs.matching, planned, {}),
        tables=tuple(len(hall.tables) if slot.number <= frozen else open_tables for slot in hall.slots),
        current=engine.Current(_current(hall, planned, rows), frozen),
    )
    return Remaining(replace(inputs, hall=hall, planned=planned, problem=problem), past)


def placements_of(version_id: int) -> list[Placement]:
    """Return who sits where in a version."""
    return list(
        db.session.scalars(sa.select(Placement).where(Placement.version_id == version_id).order_by(Placement.id))
    )


def states_of(event_id: int) -> dict[int, MeetingState]:
    """Return what was recorded of the event's meetings."""
    rows = db.session.scalars(sa.select(MeetingRecord).where(MeetingRecord.event_id == event_id))
    return {row.meeting_id: row.state for row in rows}


def begun_slots(rows: Iterable[Placement], states: Mapping[int, MeetingState], times: SlotTimes) -> frozenset[int]:
    """Return the slots that have begun: by the clock with all delays, or because a meeting of theirs was begun or missed.

    Every slot before one of these is past too.
    """
    return past_slots(times, {row.slot_id for row in rows if states.get(row.meeting_id) in BEGUN})


def _changed_hall(hall: Hall, rows: Iterable[Placement], happened: Happened) -> tuple[Hall, int]:
    """Return the hall with closed tables last, and how many are open; who has a closed table of their own may sit anywhere."""
    live = {table.id for table in hall.tables}
    closed = ({row.table_id for row in rows} - live) | ({happened.table_id} if happened.table_id else set())
    still_open = [table for table in hall.tables if table.id not in closed]
    shut = db.session.scalars(sa.select(MeetingTable).where(MeetingTable.id.in_(closed)).order_by(MeetingTable.number))
    tables = [(table.id, table.name, table.zone_id) for table in still_open]
    tables += [(table.id, table.name, None) for table in shut]
    teams = {
        team.id: replace(
            team,
            away=team.away | (happened.missed_slot_ids if team.id == happened.team_id else frozenset()),
            home_table_id=None if team.home_table_id in closed else team.home_table_id,
        )
        for team in hall.teams.values()
    }
    views = tuple(TableView(id, number, name, zone) for number, (id, name, zone) in enumerate(tables, start=1))
    return Hall(hall.slots, views, teams), len(still_open)


def _over(event_id: int, states: Mapping[int, MeetingState], hall: Hall, told: set[int]) -> set[str]:
    """Return the engine's names of meetings that are not to be placed: given up, or held without a place of their own."""
    found = set()
    for meeting in db.session.scalars(sa.select(Meeting).where(Meeting.event_id == event_id)):
        state = states.get(meeting.id, MeetingState.SCHEDULED)
        exhibitor, buyer = (hall.teams.get(id) for id in (meeting.exhibitor_team_id, meeting.buyer_team_id))
        is_over = state in NOT_MET or (state is not MeetingState.SCHEDULED and meeting.id not in told)
        if is_over and exhibitor and buyer:
            found.add(meeting_key((exhibitor.participation_id, buyer.participation_id)))
    return found


def _current(hall: Hall, planned: Mapping[str, Planned], rows: Iterable[Placement]) -> tuple[engine.Assignment, ...]:
    slots = {slot.id: slot.number for slot in hall.slots}
    tables = {table.id: table.number for table in hall.tables}
    keys = {(plan.exhibitor_team_id, plan.buyer_team_id): key for key, plan in planned.items()}
    return tuple(
        sorted(
            engine.Assignment(keys[teams], slots[row.slot_id], tables[row.table_id])
            for row in rows
            if (teams := (row.exhibitor_team_id, row.buyer_team_id)) in keys and row.slot_id in slots
        )
    )


def plan_of(remaining: Remaining, solution: engine.Solution) -> list[list[int]]:
    """Return what is to come as ``[exhibitor team, buyer team, slot, table]``, by slot and table."""
    hall = remaining.inputs.hall
    slots = {slot.number: slot.id for slot in hall.slots}
    tables = {table.number: table.id for table in hall.tables}
    found = []
    for assignment in sorted(solution.assignments, key=lambda a: (a.slot, a.table)):
        plan = remaining.inputs.planned[assignment.meeting]
        if slots[assignment.slot] not in remaining.past_slot_ids:
            place = (slots[assignment.slot], tables[assignment.table])
            found.append([plan.exhibitor_team_id, plan.buyer_team_id, *place])
    return found


def plan_changes(
    version_id: int,
    past_slot_ids: Collection[int],
    plan: Sequence[Sequence[int]],
    meetings: Mapping[tuple[int, int], int],
) -> list[Change]:
    """Return what a plan changes in what is to come; ``meetings``: ids by pair of teams, 0 where they never had one."""
    before = {
        (row.exhibitor_team_id, row.buyer_team_id): Spot(row.slot_id, row.table_id)
        for row in placements_of(version_id)
        if row.slot_id not in past_slot_ids
    }
    after = {(exhibitor, buyer): Spot(slot, table) for exhibitor, buyer, slot, table in plan}
    return [
        Change(meetings.get(pair, 0), *pair, before.get(pair), after.get(pair))
        for pair in sorted(before.keys() | after.keys())
        if before.get(pair) != after.get(pair)
    ]


def meetings_by_teams(event_id: int) -> dict[tuple[int, int], int]:
    """Return the event's meetings by their two teams."""
    rows = db.session.scalars(sa.select(Meeting).where(Meeting.event_id == event_id))
    return {(row.exhibitor_team_id, row.buyer_team_id): row.id for row in rows}


def open_replans(event_id: int) -> list[Replan]:
    """Return the re-plannings that wait for an answer or a decision, of the schedule that is announced now."""
    return list(
        db.session.scalars(
            sa.select(Replan)
            .join(ScheduleVersion, ScheduleVersion.id == Replan.base_version_id)
            .where(
                Replan.event_id == event_id,
                Replan.state.in_([ReplanState.QUEUED, ReplanState.RUNNING, ReplanState.READY]),
                ScheduleVersion.state == VersionState.PUBLISHED,
            )
            .order_by(Replan.id)
        )
    )


def replan_by_code(event_id: int, code: str) -> Replan | None:
    """Return a re-planning of the event by its public code."""
    return db.session.scalar(sa.select(Replan).where(Replan.event_id == event_id, Replan.code == code))


def freed_meetings(event_id: int) -> frozenset[int]:
    """Return the meetings that were missed or called off."""
    return frozenset(id for id, state in states_of(event_id).items() if state in NOT_MET)


def recorded_meetings(event_id: int) -> Mapping[int, bool]:
    """Return, by meeting that something was recorded of, whether it has begun or was missed (else it was called off)."""
    found = states_of(event_id).items()
    return {meeting_id: state in BEGUN for meeting_id, state in found if state is not MeetingState.SCHEDULED}


def replan_announced(version: ScheduleVersion) -> Replan | None:
    """Return the re-planning that made a version, while it is announced: going back to what was before it takes it back."""
    if version.state is not VersionState.PUBLISHED:
        return None
    return db.session.scalar(sa.select(Replan).where(Replan.applied_version_id == version.id))
