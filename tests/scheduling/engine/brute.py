"""The best schedule of a tiny problem by trying every one; written from contracts.md a second time, not from the engine.

A meeting is held at one of the places that its own fields allow, or not at all; places are given out one meeting after
another while nobody and no table is used twice; what needs the whole schedule (required, order, maximum, fairness) is
asked at the end. That these rules and values are the checker's is a test of its own (test_brute.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from matchmaking.scheduling.engine import Assignment, Meeting, Objective, Problem

Place = tuple[int, int]
Rank = tuple[int, int, int, int]


def best_rank(problem: Problem) -> Rank | None:
    """The least (disruption, shortfall, -weight, breaks) of all valid schedules, or None."""
    return min((rank[:4] for rank in every_rank(problem)), default=None)


def best_rank_with_tables(problem: Problem) -> tuple[int, ...] | None:
    """As `best_rank`, with the fewest table changes behind."""
    return min(every_rank(problem), default=None)


def rank_of(objective: Objective) -> Rank:
    assert objective.min_shortfall is not None
    assert objective.weight is not None
    assert objective.breaks is not None
    return (objective.disruption or 0, objective.min_shortfall, -objective.weight, objective.breaks)


def every_rank(problem: Problem) -> Iterator[tuple[int, ...]]:
    judge = Judge(problem)
    return (rank for held in every_schedule(problem) if (rank := judge.rank(held)) is not None)


def every_schedule(problem: Problem) -> Iterator[dict[str, Place]]:
    """Every way to give places in which nobody and no table is used twice."""
    facts = problem.facts()
    options = [places_of(problem, m) if m.id not in facts else [] for m in problem.meetings]
    seats: set[object] = set()
    held: dict[str, Place] = {}
    for m in problem.meetings:
        if m.id in facts:
            held[m.id] = (facts[m.id].slot, facts[m.id].table)
            mine = {(p, facts[m.id].slot) for p in m.participants}
            if seats & mine:
                return  # nobody was in two meetings at once, not even in the past
            seats |= mine

    def place(i: int) -> Iterator[dict[str, Place]]:
        if i == len(problem.meetings):
            yield held
            return
        m = problem.meetings[i]
        if m.id in facts or not m.required:
            yield from place(i + 1)
        for slot, table in options[i]:
            mine = {(slot, table), *((p, slot) for p in m.participants)}
            if not seats & mine:
                seats.update(mine)
                held[m.id] = (slot, table)
                yield from place(i + 1)
                del held[m.id]
                seats.difference_update(mine)

    yield from place(0)


def places_of(problem: Problem, m: Meeting) -> list[Place]:
    """Where a meeting could be if it were alone."""
    two = [p for p in problem.participants if p.id in m.participants]
    past = problem.current.frozen_through_slot if problem.current else 0
    window = next(((s.first, s.last) for s in problem.sessions if s.id == m.session), (1, problem.slots))
    return [
        (slot, table)
        for slot in range(max(window[0], past + 1), window[1] + 1)
        for table in range(1, problem.tables[slot - 1] + 1)
        if m.slot in (None, slot)
        and m.table in (None, table)
        and all(
            slot not in p.unavailable and p.home_table in (None, table) and (p.tables is None or table in p.tables)
            for p in two
        )
    ]


class Judge:
    """The rules that need the whole schedule, and what it is worth."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.facts = problem.facts()
        self.who = {m.id: m.participants for m in problem.meetings}
        self.weight = {m.id: m.weight for m in problem.meetings}
        self.order = [(e, m.id) for m in problem.meetings for e in m.after]
        self.told = {a.meeting: (a.slot, a.table) for a in problem.current.assignments} if problem.current else {}

    def rank(self, held: dict[str, Place]) -> tuple[int, ...] | None:
        """(disruption, shortfall, -weight, breaks, table changes), or None when a rule is broken."""
        agenda: dict[str, list[tuple[int, str]]] = {p.id: [] for p in self.problem.participants}
        for name, (slot, _) in held.items():
            for p in self.who[name]:
                agenda[p].append((slot, name))
        if not self._in_order(held) or not self._within_limits(agenda):
            return None
        breaks, changes = [], 0
        for rows in agenda.values():
            rows.sort()
            pairs = list(itertools.pairwise(rows))
            breaks.append(sum(b[0] - a[0] > 1 for a, b in pairs))
            changes += sum(held[a[1]][1] != held[b[1]][1] for a, b in pairs)
        fair = self.problem.fairness
        if fair is not None and breaks and max(breaks) - min(breaks) > fair:
            return None
        lacking = sum(max(0, p.min_meetings - len(agenda[p.id])) for p in self.problem.participants)
        weight = sum(self.weight[name] for name in held)
        return self.disruption(held), lacking, -weight, sum(breaks), changes

    def disruption(self, held: dict[str, Place]) -> int:
        total = 0
        for name, place in self.told.items():
            now = held.get(name)
            if now is None:
                total += 2 * self.weight[name] + 4
            elif now != place:
                total += 2 if now[0] != place[0] else 1
        return total

    def _in_order(self, held: dict[str, Place]) -> bool:
        return all(
            held[e][0] < held[m][0] or (e in self.facts and m in self.facts)
            for e, m in self.order
            if e in held and m in held
        )

    def _within_limits(self, agenda: dict[str, list[tuple[int, str]]]) -> bool:
        for p in self.problem.participants:
            facts = sum(name in self.facts for _, name in agenda[p.id])
            if p.max_meetings is not None and len(agenda[p.id]) > max(p.max_meetings, facts):
                return False
        return True


def as_assignments(held: dict[str, Place]) -> tuple[Assignment, ...]:
    return tuple(Assignment(name, *place) for name, place in sorted(held.items()))
