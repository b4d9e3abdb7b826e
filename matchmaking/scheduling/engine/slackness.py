"""What every schedule that reaches the flow's bound has in common (complementary slackness).

When a schedule's weight equals the min-cost flow's bound, "hold this weight" need not be said with a sum over all
weights, which propagates nothing: the residual network tells which meetings every optimal choice holds, which none
does, whose agenda is full to capacity and whether all tables are used. A choice is optimal exactly when it obeys
these facts for one dual solution; the shortest cycle through each arc gives those of all duals at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from .flow import Network
from .instance import Instance
from .prices import dijkstra, potentials, residual
from .stopping import Checkpoint, no_check

MOST_NODES = 1_500
MOST_COST = 2**60
"""What the flow's 64-bit numbers hold."""


@dataclass(frozen=True, slots=True)
class Common:
    """Meetings in all and in no optimal choice, least and most meetings by participant, and whether tables are full."""

    held: frozenset[int]
    missed: frozenset[int]
    least: dict[int, int]
    most: dict[int, int]
    tables_full: bool


def common_to_optima(instance: Instance, check: Checkpoint = no_check) -> Common | None:
    """Return what all optima of the relaxation share; None where people are not on two sides or are too many."""
    network = Network(instance, guarantee=True, required=True)
    if network.double != 1 or network.nodes > MOST_NODES:
        return None
    flow = [int(f) for f in network.solve()]
    graph = residual(network, flow)
    potential = potentials(graph, network.nodes)
    distance = []
    for node in range(network.nodes):
        check()
        distance.append(dijkstra(graph, potential, node))

    def way(start: int, goal: int) -> float:
        reduced = distance[start].get(goal)
        return float("inf") if reduced is None else reduced - potential[start] + potential[goal]

    low, high = [], []
    for arc, f in enumerate(flow):
        tail, head, cost = network.tails[arc], network.heads[arc], network.costs[arc]
        can_grow = f < network.capacities[arc] and cost + way(head, tail) <= 0
        can_shrink = f > 0 and way(tail, head) - cost <= 0
        low.append(0 if can_shrink else f)
        high.append(network.capacities[arc] if can_grow else f)
    return _read(instance, network, (low, high), check)


def _range(network: Network, arc: int) -> tuple[int, int]:
    """The least and the most that flows over an arc in any optimum: its own cost decides among equals only."""
    costs: list[int] = network.costs
    ends: list[int] = []
    scale = 2 * network.supply + 1
    if max(map(abs, costs)) * scale * network.nodes > MOST_COST:
        return 0, network.capacities[arc]
    for sign in (1, -1):
        network.costs = [scale * cost for cost in costs]
        network.costs[arc] += sign
        ends.append(int(network.solve()[arc]))
    network.costs = costs
    return ends[0], ends[1]


def _read(instance: Instance, network: Network, flows: tuple[list[int], list[int]], check: Checkpoint) -> Common:
    low, high = flows
    least = dict.fromkeys(range(len(instance.people)), 0)
    most = dict.fromkeys(range(len(instance.people)), 0)
    for p, arc in network.person_arcs:
        check()
        from_low, to_high = (low[arc], high[arc]) if low[arc] == high[arc] else _range(network, arc)
        least[p] += from_low
        most[p] += to_high
    possible = {m for m, _ in network.meeting_arcs}
    return Common(
        held=frozenset(m for m, arc in network.meeting_arcs if low[arc] == 1),
        missed=frozenset(m for m, arc in network.meeting_arcs if high[arc] == 0)
        | frozenset(m for m in range(len(instance.meetings)) if m not in possible),
        least=least,
        most=most,
        tables_full=low[0] == network.supply,
    )
