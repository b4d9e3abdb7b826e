"""The hard rules of a board as questions: may these two teams sit at this table in this slot, and if not, why; pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Seat:
    """Who sits where in a version."""

    meeting_id: int
    meeting_code: str
    exhibitor_team_id: int
    buyer_team_id: int
    slot_id: int
    table_id: int
    is_pinned: bool = False
    is_wish: bool = True

    @property
    def teams(self) -> tuple[int, int]:
        """Both teams, the exhibitor's first."""
        return self.exhibitor_team_id, self.buyer_team_id


@dataclass(frozen=True)
class TeamRule:
    """What binds a team. ``unit`` is shared by teams with a delegate in common; ``tables``: the only ones allowed."""

    id: int
    unit: int
    participation_id: int
    away: frozenset[int]
    tables: frozenset[int] | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class Obstacle:
    """One rule that stands against a placement: a code, and the team, table or meeting it is about."""

    code: str
    team_id: int | None = None
    meeting_id: int | None = None


@dataclass(frozen=True)
class BoardRules:
    """Everything that is asked about; ``teams`` holds approved teams only.

    ``freed``: meetings of the day that were missed or called off; nobody has them on the most that they may have.
    """

    seats: tuple[Seat, ...]
    slots: frozenset[int]
    tables: frozenset[int]
    teams: Mapping[int, TeamRule]
    refused: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    freed: frozenset[int] = field(default_factory=frozenset)

    @cached_property
    def _at(self) -> dict[tuple[int, int], list[Seat]]:
        found: defaultdict[tuple[int, int], list[Seat]] = defaultdict(list)
        for seat in self.seats:
            found[seat.slot_id, seat.table_id].append(seat)
        return dict(found)

    @cached_property
    def _busy(self) -> dict[tuple[int, int], list[Seat]]:
        found: defaultdict[tuple[int, int], list[Seat]] = defaultdict(list)
        for seat in self.seats:
            for team_id in seat.teams:
                found[seat.slot_id, self._unit(team_id)].append(seat)
        return dict(found)

    @cached_property
    def _slots_by_unit(self) -> dict[int, set[int]]:
        found: defaultdict[int, set[int]] = defaultdict(set)
        for slot_id, unit in self._busy:
            found[unit].add(slot_id)
        return dict(found)

    @cached_property
    def _held(self) -> Counter[int]:
        return Counter(team_id for seat in self.seats if seat.meeting_id not in self.freed for team_id in seat.teams)

    def _unit(self, team_id: int) -> int:
        team = self.teams.get(team_id)
        return team.unit if team else team_id

    @cached_property
    def _sitting(self) -> frozenset[int]:
        return frozenset(seat.meeting_id for seat in self.seats)

    def obstacles(self, wanted: Seat, leaving: frozenset[int] = frozenset()) -> list[Obstacle]:
        """Return what stands against seating a meeting where ``wanted`` says; its present seat does not count.

        ``leaving``: meetings that leave their seats in the same step (two that change places).
        """
        return [*self._of_pair(wanted), *self._of_place(wanted), *self._of_others(wanted, leaving)]

    def _of_pair(self, wanted: Seat) -> Iterable[Obstacle]:
        """Rules about the two teams, wherever they sit."""
        sitting = wanted.meeting_id in self._sitting
        for team_id in wanted.teams:
            team = self.teams.get(team_id)
            if team is None:
                yield Obstacle("left", team_id)
            elif team.maximum is not None and self._held[team_id] + (not sitting) > team.maximum:
                yield Obstacle("maximum", team_id)
        pair = tuple(self.teams[t].participation_id for t in wanted.teams if t in self.teams)
        if pair in self.refused:
            yield Obstacle("apart")

    def _of_place(self, wanted: Seat) -> Iterable[Obstacle]:
        """Rules about slot and table."""
        if wanted.slot_id not in self.slots:
            yield Obstacle("slot_gone")
        if wanted.table_id not in self.tables:
            yield Obstacle("table_gone")
        for team_id in wanted.teams:
            team = self.teams.get(team_id)
            if team and wanted.slot_id in team.away:
                yield Obstacle("away", team_id)
            if team and team.tables is not None and wanted.table_id not in team.tables:
                yield Obstacle("other_table", team_id)

    def _of_others(self, wanted: Seat, leaving: frozenset[int]) -> Iterable[Obstacle]:
        """Rules about who sits there already."""
        for seat in self._at.get((wanted.slot_id, wanted.table_id), ()):
            if seat.meeting_id != wanted.meeting_id and seat.meeting_id not in leaving:
                yield Obstacle("table_taken", meeting_id=seat.meeting_id)
        for team_id in wanted.teams:
            for seat in self._busy.get((wanted.slot_id, self._unit(team_id)), ()):
                if seat.meeting_id != wanted.meeting_id and seat.meeting_id not in leaving:
                    yield Obstacle("busy" if team_id in seat.teams else "delegate_busy", team_id, seat.meeting_id)

    def seat_of(self, meeting_id: int) -> Seat | None:
        """Return where a meeting sits."""
        return next((seat for seat in self.seats if seat.meeting_id == meeting_id), None)

    def slots_of(self, team_id: int) -> set[int]:
        """Return the slots in which a team (or one that shares a delegate with it) sits somewhere."""
        return self._slots_by_unit.get(self._unit(team_id), set())

    def conflicts(self) -> dict[int, list[Obstacle]]:
        """Return, by meeting, the rules that the board breaks as it stands now."""
        return {seat.meeting_id: found for seat in self.seats if (found := self.obstacles(seat))}
