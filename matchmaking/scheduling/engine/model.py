"""The scheduling rules as a Boolean formula (the model of Bofill et al., JAIR 74, 2022, with optional meetings).

Variables: x[m][t] meeting m is in slot t; u[p][t] participant p sits in slot t; begun[p][t] p has sat at or before t;
a literal per (p, t) that is true when a break of p ends with slot t. Only slots that are possible get a variable.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .formula import Formula
from .instance import Instance, slots_in


@dataclass
class Model:
    """A formula and the variables that give it meaning."""

    instance: Instance
    formula: Formula = field(default_factory=Formula)
    x: list[dict[int, int]] = field(default_factory=list)
    missed: dict[int, int] = field(default_factory=dict)
    u: list[dict[int, int]] = field(default_factory=list)
    begun: list[dict[int, int]] = field(default_factory=list)
    ends: list[dict[int, int]] = field(default_factory=list)
    lacking: dict[int, list[int]] = field(default_factory=dict)
    groups: list[tuple[int, list[int]]] = field(default_factory=list)
    floor: list[int] = field(default_factory=list)
    retabled: dict[int, int] = field(default_factory=dict)
    levels: dict[int, list[int]] = field(default_factory=dict)
    still: dict[int, dict[int, int]] = field(default_factory=dict)
    forced: dict[int, int] = field(default_factory=dict)

    def slots_of(self, values: Sequence[bool]) -> list[int]:
        """Read a schedule from the values of the variables (index 0 unused): the slot of each meeting or -1."""
        return [next((t for t, v in row.items() if values[v]), -1) for row in self.x]

    def complete(self, slot: Sequence[int]) -> list[bool]:
        """The values of all variables that belong to a schedule: a complete hint."""
        values = [False] * (self.formula.variables + 1)
        busy: list[set[int]] = [set() for _ in self.instance.people]
        for m, t in enumerate(slot):
            if t >= 0:
                values[self.x[m][t]] = True
                for p in self.instance.pairs[m]:
                    busy[p].add(t)
        for m, v in self.missed.items():
            values[v] = slot[m] < 0
        for p, slots in enumerate(busy):
            self._complete_person(p, slots, values)
        for some, members in self.groups:
            values[some] = any(values[v] for v in members)
        least = min((sum(values[v] for v in ends.values()) for ends in self.ends), default=0)
        for i, v in enumerate(self.floor):
            values[v] = i < least
        return values

    def disruption_terms(self) -> list[tuple[int, int]]:
        """Objective 1 of re-planning: a told meeting lost, in another slot, or at a table that is no longer its."""
        instance = self.instance
        terms = []
        for m, (slot, table) in instance.told.items():
            if m in self.missed:
                terms.append((2 * instance.weight[m] + 4, self.missed[m]))
            terms.extend((2, v) for t, v in self.x[m].items() if t != slot)
            if m in self.retabled:
                terms.append((1, self.retabled[m]))
            elif slot in self.x[m] and not instance.table_stays(m, slot, table):
                terms.append((1, self.x[m][slot]))
        return terms

    def shortfall_terms(self) -> list[tuple[int, int]]:
        """Objective 1: each guaranteed meeting that is lacking."""
        return [(1, v) for lacking in self.lacking.values() for v in lacking]

    def weight_terms(self) -> list[tuple[int, int]]:
        """Objective 2: the weight of each meeting that is missed."""
        return [(self.instance.weight[m], v) for m, v in self.missed.items() if self.instance.weight[m]]

    def break_terms(self) -> list[tuple[int, int]]:
        """Objective 3: each break of each participant, where it ends; by level where some cannot be avoided."""
        by_level = self.forced.keys() & self.levels.keys()
        return [
            (1, v) for p, ends in enumerate(self.ends) for v in (self.levels[p] if p in by_level else ends.values())
        ]

    def _complete_person(self, p: int, busy: set[int], values: list[bool]) -> None:
        for t in busy & self.u[p].keys():
            values[self.u[p][t]] = True
        first = min(busy, default=self.instance.slots)
        if self.begun:
            for t, v in self.begun[p].items():
                values[v] = t >= first
            for t, v in self.ends[p].items():
                values[v] = t in busy and t - 1 not in busy and t - 1 > first
            self._complete_levels(p, max(busy, default=-1), values)
        for i, v in enumerate(self.lacking.get(p, ())):
            values[v] = i < self.instance.least[p] - len(busy)

    def _complete_levels(self, p: int, last: int, values: list[bool]) -> None:
        breaks = sum(values[v] for v in self.ends[p].values())
        for level, v in enumerate(self.levels.get(p, ())):
            values[v] = breaks > level
        for t, v in self.still.get(p, {}).items():
            values[v] = t <= last


def build(instance: Instance, *, breaks: bool = True, domain: Sequence[int] | None = None) -> Model:
    """Build the model; `domain` narrows the slots of each meeting, `breaks=False` leaves breaks and fairness out."""
    model = Model(instance)
    allowed = instance.allowed if domain is None else domain
    f = model.formula
    model.x = [{t: f.new() for t in slots_in(mask)} for mask in allowed]
    each_meeting_once(model)
    one_meeting_at_a_time(model)
    enough_tables(model)
    limits_of_people(model)
    precedence(model)
    told_tables(model)
    if breaks or instance.fairness is not None:
        breaks_end(model)
    if instance.fairness is not None:
        fair_breaks(model, instance.fairness)
    return model


def each_meeting_once(model: Model) -> None:
    """A required meeting is held in one slot, any other in at most one."""
    for m, row in enumerate(model.x):
        if model.instance.required[m]:
            model.formula.exactly_one(list(row.values()))
        else:
            model.missed[m] = model.formula.new()
            model.formula.exactly_one([*row.values(), model.missed[m]])


def one_meeting_at_a_time(model: Model) -> None:
    """u[p][t] is true exactly when p sits in one meeting in t; never in two."""
    f = model.formula
    for mine in model.instance.meetings_of:
        by_slot: dict[int, list[int]] = {}
        for m in mine:
            for t, v in model.x[m].items():
                by_slot.setdefault(t, []).append(v)
        seats: dict[int, int] = {}
        for t in sorted(by_slot):
            if len(by_slot[t]) == 1:
                seats[t] = by_slot[t][0]
            else:
                seats[t] = f.new()
                f.exactly_one([*by_slot[t], -seats[t]])
        model.u.append(seats)


def enough_tables(model: Model) -> None:
    """No more meetings in a slot than tables, nor than the tables they are bound to."""
    for resource in model.instance.resources:
        for t in range(model.instance.slots):
            here = [m for m in resource.meetings if t in model.x[m]]
            if len(here) > resource.capacity[t]:
                literals = _clusters(model, here, t)
                model.formula.count(literals, 0, resource.capacity[t])
    everything = [m for m in range(len(model.x)) if model.x[m]]
    for t, capacity in enumerate(model.instance.capacity):
        seats = [row[t] for row in model.u if t in row]
        if sum(t in model.x[m] for m in everything) > capacity:
            model.formula.count(seats, 0, 2 * capacity)


def told_tables(model: Model) -> None:
    """retabled[m] is implied when a told meeting stays in its slot but others who need its table take it.

    Only where somebody could: bound to that table, or told the same. Meetings that are not bound sit where there is room.
    """
    instance = model.instance
    for t in range(instance.frozen, instance.slots):
        told = [m for m, (slot, _) in instance.told.items() if slot == t and t in model.x[m]]
        told = [m for m in told if instance.table_stays(m, *instance.told[m]) and m not in instance.fact]
        bound = [m for m, row in enumerate(model.x) if t in row and instance.tables_of[m] is not None]
        users: dict[int, list[int]] = {}
        keepers: dict[int, int] = {}
        for m in told:
            if len(instance.tables_of[m] or ()) != 1 and _rivals(model, m, t, told, bound):
                stays = keepers[m] = model.formula.new()
                model.retabled[m] = model.formula.new()
                model.formula.clause(-stays, model.x[m][t])
                model.formula.clause(-model.x[m][t], stays, model.retabled[m])
                users.setdefault(instance.told[m][1], []).append(stays)
        if keepers:
            _seats_of_bound(model, t, bound, keepers, users)
        for literals in users.values():
            model.formula.at_most_one(literals)


def _rivals(model: Model, m: int, t: int, told: list[int], bound: list[int]) -> bool:
    """Whether anybody else could need the table that people have been told for a meeting."""
    instance = model.instance
    table = instance.told[m][1]
    if any(other != m and instance.told[other] == (t, table) for other in told):
        return True
    return any(other != m and table in (instance.tables_of[other] or ()) for other in bound)


def _seats_of_bound(
    model: Model, t: int, bound: list[int], keepers: dict[int, int], users: dict[int, list[int]]
) -> None:
    """Give each meeting bound to some tables a literal per table, true where it sits."""
    f, instance = model.formula, model.instance
    for m in bound:
        tables = sorted(k for k in instance.tables_of[m] or () if k <= instance.problem.tables[t])
        seats = {k: f.new() for k in tables}
        f.exactly_one([*seats.values(), -model.x[m][t]])
        for table, seat in seats.items():
            if m in keepers and instance.told[m][1] == table:
                # Staying is sitting there: the keeper's own literal speaks for this seat.
                f.clause(-keepers[m], seat)
                f.clause(-seat, keepers[m])
            else:
                users.setdefault(table, []).append(seat)


def _clusters(model: Model, here: Iterable[int], t: int) -> list[int]:
    """Group the meetings of a slot by a shared participant: one literal per group is enough to count them."""
    pairs = model.instance.pairs
    left = set(here)
    count = Counter(p for m in left for p in pairs[m])
    literals = []
    while left:
        hub = max(count, key=lambda p: (count[p], -p))
        group = [m for m in model.instance.meetings_of[hub] if m in left]
        left.difference_update(group)
        count.subtract(p for m in group for p in pairs[m])
        if len(group) == 1:
            literals.append(model.x[group[0]][t])
        elif len(group) == sum(t in model.x[m] for m in model.instance.meetings_of[hub]):
            literals.append(model.u[hub][t])
        else:
            some = model.formula.new()
            members = [model.x[m][t] for m in group]
            model.formula.exactly_one([*members, -some])
            model.groups.append((some, members))
            literals.append(some)
    return literals


def limits_of_people(model: Model) -> None:
    """At most max_meetings; `lacking` literals stand for each meeting short of min_meetings."""
    f, instance = model.formula, model.instance
    for p, seats in enumerate(model.u):
        mine = instance.meetings_of[p]
        literals = list(seats.values())
        most = min(instance.most[p], len(mine), len(seats))
        if mine and all(instance.required[m] for m in mine):
            f.count(literals, len(mine), len(mine))
        else:
            f.count(literals, 0, most)
        if instance.least[p]:
            lacking = [f.new() for _ in range(instance.least[p])]
            for one, other in itertools.pairwise(lacking):
                f.clause(one, -other)
            f.count([*literals, *lacking], instance.least[p], len(literals) + len(lacking))
            model.lacking[p] = lacking


def precedence(model: Model) -> None:
    """When both are held, the earlier is in an earlier slot."""
    for earlier, later in model.instance.after:
        precede(model, earlier, later)


def precede(model: Model, earlier: int, later: int) -> None:
    """One meeting is before another, if both are held."""
    first, second = model.x[earlier], model.x[later]
    for t in sorted(second):
        late = [v for s, v in first.items() if s >= t]
        early = [v for s, v in second.items() if s <= t]
        if late and early:
            model.formula.at_most_one([*late, *early])


def breaks_end(model: Model) -> None:
    """ends[p][t] is implied when p sits in t, not in t-1, and had begun before t-1."""
    f = model.formula
    for seats in model.u:
        begun: dict[int, int] = {}
        ends: dict[int, int] = {}
        previous: int | None = None
        for t in range(min(seats, default=0), max(seats, default=-1)):
            if t in seats and previous is None:
                previous = seats[t]
            elif t in seats and previous is not None:
                begun[t] = f.new()
                f.clause(-seats[t], begun[t])
                f.clause(-previous, begun[t])
                f.clause(-begun[t], seats[t], previous)
                previous = begun[t]
        _end_literals(f, seats, begun, ends)
        model.begun.append(begun)
        model.ends.append(ends)


def _end_literals(f: Formula, seats: dict[int, int], begun: dict[int, int], ends: dict[int, int]) -> None:
    first = min(seats, default=0)
    before: int | None = None
    for t in range(first, max(seats, default=-1) + 1):
        if t in seats and before is not None:
            ends[t] = f.new()
            idle = [seats[t - 1]] if t - 1 in seats else []
            f.clause(-seats[t], *idle, -before, ends[t])
        if t - 1 == first:
            before = seats[first]
        elif t - 1 in begun:
            before = begun[t - 1]


def fair_breaks(model: Model, most: int) -> None:
    """The breaks of any two participants differ by at most `most`.

    Somebody who cannot have a break makes this a cap for everybody; else a floor that all share is chosen.
    """
    f = model.formula
    if any(not ends for ends in model.ends):
        for ends in model.ends:
            f.count(ends.values(), 0, most)
        return
    _make_ends_exact(model)
    top = max(len(ends) for ends in model.ends)
    model.floor = floor = [f.new() for _ in range(top)]
    for one, other in itertools.pairwise(floor):
        f.clause(one, -other)
    for ends in model.ends:
        terms = list(ends.values())
        lower = [-v for v in floor]
        f.count([*terms, *lower], top, len(terms) + top)
        f.count([*terms, *lower], 0, top + most)


def _make_ends_exact(model: Model) -> None:
    """Let an end literal be true only where a break truly ends."""
    f = model.formula
    for seats, begun, ends in zip(model.u, model.begun, model.ends, strict=True):
        first = min(seats, default=0)
        for t, end in ends.items():
            f.clause(-end, seats[t])
            if t - 1 in seats:
                f.clause(-end, -seats[t - 1])
            known = [s for s in [first, *begun] if s <= t - 2]
            last = max(known)
            f.clause(-end, seats[first] if last == first else begun[last])
