"""Simulated annealing on breaks with Kempe chains: the search that works at every size (kernel.py does the moves)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .board import FREE, Board
from .instance import Instance, compile_problem
from .kernel import Array, Fixed, Rules, State, anneal
from .problem import Meeting, Participant, Problem
from .stopping import Checkpoint, no_check

LONGEST_CHAIN = 40
UNFAIRNESS = 4.0
"""Breaks of penalty for each break beyond what fairness allows one person."""
NO_LIMIT = 1 << 30
CHUNKS = 250
"""Into how many steps of equal temperature a cooling is cut."""
SMALLEST_CHUNK, LARGEST_CHUNK = 2_000, 200_000
STEP = 10_000
"""Moves, or meetings, between two looks at the clock."""
SLACK = 0.05
"""How far the clock may be ahead of the moves before the cooling hurries (and says so)."""


@dataclass(frozen=True, slots=True)
class Cooling:
    """From which to which temperature, over how many moves, and at most how many seconds."""

    hot: float = 0.6
    cold: float = 0.12
    moves: int = 50_000_000
    seconds: float = 60.0


def fixed_arrays(instance: Instance, movable: Sequence[bool] | None = None, check: Checkpoint = no_check) -> Fixed:
    """The instance as arrays for the kernel; `movable` says which meetings may change at all."""
    count, slots = len(instance.meetings), instance.slots
    check()
    starts, resources = _rows(_resources_of(instance))
    order_starts, order = _rows([[k for k, _ in row] for row in _order(instance)])
    _, signs = _rows([[sign for _, sign in row] for row in _order(instance)])
    check()
    moves = [m not in instance.fact and (movable is None or movable[m]) for m in range(count)]
    return Fixed(
        first=np.array([a for a, _ in instance.pairs], dtype=np.int64),
        second=np.array([b for _, b in instance.pairs], dtype=np.int64),
        allowed=_as_rows(instance.allowed, slots),
        weight=np.array(_weights(instance), dtype=np.int64),
        least=np.array(instance.least, dtype=np.int64),
        most=np.array(instance.most, dtype=np.int64),
        movable=np.array(moves, dtype=np.bool_),
        droppable=np.array([not r for r in instance.required], dtype=np.bool_),
        resource_start=starts,
        resource=resources,
        capacity=np.array([r.capacity for r in instance.resources], dtype=np.int64),
        order_start=order_starts,
        order=order,
        order_sign=signs,
        most_breaks=NO_LIMIT if instance.fairness is None else instance.fairness,
    )


def _as_rows(masks: Sequence[int], slots: int) -> Array:
    """Bit masks as one row of truth values each."""
    width = (slots + 7) // 8
    octets = np.frombuffer(b"".join(mask.to_bytes(width, "little") for mask in masks), dtype=np.uint8)
    return np.unpackbits(octets.reshape(len(masks), width), axis=1, count=slots, bitorder="little").astype(np.bool_)


def _weights(instance: Instance) -> list[int]:
    """A required meeting outweighs all that is not required."""
    bonus = sum(instance.weight) + 1
    return [w + bonus * must for w, must in zip(instance.weight, instance.required, strict=True)]


def _resources_of(instance: Instance) -> list[list[int]]:
    rows: list[list[int]] = [[] for _ in instance.meetings]
    for r, resource in enumerate(instance.resources):
        for m in resource.meetings:
            rows[m].append(r)
    return rows


def _order(instance: Instance) -> list[list[tuple[int, int]]]:
    """For each meeting the later ones with sign 1 and the earlier ones with sign -1."""
    rows: list[list[tuple[int, int]]] = [[] for _ in instance.meetings]
    for earlier, later in instance.after:
        rows[earlier].append((later, 1))
        rows[later].append((earlier, -1))
    return rows


def _rows(rows: Sequence[Sequence[int]]) -> tuple[Array, Array]:
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    starts[1:] = np.cumsum([len(row) for row in rows])
    return starts, np.array([v for row in rows for v in row], dtype=np.int64)


def compile_kernel() -> None:
    """Compile or load the kernel by one move on nothing much (numba keeps what it compiled beside the module)."""
    problem = Problem(2, (1, 1), (Participant("a"), Participant("b")), (Meeting("m", ("a", "b")),))
    Annealing(compile_problem(problem), [0], seed=1).run(Cooling(moves=1), lambda: False)


def state_arrays(instance: Instance, slot: Sequence[int], seed: int, check: Checkpoint = no_check) -> State:
    """A schedule as arrays for the kernel."""
    board = Board(instance)
    check()
    for m, t in enumerate(slot):
        if m % STEP == 0:
            check()
        if t != FREE and board.slot[m] == FREE:
            board.place(m, t)
    people, meetings = len(instance.people), len(instance.meetings)
    runs = [(b & ~(b << 1)).bit_count() for b in board.busy]
    return State(
        slot=np.array(board.slot, dtype=np.int64),
        at=np.array(board.at, dtype=np.int64).reshape(people, instance.slots),
        load=np.array(board.load, dtype=np.int64),
        held=np.array(board.held, dtype=np.int64),
        breaks=np.array([max(0, r - 1) for r in runs], dtype=np.int64),
        people=np.zeros(6, dtype=np.int64),
        members=np.zeros(max(1, meetings), dtype=np.int64),
        mark=np.zeros(meetings, dtype=np.int64),
        seen=np.zeros(people, dtype=np.int64),
        stamp=np.zeros(1, dtype=np.int64),
        random=np.array([(seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) & (2**64 - 1) or 1], dtype=np.uint64),
    )


class Annealing:
    """A search in progress: `slot` is the best schedule it has met at the end of a chunk."""

    def __init__(
        self,
        instance: Instance,
        slot: Sequence[int],
        seed: int,
        movable: Sequence[bool] | None = None,
        check: Checkpoint = no_check,
    ) -> None:
        self.fixed = fixed_arrays(instance, movable, check)
        self.state = state_arrays(instance, slot, seed, check)
        self.fair = instance.fairness
        self.weight = self.shortfall = 0
        self.slot: list[int] = self.state.slot.tolist()
        self.best = self._rank()

    def _rank(self) -> tuple[int, int, int, int]:
        breaks = self.state.breaks
        unfair = 0 if self.fair is None else int(np.maximum(breaks - self.fair, 0).sum())
        return unfair, self.shortfall, -self.weight, int(breaks.sum())

    def run(
        self,
        cooling: Cooling,
        should_stop: Callable[[], bool],
        on_better: Callable[[list[int]], None] = lambda slot: None,
    ) -> bool:
        """Cool down; returns whether the clock had no part in it, so that the same run gives the same schedule."""
        started, done, hurried = time.monotonic(), 0, False
        chunk = min(max(cooling.moves // CHUNKS, SMALLEST_CHUNK), LARGEST_CHUNK)
        while done < cooling.moves:
            spent = (time.monotonic() - started) / cooling.seconds
            if spent >= 1 or should_stop():
                return False
            hurried = hurried or spent > done / cooling.moves + SLACK
            share = max(done / cooling.moves, spent) if hurried else done / cooling.moves
            self._chunk(chunk, cooling.hot * math.exp(share * math.log(cooling.cold / cooling.hot)), should_stop)
            done += chunk
            self._keep(on_better)
        self._chunk(chunk, 0.0, should_stop)
        self._keep(on_better)
        return not hurried

    def _chunk(self, moves: int, heat: float, should_stop: Callable[[], bool]) -> None:
        """So many moves at one temperature, in steps short enough to be stopped between."""
        rules = Rules(heat, UNFAIRNESS, LONGEST_CHAIN)
        for begun in range(0, moves, STEP):
            if should_stop():
                return
            _, _, weight, shortfall = anneal(self.fixed, self.state, rules, min(STEP, moves - begun))
            self.weight += int(weight)
            self.shortfall += int(shortfall)

    def _keep(self, on_better: Callable[[list[int]], None]) -> None:
        rank = self._rank()
        if rank < self.best:
            self.best = rank
            self.slot = self.state.slot.tolist()
            on_better(self.slot)
