"""Exhibitors keep one table whenever that is possible: against every way to give tables, on tiny days."""

from __future__ import annotations

import itertools
import random

import pytest

from matchmaking.scheduling.engine import Limits, Problem, solve, violations
from matchmaking.scheduling.engine.hosts import own_tables
from matchmaking.scheduling.engine.instance import compile_problem
from matchmaking.scheduling.engine.rules import Schedule, table_changes

from .build import people, problem, wish

HOSTS, GUESTS, SLOTS = 5, 4, 4


def pinned_day(seed: int) -> Problem:
    """Exhibitors and buyers whose meetings all have their slot; zones for some exhibitors."""
    rolls = random.Random(seed)
    tables = rolls.randint(2, 3)
    hosts = people(*[f"E{i}" for i in range(HOSTS)])
    for host in hosts:
        if rolls.random() < 0.3:
            host["tables"] = sorted(rolls.sample(range(1, tables + 1), 2))
    wishes = []
    for t in range(1, SLOTS + 1):
        pairs = zip(rolls.sample(range(HOSTS), tables), rolls.sample(range(GUESTS), tables), strict=True)
        wishes += [wish(f"m{t}-{e}", f"E{e}", f"B{b}-{t}", slot=t) for e, b in pairs]
    guests = people(*sorted({p for w in wishes for p in w["participants"] if p.startswith("B")}))
    return problem([*hosts, *guests], wishes, slots=SLOTS, tables=tables)


def everybody_can_stay(one: Problem, slot: list[int]) -> bool:
    """Try every table for every exhibitor."""
    instance = compile_problem(one)
    hosts: dict[int, list[int]] = {}
    for m, t in enumerate(slot):
        if t >= 0:
            host = next(p for p in instance.pairs[m] if instance.people[p].id.startswith("E"))
            hosts.setdefault(host, []).append(t)
    rows = []
    for p in hosts:
        zone = instance.people[p].tables
        rows.append(sorted(zone) if zone else range(1, one.tables[0] + 1))
    return any(
        all(
            a == b or choice[i] != choice[j] or not set(hosts[a]) & set(hosts[b])
            for (i, a), (j, b) in itertools.combinations(enumerate(hosts), 2)
        )
        for choice in itertools.product(*rows)
    )


def slots_of(one: Problem) -> list[int]:
    solution = solve(one, Limits(seconds=20, workers=1))
    assert violations(one, solution) == []
    at = {a.meeting: a.slot - 1 for a in solution.assignments}
    return [at.get(m.id, -1) for m in compile_problem(one).meetings]


def test_own_tables_are_found_for_everybody_exactly_when_that_is_possible() -> None:
    found = set()
    for seed in range(120):
        one = pinned_day(seed)
        slot = slots_of(one)
        instance = compile_problem(one)
        side = (instance.colour or [])[next(i for i, p in enumerate(instance.people) if p.id == "E0")]
        hosts = {p for m, t in enumerate(slot) if t >= 0 for p in instance.pairs[m] if instance.people[p].id[0] == "E"}
        possible = everybody_can_stay(one, slot)
        assert (set(own_tables(instance, slot, side)) == hosts) is possible
        found.add(possible)
    assert found == {True, False}


def test_exhibitors_share_tables_rather_than_change_them() -> None:
    """Three exhibitors, two tables, never all busy at once: nobody changes."""
    wishes = [
        wish("a1", "E1", "B1", slot=1), wish("a2", "E1", "B2", slot=2), wish("b1", "E2", "B2", slot=1),
        wish("b4", "E2", "B1", slot=4), wish("c2", "E3", "B1", slot=2), wish("c3", "E3", "B2", slot=3),
    ]  # fmt: skip
    one = problem(people("E1", "E2", "E3", "B1", "B2"), wishes, slots=4, tables=2)
    solution = solve(one, Limits(seconds=20, workers=1))
    table = {a.meeting: a.table for a in solution.assignments}
    assert table["a1"] == table["a2"]
    assert table["b1"] == table["b4"]
    assert table["c2"] == table["c3"]
    assert solution.objective.table_changes == table_changes(Schedule(one, solution.assignments))


@pytest.mark.parametrize("zone", [[1], [2]])
def test_zones_hold_while_the_others_keep_their_tables(zone: list[int]) -> None:
    hosts = [*people("E1", tables=zone), *people("E2", "B1", "B2")]
    wishes = [wish("a1", "E1", "B1", slot=1), wish("a2", "E1", "B2", slot=2), wish("b1", "E2", "B2", slot=1)]
    one = problem(hosts, [*wishes, wish("b2", "E2", "B1", slot=2)], slots=2, tables=2)
    table = {a.meeting: a.table for a in solve(one, Limits(seconds=20, workers=1)).assignments}
    assert (table["a1"], table["a2"]) == (zone[0], zone[0])
    assert (table["b1"], table["b2"]) == (3 - zone[0], 3 - zone[0])
