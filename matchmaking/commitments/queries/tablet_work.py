"""What there is to do at the tables today: the announced meetings, and frozen commitments that wait for signatures."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matchmaking import clock
from matchmaking.commitments.life import state_on
from matchmaking.commitments.models import Commitment, CommitmentParty, Signature
from matchmaking.commitments.queries.signing import OPEN, amount_signed
from matchmaking.events.models import MeetingTable, TimeSlot
from matchmaking.extensions import db
from matchmaking.registration.models import Participation, Team
from matchmaking.scheduling.models import Meeting, Placement
from matchmaking.scheduling.queries.times import times_of
from matchmaking.scheduling.queries.versions import published_version


def meetings_on(event_id: int, day: date, zone: str) -> list[dict[str, str]]:
    """Return the meetings of a day as they are announced, in the order of time and table."""
    version = published_version(event_id)
    if version is None:
        return []
    times = times_of(event_id)
    exhibitor_team, buyer_team, exhibitor, buyer = (
        aliased(Team), aliased(Team), aliased(Participation), aliased(Participation),
    )  # fmt: skip
    rows = db.session.execute(
        sa.select(Meeting.code, TimeSlot, MeetingTable, buyer.code.label("buyer"), exhibitor.code.label("exhibitor"))
        .select_from(Placement)
        .join(Meeting, Meeting.id == Placement.meeting_id)
        .join(TimeSlot, TimeSlot.id == Placement.slot_id)
        .join(MeetingTable, MeetingTable.id == Placement.table_id)
        .join(exhibitor_team, exhibitor_team.id == Placement.exhibitor_team_id)
        .join(buyer_team, buyer_team.id == Placement.buyer_team_id)
        .join(exhibitor, exhibitor.id == exhibitor_team.participation_id)
        .join(buyer, buyer.id == buyer_team.participation_id)
        .where(Placement.version_id == version.id)
        .order_by(TimeSlot.starts_at, MeetingTable.number)
    )
    return [
        {
            "code": row.code,
            "buyer": row.buyer,
            "exhibitor": row.exhibitor,
            "starts_at": times.start(row.TimeSlot.id, row.MeetingTable.id).isoformat(),
            "ends_at": times.end(row.TimeSlot.id, row.MeetingTable.id).isoformat(),
            "table": row.MeetingTable.label or str(row.MeetingTable.number),
        }
        for row in rows
        if clock.in_zone(row.TimeSlot.starts_at, zone).date() == day
    ]


def waiting_forms(event_id: int, today: date) -> list[dict[str, Any]]:
    """Return the frozen contents that wait for a signature, which party has signed or agreed, and who is named to sign, how far."""
    rows = db.session.scalars(
        sa.select(Commitment)
        .where(Commitment.event_id == event_id, Commitment.state.in_(OPEN), Commitment.content_hash.is_not(None))
        .order_by(Commitment.record_id)
    ).all()
    signed = db.session.execute(
        sa.select(Signature.commitment_id, Signature.kind, Signature.is_authorised)
        .join(Commitment, Commitment.id == Signature.commitment_id)
        .where(Commitment.event_id == event_id, Commitment.state.in_(OPEN))
        .order_by(Signature.kind)
    ).all()
    named = _signatories(event_id)
    return [
        {
            "content": row.canonical,
            "amount": str(amount_signed(row)),
            "signatories": named.get(row.id, {}),
            "content_hash": row.content_hash,
            "signed": [kind.value for owner, kind, is_signed in signed if owner == row.id and is_signed],
            "agreed": [kind.value for owner, kind, is_signed in signed if owner == row.id and not is_signed],
        }
        for row in rows
        if state_on(row.state, row.valid_until, today) in OPEN
    ]


def _signatories(event_id: int) -> dict[int, dict[str, dict[str, Any]]]:
    """Return, by commitment and side, who is named and what mandate and office reach to; limits as texts of whole rupiah."""
    rows = db.session.scalars(
        sa.select(CommitmentParty)
        .join(Commitment, Commitment.id == CommitmentParty.commitment_id)
        .where(Commitment.event_id == event_id, Commitment.state.in_(OPEN))
    )
    found: dict[int, dict[str, dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.commitment_id, {})[row.kind.value] = {
            "name": row.signatory_name,
            "office": row.signatory_office,
            "role": row.signatory_role.value if row.signatory_role else "",
            "has_mandate": row.mandate_file_id is not None,
            "mandate_limit": str(row.mandate_limit or ""),
            "authority_limit": str(row.authority_limit or ""),
        }
    return found
