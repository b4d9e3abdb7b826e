"""The day's meetings as staff and participants see them: slot, table, both teams, who is there, where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking import clock
from matchmaking.attendance.models import (
    MeetingOutcome,
    MeetingRecord,
    MeetingState,
    MeetingStep,
    OutcomeSource,
    Scan,
)
from matchmaking.attendance.queries.outcomes import in_force, outcomes_of
from matchmaking.attendance.queries.presence import is_present
from matchmaking.attendance.queries.recorded import Standing
from matchmaking.events.models import MeetingTable, TimeSlot
from matchmaking.extensions import db
from matchmaking.matching.queries.parties import team_names
from matchmaking.registration.models import Delegate, Participation, ParticipationState, Side, Team, TeamDelegate
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion
from matchmaking.scheduling.queries.times import SlotTimes, times_of


@dataclass(frozen=True)
class DaySlot:
    """A slot of the published version; ``number`` counts from 1 in time order. Begin and end are with all delays.

    Of a meeting: those of its table. ``late_minutes``: how much later than planned.
    """

    id: int
    number: int
    starts_at: datetime
    ends_at: datetime
    late_minutes: int = 0
    session: str = ""


@dataclass(frozen=True)
class Seated:
    """One side of a meeting. ``arrived_at``: when the first of the team was let in that day."""

    team_id: int
    name: str
    participation_code: str
    arrived_at: datetime | None


@dataclass(frozen=True)
class DayMeeting:
    """A meeting with everything the day's pages show. ``slot`` is ``None`` when no published version holds it any more."""

    id: int
    code: str
    slot: DaySlot | None
    table_id: int
    table: str
    zone: str
    exhibitor: Seated
    buyer: Seated
    standing: Standing
    row_version: int
    undo_key: str  # of the latest step, '' when there is none or it is an undo itself
    outcomes: dict[OutcomeSource, MeetingOutcome]

    @property
    def state(self) -> MeetingState:
        """Where the meeting stands."""
        return self.standing.state

    @property
    def outcome(self) -> MeetingOutcome | None:
        """The word that counts."""
        return in_force(self.outcomes) if self.outcomes else None

    def side_of(self, team_ids: Collection[int]) -> Side | None:
        """Return the side on which one of these teams sits."""
        if self.exhibitor.team_id in team_ids:
            return Side.EXHIBITOR
        return Side.BUYER if self.buyer.team_id in team_ids else None

    def partner_of(self, side: Side) -> Seated:
        """Return the other side."""
        return self.buyer if side is Side.EXHIBITOR else self.exhibitor


def day_slots(version: ScheduleVersion) -> list[DaySlot]:
    """Return the event's slots in time order: the live ones, and those in which the version still holds meetings."""
    used = sa.select(Placement.slot_id).where(Placement.version_id == version.id)
    rows = db.session.scalars(
        sa.select(TimeSlot)
        .where(TimeSlot.event_id == version.event_id, sa.or_(TimeSlot.retired_at.is_(None), TimeSlot.id.in_(used)))
        .options(joinedload(TimeSlot.session))
        .order_by(TimeSlot.starts_at, TimeSlot.id)
    )
    times = times_of(version.event_id)
    return [
        _at(times, DaySlot(row.id, number, row.starts_at, row.ends_at, session=row.session.name if row.session else ""))
        for number, row in enumerate(rows, start=1)
    ]


def _at(times: SlotTimes, slot: DaySlot, table_id: int | None = None) -> DaySlot:
    return replace(
        slot,
        starts_at=times.start(slot.id, table_id),
        ends_at=times.end(slot.id, table_id),
        late_minutes=times.late_minutes(slot.id, table_id),
    )


def nearest_slot(slots: Sequence[DaySlot], now: datetime) -> DaySlot | None:
    """Return the slot that runs, else the one that comes next, else the last one."""
    return next((slot for slot in slots if slot.ends_at > now), slots[-1] if slots else None)


def day_tables(version: ScheduleVersion) -> list[tuple[int, str]]:
    """Return id and name of the tables in their order: the live ones, and those at which the version holds meetings."""
    used = sa.select(Placement.table_id).where(Placement.version_id == version.id)
    rows = db.session.scalars(
        sa.select(MeetingTable)
        .where(
            MeetingTable.event_id == version.event_id,
            sa.or_(MeetingTable.retired_at.is_(None), MeetingTable.id.in_(used)),
        )
        .order_by(MeetingTable.number, MeetingTable.id)
    )
    return [(row.id, row.name) for row in rows]


def day_meetings(version: ScheduleVersion, zone: str, only_slots: Iterable[int] | None = None) -> list[DayMeeting]:
    """Return the version's meetings by time and table; a fixed number of statements whatever their number."""
    if only_slots is None:
        return _filled(version, _placed(version.id), zone)
    return _filled(version, _placed(version.id, Placement.slot_id.in_(list(only_slots))), zone)


def dropped_meetings(event_id: int, version: ScheduleVersion | None, zone: str) -> list[DayMeeting]:
    """Return meetings that something was recorded of and that the published version does not hold (any more)."""
    held = sa.select(Placement.meeting_id).where(Placement.version_id == (version.id if version else 0))
    rows = db.session.scalars(
        sa.select(Meeting)
        .join(MeetingRecord, MeetingRecord.meeting_id == Meeting.id)
        .where(Meeting.event_id == event_id, MeetingRecord.state != MeetingState.SCHEDULED, Meeting.id.not_in(held))
        .order_by(Meeting.id)
    )
    return _filled(version, [_Place(row) for row in rows], zone)


def meetings_of_teams(
    event_id: int, version: ScheduleVersion | None, team_ids: Collection[int], zone: str
) -> list[DayMeeting]:
    """Return the meetings of some teams, those that were recorded and dropped last."""
    mine = sa.or_(Placement.exhibitor_team_id.in_(team_ids), Placement.buyer_team_id.in_(team_ids))
    placed = _filled(version, _placed(version.id, mine), zone) if version else []
    return placed + [row for row in dropped_meetings(event_id, version, zone) if row.side_of(team_ids)]


def one_meeting(event_id: int, version: ScheduleVersion | None, code: str, zone: str) -> DayMeeting | None:
    """Return one meeting of the published version, or one that something was recorded of."""
    placed = _filled(version, _placed(version.id, Meeting.code == code), zone) if version else []
    if placed:
        return placed[0]
    return next((row for row in dropped_meetings(event_id, version, zone) if row.code == code), None)


def teams_of_person(user_id: int | None, event_id: int) -> dict[int, Side]:
    """Return the teams of all entries that the person comes for, with their side."""
    if user_id is None:
        return {}
    rows = db.session.execute(
        sa.select(Team.id, Team.side)
        .join(Participation, Participation.id == Team.participation_id)
        .join(Delegate, Delegate.participation_id == Participation.id)
        .where(
            Delegate.user_id == user_id,
            Delegate.erased_at.is_(None),
            Team.event_id == event_id,
            Participation.state == ParticipationState.APPROVED,
        )
    )
    return {team_id: side for team_id, side in rows}  # noqa: C416 - rows are no pairs to mypy


def arrivals_of_teams(event_id: int) -> dict[tuple[int, date], datetime]:
    """Return when the first person of each team was let in, by team and day; who is not there is left out."""
    at = sa.func.coalesce(Scan.scanned_at, Scan.received_at, type_=Scan.received_at.type)
    rows = db.session.execute(
        sa.select(TeamDelegate.team_id, Scan.day, at)
        .join(Scan, Scan.delegate_id == TeamDelegate.delegate_id)
        .where(Scan.event_id == event_id, is_present())
        .order_by(at.desc())
    )
    return {(team_id, day): arrived for team_id, day, arrived in rows}


@dataclass(frozen=True)
class _Place:
    meeting: Meeting
    slot_id: int | None = None
    table: MeetingTable | None = None


def _placed(version_id: int, *conditions: sa.ColumnElement[bool]) -> list[_Place]:
    rows = db.session.execute(
        sa.select(Meeting, Placement.slot_id, MeetingTable)
        .join(Placement, Placement.meeting_id == Meeting.id)
        .join(TimeSlot, TimeSlot.id == Placement.slot_id)
        .join(MeetingTable, MeetingTable.id == Placement.table_id)
        .where(Placement.version_id == version_id, *conditions)
        .options(joinedload(MeetingTable.zone))
        .order_by(TimeSlot.starts_at, MeetingTable.number, Placement.id)
    )
    return [_Place(meeting, slot_id, table) for meeting, slot_id, table in rows]


def _filled(version: ScheduleVersion | None, places: Sequence[_Place], zone: str) -> list[DayMeeting]:
    """Put what is known of each meeting beside it: names, who is there, where it stands, what was said."""
    if not places:
        return []
    event_id, ids = places[0].meeting.event_id, [place.meeting.id for place in places]
    known = _Known(team_names(event_id), _participation_codes(event_id), arrivals_of_teams(event_id))
    slots, times = {slot.id: slot for slot in day_slots(version)} if version else {}, times_of(event_id)
    records, said, steps = _records(ids), outcomes_of(ids), _undo_keys(ids)
    rows = []
    for place in places:
        meeting, table, record = place.meeting, place.table, records.get(place.meeting.id)
        slot = slots.get(place.slot_id or 0)
        day = clock.in_zone(slot.starts_at, zone).date() if slot else None
        rows.append(
            DayMeeting(
                id=meeting.id,
                code=meeting.code,
                slot=_at(times, slot, table.id) if slot and table else slot,
                table_id=table.id if table else 0,
                table=table.name if table else "",
                zone=table.zone.name if table and table.zone else "",
                exhibitor=known.seated(meeting.exhibitor_team_id, day),
                buyer=known.seated(meeting.buyer_team_id, day),
                standing=_standing(record),
                row_version=record.row_version if record else 0,
                undo_key=steps.get(meeting.id, ""),
                outcomes=said.get(meeting.id, {}),
            )
        )
    return rows


@dataclass(frozen=True)
class _Known:
    names: dict[int, str]
    codes: dict[int, str]
    arrived: dict[tuple[int, date], datetime]

    def seated(self, team_id: int, day: date | None) -> Seated:
        at = self.arrived.get((team_id, day)) if day else None
        return Seated(team_id, self.names.get(team_id, ""), self.codes.get(team_id, ""), at)


def _standing(record: MeetingRecord | None) -> Standing:
    return Standing(record.state, record.absent, record.started_at, record.ended_at) if record else Standing()


def _records(meeting_ids: list[int]) -> dict[int, MeetingRecord]:
    rows = db.session.scalars(sa.select(MeetingRecord).where(MeetingRecord.meeting_id.in_(meeting_ids)))
    return {row.meeting_id: row for row in rows}


def _participation_codes(event_id: int) -> dict[int, str]:
    rows = db.session.execute(
        sa.select(Team.id, Participation.code)
        .join(Participation, Participation.id == Team.participation_id)
        .where(Team.event_id == event_id)
    )
    return {team_id: code for team_id, code in rows}  # noqa: C416 - rows are no pairs to mypy


def _undo_keys(meeting_ids: list[int]) -> dict[int, str]:
    """Return the key of each meeting's latest step where one tap takes it back: an undo is not offered again."""
    latest = sa.select(sa.func.max(MeetingStep.id)).where(MeetingStep.meeting_id.in_(meeting_ids))
    rows = db.session.scalars(sa.select(MeetingStep).where(MeetingStep.id.in_(latest.group_by(MeetingStep.meeting_id))))
    return {row.meeting_id: row.step_key for row in rows if row.undoes_id is None}
