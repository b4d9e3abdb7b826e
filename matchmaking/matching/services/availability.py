"""Saying in which slots a team is there; kept as stretches of time, so that it outlives a change of the slots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.matching.models import Absence
from matchmaking.matching.queries.availability import SlotView, live_slots
from matchmaking.registration.models import Participation, Team
from matchmaking.transactions import lock_row


@dataclass(frozen=True)
class SetPresence:
    """The slots (ids) in which one team is there; it is away in all others of the event."""

    team_id: int
    present_slot_ids: frozenset[int]
    note: str = ""


@dataclass(frozen=True)
class Stretch:
    """A stretch of time without the team."""

    kind: str  # arrives, leaves, away
    starts_at: datetime
    ends_at: datetime


def set_presence(actor: Actor, presence: SetPresence) -> list[Stretch]:
    """Replace what was said about one team; the same again changes nothing.

    The caller has made sure that the actor may speak for the team.

    Raises:
        NotFound: there is no such team.
        InvalidInput: a slot is not of this event (it may have changed meanwhile), or there are no slots yet.
    """
    team = db.session.get(Team, presence.team_id)
    if team is None:
        raise NotFound(_("This team does not exist."))
    lock_row(Participation, team.participation_id)
    slots = live_slots(team.event_id)
    if not slots:
        raise InvalidInput(_("The event has no slots yet. Availability can be given once the programme is set up."))
    if unknown := presence.present_slot_ids - {slot.id for slot in slots}:
        raise InvalidInput(
            _(
                "The programme changed while the page was open (%(number)s slots). Please reload it.",
                number=len(unknown),
            )
        )
    zone = db.session.get_one(Event, team.event_id).timezone
    stretches, note = list(away_stretches(slots, presence.present_slot_ids, zone)), presence.note[:200]
    known = _known(team.id)
    if [Stretch(row.kind, row.starts_at, row.ends_at) for row in known] != stretches or (
        known and known[0].note != note
    ):
        _replace(team.id, stretches, note)
        audit.record(actor, "matching.set_presence", team, event_id=team.event_id, data={"stretches": len(stretches)})
    return stretches


def _known(team_id: int) -> list[Absence]:
    return list(db.session.scalars(sa.select(Absence).where(Absence.team_id == team_id).order_by(Absence.starts_at)))


def _replace(team_id: int, stretches: list[Stretch], note: str) -> None:
    db.session.execute(sa.delete(Absence).where(Absence.team_id == team_id))
    db.session.add_all(
        Absence(
            team_id=team_id, kind=s.kind, starts_at=s.starts_at, ends_at=s.ends_at, note=note,
            created_at=clock.now(),
        )
        for s in stretches
    )  # fmt: skip
    db.session.flush()


def add_absence(actor: Actor, team_id: int, stretch: Stretch, note: str = "") -> None:
    """Note one more stretch without a team, beside what was said before: on the day somebody is late or leaves.

    Raises:
        NotFound: there is no such team.
    """
    team = db.session.get(Team, team_id)
    if team is None:
        raise NotFound(_("This team does not exist."))
    lock_row(Participation, team.participation_id)
    db.session.add(
        Absence(
            team_id=team_id, kind=stretch.kind, starts_at=stretch.starts_at, ends_at=stretch.ends_at, note=note[:200],
            created_at=clock.now(),
        )
    )  # fmt: skip
    audit.record(actor, "matching.add_absence", team, event_id=team.event_id, data={"kind": stretch.kind})


def away_stretches(slots: list[SlotView], present: frozenset[int], zone: str) -> Iterator[Stretch]:
    """Turn missed slots into stretches, day by day.

    Before the first slot attended the team *arrives*: away from midnight, so that an earlier start of the session would
    not seat it either. After the last one it *leaves*: away until midnight. In between it is *away*.
    """
    for _day, group in groupby(slots, key=lambda slot: clock.in_zone(slot.starts_at, zone).date()):
        yield from _day_stretches(list(group), present, zone)


def _day_stretches(slots: list[SlotView], present: frozenset[int], zone: str) -> Iterator[Stretch]:
    for is_there, group in groupby(slots, key=lambda slot: slot.id in present):
        run = list(group)
        if is_there:
            continue
        first, last = run[0] is slots[0], run[-1] is slots[-1]
        midnight = _midnight(run[0].starts_at, zone)
        starts_at = midnight if first else run[0].starts_at
        ends_at = midnight + timedelta(days=1) if last else run[-1].ends_at
        kind = "away" if first == last else ("arrives" if first else "leaves")
        yield Stretch(kind, starts_at, ends_at)


def _midnight(moment: datetime, zone: str) -> datetime:
    local = clock.in_zone(moment, zone)
    return clock.from_zone(datetime.combine(local.date(), time(0)), zone)
