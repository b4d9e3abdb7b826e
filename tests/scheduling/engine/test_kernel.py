"""The compiled moves keep every rule, whatever the temperature: each state they leave behind is judged, not only the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from matchmaking.scheduling.engine import Problem, broken_rules, parse_problem, score_assignments
from matchmaking.scheduling.engine.anneal import Annealing, Cooling
from matchmaking.scheduling.engine.construct import construct
from matchmaking.scheduling.engine.flow import relax
from matchmaking.scheduling.engine.generate import EventSize, generate
from matchmaking.scheduling.engine.instance import Instance, compile_problem
from matchmaking.scheduling.engine.rules import Schedule, breaks_of
from matchmaking.scheduling.engine.tables import seat

HOT = 2.0
CHUNKS, MOVES = 25, 2_000


def never() -> bool:
    return False


def with_every_rule() -> Problem:
    """Zones, homes, maxima, minima, sessions, order, pins and required meetings on a made-up event with full tables."""
    plain = generate(EventSize(30, 15, 8, 9, 190), 2).to_json()
    plain["sessions"] = [{"id": "early", "first": 1, "last": 5}]
    for i, person in enumerate(plain["participants"]):
        if person["side"] == "buyer":
            person.update({"max_meetings": 5} if i % 2 else {"min_meetings": 4})
        elif i % 3 == 0:
            person["tables"] = [1 + i % 2, 2 + i % 2]
        elif i % 7 == 0:
            person["home_table"] = 5 + i % 4
    for i, m in enumerate(plain["meetings"]):
        fields: dict[int, dict[str, Any]] = {2: {"session": "early"}, 5: {"slot": 1 + i % 8}}
        m.update(fields.get(i % 11, {}))
    for earlier, later in zip(plain["meetings"][::4], plain["meetings"][1::4], strict=False):
        later["after"] = [earlier["id"]]
    return parse_problem(plain)


def required(problem: Problem, held: Sequence[int]) -> Problem:
    """The same event with some of the meetings that a schedule holds made required."""
    chosen = {m.id for i, m in enumerate(sorted(problem.meetings, key=lambda m: m.id)) if i in held}
    return replace(problem, meetings=tuple(replace(m, required=m.id in chosen) for m in problem.meetings))


def judged(instance: Instance, search: Annealing) -> list[str]:
    """The rules that the state of the moment breaks, tables included."""
    seating = seat(instance, search.state.slot.tolist())
    return [v.rule for v in broken_rules(instance.problem, instance.assignments(seating.slot, seating.table))]


@pytest.mark.parametrize("seed", [1, 2])
def test_kernel_every_state_keeps_every_rule_and_every_count(seed: int) -> None:
    problem = with_every_rule()
    first = construct(compile_problem(problem), relax(compile_problem(problem)).selected).slot
    problem = required(problem, [m for m, t in enumerate(first) if t >= 0][::9])
    instance = compile_problem(problem)
    movable = [m % 6 != 0 for m in range(len(first))]
    search = Annealing(instance, first, seed, movable)
    began = score_assignments(problem, instance.assignments(first, [0] * len(first)))
    for _ in range(CHUNKS):
        search._chunk(MOVES, HOT, never)
        assert judged(instance, search) == []
        now = score_assignments(problem, instance.assignments(search.state.slot.tolist(), [0] * len(first)))
        assert now.weight == (began.weight or 0) + search.weight
        assert now.min_shortfall == (began.min_shortfall or 0) + search.shortfall
        assert now.breaks == int(search.state.breaks.sum())
        assert search.weight >= 0 or search.shortfall < 0
    assert search.state.slot.tolist() != first
    still = [m for m in range(len(first)) if not movable[m]]
    assert [search.state.slot[m] for m in still] == [first[m] for m in still]


def test_construct_keeps_every_rule_also_when_everything_is_wanted() -> None:
    """The flow's choice keeps the maxima by itself; a board must not rely on it."""
    instance = compile_problem(with_every_rule())
    board = construct(instance, [True] * len(instance.meetings))
    assert judged(instance, Annealing(instance, board.slot, 1)) == []


def test_kernel_makes_breaks_fair_where_it_can() -> None:
    problem = replace(generate(EventSize(24, 12, 10, 8, 90), 3), fairness=1)
    instance = compile_problem(problem)
    first = construct(instance, relax(instance).selected).slot
    search = Annealing(instance, first, 1)
    before = search.best[0]
    assert search.run(Cooling(moves=200_000), never)
    agenda = Schedule(problem, instance.assignments(search.slot, [0] * len(first))).agenda
    assert before > 0
    assert max(map(breaks_of, agenda.values())) <= 1


def test_kernel_shuns_breaks_beyond_fairness_while_it_is_still_warm() -> None:
    def beyond_one(fairness: int | None) -> int:
        instance = compile_problem(replace(generate(EventSize(24, 12, 10, 8, 90), 3), fairness=fairness))
        search = Annealing(instance, construct(instance, relax(instance).selected).slot, 1)
        seen = 0
        for _ in range(CHUNKS):
            search._chunk(MOVES, 1.0, never)
            seen += int((search.state.breaks - 1).clip(0).sum())
        return seen

    assert beyond_one(1) * 2 < beyond_one(None)
