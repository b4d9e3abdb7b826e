"""Whether records still say what was signed: one by its public code, or every one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.codes import read_typed
from matchmaking.commitments.canonical import content_hash, line_total, parse_quantity
from matchmaking.commitments.life import Happening, derive_state, state_on
from matchmaking.commitments.models import Commitment, CommitmentEvent, CommitmentKind, CommitmentState, Signature
from matchmaking.commitments.numbers import is_number_of
from matchmaking.commitments.texts import locked_clause
from matchmaking.events.models import Event
from matchmaking.extensions import db

_BATCH = 200
_NOT_SIGNED = (
    CommitmentState.DRAFT,
    CommitmentState.PROPOSED,
    CommitmentState.AGREED,
    CommitmentState.WITHDRAWN,
    CommitmentState.EXPIRED,
)


class Break(StrEnum):
    """What does not hold in a stored record."""

    HASH = "hash"  # the content is not what was hashed
    UNREADABLE = "unreadable"  # no form this version knows
    COLUMNS = "columns"  # number or total beside the content differ from it
    SUMS = "sums"  # the lines do not give the total
    CLAUSE = "clause"  # the clause that it is no contract is missing
    SIGNATURE = "signature"  # signed for another content
    STATE = "state"  # not what the events say


@dataclass(frozen=True)
class Check:
    """What the public check page shows: businesses and agencies, never who signed."""

    event_name: str
    zone: str
    is_demo: bool
    number: str
    buyer: str
    exhibitor: str
    total: int
    made_on: date
    valid_until: date
    state: CommitmentState
    content_hash: str
    holds: bool
    kind: CommitmentKind = CommitmentKind.COMMITMENT
    amended_by: str = ""  # the number of the commitment that stands in its place


def check_of(typed: str) -> Check | None:
    """Return what the world may know of a commitment by its code; ``None`` for an unknown one and for a draft."""
    code = read_typed(typed)
    row = db.session.scalar(sa.select(Commitment).where(Commitment.code == code)) if code else None
    if row is None or row.canonical is None or row.content_hash is None:
        return None
    event, form = db.session.get_one(Event, row.event_id), row.canonical
    try:
        return Check(
            event_name=event.name,
            zone=event.timezone,
            is_demo=event.is_demo or event.is_test,
            number=form["number"],
            buyer=form["buyer"]["name"],
            exhibitor=form["exhibitor"]["name"],
            total=int(form["total"]),
            made_on=date.fromisoformat(form["made_on"]),
            valid_until=date.fromisoformat(form["valid_until"]),
            state=state_on(row.state, row.valid_until, clock.today(event.timezone)),
            kind=row.kind,
            content_hash=row.content_hash,
            holds=not _content_breaks(row, form),
            amended_by=successor_number(row) if row.state is CommitmentState.AMENDED else "",
        )
    except (KeyError, TypeError, ValueError):
        return _unreadable(row, event)


def successor_number(row: Commitment) -> str:
    """Return the number of the commitment that both signed in the place of this one."""
    return (
        db.session.scalar(
            sa.select(Commitment.number)
            .where(Commitment.amends_id == row.id, Commitment.state.not_in(_NOT_SIGNED))
            .order_by(Commitment.id.desc())
            .limit(1)
        )
        or ""
    )


def _unreadable(row: Commitment, event: Event) -> Check:
    """Return what is left of a record whose content cannot be read any more; it never holds."""
    on = (row.frozen_at or row.created_at).date()
    until = row.valid_until or on
    number, seal = row.number or "", row.content_hash or ""
    return Check(
        event.name, event.timezone, event.is_demo, number, "–", "–", row.total, on, until, row.state, seal, holds=False
    )


def broken_records() -> Iterator[tuple[str, Break | None]]:
    """Yield every stored record as (number or code, what is broken first or ``None``); drafts have nothing to check."""
    last = 0
    while rows := _batch(last):
        for row in rows:
            yield row.number or row.code, first_break(row)
        last = rows[-1].id
        db.session.expunge_all()


def _batch(after: int) -> list[Commitment]:
    statement = sa.select(Commitment).where(Commitment.id > after, Commitment.content_hash.is_not(None))
    return list(db.session.scalars(statement.order_by(Commitment.id).limit(_BATCH)))


def first_break(row: Commitment) -> Break | None:
    """Return the first thing that does not hold in a frozen record."""
    form = row.canonical
    if form is None:
        return Break.UNREADABLE
    try:
        return _content_breaks(row, form) or _history_breaks(row)
    except (KeyError, TypeError, ValueError):
        return Break.UNREADABLE


def _content_breaks(row: Commitment, form: Mapping[str, Any]) -> Break | None:
    if content_hash(form) != row.content_hash:
        return Break.HASH
    if not is_number_of(row.number, form["number"]) or form["total"] != str(row.total):
        return Break.COLUMNS
    totals = [line_total(parse_quantity(line["quantity"]), int(line["unit_price"])) for line in form["lines"]]
    if [str(total) for total in totals] != [line["total"] for line in form["lines"]] or sum(totals) != row.total:
        return Break.SUMS
    return None if locked_clause(form["clauses"]) else Break.CLAUSE


def _history_breaks(row: Commitment) -> Break | None:
    signed = sa.select(Signature.content_hash).where(Signature.commitment_id == row.id, Signature.is_authorised)
    if any(seal != row.content_hash for seal in db.session.scalars(signed)):
        return Break.SIGNATURE
    events = db.session.scalars(
        sa.select(CommitmentEvent).where(CommitmentEvent.commitment_id == row.id).order_by(CommitmentEvent.id)
    )
    happened = (Happening(event.kind, event.party, event.amount) for event in events)
    return None if derive_state(happened, row.total) is row.state else Break.STATE
