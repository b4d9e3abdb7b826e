"""Short ejection chains: a meeting takes a seat, whoever sat there takes another, at most a few times over."""

from __future__ import annotations

from .board import FREE, Board
from .instance import slots_in

LONGEST_EJECTION = 4
EJECTION_STEPS = 4_000


def place_again(board: Board, m: int) -> bool:
    """Find the shortest ejection chain that seats a meeting; each meeting moved costs 2, a lost one 2·weight + 4."""
    worth = 2 * board.instance.weight[m] + 4
    for depth in range(1, LONGEST_EJECTION + 1):
        if 2 * depth >= worth and not board.instance.required[m]:
            return False
        if Ejection(board).place(m, depth, FREE):
            return True
    return False


class Ejection:
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
