"""What the door shows: who a scan was, what was answered, who can be found by name, the last scans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from matchmaking import clock
from matchmaking.accounts.models import User
from matchmaking.attendance.badge_codes import BadgeTextKind, read_badge_text
from matchmaking.attendance.models import Badge, BadgeEnd, Scan, ScanMethod, ScanOutcome, Substitution
from matchmaking.attendance.queries.presence import arrivals
from matchmaking.events.models import Device, Event, MeetingTable, TimeSlot
from matchmaking.extensions import db
from matchmaking.registration.models import (
    Delegate,
    Organization,
    Participation,
    ParticipationState,
    Side,
    Team,
    TeamDelegate,
)
from matchmaking.scheduling.models import Placement
from matchmaking.scheduling.queries.times import times_of
from matchmaking.scheduling.queries.versions import published_version

#: How many people a search shows.
MAX_FOUND = 12


@dataclass(frozen=True)
class NextMeeting:
    """The person's meeting that has not ended yet."""

    starts_at: datetime
    table: str
    partner: str


@dataclass(frozen=True)
class DoorPerson:
    """A person as the door needs them: no phone, no e-mail."""

    delegate_id: int
    delegate_code: str
    name: str
    organization: str
    side: Side
    office: str
    place: str = ""  # the fixed table, else the zone
    next_meeting: NextMeeting | None = None
    substitute: str = ""  # who came in their place
    stands_in_for: str = ""  # in whose place they came
    stands_in_for_code: str = ""


@dataclass(frozen=True)
class ScanAnswer:
    """What the door said to one scan; the same for every time the same ``scan_key`` is sent."""

    scan_id: int
    scan_key: str
    outcome: ScanOutcome
    problem: str
    at: datetime
    day: date
    is_event_day: bool
    method: ScanMethod
    first_at: datetime | None = None  # when the person was let in before
    first_by: str = ""  # by which device or person
    ended_at: datetime | None = None  # when the badge ended
    end_reason: BadgeEnd | None = None
    person: DoorPerson | None = None
    is_undone: bool = False


@dataclass(frozen=True)
class Found:
    """A person found by name: who, and whether they are inside already or may not come in."""

    person: DoorPerson
    arrived_at: datetime | None
    is_approved: bool


def answer_of(scan: Scan) -> ScanAnswer:
    """Return what was answered to this scan; a fixed number of statements."""
    event = db.session.get_one(Event, scan.event_id)
    first = db.session.get(Scan, scan.first_scan_id) if scan.first_scan_id else None
    badge = db.session.get(Badge, scan.badge_id) if scan.badge_id else None
    person = door_people([scan.delegate_id], scan.event_id).get(scan.delegate_id) if scan.delegate_id else None
    return ScanAnswer(
        scan_id=scan.id,
        scan_key=scan.scan_key,
        outcome=scan.outcome,
        problem=scan.problem,
        at=scan.at,
        day=scan.day,
        is_event_day=event.starts_on <= scan.day <= event.ends_on,
        method=scan.method,
        first_at=first.at if first else None,
        first_by=_door_name(first) if first else "",
        ended_at=badge.ended_at if badge and scan.outcome is ScanOutcome.REFUSED else None,
        end_reason=badge.end_reason if badge and scan.outcome is ScanOutcome.REFUSED else None,
        person=person,
        is_undone=scan.undone_at is not None,
    )


def answer_by_key(event_id: int, scan_key: str) -> ScanAnswer | None:
    """Return what was answered to the scan with this key, ``None`` when there is none."""
    scan = db.session.scalar(sa.select(Scan).where(Scan.event_id == event_id, Scan.scan_key == scan_key))
    return answer_of(scan) if scan else None


def is_name(event_id: int, day: date, text: str) -> bool:
    """Say whether what was typed is to be looked up as a name: no code, or like a code by chance (SUSANTI)."""
    read = read_badge_text(text)
    if read.kind is BadgeTextKind.FOREIGN:
        return True
    if read.kind is BadgeTextKind.SHORT and db.session.scalar(
        sa.select(Badge.id).where(Badge.event_id == event_id, Badge.short_code == read.code)
    ):
        return False
    return read.kind in (BadgeTextKind.SHORT, BadgeTextKind.WRONG_CHECK) and bool(find_people(event_id, day, text, 1))


def _door_name(scan: Scan) -> str:
    if scan.device_id:
        device = db.session.get(Device, scan.device_id)
        return device.name if device else ""
    user = db.session.get(User, scan.user_id) if scan.user_id else None
    return user.name if user else ""


def door_people(delegate_ids: Iterable[int | None], event_id: int) -> dict[int, DoorPerson]:
    """Return people as the door shows them, with their next meeting; a fixed number of statements."""
    ids = [delegate_id for delegate_id in delegate_ids if delegate_id]
    if not ids:
        return {}
    delegates = db.session.scalars(
        sa.select(Delegate)
        .where(Delegate.id.in_(ids), Delegate.event_id == event_id)
        .options(
            joinedload(Delegate.participation).options(
                joinedload(Participation.organization),
                joinedload(Participation.home_table),
                joinedload(Participation.zone),
            )
        )
    )
    coming, replaced = _next_meetings(ids, event_id), _substitutions(ids)
    return {d.id: replace(_person(d, coming.get(d.id)), **replaced.get(d.id, {})) for d in delegates}


def _person(delegate: Delegate, coming: NextMeeting | None) -> DoorPerson:
    entry = delegate.participation
    place = entry.home_table.name if entry.home_table else entry.zone.name if entry.zone else ""
    return DoorPerson(
        delegate.id, delegate.code, delegate.name, entry.organization.legal_name, entry.side, delegate.office,
        place, coming,
    )  # fmt: skip


def _substitutions(delegate_ids: list[int]) -> dict[int, dict[str, Any]]:
    """By person: who came in their place, and in whose place they came."""
    rows = db.session.scalars(
        sa.select(Substitution)
        .where(
            sa.or_(
                Substitution.absent_delegate_id.in_(delegate_ids),
                Substitution.substitute_delegate_id.in_(delegate_ids),
            ),
            Substitution.undone_at.is_(None),
        )
        .options(joinedload(Substitution.absent), joinedload(Substitution.substitute))
    )
    found: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        found[row.absent_delegate_id]["substitute"] = row.substitute.name
        found[row.substitute_delegate_id].update(stands_in_for=row.absent.name, stands_in_for_code=row.absent.code)
    return found


def _next_meetings(delegate_ids: list[int], event_id: int) -> dict[int, NextMeeting]:
    version = published_version(event_id)
    if version is None:
        return {}
    times, now = times_of(event_id), clock.now()
    other = aliased(Team)
    other_id = sa.case(
        (TeamDelegate.team_id == Placement.exhibitor_team_id, Placement.buyer_team_id),
        else_=Placement.exhibitor_team_id,
    )
    rows = db.session.execute(
        sa.select(TeamDelegate.delegate_id, Placement.slot_id, MeetingTable, Organization.legal_name)
        .join(
            Placement,
            sa.or_(
                Placement.exhibitor_team_id == TeamDelegate.team_id, Placement.buyer_team_id == TeamDelegate.team_id
            ),
        )
        .join(TimeSlot, TimeSlot.id == Placement.slot_id)
        .join(MeetingTable, MeetingTable.id == Placement.table_id)
        .join(other, other.id == other_id)
        .join(Participation, Participation.id == other.participation_id)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(
            TeamDelegate.delegate_id.in_(delegate_ids),
            Placement.version_id == version.id,
            times.where(Placement.slot_id, Placement.table_id, lambda _start, end: end > now),
        )
        .order_by(TimeSlot.starts_at, Placement.id)
    )
    found: dict[int, NextMeeting] = {}
    for delegate_id, slot_id, table, partner in rows:
        found.setdefault(delegate_id, NextMeeting(times.start(slot_id, table.id), table.name, partner))
    return found


def find_people(event_id: int, day: date, text: str, limit: int = MAX_FOUND) -> list[Found]:
    """Return people of the event whose name, organisation or brand has all the words, by name; statements are fixed."""
    words = [word for word in text.split() if word][:6]
    if not words:
        return []
    statement = (
        sa.select(Delegate.id, Participation.state)
        .join(Participation, Participation.id == Delegate.participation_id)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(Delegate.event_id == event_id, Delegate.erased_at.is_(None))
        .order_by(Participation.state != ParticipationState.APPROVED, sa.func.lower(Delegate.name), Delegate.id)
        .limit(limit)
    )
    for word in words:
        columns = (Delegate.name, Organization.legal_name, Organization.brand)
        statement = statement.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    states: dict[int, ParticipationState] = {row.id: row.state for row in db.session.execute(statement)}
    people, came = door_people(list(states), event_id), arrivals(event_id, day)
    return [Found(people[id], came.get(id), state is ParticipationState.APPROVED) for id, state in states.items()]


def last_scans(event_id: int, day: date, actor_ids: tuple[int | None, int | None], limit: int = 5) -> list[Scan]:
    """Return the day's newest scans of one door (user id, device id), the latest first."""
    user_id, device_id = actor_ids
    mine = Scan.device_id == device_id if device_id else Scan.user_id == user_id
    statement = (
        sa.select(Scan)
        .where(Scan.event_id == event_id, Scan.day == day, mine)
        .options(joinedload(Scan.delegate).joinedload(Delegate.participation).joinedload(Participation.organization))
        .order_by(Scan.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))
