"""The scheduling engine: a problem in, a checked schedule with bounds, reasons and prices out; pure, no web, no database.

How to call it (everything is a frozen dataclass that pickles, and JSON in the formats of contracts.md):

    problem = parse_problem(json_value)             # ProblemError(where, sentence) on bad input
    solution = solve(problem, Limits(seconds=60, workers=2, seed=1), on_progress, should_stop)
    solution.to_json()                              # b2b-schedule/1
    violations(problem, solution)                   # [] for whatever solve returns

`on_progress(Progress)` is called at every improvement, from the thread that solves or from one of the solver's; keep it
short. `on_best(assignments, objective)` follows it with the checked schedule itself, for callers that want to keep it whatever
becomes of this process. `should_stop()` is asked all the time; once true, what is under way has 0.3 s, and solve returns
with the best so far, its reasons without prices.
solve is meant for a child process (multiprocessing "spawn", not daemonic: it starts a process of its own for the second
leg of the portfolio, which ends with it). It uses at most `workers` busy threads and processes.
"""

from .checker import broken_rules, false_claims, score, score_assignments, violations
from .differences import Difference, differences, replanned
from .explain import with_reasons
from .parse import load_json, parse_problem, parse_solution
from .pipeline import solve, warm_up
from .problem import (
    SOLUTION_FORMAT,
    Assignment,
    Current,
    Limits,
    Meeting,
    Objective,
    Participant,
    Problem,
    ProblemError,
    Progress,
    Rule,
    Session,
    Solution,
    Status,
    Unscheduled,
)
from .rules import Violation
from .spread import Range, SideSpread, spread

__all__ = [
    "SOLUTION_FORMAT",
    "Assignment",
    "Current",
    "Difference",
    "Limits",
    "Meeting",
    "Objective",
    "Participant",
    "Problem",
    "ProblemError",
    "Progress",
    "Range",
    "Rule",
    "Session",
    "SideSpread",
    "Solution",
    "Status",
    "Unscheduled",
    "Violation",
    "broken_rules",
    "differences",
    "false_claims",
    "load_json",
    "parse_problem",
    "parse_solution",
    "replanned",
    "score",
    "score_assignments",
    "solve",
    "spread",
    "violations",
    "warm_up",
    "with_reasons",
]
