"""An event as the engine's problem, with the way back from its numbers to our rows and a digest of all that went in."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.events.models import MeetingTable
from matchmaking.extensions import db
from matchmaking.matching.queries.availability import SlotView, live_slots, unavailable_slots
from matchmaking.matching.queries.parties import approved, team_names
from matchmaking.matching.queries.requests import Matching, MeetingRequest, matching_of
from matchmaking.matching.suggestions import Party
from matchmaking.matching.weights import Point
from matchmaking.registration.models import Participation, Team, TeamDelegate
from matchmaking.scheduling import engine
from matchmaking.scheduling.models import Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.times import times_of

Pair = tuple[int, int]


@dataclass(frozen=True)
class SolveOptions:
    """What the organiser chose for one run.

    ``pins_from`` is the version whose pinned meetings stay where they are. ``told`` is the published version that people
    know: as little of it as possible changes. ``with_suggestions`` fills free slots with pairs that nobody asked for.
    """

    pins_from: int | None = None
    told: int | None = None
    with_suggestions: bool = True


@dataclass(frozen=True)
class TableView:
    """A live table; ``number`` is the engine's, counted from 1 without gaps."""

    id: int
    number: int
    name: str
    zone_id: int | None


@dataclass(frozen=True)
class TeamView:
    """A team as the scheduler sees it. ``unit`` is shared by teams that share a delegate: they never meet at once."""

    id: int
    participation_id: int
    side: str
    name: str
    unit: int
    away: frozenset[int]  # slot ids
    home_table_id: int | None
    zone_id: int | None


@dataclass(frozen=True)
class Planned:
    """A request with the two teams that would hold it."""

    request: MeetingRequest
    exhibitor_team_id: int
    buyer_team_id: int


@dataclass(frozen=True)
class Hall:
    """What does not depend on wishes: slots, tables, teams."""

    slots: tuple[SlotView, ...]
    tables: tuple[TableView, ...]
    teams: Mapping[int, TeamView]


@dataclass(frozen=True)
class Inputs:
    """One event ready to be solved. ``fingerprint`` has one short hash for each thing that may change meanwhile."""

    hall: Hall
    matching: Matching
    planned: Mapping[str, Planned]
    problem: engine.Problem
    fingerprint: Mapping[str, str] = field(default_factory=dict)
    released_pins: int = 0

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


def hall_of(event_id: int) -> Hall:
    """Return slots, tables and approved teams in a fixed number of statements."""
    slots = tuple(live_slots(event_id))
    rows = db.session.scalars(
        sa.select(MeetingTable)
        .where(MeetingTable.event_id == event_id, MeetingTable.retired_at.is_(None))
        .order_by(MeetingTable.number)
    )
    tables = tuple(TableView(row.id, number, row.name, row.zone_id) for number, row in enumerate(rows, start=1))
    return Hall(slots, tables, _teams(event_id, slots))


def _teams(event_id: int, slots: tuple[SlotView, ...]) -> dict[int, TeamView]:
    rows = db.session.execute(
        sa.select(Team.id, Team.participation_id, Team.side, Participation.home_table_id, Participation.zone_id)
        .join(Participation, Participation.id == Team.participation_id)
        .where(*approved(event_id))
        .order_by(Team.id)
    ).all()
    away, names = unavailable_slots(event_id, slots), team_names(event_id)
    units = _units(event_id, [row.id for row in rows])
    return {
        row.id: TeamView(
            id=row.id,
            participation_id=row.participation_id,
            side=row.side.value,
            name=names[row.id],
            unit=units[row.id],
            away=away.get(row.id, frozenset()),
            home_table_id=row.home_table_id if row.side.value == "exhibitor" else None,
            zone_id=row.zone_id,
        )
        for row in rows
    }


def _units(event_id: int, team_ids: Iterable[int]) -> dict[int, int]:
    """Join teams that share a delegate, each named by its smallest team id (no person sits at two tables at once)."""
    unit = {team_id: team_id for team_id in team_ids}
    members: defaultdict[int, list[int]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(TeamDelegate.delegate_id, TeamDelegate.team_id)
        .join(Team, Team.id == TeamDelegate.team_id)
        .where(Team.event_id == event_id)
        .order_by(TeamDelegate.team_id)
    )
    for delegate_id, team_id in rows:
        if team_id in unit:
            members[delegate_id].append(team_id)
    for together in members.values():
        joined = {unit[team_id] for team_id in together}
        smallest = min(joined)
        unit = {team_id: smallest if named in joined else named for team_id, named in unit.items()}
    return unit


def build_inputs(event_id: int, options: SolveOptions | None = None) -> Inputs:
    """Return the event as a problem for the engine; pins are not part of the digest.

    Of what people were told the digest knows only which version that is, and only where the run keeps to it.
    """
    options = options or SolveOptions()
    hall, matching = hall_of(event_id), matching_of(event_id, with_suggestions=options.with_suggestions)
    pinned, told = _placements(options.pins_from, pinned_only=True), _placements(options.told, pinned_only=False)
    requests = _with_placed(matching, hall, pinned + told)
    planned = assign_teams(requests, hall, pinned + told)
    pins, released = _usable(pinned, hall, planned)
    problem = problem_of(event_id, hall, matching, planned, pins)
    if options.told is not None:
        problem = replace(problem, current=_current(event_id, hall, planned, told))
    fingerprint = _fingerprint(hall, matching)
    if options.told is not None:  # whoever keeps to what people know must learn that they know something else by now
        fingerprint |= {"told:version": _hash(_announced(event_id))}
    return Inputs(hall, matching, planned, problem, fingerprint, released)


def _announced(event_id: int) -> int | None:
    return db.session.scalar(
        sa.select(ScheduleVersion.id).where(
            ScheduleVersion.event_id == event_id, ScheduleVersion.state == VersionState.PUBLISHED
        )
    )


def meeting_key(pair: Pair) -> str:
    """Return the engine's id of the meeting of an exhibitor and a buyer (participation ids)."""
    return f"E{pair[0]}-B{pair[1]}"


def _placements(version_id: int | None, *, pinned_only: bool) -> list[Placement]:
    if version_id is None:
        return []
    statement = sa.select(Placement).where(Placement.version_id == version_id).order_by(Placement.id)
    return list(db.session.scalars(statement.where(Placement.is_pinned) if pinned_only else statement))


def _with_placed(matching: Matching, hall: Hall, placed: list[Placement]) -> tuple[MeetingRequest, ...]:
    """Add the pairs that an organiser placed although nobody asked; those that one side refused are left out."""
    known = {(r.exhibitor_id, r.buyer_id) for r in matching.requests}
    more = []
    for row in placed:
        pair = _pair_of(row, hall)
        if pair and pair not in known and pair not in matching.refused:
            known.add(pair)
            more.append(MeetingRequest(*pair, is_wish=False, points=(Point(1, "staff"),)))
    return matching.requests + tuple(more)


def _pair_of(row: Placement, hall: Hall) -> Pair | None:
    exhibitor, buyer = hall.teams.get(row.exhibitor_team_id), hall.teams.get(row.buyer_team_id)
    return (exhibitor.participation_id, buyer.participation_id) if exhibitor and buyer else None


def assign_teams(requests: Iterable[MeetingRequest], hall: Hall, placed: Iterable[Placement]) -> dict[str, Planned]:
    """Give each request one team of either side: the one named, the one that has it already, else the least busy.

    Heavier requests choose first, so that an organisation's teams share its most wanted meetings evenly.
    """
    teams: defaultdict[int, list[TeamView]] = defaultdict(list)
    for team in hall.teams.values():
        teams[team.participation_id].append(team)
    kept = {pair: (row.exhibitor_team_id, row.buyer_team_id) for row in placed if (pair := _pair_of(row, hall))}
    load: Counter[int] = Counter()
    planned = {}
    for request in sorted(requests, key=lambda r: (-r.weight, r.exhibitor_id, r.buyer_id)):
        pair = (request.exhibitor_id, request.buyer_id)
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
    return dict(sorted(planned.items()))


def _choices(teams: list[TeamView], kept: int, named: int | None) -> list[TeamView]:
    for wanted in (named, kept):
        if found := [team for team in teams if team.id == wanted]:
            return found
    return teams


def _overlap(first: TeamView, second: TeamView, hall: Hall) -> int:
    return sum(1 for slot in hall.slots if slot.id not in first.away and slot.id not in second.away)


def _usable(
    pinned: list[Placement], hall: Hall, planned: Mapping[str, Planned]
) -> tuple[dict[str, tuple[int, int]], int]:
    """Return the pins that still have slot, table and participants, as engine numbers; and how many were released."""
    slots = {slot.id: slot.number for slot in hall.slots}
    tables = {table.id: table.number for table in hall.tables}
    pins = {}
    for row in pinned:
        pair = _pair_of(row, hall)
        key = meeting_key(pair) if pair else ""
        if key in planned and row.slot_id in slots and row.table_id in tables:
            pins[key] = (slots[row.slot_id], tables[row.table_id])
    return pins, len(pinned) - len(pins)


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


def _current(event_id: int, hall: Hall, planned: Mapping[str, Planned], told: list[Placement]) -> engine.Current:
    pins, _gone = _usable(told, hall, planned)
    now, times = clock.now(), times_of(event_id)
    frozen = sum(1 for slot in hall.slots if times.start(slot.id) <= now)
    return engine.Current(
        tuple(engine.Assignment(key, slot, table) for key, (slot, table) in sorted(pins.items())), frozen
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
