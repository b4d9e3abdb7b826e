"""How many places a side has, who waits, and who is next when one is free. The caller has locked the event's row."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.errors import Conflict
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Participation, ParticipationState, Side

#: These hold a place: approved, and submitted (first come, first served until somebody decides).
HOLDING = (ParticipationState.SUBMITTED, ParticipationState.APPROVED)


class NoPlace(Conflict):
    """All places of this side are taken."""

    code = "registration.no_place"


def places_of(event: Event, side: Side) -> int | None:
    """Return how many may come on this side; ``None``: as many as like."""
    return event.exhibitor_places if side is Side.EXHIBITOR else event.buyer_places


def count_in(event_id: int, side: Side, *states: ParticipationState) -> int:
    """Return how many entries of a side are in these states."""
    statement = sa.select(sa.func.count()).where(
        Participation.event_id == event_id, Participation.side == side, Participation.state.in_(states)
    )
    return db.session.scalar(statement.select_from(Participation)) or 0


def free_places(event: Event, side: Side) -> int | None:
    """Return how many places are free; ``None``: without limit."""
    places = places_of(event, side)
    return None if places is None else max(places - count_in(event.id, side, *HOLDING), 0)


def state_on_arrival(event: Event, side: Side) -> ParticipationState:
    """Return where a new entry goes: to the organiser's decision, or to the waiting list when all places are taken."""
    return ParticipationState.WAITLISTED if free_places(event, side) == 0 else ParticipationState.SUBMITTED


def require_place(event: Event, participation: Participation) -> None:
    """Refuse an approval for which there is no place.

    Raises:
        NoPlace: says how many places there are and what to do.
    """
    places = places_of(event, participation.side)
    if places is None or participation.state is ParticipationState.APPROVED:
        return
    others = (
        count_in(event.id, participation.side, ParticipationState.APPROVED)
        if participation.state is ParticipationState.SUBMITTED
        else count_in(event.id, participation.side, *HOLDING)
    )
    if others >= places:
        raise NoPlace(
            _(
                "All %(count)s places of this side are taken. Put the entry on the waiting list, or raise the number"
                " of places in the event's settings.",
                count=places,
            )
        )


def promote_waiting(actor: Actor, event: Event, side: Side, *, leave_out: int | None = None) -> list[Participation]:
    """Move the longest-waiting entries to the organiser's decision while places are free; return them."""
    free = free_places(event, side)
    waiting = (
        sa.select(Participation)
        .where(
            Participation.event_id == event.id,
            Participation.side == side,
            Participation.state == ParticipationState.WAITLISTED,
            Participation.id != (leave_out or 0),
        )
        .order_by(Participation.submitted_at, Participation.id)
    )
    promoted = list(db.session.scalars(waiting if free is None else waiting.limit(free)))
    for participation in promoted:
        participation.state = ParticipationState.SUBMITTED
        audit.record(actor, "registration.promote", participation, event_id=event.id)
    db.session.flush()
    return promoted
