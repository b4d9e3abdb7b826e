"""What the day asks of one participant: meetings to say something about, commitments to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.attendance.models import MeetingOutcome, MeetingRecord, MeetingState, OutcomeSource
from matchmaking.attendance.queries.outcomes import NOT_MET
from matchmaking.commitments.life import state_on
from matchmaking.commitments.models import Commitment, CommitmentState, PartyKind, Signature
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration.models import Participation, Side, Team
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.times import times_of

_WAITING = (CommitmentState.PROPOSED, CommitmentState.AGREED)


@dataclass(frozen=True)
class OwnDay:
    """``to_fill_in``: own meetings that are over or held and of which this side has not said how they went.

    ``commitments``: those beyond a draft; ``to_sign``: those among them that wait for this party.
    """

    has_badges: bool
    has_screen_signing: bool
    to_fill_in: int
    commitments: int
    to_sign: int


def own_day(entry: Participation, now: datetime) -> OwnDay:
    """Return what waits for this participant; a fixed number of statements."""
    event = db.session.get_one(Event, entry.event_id)
    found, to_sign = _commitments(entry)
    return OwnDay(event.has_badges, event.has_screen_signing, _to_fill_in(entry, now), found, to_sign)


def _to_fill_in(entry: Participation, now: datetime) -> int:
    is_maker = entry.side is Side.EXHIBITOR
    mine = sa.select(Team.id).where(Team.participation_id == entry.id)
    source = OutcomeSource.EXHIBITOR if is_maker else OutcomeSource.BUYER
    said = sa.select(MeetingOutcome.id).where(MeetingOutcome.meeting_id == Meeting.id, MeetingOutcome.source == source)
    is_over = sa.or_(MeetingRecord.state == MeetingState.HELD, _is_past(entry.event_id, now))
    took_place = sa.or_(MeetingRecord.meeting_id.is_(None), MeetingRecord.state.not_in(NOT_MET))
    statement = (
        sa.select(sa.func.count(Meeting.id.distinct()))
        .join(Placement, Placement.meeting_id == Meeting.id)
        .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
        .outerjoin(MeetingRecord, MeetingRecord.meeting_id == Meeting.id)
        .where(
            Meeting.event_id == entry.event_id,
            ScheduleVersion.state == VersionState.PUBLISHED,
            (Meeting.exhibitor_team_id if is_maker else Meeting.buyer_team_id).in_(mine),
            is_over,
            took_place,
            ~said.exists(),
        )
    )
    return db.session.scalar(statement) or 0


def _is_past(event_id: int, now: datetime) -> sa.ColumnElement[bool]:
    return times_of(event_id).where(Placement.slot_id, Placement.table_id, lambda _start, end: end < now)


def _commitments(entry: Participation) -> tuple[int, int]:
    """Return how many commitments this party has beyond a draft, and how many of them wait for it."""
    kind = PartyKind.EXHIBITOR if entry.side is Side.EXHIBITOR else PartyKind.BUYER
    column = Commitment.exhibitor_id if kind is PartyKind.EXHIBITOR else Commitment.buyer_id
    gone = (CommitmentState.DRAFT, CommitmentState.WITHDRAWN)
    rows = db.session.scalars(sa.select(Commitment).where(column == entry.id, Commitment.state.not_in(gone))).all()
    today = clock.today()
    waiting = [row for row in rows if state_on(row.state, row.valid_until, today) in _WAITING]
    signed = db.session.execute(
        sa.select(Signature.commitment_id, sa.func.max(sa.cast(Signature.is_authorised, sa.Integer)))
        .where(Signature.commitment_id.in_([row.id for row in waiting]), Signature.kind == kind)
        .group_by(Signature.commitment_id)
    )
    said = {commitment_id: bool(is_authorised) for commitment_id, is_authorised in signed}
    return len(rows), sum(_waits(row.state, said.get(row.id)) for row in waiting)


def _waits(state: CommitmentState, was_authorised: bool | None) -> bool:
    """Proposed: until this party has at least agreed. Agreed: until somebody authorised has signed for it."""
    return was_authorised is None if state is CommitmentState.PROPOSED else not was_authorised
