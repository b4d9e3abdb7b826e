"""A lower bound on breaks from one side at a time: when its people can sit, how often, and how many tables there are.

Who meets whom is left out, so each side is a small problem of patterns; what both need at least adds up. It sees what
a linear relaxation does not: tables that are all in use leave somebody idle in the middle of the day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import cpsat
from .instance import Instance, slots_in
from .model import Model, breaks_end
from .slackness import Common


@dataclass(frozen=True, slots=True)
class SideBound:
    """The people of one side and the breaks that they have at least, in all schedules that obey the common facts."""

    people: tuple[int, ...]
    breaks: int
    proven: bool


def side_bounds(
    instance: Instance, common: Common, search: cpsat.Search, should_stop: Callable[[], bool] = lambda: False
) -> list[SideBound]:
    """Bound the breaks of each side; nothing where there are no two sides."""
    colour = instance.colour
    if colour is None:
        return []
    sides = [tuple(p for p, c in enumerate(colour) if c == side) for side in (0, 1)]
    return [_bound(instance, common, people, search, should_stop) for people in sides]


def _bound(
    instance: Instance, common: Common, people: tuple[int, ...], search: cpsat.Search, should_stop: Callable[[], bool]
) -> SideBound:
    model = patterns(instance, common, people)
    listening = cpsat.Listening(should_stop=should_stop)
    outcome = cpsat.solve(model.formula, model.break_terms(), search, None, listening)
    value = outcome.objective if outcome.proven and outcome.objective is not None else outcome.bound
    return SideBound(people, value, outcome.proven)


def patterns(instance: Instance, common: Common, people: tuple[int, ...]) -> Model:
    """Who of these people sits when: within their slots, as often as all optima allow, at the tables there are."""
    model = Model(instance)
    for p in people:
        seats = {t: model.formula.new() for t in slots_in(instance.available[p])}
        model.formula.count(seats.values(), common.least[p], common.most[p])
        model.u.append(seats)
    for t, capacity in enumerate(instance.capacity):
        here = [seats[t] for seats in model.u if t in seats]
        model.formula.count(here, capacity if common.tables_full else 0, capacity)
    breaks_end(model)
    return model
