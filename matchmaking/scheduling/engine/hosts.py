"""Tables of their own for the people of one side: who keeps one table all day need not carry samples around.

Two hosts can share a table when no slot finds both of them busy, so this is a colouring of the graph of hosts that
clash, from the tables that all meetings of a host may use. Greedy by least choice (DSATUR) is nearly always enough; where it
is not and the graph is small, CP-SAT says whether everybody can have a table (bounded in deterministic time).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .board import FREE
from .cpsat import ended_by
from .instance import Instance
from .stopping import Checkpoint, no_check

SMALL = 6_000
"""Possible (host, table) choices up to which an exact answer is looked for."""
DETERMINISTIC_SECONDS = 2.0


@dataclass
class Host:
    """Somebody of the hosting side: the slots of the meetings held (a mask) and the tables all of them may use."""

    person: int
    busy: int = 0
    tables: set[int] | None = None
    meetings: list[int] = field(default_factory=list)


def own_tables(instance: Instance, slot: Sequence[int], side: int, check: Checkpoint = no_check) -> dict[int, int]:
    """Return a table for each person of a side who can keep it all day; as many people as were found."""
    hosts = _hosts(instance, slot, side)
    tables = _greedily(hosts, check)
    if len(tables) < len(hosts) and sum(len(h.tables or ()) for h in hosts) <= SMALL:
        return _exactly(hosts, check) or tables
    return tables


def host_of(instance: Instance, m: int, side: int) -> int:
    """The person of a meeting who is on the side."""
    a, b = instance.pairs[m]
    return a if (instance.colour or [])[a] == side else b


def _hosts(instance: Instance, slot: Sequence[int], side: int) -> list[Host]:
    found: dict[int, Host] = {}
    for m, t in enumerate(slot):
        if t == FREE or t < instance.frozen:
            continue
        host = found.setdefault(host_of(instance, m, side), Host(host_of(instance, m, side)))
        count, bound = instance.problem.tables[t], instance.tables_of[m]
        here = set(range(1, count + 1)) if bound is None else {k for k in bound if k <= count}
        host.tables = here if host.tables is None else host.tables & here
        host.busy |= 1 << t
        host.meetings.append(m)
    return [found[p] for p in sorted(found)]


def _greedily(hosts: Sequence[Host], check: Checkpoint) -> dict[int, int]:
    """The host with the least choice first, at the fullest table that is free for all its slots."""
    taken: dict[int, int] = {k: 0 for h in hosts for k in sorted(h.tables or ())}
    free = {h.person: set(h.tables or ()) for h in hosts}
    waiting = {h.person: h for h in hosts}
    out: dict[int, int] = {}
    while waiting:
        check()
        person = min(waiting, key=lambda p: (len(free[p]), -waiting[p].busy.bit_count(), p))
        host = waiting.pop(person)
        if not free[person]:
            continue
        table = max(free[person], key=lambda k: (taken[k].bit_count(), -k))
        out[person] = table
        taken[table] |= host.busy
        for other, one in waiting.items():
            if one.busy & host.busy:
                free[other].discard(table)
    return out


def _exactly(hosts: Sequence[Host], check: Checkpoint) -> dict[int, int]:
    """A table for everybody, or nothing where there is none or nobody knows in time."""
    from ortools.sat.python import cp_model

    if not all(h.tables for h in hosts):
        return {}
    model = cp_model.CpModel()
    at = {(h.person, k): model.new_bool_var("") for h in hosts for k in sorted(h.tables or ())}
    for h in hosts:
        model.add_exactly_one([at[h.person, k] for k in sorted(h.tables or ())])
    slots = max(h.busy for h in hosts).bit_length()
    for t in range(slots):
        here = [h for h in hosts if h.busy >> t & 1]
        for k in sorted({k for h in here for k in h.tables or ()}):
            model.add_at_most_one([at[h.person, k] for h in here if (h.person, k) in at])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = DETERMINISTIC_SECONDS
    if ended_by(check, solver, model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}
    return {p: k for (p, k), chosen in at.items() if solver.boolean_value(chosen)}
