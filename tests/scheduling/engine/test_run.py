"""What a run takes in, and what re-seating may never do: guards that the answers of whole runs do not show when they fall."""

from __future__ import annotations

from matchmaking.scheduling.engine import Limits, cpsat
from matchmaking.scheduling.engine.instance import compile_problem
from matchmaking.scheduling.engine.model import build
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


def test_model_counts_a_told_table_that_only_one_of_two_can_keep() -> None:
    told = [{"meeting": m, "slot": 1, "table": 1} for m in ("m1", "m2")]
    pinned = [wish("m1", "E1", "B1", slot=1, required=True), wish("m2", "E2", "B2", slot=1, required=True)]
    one = problem(people("E1", "E2", "B1", "B2"), pinned, current={"assignments": told})
    model = build(compile_problem(one))
    outcome = cpsat.solve(model.formula, model.disruption_terms(), cpsat.Search(60, workers=1))
    assert (outcome.proven, outcome.objective) == (True, 1)
