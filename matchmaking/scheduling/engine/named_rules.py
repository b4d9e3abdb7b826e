"""The rules that a conflict may name, one by one, with their words: what each takes from the slots of meetings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .instance import Instance, slots_in
from .problem import Rule


@dataclass(frozen=True)
class Named:
    """A rule that can be switched off: what it takes from the slots of meetings (masks), and its words."""

    rule: Rule
    takes: tuple[tuple[int, int], ...] = ()


def named_rule(rule: str, ids: Iterable[str], text: tuple[str, str], takes: Iterable[tuple[int, int]] = ()) -> Named:
    """Make a rule from its name, the ids it speaks of and its words (Indonesian, English)."""
    return Named(Rule(rule, tuple(ids), {"id": text[0], "en": text[1]}), tuple(takes))


def _pair(instance: Instance, m: int) -> str:
    return " – ".join(instance.people[p].id for p in instance.pairs[m])


def required_rules(instance: Instance) -> dict[int, Named]:
    """One rule for each meeting that must be held, by meeting."""
    out = {}
    for m, must in enumerate(instance.required):
        name = instance.meetings[m].id
        if m in instance.fact:
            slot = instance.fact[m].slot
            text = (f"{name} sudah berlangsung pada giliran {slot}.", f"{name} has taken place in slot {slot}.")
            out[m] = named_rule("fact", [name], text)
        elif must:
            who = _pair(instance, m)
            text = (f"{name} ({who}) wajib diadakan.", f"{name} ({who}) must be held.")
            out[m] = named_rule("required", [name], text)
    return out


def mask_rules(instance: Instance) -> list[Named]:
    """The rules that take slots from meetings: absence, past, session, pin, tables that are not there."""
    out = [*_absences(instance), *_windows(instance)]
    if instance.frozen:
        past = (1 << instance.frozen) - 1
        text = (
            f"Giliran 1–{instance.frozen} sudah lewat.",
            f"Slots 1–{instance.frozen} are past.",
        )
        loose = [(m, past) for m in range(len(instance.meetings)) if m not in instance.fact]
        out.append(named_rule("frozen", [], text, loose))
    return out


def _absences(instance: Instance) -> list[Named]:
    out = []
    for p, person in enumerate(instance.people):
        mask = sum(1 << (t - 1) for t in person.unavailable)
        mine = [(m, mask) for m in instance.meetings_of[p] if m not in instance.fact]
        if mask and mine:
            slots = ", ".join(str(t) for t in sorted(person.unavailable))
            text = (f"{person.id} tidak hadir pada giliran {slots}.", f"{person.id} is away in slots {slots}.")
            out.append(named_rule("unavailable", [person.id], text, mine))
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
            out.append(named_rule("pin_slot", [meeting.id], text, [(m, every & ~(1 << (meeting.slot - 1)))]))
        if meeting.session is not None:
            session = sessions[meeting.session]
            inside = sum(1 << (t - 1) for t in range(session.first, session.last + 1))
            text = (
                f"{meeting.id} harus di sesi {session.id} (giliran {session.first}–{session.last}).",
                f"{meeting.id} belongs to session {session.id} (slots {session.first}–{session.last}).",
            )
            out.append(named_rule("session", [meeting.id], text, [(m, every & ~inside)]))
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
    return [named_rule("bound_tables", [name], text, [(m, mask)])]


def _list(mask: int) -> str:
    return ", ".join(str(t + 1) for t in slots_in(mask))


def tables_rule(instance: Instance) -> Named:
    """How many tables there are, homes and zones included."""
    counts = sorted(set(instance.problem.tables))
    most = str(counts[0]) if len(counts) == 1 else f"{counts[0]}–{counts[-1]}"
    text = (
        f"Ada {most} meja pada tiap giliran, {sum(instance.capacity)} tempat seluruhnya.",
        f"There are {most} tables in each slot, {sum(instance.capacity)} places in all.",
    )
    return named_rule("tables", [], text)


def most_rule(instance: Instance, p: int) -> Named:
    """The most meetings of one person."""
    person = instance.people[p]
    text = (
        f"{person.id} paling banyak {person.max_meetings} pertemuan.",
        f"{person.id} has at most {person.max_meetings} meetings.",
    )
    return named_rule("max_meetings", [person.id], text)
