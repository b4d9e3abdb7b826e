"""Each hard rule and each objective of the contract, kept and broken."""

from __future__ import annotations

from typing import Any

import pytest

from matchmaking.scheduling.engine import Problem, score, violations

from .build import people, problem, schedule, wish

EB = people("E1", "E2", "B1", "B2")
TWO = [wish("m1", "E1", "B1"), wish("m2", "E1", "B2")]


def rules(p: Problem, *rows: tuple[str, int, int]) -> list[str]:
    return [v.rule for v in violations(p, schedule(*rows))]


def with_person(name: str, **fields: Any) -> list[dict[str, Any]]:
    return [{**p, **fields} if p["id"] == name else p for p in EB]


def test_schedule_that_keeps_every_rule_has_no_violation() -> None:
    assert rules(problem(EB, TWO), ("m1", 1, 1), ("m2", 2, 1)) == []


def test_meeting_scheduled_twice_is_a_violation() -> None:
    assert rules(problem(EB, TWO), ("m1", 1, 1), ("m1", 2, 1)) == ["once"]


def test_slot_beyond_the_event_is_a_violation() -> None:
    assert rules(problem(EB, TWO), ("m1", 5, 1)) == ["slot_exists"]


def test_required_meeting_that_is_not_held_is_a_violation() -> None:
    p = problem(EB, [wish("m1", "E1", "B1", required=True)])
    assert rules(p) == ["required"]
    assert rules(p, ("m1", 1, 1)) == []


def test_person_in_two_meetings_at_once_is_a_violation() -> None:
    assert rules(problem(EB, TWO), ("m1", 1, 1), ("m2", 1, 2)) == ["one_at_a_time"]


def test_meeting_while_away_is_a_violation() -> None:
    p = problem(with_person("B1", unavailable=[2]), TWO)
    assert rules(p, ("m1", 2, 1)) == ["unavailable"]
    assert rules(p, ("m1", 1, 1)) == []


def test_more_meetings_than_tables_is_a_violation() -> None:
    p = problem(EB, [wish("m1", "E1", "B1"), wish("m2", "E2", "B2")], tables=[1, 2, 2, 2])
    assert rules(p, ("m1", 1, 1), ("m2", 1, 2)) == ["tables", "table_exists"]
    assert rules(p, ("m1", 2, 1), ("m2", 2, 1)) == ["table_twice"]
    assert rules(p, ("m1", 2, 1), ("m2", 2, 2)) == []


@pytest.mark.parametrize(
    ("pin", "broken", "kept"),
    [
        ({"slot": 2}, ("m1", 1, 1), ("m1", 2, 1)),
        ({"table": 2}, ("m1", 1, 1), ("m1", 1, 2)),
        ({"session": "noon"}, ("m1", 1, 1), ("m1", 3, 1)),
    ],
)
def test_pin_or_session_that_does_not_hold_is_a_violation(
    pin: dict[str, Any], broken: tuple[str, int, int], kept: tuple[str, int, int]
) -> None:
    p = problem(EB, [wish("m1", "E1", "B1", **pin)], sessions=[{"id": "noon", "first": 3, "last": 4}])
    name = {"slot": "pin_slot", "table": "pin_table", "session": "session"}[next(iter(pin))]
    assert rules(p, broken) == [name]
    assert rules(p, kept) == []


def test_meeting_not_later_than_what_it_comes_after_is_a_violation() -> None:
    p = problem(EB, [wish("m1", "E1", "B1"), wish("m2", "E2", "B2", after=["m1"])])
    assert rules(p, ("m1", 2, 1), ("m2", 2, 2)) == ["after"]
    assert rules(p, ("m1", 1, 1), ("m2", 2, 2)) == []
    assert rules(p, ("m2", 1, 1)) == []


def test_more_than_max_meetings_is_a_violation() -> None:
    p = problem(with_person("E1", max_meetings=1), TWO)
    assert rules(p, ("m1", 1, 1), ("m2", 2, 1)) == ["max_meetings"]
    assert rules(p, ("m1", 1, 1)) == []


def test_home_table_and_zone_that_do_not_hold_are_violations() -> None:
    home = problem(with_person("E1", home_table=2), TWO)
    zone = problem(with_person("B1", tables=[1]), TWO)
    assert rules(home, ("m1", 1, 1)) == ["home_table"]
    assert rules(home, ("m1", 1, 2)) == []
    assert rules(zone, ("m1", 1, 2)) == ["zone"]
    assert rules(zone, ("m1", 1, 1)) == []


def test_breaks_that_differ_by_more_than_fairness_are_a_violation() -> None:
    meetings = [*TWO, wish("m3", "E2", "B1")]
    rows = [("m1", 1, 1), ("m2", 3, 1), ("m3", 2, 1)]
    assert rules(problem(EB, meetings, fairness=0), *rows) == ["fairness"]
    assert rules(problem(EB, meetings, fairness=1), *rows) == []


def test_fact_that_changes_and_meeting_in_the_past_are_violations() -> None:
    current = {"assignments": [{"meeting": "m1", "slot": 1, "table": 1}], "frozen_through_slot": 1}
    p = problem(EB, [*TWO, wish("m3", "E2", "B2")], current=current)
    assert rules(p, ("m1", 2, 1)) == ["fact"]
    assert rules(p) == ["fact"]
    assert rules(p, ("m1", 1, 1), ("m3", 1, 2)) == ["frozen"]
    assert rules(p, ("m1", 1, 1), ("m3", 2, 2)) == []


def test_fact_stands_whatever_availability_tables_maximum_and_pins_now_say() -> None:
    current = {"assignments": [{"meeting": "m1", "slot": 1, "table": 7}], "frozen_through_slot": 1}
    meetings = [wish("m1", "E1", "B1", slot=3, table=1, session="late"), wish("m2", "E1", "B2")]
    late = [{"id": "late", "first": 4, "last": 4}]
    person = with_person("E1", unavailable=[1], max_meetings=0, home_table=2, tables=[2])
    p = problem(person, meetings, current=current, sessions=late, tables=[0, 2, 2, 2])
    assert rules(p, ("m1", 1, 7)) == []
    assert rules(p, ("m1", 1, 7), ("m2", 2, 2)) == ["max_meetings"]


def test_breaks_count_runs_of_idle_slots_between_meetings() -> None:
    meetings = [wish(f"m{i}", "E1", f"B{i}") for i in range(1, 5)]
    p = problem(people("E1", "B1", "B2", "B3", "B4"), meetings, slots=9)
    together = score(p, schedule(("m1", 3, 1), ("m2", 4, 1), ("m3", 5, 1)))
    apart = score(p, schedule(("m1", 2, 1), ("m2", 6, 1), ("m3", 7, 1), ("m4", 9, 1)))
    assert (together.breaks, apart.breaks) == (0, 2)


def test_weight_shortfall_and_table_changes_are_counted() -> None:
    p = problem(with_person("E1", min_meetings=3), [wish("m1", "E1", "B1", weight=5), wish("m2", "E1", "B2", weight=0)])
    one = score(p, schedule(("m1", 1, 1)))
    both = score(p, schedule(("m1", 1, 1), ("m2", 2, 2)))
    assert (one.weight, one.min_shortfall, one.table_changes, one.disruption) == (5, 2, 0, None)
    assert (both.weight, both.min_shortfall, both.table_changes) == (5, 1, 1)


def test_disruption_weighs_lost_moved_and_retabled_meetings() -> None:
    told = [{"meeting": f"m{i}", "slot": i, "table": 1} for i in (1, 2, 3)]
    meetings = [wish("m1", "E1", "B1", weight=5), wish("m2", "E1", "B2"), wish("m3", "E2", "B2")]
    p = problem(EB, meetings, current={"assignments": told})
    kept = score(p, schedule(("m1", 1, 1), ("m2", 2, 1), ("m3", 3, 1)))
    all_hit = score(p, schedule(("m2", 4, 1), ("m3", 3, 2)))
    assert (kept.disruption, kept.lost, kept.moved, kept.retabled) == (0, 0, 0, 0)
    assert (all_hit.disruption, all_hit.lost, all_hit.moved, all_hit.retabled) == (2 * 5 + 4 + 2 + 1, 1, 1, 1)
