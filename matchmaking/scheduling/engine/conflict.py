"""Why there is no schedule: a small set of named rules that cannot hold together, minimal where time allows.

Counting first (one person's meetings against their slots, all meetings against all tables: a matching decides), for
search is hopeless at counting; then a SAT solver with one switch per rule, whose core is shrunk rule by rule. That
nobody sits in two meetings at once is taken for granted and not listed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from .cnf import Writer
from .formula import Formula
from .instance import Instance, slots_in
from .model import (
    Model,
    breaks_end,
    enough_tables,
    fair_breaks,
    limits_of_people,
    one_meeting_at_a_time,
    precede,
)
from .problem import Rule

BUDGET_SECONDS = 10.0
CONFLICTS_PER_CALL = 30_000

Clauses = Callable[[], list[list[int]]]


@dataclass(frozen=True)
class Named:
    """A rule that can be switched off: what it takes from the slots of meetings (masks), and its words."""

    rule: Rule
    takes: tuple[tuple[int, int], ...] = ()


def smallest_conflict(instance: Instance, seconds: float = BUDGET_SECONDS) -> tuple[Rule, ...]:
    """Return named rules that cannot hold together; empty when none was isolated in time."""
    masks = _mask_rules(instance)
    required = _required_rules(instance)
    for p in range(len(instance.people)):
        found = _person_conflict(instance, p, masks, required)
        if found:
            return found
    return _tables_conflict(instance, masks, required) or _search_conflict(instance, masks, required, seconds)


# The rules and their words


def _named(rule: str, ids: Iterable[str], text: tuple[str, str], takes: Iterable[tuple[int, int]] = ()) -> Named:
    return Named(Rule(rule, tuple(ids), {"id": text[0], "en": text[1]}), tuple(takes))


def _pair(instance: Instance, m: int) -> str:
    return " – ".join(instance.people[p].id for p in instance.pairs[m])


def _required_rules(instance: Instance) -> dict[int, Named]:
    """One rule for each meeting that must be held, by meeting."""
    out = {}
    for m, must in enumerate(instance.required):
        name = instance.meetings[m].id
        if m in instance.fact:
            slot = instance.fact[m].slot
            text = (f"{name} sudah berlangsung pada giliran {slot}.", f"{name} has taken place in slot {slot}.")
            out[m] = _named("fact", [name], text)
        elif must:
            who = _pair(instance, m)
            text = (f"{name} ({who}) wajib diadakan.", f"{name} ({who}) must be held.")
            out[m] = _named("required", [name], text)
    return out


def _mask_rules(instance: Instance) -> list[Named]:
    """The rules that take slots from meetings: absence, past, session, pin, tables that are not there."""
    out = [*_absences(instance), *_windows(instance)]
    if instance.frozen:
        past = (1 << instance.frozen) - 1
        text = (
            f"Giliran 1–{instance.frozen} sudah lewat.",
            f"Slots 1–{instance.frozen} are past.",
        )
        loose = [(m, past) for m in range(len(instance.meetings)) if m not in instance.fact]
        out.append(_named("frozen", [], text, loose))
    return out


def _absences(instance: Instance) -> list[Named]:
    out = []
    for p, person in enumerate(instance.people):
        mask = sum(1 << (t - 1) for t in person.unavailable)
        mine = [(m, mask) for m in instance.meetings_of[p] if m not in instance.fact]
        if mask and mine:
            slots = ", ".join(str(t) for t in sorted(person.unavailable))
            text = (f"{person.id} tidak hadir pada giliran {slots}.", f"{person.id} is away in slots {slots}.")
            out.append(_named("unavailable", [person.id], text, mine))
    return out


def _windows(instance: Instance) -> list[Named]:
    every = (1 << instance.slots) - 1
    sessions = {s.id: s for s in instance.problem.sessions}
    out = []
    for m, meeting in enumerate(instance.meetings):
        if m in instance.fact:
            continue
        if meeting.slot is not None:
            text = (
                f"{meeting.id} ({_pair(instance, m)}) disematkan ke giliran {meeting.slot}.",
                f"{meeting.id} ({_pair(instance, m)}) is pinned to slot {meeting.slot}.",
            )
            out.append(_named("pin_slot", [meeting.id], text, [(m, every & ~(1 << (meeting.slot - 1)))]))
        if meeting.session is not None:
            session = sessions[meeting.session]
            inside = sum(1 << (t - 1) for t in range(session.first, session.last + 1))
            text = (
                f"{meeting.id} harus di sesi {session.id} (giliran {session.first}–{session.last}).",
                f"{meeting.id} belongs to session {session.id} (slots {session.first}–{session.last}).",
            )
            out.append(_named("session", [meeting.id], text, [(m, every & ~inside)]))
        out.extend(_missing_tables(instance, m))
    return out


def _missing_tables(instance: Instance, m: int) -> list[Named]:
    bound = instance.tables_of[m]
    if bound is None:
        return []
    lowest = min(bound, default=10**9)
    mask = sum(1 << t for t, count in enumerate(instance.problem.tables) if count < lowest)
    if not mask:
        return []
    name = instance.meetings[m].id
    text = (
        f"Meja yang boleh dipakai {name} tidak ada pada giliran {_list(mask)}.",
        f"The tables that {name} may use do not exist in slots {_list(mask)}.",
    )
    return [_named("bound_tables", [name], text, [(m, mask)])]


def _list(mask: int) -> str:
    return ", ".join(str(t + 1) for t in slots_in(mask))


def _tables_rule(instance: Instance) -> Named:
    counts = sorted(set(instance.problem.tables))
    most = str(counts[0]) if len(counts) == 1 else f"{counts[0]}–{counts[-1]}"
    text = (
        f"Ada {most} meja pada tiap giliran, {sum(instance.capacity)} tempat seluruhnya.",
        f"There are {most} tables in each slot, {sum(instance.capacity)} places in all.",
    )
    return _named("tables", [], text)


def _most_rule(instance: Instance, p: int) -> Named:
    person = instance.people[p]
    text = (
        f"{person.id} paling banyak {person.max_meetings} pertemuan.",
        f"{person.id} has at most {person.max_meetings} meetings.",
    )
    return _named("max_meetings", [person.id], text)


# Counting


def _person_conflict(instance: Instance, p: int, masks: list[Named], required: dict[int, Named]) -> tuple[Rule, ...]:
    """More required meetings of one person than the slots left to them, or than their maximum."""
    mine = [m for m in instance.meetings_of[p] if m in required]
    if len(mine) > instance.most[p]:
        kept = [required[m].rule for m in mine[: instance.most[p] + 1]]
        return (_most_rule(instance, p).rule, *kept)
    if _places(instance, mine, masks, [1] * instance.slots) == len(mine):
        return ()
    touching = [r for r in masks if any(m in mine for m, _ in r.takes)]

    def clash(rules: list[Named], meetings: list[int]) -> bool:
        return _places(instance, meetings, rules, [1] * instance.slots) < len(meetings)

    return _shrunk(touching, mine, required, clash)


def _tables_conflict(instance: Instance, masks: list[Named], required: dict[int, Named]) -> tuple[Rule, ...]:
    """More required meetings than places at tables in the slots left to them."""
    capacity = list(instance.capacity)
    every = sorted(required)
    if _places(instance, every, masks, capacity) == len(every):
        return ()

    def clash(rules: list[Named], meetings: list[int]) -> bool:
        return _places(instance, meetings, rules, capacity) < len(meetings)

    return (_tables_rule(instance).rule, *_shrunk(masks, every, required, clash))


def _shrunk(
    rules: list[Named],
    meetings: list[int],
    required: dict[int, Named],
    clash: Callable[[list[Named], list[int]], bool],
) -> tuple[Rule, ...]:
    """Leave out every rule and meeting without which it still clashes."""
    for rule in list(rules):
        fewer = [r for r in rules if r is not rule]
        if clash(fewer, meetings):
            rules = fewer
    for m in list(meetings):
        fewer_meetings = [k for k in meetings if k != m]
        if clash(rules, fewer_meetings):
            meetings = fewer_meetings
    return (*(r.rule for r in rules), *(required[m].rule for m in meetings))


def _domain(instance: Instance, m: int, rules: Sequence[Named]) -> int:
    if m in instance.fact:
        return 1 << (instance.fact[m].slot - 1)
    mask = (1 << instance.slots) - 1
    for rule in rules:
        for k, taken in rule.takes:
            if k == m:
                mask &= ~taken
    return mask


def _places(instance: Instance, meetings: list[int], rules: Sequence[Named], capacity: list[int]) -> int:
    """How many of the meetings get a place when each slot has room for `capacity` of them (a matching)."""
    taken: dict[int, list[int]] = {t: [] for t in range(instance.slots)}
    wanted = set(meetings)
    masks = dict.fromkeys(meetings, (1 << instance.slots) - 1)
    for rule in rules:
        for m, mask in rule.takes:
            if m in wanted:
                masks[m] &= ~mask
    for m in wanted & instance.fact.keys():
        masks[m] = 1 << (instance.fact[m].slot - 1)

    def place(m: int, seen: set[int]) -> bool:
        for t in slots_in(masks[m]):
            if t in seen:
                continue
            seen.add(t)
            if len(taken[t]) < capacity[t]:
                taken[t].append(m)
                return True
            for i, other in enumerate(taken[t]):
                if place(other, seen):
                    taken[t][i] = m
                    return True
        return False

    return sum(place(m, set()) for m in meetings)


# Search


def _search_conflict(
    instance: Instance, masks: list[Named], required: dict[int, Named], seconds: float
) -> tuple[Rule, ...]:
    """Ask a SAT solver for rules that clash, then for fewer and fewer."""
    from pysat.solvers import Solver

    people, tables, switches = _switched_clauses(instance, masks, required)
    deadline = time.monotonic() + seconds
    with Solver(name="g4", bootstrap_with=people()) as solver:
        core = _core(solver, sorted(switches))
        if core is None:  # counting tables makes most of the formula, and most clashes are of people
            solver.append_formula(tables())
            core = _core(solver, sorted(switches))
        if core is None:
            return ()
        for switch in sorted(core):
            if switch not in core or time.monotonic() > deadline:
                continue
            smaller = _core(solver, [s for s in sorted(core) if s != switch])
            if smaller is not None:
                core = smaller
    return tuple(switches[s].rule for s in sorted(core))


def _core(solver: object, switches: list[int]) -> set[int] | None:
    """The switches that clash, or None when they do not or nobody knows within the budget."""
    solver.conf_budget(CONFLICTS_PER_CALL)  # type: ignore[attr-defined]
    if solver.solve_limited(assumptions=switches) is not False:  # type: ignore[attr-defined]
        return None
    return set(solver.get_core() or ())  # type: ignore[attr-defined]


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
    s.step(_tables_rule(instance), lambda: enough_tables(model))
    return partial(s.clauses, 0, count), partial(s.clauses, count, len(s.steps)), s.switches


def _hold(model: Model, m: int, slots: Iterable[int]) -> None:
    model.formula.clause(*(model.x[m][t] for t in slots))


def _take(model: Model, named: Named) -> None:
    for m, mask in named.takes:
        for t in slots_in(mask):
            if t in model.x[m]:
                model.formula.clause(-model.x[m][t])


def _people(s: _Switched) -> None:
    model, instance = s.model, s.model.instance
    for p, person in enumerate(instance.people):
        if person.max_meetings is not None:
            s.step(_most_rule(instance, p), partial(limits_of_people, model, only=p))
    for earlier, later in instance.after:
        one, other = instance.meetings[earlier].id, instance.meetings[later].id
        text = (f"{other} harus sesudah {one}.", f"{other} must be later than {one}.")
        s.step(_named("after", [other, one], text), partial(precede, model, earlier, later))
    if instance.fairness is not None:
        most = instance.fairness
        text = (
            f"Selisih jeda antara dua peserta paling banyak {most}.",
            f"The breaks of two participants differ by at most {most}.",
        )
        s.step(_named("fairness", [], text), lambda: fair_breaks(model, most))
