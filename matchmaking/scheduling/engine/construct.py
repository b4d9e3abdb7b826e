"""A first schedule in milliseconds: the meetings that the flow chose, put in one by one, making room by Kempe chains."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .board import FREE, Board
from .instance import Instance, slots_in

LONGEST_CHAIN = 60


def construct(instance: Instance, preferred: Sequence[bool], should_stop: Callable[[], bool] = lambda: False) -> Board:
    """Place facts, then required, then preferred, then all other meetings, heavier and less movable ones first."""
    board = Board(instance)
    keep_told(board)
    order = sorted(
        (m for m in range(len(instance.meetings)) if board.slot[m] == FREE and instance.allowed[m]),
        key=lambda m: (
            not instance.required[m],
            not preferred[m],
            -instance.weight[m],
            instance.allowed[m].bit_count(),
            m,
        ),
    )
    late: list[int] = []
    held = _weight(board)
    goal = sum(instance.weight[m] for m, wanted in enumerate(preferred) if wanted)
    for count, m in enumerate(_earlier_first(instance, order)):
        if count % 64 == 0 and should_stop():
            break
        if not preferred[m] and not instance.required[m] and held >= goal:
            continue
        if insert(board, m):
            held += instance.weight[m]
        elif instance.required[m] and insert_by_force(board, m):
            held = _weight(board)
        else:
            late.append(m)
    for m in late:
        if should_stop() or held >= goal:
            break
        if insert(board, m):
            held += instance.weight[m]
    return board


def _weight(board: Board) -> int:
    return sum(w for w, t in zip(board.instance.weight, board.slot, strict=True) if t != FREE)


def keep_told(board: Board) -> None:
    """Leave the meetings of `current` where people have been told, as far as the rules still let them."""
    instance = board.instance
    told = [(instance.required[m], instance.weight[m], m) for m in instance.told if board.slot[m] == FREE]
    for _, _, m in sorted(told, key=lambda row: (-row[0], -row[1], row[2])):
        slot, _ = instance.told[m]
        if board.fits(m, slot):
            board.place(m, slot)


def _earlier_first(instance: Instance, order: list[int]) -> list[int]:
    """Stable order in which nothing stands before what it must come after."""
    if not instance.after:
        return order
    out: list[int] = []
    done: set[int] = set()

    def visit(m: int) -> None:
        if m not in done:
            done.add(m)
            for earlier in instance.before.get(m, ()):
                visit(earlier)
            out.append(m)

    wanted = set(order)
    for m in order:
        visit(m)
    return [m for m in out if m in wanted]


def insert(board: Board, m: int, longest: int = LONGEST_CHAIN) -> bool:
    """Put a meeting into the emptiest slot that is free for both, else make room with chains."""
    if not board.below_most(m):
        return False
    free = [t for t in slots_in(board.common_free(m)) if board.in_order(m, t)]
    load, capacity = board.load[0], board.instance.capacity
    for t in sorted(free, key=lambda t: (load[t] - capacity[t], t)):
        if board.has_table(m, t):
            board.place(m, t)
            return True
    return any(_free_a_table(board, m, t) for t in free) or _make_room(board, m, longest)


def _free_a_table(board: Board, m: int, t: int) -> bool:
    """Move one meeting out of a full slot so that `m` gets its table."""
    full = [r for r in board.resources_of[m] if board.load[r][t] >= board.instance.resources[r].capacity[t]]
    candidates = board.instance.resources[full[-1]].meetings
    for other in candidates:
        if board.slot[other] == t and other not in board.instance.fact:
            board.remove(other)
            for s in slots_in(board.common_free(other)):
                if s != t and board.has_table(other, s) and board.in_order(other, s):
                    board.place(other, s)
                    if board.has_table(m, t) and board.in_order(m, t):
                        board.place(m, t)
                        return True
                    board.remove(other)
            board.place(other, t)
    return False


def _make_room(board: Board, m: int, longest: int) -> bool:
    """Try slots where one of the two is free: flip a chain that takes the other's meeting elsewhere."""
    a, b = board.instance.pairs[m]
    for blocked, free in ((b, a), (a, b)):
        mask = board.instance.allowed[m] & board.busy[blocked] & ~board.busy[free]
        for t in slots_in(mask):
            if _move_away(board, board.at[blocked][t], t, longest, m):
                return True
    for t in slots_in(board.instance.allowed[m] & board.busy[a] & board.busy[b]):
        first = board.at[a][t]
        if _move_away_only(board, first, t, longest) and board.at[a][t] == FREE:
            if board.at[b][t] == FREE and board.fits(m, t):
                board.place(m, t)
                return True
            if board.at[b][t] != FREE and _move_away(board, board.at[b][t], t, longest, m):
                return True
    return False


def _move_away(board: Board, blocker: int, t: int, longest: int, m: int) -> bool:
    """Flip the blocker's chain into each other slot in turn until `m` fits into t, and place it there."""
    for s in slots_in(board.instance.allowed[blocker] & ~(1 << t)):
        members = board.chain(blocker, t, s, longest)
        if members and _both_free_after(board, members, m, s, t) and board.flip(members, t, s):
            if board.fits(m, t):
                board.place(m, t)
                return True
            board.flip(members, s, t)
    return False


def _both_free_after(board: Board, members: list[int], m: int, s: int, t: int) -> bool:
    """Whether flipping the chain leaves both people of `m` free in t."""
    for p in board.instance.pairs[m]:
        here, there = board.at[p][t], board.at[p][s]
        if (here != FREE and here not in members) or (there != FREE and there in members):
            return False
    return True


def _move_away_only(board: Board, blocker: int, t: int, longest: int) -> bool:
    for s in slots_in(board.instance.allowed[blocker] & ~(1 << t)):
        members = board.chain(blocker, t, s, longest)
        if members and board.flip(members, t, s):
            return True
    return False


def insert_by_force(board: Board, m: int) -> bool:
    """Put a required meeting in by throwing out what is not required; the outcasts are tried again at once."""
    a, b = board.instance.pairs[m]
    for t in slots_in(board.instance.allowed[m]):
        out = {x for x in (board.at[a][t], board.at[b][t]) if x != FREE}
        if any(board.instance.required[x] for x in out):
            continue
        for x in sorted(out):
            board.remove(x)
        if board.fits(m, t):
            board.place(m, t)
            for x in sorted(out, key=lambda x: -board.instance.weight[x]):
                insert(board, x)
            return True
        for x in sorted(out):
            board.place(x, t)
    return False
