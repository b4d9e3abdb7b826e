"""An event for the board's benchmark: as many tables and slots as asked, three quarters of the places taken, nobody twice at once."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from matchmaking.accounts.models import User
from matchmaking.actor import Role
from matchmaking.codes import new_code
from matchmaking.events.models import Event, EventState, MeetingTable, Membership, Session, TimeSlot
from matchmaking.extensions import db
from matchmaking.matching.models import Wish, WishStrength
from matchmaking.registration.models import (
    BuyerType,
    Delegate,
    Organization,
    Participation,
    ParticipationState,
    Side,
    Team,
    TeamDelegate,
)
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, Unmet, VersionState
from matchmaking.transactions import transaction

DAY = date(2093, 5, 11)  # still to come, whenever this is run
NOW = datetime(2023, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    """What was made: who may change the draft, and where it is."""

    event_code: str
    version_code: str
    version_id: int
    user_id: int
    meetings: int
    unmet: int


def make_event(tables: int, slots: int, seed: int = 1) -> Made:
    """Make the event; the same numbers and seed make the same one."""
    draw = random.Random(seed)
    with transaction():
        event = Event(
            code="papan", name="Papan Besar", starts_on=DAY, ends_on=DAY, state=EventState.OPEN, created_at=NOW,
            registration_opens_at=NOW,
        )  # fmt: skip
        organiser = User(code=new_code(12), name="Panitia Contoh", email="panitia@contoh.example", created_at=NOW)
        _save(event, organiser)
        _save(Membership(event_id=event.id, user_id=organiser.id, role=Role.ORGANIZER, created_at=NOW))
        slot_ids, table_ids = _hall(event.id, slots, tables)
        makers = [_entry(event.id, Side.EXHIBITOR, f"Tapis Contoh {n:03d}") for n in range(tables * 3 // 2)]
        buyers = [_entry(event.id, Side.BUYER, f"Dinas Contoh {n:03d}") for n in range(tables)]
        version = ScheduleVersion(
            code=new_code(12), event_id=event.id, number=1, state=VersionState.DRAFT, created_at=NOW,
            objective={"wished": 0, "wishes_held": 0},
        )  # fmt: skip
        _save(version)
        pairs = _seat(draw, version, (slot_ids, table_ids), (makers, buyers))
        waiting = _wait(draw, version, pairs, (makers, buyers))
        return Made(event.code, version.code, version.id, organiser.id, len(pairs), waiting)


Entry = tuple[int, int]  # participation, team


def _save(*rows: object) -> None:
    db.session.add_all(rows)
    db.session.flush()


def _hall(event_id: int, slots: int, tables: int) -> tuple[list[int], list[int]]:
    """Slots of twenty minutes in sessions of at most ten."""
    first = datetime.combine(DAY, time(1), tzinfo=UTC)
    rows = []
    for start in range(0, slots, 10):
        count = min(10, slots - start)
        begins = first + timedelta(minutes=20 * start + 30 * (start // 10))
        ends = begins + timedelta(minutes=20 * count)
        local = timedelta(hours=7)
        session = Session(
            event_id=event_id, name=f"Sesi {start // 10 + 1}", day=DAY, starts_at=(begins + local).time(),
            ends_at=(ends + local).time(), slot_minutes=20,
        )  # fmt: skip
        _save(session)
        rows += [
            TimeSlot(
                event_id=event_id, session_id=session.id, position=start + n + 1,
                starts_at=begins + timedelta(minutes=20 * n), ends_at=begins + timedelta(minutes=20 * (n + 1)),
            )
            for n in range(count)
        ]  # fmt: skip
    hall = [MeetingTable(event_id=event_id, number=n) for n in range(1, tables + 1)]
    _save(*rows, *hall)
    return [row.id for row in rows], [row.id for row in hall]


def _entry(event_id: int, side: Side, name: str) -> Entry:
    buyer = {"buyer_type": BuyerType.REGIONAL_AGENCY} if side is Side.BUYER else {}
    organization = Organization(
        code=new_code(12), side=side, legal_name=name, name_key=name.casefold(), created_at=NOW, updated_at=NOW, **buyer
    )
    _save(organization)
    entry = Participation(
        code=new_code(12), event_id=event_id, organization_id=organization.id, side=side,
        state=ParticipationState.APPROVED, submitted_at=NOW,
    )  # fmt: skip
    _save(entry)
    team = Team(event_id=event_id, participation_id=entry.id, side=side, position=1)
    person = Delegate(
        code=new_code(12), event_id=event_id, participation_id=entry.id, name=f"Peserta {name}",
        phone=f"+62812{entry.id:08d}", is_contact=True,
    )  # fmt: skip
    _save(team, person)
    _save(TeamDelegate(team_id=team.id, delegate_id=person.id))
    return entry.id, team.id


Places = tuple[list[int], list[int]]  # slots, tables
Sides = tuple[list[Entry], list[Entry]]  # exhibitors, buyers


def _seat(draw: random.Random, version: ScheduleVersion, places: Places, sides: Sides) -> set[tuple[int, int]]:
    """Fill three quarters of each slot's tables with pairs that have not met."""
    event_id, (slots, tables), (makers, buyers) = version.event_id, places, sides
    met: set[tuple[int, int]] = set()
    for slot_id in slots:
        free, ready = draw.sample(makers, len(makers)), draw.sample(buyers, len(buyers))
        empty = draw.sample(tables, len(tables) * 3 // 4)
        for buyer in ready[: len(empty)]:
            maker = next((m for m in free if (m[0], buyer[0]) not in met), None)
            if maker is None:
                continue
            free.remove(maker)
            met.add((maker[0], buyer[0]))
            meeting = Meeting(
                code=new_code(12), event_id=event_id, exhibitor_team_id=maker[1], buyer_team_id=buyer[1], created_at=NOW
            )
            _save(meeting, _wish(event_id, maker[0], buyer[0]))
            db.session.add(
                Placement(
                    version_id=version.id, meeting_id=meeting.id, slot_id=slot_id, table_id=empty.pop(),
                    exhibitor_team_id=maker[1], buyer_team_id=buyer[1],
                )
            )  # fmt: skip
    return met


def _wait(draw: random.Random, version: ScheduleVersion, met: set[tuple[int, int]], sides: Sides) -> int:
    """Let some wishes wait without a place, one for each exhibitor."""
    event_id, (makers, buyers) = version.event_id, sides
    for maker, _team in makers:
        buyer = draw.choice([entry for entry, _team in buyers if (maker, entry) not in met])
        db.session.add_all(
            [
                _wish(event_id, maker, buyer),
                Unmet(
                    version_id=version.id, exhibitor_id=maker, buyer_id=buyer, reason="full", weight=2,
                    text_id="Agendanya penuh.", text_en="The agenda is full.",
                ),
            ]
        )  # fmt: skip
    return len(makers)


def _wish(event_id: int, wisher: int, target: int) -> Wish:
    return Wish(
        event_id=event_id, wisher_id=wisher, target_id=target, strength=WishStrength.WANT, created_at=NOW,
        updated_at=NOW,
    )  # fmt: skip
