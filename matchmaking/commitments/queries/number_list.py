"""Every serial of an event for an auditor: on which commitments they stand, who holds the rest, and why a number is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from matchmaking.commitments.life_models import BlankForm
from matchmaking.commitments.models import Commitment, CommitmentSettings
from matchmaking.commitments.queries.tablets import Standing, standing_of
from matchmaking.commitments.sync_models import NumberBlock, ReceivedRecord, Tablet
from matchmaking.events.models import Device
from matchmaking.extensions import db


class Unused(StrEnum):
    """Why numbers of a block stand on nothing."""

    ON_TABLET = "on_tablet"  # may still be given
    SHUT_OUT = "shut_out"
    RETURNED = "returned"
    NONE = "none"  # all are used


@dataclass(frozen=True)
class BlockRow:
    """One block. ``unused``: as ranges, ``27–40``."""

    device_name: str
    first: int
    last: int
    given_at: datetime
    used: int
    kept_aside: int
    unused: str
    why: Unused
    ended_at: datetime | None
    is_taken_up_again: bool


@dataclass(frozen=True)
class NumberList:
    """All blocks, what was given on the server itself, and serials that stand nowhere."""

    blocks: tuple[BlockRow, ...]
    given_here: int
    passed_over: str
    next_serial: int


def number_list(event_id: int) -> NumberList:
    """Return how the event's serials were used."""
    used = set(_serials(Commitment, event_id))
    aside = set(_serials(ReceivedRecord, event_id)) - used
    rows = db.session.execute(
        sa.select(NumberBlock, Tablet.token_hash, Device)
        .join(Tablet, Tablet.id == NumberBlock.tablet_id)
        .join(Device, Device.id == Tablet.device_id)
        .where(NumberBlock.event_id == event_id)
        .order_by(NumberBlock.first_serial)
    ).all()
    blocks = tuple(_block(block, secret, device, used, aside) for block, secret, device in rows)
    in_blocks = {serial for block in blocks for serial in range(block.first, block.last + 1)}
    following = (
        db.session.scalar(sa.select(CommitmentSettings.next_serial).where(CommitmentSettings.event_id == event_id)) or 1
    )
    on_forms = set(_serials(BlankForm, event_id))
    missing = sorted(set(range(1, following)) - used - aside - in_blocks - on_forms)
    return NumberList(blocks, len(used - in_blocks), ranges(missing), following)


def _serials(model: type[BlankForm] | type[Commitment] | type[ReceivedRecord], event_id: int) -> Iterable[int]:
    wanted = sa.select(model.serial).where(model.event_id == event_id, model.serial.is_not(None))
    return (serial for serial in db.session.scalars(wanted) if serial is not None)


def _block(block: NumberBlock, secret: str, device: Device, used: set[int], aside: set[int]) -> BlockRow:
    serials = set(range(block.first_serial, block.last_serial + 1))
    unused = sorted(serials - used - aside)
    is_shut_out = standing_of(secret, device) is Standing.SHUT_OUT
    why = Unused.RETURNED if block.ended_at else Unused.SHUT_OUT if is_shut_out else Unused.ON_TABLET
    return BlockRow(
        device_name=device.name,
        first=block.first_serial,
        last=block.last_serial,
        given_at=block.given_at,
        used=len(serials & used),
        kept_aside=len(serials & aside),
        unused=ranges(unused),
        why=why if unused else Unused.NONE,
        ended_at=block.ended_at or (device.revoked_at if is_shut_out else None),
        is_taken_up_again=block.is_taken_up_again,
    )


def ranges(serials: list[int]) -> str:
    """Return ``3, 27–40`` for sorted serials."""
    spans: list[list[int]] = []
    for serial in serials:
        if spans and serial == spans[-1][1] + 1:
            spans[-1][1] = serial
        else:
            spans.append([serial, serial])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)
