"""Running the engine in a process of its own, that can be watched, stopped and killed."""

from matchmaking.scheduling.solving.kept import with_reasons
from matchmaking.scheduling.solving.parent import SolverDied, run_solver

__all__ = ["SolverDied", "run_solver", "with_reasons"]
