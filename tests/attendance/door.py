"""An event with a door: people with badges, devices, and what a scan of theirs is."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Actor, ActorKind
from matchmaking.attendance.badge_codes import new_badge_code, new_short_code
from matchmaking.attendance.models import Badge, BadgeEnd, Scan, ScanMethod
from matchmaking.attendance.services.scans import RecordScan, ScanAnswer, record_scan, undo_scan
from matchmaking.events.models import DeviceKind
from matchmaking.events.services.devices import add_device, enrol_device
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Participation, Side
from matchmaking.transactions import transaction
from tests.world import LONG_AGO, World

#: 07:55 WIB on the event's day.
MORNING = datetime(2023, 5, 11, 0, 55, tzinfo=UTC)


@dataclass
class Door:
    """``maker`` and ``agency`` are participation ids, each with one person."""

    world: World
    event_id: int
    maker: int
    agency: int
    actor: Actor
    _keys: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def key(self) -> str:
        return f"scan-key-{next(self._keys):06d}"

    def delegate(self, participation_id: int) -> Delegate:
        statement = sa.select(Delegate).where(Delegate.participation_id == participation_id).order_by(Delegate.id)
        return db.session.scalars(statement).first() or Delegate()

    def badge(self, delegate_id: int, *, ended: BadgeEnd | None = None) -> Badge:
        """A badge as it is issued; ``ended`` at five past nine."""
        delegate = db.session.get_one(Delegate, delegate_id)
        at = datetime(2023, 5, 11, 2, 5, tzinfo=UTC) if ended else None
        badge = Badge(
            event_id=delegate.event_id, delegate_id=delegate_id, code=new_badge_code(), short_code=new_short_code(),
            issued_at=LONG_AGO, ended_at=at, end_reason=ended,
        )  # fmt: skip
        self.world.save(badge)
        return badge

    def scan(self, text: str = "", *, key: str = "", actor: Actor | None = None, **values: object) -> ScanAnswer:
        """Send one scan in a transaction of its own."""
        command = RecordScan(self.event_id, key or self.key(), text, **{"method": ScanMethod.CAMERA, **values})  # type: ignore[arg-type]
        with transaction():
            return record_scan(actor or self.actor, command)

    def undo(self, key: str) -> ScanAnswer:
        with transaction():
            return undo_scan(self.actor, self.event_id, key)

    def scans(self) -> list[Scan]:
        return list(db.session.scalars(sa.select(Scan).order_by(Scan.id)))

    def device(self, name: str = "Pintu timur", kind: DeviceKind = DeviceKind.SCANNER) -> tuple[Actor, str]:
        """An enrolled device: its actor and its cookie."""
        with transaction():
            fresh = add_device(self.actor, self.event_id, kind, name)
        with transaction():
            enrolled = enrol_device(fresh.code)
        return Actor(ActorKind.DEVICE, enrolled.device_id, enrolled.event_id), enrolled.token

    def at(self, hour: int, minute: int = 0) -> object:
        """Stop the clock at a time of the event's day in its zone."""
        return clock.frozen(datetime(2023, 5, 11, hour - 7, minute, tzinfo=UTC))

    def entry(self, participation_id: int) -> Participation:
        return db.session.get_one(Participation, participation_id)


def make_door(world: World) -> Door:
    """An event of one exhibitor and one buyer, each with one person."""
    event_id = world.event()
    return Door(
        world,
        event_id,
        world.participation(event_id, Side.EXHIBITOR),
        world.participation(event_id, Side.BUYER),
        world.organizer(event_id),
    )
