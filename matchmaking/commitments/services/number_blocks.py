"""Handing serials to tablets in blocks, so that numbers given without a network never clash and every gap can be explained."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.commitments.models import Commitment, CommitmentSettings
from matchmaking.commitments.queries.tablets import TabletView, open_blocks, unused_of
from matchmaking.commitments.services.settings import take_serials
from matchmaking.commitments.sync_models import BlockEnd, NumberBlock, Tablet
from matchmaking.extensions import db
from matchmaking.transactions import lock_row

BLOCK_SIZE = 20
#: A tablet that has this many left gets no new block: a repeated request wastes nothing.
ENOUGH = 10
#: More serials that the server has not seen used one tablet never holds.
MOST_OPEN = 200
_CODE_LENGTH = 10


@dataclass(frozen=True)
class HeldBlock:
    """A block as the tablet knows it: ``next_serial`` is the one it would use next."""

    code: str
    first: int
    last: int
    next_serial: int


@dataclass(frozen=True)
class NumbersRequest:
    """What a tablet says of its numbers. ``returned``: codes of blocks it gives back for good."""

    wanted: int = BLOCK_SIZE
    blocks: tuple[HeldBlock, ...] = ()
    returned: tuple[str, ...] = ()


@dataclass(frozen=True)
class NumbersAnswer:
    """All open blocks of the tablet, and those it must not use any more."""

    blocks: tuple[NumberBlock, ...]
    lost: tuple[str, ...]


def hand_out_numbers(actor: Actor, tablet: TabletView, request: NumbersRequest) -> NumbersAnswer:
    """Give a tablet what it lacks; asked again, it gets what it has."""
    lock_row(Tablet, tablet.id)
    _take_back(actor, tablet, request.returned)
    lost = tuple(block.code for block in request.blocks if not _is_held(actor, tablet, block))
    held = open_blocks(tablet.id)
    left = _left(held, {block.code: block.next_serial for block in request.blocks})
    if left < ENOUGH and unused_of(held) < MOST_OPEN:
        held.append(_new_block(actor, tablet, min(max(request.wanted, 1), BLOCK_SIZE)))
    return NumbersAnswer(tuple(held), lost)


def _left(held: list[NumberBlock], next_serials: dict[str, int]) -> int:
    """Count the serials left by what the tablet says; a block it does not name is whole (its answer was lost on the way)."""
    nexts = ((block, max(next_serials.get(block.code, block.first_serial), block.first_serial)) for block in held)
    return sum(max(0, block.last_serial - following + 1) for block, following in nexts)


def _new_block(actor: Actor, tablet: TabletView, size: int) -> NumberBlock:
    first = take_serials(tablet.event_id, size)
    return _insert(actor, tablet, HeldBlock(new_code(_CODE_LENGTH), first, first + size - 1, first))


def _insert(actor: Actor, tablet: TabletView, block: HeldBlock, *, is_taken_up_again: bool = False) -> NumberBlock:
    row = NumberBlock(
        code=block.code,
        event_id=tablet.event_id,
        tablet_id=tablet.id,
        first_serial=block.first,
        last_serial=block.last,
        given_at=clock.now(),
        is_taken_up_again=is_taken_up_again,
    )
    db.session.add(row)
    db.session.flush()
    data = {"first": block.first, "last": block.last}
    audit.record(actor, "commitments.give_numbers", row, event_id=tablet.event_id, data=data)
    return row


def _take_back(actor: Actor, tablet: TabletView, codes: tuple[str, ...]) -> None:
    for block in open_blocks(tablet.id):
        if block.code in codes:
            block.ended_at, block.end_reason = clock.now(), BlockEnd.RETURNED
            audit.record(actor, "commitments.return_numbers", block, event_id=tablet.event_id)
    db.session.flush()


def _is_held(actor: Actor, tablet: TabletView, block: HeldBlock) -> bool:
    """Say whether the tablet may go on with a block; one that a restored server forgot is taken up again when it is free."""
    known = db.session.scalar(sa.select(NumberBlock).where(NumberBlock.code == block.code))
    if known:
        return known.tablet_id == tablet.id and known.ended_at is None
    size = block.last - block.first + 1
    if not 0 < size <= BLOCK_SIZE or block.first < 1 or block.last > 10**8 or not _is_free(tablet.event_id, block):
        return False
    _insert(actor, tablet, block, is_taken_up_again=True)
    return True


def _is_free(event_id: int, block: HeldBlock) -> bool:
    """Say whether nobody has these serials; they are then behind the counter."""
    take_serials(event_id, 0)  # the counter's row is locked from here on
    overlapping = sa.select(NumberBlock.id).where(
        NumberBlock.event_id == event_id, NumberBlock.first_serial <= block.last, NumberBlock.last_serial >= block.first
    )
    used = sa.select(Commitment.id).where(
        Commitment.event_id == event_id, Commitment.serial.between(block.first, block.last)
    )
    if db.session.scalar(sa.select(sa.or_(overlapping.exists(), used.exists()))):
        return False
    counted = (
        sa.update(CommitmentSettings)
        .where(CommitmentSettings.event_id == event_id, CommitmentSettings.next_serial <= block.last)
        .values(next_serial=block.last + 1)
    )
    db.session.execute(counted.execution_options(synchronize_session=False))
    return True
