"""Re-planning: people have been told, so change as little as possible, and nothing for those who are not concerned.

What can stay stays; what was hit is placed again by short ejection chains; then growing rings around it are freed while
everybody else keeps slot and table, each ring one 0/1 program. The same ring with everybody else forgotten bounds from
below what any re-planning costs, so the search ends with a proof as soon as both meet. At the end the told meetings are
held where they are while new wishes and breaks are seen to.
"""

from __future__ import annotations

from collections.abc import Sequence

from .board import FREE, Board
from .construct import keep_told
from .disruption import least_cost, least_disruption
from .ejection import place_again
from .instance import Instance, slots_in
from .milp import Outcome, Solver
from .ring import Ring, fixed_ring, forgotten_ring, wishes_ring
from .run import Run

MOST_PLACES = 60_000
"""Places (meeting, slot) that one ring may free."""
RING_SHARE = 0.4
"""Share of the time left that one ring may take."""


def repair(run: Run) -> Board:
    """A first answer in milliseconds, then each hit meeting placed again at the least cost found."""
    board = Board(run.instance)
    keep_told(board)
    if not board.clashing_facts:
        run.offer(board.slot)
    run.disruption_bound = max(run.disruption_bound, least_disruption(run.instance))
    for m in _without_slot(board):
        if run.should_stop() or _is_least(run):
            break
        place_again(board, m)
    _add_new(board, run)
    if not board.clashing_facts:
        run.offer(board.slot)
    return board


def _is_least(run: Run) -> bool:
    return run.value is not None and (run.value.disruption or 0) <= run.disruption_bound


def _without_slot(board: Board) -> list[int]:
    """Told and required meetings without a slot, the dearest first."""
    instance = board.instance
    missing = [
        m
        for m, t in enumerate(board.slot)
        if t == FREE and instance.allowed[m] and (m in instance.told or instance.required[m])
    ]
    return sorted(missing, key=lambda m: (not instance.required[m], -instance.weight[m], m))


def _add_new(board: Board, run: Run) -> None:
    """Hold further wishes where there is room as it is; those who lack their minimum come first."""
    instance = board.instance

    def lacks(m: int) -> bool:
        return any(board.held[p] < instance.least[p] for p in instance.pairs[m])

    waiting = [m for m, t in enumerate(board.slot) if t == FREE and instance.allowed[m]]
    waiting.sort(key=lambda m: (not instance.required[m], not lacks(m), -instance.weight[m], m))
    for m in waiting:
        if run.should_stop():
            return
        slots = [t for t in slots_in(board.common_free(m)) if board.fits(m, t)]
        if slots and (instance.weight[m] or lacks(m) or instance.required[m]):
            load = board.load[0]
            board.place(m, min(slots, key=lambda t: (load[t], t)))


def rings(run: Run, board: Board, solver: Solver) -> None:
    """Free what was hit and more and more around it, until a bound says that nothing gentler exists."""
    instance = run.instance
    if board.clashing_facts:
        return
    bound_by = {m for m in range(len(instance.meetings)) if m in instance.told or instance.required[m]}
    bound_by -= instance.fact.keys()
    slot = _of_those(run.slot or board.slot, instance, bound_by)
    free = {m for m in bound_by if m not in instance.told or slot[m] != instance.told[m][0] or least_cost(instance, m)}
    while free and not run.should_stop() and not _is_least(run):
        if sum(instance.allowed[m].bit_count() for m in free) > MOST_PLACES:
            return
        whole = free == bound_by
        ring = fixed_ring(instance, slot, free)
        outcome = _solve(run, ring, slot, solver)
        slot = _take(run, ring, outcome, slot)
        if not whole and not _is_least(run) and not run.should_stop():
            outcome = _solve(run, forgotten_ring(instance, free), slot, solver)
        if whole or not outcome.infeasible:
            run.disruption_bound = max(run.disruption_bound, outcome.bound or 0)
        run.infeasible = run.value is None and outcome.infeasible
        if whole or run.infeasible:
            return
        free = _grown(instance, free) & bound_by or bound_by


def _of_those(slot: Sequence[int], instance: Instance, chosen: set[int]) -> list[int]:
    return [t if m in chosen or m in instance.fact else FREE for m, t in enumerate(slot)]


def _grown(instance: Instance, free: set[int]) -> set[int]:
    """The ring with the whole agendas of everybody in it; all meetings where that adds nobody."""
    people = {p for m in free for p in instance.pairs[m]}
    grown = {m for p in people for m in instance.meetings_of[p]}
    return grown if not grown <= free else set(range(len(instance.meetings)))


def _solve(run: Run, ring: Ring, slot: Sequence[int], solver: Solver) -> Outcome:
    outcome = solver.solve(ring.program, run.left() * RING_SHARE, run.should_stop, ring.start(slot))
    run.clocked = run.clocked or not outcome.proven
    return outcome


def _take(run: Run, ring: Ring, outcome: Outcome, slot: list[int]) -> list[int]:
    """The ring's schedule if it was offered with success, completed by wishes that find room."""
    if outcome.values is None:
        return slot
    better = ring.slots(slot, outcome.values)
    return better if run.offer(better) else slot


def add_wishes(run: Run, solver: Solver) -> None:
    """Hold what was not told: the least shortfall, then the most weight, every told meeting staying where it is."""
    instance = run.instance
    if run.slot is None or run.should_stop():
        return
    slot = [t if m in instance.told or instance.required[m] else FREE for m, t in enumerate(run.slot)]
    free = {m for m, t in enumerate(slot) if t == FREE and m not in instance.told and instance.allowed[m]}
    ring = wishes_ring(instance, slot, free)
    if not ring.places or len(ring.places) > MOST_PLACES:
        return
    outcome = _solve(run, ring, run.slot, solver)
    if outcome.values is not None:
        run.offer(ring.slots(slot, outcome.values))
