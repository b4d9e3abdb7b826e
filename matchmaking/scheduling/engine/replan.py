"""Re-planning: people have been told, so change as little as possible, and nothing for those who are not concerned.

What can stay stays; what was hit is placed again by short ejection chains; then growing rings around it are freed and
solved by CP-SAT while everybody else keeps slot and table (they may at most be lost, never moved). At the end the told
meetings are held where they are while new wishes and breaks are seen to.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import cpsat
from .board import FREE, Board
from .construct import keep_told
from .disruption import least_disruption
from .instance import Instance, slots_in
from .model import Model, build
from .run import Run

LONGEST_EJECTION = 4
EJECTION_STEPS = 4_000
MOST_FREED = 60_000
"""Places (meeting, slot) that one ring may free."""
RING_SHARE = 0.3
"""Share of the time left that one ring may take."""
FIRST_RING_SECONDS = 10.0


def repair(run: Run) -> Board:
    """A first answer in milliseconds, then each hit meeting placed again at the least cost found."""
    run.disruption_bound = max(run.disruption_bound, least_disruption(run.instance))
    board = Board(run.instance)
    keep_told(board)
    if not board.clashing_facts:
        run.offer(board.slot)
    for m in _hit(board):
        if run.should_stop():
            break
        _place_again(board, m)
    _add_new(board, run)
    if not board.clashing_facts:
        run.offer(board.slot)
    return board


def _hit(board: Board) -> list[int]:
    """Told and required meetings without a slot, the dearest first."""
    instance = board.instance
    missing = [
        m
        for m, t in enumerate(board.slot)
        if t == FREE and instance.allowed[m] and (m in instance.told or instance.required[m])
    ]
    return sorted(missing, key=lambda m: (not instance.required[m], -instance.weight[m], m))


def _place_again(board: Board, m: int) -> bool:
    """Find the shortest ejection chain that seats a meeting; each meeting moved costs 2, a lost one 2·weight + 4."""
    worth = 2 * board.instance.weight[m] + 4
    for depth in range(1, LONGEST_EJECTION + 1):
        if 2 * depth >= worth and not board.instance.required[m]:
            return False
        if _Ejection(board).place(m, depth, FREE):
            return True
    return False


class _Ejection:
    """Depth-first search for a chain of moves, each into the seat that the one before leaves."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.steps = EJECTION_STEPS
        self.moving: set[int] = set()

    def place(self, m: int, depth: int, avoid: int) -> bool:
        """Seat `m` in at most `depth` moves, not in slot `avoid`."""
        self.steps -= 1
        if self.steps < 0:
            return False
        slots = [t for t in slots_in(self.board.instance.allowed[m]) if t != avoid]
        told = self.board.instance.told.get(m, (FREE, 0))[0]
        slots.sort(key=lambda t: t != told)
        for t in slots:
            if self.board.fits(m, t):
                self.board.place(m, t)
                return True
        if depth == 1 or not self.board.below_most(m):
            return False
        self.moving.add(m)
        done = any(self._eject(m, t, depth) for t in slots)
        self.moving.discard(m)
        return done

    def _eject(self, m: int, t: int, depth: int) -> bool:
        """Send the one meeting that is in the way elsewhere, and take its place."""
        board = self.board
        blockers = {board.at[p][t] for p in board.instance.pairs[m]} - {FREE}
        if len(blockers) != 1:
            return False
        blocker = blockers.pop()
        if blocker in self.moving or blocker in board.instance.fact:
            return False
        board.remove(blocker)
        if board.fits(m, t):
            board.place(m, t)
            if self.place(blocker, depth - 1, t):
                return True
            board.remove(m)
        board.place(blocker, t)
        return False


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


def rings(run: Run) -> None:
    """Free what was hit and more and more around it; each ring is one small model, stopped when nothing can improve."""
    instance = run.instance
    freed = {m for m in instance.told if run.slot is not None and _is_changed(run, m)}
    previous = -1
    while run.slot is not None and not run.should_stop():
        value = run.value.disruption if run.value else None
        if value is None or value <= run.disruption_bound or len(freed) == previous:
            return
        previous = len(freed)
        domain = _domain(instance, run.slot, freed)
        if sum(mask.bit_count() for mask in domain) > MOST_FREED:
            return
        whole = len(freed) == len(instance.meetings)
        bound = _solve_ring(run, domain)
        if whole:
            run.disruption_bound = max(run.disruption_bound, bound)
            return
        freed |= {m for m in instance.told if _is_changed(run, m)}
        freed |= {k for m in freed for p in instance.pairs[m] for k in instance.meetings_of[p]}


def _is_changed(run: Run, m: int) -> bool:
    """Whether a told meeting is lost, moved or could not keep its place."""
    slot, _ = run.instance.told[m]
    return run.slot is None or run.slot[m] != slot


def _domain(instance: Instance, slot: Sequence[int], freed: set[int]) -> list[int]:
    """Freed meetings may go anywhere; any other held one stays or is lost; any other waits."""
    out = []
    for m, t in enumerate(slot):
        if m in freed:
            out.append(instance.allowed[m])
        elif m in instance.told:
            out.append(instance.allowed[m] & (1 << instance.told[m][0]))
        else:
            out.append(0 if t == FREE else 1 << t)
    return out


def _solve_ring(run: Run, domain: list[int]) -> int:
    model = build(run.instance, breaks=False, domain=domain)
    seconds = min(FIRST_RING_SECONDS, run.left() * RING_SHARE)
    search = cpsat.Search(seconds, run.limits.workers, run.limits.seed)
    bound = 0

    def hear(value: int) -> None:
        nonlocal bound
        bound = max(bound, value)

    def is_over() -> bool:
        reached = run.value.disruption if run.value else None
        return run.should_stop() or (reached is not None and reached <= max(bound, run.disruption_bound))

    listening = cpsat.Listening(lambda values: _hand_over(run, model, values), is_over, hear)
    hint = model.complete(run.slot) if run.slot is not None else None
    outcome = cpsat.solve(model.formula, model.disruption_terms(), search, hint, listening)
    run.clocked = run.clocked or not outcome.proven
    if outcome.values is not None:
        _hand_over(run, model, outcome.values)
    hear(outcome.objective if outcome.proven and outcome.objective is not None else outcome.bound)
    return bound


def _hand_over(run: Run, model: Model, values: list[bool]) -> None:
    run.offer(model.slots_of(values))
