"""What a run takes in, and what re-seating may never do: guards that the answers of whole runs do not show when they fall."""

from __future__ import annotations

from matchmaking.scheduling.engine import Limits
from matchmaking.scheduling.engine.instance import compile_problem
from matchmaking.scheduling.engine.pipeline import new_run
from matchmaking.scheduling.engine.stopping import Patience, no_check
from matchmaking.scheduling.engine.tables import polish, seat

from .build import people, problem, wish


def test_run_takes_only_what_is_valid_and_better() -> None:
    crowd = people("E1", "B1", "B2")
    run = new_run(problem(crowd, [wish("m1", "E1", "B1"), wish("m2", "E1", "B2")]), Patience(Limits(60), lambda: False))
    assert run.offer([0, -1])
    assert not run.offer([0, 0])  # nobody sits in two meetings
    assert run.offer([0, 1])
    best = run.assignments
    assert not run.offer([1, 0])  # as good, not better
    assert not run.offer([0, 2])  # a break more
    assert not run.offer([0, -1])
    assert run.assignments == best
    assert [entry.weight for entry in run.progress] == [1, 2]


def test_polish_keeps_zones_although_a_table_outside_would_save_a_change() -> None:
    crowd = people("E1", tables=[1]) + people("E2", tables=[2]) + people("B1")
    instance = compile_problem(problem(crowd, [wish("m1", "E1", "B1"), wish("m2", "E2", "B1")]))
    seating = polish(seat(instance, [0, 1]), no_check)
    assert seating.table == [1, 2]
