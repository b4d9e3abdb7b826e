"""A slot that runs, with places that get free: who is offered, who is seated, who sits where."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from matchmaking.attendance.models import Absent, MeetingState, Scan, ScanMethod, ScanOutcome
from matchmaking.attendance.queries.standing_by import Hall, hall_of_day, stand_bys
from matchmaking.attendance.services.day_seats import Seated, SeatPair, seat_pair, undo_seat
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.transactions import transaction
from tests.attendance.meetings import codes, tap
from tests.scheduling.scene import Scene
from tests.world import DAY

NINE = datetime(2023, 5, 11, 2, tzinfo=UTC)
SCHEDULED, RUNNING, HELD, NO_SHOW, CANCELLED = MeetingState
#: Slot 1: maker 1 with buyer 1 at table 1, maker 2 with buyer 2 at table 2; slot 2: maker 1 with buyer 2 at table 1.
PAIRS = [(0, 0, 0, 0), (1, 1, 0, 1), (0, 1, 1, 0)]
MINUTE = timedelta(minutes=1)


def miss(scene: Scene, absent: Absent = Absent.BUYER, number: int = 0) -> str:
    """A meeting at which somebody is missing; returns its code."""
    code = codes(scene)[number]
    tap(scene, code, NO_SHOW, absent)
    return code


def offered(scene: Scene, slot: int = 0, table: int = 0) -> list[tuple[str, str]]:
    """Who is offered for a place: names, the best first."""
    db.session.rollback()
    version = published_version(scene.event_id)
    assert version
    table_id = scene.tables[table]
    pairs = stand_bys(hall_of_day(version), scene.slots[slot], [table_id], 6).get(table_id, [])
    return [(pair.exhibitor, pair.buyer) for pair in pairs]


def seat(
    scene: Scene, maker: int, agency: int, key: str = "seatkey0001", slot: int = 0, table: int | None = 0
) -> Seated:
    with transaction():
        wanted = SeatPair(
            scene.event_id, scene.team(scene.makers[maker]), scene.team(scene.agencies[agency]), scene.slots[slot], key,
            scene.tables[table] if table is not None else None,
        )  # fmt: skip
        return seat_pair(scene.actor, wanted)


def unseat(scene: Scene, key: str = "seatkey0001") -> Seated:
    with transaction():
        return undo_seat(scene.actor, scene.event_id, key)


def seats(scene: Scene) -> set[tuple[str, str, int, int]]:
    """(maker, buyer, slot number, table number) of the published schedule, counted from 1."""
    db.session.rollback()
    version = published_version(scene.event_id)
    assert version
    return {
        (
            row.meeting.exhibitor_team.participation.organization.legal_name,
            row.meeting.buyer_team.participation.organization.legal_name,
            scene.slots.index(row.slot_id) + 1,
            scene.tables.index(row.table_id) + 1,
        )
        for row in scene.placements(version.id)
    }


M1, M2 = "Tapis Contoh 1", "Tapis Contoh 2"
B1, B2, B3 = "Dinas Contoh 1", "Dinas Contoh 2", "Dinas Contoh 3"
AS_LAID = {(M1, B1, 1, 1), (M2, B2, 1, 2), (M1, B2, 2, 1)}


def arrive(scene: Scene, *participations: int, at: datetime = NINE, day: date = DAY) -> None:
    for id in participations:
        delegate = db.session.scalars(sa.select(Delegate.id).where(Delegate.participation_id == id)).first()
        scene.world.save(
            Scan(
                event_id=scene.event_id, scan_key=f"scan-{id}-{day}", day=day, method=ScanMethod.TYPED,
                outcome=ScanOutcome.ACCEPTED, delegate_id=delegate, received_at=at,
            )
        )  # fmt: skip


def hall() -> Hall:
    db.session.rollback()
    version = db.session.scalars(sa.select(ScheduleVersion).order_by(ScheduleVersion.number.desc())).first()
    assert version
    return hall_of_day(version)
