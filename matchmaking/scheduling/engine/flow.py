"""The relaxation without slots: a min-cost flow that bounds shortfall and weight and suggests what to hold.

People have capacities (their possible slots, max_meetings), all tables together one; slots and their clashes are left
out, so no schedule can be better (scheduling.md, section 4). Where nobody is on a side, the bipartite double cover
gives twice the fractional optimum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .instance import Instance, most_placed
from .stopping import Checkpoint, no_check


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Bounds that no schedule can beat; `selected` is a best choice of meetings when slots do not matter."""

    feasible: bool
    shortfall: int
    weight: int
    weight_free: int
    selected: tuple[bool, ...]

    def weight_bound(self, shortfall: int) -> int:
        """The most weight that a schedule with this shortfall can have."""
        return self.weight if shortfall == self.shortfall else self.weight_free


def relax(instance: Instance, check: Checkpoint = no_check) -> Relaxation:
    """Solve the relaxation: required meetings first, then the least shortfall, then the most weight."""
    chosen, filled = _best_choice(instance, check, guarantee=True)
    twice = 1 if instance.colour is not None else 2
    missing = sum(c for c, r in zip(chosen, instance.required, strict=True) if r) < twice * sum(instance.required)
    need = sum(instance.least)
    weight = sum(c * w for c, w in zip(chosen, instance.weight, strict=True)) // twice
    free = weight
    if need:
        plain, _ = _best_choice(instance, check, guarantee=False)
        free = sum(c * w for c, w in zip(plain, instance.weight, strict=True)) // twice
    return Relaxation(
        feasible=not missing,
        shortfall=need - filled // twice,
        weight=weight if filled % twice == 0 else free,
        weight_free=free,
        selected=tuple(c > 0 for c in chosen),
    )


def person_capacity(instance: Instance, p: int) -> int:
    """The most meetings a participant can have: a matching of their meetings with slots, at most max_meetings."""
    mine = instance.meetings_of[p]
    open_slots = instance.available[p].bit_count()
    most = min(instance.most[p], len(mine), open_slots)
    if all(instance.allowed[m] == instance.available[p] for m in mine):
        return most
    return most_placed([instance.allowed[m] for m in mine], most)


def _best_choice(instance: Instance, check: Checkpoint, *, guarantee: bool) -> tuple[list[int], int]:
    """Return how often each meeting is chosen (up to 2 in a double cover) and how many guaranteed meetings are filled."""
    check()
    network = Network(instance, guarantee=guarantee, required=True)
    check()
    flow = network.solve()
    check()
    return network.chosen(flow), network.filled(flow)


class Network:
    """Nodes: 0 source, 1 tables, 2 sink, then each participant once, or on both sides of the double cover."""

    def __init__(
        self, instance: Instance, *, guarantee: bool, required: bool, values: Sequence[int] | None = None
    ) -> None:
        self.instance = instance
        self.values = instance.weight if values is None else values
        self.double = 1 if instance.colour is not None else 2
        self.nodes = 3 + self.double * len(instance.people)
        self.tails: list[int] = []
        self.heads: list[int] = []
        self.capacities: list[int] = []
        self.costs: list[int] = []
        self.meeting_arcs: list[tuple[int, int]] = []
        self.guarantee_arcs: list[int] = []
        self.person_arcs: list[tuple[int, int]] = []
        total = sum(self.values) + 1
        self.bonus = total if guarantee else 0
        self.must = (total + self.bonus) * (2 * sum(instance.least) + 2) if required else 0
        self._build()

    def _arc(self, tail: int, head: int, capacity: int, cost: int) -> int:
        self.tails.append(tail)
        self.heads.append(head)
        self.capacities.append(capacity)
        self.costs.append(cost)
        return len(self.tails) - 1

    def _build(self) -> None:
        instance, count = self.instance, len(self.instance.people)
        colour = instance.colour
        self.supply = self.double * sum(min(c, count // 2) for c in instance.capacity)
        self._arc(0, 1, self.supply, 0)
        self._arc(0, 2, self.supply, 0)
        for p in range(count):
            if colour is None or colour[p] == 0:
                self._person(p, 1, 3 + p)
            if colour is None:
                self._person(p, 3 + count + p, 2)
            elif colour[p] == 1:
                self._person(p, 3 + p, 2)
        for m, (a, b) in enumerate(instance.pairs):
            if not instance.allowed[m]:
                continue
            cost = -self.values[m] - (self.must if instance.required[m] else 0)
            if colour is not None:
                left, right = (a, b) if colour[a] == 0 else (b, a)
                self.meeting_arcs.append((m, self._arc(3 + left, 3 + right, 1, cost)))
            else:
                self.meeting_arcs.append((m, self._arc(3 + a, 3 + count + b, 1, cost)))
                self.meeting_arcs.append((m, self._arc(3 + b, 3 + count + a, 1, cost)))

    def _person(self, p: int, tail: int, head: int) -> None:
        most = person_capacity(self.instance, p)
        sure = min(self.instance.least[p], most)
        if sure:
            # In the double cover a person has two such arcs, so each counts its filling once.
            self.guarantee_arcs.append(self._arc(tail, head, sure, -self.bonus))
            self.person_arcs.append((p, self.guarantee_arcs[-1]))
        if most > sure:
            self.person_arcs.append((p, self._arc(tail, head, most - sure, 0)))

    def solve(self) -> Any:
        """Return the flow on every arc, of least cost."""
        import numpy as np
        from ortools.graph.python import min_cost_flow

        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(
            np.array(self.tails, dtype=np.int32),
            np.array(self.heads, dtype=np.int32),
            np.array(self.capacities, dtype=np.int64),
            np.array(self.costs, dtype=np.int64),
        )
        solver.set_node_supply(0, self.supply)
        solver.set_node_supply(2, -self.supply)
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise ArithmeticError(f"min-cost flow ended with {status}")
        return solver.flows(arcs)

    def chosen(self, flow: Any) -> list[int]:
        """How often each meeting is chosen."""
        out = [0] * len(self.instance.meetings)
        for m, arc in self.meeting_arcs:
            out[m] += int(flow[arc])
        return out

    def filled(self, flow: Any) -> int:
        """How many guaranteed meetings are filled."""
        return sum(int(flow[arc]) for arc in self.guarantee_arcs)
