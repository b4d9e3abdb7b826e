"""Tables for a schedule whose slots are set: home tables, zones and pins hold, told tables are kept, changes are few."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Container, Sequence
from contextlib import suppress
from copy import copy

from .board import FREE
from .hosts import host_of, own_tables
from .instance import Instance
from .stopping import Checkpoint, Interrupted, no_check

KEEP_TOLD = 1_000
"""A table that people have been told outweighs any number of table changes in one slot."""


class Seating:
    """The table of each held meeting, slot by slot; 0 where no table could be found."""

    def __init__(self, instance: Instance, slot: Sequence[int]) -> None:
        self.instance = instance
        self.slot = slot
        self.table = [0] * len(slot)
        self.by_slot: dict[int, list[int]] = defaultdict(list)
        for m, t in enumerate(slot):
            if t != FREE:
                self.by_slot[t].append(m)
        for m, fact in instance.fact.items():
            self.table[m] = fact.table
        self.previous: dict[tuple[int, int], int] = {}
        self.next: dict[tuple[int, int], int] = {}
        self._link()

    def _link(self) -> None:
        """Remember for each (participant, meeting) the participant's meeting before and after."""
        agenda: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for m, t in enumerate(self.slot):
            if t != FREE:
                for p in self.instance.pairs[m]:
                    agenda[p].append((t, m))
        for p, rows in agenda.items():
            rows.sort()
            for (_, one), (_, other) in itertools.pairwise(rows):
                self.next[p, one] = other
                self.previous[p, other] = one

    def may(self, m: int, table: int) -> bool:
        """Whether a meeting may be at a table in its slot."""
        tables = self.instance.tables_of[m]
        return table <= self.instance.problem.tables[self.slot[m]] and (tables is None or table in tables)

    def choices(self, m: int) -> list[int]:
        """The tables a meeting may be at in its slot."""
        count = self.instance.problem.tables[self.slot[m]]
        tables = self.instance.tables_of[m]
        return list(range(1, count + 1)) if tables is None else sorted(k for k in tables if k <= count)

    def told(self, m: int) -> int | None:
        """The table people have been told for a meeting that stays in its slot."""
        slot, table = self.instance.told.get(m, (None, 0))
        return table if slot == self.slot[m] else None

    def neighbours(self, m: int) -> list[int]:
        """The tables of the meetings just before and after, for both people (known ones)."""
        out = []
        for p in self.instance.pairs[m]:
            for other in (self.previous.get((p, m)), self.next.get((p, m))):
                if other is not None and self.table[other]:
                    out.append(self.table[other])
        return out

    def changes(self, of: Container[int] | None = None) -> int:
        """The table changes of all participants, or of some."""
        links = self.next.items()
        return sum(self.table[m] != self.table[other] for (p, m), other in links if of is None or p in of)

    def copy(self) -> Seating:
        """The same seats, to be changed apart."""
        other = copy(self)
        other.table = list(self.table)
        return other

    def retabled(self) -> int:
        """Meetings that keep their slot but not their table."""
        return sum(self.slot[m] == t and self.table[m] != table for m, (t, table) in self.instance.told.items())


def seat(instance: Instance, slot: Sequence[int], check: Checkpoint = no_check) -> Seating:
    """Give every meeting a table, fast: told tables first, then the table one of the two just had."""
    seating = Seating(instance, slot)
    for t in sorted(seating.by_slot):
        check()
        if t >= instance.frozen:
            _seat_slot(seating, seating.by_slot[t])
    return seating


def _seat_slot(seating: Seating, here: list[int]) -> None:
    owner: dict[int, int] = {}
    bound = seating.instance.tables_of
    waiting = []
    for m in sorted(here, key=lambda m: (bound[m] is None, len(bound[m] or ()), m)):
        wanted = [k for k in (seating.told(m), _single(bound[m])) if k is not None]
        if not _take_one(seating, m, wanted, owner):
            waiting.append(m)
    rest = []
    for m in waiting:
        if not _take_one(seating, m, seating.neighbours(m), owner):
            rest.append(m)
    spare = (k for k in range(1, seating.instance.problem.tables[seating.slot[here[0]]] + 1) if k not in owner)
    loose = [m for m in rest if bound[m] is None]
    for m in rest:
        if bound[m] is not None:
            _augment(seating, m, owner, set())
    for m in loose:
        table = next((k for k in spare if k not in owner), None)
        if table is None:
            _augment(seating, m, owner, set())
        else:
            owner[table] = m
    for m in here:
        seating.table[m] = 0
    for table, m in owner.items():
        seating.table[m] = table


def _single(tables: frozenset[int] | None) -> int | None:
    return next(iter(tables)) if tables is not None and len(tables) == 1 else None


def _take_one(seating: Seating, m: int, wanted: Sequence[int], owner: dict[int, int]) -> bool:
    for table in wanted:
        if table not in owner and seating.may(m, table):
            owner[table] = m
            return True
    return False


def _augment(seating: Seating, m: int, owner: dict[int, int], seen: set[int]) -> bool:
    """Kuhn's step: take a free table, or one whose owner can go elsewhere; without recursion limits in sight."""
    parent: dict[int, tuple[int, int]] = {}
    queue = [m]
    for current in queue:
        for table in seating.choices(current):
            if table in seen:
                continue
            seen.add(table)
            parent[table] = (current, table)
            if table in owner:
                queue.append(owner[table])
                continue
            _shift(owner, parent, table, m)
            return True
    return False


def _shift(owner: dict[int, int], parent: dict[int, tuple[int, int]], table: int, m: int) -> None:
    while True:
        meeting = parent[table][0]
        old = next((k for k, o in owner.items() if o == meeting), None) if meeting != m else None
        owner[table] = meeting
        if old is None:
            return
        table = old


def polish(seating: Seating, check: Checkpoint, sweeps: int = 20) -> Seating:
    """Re-seat slot after slot by an optimal assignment against the neighbours' tables until nothing improves.

    When `check` raises, the best so far stands: whole sweeps, and the last one as far as it came if it is better.
    """
    best = (seating.retabled(), seating.changes())
    kept = list(seating.table)
    for _ in range(sweeps):
        with suppress(Interrupted):
            for t in sorted(seating.by_slot):
                if t >= seating.instance.frozen:
                    check()
                    _reseat(seating, seating.by_slot[t], t)
        now = (seating.retabled(), seating.changes())
        if now >= best:
            break
        best, kept = now, list(seating.table)
    seating.table = kept
    return seating


def keep_told_tables(seating: Seating) -> Seating:
    """Re-seat the slots in which somebody lost a told table that could perhaps be kept."""
    instance = seating.instance
    for t, here in seating.by_slot.items():
        told = [(m, seating.told(m)) for m in here if t >= instance.frozen]
        if any(k is not None and seating.table[m] != k and seating.may(m, k) for m, k in told):
            _reseat(seating, here, t)
    return seating


def _reseat(seating: Seating, here: list[int], t: int) -> None:
    """One assignment problem: the meetings of a slot (and idle dummies) to the tables that could matter to them."""
    import numpy as np
    from ortools.graph.python import linear_sum_assignment

    columns = _candidates(seating, here, t)
    size = len(columns)
    place = {table: i for i, table in enumerate(columns)}
    cost = np.zeros((size, size), dtype=np.int64)
    for row, m in enumerate(here):
        near = seating.neighbours(m)
        cost[row, :] = len(near)
        for table in near:
            if table in place:
                cost[row, place[table]] -= 1
        told = seating.told(m)
        if told in place:
            cost[row, :] += KEEP_TOLD
            cost[row, place[told]] -= KEEP_TOLD
        tables = seating.instance.tables_of[m]
        if tables is not None:
            shut = [i for table, i in place.items() if table not in tables]
            cost[row, shut] += KEEP_TOLD * KEEP_TOLD
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    index = np.arange(size * size, dtype=np.int32)
    solver.add_arcs_with_cost(index // size, index % size, cost.ravel())
    if solver.solve() == solver.OPTIMAL:
        for row, m in enumerate(here):
            seating.table[m] = columns[solver.right_mate(row)]


def _candidates(seating: Seating, here: list[int], t: int) -> list[int]:
    """The tables in use, those of the neighbours, those told, and as many others as there are meetings."""
    count = seating.instance.problem.tables[t]
    tables = {seating.table[m] for m in here} | set(range(1, min(count, len(here)) + 1))
    for m in here:
        told = seating.told(m)
        bound = seating.instance.tables_of[m]
        tables.update(k for k in seating.neighbours(m) if k <= count)
        tables.update(sorted(k for k in bound if k <= count)[: len(here)] if bound else ())
        tables.update([told] if told is not None and told <= count else ())
    return sorted(tables)


def best_seating(instance: Instance, slot: Sequence[int], check: Checkpoint = no_check) -> Seating:
    """The best seating of several starts: as people come, or one side at its own tables; as they are and polished.

    Told tables are kept first; then an exhibitor, who has samples to carry, stays at one table; then all change least.
    When `check` raises, the best so far is returned.

    Raises:
        Interrupted: not even one start was made in time.
    """
    found = [seat(instance, slot, check)]
    exhibitors = {i for i, p in enumerate(instance.people) if p.side == "exhibitor"}
    with suppress(Interrupted):
        if instance.colour is not None:
            sides = (_side_seated(instance, slot, side, check) for side in (0, 1))
            found.extend(start for start in sides if all_seated(start))
        for start in [start for start in found if all_seated(start)]:
            check()
            found.append(polish(start.copy(), check))
    found = [seating for seating in found if all_seated(seating)] or found
    return min(found, key=lambda s: (s.retabled(), s.changes(exhibitors), s.changes()))


def all_seated(seating: Seating) -> bool:
    """Whether every held meeting has a table."""
    return all(seating.table[m] for here in seating.by_slot.values() for m in here)


def _side_seated(instance: Instance, slot: Sequence[int], side: int, check: Checkpoint) -> Seating:
    """Give each person of one side a table of their own where they can keep it; the others sit where there is room."""
    seating = Seating(instance, slot)
    own = own_tables(instance, slot, side, check)
    for t, here in seating.by_slot.items():
        check()
        if t < instance.frozen:
            continue
        owner: dict[int, int] = {}
        late = []
        for m in sorted(here):
            table = own.get(host_of(instance, m, side))
            if table is None or not _take_one(seating, m, [table], owner):
                late.append(m)
        for m in sorted(late, key=lambda m: len(instance.tables_of[m] or range(len(here) + 1))):
            if not _take_one(seating, m, seating.choices(m), owner):
                _augment(seating, m, owner, set())
        for table, m in owner.items():
            seating.table[m] = table
    return seating
