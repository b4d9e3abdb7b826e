"""What holding one more meeting would cost at least: shortest ways back through the residual network of the flow.

Forcing a meeting into the relaxation changes its optimum by the cheapest cycle through the meeting's arc; one Dijkstra
per participant gives all of them. The true cost in slots can only be higher, so people are told "at least".
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Sequence

from .board import FREE
from .flow import Network
from .instance import Instance
from .stopping import Checkpoint, no_check

Graph = dict[int, list[tuple[int, int]]]


def prices(
    instance: Instance,
    slot: Sequence[int],
    missed: Sequence[int],
    should_stop: Callable[[], bool] = lambda: False,
    check: Checkpoint = no_check,
) -> dict[int, int]:
    """Return for each missed meeting a lower bound on the weight lost elsewhere if it were held.

    Once `should_stop` says so, the rest are priced by the dual solution alone: no way back is shorter than 0 in reduced
    costs. That is a lower bound too, found at once, and often the same. Where `check` raises before that, there are none.
    """
    check()
    network = Network(instance, guarantee=False, required=False)
    check()
    flow = [int(f) for f in network.solve()]
    check()
    graph = residual(network, flow)
    potential = potentials(graph, network.nodes, check)
    held = sum(w for w, t in zip(instance.weight, slot, strict=True) if t != FREE)
    best = -sum(f * c for f, c in zip(flow, network.costs, strict=True))
    out: dict[int, int] = {}
    wanted = set(missed)
    by_head: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for m, arc in network.meeting_arcs:
        if m in wanted and m not in out:
            out[m] = 0
            by_head[network.heads[arc]].append((m, arc))
    for head, arcs in sorted(by_head.items()):
        distance = None if should_stop() else dijkstra(graph, potential, head)
        for m, arc in arcs:
            tail = network.tails[arc]
            if distance is None or tail in distance:
                way = 0 if distance is None else distance[tail]
                back = way - potential[head] + potential[tail]
                gain = best + (instance.weight[m] - back if not flow[arc] else 0)
                most = gain // network.double
                out[m] = max(0, held + instance.weight[m] - most)
    return out


def residual(network: Network, flow: list[int]) -> Graph:
    """Arcs that can take more, and backwards those that can give back."""
    graph: Graph = defaultdict(list)
    for arc, f in enumerate(flow):
        tail, head, cost = network.tails[arc], network.heads[arc], network.costs[arc]
        if f < network.capacities[arc]:
            graph[tail].append((head, cost))
        if f > 0:
            graph[head].append((tail, -cost))
    return graph


def potentials(graph: Graph, nodes: int, check: Checkpoint = no_check) -> list[int]:
    """Bellman and Ford with a queue; an optimal flow leaves no negative cycle."""
    potential = [0] * nodes
    queue = list(range(nodes))
    waiting = [True] * nodes
    for steps, node in enumerate(queue):
        if steps % 1_000 == 0:
            check()
        waiting[node] = False
        for head, cost in graph.get(node, ()):
            if potential[node] + cost < potential[head]:
                potential[head] = potential[node] + cost
                if not waiting[head]:
                    waiting[head] = True
                    queue.append(head)
    return potential


def dijkstra(graph: Graph, potential: list[int], start: int) -> dict[int, int]:
    """Distances in reduced costs, which are never negative."""
    done: dict[int, int] = {}
    heap = [(0, start)]
    while heap:
        d, node = heapq.heappop(heap)
        if node in done:
            continue
        done[node] = d
        for head, cost in graph.get(node, ()):
            if head not in done:
                heapq.heappush(heap, (d + cost + potential[node] - potential[head], head))
    return done
