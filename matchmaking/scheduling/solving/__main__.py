"""The solver process: one problem on standard input; progress, each better schedule and the solution as JSON lines on standard output.

It imports the engine and nothing of the application. When standard input ends (the worker that started it is gone) or
says ``stop``, it returns its best schedule at once; nobody is left computing for a dead worker.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any, TextIO

from matchmaking.scheduling import engine
from matchmaking.scheduling.engine.process import limit_memory
from matchmaking.scheduling.solving.kept import report_of

#: How long a solver whose worker is gone may still take to end.
LAST_SECONDS = 5.0


def _private_output() -> TextIO:
    """Keep the real standard output for us; what a library prints goes to standard error."""
    ours = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return ours


def _listen(stop: threading.Event) -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            stop.set()
    stop.set()
    watchdog = threading.Timer(LAST_SECONDS, os._exit, args=(1,))
    watchdog.daemon = True
    watchdog.start()


def main() -> None:
    """Solve the one problem that is given."""
    out, stop, lock = _private_output(), threading.Event(), threading.Lock()

    def say(kind: str, value: Any) -> None:
        with lock:
            out.write(json.dumps({kind: value}) + "\n")
            out.flush()

    task = json.loads(sys.stdin.readline())
    limit_memory(task["memory_bytes"])
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    problem = engine.parse_problem(task["problem"])
    limits = engine.Limits(**task["limits"])
    numbers = {m.id: number for number, m in enumerate(problem.meetings)}
    engine.warm_up(problem)  # not on the time of the search, and not between a stop and its answer
    say("begun", True)
    solution = engine.solve(
        problem,
        limits,
        lambda progress: say(
            "progress",
            {
                "seconds": progress.seconds,
                "min_shortfall": progress.min_shortfall,
                "weight": progress.weight,
                "breaks": progress.breaks,
            },
        ),
        stop.is_set,
        lambda assignments, value: say("best", report_of(numbers, assignments, value)),
        [engine.Assignment(*place) for place in task["start"]],
    )
    say("solution", solution.to_json())


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # a helper thread that waits for input would otherwise keep the process
