"""Who is there in which slot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matchmaking.events.models import TimeSlot
from matchmaking.extensions import db
from matchmaking.matching.models import Absence
from matchmaking.registration.models import Team


@dataclass(frozen=True)
class SlotView:
    """A live slot of the event; ``number`` counts from 1 in time order without gaps."""

    id: int
    number: int
    session: str
    session_id: int | None
    starts_at: datetime
    ends_at: datetime


def live_slots(event_id: int) -> list[SlotView]:
    """Return the slots in which meetings may be held, in time order."""
    rows = db.session.scalars(
        sa.select(TimeSlot)
        .where(TimeSlot.event_id == event_id, TimeSlot.retired_at.is_(None))
        .options(sa.orm.joinedload(TimeSlot.session))
        .order_by(TimeSlot.starts_at, TimeSlot.id)
    )
    return [
        SlotView(row.id, number, row.session.name if row.session else "", row.session_id, row.starts_at, row.ends_at)
        for number, row in enumerate(rows, start=1)
    ]


def absences(event_id: int) -> dict[int, list[Absence]]:
    """Return when the event's teams are away, by team."""
    rows = db.session.scalars(
        sa.select(Absence).join(Team).where(Team.event_id == event_id).order_by(Absence.starts_at, Absence.id)
    )
    found: defaultdict[int, list[Absence]] = defaultdict(list)
    for row in rows:
        found[row.team_id].append(row)
    return dict(found)


def unavailable_slots(event_id: int, slots: Iterable[SlotView] | None = None) -> dict[int, frozenset[int]]:
    """Return the ids of the slots that each team misses, even in part; teams that miss none are left out."""
    live = list(slots) if slots is not None else live_slots(event_id)
    return {team_id: missed for team_id, away in absences(event_id).items() if (missed := missed_slots(away, live))}


def missed_slots(away: Iterable[Absence], slots: Iterable[SlotView]) -> frozenset[int]:
    """Return the ids of the slots that overlap one of the absences."""
    stretches = [(row.starts_at, row.ends_at) for row in away]
    return frozenset(
        slot.id for slot in slots if any(start < slot.ends_at and slot.starts_at < end for start, end in stretches)
    )


def teams_of(participation_id: int) -> list[Team]:
    """Return a participation's teams in their order."""
    return list(
        db.session.scalars(sa.select(Team).where(Team.participation_id == participation_id).order_by(Team.position))
    )


def absences_of(team_ids: Iterable[int]) -> dict[int, list[Absence]]:
    """Return when these teams are away."""
    rows = db.session.scalars(sa.select(Absence).where(Absence.team_id.in_(list(team_ids))).order_by(Absence.starts_at))
    found: defaultdict[int, list[Absence]] = defaultdict(list)
    for row in rows:
        found[row.team_id].append(row)
    return dict(found)
