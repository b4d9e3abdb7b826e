"""The problem and its solution as frozen dataclasses, and how they are written as JSON (contracts.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

PROBLEM_FORMAT = "b2b-schedule-problem/1"
SOLUTION_FORMAT = "b2b-schedule/1"

Json = dict[str, Any]


class ProblemError(ValueError):
    """Bad input: `where` is the path of the field, `sentence` says what is wrong and what is expected."""

    def __init__(self, where: str, sentence: str) -> None:
        self.where = where
        self.sentence = sentence
        super().__init__(f"{where}: {sentence}")


class Status(StrEnum):
    """How far a solution is proven."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Session:
    """A named run of slots, both ends included."""

    id: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Participant:
    """Who sits in meetings: one person or team, never in two meetings in one slot."""

    id: str
    side: str | None = None
    unavailable: frozenset[int] = frozenset()
    max_meetings: int | None = None
    min_meetings: int = 0
    home_table: int | None = None
    tables: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A wish for two participants to meet once."""

    id: str
    participants: tuple[str, str]
    weight: int = 1
    required: bool = False
    session: str | None = None
    slot: int | None = None
    table: int | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Assignment:
    """A meeting at its slot and table (both counted from 1)."""

    meeting: str
    slot: int
    table: int


@dataclass(frozen=True, slots=True)
class Current:
    """The schedule people have been told; what lies up to `frozen_through_slot` is fact."""

    assignments: tuple[Assignment, ...] = ()
    frozen_through_slot: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One event to schedule; `tables` has one number per slot (index 0 is slot 1)."""

    slots: int
    tables: tuple[int, ...]
    participants: tuple[Participant, ...]
    meetings: tuple[Meeting, ...]
    sessions: tuple[Session, ...] = ()
    fairness: int | None = None
    current: Current | None = None
    name: str = ""

    def facts(self) -> dict[str, Assignment]:
        """The meetings of `current` that have been held or begun: they stay as they are."""
        if self.current is None:
            return {}
        last = self.current.frozen_through_slot
        return {a.meeting: a for a in self.current.assignments if a.slot <= last}

    def to_json(self) -> Json:
        """Return the problem as `b2b-schedule-problem/1`, leaving defaults out."""
        same = len(set(self.tables)) == 1
        out: Json = {"format": PROBLEM_FORMAT, "name": self.name, "slots": self.slots}
        if self.sessions:
            out["sessions"] = [asdict(s) for s in self.sessions]
        out["tables"] = self.tables[0] if same else list(self.tables)
        out["participants"] = [_participant_to_json(p) for p in self.participants]
        out["meetings"] = [_meeting_to_json(m) for m in self.meetings]
        if self.fairness is not None:
            out["fairness"] = self.fairness
        if self.current is not None:
            out["current"] = {
                "assignments": [asdict(a) for a in self.current.assignments],
                "frozen_through_slot": self.current.frozen_through_slot,
            }
        return out


def _participant_to_json(p: Participant) -> Json:
    out: Json = {"id": p.id}
    if p.side is not None:
        out["side"] = p.side
    if p.unavailable:
        out["unavailable"] = sorted(p.unavailable)
    if p.max_meetings is not None:
        out["max_meetings"] = p.max_meetings
    if p.min_meetings:
        out["min_meetings"] = p.min_meetings
    if p.home_table is not None:
        out["home_table"] = p.home_table
    if p.tables is not None:
        out["tables"] = sorted(p.tables)
    return out


def _meeting_to_json(m: Meeting) -> Json:
    out: Json = {"id": m.id, "participants": list(m.participants), "weight": m.weight}
    if m.required:
        out["required"] = True
    for name in ("session", "slot", "table"):
        if getattr(m, name) is not None:
            out[name] = getattr(m, name)
    if m.after:
        out["after"] = list(m.after)
    return out


@dataclass(frozen=True, slots=True)
class Unscheduled:
    """A meeting that is not held: why, what it would cost at least, and who stands in its way."""

    meeting: str
    reason: str
    price: int
    text: Mapping[str, str]
    participants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Objective:
    """What the schedule is worth, and for what was optimised the best that anybody could reach.

    `breaks_bound` holds for the shortfall and weight reached. The disruption fields are None without `current`.
    """

    min_shortfall: int | None = None
    min_shortfall_bound: int | None = None
    weight: int | None = None
    weight_bound: int | None = None
    breaks: int | None = None
    breaks_bound: int | None = None
    disruption: int | None = None
    disruption_bound: int | None = None
    lost: int | None = None
    moved: int | None = None
    retabled: int | None = None
    table_changes: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """One improvement: what was reached after how many seconds."""

    seconds: float
    min_shortfall: int
    weight: int
    breaks: int
    disruption: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One named rule of a conflict, with the ids it speaks of and a sentence in both languages."""

    rule: str
    ids: tuple[str, ...]
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Solution:
    """The answer of one run (`b2b-schedule/1`)."""

    problem: str
    status: Status
    assignments: tuple[Assignment, ...] = ()
    unscheduled: tuple[Unscheduled, ...] = ()
    objective: Objective = field(default_factory=Objective)
    progress: tuple[Progress, ...] = ()
    conflict: tuple[Rule, ...] = ()
    conflict_minimal: bool = True
    seconds: float = 0.0
    seed: int = 1
    workers: int = 1
    reproducible: bool = False

    def to_json(self, *, assignments: bool = True) -> Json:
        """Return the solution as `b2b-schedule/1`; `assignments=False` gives what the command prints."""
        out: Json = {"format": SOLUTION_FORMAT, "problem": self.problem, "status": str(self.status)}
        if assignments:
            out["assignments"] = [asdict(a) for a in self.assignments]
        out["unscheduled"] = [
            {
                "meeting": u.meeting,
                "reason": u.reason,
                "price": u.price,
                "text": dict(u.text),
                "participants": list(u.participants),
            }
            for u in self.unscheduled
        ]
        out["objective"] = asdict(self.objective)
        out["progress"] = [asdict(p) for p in self.progress]
        if self.conflict:
            out["conflict"] = [{"rule": r.rule, "ids": list(r.ids), "text": dict(r.text)} for r in self.conflict]
            out["conflict_minimal"] = self.conflict_minimal
        out.update(seconds=self.seconds, seed=self.seed, workers=self.workers, reproducible=self.reproducible)
        return out


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how hard to try; `seconds` is wall-clock time, `workers` counts busy threads and processes."""

    seconds: float = 60.0
    workers: int = 2
    seed: int = 1
