"""Hypothesis strategies for tiny problems with every rule of the contract in them."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from matchmaking.scheduling.engine import Assignment, Current, Meeting, Participant, Problem, Session

MOST_PLACES = 60_000
"""How many combinations the brute force may try for one problem."""
DAY_SLOTS = 8


@st.composite
def problems(draw: st.DrawFn, *, replanning: bool = False) -> Problem:
    slots = draw(st.integers(2, 5))
    tables = draw(st.one_of(st.integers(1, 2).map(lambda n: (n,) * slots), st.tuples(*[st.integers(0, 2)] * slots)))
    sides = draw(st.booleans())
    people = [draw(participants(f"P{i}", "AB"[i % 2] if sides else None, slots, tables)) for i in range(5)]
    pairs = [
        (a.id, b.id)
        for i, a in enumerate(people)
        for b in people[i + 1 :]
        if not (a.home_table and b.home_table) and (not sides or a.side != b.side)
    ]
    most = 1
    while (1 + sum(max(t, 1) for t in tables)) ** (most + 1) <= MOST_PLACES and most < len(pairs):
        most += 1
    most = draw(st.integers(1, max(1, min(most, len(pairs)))))
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=most, max_size=most, unique=True)) if pairs else []
    sessions = (Session("early", 1, max(1, slots // 2)),)
    meetings = [draw(wishes(i, pair, slots, tables)) for i, pair in enumerate(chosen)]
    return Problem(
        slots=slots,
        tables=tables,
        participants=tuple(people),
        meetings=tuple(meetings),
        sessions=sessions,
        fairness=draw(st.sampled_from([None, None, 0, 1])),
        current=draw(told(meetings, slots)) if replanning else None,
    )


def rarely(draw: st.DrawFn, strategy: st.SearchStrategy, one_in: int = 4) -> object:
    return draw(strategy) if draw(st.integers(1, one_in)) == 1 else None


@st.composite
def participants(draw: st.DrawFn, name: str, side: str | None, slots: int, tables: tuple[int, ...]) -> Participant:
    most_tables = max(1, *tables)
    most = rarely(draw, st.integers(0, 2))
    least = draw(st.integers(0, 2)) if most is None else 0
    return Participant(
        id=name,
        side=side,
        unavailable=rarely(draw, st.frozensets(st.integers(1, slots), max_size=2), 2) or frozenset(),
        max_meetings=most,
        min_meetings=least if draw(st.booleans()) else 0,
        home_table=rarely(draw, st.integers(1, most_tables), 6),
        tables=rarely(draw, st.frozensets(st.integers(1, most_tables), min_size=1), 6),
    )


@st.composite
def wishes(draw: st.DrawFn, number: int, pair: tuple[str, str], slots: int, tables: tuple[int, ...]) -> Meeting:
    after = draw(st.sampled_from([None, None, None, number - 1]))
    return Meeting(
        id=f"m{number}",
        participants=pair,
        weight=draw(st.integers(0, 4)),
        required=draw(st.integers(1, 5)) == 1,
        session=rarely(draw, st.just("early"), 5),
        slot=rarely(draw, st.integers(1, slots), 6),
        table=rarely(draw, st.integers(1, max(1, *tables)), 8),
        after=(f"m{after}",) if after is not None and after >= 0 else (),
    )


@st.composite
def told(draw: st.DrawFn, meetings: list[Meeting], slots: int) -> Current:
    rows, seats = [], set()
    for m in meetings:
        slot = draw(st.sampled_from([None, *range(1, slots + 1)]))
        if slot is not None and not seats & {(p, slot) for p in m.participants}:
            seats |= {(p, slot) for p in m.participants}
            rows.append(Assignment(m.id, slot, draw(st.integers(1, 2))))
    return Current(tuple(rows), draw(st.integers(0, 2)))


@st.composite
def busy_days(draw: st.DrawFn, *, required: bool, ordered: bool = False) -> Problem:
    """Five people, eight slots, absences, pins, a morning session, perhaps an order: agendas with and without holes."""
    seed = draw(st.integers(0, 10**6))
    rolls = random.Random(seed)
    names = [f"P{i}" for i in range(5)]
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    chosen = rolls.sample(pairs, rolls.randint(3, 8))
    away = {n: frozenset(t for t in range(1, DAY_SLOTS + 1) if rolls.random() < 0.15) for n in names}
    meetings = [
        Meeting(
            f"m{i}", pair, rolls.randint(1, 3), required=required,
            session="early" if rolls.random() < 0.2 else None,
            slot=rolls.randint(1, DAY_SLOTS) if rolls.random() < 0.25 else None,
            after=(f"m{rolls.randrange(i)}",) if ordered and i and rolls.random() < 0.3 else (),
        )
        for i, pair in enumerate(chosen)
    ]  # fmt: skip
    return Problem(
        DAY_SLOTS,
        (rolls.randint(1, 2),) * DAY_SLOTS,
        tuple(Participant(n, None, away[n]) for n in names),
        tuple(meetings),
        sessions=(Session("early", 1, 4),),
        fairness=rolls.choice([None, None, 1, 2]),
    )
