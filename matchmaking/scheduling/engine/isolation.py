"""Fewer and fewer rules that clash: a SAT solver with a switch for each rule, under budgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from .cnf import Writer
from .formula import Formula
from .instance import Instance, resources_of, slots_in
from .model import (
    Model,
    breaks_end,
    enough_tables,
    fair_breaks,
    one_meeting_at_a_time,
    precede,
)
from .named_rules import Named, most_rule, named_rule, tables_rule
from .problem import Rule

CONFLICTS_PER_CALL = 30_000

Clauses = Callable[[], list[list[int]]]


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot hold together; `minimal`: without any one of them the others can. `hurried`: the clock ended it."""

    rules: tuple[Rule, ...] = ()
    minimal: bool = True
    hurried: bool = False


class Isolation:
    """Fewer and fewer rules that clash, by a SAT solver with a switch for each rule."""

    def __init__(self, instance: Instance, is_over: Callable[[], bool]) -> None:
        # Rules are about to be left out, so tables must be counted as if every meeting could be in any slot.
        self.instance = replace(instance, allowed=[(1 << instance.slots) - 1] * len(instance.meetings))
        self.instance.resources = resources_of(self.instance)
        self.is_over = is_over

    def search(self, masks: list[Named], required: dict[int, Named]) -> Conflict:
        """Look for a conflict among all rules."""
        from pysat.solvers import Solver

        people, tables, switches = _switched_clauses(self.instance, masks, required)
        with Solver(name="g4", bootstrap_with=people()) as solver:
            core = _core(solver, sorted(switches))
            if core is None:  # counting tables makes most of the formula, and most clashes are of people
                solver.append_formula(tables())
                core = _core(solver, sorted(switches))
            elif core:  # a smaller one may need the tables, and "the others can hold" is not true without them
                solver.append_formula(tables())
            return self._shrink(solver, core, switches) if core else Conflict(minimal=False)

    def shrink(self, masks: list[Named], required: dict[int, Named], found: list[Named]) -> Conflict:
        """Make a conflict that counting found smaller, or see that nothing in it can be left out."""
        from pysat.solvers import Solver

        people, tables, switches = _switched_clauses(self.instance, masks, required)
        rules = {(named.rule.rule, named.rule.ids) for named in found}
        core = {switch for switch, named in switches.items() if (named.rule.rule, named.rule.ids) in rules}
        with Solver(name="g4", bootstrap_with=people()) as solver:
            solver.append_formula(tables())
            return self._shrink(solver, core, switches)

    def _shrink(self, solver: object, core: set[int], switches: dict[int, Named]) -> Conflict:
        minimal, hurried = True, False
        for switch in sorted(core):
            if switch not in core:
                continue
            hurried = hurried or self.is_over()
            if hurried:
                break
            others = sorted(core - {switch})
            answer = _ask(solver, others)
            if answer is False:
                core = _core_of(solver)
            minimal = minimal and answer is not None
        return Conflict(tuple(switches[s].rule for s in sorted(core)), minimal and not hurried, hurried)


def _ask(solver: object, switches: list[int]) -> bool | None:
    """Whether these rules can hold together; None when nobody knows within the budget."""
    solver.conf_budget(CONFLICTS_PER_CALL)  # type: ignore[attr-defined]
    answer: bool | None = solver.solve_limited(assumptions=switches)  # type: ignore[attr-defined]
    return answer


def _core_of(solver: object) -> set[int]:
    """The rules that the last answer needed."""
    return set(solver.get_core() or ())  # type: ignore[attr-defined]


def _core(solver: object, switches: list[int]) -> set[int] | None:
    """The switches that clash, or None when they do not or nobody knows within the budget."""
    return _core_of(solver) if _ask(solver, switches) is False else None


class _Switched:
    """Builds a formula in steps, each under the switch of its rule."""

    def __init__(self, instance: Instance) -> None:
        self.model = Model(instance)
        self.switches: dict[int, Named] = {}
        self.steps: list[tuple[int | None, Formula]] = []
        self.writer: Writer | None = None

    def step(self, named: Named | None, build: Callable[[], object]) -> None:
        """Run `build`; whatever it adds holds only when the rule's switch is on."""
        whole = self.model.formula
        self.model.formula = part = Formula(variables=whole.variables)
        build()
        switch = None
        if named is not None:
            switch = part.new()
            self.switches[switch] = named
        self.steps.append((switch, part))
        self.model.formula = Formula(variables=part.variables)

    def clauses(self, first: int, last: int) -> list[list[int]]:
        """The clauses of some of the steps, to be asked for in their order."""
        self.writer = self.writer or Writer(self.model.formula.variables)
        self.writer.clauses = []
        for switch, part in self.steps[first:last]:
            self.writer.write(part, () if switch is None else (-switch,))
        return self.writer.clauses


def _switched_clauses(
    instance: Instance, masks: list[Named], required: dict[int, Named]
) -> tuple[Clauses, Clauses, dict[int, Named]]:
    """Everything is allowed everywhere, until a rule's switch takes it away; the rules of people, then that of tables."""
    s = _Switched(instance)
    model = s.model
    matters = set(range(len(instance.meetings))) if instance.fairness is not None else set(required)

    def places() -> None:
        model.x = [
            {t: model.formula.new() for t in range(instance.slots)} if m in matters else {}
            for m in range(len(instance.meetings))
        ]
        for row in model.x:
            model.formula.at_most_one(list(row.values()))
        one_meeting_at_a_time(model)
        breaks_end(model)

    s.step(None, places)
    for m, named in required.items():
        slots = [instance.fact[m].slot - 1] if m in instance.fact else range(instance.slots)
        s.step(named, partial(_hold, model, m, slots))
    for named in masks:
        s.step(named, partial(_take, model, named))
    _people(s)
    count = len(s.steps)
    s.step(tables_rule(instance), lambda: enough_tables(model))
    return partial(s.clauses, 0, count), partial(s.clauses, count, len(s.steps)), s.switches


def _hold(model: Model, m: int, slots: Iterable[int]) -> None:
    model.formula.clause(*(model.x[m][t] for t in slots))


def _take(model: Model, named: Named) -> None:
    for m, mask in named.takes:
        for t in slots_in(mask):
            if t in model.x[m]:
                model.formula.clause(-model.x[m][t])


def _at_most(model: Model, p: int) -> None:
    model.formula.count(model.u[p].values(), 0, model.instance.most[p])


def _people(s: _Switched) -> None:
    model, instance = s.model, s.model.instance
    for p, person in enumerate(instance.people):
        if person.max_meetings is not None:
            s.step(most_rule(instance, p), partial(_at_most, model, p))
    for earlier, later in instance.after:
        one, other = instance.meetings[earlier].id, instance.meetings[later].id
        text = (f"{other} harus sesudah {one}.", f"{other} must be later than {one}.")
        s.step(named_rule("after", [other, one], text), partial(precede, model, earlier, later))
    if instance.fairness is not None:
        most = instance.fairness
        text = (
            f"Selisih jeda antara dua peserta paling banyak {most}.",
            f"The breaks of two participants differ by at most {most}.",
        )
        s.step(named_rule("fairness", [], text), lambda: fair_breaks(model, most))
