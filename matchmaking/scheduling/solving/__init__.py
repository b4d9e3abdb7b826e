"""Running the engine in a process of its own, that can be watched, stopped and killed."""

from matchmaking.scheduling.solving.kept import with_reasons
from matchmaking.scheduling.solving.parent import SolverDied, run_solver
from matchmaking.scheduling.solving.start import beats, start_as_answer, start_value
from matchmaking.scheduling.solving.trace import as_values, from_start, trace_of

__all__ = [
    "SolverDied",
    "as_values",
    "beats",
    "from_start",
    "run_solver",
    "start_as_answer",
    "start_value",
    "trace_of",
    "with_reasons",
]
