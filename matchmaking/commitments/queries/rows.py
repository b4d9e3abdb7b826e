"""Lists of commitments, filtered and paged, and how many wait for a signatory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matchmaking import clock
from matchmaking.commitments.life import state_on
from matchmaking.commitments.models import (
    Commitment,
    CommitmentKind,
    CommitmentLine,
    CommitmentParty,
    CommitmentState,
    PartyKind,
)
from matchmaking.commitments.queries.counting import is_committed, is_signed
from matchmaking.extensions import db
from matchmaking.scheduling.models import Meeting


@dataclass(frozen=True)
class RowFilters:
    """Which commitments a list shows. ``participation_id``: only this party's, and no draft that the other side made."""

    state: str = ""  # a CommitmentState, or 'committed'
    query: str = ""
    participation_id: int | None = None


@dataclass(frozen=True)
class CommitmentRow:
    """One line of a list."""

    code: str
    number: str
    state: CommitmentState
    buyer: str
    exhibitor: str
    kind: CommitmentKind
    awaits_budget: bool
    total: int
    lines: int
    first_product: str
    created_at: datetime
    meeting_code: str


@dataclass(frozen=True)
class Rows:
    """One page of a list, and the sum of all it holds; shaped like ``web.paging.Page``."""

    items: list[CommitmentRow]
    number: int
    pages: int
    total: int
    value: int
    counted_at: datetime = field(default_factory=clock.now)


def commitment_rows(event_id: int, filters: RowFilters, page: int = 1, size: int = 50) -> Rows:
    """Return one page of an event's commitments, the newest first: three statements, however many there are."""
    wanted = wanted_commitments(event_id, filters)
    summed = wanted.with_only_columns(Commitment.id, Commitment.total).order_by(None).subquery()
    count, value = db.session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(summed.c.total), 0)).select_from(summed)
    ).one()
    pages = max(-(-count // size), 1)
    number = min(max(page, 1), pages)
    found = db.session.execute(wanted.limit(size).offset((number - 1) * size)).all()
    lines = _line_facts([row.id for row in found])
    today = clock.today()
    items = [
        CommitmentRow(
            code=row.code,
            number=row.number or "",
            state=state_on(row.state, row.valid_until, today),
            buyer=row.buyer,
            exhibitor=row.exhibitor,
            kind=row.kind,
            awaits_budget=row.awaits_budget,
            total=row.total,
            lines=lines.get(row.id, (0, ""))[0],
            first_product=lines.get(row.id, (0, ""))[1],
            created_at=row.created_at,
            meeting_code=row.meeting or "",
        )
        for row in found
    ]
    return Rows(items, number, pages, count, int(value))


def wanted_commitments(event_id: int, filters: RowFilters) -> sa.Select[Any]:
    """Return the statement for the commitments of a list, with the names of both parties."""
    buyer, exhibitor = aliased(CommitmentParty), aliased(CommitmentParty)
    columns: list[Any] = [
        Commitment.id, Commitment.code, Commitment.number, Commitment.state, Commitment.valid_until, Commitment.total,
        Commitment.kind, Commitment.awaits_budget, Commitment.origin, Commitment.created_at, buyer.name.label("buyer"), exhibitor.name.label("exhibitor"), Meeting.code.label("meeting"),
    ]  # fmt: skip
    wanted = (
        sa.select(*columns)
        .join(buyer, sa.and_(buyer.commitment_id == Commitment.id, buyer.kind == PartyKind.BUYER))
        .join(exhibitor, sa.and_(exhibitor.commitment_id == Commitment.id, exhibitor.kind == PartyKind.EXHIBITOR))
        .outerjoin(Meeting, Meeting.id == Commitment.meeting_id)
        .where(Commitment.event_id == event_id)
        .order_by(Commitment.id.desc())
    )  # fmt: skip
    if filters.participation_id is not None:
        wanted = wanted.where(visible_to(filters.participation_id))
    if filters.state:
        wanted = wanted.where(in_state(filters.state, clock.today()))
    if text := " ".join(filters.query.split()):
        pattern = f"%{_escaped(text.casefold())}%"
        fields = (Commitment.number, buyer.name, exhibitor.name)
        wanted = wanted.where(sa.or_(*(sa.func.lower(name).like(pattern, escape="\\") for name in fields)))
    return wanted


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def visible_to(participation_id: int) -> sa.ColumnElement[bool]:
    """Return a condition over Commitment: this party may see it. The other side's drafts (and what became of them) are not."""
    mine = (
        (Commitment.buyer_id == participation_id, "buyer"),
        (Commitment.exhibitor_id == participation_id, "exhibitor"),
    )
    return sa.or_(
        *(
            sa.and_(is_party, sa.or_(Commitment.frozen_at.is_not(None), Commitment.origin == side))
            for is_party, side in mine
        )
    )


def in_state(state: str, today: date) -> sa.ColumnElement[bool]:
    """Return a condition over Commitment: in this state on a day; or ``committed``, ``next_year``, or another kind of record."""
    if state == "committed":
        return is_committed()
    if state == "next_year":
        return sa.and_(is_signed(), Commitment.awaits_budget)
    if state in {str(kind) for kind in CommitmentKind} - {str(CommitmentKind.COMMITMENT)}:
        return Commitment.kind == CommitmentKind(state)
    if state not in {str(known) for known in CommitmentState}:
        return sa.false()
    wanted = CommitmentState(state)
    is_over = sa.and_(Commitment.valid_until.is_not(None), Commitment.valid_until < today)
    may_end = (CommitmentState.PROPOSED, CommitmentState.AGREED, CommitmentState.SIGNED)
    if wanted is CommitmentState.EXPIRED:
        return sa.and_(Commitment.state.in_(may_end), is_over)
    return sa.and_(Commitment.state == wanted, sa.not_(is_over)) if wanted in may_end else Commitment.state == wanted


def _line_facts(ids: list[int]) -> dict[int, tuple[int, str]]:
    rows = db.session.execute(
        sa.select(CommitmentLine.commitment_id, CommitmentLine.position, CommitmentLine.product_name)
        .where(CommitmentLine.commitment_id.in_(ids))
        .order_by(CommitmentLine.commitment_id, CommitmentLine.position)
    )
    found: dict[int, tuple[int, str]] = {}
    for row in rows:
        count, first = found.get(row.commitment_id, (0, row.product_name))
        found[row.commitment_id] = (count + 1, first)
    return found


def waiting_for_signatory(event_id: int) -> int:
    """Return how many commitments wait for somebody authorised to sign: agreed by both, and not expired."""
    waiting = in_state(CommitmentState.AGREED, clock.today())
    return (
        db.session.scalar(
            sa.select(sa.func.count()).select_from(Commitment).where(Commitment.event_id == event_id, waiting)
        )
        or 0
    )
