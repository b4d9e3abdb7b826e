"""What announcing an earlier version again would give: its places for all that is still to come, as far as they are possible."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from matchmaking.scheduling.hooks import recorded_meetings
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.obstacles import BoardRules, Obstacle, Seat
from matchmaking.scheduling.queries.board import Board, boards_of
from matchmaking.scheduling.queries.changes import Change, Spot, Standing, changes_of
from matchmaking.scheduling.queries.times import past_slots, times_of

#: Why a meeting of the earlier version does not come back: its time has begun.
BEGUN = Obstacle("begun")


@dataclass(frozen=True)
class WayBack:
    """The schedule that going back gives. ``refused``: what cannot have its place of the earlier version, with why.

    ``stays``: of those the meetings that stay where they are announced now; the others fall away.
    """

    now: Board
    seats: tuple[Seat, ...]
    kept: int  # meetings that keep their place because their slot has begun or something was recorded of them
    refused: tuple[tuple[Seat, tuple[Obstacle, ...]], ...]
    stays: frozenset[int]

    @property
    def standings(self) -> dict[int, Standing]:
        """Who would sit where."""
        return _standings(self.seats)

    @property
    def changes(self) -> list[Change]:
        """What it changes against what is announced now."""
        return changes_of(_standings(self.now.rules.seats), self.standings)


def way_back(published: ScheduleVersion, earlier: ScheduleVersion) -> WayBack:
    """Lay an earlier version over the one that is announced; a fixed number of statements.

    What has begun, by the clock or because something was recorded, keeps its place and nothing else comes into those slots.
    Everything to come sits as in the earlier version if that is possible as things stand now; what is not possible there
    stays where it is announced now if it can, and falls away otherwise.
    """
    now, then = boards_of([published, earlier])
    recorded = {id: begun for found in recorded_meetings(published.event_id) for id, begun in found.items()}
    sitting = now.rules.seats
    past = past_slots(times_of(published.event_id), {s.slot_id for s in sitting if recorded.get(s.meeting_id)})
    fixed = [seat for seat in sitting if seat.slot_id in past or seat.meeting_id in recorded]
    fixed_ids = {seat.meeting_id for seat in fixed}
    open_ones = [s for s in then.rules.seats if s.meeting_id not in fixed_ids and s.meeting_id not in recorded]
    wanted = [seat for seat in open_ones if seat.slot_id not in past]
    seats, refused = _possible(now.rules, fixed, wanted)
    refused |= {seat: (BEGUN,) for seat in open_ones if seat.slot_id in past}
    waiting = {seat.meeting_id: seat for seat in refused}
    seats, still_refused = _possible(now.rules, seats, [seat for seat in sitting if seat.meeting_id in waiting])
    stays = {seat.meeting_id for seat in sitting if seat.meeting_id in waiting} - {s.meeting_id for s in still_refused}
    return WayBack(
        now,
        tuple(seats),
        len(fixed),
        tuple(refused.items()),
        frozenset(stays),
    )


Refused = dict[Seat, tuple[Obstacle, ...]]


def _possible(rules: BoardRules, fixed: Iterable[Seat], wanted: list[Seat]) -> tuple[list[Seat], Refused]:
    """Seat what is wanted beside what is fixed, as far as the hard rules of now allow; what is fixed is not judged."""
    fixed = list(fixed)
    against = replace(rules, seats=(*fixed, *wanted)).conflicts() if wanted else {}
    seats = [*fixed, *(seat for seat in wanted if seat.meeting_id not in against)]
    refused: Refused = {}
    for seat in wanted:
        if seat.meeting_id in against:
            if found := replace(rules, seats=tuple(seats)).obstacles(seat):
                refused[seat] = tuple(found)
            else:
                seats.append(seat)
    return seats, refused


def _standings(seats: Iterable[Seat]) -> dict[int, Standing]:
    return {
        seat.meeting_id: Standing(Spot(seat.slot_id, seat.table_id), seat.exhibitor_team_id, seat.buyer_team_id)
        for seat in seats
    }
