"""Whom agreed records wait for, since when, and how they were reminded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.commitments.life_models import CommitmentReminder
from matchmaking.commitments.models import (
    Commitment,
    CommitmentEvent,
    CommitmentParty,
    CommitmentState,
    EventKind,
    PartyKind,
    SignatoryRole,
    Signature,
)
from matchmaking.commitments.queries.rows import in_state
from matchmaking.commitments.reminders import due_stage
from matchmaking.extensions import db


@dataclass(frozen=True)
class Reminder:
    """One reminder that went out."""

    stage: str
    channel: str
    at: datetime


@dataclass(frozen=True)
class WaitingSignatory:
    """A party for which somebody authorised has still to sign. ``stage``: for which a reminder is due; empty when none is."""

    code: str
    number: str
    total: int
    party: PartyKind
    party_name: str
    signatory_name: str
    signatory_office: str
    signatory_role: SignatoryRole | None
    phone: str | None
    waiting_since: datetime
    stage: str
    reminders: tuple[Reminder, ...]


def waiting_signatories(event_id: int, code: str = "") -> list[WaitingSignatory]:
    """Return whom the event's agreed records wait for, the longest wait first; of one record where ``code`` is given."""
    has_signed = (
        sa.select(Signature.id)
        .where(
            Signature.commitment_id == Commitment.id, Signature.kind == CommitmentParty.kind, Signature.is_authorised
        )
        .exists()
    )
    wanted = (
        sa.select(Commitment, CommitmentParty)
        .join(CommitmentParty, CommitmentParty.commitment_id == Commitment.id)
        .where(Commitment.event_id == event_id, in_state(CommitmentState.AGREED, clock.today()), ~has_signed)
    )
    rows = db.session.execute(wanted.where(Commitment.code == code) if code else wanted).all()
    ids = [row.Commitment.id for row in rows]
    since, reminded = _waiting_since(ids), _reminded(ids)
    found = [_waiting(row.Commitment, row.CommitmentParty, since[row.Commitment.id], reminded) for row in rows]
    return sorted(found, key=lambda row: (row.waiting_since, row.number, row.party))


def _waiting(
    row: Commitment, party: CommitmentParty, since: datetime, reminded: dict[tuple[int, PartyKind], list[Reminder]]
) -> WaitingSignatory:
    reminders = tuple(reminded.get((row.id, party.kind), ()))
    return WaitingSignatory(
        code=row.code,
        number=row.number or "",
        total=row.total,
        party=party.kind,
        party_name=party.name,
        signatory_name=party.signatory_name,
        signatory_office=party.signatory_office,
        signatory_role=party.signatory_role,
        phone=party.signatory_phone,
        waiting_since=since,
        stage=due_stage(since, clock.now(), {reminder.stage for reminder in reminders}),
        reminders=reminders,
    )


def _waiting_since(ids: list[int]) -> dict[int, datetime]:
    """Return when each record became agreed: the last agreement or signature."""
    rows = db.session.execute(
        sa.select(CommitmentEvent.commitment_id, sa.func.max(CommitmentEvent.at).label("at"))
        .where(CommitmentEvent.commitment_id.in_(ids), CommitmentEvent.kind.in_((EventKind.AGREED, EventKind.SIGNED)))
        .group_by(CommitmentEvent.commitment_id)
    )
    return {row.commitment_id: row.at for row in rows}


def _reminded(ids: list[int]) -> dict[tuple[int, PartyKind], list[Reminder]]:
    wanted = sa.select(CommitmentReminder).where(CommitmentReminder.commitment_id.in_(ids))
    found: dict[tuple[int, PartyKind], list[Reminder]] = {}
    for row in db.session.scalars(wanted.order_by(CommitmentReminder.at, CommitmentReminder.id)):
        found.setdefault((row.commitment_id, row.party), []).append(Reminder(row.stage, row.channel, row.at))
    return found
