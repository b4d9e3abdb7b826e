"""What differs between two schedules, and how evenly one treats people: rows and sentences, each both ways."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from matchmaking.scheduling.engine import Assignment, Limits, Problem, Status, score, solve
from matchmaking.scheduling.engine.differences import differences, replanned
from matchmaking.scheduling.engine.spread import Range, spread

from .build import people, problem, wish
from .strategies import problems

EB = people("E1", "E2", "B1", "B2")
FOUR = [wish("m1", "E1", "B1"), wish("m2", "E1", "B2"), wish("m3", "E2", "B1"), wish("m4", "E2", "B2")]
BEFORE = [Assignment("m1", 1, 1), Assignment("m2", 2, 1), Assignment("m3", 2, 2), Assignment("m4", 3, 1)]


def test_each_kind_of_difference_is_a_sentence_in_both_languages() -> None:
    after = [Assignment("m1", 4, 2), Assignment("m2", 2, 2), Assignment("m3", 2, 2)]
    p = problem(EB, FOUR)
    why = {"m4": {"id": "Agenda B2 sudah penuh.", "en": "The agenda of B2 is full."}}
    found = differences(p, BEFORE, after, why)
    assert [(d.kind, d.meeting) for d in found] == [("lost", "m4"), ("moved", "m1"), ("retabled", "m2")]
    assert [d.text["en"] for d in found] == [
        "E2 and B2 no longer meet (they were in slot 3). The agenda of B2 is full.",
        "E1 and B1 move from slot 1, table 1 to slot 4, table 2.",
        "E1 and B2 stay in slot 2 but change from table 1 to table 2.",
    ]
    assert [d.text["id"] for d in found] == [
        "E2 dan B2 tidak jadi bertemu (tadinya giliran 3). Agenda B2 sudah penuh.",
        "E1 dan B1 pindah dari giliran 1 meja 1 ke giliran 4 meja 2.",
        "E1 dan B2 tetap di giliran 2, tetapi pindah dari meja 1 ke meja 2.",
    ]
    (new,) = differences(p, after, [*after, BEFORE[3]])
    assert (new.kind, new.text["en"]) == ("new", "E2 and B2 now meet: slot 3, table 1.")
    assert new.text["id"] == "E2 dan B2 kini bertemu: giliran 3 meja 1."


def test_same_schedule_differs_in_nothing() -> None:
    assert differences(problem(EB, FOUR), BEFORE, reversed(BEFORE)) == ()


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problems(replanning=True))
def test_differences_count_what_the_objective_counts_and_every_lost_one_has_its_reason(p: Problem) -> None:
    solution = solve(p, Limits(seconds=60, workers=1))
    if not solution.assignments and solution.status != Status.OPTIMAL:
        return
    found = replanned(p, solution)
    value = score(p, solution)
    kinds = [d.kind for d in found]
    assert (kinds.count("lost"), kinds.count("moved"), kinds.count("retabled")) == (
        value.lost,
        value.moved,
        value.retabled,
    )
    assert all(d.why for d in found if d.kind == "lost")


def test_spread_tells_least_middle_most_and_who_is_at_the_minimum() -> None:
    crowd = [{**p, "min_meetings": 1} if p["id"] in ("E1", "E2") else p for p in EB] + people("E3", min_meetings=1)
    exhibitors = spread(problem(crowd, FOUR), [Assignment("m1", 1, 1), Assignment("m2", 3, 1), Assignment("m3", 2, 1)])[
        1
    ]
    assert exhibitors.side == "exhibitor"
    assert (exhibitors.meetings, exhibitors.breaks) == (Range(0, 1, 2), Range(0, 0, 1))
    assert (exhibitors.fewest, exhibitors.at_minimum, exhibitors.below_minimum) == (("E3",), ("E2",), ("E3",))


def test_spread_of_an_even_schedule_has_nobody_below() -> None:
    buyers, exhibitors = spread(problem(EB, FOUR), BEFORE)
    assert (buyers.meetings, exhibitors.meetings) == (Range(2, 2, 2), Range(2, 2, 2))
    assert exhibitors.below_minimum == exhibitors.at_minimum == ()
