"""What must follow when a problem changes: more room never hurts, names and the direction of time do not matter.

No second solver is needed to ask this, so it holds whatever brute.py and the engine might have misread together.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matchmaking.scheduling.engine import Limits, Meeting, Participant, Problem, Session, Status, solve
from matchmaking.scheduling.engine.generate import EventSize, generate

from .strategies import problems

QUICK = Limits(seconds=60, workers=1)
TINY = settings(
    max_examples=120, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
NOTHING = (10**9,)
"""Worse than any schedule: there is none."""

Rank = tuple[int, ...]
Shuffle = Callable[[list[Any]], None]


def optimum(problem: Problem) -> Rank:
    """(shortfall, -weight, breaks), less is better."""
    solution = solve(problem, QUICK)
    if solution.status == Status.INFEASIBLE:
        return NOTHING
    assert solution.status == Status.OPTIMAL
    value = solution.objective
    assert value.min_shortfall is not None
    assert value.weight is not None
    assert value.breaks is not None
    return (value.min_shortfall, -value.weight, value.breaks)


@TINY
@given(problems(), st.data())
def test_one_more_table_never_makes_the_optimum_worse(problem: Problem, data: st.DataObject) -> None:
    slot = data.draw(st.integers(0, problem.slots - 1))
    tables = (*problem.tables[:slot], problem.tables[slot] + 1, *problem.tables[slot + 1 :])
    assert optimum(replace(problem, tables=tables)) <= optimum(problem)


@TINY
@given(problems(), st.data())
def test_one_more_slot_for_somebody_never_makes_the_optimum_worse(problem: Problem, data: st.DataObject) -> None:
    away = [(p, t) for p in problem.participants for t in sorted(p.unavailable)]
    assume(away)
    person, slot = data.draw(st.sampled_from(away))
    here = replace(person, unavailable=person.unavailable - {slot})
    people = tuple(here if p is person else p for p in problem.participants)
    assert optimum(replace(problem, participants=people)) <= optimum(problem)


@TINY
@given(problems(), st.data())
def test_one_more_wish_never_makes_the_optimum_worse(problem: Problem, data: st.DataObject) -> None:
    met = {m.participants for m in problem.meetings}
    new = [pair for pair in _pairs(problem.participants) if pair not in met]
    assume(new)
    wish = Meeting("new", data.draw(st.sampled_from(new)), data.draw(st.integers(0, 4)))
    before, after = optimum(problem), optimum(replace(problem, meetings=(*problem.meetings, wish)))
    assert after <= before
    if after[0] == before[0]:  # a guaranteed minimum comes before weight: only it may cost some
        assert after[1:2] <= before[1:2]


def _pairs(people: tuple[Participant, ...]) -> list[tuple[str, str]]:
    return [
        (a.id, b.id)
        for i, a in enumerate(people)
        for b in people[i + 1 :]
        if not (a.home_table and b.home_table) and (a.side is None or a.side != b.side)
    ]


@TINY
@given(problems(), st.randoms(use_true_random=False))
def test_names_and_order_of_rows_do_not_change_the_optimum(problem: Problem, draw: random.Random) -> None:
    assert optimum(_renamed(problem, draw.shuffle)) == optimum(problem)


def _renamed(problem: Problem, shuffle: Shuffle) -> Problem:
    names = [f"X{i}" for i in range(len(problem.participants) + len(problem.meetings))]
    shuffle(names)
    new = dict(zip([p.id for p in problem.participants] + [m.id for m in problem.meetings], names, strict=True))
    people = [replace(p, id=new[p.id]) for p in problem.participants]
    meetings = [_renamed_meeting(m, new) for m in problem.meetings]
    shuffle(people)
    shuffle(meetings)
    return replace(problem, participants=tuple(people), meetings=tuple(meetings))


def _renamed_meeting(m: Meeting, new: dict[str, str]) -> Meeting:
    one, other = m.participants
    return replace(m, id=new[m.id], participants=(new[other], new[one]), after=tuple(new[e] for e in m.after))


@TINY
@given(problems())
def test_the_direction_of_time_does_not_change_the_optimum(problem: Problem) -> None:
    unordered = replace(problem, meetings=tuple(replace(m, after=()) for m in problem.meetings))
    assert optimum(_reversed(unordered)) == optimum(unordered)


def _reversed(problem: Problem) -> Problem:
    def turned(slot: int) -> int:
        return problem.slots + 1 - slot

    return replace(
        problem,
        tables=problem.tables[::-1],
        sessions=tuple(Session(s.id, turned(s.last), turned(s.first)) for s in problem.sessions),
        participants=tuple(
            replace(p, unavailable=frozenset(turned(t) for t in p.unavailable)) for p in problem.participants
        ),
        meetings=tuple(replace(m, slot=m.slot and turned(m.slot)) for m in problem.meetings),
    )


@TINY
@given(problems())
def test_three_times_the_weights_is_three_times_the_weight(problem: Problem) -> None:
    heavy = replace(problem, meetings=tuple(replace(m, weight=3 * m.weight) for m in problem.meetings))
    before, after = optimum(problem), optimum(heavy)
    assert after == (before if before == NOTHING else (before[0], 3 * before[1], before[2]))


@pytest.mark.parametrize("size", [EventSize(8, 4, 6, 3, 20), EventSize(24, 12, 8, 8, 70)])
def test_another_process_with_other_hashes_gives_the_same_schedule(tmp_path: Path, size: EventSize) -> None:
    source = tmp_path / "problem.json"
    source.write_text(json.dumps(generate(size, 5).to_json()), encoding="utf-8")
    with ThreadPoolExecutor() as both:
        one, other = both.map(lambda hashes: _solved_with_hashes(source, hashes), ("1", "4242"))
    assert one["reproducible"]
    assert one["assignments"]
    del one["seconds"], other["seconds"], one["progress"], other["progress"]  # clocks
    assert one == other


def _solved_with_hashes(source: Path, hashes: str) -> dict[str, Any]:
    out = source.with_name(f"solution-{hashes}.json")
    command = "from matchmaking.scheduling.cli import schedule_cli; schedule_cli(prog_name='schedule')"
    limits = ["--seconds", "120", "--workers", "1", "--seed", "7"]
    subprocess.run(
        [sys.executable, "-c", command, "solve", str(source), "--out", str(out), *limits],
        check=True,
        capture_output=True,
        timeout=180,  # beyond the limit of the run: whatever happens, the test ends
        cwd=Path(__file__).parents[3],
        env=os.environ | {"PYTHONHASHSEED": hashes},
    )
    solution: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return solution
