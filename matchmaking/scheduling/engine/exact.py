"""Proofs by complete search: CP-SAT, and beside it core-guided MaxSAT, on one model, objective after objective."""

from __future__ import annotations

import time

from . import cpsat
from .formula import Terms
from .levels import add_levels, known_counts
from .maxsat import MaxSatLeg
from .model import Model, build
from .reheat import Reheating, is_worth_annealing
from .run import Run
from .sides import side_bounds
from .slackness import Common, common_to_optima
from .squeeze import is_worth_squeezing, squeeze

MOST_VARIABLES = 30_000
"""Possible (meeting, slot) places up to which a complete search is worth its time (docs, 'Where it stops')."""

WORTH_A_PROCESS = 1_000
"""Variables from which a process of its own may look for a first schedule."""
WORTH_SIDES = 60
"""Meetings from which each side is bounded by itself first, and the share of the time left that one may take."""
SIDE_SHARE = 0.25
LEG_SECONDS = 8.0
"""What the second leg may take for the breaks of an event with choice, before its core goes to annealing."""
CORES_SECONDS = 4.0
"""What both legs may take for the breaks of an event without choice, before their cores go to squeezing."""
LEG_DELAY_SECONDS = 0.5
"""What one leg solves at once needs no second process, and stays reproducible."""

ORDER = ("disruption", "min_shortfall", "weight", "breaks")


def is_small(run: Run) -> bool:
    """Whether the whole problem fits a complete search."""
    return sum(mask.bit_count() for mask in run.instance.allowed) <= MOST_VARIABLES


def prove(run: Run) -> None:
    """Optimise and prove each objective in turn, holding those before; stops where time ends or a proof fails."""
    run.check()
    model = build(run.instance)
    run.check()
    add_levels(model, known_counts(model))
    run.breaks_bound = max(run.breaks_bound, sum(model.forced.values()))
    if run.value is None and run.limits.workers == 1 and model.formula.variables > WORTH_A_PROCESS:
        find_first(run, model)
    for name in ORDER:
        terms = _terms(model, name)
        if not terms and name != "breaks":
            continue
        reached = _reached(run, name)
        if reached is None or reached > _bound(run, name):
            _raise_bound(run, name, _optimise(run, model, terms, name))
        if run.value is None or _reached(run, name) != _bound(run, name) or run.should_stop():
            return
        model = _holding(run, model, terms, name)


def find_first(run: Run, model: Model) -> None:
    """Any schedule at all, by a SAT solver, so that there is one in hand while a single worker proves the best."""
    leg = MaxSatLeg(model.formula, [])
    try:
        while not leg.finished and not leg.failed and not run.should_stop():
            time.sleep(0.01)
    finally:
        leg.stop()
    if leg.values is not None:
        run.offer(model.slots_of(leg.values))


def _holding(run: Run, model: Model, terms: Terms, name: str) -> Model:
    """The model in which an objective may not get worse any more."""
    if name == "weight" and not model.instance.told and run.reaches_relaxation():
        common = common_to_optima(run.instance, run.check)
        if common is not None:
            model = _optimal_choices(run, common)
            if len(run.instance.meetings) >= WORTH_SIDES:
                _bound_by_sides(run, model, common)
            return model
    model.formula.weigh(terms, 0, _bound(run, name))
    return model


def _bound_by_sides(run: Run, model: Model, common: Common) -> None:
    """Begin with the breaks that each side needs by itself, and tell the model so."""
    search = cpsat.Search(max(0.0, run.left() * SIDE_SHARE), max(1, run.limits.workers), run.limits.seed)
    sides = side_bounds(run.instance, common, search, run.should_stop)
    for side in sides:
        ends = [v for p in side.people for v in model.ends[p].values()]
        model.formula.count(ends, side.breaks, len(ends))
        run.clocked = run.clocked or not side.proven
    _raise_bound(run, "breaks", sum(side.breaks for side in sides))


def _optimal_choices(run: Run, common: Common) -> Model:
    """A fresh model of all schedules that reach the flow's shortfall and weight, said by what they have in common."""
    instance = run.instance
    domain = [0 if m in common.missed else mask for m, mask in enumerate(instance.allowed)]
    model = build(instance, domain=domain)
    for m in common.held & model.missed.keys():
        model.formula.clause(-model.missed[m])
    for p, seats in enumerate(model.u):
        model.formula.count(seats.values(), common.least[p], common.most[p])
    add_levels(model, {p: n for p, n in common.least.items() if n == common.most[p]})
    if common.tables_full:
        for t, capacity in enumerate(instance.capacity):
            model.formula.count((row[t] for row in model.x if t in row), capacity, capacity)
    return model


def _terms(model: Model, name: str) -> Terms:
    """What the model minimises for an objective."""
    if name == "disruption":
        return model.disruption_terms()
    if name == "min_shortfall":
        return model.shortfall_terms()
    return model.weight_terms() if name == "weight" else model.break_terms()


def _bound(run: Run, name: str) -> int:
    """The proven bound, as the model minimises it."""
    if name == "weight":
        return sum(run.instance.weight) - run.weight_bound
    return {
        "disruption": run.disruption_bound,
        "min_shortfall": run.shortfall_bound,
        "breaks": run.breaks_bound,
    }[name]


def _raise_bound(run: Run, name: str, bound: int) -> None:
    if name == "disruption":
        run.disruption_bound = max(run.disruption_bound, bound)
    elif name == "min_shortfall":
        run.shortfall_bound = max(run.shortfall_bound, bound)
    elif name == "weight":
        run.weight_bound = min(run.weight_bound, sum(run.instance.weight) - bound)
    else:
        run.breaks_bound = max(run.breaks_bound, bound)


def _reached(run: Run, name: str) -> int | None:
    """The value of an objective in hand as the model minimises it."""
    if run.value is None:
        return None
    value: int = getattr(run.value, name)
    return sum(run.instance.weight) - value if name == "weight" else value


def _optimise(run: Run, model: Model, terms: Terms, name: str) -> int:
    """Minimise the terms with both legs; offers every schedule found and returns the proven lower bound."""
    stage = _Stage(run, model, terms, name)
    search = cpsat.Search(
        max(0.0, run.left()), max(1, run.limits.workers - 1), run.limits.seed, presolve=not run.instance.all_required
    )
    listening = cpsat.Listening(stage.offer, stage.is_over, stage.hear)
    hint = model.complete(run.slot) if run.slot is not None else None
    try:
        outcome = cpsat.solve(model.formula, terms, search, hint, listening)
    finally:
        stage.end()
    run.infeasible = run.value is None and (outcome.infeasible or stage.leg_says_infeasible)
    for values in (outcome.values, stage.leg_values):
        if values is not None:
            stage.offer(values)
    stage.hear(outcome.objective if outcome.proven and outcome.objective is not None else outcome.bound)
    if stage.gives_way:
        stage.hear(squeeze(run, model, stage.bound))
    reached = _reached(run, name)
    run.clocked = run.clocked or not (run.infeasible or (reached is not None and reached <= stage.bound))
    return stage.bound


class _Stage:
    """One objective being minimised: the bound heard from both legs, and the second leg once it is worth its start.

    A second leg that has not proven the breaks by LEG_SECONDS gives its core to annealing where there is choice; where
    there is none, both legs give way by CORES_SECONDS.
    """

    def __init__(self, run: Run, model: Model, terms: Terms, name: str) -> None:
        self.run, self.model, self.terms, self.name = run, model, terms, name
        self.bound = 0
        self.leg: MaxSatLeg | None = None
        self.reheating: Reheating | None = None
        self.gives_way = False
        self._leg_starts = time.monotonic() + LEG_DELAY_SECONDS

    def offer(self, values: list[bool]) -> None:
        """Take in a schedule that the model found."""
        self.run.offer(self.model.slots_of(values))

    def hear(self, bound: int) -> None:
        """Take in a lower bound."""
        self.bound = max(self.bound, bound)

    def is_over(self) -> bool:
        """Asked every 50 ms: whether nothing is left to find, or time is over; starts the second leg when due."""
        if self.leg is None and self.run.limits.workers > 1 and time.monotonic() > self._leg_starts:
            self.leg = MaxSatLeg(self.model.formula, self.terms, wants_first=self.run.value is None)
            self.run.raced = True
        if self.leg is not None and self.leg.first is not None:
            self.offer(self.leg.first)
            self.leg.first = None
        self.hear(self.leg.bound if self.leg else 0)
        reached = _reached(self.run, self.name)
        finished = self.leg is not None and self.leg.finished
        if self.leg is not None and not finished:
            self._give_cores_away(self.leg)
        over = finished or self.gives_way or (reached is not None and reached <= self.bound)
        return self.run.should_stop() or over

    def _give_cores_away(self, leg: MaxSatLeg) -> None:
        """Once it is due, let another search have the second leg's core, or both."""
        problem = self.run.instance.problem
        searched = self.name == "breaks" and problem.current is None and self.run.value is not None
        if not searched or self.reheating is not None:
            return
        spent = time.monotonic() - self._leg_starts
        if is_worth_annealing(problem) and spent > LEG_SECONDS:
            leg.stop()
            self.reheating = Reheating(self.run)
        self.gives_way = is_worth_squeezing(problem) and spent > CORES_SECONDS

    def end(self) -> None:
        """Stop the second leg, or what took its place, and keep what it found."""
        if self.reheating is not None:
            self.reheating.stop()
        if self.leg is not None:
            self.leg.stop()
            self.hear(self.leg.bound)

    @property
    def leg_values(self) -> list[bool] | None:
        """The optimum of the second leg."""
        return self.leg.values if self.leg else None

    @property
    def leg_says_infeasible(self) -> bool:
        """Whether the second leg proved that there is no schedule."""
        return self.leg is not None and self.leg.infeasible
