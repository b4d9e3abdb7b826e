"""Seating two teams on the day with one tap, in a freed place or a free one, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.attendance.models import NOT_MET, MeetingState
from matchmaking.attendance.queries.standing_by import Hall, hall_of_day
from matchmaking.attendance.seat_models import DaySeat, SeatReason
from matchmaking.attendance.services.meetings import ChangeMeeting, change_meeting, undo_step
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.events.models import Event, MeetingTable
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_time
from matchmaking.scheduling.errors import NotPossible
from matchmaking.scheduling.models import Meeting, Placement
from matchmaking.scheduling.obstacles import Seat
from matchmaking.scheduling.services.day_versions import Seating, announce_changed, locked_schedule, meeting_of
from matchmaking.scheduling.wording import obstacle_sentences

MAX_KEY = 20


class SeatTaken(Conflict):
    """The place or one of the two was taken by somebody else first."""

    code = "attendance.seat_taken"


@dataclass(frozen=True)
class SeatPair:
    """One tap. ``key`` is made by the page. Without a table the first one that fits is taken."""

    event_id: int
    exhibitor_team_id: int
    buyer_team_id: int
    slot_id: int
    key: str
    table_id: int | None = None
    reason: SeatReason = SeatReason.STAND_BY


@dataclass(frozen=True)
class Seated:
    """What a tap did; ``key`` takes it back."""

    key: str
    meeting_code: str
    exhibitor: str
    buyer: str
    table: str
    is_repeat: bool = False


def seat_pair(actor: Actor, wanted: SeatPair) -> Seated:
    """Seat two teams in a slot and announce it; everything is checked again as things stand now.

    The same key again changes nothing and is answered alike. Only those whose agenda changes are told.

    Raises:
        SeatTaken: somebody sits there meanwhile, the two have met or will, or the slot is over.
        NotPossible: a rule stands against it.
        NotReady: nothing is published; EventArchived: the event is read-only.
    """
    if not 8 <= len(wanted.key) <= MAX_KEY or not wanted.key.isalnum():
        raise InvalidInput(_("The page is out of date. Please open it again."))
    before = locked_schedule(wanted.event_id)
    if known := _by_key(wanted.event_id, wanted.key):
        return _answer(known, hall_of_day(before), is_repeat=True)
    hall = hall_of_day(before)
    teams = (wanted.exhibitor_team_id, wanted.buyer_team_id)
    table_id = _check(hall, wanted, teams)
    seating = Seating(*teams, wanted.slot_id, table_id, origin=wanted.reason.value)
    meeting = meeting_of(wanted.event_id, seating)
    gone = _gives_way(hall, seating, meeting.id)
    version = announce_changed(
        actor, before, Placement.meeting_id.not_in([seat.meeting_id for seat in gone]), [seating], _name(hall, seating)
    )
    step = _open_again(actor, hall, meeting, wanted)
    row = DaySeat(
        event_id=wanted.event_id,
        seat_key=wanted.key,
        reason=wanted.reason,
        meeting_id=meeting.id,
        version_id=version.id,
        slot_id=wanted.slot_id,
        table_id=table_id,
        replaced=[[seat.meeting_id, seat.slot_id, seat.table_id] for seat in gone],
        step_key=step,
        at=clock.now(),
        user_id=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    data = {"slot": row.slot_id, "table": row.table_id, "reason": row.reason.value, "replaced": len(gone)}
    audit.record(actor, "attendance.seat_pair", meeting, event_id=wanted.event_id, data=data)
    return _answer(row, hall)


def undo_seat(actor: Actor, event_id: int, key: str) -> Seated:
    """Take a seating back: the place is free again, and whoever gave way sits there again as far as that is possible.

    Taking back twice changes nothing.

    Raises:
        SeatTaken: the meeting has begun, or it was moved since.
        NotFound: there is no such tap.
    """
    before = locked_schedule(event_id)
    row = _by_key(event_id, key)
    if row is None:
        raise NotFound(_("There is nothing to take back. Please look at the page again."))
    hall = hall_of_day(before)
    answer = _answer(row, hall)
    if row.undone_at is not None:
        return answer
    seat = hall.board.seat_of(row.meeting_id)
    if seat is None or (seat.slot_id, seat.table_id) != (row.slot_id, row.table_id):
        raise SeatTaken(_("The schedule has changed since. Nothing was taken back; look at it first."))
    if hall.state_of(row.meeting_id) is not MeetingState.SCHEDULED:
        raise SeatTaken(_("This meeting has begun. Nothing was taken back."))
    if row.step_key:
        undo_step(actor, event_id, row.step_key, f"u-{row.step_key}")
    back = _may_return(hall, row)
    announce_changed(actor, before, Placement.meeting_id != row.meeting_id, back)
    row.undone_at, row.undone_by = clock.now(), actor.user_id
    audit.record(actor, "attendance.undo_seat", row.meeting, event_id=event_id)
    return answer


def _by_key(event_id: int, key: str) -> DaySeat | None:
    return db.session.scalar(sa.select(DaySeat).where(DaySeat.event_id == event_id, DaySeat.seat_key == key))


def _check(hall: Hall, wanted: SeatPair, teams: tuple[int, int]) -> int:
    """Return the table; refuse what does not hold any more."""
    if wanted.slot_id not in hall.times.slots:
        raise NotFound(_("This slot is not part of the programme any more."))
    if hall.times.end(wanted.slot_id, wanted.table_id) <= clock.now():
        raise SeatTaken(_("This slot is over. Nobody was seated."))
    sides = [hall.board.hall.teams[id].side if id in hall.board.hall.teams else "" for id in teams]
    if sides != ["exhibitor", "buyer"]:
        raise NotFound(_("One of the two is not taking part (any more)."))
    _check_free(hall, wanted, teams)
    tables = [wanted.table_id] if wanted.table_id else hall.free_tables(wanted.slot_id)
    for table_id in tables:
        if not hall.obstacles(teams, wanted.slot_id, table_id):
            return table_id
    if not tables:
        raise SeatTaken(_("No table is free in this slot any more."))
    reasons = obstacle_sentences(hall.obstacles(teams, wanted.slot_id, tables[0]), hall.board.names)
    raise NotPossible(_("That is not possible: %(reasons)s", reasons=" ".join(reasons)), reasons)


def _check_free(hall: Hall, wanted: SeatPair, teams: tuple[int, int]) -> None:
    sitting = next((s for s in hall.rules.seats if (s.slot_id, s.table_id) == (wanted.slot_id, wanted.table_id)), None)
    if sitting:
        names = " – ".join(hall.board.names.get(id, "") for id in sitting.teams)
        raise SeatTaken(_("Somebody was faster: %(names)s sit there now. Nobody was seated.", names=names))
    entries = tuple(hall.board.hall.teams[id].participation_id for id in teams)
    if entries in hall.met:
        raise SeatTaken(_("These two meet already, or have met. Nobody was seated."))


def _open_again(actor: Actor, hall: Hall, meeting: Meeting, wanted: SeatPair) -> str:
    """A missed or called-off meeting of the same two is scheduled again; return the step that says so."""
    if hall.state_of(meeting.id) not in NOT_MET:
        return ""
    key = f"{wanted.key}-again"
    change_meeting(actor, ChangeMeeting(wanted.event_id, meeting.code, MeetingState.SCHEDULED, key))
    return key


def _gives_way(hall: Hall, seating: Seating, meeting_id: int) -> list[Seat]:
    """Return the freed seats that stand in the new one's way: at the table, of the two teams, of the meeting itself."""
    teams = {seating.exhibitor_team_id, seating.buyer_team_id}
    return [
        seat
        for seat in hall.board.rules.seats
        if seat.meeting_id == meeting_id
        or (
            seat.slot_id == seating.slot_id
            and hall.state_of(seat.meeting_id) in NOT_MET
            and (seat.table_id == seating.table_id or teams & set(seat.teams))
        )
    ]


def _may_return(hall: Hall, row: DaySeat) -> Sequence[Seating]:
    """Return the seats that gave way and whose place nobody else has meanwhile."""
    back = []
    taken = {
        (seat.slot_id, what)
        for seat in hall.board.rules.seats
        if seat.meeting_id != row.meeting_id
        for what in (("table", seat.table_id), *(("team", id) for id in seat.teams))
    }
    sitting = {seat.meeting_id for seat in hall.board.rules.seats if seat.meeting_id != row.meeting_id}
    for meeting_id, slot_id, table_id in row.replaced:
        meeting = db.session.get(Meeting, meeting_id)
        if meeting is None or meeting_id in sitting:
            continue
        teams = (meeting.exhibitor_team_id, meeting.buyer_team_id)
        wants = {(slot_id, ("table", table_id)), *((slot_id, ("team", id)) for id in teams)}
        if not wants & taken:
            back.append(Seating(*teams, slot_id, table_id))
            taken |= wants
    return back


def _name(hall: Hall, seating: Seating) -> str:
    zone = db.session.get_one(Event, hall.board.event_id).timezone
    time = show_time(hall.times.start(seating.slot_id, seating.table_id), zone)
    table = db.session.get_one(MeetingTable, seating.table_id).name
    return _("Seated on the day: %(time)s, table %(table)s", time=time, table=table)


def _answer(row: DaySeat, hall: Hall, *, is_repeat: bool = False) -> Seated:
    meeting, names = row.meeting, hall.board.names
    return Seated(
        row.seat_key,
        meeting.code,
        names.get(meeting.exhibitor_team_id, ""),
        names.get(meeting.buyer_team_id, ""),
        db.session.get_one(MeetingTable, row.table_id).name,
        is_repeat,
    )
