"""A schedule in the making: who sits where in which slot, with the checks and undoable moves that searches need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .instance import Instance

FREE = -1


class Board:
    """Slots of meetings, seats of people and loads of tables, kept consistent; facts are placed from the start."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.slot = [FREE] * len(instance.meetings)
        self.at = [[FREE] * instance.slots for _ in instance.people]
        self.busy = [0] * len(instance.people)
        self.held = [0] * len(instance.people)
        self.load = [[0] * instance.slots for _ in instance.resources]
        self.resources_of: list[list[int]] = [[] for _ in instance.meetings]
        for r, resource in enumerate(instance.resources):
            for m in resource.meetings:
                self.resources_of[m].append(r)
        self.clashing_facts = not self._place_facts()

    def _place_facts(self) -> bool:
        clean = True
        for m, fact in self.instance.fact.items():
            a, b = self.instance.pairs[m]
            clean = clean and self.at[a][fact.slot - 1] == FREE and self.at[b][fact.slot - 1] == FREE
            self.place(m, fact.slot - 1)
        return clean

    def place(self, m: int, t: int) -> None:
        """Put a meeting into a slot; the caller has checked that it fits."""
        self.slot[m] = t
        for p in self.instance.pairs[m]:
            self.at[p][t] = m
            self.busy[p] |= 1 << t
            self.held[p] += 1
        for r in self.resources_of[m]:
            self.load[r][t] += 1

    def remove(self, m: int) -> None:
        """Take a meeting out of its slot."""
        t = self.slot[m]
        self.slot[m] = FREE
        for p in self.instance.pairs[m]:
            self.at[p][t] = FREE
            self.busy[p] &= ~(1 << t)
            self.held[p] -= 1
        for r in self.resources_of[m]:
            self.load[r][t] -= 1

    def common_free(self, m: int) -> int:
        """The slots in which a meeting is allowed and both its people are free, as a mask."""
        a, b = self.instance.pairs[m]
        return self.instance.allowed[m] & ~self.busy[a] & ~self.busy[b]

    def has_table(self, m: int, t: int) -> bool:
        """Whether the tables a meeting may use have room in a slot."""
        resources = self.instance.resources
        return all(self.load[r][t] < resources[r].capacity[t] for r in self.resources_of[m])

    def below_most(self, m: int) -> bool:
        """Whether both people may have one more meeting."""
        return all(self.held[p] < self.instance.most[p] for p in self.instance.pairs[m])

    def in_order(self, m: int, t: int, moving: Iterable[int] = ()) -> bool:
        """Whether slot t is later than what comes before a meeting and earlier than what follows it."""
        instance = self.instance
        earlier, later = instance.before.get(m), instance.following.get(m)
        if earlier and any(self.slot[e] >= t for e in earlier if e not in moving):
            return False
        return not later or all(self.slot[k] > t for k in later if self.slot[k] != FREE and k not in moving)

    def fits(self, m: int, t: int) -> bool:
        """Whether an unplaced meeting could be put into a slot as things are."""
        return bool(
            self.common_free(m) >> t & 1 and self.has_table(m, t) and self.below_most(m) and self.in_order(m, t)
        )

    def chain(self, start: int, s: int, t: int, longest: int) -> list[int] | None:
        """The meetings that must change sides when `start` moves from s to t (a Kempe chain), or None if one may not."""
        allowed, pairs = self.instance.allowed, self.instance.pairs
        seen = {start}
        todo = [start]
        for m in todo:
            goal = t if self.slot[m] == s else s
            if not allowed[m] >> goal & 1 or m in self.instance.fact:
                return None
            for p in pairs[m]:
                other = self.at[p][goal]
                if other != FREE and other not in seen:
                    seen.add(other)
                    todo.append(other)
            if len(todo) > longest:
                return None
        return todo

    def flip(self, members: Sequence[int], s: int, t: int) -> bool:
        """Exchange slots s and t for the members of a chain; undone (and False) when tables or the order forbid it."""
        goals = [(m, t if self.slot[m] == s else s) for m in members]
        for m, _ in goals:
            self.remove(m)
        for m, goal in goals:
            self.place(m, goal)
        if self._no_overload(s, t) and all(self.in_order(m, goal) for m, goal in goals):
            return True
        for m, _ in goals:
            self.remove(m)
        for m, goal in goals:
            self.place(m, s if goal == t else t)
        return False

    def _no_overload(self, s: int, t: int) -> bool:
        return all(
            load[s] <= resource.capacity[s] and load[t] <= resource.capacity[t]
            for load, resource in zip(self.load, self.instance.resources, strict=True)
        )
