"""What registration tells the event's set-up: fixed tables that would go, kinds of buyer, places that are taken."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.events import hooks
from matchmaking.events.hooks import Consequence, SetupChange
from matchmaking.extensions import db
from matchmaking.i18n import ngettext
from matchmaking.registration.labels import BUYER_TYPES
from matchmaking.registration.models import Participation, ParticipationState, Side
from matchmaking.registration.services.places import HOLDING, count_in


def register() -> None:
    """Bind the handlers."""
    hooks.setup_changing.register(fixed_tables_that_go)
    hooks.setup_changed.register(free_fixed_tables)
    hooks.buyer_type_choices.register(buyer_types)
    hooks.exhibitor_count.register(approved_exhibitors)
    hooks.places_taken.register(places_taken)


def fixed_tables_that_go(event_id: int, change: SetupChange) -> list[Consequence]:
    """Say how many participants lose their fixed table."""
    number = db.session.scalar(sa.select(sa.func.count()).select_from(Participation).where(_sits_at(event_id, change)))
    if not number:
        return []
    sentence = ngettext(
        "%(num)s participant has a fixed table there and will sit at any free table.",
        "%(num)s participants have a fixed table there and will sit at any free table.",
        number,
    )
    return [Consequence(sentence)]


def free_fixed_tables(actor: Actor, event_id: int, change: SetupChange) -> None:
    """A table that is gone is nobody's fixed table any more."""
    del actor  # the change of the hall is what is written down
    for row in db.session.scalars(sa.select(Participation).where(_sits_at(event_id, change))).all():
        row.home_table_id = None
    db.session.flush()


def _sits_at(event_id: int, change: SetupChange) -> sa.ColumnElement[bool]:
    return sa.and_(Participation.event_id == event_id, Participation.home_table_id.in_(change.retired_table_ids))


def buyer_types() -> list[tuple[str, str]]:
    """Return the kinds of buyer in the order they are offered."""
    return [(str(kind), str(label)) for kind, label in BUYER_TYPES.items()]


def approved_exhibitors(event_id: int) -> int:
    """Return how many exhibitors are approved."""
    return count_in(event_id, Side.EXHIBITOR, ParticipationState.APPROVED)


def places_taken(event_id: int) -> dict[str, int]:
    """Return how many places of each side are held."""
    return {side.value: count_in(event_id, side, *HOLDING) for side in Side}
