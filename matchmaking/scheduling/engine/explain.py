"""Why a meeting was not scheduled: the reason by looking at its people, the price by the flow relaxation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from .board import FREE, Board
from .instance import Instance, compile_problem, slots_in
from .prices import prices
from .problem import Problem, Solution, Unscheduled
from .stopping import Checkpoint, Interrupted, no_check

Text = tuple[str, str]


def explain(
    instance: Instance,
    slot: Sequence[int],
    should_stop: Callable[[], bool] = lambda: False,
    check: Checkpoint = no_check,
) -> tuple[Unscheduled, ...]:
    """Explain every meeting that is not held in a schedule given by the slot of each meeting (-1: not held).

    Once `should_stop` says so, prices are weaker; where `check` raises they are all 0, which "at least" allows.
    """
    missed = [m for m, t in enumerate(slot) if t == FREE]
    if not missed:
        return ()
    board = Board(instance)
    for m, t in enumerate(slot):
        if t != FREE and m not in instance.fact:
            board.place(m, t)
    price: dict[int, int] = {}
    with suppress(Interrupted):
        price = prices(instance, slot, missed, should_stop, check)
    return tuple(_explain_one(board, m, price.get(m, 0)) for m in missed)


def with_reasons(problem: Problem, solution: Solution) -> Solution:
    """The solution with a reason for each meeting that it does not hold, found by looking; every price is "at least 0"."""
    instance = compile_problem(problem)
    held = {a.meeting: a.slot - 1 for a in solution.assignments}
    slot = [held.get(m.id, FREE) for m in instance.meetings]
    return replace(solution, unscheduled=explain(instance, slot, check=_no_prices))


def _no_prices() -> None:
    raise Interrupted


def _explain_one(board: Board, m: int, price: int) -> Unscheduled:
    instance = board.instance
    reason, blocking, text = _reason(board, m, price)
    return Unscheduled(
        meeting=instance.meetings[m].id,
        reason=reason,
        price=price,
        text={"id": text[0], "en": text[1]},
        participants=tuple(instance.people[p].id for p in blocking),
    )


def _reason(board: Board, m: int, price: int) -> tuple[str, list[int], Text]:
    """The first obstacle that holds: never together, people full, tables full, else others weigh more."""
    instance = board.instance
    pair = list(instance.pairs[m])
    names = [instance.people[p].id for p in pair]
    together = _both_present(instance, m)
    if not together:
        return "no_common_slot", pair, _no_common_slot(instance, m, names)
    if not instance.allowed[m]:
        return "no_free_table", pair, _no_table(names)
    full = [p for p in pair if board.held[p] >= instance.most[p] or not instance.allowed[m] & ~board.busy[p]]
    if full:
        return _full_name(instance, full), full, _full(board, full, names)
    free = slots_in(board.common_free(m))
    seated = [t for t in free if board.has_table(m, t)]
    if free and not seated:
        return "no_free_table", pair, _no_table(names)
    if seated:
        return "lower_weight", pair, _stands_against(board, m, names, seated)
    return "lower_weight", pair, _outweighed(names, price)


def _both_present(instance: Instance, m: int) -> bool:
    """Whether a slot is left in which both are present, within session, pin and what is not yet past."""
    meeting, problem = instance.meetings[m], instance.problem
    window = set(range(instance.frozen + 1, problem.slots + 1))
    for p in instance.pairs[m]:
        window -= instance.people[p].unavailable
    for session in problem.sessions:
        if session.id == meeting.session:
            window &= set(range(session.first, session.last + 1))
    return bool(window if meeting.slot is None else window & {meeting.slot})


def _full_name(instance: Instance, full: list[int]) -> str:
    if not instance.sides >= {"exhibitor", "buyer"}:
        return "participant_full"
    side = instance.people[full[0]].side
    if len(full) == 2:
        return "both_full"
    return f"{side}_full" if side in ("exhibitor", "buyer") else "participant_full"


def _no_common_slot(instance: Instance, m: int, names: list[str]) -> Text:
    bound = instance.meetings[m].session is not None or instance.meetings[m].slot is not None
    where = (" pada waktu yang ditentukan", " at the time set for it") if bound else ("", "")
    return (
        f"{names[0]} dan {names[1]} tidak pernah hadir bersamaan{where[0]}.",
        f"{names[0]} and {names[1]} are never present together{where[1]}.",
    )


def _no_table(names: list[str]) -> Text:
    return (
        f"Pada setiap giliran yang cocok untuk {names[0]} dan {names[1]}, semua meja sudah terpakai.",
        f"In every slot that would suit {names[0]} and {names[1]}, all tables are taken.",
    )


def _full(board: Board, full: list[int], names: list[str]) -> Text:
    people = board.instance.people
    if len(full) == 2:
        return (
            f"Agenda {names[0]} dan {names[1]} sudah penuh.",
            f"The agendas of {names[0]} and {names[1]} are full.",
        )
    who, count = people[full[0]].id, board.held[full[0]]
    if count >= board.instance.most[full[0]]:
        return (
            f"{who} sudah mencapai {count} pertemuan, batas yang ditetapkan.",
            f"{who} has reached {count} meetings, the most that was set.",
        )
    return (
        f"Agenda {who} sudah penuh dengan {count} pertemuan.",
        f"The agenda of {who} is full with {count} meetings.",
    )


def _stands_against(board: Board, m: int, names: list[str], seated: list[int]) -> Text:
    """What keeps a meeting out although both are free at a table: its order, fairness, or that it counts nothing."""
    if not any(board.in_order(m, t) for t in seated):
        return (
            f"{names[0]} dan {names[1]} masih punya giliran luang bersama, tetapi tidak pada urutan yang diminta "
            "terhadap pertemuan lain.",
            f"{names[0]} and {names[1]} have a free slot together, but not in the order asked for with other meetings.",
        )
    if board.instance.weight[m] == 0:
        return (
            f"{names[0]} dan {names[1]} luang bersama, tetapi keinginan ini berbobot nol.",
            f"{names[0]} and {names[1]} are free together, but this wish has a weight of zero.",
        )
    if board.instance.fairness is not None:
        return (
            f"{names[0]} dan {names[1]} luang bersama, tetapi selisih jeda antarpeserta akan melampaui batas.",
            f"{names[0]} and {names[1]} are free together, but the breaks of two participants would differ by too much.",
        )
    return (
        f"{names[0]} dan {names[1]} luang bersama: jadwal ini belum selesai dicari dan masih dapat memuatnya.",
        f"{names[0]} and {names[1]} are free together: the search was ended early, and this schedule could still hold them.",
    )


def _outweighed(names: list[str], price: int) -> Text:
    if not price:
        return (
            f"{names[0]} dan {names[1]} luang pada giliran yang berbeda; memberi tempat akan menggeser pertemuan lain.",
            f"{names[0]} and {names[1]} are free in different slots; making room would move other meetings.",
        )
    return (
        f"{names[0]} dan {names[1]} luang pada giliran yang berbeda; memberi tempat akan mengorbankan pertemuan lain "
        f"berbobot paling sedikit {price}.",
        f"{names[0]} and {names[1]} are free in different slots; making room would cost other meetings of a weight of "
        f"at least {price}.",
    )
