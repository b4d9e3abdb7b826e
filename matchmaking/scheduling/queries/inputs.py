"""An event as the engine's problem, with the way back from its numbers to our rows and a digest of all that went in."""

from __future__ import annotations

import hashlib
import json
import types
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.extensions import db
from matchmaking.matching.queries.requests import Matching, MeetingRequest, matching_of
from matchmaking.matching.suggestions import Party
from matchmaking.matching.weights import Point
from matchmaking.scheduling import engine
from matchmaking.scheduling.models import ScheduleVersion, SolveMode, VersionState
from matchmaking.scheduling.queries.bases import Base, Placed, base_of, placed_in
from matchmaking.scheduling.queries.halls import Hall, TeamView, hall_of
from matchmaking.scheduling.queries.times import times_of

Pair = tuple[int, int]


@dataclass(frozen=True)
class SolveOptions:
    """What the organiser chose for one run.

    ``base`` is the version to start from, and ``mode`` says what of it stays; its pinned meetings always do, unless all is solved without ``keep_pins``. ``told`` is the
    published version that people know: as little of it as possible changes. ``with_suggestions`` fills free slots with
    pairs that nobody asked for. Gaps are filled with wishes alone, and nobody who was told of a meeting loses it by that.
    """

    base: int | None = None
    told: int | None = None
    with_suggestions: bool = True
    mode: SolveMode = SolveMode.ALL
    keep_pins: bool = True

    def __post_init__(self) -> None:
        """Leave out what filling gaps has no use for."""
        if self.mode is SolveMode.FILL:
            object.__setattr__(self, "told", None)
            object.__setattr__(self, "with_suggestions", False)


@dataclass(frozen=True)
class Planned:
    """A request with the two teams that would hold it."""

    request: MeetingRequest
    exhibitor_team_id: int
    buyer_team_id: int


@dataclass(frozen=True)
class Inputs:
    """One event ready to be solved. ``fingerprint`` has one short hash for each thing that may change meanwhile.

    ``start``: the base's meetings as the engine names them, where they sit. ``pins``: those of the problem's fixed meetings
    that a person pinned.
    """

    hall: Hall
    matching: Matching
    planned: Mapping[str, Planned]
    problem: engine.Problem
    fingerprint: Mapping[str, str] = field(default_factory=dict)
    released_pins: int = 0
    start: tuple[engine.Assignment, ...] = ()
    pins: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """SHA-256 over the sorted canonical JSON of the fingerprint."""
        return digest_of(self.fingerprint)

    @property
    def wish_ids(self) -> frozenset[str]:
        """The problem's meetings that somebody asked for."""
        return frozenset(id for id, planned in self.planned.items() if planned.request.is_wish)


def digest_of(fingerprint: Mapping[str, str]) -> str:
    """Return one hash for a fingerprint."""
    return hashlib.sha256(json.dumps(fingerprint, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def build_inputs(event_id: int, options: SolveOptions | None = None, base: Base | None = None) -> Inputs:
    """Return the event as a problem for the engine; pins are not part of the digest.

    Of what people were told the digest knows only which version that is, and only where the run keeps to it. ``base``: the
    version of the options as it was read before; else it is read now.
    """
    options = options or SolveOptions()
    hall, matching = hall_of(event_id), matching_of(event_id, with_suggestions=options.with_suggestions)
    rows = _keyed(_rows_used(base or base_of(options.base), options), hall)
    told = placed_in(options.told)
    requests = _with_placed(matching, hall, (*rows.values(), *told))
    planned = assign_teams(requests, hall, told, rows)
    places = _places(rows, hall, planned)
    kept = {key: place for key, place in places.items() if options.mode is SolveMode.FILL or rows[key].is_pinned}
    problem = problem_of(event_id, hall, matching, planned, kept)
    if options.mode is SolveMode.FILL:
        problem = _nothing_new_in_the_past(event_id, hall, problem)
    if options.told is not None:
        problem = replace(problem, current=_current(event_id, hall, planned, told))
    fingerprint = _fingerprint(hall, matching)
    if options.told is not None:  # whoever keeps to what people know must learn that they know something else by now
        fingerprint |= {"told:version": _hash(_announced(event_id))}
    pins = frozenset(key for key in places if rows[key].is_pinned)
    return Inputs(
        hall,
        matching,
        planned,
        problem,
        fingerprint,
        released_pins=sum(1 for row in rows.values() if row.is_pinned) - len(pins),
        start=tuple(engine.Assignment(key, *place) for key, place in sorted(places.items())),
        pins=pins,
    )


def _rows_used(base: Base | None, options: SolveOptions) -> list[Placed]:
    rows = base.rows if base else ()
    if options.mode is not SolveMode.ALL:
        return list(rows)
    return [row for row in rows if row.is_pinned and options.keep_pins]


def _announced(event_id: int) -> int | None:
    return db.session.scalar(
        sa.select(ScheduleVersion.id).where(
            ScheduleVersion.event_id == event_id, ScheduleVersion.state == VersionState.PUBLISHED
        )
    )


def meeting_key(pair: Pair) -> str:
    """Return the engine's id of the meeting of an exhibitor and a buyer (participation ids)."""
    return f"E{pair[0]}-B{pair[1]}"


def _keyed(rows: Iterable[Placed], hall: Hall) -> dict[str, Placed]:
    """Name each row by the engine's id of its meeting; two organisations who sit together twice (other teams) get a second.

    Rows of somebody who left have none and are left out, but for their pins, which are counted as released.
    """
    found: dict[str, Placed] = {}
    for number, row in enumerate(rows):
        pair = _pair_of(row, hall)
        key = again = meeting_key(pair) if pair else f"gone{number}"
        while again in found:
            again = f"{key}x{number}"
        if pair or row.is_pinned:
            found[again] = row
    return found


def _with_placed(matching: Matching, hall: Hall, placed: Iterable[Placed]) -> tuple[MeetingRequest, ...]:
    """Add the pairs that an organiser placed although nobody asked; those that one side refused are left out."""
    known = {(r.exhibitor_id, r.buyer_id) for r in matching.requests}
    more = []
    for row in placed:
        pair = _pair_of(row, hall)
        if pair and pair not in known and pair not in matching.refused:
            known.add(pair)
            more.append(MeetingRequest(*pair, is_wish=False, points=(Point(1, "staff"),)))
    return matching.requests + tuple(more)


def _pair_of(row: Placed, hall: Hall) -> Pair | None:
    exhibitor, buyer = hall.teams.get(row.exhibitor_team_id), hall.teams.get(row.buyer_team_id)
    return (exhibitor.participation_id, buyer.participation_id) if exhibitor and buyer else None


def assign_teams(
    requests: Iterable[MeetingRequest],
    hall: Hall,
    told: Iterable[Placed],
    rows: Mapping[str, Placed] = types.MappingProxyType({}),
) -> dict[str, Planned]:
    """Give each request one team of either side: the one named, the one that has it already, else the least busy.

    Heavier requests choose first, so that an organisation's teams share its most wanted meetings evenly. ``rows``, by the
    engine's ids, sit where a person has seen them: they keep their teams, and who sits together twice is asked for twice.
    """
    teams: defaultdict[int, list[TeamView]] = defaultdict(list)
    for team in hall.teams.values():
        teams[team.participation_id].append(team)
    kept = {pair: (row.exhibitor_team_id, row.buyer_team_id) for row in told if (pair := _pair_of(row, hall))}
    load: Counter[int] = Counter()
    planned = {}
    for request in sorted(requests, key=lambda r: (-r.weight, r.exhibitor_id, r.buyer_id)):
        pair = (request.exhibitor_id, request.buyer_id)
        if row := rows.get(meeting_key(pair)):
            load.update((row.exhibitor_team_id, row.buyer_team_id))
            planned[meeting_key(pair)] = Planned(request, row.exhibitor_team_id, row.buyer_team_id)
            continue
        exhibitors = _choices(teams[pair[0]], kept.get(pair, (0, 0))[0], request.exhibitor_team_id)
        buyers = _choices(teams[pair[1]], kept.get(pair, (0, 0))[1], request.buyer_team_id)
        if not exhibitors or not buyers:
            continue
        best = min(
            ((e, b) for e in exhibitors for b in buyers),
            key=lambda two: (
                not _overlap(two[0], two[1], hall),
                load[two[0].id] + load[two[1].id],
                two[0].id,
                two[1].id,
            ),
        )
        for team in best:
            load[team.id] += 1
        planned[meeting_key(pair)] = Planned(request, best[0].id, best[1].id)
    for key, row in rows.items():
        first = planned.get(key.partition("x")[0])
        if first is not None and key not in planned:
            request = replace(first.request, is_wish=False, points=(Point(1, "staff"),))
            planned[key] = Planned(request, row.exhibitor_team_id, row.buyer_team_id)
    return dict(sorted(planned.items()))


def _choices(teams: list[TeamView], kept: int, named: int | None) -> list[TeamView]:
    for wanted in (named, kept):
        if found := [team for team in teams if team.id == wanted]:
            return found
    return teams


def _overlap(first: TeamView, second: TeamView, hall: Hall) -> int:
    return sum(1 for slot in hall.slots if slot.id not in first.away and slot.id not in second.away)


def _places(rows: Mapping[str, Placed], hall: Hall, planned: Mapping[str, Planned]) -> dict[str, tuple[int, int]]:
    """Return slot and table as engine numbers, of the rows that still have slot, table and participants."""
    slots = {slot.id: slot.number for slot in hall.slots}
    tables = {table.id: table.number for table in hall.tables}
    return {
        key: (slots[row.slot_id], tables[row.table_id])
        for key, row in rows.items()
        if key in planned and row.slot_id in slots and row.table_id in tables
    }


def _nothing_new_in_the_past(event_id: int, hall: Hall, problem: engine.Problem) -> engine.Problem:
    """Let meetings that have no place yet be held in slots that are still to come; after the event it does not matter."""
    begun = _begun(event_id, hall)
    if not 0 < begun < len(hall.slots):
        return problem
    ahead = engine.Session("ahead", begun + 1, len(hall.slots))
    meetings = tuple(m if m.slot is not None else replace(m, session=ahead.id) for m in problem.meetings)
    return replace(problem, sessions=(*problem.sessions, ahead), meetings=meetings)


def _begun(event_id: int, hall: Hall) -> int:
    now, times = clock.now(), times_of(event_id)
    return sum(1 for slot in hall.slots if times.start(slot.id) <= now)


def problem_of(
    event_id: int,
    hall: Hall,
    matching: Matching,
    planned: Mapping[str, Planned],
    pins: Mapping[str, tuple[int, int]],
) -> engine.Problem:
    """Return what the engine solves; ``pins``: (slot, table) by engine number of the meetings that stay."""
    units: defaultdict[int, list[TeamView]] = defaultdict(list)
    for team in hall.teams.values():
        units[team.unit].append(team)
    sizes = Counter(team.participation_id for team in hall.teams.values())
    return engine.Problem(
        slots=len(hall.slots),
        tables=(len(hall.tables),) * len(hall.slots),
        participants=tuple(
            _participant(unit, teams, hall, matching.parties, sizes) for unit, teams in sorted(units.items())
        ),
        meetings=tuple(_meeting(key, plan, hall, pins.get(key)) for key, plan in planned.items()),
        sessions=_sessions(hall),
        name=f"event-{event_id}",
    )


def _participant(
    unit: int, teams: list[TeamView], hall: Hall, parties: Mapping[int, Party], sizes: Counter[int]
) -> engine.Participant:
    """Make one engine participant of a team, or of teams that share a delegate.

    The most meetings count for each team; the fewest for the organisation, shared out over its teams.
    """
    numbers = {slot.id: slot.number for slot in hall.slots}
    party = parties[teams[0].participation_id]
    first = min(t.id for t in hall.teams.values() if t.participation_id == party.id) == min(t.id for t in teams)
    share, rest = divmod(party.minimum, sizes[party.id])
    home = next((t.number for t in hall.tables if t.id == teams[0].home_table_id), None)
    zone = frozenset(t.number for t in hall.tables if t.zone_id == teams[0].zone_id) if teams[0].zone_id else None
    return engine.Participant(
        id=f"T{unit}",
        side=party.side,
        unavailable=frozenset(numbers[slot_id] for team in teams for slot_id in team.away if slot_id in numbers),
        max_meetings=None if party.maximum is None else party.maximum * len(teams),
        min_meetings=share * len(teams) + (rest if first else 0),
        home_table=home,
        tables=zone if zone and home is None else None,
    )


def _meeting(key: str, plan: Planned, hall: Hall, pin: tuple[int, int] | None) -> engine.Meeting:
    exhibitor, buyer = hall.teams[plan.exhibitor_team_id], hall.teams[plan.buyer_team_id]
    return engine.Meeting(
        id=key,
        participants=(f"T{exhibitor.unit}", f"T{buyer.unit}"),
        weight=plan.request.weight,
        required=pin is not None,
        slot=pin[0] if pin else None,
        table=pin[1] if pin else None,
    )


def _sessions(hall: Hall) -> tuple[engine.Session, ...]:
    spans: dict[int, list[int]] = {}
    for slot in hall.slots:
        if slot.session_id is not None:
            spans.setdefault(slot.session_id, []).append(slot.number)
    return tuple(engine.Session(f"S{id}", min(numbers), max(numbers)) for id, numbers in spans.items())


def _current(event_id: int, hall: Hall, planned: Mapping[str, Planned], told: Iterable[Placed]) -> engine.Current:
    rows = {meeting_key(pair): row for row in told if (pair := _pair_of(row, hall))}
    places = _places(rows, hall, planned)
    return engine.Current(
        tuple(engine.Assignment(key, slot, table) for key, (slot, table) in sorted(places.items())),
        _begun(event_id, hall),
    )


def _fingerprint(hall: Hall, matching: Matching) -> dict[str, str]:
    """Return one short hash for each slot, table, team, participant and pair."""
    parts: dict[str, object] = {f"slot:{s.id}": (_text(s.starts_at), _text(s.ends_at)) for s in hall.slots}
    parts |= {f"table:{t.id}": (t.number, t.zone_id) for t in hall.tables}
    parts |= {f"team:{t.id}": (t.unit, sorted(t.away), t.home_table_id, t.zone_id) for t in hall.teams.values()}
    parts |= {f"participant:{p.id}": (p.minimum, p.maximum) for p in matching.parties.values()}
    parts |= {
        f"pair:{r.exhibitor_id}-{r.buyer_id}": (r.weight, r.is_wish, r.exhibitor_team_id, r.buyer_team_id)
        for r in matching.requests
    }
    return {key: _hash(value) for key, value in sorted(parts.items())}


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:10]


def _text(moment: datetime) -> str:
    return moment.isoformat()


def changed_things(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, int]:
    """Count by kind (slot, table, team, participant, pair) what differs between two fingerprints."""
    keys = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return dict(sorted(Counter(key.partition(":")[0] for key in keys).items()))
