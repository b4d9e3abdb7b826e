"""A reported conflict truly is one, and without any one of its rules the others can hold: asked of every schedule there is.

The oracle knows the named rules from their sentences alone: whatever is not among the rules that are left does not bind.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis import strategies as st

from matchmaking.scheduling.engine import Limits, Meeting, Problem, Rule, Status, isolation, solve
from matchmaking.scheduling.engine.conflict import smallest_conflict
from matchmaking.scheduling.engine.instance import compile_problem

from .build import people, problem, wish
from .strategies import problems

QUICK = Limits(seconds=60, workers=1)

Slots = dict[str, int]


class Oracle:
    """Whether some named rules of a problem can hold together."""

    def __init__(self, one: Problem, rules: Sequence[Rule]) -> None:
        self.problem = one
        self.rules = {(r.rule, r.ids) for r in rules}
        self.people = {p.id: p for p in one.participants}
        self.fair = ("fairness", ()) in self.rules

    def can_hold(self) -> bool:
        return any(self._tables(slots) and self._order(slots) and self._counts(slots) for slots in self._schedules())

    def _schedules(self) -> Iterator[Slots]:
        """Every way to give slots such that nobody sits in two meetings at once and each meeting's own rules hold."""
        must = [m for m in self.problem.meetings if ("required", (m.id,)) in self.rules]
        others = [m for m in self.problem.meetings if m not in must] if self.fair else []
        options = [list(self._slots(m)) for m in must] + [[0, *self._slots(m)] for m in others]
        for chosen in itertools.product(*options):
            slots = {m.id: t for m, t in zip([*must, *others], chosen, strict=True) if t}
            seats = [(p, slots[m.id]) for m in [*must, *others] if m.id in slots for p in m.participants]
            if len(seats) == len(set(seats)):
                yield slots

    def _slots(self, m: Meeting) -> Iterator[int]:
        one = self.problem
        window = {s.id: range(s.first, s.last + 1) for s in one.sessions}
        for t in range(1, one.slots + 1):
            away = any(("unavailable", (p,)) in self.rules and t in self.people[p].unavailable for p in m.participants)
            pinned = ("pin_slot", (m.id,)) in self.rules and t != m.slot
            outside = ("session", (m.id,)) in self.rules and t not in window[m.session or ""]
            tableless = ("bound_tables", (m.id,)) in self.rules and not self._at(m, t)
            if not (away or pinned or outside or tableless):
                yield t

    def _at(self, m: Meeting, t: int) -> set[int]:
        tables = set(range(1, self.problem.tables[t - 1] + 1))
        for p in m.participants:
            person = self.people[p]
            tables &= {person.home_table} if person.home_table else tables
            tables &= person.tables if person.tables is not None else tables
        return tables & ({m.table} if m.table else tables)

    def _tables(self, slots: Slots) -> bool:
        """Each slot's meetings can be given tables of their own."""
        if ("tables", ()) not in self.rules:
            return True
        meetings = {m.id: m for m in self.problem.meetings}
        for t in set(slots.values()):
            here = [self._at(meetings[name], t) for name, slot in slots.items() if slot == t]
            if not any(len(set(given)) == len(here) for given in itertools.product(*here)):
                return False
        return True

    def _order(self, slots: Slots) -> bool:
        return all(
            slots[e] < slots[m.id]
            for m in self.problem.meetings
            for e in m.after
            if e in slots and m.id in slots and ("after", (m.id, e)) in self.rules
        )

    def _counts(self, slots: Slots) -> bool:
        agenda: dict[str, list[int]] = {p: [] for p in self.people}
        for m in self.problem.meetings:
            if m.id in slots:
                for p in m.participants:
                    agenda[p].append(slots[m.id])
        for p, mine in agenda.items():
            most = self.people[p].max_meetings
            if ("max_meetings", (p,)) in self.rules and most is not None and len(mine) > most:
                return False
        breaks = [sum(b - a > 1 for a, b in itertools.pairwise(sorted(mine))) for mine in agenda.values()]
        return not self.fair or max(breaks) - min(breaks) <= (self.problem.fairness or 0)


@st.composite
def overfull(draw: st.DrawFn) -> Problem:
    """As `problems`, with nearly everything required: most of them have no schedule."""
    one = draw(problems())
    loose = draw(st.integers(0, len(one.meetings)))
    return replace(one, meetings=tuple(replace(m, required=i != loose) for i, m in enumerate(one.meetings)))


@pytest.mark.parametrize("number", range(3))
def test_conflict_is_one_and_nothing_can_be_left_out_of_it(number: int) -> None:
    seen: dict[str, int] = {}

    @seed(number)
    @settings(max_examples=120, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(overfull())
    def every(one: Problem) -> None:
        solution = solve(one, QUICK)
        assume(solution.status == Status.INFEASIBLE)
        assert solution.conflict
        assert solution.conflict_minimal
        assert not Oracle(one, solution.conflict).can_hold()
        for rule in solution.conflict:
            rest = [r for r in solution.conflict if r is not rule]
            assert Oracle(one, rest).can_hold(), (rule, solution.conflict)
            seen[rule.rule] = seen.get(rule.rule, 0) + 1

    every()
    assert seen.keys() >= {"required", "unavailable", "tables", "session", "pin_slot", "max_meetings", "after"}


def must(name: str, a: str, b: str, **fields: Any) -> dict[str, Any]:
    return wish(name, a, b, required=True, **fields)


#: Three who all meet each other in two slots clash by themselves; one table each slot clashes too, but is not to blame.
TRIANGLE = problem(
    [{"id": n} for n in "abc"], [must("m1", "a", "b"), must("m2", "b", "c"), must("m3", "a", "c")], slots=2, tables=1
)


def test_tables_are_not_blamed_for_what_people_cannot_do_anyway() -> None:
    assert {r.rule for r in solve(TRIANGLE, QUICK).conflict} == {"required"}


def test_maximum_is_not_blamed_where_there_are_fewer_slots_than_that() -> None:
    crowd = people("E1", max_meetings=3) + people("B1", "B2", "B3", "B4")
    p = problem(crowd, [must(f"m{i}", "E1", f"B{i}") for i in range(1, 5)], slots=2)
    conflict = solve(p, QUICK).conflict
    assert [r.rule for r in conflict] == ["required"] * 3


def test_isolation_ended_by_time_says_that_fewer_rules_may_do() -> None:
    whole = smallest_conflict(compile_problem(TRIANGLE), seconds=60)
    cut = smallest_conflict(compile_problem(TRIANGLE), seconds=-1)
    stopped = smallest_conflict(compile_problem(TRIANGLE), 60, lambda: True)
    assert (whole.minimal, whole.hurried, len(whole.rules)) == (True, False, 3)
    assert (cut.minimal, cut.hurried, len(cut.rules)) == (False, True, 4)
    assert stopped == cut


def test_isolation_without_an_answer_within_its_budget_says_that_fewer_rules_may_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(isolation, "_ask", lambda _solver, _switches: None)
    conflict = smallest_conflict(compile_problem(TRIANGLE), seconds=60)
    assert (conflict.minimal, conflict.hurried, len(conflict.rules)) == (False, False, 4)


def test_conflict_that_may_not_be_minimal_is_written_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    assert solve(TRIANGLE, QUICK).to_json()["conflict_minimal"] is True
    monkeypatch.setattr(isolation, "_ask", lambda _solver, _switches: None)
    assert solve(TRIANGLE, QUICK).to_json()["conflict_minimal"] is False
    assert "conflict_minimal" not in solve(problem(people("E1", "B1"), [wish("m1", "E1", "B1")]), QUICK).to_json()
