"""What a board says of each place before a meeting is put there: free, possible with a question, or why not; pure.

The hard rules are those of :mod:`obstacles`, which a drop repeats in its transaction. A question is asked where the rules
allow a place that costs somebody something: an idle slot more, two meetings that change places, a slot that has begun.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from matchmaking.scheduling.obstacles import BoardRules, Obstacle, Seat

FREE, ASK, NO = "free", "ask", "no"
_RANK = {FREE: 0, ASK: 1, NO: 2}


@dataclass(frozen=True)
class Verdict:
    """One place. ``notes``: what is asked (``ask``) or stands against it (``no``); ``swap``: who would take the old place."""

    kind: str
    slot_id: int
    table_id: int
    notes: tuple[Obstacle, ...] = ()
    swap: Seat | None = None

    @property
    def key(self) -> str:
        """Name the questions, so that a yes is a yes to these and to no others."""
        return (
            ".".join(f"{n.code}-{n.team_id or 0}-{n.meeting_id or 0}" for n in self.notes) if self.kind == ASK else ""
        )


@dataclass(frozen=True)
class Judge:
    """Judges places on one board. ``order``: the number of each slot in time; ``begun``: slots that have begun."""

    rules: BoardRules
    order: Mapping[int, int]
    begun: frozenset[int] = field(default_factory=frozenset)

    def verdict(self, held: Seat, slot_id: int, table_id: int) -> Verdict:
        """Judge one place for a meeting that sits at ``held`` (slot 0: nowhere yet)."""
        wanted = replace(held, slot_id=slot_id, table_id=table_id)
        found = self.rules.obstacles(wanted)
        if not found:
            return self._asked(Verdict(FREE, slot_id, table_id), {held: wanted})
        other = self._partner(held, found)
        if other is None:
            return Verdict(NO, slot_id, table_id, tuple(found))
        back = replace(other, slot_id=held.slot_id, table_id=held.table_id)
        both = frozenset({held.meeting_id, other.meeting_id})
        against = [*self.rules.obstacles(wanted, both), *self.rules.obstacles(back, both)]
        if against or held.teams == other.teams:
            return Verdict(NO, slot_id, table_id, tuple(found))
        swapped = Verdict(ASK, slot_id, table_id, (Obstacle("swap", meeting_id=other.meeting_id),), back)
        return self._asked(swapped, {held: wanted, other: back})

    def best_in_slot(self, held: Seat, slot_id: int, tables: Iterable[int]) -> Verdict:
        """Judge a slot whatever the table: the present table if it can be, else the first that costs least."""
        judged = [self.verdict(held, slot_id, table_id) for table_id in tables]
        return min(judged, key=lambda v: (_RANK[v.kind], v.swap is not None, v.table_id != held.table_id, len(v.notes)))

    def _partner(self, held: Seat, found: list[Obstacle]) -> Seat | None:
        """Return the one meeting that is in the way of one that sits somewhere, if nothing else is."""
        in_the_way = {obstacle.meeting_id for obstacle in found}
        if not held.slot_id or len(in_the_way) != 1 or not any(o.code == "table_taken" for o in found):
            return None
        return self.rules.seat_of(found[0].meeting_id or 0)

    def _asked(self, verdict: Verdict, moves: Mapping[Seat, Seat]) -> Verdict:
        notes = [*verdict.notes, *self._gaps(moves)]
        if verdict.slot_id in self.begun:
            notes.append(Obstacle("begun"))
        return replace(verdict, kind=ASK if notes else FREE, notes=tuple(notes))

    def _gaps(self, moves: Mapping[Seat, Seat]) -> Iterable[Obstacle]:
        """Say whose day gets one more idle stretch between two meetings."""
        for team_id in dict.fromkeys(team for seat in moves for team in seat.teams):
            mine = [(old.slot_id, new.slot_id) for old, new in moves.items() if team_id in old.teams]
            before = self.rules.slots_of(team_id)
            after = (before - {old for old, _new in mine}) | {new for _old, new in mine}
            if self._breaks(after) > self._breaks(before):
                yield Obstacle("gap", team_id)

    def _breaks(self, slots: set[int]) -> int:
        numbers = sorted(self.order[slot] for slot in slots if slot in self.order)
        return sum(later - earlier > 1 for earlier, later in pairwise(numbers))
