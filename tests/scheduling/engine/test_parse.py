"""Bad input is refused with the place and one sentence; good input comes back as it went in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from matchmaking.scheduling.engine import Problem, ProblemError, load_json, parse_problem, parse_solution, solve

from .build import document, people, problem, wish
from .strategies import problems

EB = people("E1", "B1", "B2")
ONE = [wish("m1", "E1", "B1")]


def broken(**fields: Any) -> dict[str, Any]:
    return {**document(EB, ONE), **fields}


def person(**fields: Any) -> dict[str, Any]:
    return document([{**EB[0], **fields}, *EB[1:]], ONE)


def meeting(**fields: Any) -> dict[str, Any]:
    return document(EB, [{**ONE[0], **fields}])


BAD = [
    ([], "document"),
    (broken(format="b2b-schedule-problem/2"), "format"),
    (broken(slots=0), "slots"),
    (broken(slots=10**9), "slots"),
    (broken(slots=True), "slots"),
    (broken(slots="4"), "slots"),
    (broken(tables=-1), "tables"),
    (broken(tables=[2, 2]), "tables"),
    (broken(tables=[2, 2, 2, -1]), "tables[3]"),
    (broken(fairness=-1), "fairness"),
    (broken(participants={}), "participants"),
    (broken(participants=[1]), "participants[0]"),
    (broken(sessions=[{"id": "s", "first": 3, "last": 2}]), "sessions[0].last"),
    (broken(sessions=[{"id": "s", "first": 1, "last": 2}] * 2), "sessions[1].id"),
    (broken(surprise=1), "surprise"),
    (document([*EB, EB[0]], ONE), "participants[3].id"),
    (document(EB, ONE * 2), "meetings[1].id"),
    (document(people("E1", "E2", home_table=1), [wish("m1", "E1", "E2")]), "meetings[0].participants"),
    (person(id=""), "participants[0].id"),
    (person(unavailable=[5]), "participants[0].unavailable[0]"),
    (person(unavailable=3), "participants[0].unavailable"),
    (person(max_meetings=-1), "participants[0].max_meetings"),
    (person(max_meetings=1, min_meetings=2), "participants[0].min_meetings"),
    (person(home_table=3), "participants[0].home_table"),
    (person(tables=[]), "participants[0].tables"),
    (meeting(participants=["E1", "E1"]), "meetings[0].participants"),
    (meeting(participants=["E1", "X"]), "meetings[0].participants"),
    (meeting(participants=["E1"]), "meetings[0].participants"),
    (meeting(weight=-1), "meetings[0].weight"),
    (meeting(weight=1.5), "meetings[0].weight"),
    (meeting(required=1), "meetings[0].required"),
    (meeting(session="x"), "meetings[0].session"),
    (meeting(slot=5), "meetings[0].slot"),
    (meeting(table=3), "meetings[0].table"),
    (meeting(after=["m9"]), "meetings[0].after"),
    (meeting(after=["m1"]), "meetings[0].after"),
    (broken(current={"assignments": [{"meeting": "m9", "slot": 1, "table": 1}]}), "current.assignments[0].meeting"),
    (broken(current={"assignments": [{"meeting": "m1", "slot": 1, "table": 1}] * 2}), "current.assignments[1].meeting"),
    (broken(current={"frozen_through_slot": 9}), "current.frozen_through_slot"),
]


@pytest.mark.parametrize(("value", "where"), BAD, ids=[where for _, where in BAD])
def test_bad_problem_is_refused_and_the_place_named(value: Any, where: str) -> None:
    with pytest.raises(ProblemError) as refusal:
        parse_problem(value)
    assert refusal.value.where == where
    assert "\n" not in str(refusal.value)


def test_cycle_in_after_is_refused() -> None:
    ring = [wish("m1", "E1", "B1", after=["m2"]), wish("m2", "E1", "B2", after=["m1"])]
    with pytest.raises(ProblemError, match=r"meetings\[0\].after"):
        parse_problem(document(EB, ring))


@pytest.mark.parametrize("text", ['{"format": ', "", '{"slots": 1, "slots": 2}', '{"slots": NaN}', "[" * 100_000])
def test_text_that_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ProblemError):
        load_json(text)


def test_table_lost_on_the_day_may_still_be_named() -> None:
    now = {"assignments": [{"meeting": "m1", "slot": 1, "table": 9}]}
    assert parse_problem({**person(home_table=9), "current": now}).participants[0].home_table == 9


@settings(max_examples=50, deadline=None)
@given(problems(replanning=True))
def test_problem_survives_the_way_to_json_and_back(original: Problem) -> None:
    assert parse_problem(original.to_json()) == original


def test_solution_survives_the_way_to_json_and_back() -> None:
    p = problem(EB, ONE)
    solution = solve(p)
    again = parse_solution(solution.to_json(), p)
    assert (again.assignments, again.objective, again.status) == (
        solution.assignments,
        solution.objective,
        solution.status,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"format": "x"},
        {"status": "great"},
        {"assignments": [{"meeting": "m9", "slot": 1, "table": 1}]},
        {"assignments": [{"meeting": "m1", "slot": 0, "table": 1}]},
        {"objective": {"weight": "much"}},
    ],
)
def test_bad_solution_is_refused(change: dict[str, Any]) -> None:
    p = problem(EB, ONE)
    with pytest.raises(ProblemError):
        parse_solution({**solve(p).to_json(), **change}, p)
