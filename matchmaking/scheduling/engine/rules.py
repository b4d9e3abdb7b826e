"""One named function per rule of contracts.md, hard and soft, written from the definition and used by no solver."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .problem import Assignment, Meeting, Participant, Problem


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken hard rule: its name, whom it concerns, and a sentence in both languages."""

    rule: str
    meetings: tuple[str, ...]
    participants: tuple[str, ...]
    slot: int | None
    text: Mapping[str, str]


class Schedule:
    """Assignments of one problem, looked at from every side the rules need."""

    def __init__(self, problem: Problem, assignments: Iterable[Assignment]) -> None:
        self.problem = problem
        self.assignments = sorted(assignments)
        self.facts = problem.facts()

    @cached_property
    def meetings(self) -> dict[str, Meeting]:
        """Every meeting of the problem by id."""
        return {m.id: m for m in self.problem.meetings}

    @cached_property
    def people(self) -> dict[str, Participant]:
        """Every participant of the problem by id."""
        return {p.id: p for p in self.problem.participants}

    @cached_property
    def placed(self) -> dict[str, Assignment]:
        """The assignment of each meeting that is held."""
        return {a.meeting: a for a in self.assignments}

    @cached_property
    def agenda(self) -> dict[str, list[Assignment]]:
        """The assignments of each participant in the order of time."""
        out: dict[str, list[Assignment]] = {p.id: [] for p in self.problem.participants}
        for a in sorted(self.assignments, key=lambda a: (a.slot, a.meeting)):
            for p in self.meetings[a.meeting].participants:
                out[p].append(a)
        return out

    @cached_property
    def by_slot(self) -> dict[int, list[Assignment]]:
        """The assignments of each slot."""
        out: dict[int, list[Assignment]] = defaultdict(list)
        for a in self.assignments:
            out[a.slot].append(a)
        return out

    def is_fact(self, a: Assignment) -> bool:
        """Whether this assignment is a fact of `current`."""
        return self.facts.get(a.meeting) == a

    @cached_property
    def open_assignments(self) -> list[Assignment]:
        """The assignments that are not facts, which every rule binds."""
        return [a for a in self.assignments if not self.is_fact(a)]


Rule = Callable[[Schedule], Iterator[Violation]]


def _violation(
    rule: str,
    assignments: Sequence[Assignment],
    people: Sequence[str],
    slot: int | None,
    text: tuple[str, str],
) -> Violation:
    ids = tuple(a.meeting for a in assignments)
    return Violation(rule, ids, tuple(people), slot, {"id": text[0], "en": text[1]})


def within_the_event(s: Schedule) -> Iterator[Violation]:
    """Each meeting is assigned once, to a slot that exists."""
    for meeting, count in Counter(a.meeting for a in s.assignments).items():
        if count > 1:
            text = (f"{meeting} dijadwalkan {count} kali.", f"{meeting} is scheduled {count} times.")
            yield Violation("once", (meeting,), (), None, {"id": text[0], "en": text[1]})
    for a in s.assignments:
        if not 1 <= a.slot <= s.problem.slots:
            text = (f"{a.meeting}: giliran {a.slot} tidak ada.", f"{a.meeting}: there is no slot {a.slot}.")
            yield _violation("slot_exists", [a], (), a.slot, text)


def required_is_held(s: Schedule) -> Iterator[Violation]:
    """Required meetings are held."""
    for m in s.problem.meetings:
        if m.required and m.id not in s.placed:
            text = (f"{m.id} wajib diadakan.", f"{m.id} is required but not held.")
            yield Violation("required", (m.id,), m.participants, None, {"id": text[0], "en": text[1]})


def one_meeting_at_a_time(s: Schedule) -> Iterator[Violation]:
    """Nobody is in two meetings in one slot."""
    for person, agenda in s.agenda.items():
        for slot, count in Counter(a.slot for a in agenda).items():
            if count > 1:
                both = [a for a in agenda if a.slot == slot]
                names = ", ".join(a.meeting for a in both)
                text = (
                    f"{person} ada di {count} pertemuan pada giliran {slot}: {names}.",
                    f"{person} is in {count} meetings in slot {slot}: {names}.",
                )
                yield _violation("one_at_a_time", both, [person], slot, text)


def only_when_available(s: Schedule) -> Iterator[Violation]:
    """Nobody is in a slot where they are unavailable."""
    for a in s.open_assignments:
        for person in s.meetings[a.meeting].participants:
            if a.slot in s.people[person].unavailable:
                text = (
                    f"{person} tidak hadir pada giliran {a.slot} ({a.meeting}).",
                    f"{person} is away in slot {a.slot} ({a.meeting}).",
                )
                yield _violation("unavailable", [a], [person], a.slot, text)


def enough_tables(s: Schedule) -> Iterator[Violation]:
    """No more meetings in a slot than tables, every table exists, no table twice in a slot."""
    for slot, here in sorted(s.by_slot.items()):
        if not 1 <= slot <= s.problem.slots or all(s.is_fact(a) for a in here):
            continue
        tables = s.problem.tables[slot - 1]
        if len(here) > tables:
            text = (
                f"Giliran {slot}: {len(here)} pertemuan untuk {tables} meja.",
                f"Slot {slot}: {len(here)} meetings for {tables} tables.",
            )
            yield _violation("tables", here, (), slot, text)
        yield from _tables_of_slot(slot, here, tables)


def _tables_of_slot(slot: int, here: Sequence[Assignment], tables: int) -> Iterator[Violation]:
    by_table: dict[int, list[Assignment]] = defaultdict(list)
    for a in here:
        by_table[a.table].append(a)
    for table, same in by_table.items():
        count = len(same)
        if not 1 <= table <= tables:
            text = (f"Giliran {slot}: meja {table} tidak ada.", f"Slot {slot}: there is no table {table}.")
            yield _violation("table_exists", same, (), slot, text)
        if count > 1:
            text = (
                f"Meja {table} dipakai {count} pertemuan pada giliran {slot}.",
                f"Table {table} has {count} meetings in slot {slot}.",
            )
            yield _violation("table_twice", same, (), slot, text)


def pins_hold(s: Schedule) -> Iterator[Violation]:
    """A pinned meeting is at its slot and its table."""
    for a in s.open_assignments:
        m = s.meetings[a.meeting]
        if m.slot is not None and m.slot != a.slot:
            text = (f"{m.id} disematkan ke giliran {m.slot}.", f"{m.id} is pinned to slot {m.slot}.")
            yield _violation("pin_slot", [a], m.participants, a.slot, text)
        if m.table is not None and m.table != a.table:
            text = (f"{m.id} disematkan ke meja {m.table}.", f"{m.id} is pinned to table {m.table}.")
            yield _violation("pin_table", [a], m.participants, a.slot, text)


def sessions_hold(s: Schedule) -> Iterator[Violation]:
    """A meeting of a session is within it."""
    sessions = {each.id: each for each in s.problem.sessions}
    for a in s.open_assignments:
        name = s.meetings[a.meeting].session
        if name is not None and not sessions[name].first <= a.slot <= sessions[name].last:
            text = (f"{a.meeting} harus di sesi {name}.", f"{a.meeting} belongs to session {name}.")
            yield _violation("session", [a], (), a.slot, text)


def precedence_holds(s: Schedule) -> Iterator[Violation]:
    """A meeting is in a later slot than each held meeting it comes after."""
    for a in s.assignments:
        for name in s.meetings[a.meeting].after:
            earlier = s.placed.get(name)
            if earlier is None or (s.is_fact(a) and s.is_fact(earlier)) or earlier.slot < a.slot:
                continue
            text = (f"{a.meeting} harus sesudah {name}.", f"{a.meeting} must be later than {name}.")
            yield _violation("after", [a, earlier], (), a.slot, text)


def most_meetings_hold(s: Schedule) -> Iterator[Violation]:
    """Nobody has more than max_meetings; facts may exceed it, but then nothing is added."""
    for p in s.problem.participants:
        agenda = s.agenda[p.id]
        facts = sum(s.is_fact(a) for a in agenda)
        if p.max_meetings is not None and len(agenda) > max(p.max_meetings, facts):
            text = (
                f"{p.id} punya {len(agenda)} pertemuan, paling banyak {p.max_meetings}.",
                f"{p.id} has {len(agenda)} meetings, at most {p.max_meetings} are allowed.",
            )
            yield _violation("max_meetings", agenda, [p.id], None, text)


def home_tables_and_zones_hold(s: Schedule) -> Iterator[Violation]:
    """All meetings of a participant are at its home table, and within its zone."""
    for a in s.open_assignments:
        for person in s.meetings[a.meeting].participants:
            p = s.people[person]
            if p.home_table is not None and a.table != p.home_table:
                text = (f"Meja tetap {person} adalah {p.home_table}.", f"{person} stays at table {p.home_table}.")
                yield _violation("home_table", [a], [person], a.slot, text)
            if p.tables is not None and a.table not in p.tables:
                text = (
                    f"Meja {a.table} di luar zona {person}.",
                    f"Table {a.table} is outside the zone of {person}.",
                )
                yield _violation("zone", [a], [person], a.slot, text)


def breaks_are_fair(s: Schedule) -> Iterator[Violation]:
    """The breaks of any two participants differ by at most `fairness`."""
    if s.problem.fairness is None or not s.problem.participants:
        return
    breaks = {p: breaks_of(agenda) for p, agenda in s.agenda.items()}
    most, least = max(breaks, key=lambda p: breaks[p]), min(breaks, key=lambda p: breaks[p])
    if breaks[most] - breaks[least] > s.problem.fairness:
        text = (
            f"{most} punya {breaks[most]} jeda, {least} {breaks[least]}; selisih paling banyak {s.problem.fairness}.",
            f"{most} has {breaks[most]} breaks, {least} {breaks[least]}; they may differ by {s.problem.fairness}.",
        )
        yield _violation("fairness", (), [most, least], None, text)


def facts_stay(s: Schedule) -> Iterator[Violation]:
    """With `current`: meetings up to the frozen slot stay as they are, and no other is placed there."""
    for name, fact in sorted(s.facts.items()):
        if s.placed.get(name) != fact:
            where = f"{fact.slot}/{fact.table}"
            text = (f"{name} sudah berlangsung di {where}.", f"{name} is a fact at slot/table {where}.")
            yield Violation("fact", (name,), (), fact.slot, {"id": text[0], "en": text[1]})
    frozen = s.problem.current.frozen_through_slot if s.problem.current else 0
    for a in s.open_assignments:
        if a.slot <= frozen and a.meeting not in s.facts:
            text = (f"Giliran {a.slot} sudah lewat ({a.meeting}).", f"Slot {a.slot} is past ({a.meeting}).")
            yield _violation("frozen", [a], (), a.slot, text)


HARD_RULES: tuple[Rule, ...] = (
    within_the_event,
    required_is_held,
    one_meeting_at_a_time,
    only_when_available,
    enough_tables,
    pins_hold,
    sessions_hold,
    precedence_holds,
    most_meetings_hold,
    home_tables_and_zones_hold,
    breaks_are_fair,
    facts_stay,
)


def breaks_of(agenda: Iterable[Assignment]) -> int:
    """The maximal runs of idle slots between two meetings; before the first and after the last is free."""
    slots = sorted({a.slot for a in agenda})
    return sum(later - earlier > 1 for earlier, later in itertools.pairwise(slots))


def total_breaks(s: Schedule) -> int:
    """The breaks of all participants."""
    return sum(breaks_of(agenda) for agenda in s.agenda.values())


def shortfall(s: Schedule) -> int:
    """How many meetings all participants together lack to their guaranteed minimum."""
    return sum(max(0, p.min_meetings - len(s.agenda[p.id])) for p in s.problem.participants)


def held_weight(s: Schedule) -> int:
    """The total weight of the meetings held."""
    return sum(s.meetings[name].weight for name in s.placed)


def table_changes(s: Schedule) -> int:
    """How often a participant's next meeting is at another table than the one before."""
    return sum(
        earlier.table != later.table for agenda in s.agenda.values() for earlier, later in itertools.pairwise(agenda)
    )


@dataclass(frozen=True, slots=True)
class Disruption:
    """What re-planning does to the meetings people have been told of."""

    lost: int
    moved: int
    retabled: int
    cost: int


def disruption(s: Schedule) -> Disruption | None:
    """2·weight + 4 for each lost meeting of `current`, 2 for another slot, 1 for another table only."""
    if s.problem.current is None:
        return None
    lost = moved = retabled = cost = 0
    for told in s.problem.current.assignments:
        now = s.placed.get(told.meeting)
        if now is None:
            lost += 1
            cost += 2 * s.meetings[told.meeting].weight + 4
        elif now.slot != told.slot:
            moved += 1
        elif now.table != told.table:
            retabled += 1
    return Disruption(lost, moved, retabled, cost + 2 * moved + retabled)
