"""A problem compiled to numbers: what every construction, search and model reads, in an order free of input order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .problem import Assignment, Meeting, Participant, Problem
from .stopping import Checkpoint, no_check

MOST_RESOURCES = 200
"""Unions of overlapping zones that are counted one by one; beyond it the table assignment has the last word."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Tables that some meetings are bound to: at most `capacity[t]` of `meetings` fit into slot t (Hall's condition)."""

    tables: frozenset[int] | None
    meetings: tuple[int, ...]
    capacity: tuple[int, ...]


@dataclass
class Instance:
    """Slots, participants and meetings by index from 0; sets of slots are bit masks."""

    problem: Problem
    slots: int
    people: list[Participant]
    meetings: list[Meeting]
    pairs: list[tuple[int, int]]
    weight: list[int]
    required: list[bool]
    allowed: list[int]
    tables_of: list[frozenset[int] | None]
    capacity: list[int]
    most: list[int]
    least: list[int]
    after: list[tuple[int, int]]
    fact: dict[int, Assignment]
    told: dict[int, tuple[int, int]]
    frozen: int
    fairness: int | None
    resources: list[Resource] = field(default_factory=list)

    @cached_property
    def meetings_of(self) -> list[list[int]]:
        """The meetings of each participant."""
        out: list[list[int]] = [[] for _ in self.people]
        for m, (a, b) in enumerate(self.pairs):
            out[a].append(m)
            out[b].append(m)
        return out

    @cached_property
    def available(self) -> list[int]:
        """The slots in which each participant could sit in some meeting."""
        out = [0] * len(self.people)
        for m, (a, b) in enumerate(self.pairs):
            out[a] |= self.allowed[m]
            out[b] |= self.allowed[m]
        return out

    @cached_property
    def before(self) -> dict[int, list[int]]:
        """For each meeting the meetings that must be earlier."""
        return _grouped((later, earlier) for earlier, later in self.after)

    @cached_property
    def following(self) -> dict[int, list[int]]:
        """For each meeting the meetings that must be later."""
        return _grouped(self.after)

    @cached_property
    def colour(self) -> list[int] | None:
        """Two sides such that every meeting joins both, by name where there are names; None when there are none."""
        first = min((s for s in self.sides if s is not None), default=None)
        named = [int(p.side != first) for p in self.people]
        if len(self.sides) == 2 and all(named[a] != named[b] for a, b in self.pairs):
            return named
        return _two_colouring(len(self.people), self.pairs)

    @cached_property
    def sides(self) -> frozenset[str | None]:
        """The names of the sides that people are on; None for somebody on no side."""
        return frozenset(p.side for p in self.people)

    @cached_property
    def all_required(self) -> bool:
        """Whether every meeting must be held: nothing is left to choose but when."""
        return all(self.required)

    def table_stays(self, m: int, slot: int, table: int) -> bool:
        """Whether a told meeting may keep its table, when it keeps its slot and nobody else needs the table more."""
        bound = self.tables_of[m]
        return m in self.fact or (table <= self.problem.tables[slot] and (bound is None or table in bound))

    def assignments(self, slot: Sequence[int], table: Sequence[int]) -> tuple[Assignment, ...]:
        """Translate slot and table by meeting (slot -1: not held) back into the problem's own ids."""
        return tuple(
            sorted(
                Assignment(meeting.id, slot[m] + 1, table[m]) for m, meeting in enumerate(self.meetings) if slot[m] >= 0
            )
        )


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    out: dict[int, list[int]] = {}
    for key, value in pairs:
        out.setdefault(key, []).append(value)
    return out


def _two_colouring(count: int, pairs: Sequence[tuple[int, int]]) -> list[int] | None:
    neighbours: list[list[int]] = [[] for _ in range(count)]
    for a, b in pairs:
        neighbours[a].append(b)
        neighbours[b].append(a)
    colour = [-1] * count
    for start in range(count):
        if colour[start] < 0:
            colour[start] = 0
            todo = [start]
            while todo:
                a = todo.pop()
                for b in neighbours[a]:
                    if colour[b] == colour[a]:
                        return None
                    if colour[b] < 0:
                        colour[b] = 1 - colour[a]
                        todo.append(b)
    return colour


def slots_in(mask: int) -> list[int]:
    """The slots of a bit mask in order."""
    out = []
    while mask:
        low = mask & -mask
        out.append(low.bit_length() - 1)
        mask ^= low
    return out


def most_placed(masks: Sequence[int], enough: int) -> int:
    """How many meetings get a slot of their own from their masks (a maximum matching), not counted beyond `enough`."""
    owner: dict[int, int] = {}

    def place(i: int, seen: list[int]) -> bool:
        while rest := masks[i] & ~seen[0]:
            slot = rest & -rest
            seen[0] |= slot
            if slot not in owner or place(owner[slot], seen):
                owner[slot] = i
                return True
        return False

    size = taken = 0
    for i, mask in enumerate(masks):
        if size >= enough:
            break
        free = mask & ~taken
        if free:
            owner[free & -free] = i
            taken |= free & -free
            size += 1
        elif place(i, [0]):
            taken = sum(owner)
            size += 1
    return size


def compile_problem(problem: Problem, check: Checkpoint = no_check) -> Instance:
    """Number everything by sorted id and fold availability, sessions, pins and the frozen past into slot masks."""
    check()
    people = sorted(problem.participants, key=lambda p: p.id)
    meetings = sorted(problem.meetings, key=lambda m: m.id)
    index = {p.id: i for i, p in enumerate(people)}
    number = {m.id: i for i, m in enumerate(meetings)}
    facts = {number[name]: a for name, a in problem.facts().items()}
    pairs = [_ordered(index[m.participants[0]], index[m.participants[1]]) for m in meetings]
    frozen = problem.current.frozen_through_slot if problem.current else 0
    current = problem.current.assignments if problem.current else ()
    check()
    tables_of = [_tables_of(people, pairs[i], m) for i, m in enumerate(meetings)]
    check()
    capacity = [max(0, c) for c in problem.tables]
    for t in range(frozen):
        capacity[t] = sum(a.slot == t + 1 for a in facts.values())
    instance = Instance(
        problem=problem,
        slots=problem.slots,
        people=people,
        meetings=meetings,
        pairs=pairs,
        weight=[m.weight for m in meetings],
        required=[m.required or i in facts for i, m in enumerate(meetings)],
        allowed=_allowed(problem, people, meetings, pairs, tables_of),
        tables_of=tables_of,
        capacity=capacity,
        most=_most(people, pairs, facts),
        least=[p.min_meetings for p in people],
        after=sorted(
            (number[e], i)
            for i, m in enumerate(meetings)
            for e in set(m.after)
            if not (i in facts and number[e] in facts)
        ),
        fact=facts,
        told={number[a.meeting]: (a.slot - 1, a.table) for a in current},
        frozen=frozen,
        fairness=problem.fairness,
    )
    check()
    instance.resources = resources_of(instance, check)
    return instance


def _ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _tables_of(people: list[Participant], pair: tuple[int, int], meeting: Meeting) -> frozenset[int] | None:
    sets = [frozenset({meeting.table})] if meeting.table is not None else []
    for p in (people[pair[0]], people[pair[1]]):
        if p.home_table is not None:
            sets.append(frozenset({p.home_table}))
        if p.tables is not None:
            sets.append(p.tables)
    return frozenset.intersection(*sets) if sets else None


def _allowed(
    problem: Problem,
    people: list[Participant],
    meetings: list[Meeting],
    pairs: list[tuple[int, int]],
    tables_of: list[frozenset[int] | None],
) -> list[int]:
    every = (1 << problem.slots) - 1
    present = [every & ~sum(1 << (t - 1) for t in p.unavailable) for p in people]
    session = {s.id: sum(1 << (t - 1) for t in range(s.first, s.last + 1)) for s in problem.sessions}
    facts = problem.facts()
    past = (1 << (problem.current.frozen_through_slot if problem.current else 0)) - 1
    out = []
    for i, m in enumerate(meetings):
        if m.id in facts:
            out.append(1 << (facts[m.id].slot - 1))
            continue
        a, b = pairs[i]
        mask = present[a] & present[b] & ~past
        if m.session is not None:
            mask &= session[m.session]
        if m.slot is not None:
            mask &= 1 << (m.slot - 1)
        lowest = 1 if tables_of[i] is None else min(tables_of[i] or {10**9})
        mask &= sum(1 << t for t, tables in enumerate(problem.tables) if tables >= lowest)
        out.append(mask)
    return out


def _most(people: list[Participant], pairs: list[tuple[int, int]], facts: dict[int, Assignment]) -> list[int]:
    held = [0] * len(people)
    for i in facts:
        for p in pairs[i]:
            held[p] += 1
    everything = len(pairs)
    return [everything if p.max_meetings is None else max(p.max_meetings, held[i]) for i, p in enumerate(people)]


def resources_of(instance: Instance, check: Checkpoint = no_check) -> list[Resource]:
    """The table sets whose meetings must be counted per slot; the first is all tables together."""
    loose = [m for m in range(len(instance.meetings)) if m not in instance.fact]
    every = Resource(None, tuple(range(len(instance.meetings))), tuple(instance.capacity))
    bound = {s for m in loose if (s := instance.tables_of[m]) is not None and instance.allowed[m]}
    out = [every]
    for tables in sorted(_unions(bound), key=sorted):
        check()
        members = tuple(m for m in loose if (s := instance.tables_of[m]) is not None and s <= tables)
        free = [sum(k <= n for k in tables) for n in instance.problem.tables]
        free[: instance.frozen] = [len(members)] * instance.frozen
        if _can_overflow(instance, members, free):
            out.append(Resource(tables, members, tuple(free)))
    return out


def _unions(sets: set[frozenset[int]]) -> set[frozenset[int]]:
    """Close a family of table sets under unions of overlapping members, as far as MOST_RESOURCES allows."""
    out = set(sets)
    todo = sorted(sets, key=sorted)
    while todo and len(out) < MOST_RESOURCES:
        one = todo.pop()
        for other in sorted(out, key=sorted):
            both = one | other
            if one & other and both not in out:
                out.add(both)
                todo.append(both)
    return out


def _can_overflow(instance: Instance, members: tuple[int, ...], free: list[int]) -> bool:
    """Whether more of these meetings than tables could meet in one slot; a home table of one person never can."""
    for t, n in enumerate(free):
        here = [m for m in members if instance.allowed[m] >> t & 1]
        cover = {instance.pairs[m][0] for m in here}, {instance.pairs[m][1] for m in here}
        hub = min(len(cover[0]), len(cover[1]), len(here), _cover(instance, here))
        if hub > n:
            return True
    return False


def _cover(instance: Instance, here: list[int]) -> int:
    """A greedy vertex cover: no more of these meetings than this fit into one slot."""
    left, size = set(here), 0
    while left:
        count: dict[int, int] = {}
        for m in left:
            for p in instance.pairs[m]:
                count[p] = count.get(p, 0) + 1
        hub = max(count, key=lambda p: (count[p], -p))
        left -= set(instance.meetings_of[hub])
        size += 1
    return size
