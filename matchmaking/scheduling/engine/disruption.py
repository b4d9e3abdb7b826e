"""Lower bounds on the disruption of a re-planned schedule: no change of plan can be gentler.

Two relaxations, each a min-cost flow, and the larger counts. *People*: slots are forgotten, agendas keep their size; a
told meeting is worth 2·weight + 4 if held, 2 less where its slot is no longer possible. *Slots*: people are forgotten,
tables count; a told meeting stays (0), goes to any other slot with room (2) or is lost (2·weight + 4).
"""

from __future__ import annotations

from typing import Any

from .flow import Network
from .instance import Instance


def least_disruption(instance: Instance) -> int:
    """Return a bound that no schedule of the instance can go below."""
    return max(_by_people(instance), _by_slots(instance))


def loss(instance: Instance, m: int) -> int:
    """What losing a told meeting costs."""
    return 2 * instance.weight[m] + 4


def stay_cost(instance: Instance, m: int) -> int | None:
    """0 or 1 for staying in its slot with or without its table; None when the slot is no longer possible."""
    slot, table = instance.told[m]
    if not instance.allowed[m] >> slot & 1:
        return None
    return 0 if instance.table_stays(m, slot, table) else 1


def least_cost(instance: Instance, m: int) -> int:
    """What a told meeting costs at least, whatever becomes of all others."""
    stay = stay_cost(instance, m)
    if stay is not None:
        return stay
    return 2 if instance.allowed[m] else loss(instance, m)


def _by_people(instance: Instance) -> int:
    values = [0] * len(instance.meetings)
    for m in instance.told:
        stay = stay_cost(instance, m)
        values[m] = loss(instance, m) - (2 if stay is None else stay)
    network = Network(instance, guarantee=False, required=False, values=values)
    flow = network.solve()
    kept = -sum(int(f) * c for f, c in zip(flow, network.costs, strict=True)) // network.double
    return max(0, sum(loss(instance, m) for m in instance.told) - kept)


def _by_slots(instance: Instance) -> int:
    """Nodes: source 0, sink 1, pool 2, then slots, then told meetings."""
    import numpy as np
    from ortools.graph.python import min_cost_flow

    arcs: list[tuple[int, int, int, int]] = []
    told = sorted(instance.told)
    for t, capacity in enumerate(instance.capacity):
        arcs.append((3 + t, 1, min(capacity, len(instance.people)), 0))
        if t >= instance.frozen:
            arcs.append((2, 3 + t, len(told), 0))
    for i, m in enumerate(told):
        node = 3 + instance.slots + i
        arcs.append((0, node, 1, 0))
        arcs.append((node, 1, 1, loss(instance, m)))
        stay = stay_cost(instance, m)
        if stay is not None:
            arcs.append((node, 3 + instance.told[m][0], 1, stay))
        if instance.allowed[m] & ~(1 << instance.told[m][0]):
            arcs.append((node, 2, 1, 2))
    solver: Any = min_cost_flow.SimpleMinCostFlow()
    table = np.array(arcs, dtype=np.int64)
    solver.add_arcs_with_capacity_and_unit_cost(
        table[:, 0].astype(np.int32), table[:, 1].astype(np.int32), table[:, 2], table[:, 3]
    )
    solver.set_node_supply(0, len(told))
    solver.set_node_supply(1, -len(told))
    return int(solver.optimal_cost()) if told and solver.solve() == solver.OPTIMAL else 0
