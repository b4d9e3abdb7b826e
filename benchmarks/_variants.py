"""Harder variants of published events, made here: the article's kinds, on problems that nobody has printed results for.

The article (JAIR 74, 2022, tables 6 to 10) adds forbidden slots, precedences and other fairness to its originals. The same
kinds are drawn here from random.Random(seed): whatever the engine and the reference say of them must agree.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from matchmaking.scheduling.engine import Problem

FAIRNESS = (0, 1, 3)
FORBIDDEN_SHARES = (0.05, 0.10)
PRECEDENCE_SHARES = (0.15, 0.25)


def variants(problem: Problem, seed: int) -> Iterator[Problem]:
    """The problem with another fairness, with further forbidden slots, and with precedences."""
    for fairness in FAIRNESS:
        yield replace(problem, fairness=fairness, name=f"{problem.name} d={fairness}")
    for share in FORBIDDEN_SHARES:
        yield forbid(problem, share, seed)
    for share in PRECEDENCE_SHARES:
        yield precede(problem, share, seed)


def forbid(problem: Problem, share: float, seed: int) -> Problem:
    """Forbid each (participant, slot) with probability `share`, for those whose agenda fills at most half of the slots."""
    draw = random.Random(f"forbid {seed} {problem.name}")
    people = []
    for person in problem.participants:
        mine = sum(person.id in m.participants for m in problem.meetings)
        away = set(person.unavailable)
        for t in range(1, problem.slots + 1):
            if draw.random() < share and 2 * mine <= problem.slots:
                away.add(t)
        people.append(replace(person, unavailable=frozenset(away)))
    return replace(problem, participants=tuple(people), name=f"{problem.name} forbidden {share:.0%}")


def precede(problem: Problem, share: float, seed: int) -> Problem:
    """Let `share` of the meetings come after another one of the same participant, along one random order (no cycles)."""
    draw = random.Random(f"precede {seed} {problem.name}")
    order = list(problem.meetings)
    draw.shuffle(order)
    place = {m.id: i for i, m in enumerate(order)}
    chosen = set(draw.sample(range(len(order)), round(share * len(order))))
    meetings = []
    for meeting in problem.meetings:
        earlier = [
            other.id
            for other in problem.meetings
            if place[other.id] < place[meeting.id] and set(other.participants) & set(meeting.participants)
        ]
        comes_after = [draw.choice(earlier)] if earlier and place[meeting.id] in chosen else []
        meetings.append(replace(meeting, after=(*meeting.after, *comes_after)))
    return replace(problem, meetings=tuple(meetings), name=f"{problem.name} precedence {share:.0%}")
