"""Some told meetings free, the others fixed or forgotten: a 0/1 program of the least disruption among them.

With the others *fixed* its answer is a schedule; with the others *forgotten* its bound holds for every schedule, for
nobody is in the way who could be. For a ring that holds every told meeting both are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .board import FREE
from .disruption import least_cost, loss, stay_cost
from .instance import Instance, Resource, slots_in
from .milp import Program


@dataclass
class Ring:
    """A program and the place (meeting, slot) that each column stands for."""

    instance: Instance
    program: Program = field(default_factory=Program)
    places: list[tuple[int, int]] = field(default_factory=list)

    def start(self, slot: Sequence[int]) -> list[bool]:
        """The columns of a schedule."""
        known = [slot[m] == t for m, t in self.places]
        return known + [False] * (len(self.program.costs) - len(known))

    def slots(self, slot: Sequence[int], values: Sequence[bool]) -> list[int]:
        """The schedule with the free meetings where the columns say."""
        out = list(slot)
        for m, _ in self.places:
            out[m] = FREE
        for (m, t), chosen in zip(self.places, values, strict=False):
            if chosen:
                out[m] = t
        return out


def freed(instance: Instance, slot: Sequence[int], free: set[int]) -> Instance:
    """The instance without its other meetings, their seats and tables taken from what is left."""
    others = [m for m, t in enumerate(slot) if t != FREE and m not in free]
    busy, held = [0] * len(instance.people), [0] * len(instance.people)
    for m in others:
        for p in instance.pairs[m]:
            busy[p] |= 1 << slot[m]
            held[p] += 1
    allowed = [0] * len(instance.meetings)
    for m in free:
        a, b = instance.pairs[m]
        allowed[m] = instance.allowed[m] & ~busy[a] & ~busy[b] & _in_order(instance, slot, free, m)
    return replace(
        instance,
        allowed=allowed,
        resources=[_less(resource, slot, others) for resource in instance.resources],
        most=[most - h for most, h in zip(instance.most, held, strict=True)],
    )


def _less(resource: Resource, slot: Sequence[int], others: Sequence[int]) -> Resource:
    members, capacity = set(resource.meetings), list(resource.capacity)
    for m in others:
        if m in members:
            capacity[slot[m]] -= 1
    return replace(resource, capacity=tuple(capacity))


def _in_order(instance: Instance, slot: Sequence[int], free: set[int], m: int) -> int:
    """The slots after what is fixed before a meeting and before what is fixed after it."""
    first = max((slot[e] + 1 for e in instance.before.get(m, ()) if e not in free and slot[e] != FREE), default=0)
    following = [slot[k] for k in instance.following.get(m, ()) if k not in free and slot[k] != FREE]
    last = min(following, default=instance.slots)
    return (1 << max(first, last)) - (1 << first)


def fixed_ring(instance: Instance, slot: Sequence[int], free: set[int]) -> Ring:
    """The free meetings among the others, which stay where they are."""
    return _told_ring(freed(instance, slot, free), free)


def forgotten_ring(instance: Instance, free: set[int]) -> Ring:
    """The free meetings alone; each told one that is forgotten counts what it costs at least."""
    facts = [instance.fact[m].slot - 1 if m in instance.fact else FREE for m in range(len(instance.meetings))]
    ring = _told_ring(freed(instance, facts, free), free)
    forgotten = instance.told.keys() - free - instance.fact.keys()
    ring.program.constant += sum(least_cost(instance, m) for m in forgotten)
    return ring


def wishes_ring(instance: Instance, slot: Sequence[int], free: set[int]) -> Ring:
    """What was not told, for the least shortfall and then the most weight; the others stay where they are."""
    narrow = freed(instance, slot, free)
    lacking = [least - busy for least, busy in zip(instance.least, _held(instance, slot), strict=True)]
    worth = {
        m: narrow.weight[m]
        for m in free
        if narrow.allowed[m] and (narrow.weight[m] or any(lacking[p] > 0 for p in narrow.pairs[m]))
    }
    ring = _ring(narrow, {m: dict.fromkeys(slots_in(narrow.allowed[m]), -value) for m, value in worth.items()})
    most = sum(worth.values()) + 1
    for p, missing in enumerate(lacking):
        if missing > 0:
            mine = [c for c, (m, _) in enumerate(ring.places) if p in narrow.pairs[m]]
            short = [ring.program.column(most) for _ in range(missing)]
            ring.program.at_least([*mine, *short], missing)
    return ring


def _held(instance: Instance, slot: Sequence[int]) -> list[int]:
    return [sum(slot[m] != FREE for m in mine) for mine in instance.meetings_of]


def _told_ring(instance: Instance, free: set[int]) -> Ring:
    costs: dict[int, dict[int, int]] = {}
    for m in sorted(free):
        costs[m] = dict.fromkeys(slots_in(instance.allowed[m]), 0)
        if m in instance.told:
            worth, told, stay = loss(instance, m), instance.told[m][0], stay_cost(instance, m)
            for t in costs[m]:
                costs[m][t] = (2 if t != told or stay is None else stay) - worth
    ring = _ring(instance, costs)
    ring.program.constant += sum(loss(instance, m) for m in free if m in instance.told)
    return ring


def _ring(instance: Instance, costs: dict[int, dict[int, int]]) -> Ring:
    """The program of the meetings and slots that have a cost."""
    ring = Ring(instance)
    columns: dict[int, dict[int, int]] = {}
    for m, row in sorted(costs.items()):
        columns[m] = {t: ring.program.column(cost) for t, cost in row.items()}
        ring.places.extend((m, t) for t in row)
        ring.program.at_most(list(columns[m].values()), 1)
        if instance.required[m]:
            ring.program.at_least(list(columns[m].values()), 1)
    _limit_people(ring, columns)
    _limit_tables(ring, columns)
    _keep_order(ring, columns)
    return ring


def _limit_people(ring: Ring, columns: dict[int, dict[int, int]]) -> None:
    seats: dict[tuple[int, int], list[int]] = defaultdict(list)
    mine: dict[int, list[int]] = defaultdict(list)
    held: dict[int, int] = defaultdict(int)
    for m, row in columns.items():
        for p in ring.instance.pairs[m]:
            held[p] += bool(row)
            for t, column in row.items():
                seats[p, t].append(column)
                mine[p].append(column)
    for together in seats.values():
        ring.program.at_most(together, 1)
    for p, all_of_p in mine.items():
        if held[p] > ring.instance.most[p]:
            ring.program.at_most(all_of_p, ring.instance.most[p])


def _limit_tables(ring: Ring, columns: dict[int, dict[int, int]]) -> None:
    for resource in ring.instance.resources:
        here: dict[int, list[int]] = defaultdict(list)
        for m in resource.meetings:
            for t, column in columns.get(m, {}).items():
                here[t].append(column)
        for t, together in here.items():
            ring.program.at_most(together, resource.capacity[t])


def _keep_order(ring: Ring, columns: dict[int, dict[int, int]]) -> None:
    for earlier, later in ring.instance.after:
        first, second = columns.get(earlier, {}), columns.get(later, {})
        for t in second:
            late = [c for s, c in first.items() if s >= t]
            ring.program.at_most([*late, *(c for s, c in second.items() if s <= t)] if late else [], 1)
