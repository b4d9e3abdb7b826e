"""Which tablet holds a secret, whether it may work, and how the event's tablets stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from matchmaking.codes import token_hash
from matchmaking.commitments.models import Commitment
from matchmaking.commitments.sync_models import NumberBlock, ReceivedRecord, Tablet
from matchmaking.events.models import Device, DeviceKind
from matchmaking.extensions import db


class Standing(StrEnum):
    """What a secret is worth."""

    ACTIVE = "active"
    SHUT_OUT = "shut_out"  # revoked, or its device was enrolled anew
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class TabletView:
    """One enrolment, as plain values."""

    id: int
    code: str
    event_id: int
    device_id: int
    device_name: str
    standing: Standing
    last_seen_at: datetime


@dataclass(frozen=True)
class TabletRow:
    """A tablet in the organiser's list."""

    code: str
    device_name: str
    standing: Standing
    unsent: int
    synced_at: datetime | None
    last_seen_at: datetime
    clock_error_seconds: int | None


def tablet_of_secret(secret: str | None) -> TabletView | None:
    """Return the tablet that this secret belongs or belonged to, once it has been met."""
    if not secret:
        return None
    return _view(Tablet.token_hash == token_hash(secret))


def tablet_by_code(code: str) -> TabletView | None:
    """Return a tablet by the code in its records."""
    return _view(Tablet.code == code) if code else None


def _view(condition: sa.ColumnElement[bool]) -> TabletView | None:
    row = db.session.execute(
        sa.select(Tablet, Device).join(Device, Device.id == Tablet.device_id).where(condition)
    ).first()
    if row is None:
        return None
    tablet, device = row
    standing = standing_of(tablet.token_hash, device)
    return TabletView(tablet.id, tablet.code, tablet.event_id, device.id, device.name, standing, tablet.last_seen_at)


def standing_of(secret_hash: str, device: Device) -> Standing:
    """Say whether the holder of a secret is the device as it is enrolled now."""
    is_current = device.revoked_at is None and device.token_hash == secret_hash
    return Standing.ACTIVE if is_current else Standing.SHUT_OUT


def enrolled_tablet(secret: str) -> Device | None:
    """Return the device that this secret enrols now, if it is a tablet."""
    return db.session.scalar(
        sa.select(Device).where(
            Device.token_hash == token_hash(secret), Device.revoked_at.is_(None), Device.kind == DeviceKind.TABLET
        )
    )


def tablets_of(event_id: int) -> list[TabletRow]:
    """Return the event's tablets that ever asked for anything, those with something unsent first."""
    rows = db.session.execute(
        sa.select(Tablet, Device)
        .join(Device, Device.id == Tablet.device_id)
        .where(Tablet.event_id == event_id)
        .order_by(Tablet.unsent.desc(), Device.name, Tablet.id)
    )
    return [
        TabletRow(
            tablet.code,
            device.name,
            standing_of(tablet.token_hash, device),
            tablet.unsent,
            tablet.synced_at,
            tablet.last_seen_at,
            tablet.clock_error_seconds,
        )
        for tablet, device in rows
    ]


def open_blocks(tablet_id: int) -> list[NumberBlock]:
    """Return the blocks a tablet may still give numbers from, the oldest first; not those it has used up."""
    return open_numbers(tablet_id)[0]


def _blocks(tablet_id: int) -> Sequence[NumberBlock]:
    return db.session.scalars(
        sa.select(NumberBlock)
        .where(NumberBlock.tablet_id == tablet_id, NumberBlock.ended_at.is_(None))
        .order_by(NumberBlock.first_serial)
    ).all()


def open_numbers(tablet_id: int) -> tuple[list[NumberBlock], int]:
    """Return the open blocks as :func:`open_blocks` does, and how many serials of them are unused."""
    rows = _blocks(tablet_id)
    used = _used_serials(rows)
    left = {row.id: len(_unused(row, used)) for row in rows}
    return [row for row in rows if left[row.id]], sum(left.values())


def unused_of(blocks: Sequence[NumberBlock]) -> int:
    """Count the serials of these blocks of which the server has seen no record."""
    used = _used_serials(blocks)
    return sum(len(_unused(block, used)) for block in blocks)


def unused_serials(block: NumberBlock) -> list[int]:
    """Return the serials of a block that stand on no commitment and on no record kept aside."""
    return _unused(block, _used_serials([block]))


def _unused(block: NumberBlock, used: set[int]) -> list[int]:
    return [serial for serial in range(block.first_serial, block.last_serial + 1) if serial not in used]


def _used_serials(blocks: Sequence[NumberBlock]) -> set[int]:
    """Return the used serials in these blocks of one event."""
    if not blocks:
        return set()
    found: set[int] = set()
    for model in (Commitment, ReceivedRecord):
        in_one = sa.or_(*(model.serial.between(block.first_serial, block.last_serial) for block in blocks))
        found |= set(db.session.scalars(sa.select(model.serial).where(model.event_id == blocks[0].event_id, in_one)))
    return found
