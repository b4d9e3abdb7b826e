"""What differs between two schedules of one problem, by meeting, with the reason where a meeting is lost; pure.

The rows are facts, the sentences say them in both languages with the problem's own ids (callers put names in their place).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .problem import Assignment, Problem, Solution

Kind = Literal["lost", "moved", "retabled", "new"]
ORDER: tuple[Kind, ...] = ("lost", "moved", "retabled", "new")


@dataclass(frozen=True, slots=True)
class Difference:
    """One meeting that is not as it was: where it was (None: new), where it is (None: lost), and why it was lost."""

    kind: Kind
    meeting: str
    participants: tuple[str, str]
    before: Assignment | None
    after: Assignment | None
    why: Mapping[str, str]

    @property
    def text(self) -> Mapping[str, str]:
        """The difference as a sentence in both languages."""
        one, other = self.participants
        if self.before is None or self.after is None:
            return self._come_or_gone(one, other)
        if self.kind == "moved":
            places = (self.before.slot, self.before.table, self.after.slot, self.after.table)
            return {
                "id": "{} dan {} pindah dari giliran {} meja {} ke giliran {} meja {}.".format(one, other, *places),
                "en": "{} and {} move from slot {}, table {} to slot {}, table {}.".format(one, other, *places),
            }
        tables = (self.before.slot, self.before.table, self.after.table)
        return {
            "id": "{} dan {} tetap di giliran {}, tetapi pindah dari meja {} ke meja {}.".format(one, other, *tables),
            "en": "{} and {} stay in slot {} but change from table {} to table {}.".format(one, other, *tables),
        }

    def _come_or_gone(self, one: str, other: str) -> Mapping[str, str]:
        if self.after is not None:
            place = (self.after.slot, self.after.table)
            return {
                "id": "{} dan {} kini bertemu: giliran {} meja {}.".format(one, other, *place),
                "en": "{} and {} now meet: slot {}, table {}.".format(one, other, *place),
            }
        was = self.before.slot if self.before else 0
        why = {locale: f" {text}" for locale, text in self.why.items()}
        return {
            "id": f"{one} dan {other} tidak jadi bertemu (tadinya giliran {was}).{why.get('id', '')}",
            "en": f"{one} and {other} no longer meet (they were in slot {was}).{why.get('en', '')}",
        }


def differences(
    problem: Problem,
    before: Iterable[Assignment],
    after: Iterable[Assignment],
    why: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[Difference, ...]:
    """Return what changed, lost meetings first, then moved, other table, new; `why` explains lost ones by meeting."""
    old, new = {a.meeting: a for a in before}, {a.meeting: a for a in after}
    who = {m.id: m.participants for m in problem.meetings}
    rows = [
        Difference(kind, name, who[name], old.get(name), new.get(name), (why or {}).get(name, {}))
        for name in sorted(old.keys() | new.keys())
        if (kind := _kind(old.get(name), new.get(name))) is not None
    ]
    return tuple(sorted(rows, key=lambda d: (ORDER.index(d.kind), (d.before or d.after or _NOWHERE).slot, d.meeting)))


_NOWHERE = Assignment("", 0, 0)


def _kind(before: Assignment | None, after: Assignment | None) -> Kind | None:
    if before is None or after is None:
        return "new" if after else "lost"
    if before.slot != after.slot:
        return "moved"
    return "retabled" if before.table != after.table else None


def replanned(problem: Problem, solution: Solution) -> tuple[Difference, ...]:
    """What a re-planned solution changes for people who have been told `current`."""
    told = problem.current.assignments if problem.current else ()
    return differences(problem, told, solution.assignments, {u.meeting: u.text for u in solution.unscheduled})
