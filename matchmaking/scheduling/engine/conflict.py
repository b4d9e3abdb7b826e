"""Why there is no schedule: a small set of named rules that cannot hold together, minimal where time allows.

Counting first (one person's meetings against their slots, all meetings against all tables: a matching decides), for
search is hopeless at counting; then a SAT solver with one switch per rule. Whatever was found is shrunk by the SAT solver
rule by rule, and called minimal only when it found, for each rule left out, a schedule that keeps all the others. That
nobody sits in two meetings at once is taken for granted and not listed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from .instance import Instance, slots_in
from .isolation import Conflict, Isolation
from .named_rules import Named, mask_rules, most_rule, required_rules, tables_rule


def smallest_conflict(instance: Instance, seconds: float, should_stop: Callable[[], bool] = lambda: False) -> Conflict:
    """Return named rules that cannot hold together; none when none were isolated in time."""
    deadline = time.monotonic() + seconds
    isolation = Isolation(instance, lambda: should_stop() or time.monotonic() > deadline)
    masks = mask_rules(instance)
    required = required_rules(instance)
    found = _counted(instance, masks, required)
    if found:
        kept = {m: named for m, named in required.items() if named in found}
        return isolation.shrink([r for r in masks if r in found], kept, found)
    return isolation.search(masks, required)


def _counted(instance: Instance, masks: list[Named], required: dict[int, Named]) -> list[Named]:
    """The first conflict that counting finds, of one person or of all tables."""
    for p in range(len(instance.people)):
        found = _person_conflict(instance, p, masks, required)
        if found:
            return found
    return _tables_conflict(instance, masks, required)


def _person_conflict(instance: Instance, p: int, masks: list[Named], required: dict[int, Named]) -> list[Named]:
    """More required meetings of one person than the slots left to them, or than their maximum."""
    mine = [m for m in instance.meetings_of[p] if m in required]
    if instance.slots > instance.most[p] < len(mine):
        facts_first = sorted(mine, key=lambda m: m not in instance.fact)
        return [most_rule(instance, p), *(required[m] for m in facts_first[: instance.most[p] + 1])]
    if _places(instance, mine, masks, [1] * instance.slots) == len(mine):
        return []
    touching = [r for r in masks if any(m in mine for m, _ in r.takes)]

    def clash(rules: list[Named], meetings: list[int]) -> bool:
        return _places(instance, meetings, rules, [1] * instance.slots) < len(meetings)

    return _shrunk(touching, mine, required, clash)


def _tables_conflict(instance: Instance, masks: list[Named], required: dict[int, Named]) -> list[Named]:
    """More required meetings than places at tables in the slots left to them."""
    capacity = list(instance.capacity)
    every = sorted(required)
    if _places(instance, every, masks, capacity) == len(every):
        return []

    def clash(rules: list[Named], meetings: list[int]) -> bool:
        return _places(instance, meetings, rules, capacity) < len(meetings)

    return [tables_rule(instance), *_shrunk(masks, every, required, clash)]


def _shrunk(
    rules: list[Named],
    meetings: list[int],
    required: dict[int, Named],
    clash: Callable[[list[Named], list[int]], bool],
) -> list[Named]:
    """Leave out every rule and meeting without which it still clashes."""
    for rule in list(rules):
        fewer = [r for r in rules if r is not rule]
        if clash(fewer, meetings):
            rules = fewer
    for m in list(meetings):
        fewer_meetings = [k for k in meetings if k != m]
        if clash(rules, fewer_meetings):
            meetings = fewer_meetings
    return [*rules, *(required[m] for m in meetings)]


def _places(instance: Instance, meetings: list[int], rules: Sequence[Named], capacity: list[int]) -> int:
    """How many of the meetings get a place when each slot has room for `capacity` of them (a matching)."""
    taken: dict[int, list[int]] = {t: [] for t in range(instance.slots)}
    wanted = set(meetings)
    masks = dict.fromkeys(meetings, (1 << instance.slots) - 1)
    for rule in rules:
        for m, mask in rule.takes:
            if m in wanted:
                masks[m] &= ~mask
    for m in wanted & instance.fact.keys():
        masks[m] = 1 << (instance.fact[m].slot - 1)

    def place(m: int, seen: set[int]) -> bool:
        for t in slots_in(masks[m]):
            if t in seen:
                continue
            seen.add(t)
            if len(taken[t]) < capacity[t]:
                taken[t].append(m)
                return True
            for i, other in enumerate(taken[t]):
                if place(other, seen):
                    taken[t][i] = m
                    return True
        return False

    return sum(place(m, set()) for m in meetings)
