"""Strict reading of problems and solutions: anything wrong is a ProblemError that names the place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from typing import Any

from .problem import (
    PROBLEM_FORMAT,
    SOLUTION_FORMAT,
    Assignment,
    Current,
    Json,
    Meeting,
    Objective,
    Participant,
    Problem,
    ProblemError,
    Session,
    Solution,
    Status,
)

MAX_SLOTS = 1_000
MAX_TABLES = 100_000
MAX_PARTICIPANTS = 100_000
MAX_MEETINGS = 1_000_000
MAX_WEIGHT = 1_000_000
MAX_ID_LENGTH = 200


def load_json(text: str) -> Any:
    """Parse JSON without duplicate keys, NaN or infinities."""
    try:
        return json.loads(text, object_pairs_hook=_object_without_duplicates, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ProblemError(f"line {error.lineno}, column {error.colno}", f"not valid JSON: {error.msg}") from error
    except RecursionError as error:
        raise ProblemError("document", "nested too deeply") from error


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> Json:
    out = dict(pairs)
    if len(out) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ProblemError(twice, "this field stands twice in one object")
    return out


def _no_constant(name: str) -> Any:
    raise ProblemError("document", f"{name} is not a number that can be scheduled")


class _Fields:
    """Typed access to one JSON object at `path`, refusing fields that nobody asked for."""

    def __init__(self, value: Any, path: str, known: str, *, strict: bool = True) -> None:
        if not isinstance(value, dict):
            raise ProblemError(path or "document", f"expected an object, found {_name(value)}")
        self.value, self.path = value, path
        unknown = sorted(set(value) - set(known.split())) if strict else []
        if unknown:
            raise ProblemError(self.at(unknown[0]), f"unknown field; known here are {', '.join(known.split())}")

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        return self.value.get(name) is not None

    def required(self, name: str) -> Any:
        if name not in self.value:
            raise ProblemError(self.at(name), "this field is missing")
        return self.value[name]

    def text(self, name: str) -> str:
        value = self.required(name)
        if not isinstance(value, str) or not 0 < len(value) <= MAX_ID_LENGTH:
            raise ProblemError(self.at(name), f"expected a text of 1 to {MAX_ID_LENGTH} characters")
        return value

    def optional_text(self, name: str) -> str | None:
        return self.text(name) if self.has(name) else None

    def whole(self, name: str, low: int, high: int) -> int:
        return whole_number(self.required(name), self.at(name), low, high)

    def optional_whole(self, name: str, low: int, high: int) -> int | None:
        return self.whole(name, low, high) if self.has(name) else None

    def whole_set(self, name: str, low: int, high: int) -> frozenset[int]:
        items = self.items(name)
        return frozenset(whole_number(v, f"{self.at(name)}[{i}]", low, high) for i, v in enumerate(items))

    def items(self, name: str, most: int = MAX_MEETINGS) -> Sequence[Any]:
        value = self.value.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise ProblemError(self.at(name), f"expected a list, found {_name(value)}")
        if len(value) > most:
            raise ProblemError(self.at(name), f"has {len(value)} entries, at most {most} are allowed")
        return value


def _name(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), f"the number {value}")


def whole_number(value: Any, path: str, low: int, high: int) -> int:
    """Return `value` if it is a whole number from `low` to `high`, else say where it is not."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProblemError(path, f"expected a whole number from {low} to {high}, found {_name(value)}")
    if not low <= value <= high:
        raise ProblemError(path, f"{value} is out of range, expected {low} to {high}")
    return value


def parse_problem(value: Any) -> Problem:
    """Read a problem in `b2b-schedule-problem/1`; raise ProblemError for the first thing that is wrong."""
    known = "format name slots sessions tables participants meetings fairness current"
    top = _Fields(value, "", known)
    if top.required("format") != PROBLEM_FORMAT:
        raise ProblemError("format", f'expected "{PROBLEM_FORMAT}"')
    slots = top.whole("slots", 1, MAX_SLOTS)
    tables = _parse_tables(top, slots)
    current = _parse_current(top, slots) if top.has("current") else None
    # A table that is lost on the day may still be somebody's home: only then may numbers exceed today's tables.
    most_tables = MAX_TABLES if current else max(tables)
    problem = Problem(
        name=(top.optional_text("name") or "") if top.value.get("name") else "",
        slots=slots,
        tables=tables,
        sessions=tuple(_parse_session(s, f"sessions[{i}]", slots) for i, s in enumerate(top.items("sessions"))),
        participants=tuple(
            _parse_participant(p, f"participants[{i}]", slots, most_tables)
            for i, p in enumerate(_listed(top, "participants", MAX_PARTICIPANTS))
        ),
        meetings=tuple(
            _parse_meeting(m, f"meetings[{i}]", slots, most_tables)
            for i, m in enumerate(_listed(top, "meetings", MAX_MEETINGS))
        ),
        fairness=top.optional_whole("fairness", 0, MAX_SLOTS),
        current=current,
    )
    _check_references(problem)
    return problem


def _listed(top: _Fields, name: str, most: int) -> Sequence[Any]:
    top.required(name)
    return top.items(name, most)


def _parse_tables(top: _Fields, slots: int) -> tuple[int, ...]:
    value = top.required("tables")
    if not isinstance(value, list):
        return (whole_number(value, "tables", 0, MAX_TABLES),) * slots
    if len(value) != slots:
        raise ProblemError("tables", f"has {len(value)} numbers, expected one for each of the {slots} slots")
    return tuple(whole_number(v, f"tables[{i}]", 0, MAX_TABLES) for i, v in enumerate(value))


def _parse_session(value: Any, path: str, slots: int) -> Session:
    f = _Fields(value, path, "id first last")
    first = f.whole("first", 1, slots)
    return Session(id=f.text("id"), first=first, last=f.whole("last", first, slots))


def _parse_participant(value: Any, path: str, slots: int, most_tables: int) -> Participant:
    f = _Fields(value, path, "id side unavailable max_meetings min_meetings home_table tables")
    zone = f.whole_set("tables", 1, most_tables) if f.has("tables") else None
    if zone is not None and not zone:
        raise ProblemError(f.at("tables"), "the zone has no table; leave the field out for no zone")
    most = f.optional_whole("max_meetings", 0, MAX_MEETINGS)
    least = f.optional_whole("min_meetings", 0, MAX_MEETINGS) or 0
    if most is not None and least > most:
        raise ProblemError(f.at("min_meetings"), f"{least} is more than max_meetings ({most})")
    return Participant(
        id=f.text("id"),
        side=f.optional_text("side"),
        unavailable=f.whole_set("unavailable", 1, slots),
        max_meetings=most,
        min_meetings=least,
        home_table=f.optional_whole("home_table", 1, most_tables),
        tables=zone,
    )


def _parse_meeting(value: Any, path: str, slots: int, most_tables: int) -> Meeting:
    f = _Fields(value, path, "id participants weight required session slot table after")
    weight = f.optional_whole("weight", 0, MAX_WEIGHT)
    required = f.value.get("required", False)
    if not isinstance(required, bool):
        raise ProblemError(f.at("required"), f"expected true or false, found {_name(required)}")
    return Meeting(
        id=f.text("id"),
        participants=_parse_pair(f),
        weight=1 if weight is None else weight,
        required=required,
        session=f.optional_text("session"),
        slot=f.optional_whole("slot", 1, slots),
        table=f.optional_whole("table", 1, most_tables),
        after=tuple(_text_items(f, "after")),
    )


def _text_items(f: _Fields, name: str) -> Iterable[str]:
    for i, value in enumerate(f.items(name)):
        if not isinstance(value, str):
            raise ProblemError(f"{f.at(name)}[{i}]", f"expected the id of a meeting, found {_name(value)}")
        yield value


def _parse_pair(f: _Fields) -> tuple[str, str]:
    f.required("participants")
    pair = list(_text_items(f, "participants"))
    if len(pair) != 2:
        raise ProblemError(f.at("participants"), f"expected two participants, found {len(pair)}")
    if pair[0] == pair[1]:
        raise ProblemError(f.at("participants"), f'"{pair[0]}" cannot meet itself')
    return pair[0], pair[1]


def _parse_current(top: _Fields, slots: int) -> Current:
    f = _Fields(top.value["current"], "current", "assignments frozen_through_slot")
    frozen = f.optional_whole("frozen_through_slot", 0, slots) or 0
    rows = _parse_assignments(f, slots)
    return Current(assignments=rows, frozen_through_slot=frozen)


def _parse_assignments(f: _Fields, slots: int) -> tuple[Assignment, ...]:
    rows = []
    for i, value in enumerate(f.items("assignments")):
        row = _Fields(value, f"{f.at('assignments')}[{i}]", "meeting slot table")
        rows.append(Assignment(row.text("meeting"), row.whole("slot", 1, slots), row.whole("table", 1, MAX_TABLES)))
    return tuple(rows)


def _check_references(problem: Problem) -> None:
    sessions = _unique(problem.sessions, "sessions")
    people = _unique(problem.participants, "participants")
    meetings = _unique(problem.meetings, "meetings")
    home = {p.id for p in problem.participants if p.home_table is not None}
    for i, m in enumerate(problem.meetings):
        _known(m.participants, people, f"meetings[{i}].participants", "participant")
        _known([m.session] if m.session else [], sessions, f"meetings[{i}].session", "session")
        _known(m.after, meetings, f"meetings[{i}].after", "meeting")
        if home.issuperset(m.participants):
            both = f'both "{m.participants[0]}" and "{m.participants[1]}" have a home table'
            raise ProblemError(f"meetings[{i}].participants", f"{both}; at most one of a meeting may")
    _check_current(problem, meetings)
    _check_no_cycle(problem, meetings)


def _unique(items: Sequence[Any], path: str) -> dict[str, int]:
    seen: dict[str, int] = {}
    for i, item in enumerate(items):
        if item.id in seen:
            raise ProblemError(f"{path}[{i}].id", f'"{item.id}" is also the id of {path}[{seen[item.id]}]')
        seen[item.id] = i
    return seen


def _known(ids: Iterable[str], known: dict[str, int], path: str, kind: str) -> None:
    for each in ids:
        if each not in known:
            raise ProblemError(path, f'there is no {kind} with the id "{each}"')


def _check_current(problem: Problem, meetings: dict[str, int]) -> None:
    seen: set[str] = set()
    for i, a in enumerate(problem.current.assignments if problem.current else ()):
        path = f"current.assignments[{i}].meeting"
        _known([a.meeting], meetings, path, "meeting")
        if a.meeting in seen:
            raise ProblemError(path, f'"{a.meeting}" stands in current twice')
        seen.add(a.meeting)


def _check_no_cycle(problem: Problem, meetings: dict[str, int]) -> None:
    waiting = {m.id: len(set(m.after)) for m in problem.meetings}
    next_of: dict[str, list[str]] = {}
    for m in problem.meetings:
        for earlier in set(m.after):
            next_of.setdefault(earlier, []).append(m.id)
    ready = [each for each, count in waiting.items() if not count]
    while ready:
        for later in next_of.get(ready.pop(), ()):
            waiting[later] -= 1
            if not waiting[later]:
                ready.append(later)
    stuck = next((m.id for m in problem.meetings if waiting[m.id]), None)
    if stuck is not None:
        raise ProblemError(f"meetings[{meetings[stuck]}].after", f'"{stuck}" waits, through "after", for itself')


def parse_solution(value: Any, problem: Problem) -> Solution:
    """Read a solution in `b2b-schedule/1`; fields of later versions are let pass, assignments are checked strictly."""
    top = _Fields(value, "", "", strict=False)
    if top.required("format") != SOLUTION_FORMAT:
        raise ProblemError("format", f'expected "{SOLUTION_FORMAT}"')
    top.required("assignments")
    rows = _parse_assignments(top, MAX_SLOTS)
    known = {m.id: 0 for m in problem.meetings}
    _known([a.meeting for a in rows], known, "assignments", "meeting")
    status = top.required("status")
    if status not in set(Status):
        raise ProblemError("status", f"expected one of {', '.join(Status)}")
    return Solution(
        problem=problem.name,
        status=Status(status),
        assignments=rows,
        objective=_parse_objective(top),
    )


def _parse_objective(top: _Fields) -> Objective:
    value = top.value.get("objective")
    f = _Fields({} if value is None else value, "objective", "", strict=False)
    most = MAX_MEETINGS * MAX_WEIGHT * 4
    number: Callable[[str], int | None] = lambda name: f.optional_whole(name, 0, most)  # noqa: E731
    return Objective(**{each.name: number(each.name) for each in fields(Objective)})
