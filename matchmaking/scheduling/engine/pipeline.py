"""The order of work: bound, first schedule, search, proof, tables, reasons; the best checked schedule at any time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module

from . import exact
from .board import FREE, Board
from .conflict import smallest_conflict
from .construct import construct
from .explain import explain
from .flow import relax
from .instance import compile_problem
from .isolation import Conflict
from .milp import Solver
from .problem import Assignment, Limits, Objective, Problem, Progress, Solution, Status, Unscheduled
from .reheat import HOT, is_worth_annealing
from .replan import add_wishes, repair, rings
from .run import OnBest, OnProgress, Run
from .stopping import Interrupted, Patience

HOT_FROM_SCRATCH = 0.6
"""The temperature at which nothing of a schedule stays as it was."""
MOVES = 15_000
"""Moves per meeting where the search is all there is."""
MOVES_BEFORE_PROOF = 4_000
"""Moves per meeting where a proof follows, and the share of the time they may take."""
PROOF_SHARE = 0.25
MOVES_OF_NEW = 5_000
"""Moves per meeting that nobody was told of, when re-planning."""
RINGLESS_PLACES = 500
"""Possible (meeting, slot) places up to which a re-planned schedule is proven at once, faster than a process starts."""
PROVEN_PLACES = 6_000
"""Possible (meeting, slot) places up to which a re-planned schedule is proven in breaks too."""
FINISH_SECONDS_PER_MEETING = 4e-4
"""Kept back for tables and reasons."""
LAST_PRICES_SECONDS = 0.2
"""What exact prices may take past the time limit; beyond it the dual solution's must do."""
CONFLICT_SECONDS, LEAST_CONFLICT_SECONDS = 10.0, 1.0
"""The most that isolating a conflict may take, and what it is given past the time limit."""
FIRST_PAUSE_SECONDS = 0.3
PAUSE_PER_COST = 15.0
"""Between two offers: checking a schedule must not eat the time of the search."""


def _ignore(_: Progress) -> None:
    """Nobody listens."""


def _never() -> bool:
    return False


def _unheard(_assignments: tuple[Assignment, ...], _value: Objective) -> None:
    """Nobody keeps a copy."""


def warm_up(problem: Problem | None = None) -> None:
    """Load the solvers' libraries (about a second) and, for a problem that will need it, the compiled search.

    Not needed, only kind: what is loaded here is not counted in the seconds of a run.
    """
    import_module("numpy")
    import_module("ortools.sat.python.cp_model")
    import_module("ortools.graph.python.min_cost_flow")
    import_module("ortools.graph.python.linear_sum_assignment")
    if problem is not None and is_worth_annealing(problem):
        import_module(f"{__package__}.anneal").compile_kernel()


def solve(
    problem: Problem,
    limits: Limits | None = None,
    on_progress: OnProgress = _ignore,
    should_stop: Callable[[], bool] = _never,
    on_best: OnBest = _unheard,
    start: Sequence[Assignment] = (),
) -> Solution:
    """Schedule the problem; see the package's docstring.

    `start` is a schedule to begin from: where it breaks no rule, the answer is never worse, and the search is near it.
    """
    patience = Patience(limits or Limits(), should_stop)
    try:
        run = new_run(problem, patience, on_progress, on_best)
    except Interrupted:
        return _nothing(problem, patience)
    if not run.infeasible:
        with suppress(Interrupted):
            _search(run, start)
        if run.should_stop() and not run.infeasible:
            run.settle_for_least()
    return _solution(run)


def new_run(problem: Problem, patience: Patience, on_progress: OnProgress = _ignore, on_best: OnBest = _unheard) -> Run:
    """Compile the problem and bound it by the flow relaxation.

    Raises:
        Interrupted: the run was over before that was done.
    """
    instance = compile_problem(problem, patience.check)
    run = Run(instance, patience, relax(instance, patience.check), on_progress, on_best)
    run.shortfall_bound = run.relaxation.shortfall
    run.infeasible = not run.relaxation.feasible
    return run


def _nothing(problem: Problem, patience: Patience) -> Solution:
    """The answer of a run that was over before it had begun."""
    limits = patience.limits
    return Solution(
        problem.name, Status.UNKNOWN, seconds=round(patience.elapsed, 3), seed=limits.seed, workers=limits.workers
    )


def _search(run: Run, start: Sequence[Assignment] = ()) -> None:
    is_small = exact.is_small(run)
    if start:
        _offer_start(run, start)
    if run.instance.problem.current is not None:
        is_small = is_small and _is_worth_a_proof(run)
        _replan(run, is_small=is_small)
    else:
        board = construct(run.instance, run.relaxation.selected, run.patience.is_over_for_first)
        _offer_board(run, board)
        if run.proven() or run.should_stop() or board.clashing_facts:
            return
        if is_worth_annealing(run.instance.problem):
            moves = len(board.slot) * (MOVES_BEFORE_PROOF if is_small else MOVES)
            share = PROOF_SHARE if is_small else 1.0
            if start and run.slot is not None:
                _anneal(run, run.slot, moves, share, hot=HOT)
            else:
                _anneal(run, board.slot, moves, share)
    if is_small and not run.proven() and not run.should_stop():
        exact.prove(run)


def _is_worth_a_proof(run: Run) -> bool:
    """People wait for a re-planned schedule: breaks are proven only where that is soon done, or fairness needs it."""
    return _places(run) <= PROVEN_PLACES or run.instance.fairness is not None


def _places(run: Run) -> int:
    return sum(mask.bit_count() for mask in run.instance.allowed)


def _replan(run: Run, *, is_small: bool) -> None:
    """Change as little as possible; then see to new wishes and breaks with every told meeting where it is."""
    if is_small and _places(run) <= RINGLESS_PLACES:
        repair(run)
        return
    with Solver() as solver:
        rings(run, repair(run), solver)
        if not is_small:
            add_wishes(run, solver)
    if not is_small and run.slot is not None and not run.should_stop():
        told = run.instance.told
        movable = [m not in told for m in range(len(run.instance.meetings))]
        _anneal(run, run.slot, moves=MOVES_OF_NEW * sum(movable), movable=movable)


def _offer_start(run: Run, start: Sequence[Assignment]) -> None:
    """Take the schedule to begin from in; what it holds that the problem does not know is left out."""
    held = {a.meeting: a.slot - 1 for a in start}
    run.offer([held.get(meeting.id, FREE) for meeting in run.instance.meetings])


def _anneal(
    run: Run,
    slot: list[int],
    moves: int,
    share: float = 1.0,
    movable: list[bool] | None = None,
    hot: float = HOT_FROM_SCRATCH,
) -> None:
    """Search on breaks for so many moves, and at most that share of the time."""
    from .anneal import Annealing, Cooling, compile_kernel

    compile_kernel()  # once per process, and not on the time of the cooling
    count = len(run.instance.meetings)
    search = Annealing(run.instance, slot, run.limits.seed, movable, run.check)
    reserve = FINISH_SECONDS_PER_MEETING * count
    seconds = run.left() * share if share < 1 else run.left() - reserve
    offered = time.monotonic()
    pause = FIRST_PAUSE_SECONDS

    def offer(better: list[int]) -> None:
        nonlocal offered, pause
        begun = time.monotonic()
        if begun - offered >= pause:
            run.offer(better)
            offered = time.monotonic()
            pause = max(FIRST_PAUSE_SECONDS, PAUSE_PER_COST * (offered - begun))

    by_moves = search.run(Cooling(hot=hot, moves=moves, seconds=max(0.05, seconds)), run.should_stop, offer)
    run.clocked = run.clocked or not by_moves
    run.offer(search.slot)


def _offer_board(run: Run, board: Board) -> None:
    if not board.clashing_facts:
        run.offer(board.slot)


def _solution(run: Run) -> Solution:
    """Polish the tables, explain what is missing, and say truthfully how far it is proven."""
    run.polish_tables()
    found = run.value is not None
    status = Status.UNKNOWN
    if found:
        status = Status.OPTIMAL if run.proven() else Status.FEASIBLE
    elif run.infeasible:
        status = Status.INFEASIBLE
    conflict = _conflict(run) if status == Status.INFEASIBLE else Conflict()
    return Solution(
        problem=run.instance.problem.name,
        status=status,
        assignments=run.assignments,
        unscheduled=_explained(run),
        objective=run.objective(),
        progress=tuple(run.progress),
        conflict=conflict.rules,
        conflict_minimal=conflict.minimal,
        seconds=round(run.patience.elapsed, 3),
        seed=run.limits.seed,
        workers=run.limits.workers,
        reproducible=not (run.clocked or run.raced),
    )


def _conflict(run: Run) -> Conflict:
    """Which rules clash; the search for the fewest ends soon after the run is to end."""
    seconds = min(CONFLICT_SECONDS, max(LEAST_CONFLICT_SECONDS, run.left()))
    conflict = smallest_conflict(run.instance, seconds, run.patience.cancelled)
    run.clocked = run.clocked or conflict.hurried
    return conflict


def _explained(run: Run) -> tuple[Unscheduled, ...]:
    """Reasons for all that is not held; prices as far as time allows."""
    if run.slot is None:
        return ()
    latest = time.monotonic() + max(LAST_PRICES_SECONDS, run.left())

    def is_late() -> bool:
        late = run.patience.cancelled() or time.monotonic() > latest
        run.clocked = run.clocked or late
        return late

    def check() -> None:
        if run.patience.cancelled() or time.monotonic() > latest + LAST_PRICES_SECONDS:
            run.clocked = True
            raise Interrupted

    return explain(run.instance, run.slot, is_late, check)
