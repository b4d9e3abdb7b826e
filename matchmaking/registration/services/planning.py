"""How staff plan an entry: fixed table or zone, fewest and most meetings, a note."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.errors import InvalidInput
from matchmaking.events.models import MeetingTable, Zone
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Participation, Side
from matchmaking.registration.services.editing import locked_entry

MOST = 100


@dataclass(frozen=True)
class PlanEntry:
    """Planning of one entry; ``None``: the event's rule, no fixed table, no zone."""

    home_table_id: int | None = None
    zone_id: int | None = None
    min_meetings: int | None = None
    max_meetings: int | None = None
    staff_note: str = ""


def plan_entry(actor: Actor, participation_id: int, plan: PlanEntry) -> list[str]:
    """Store how an entry is planned; return the names of the fields that changed.

    Raises:
        InvalidInput: a table or zone of another event, a table that is taken, or numbers that contradict each other.
    """
    _event, participation = locked_entry(participation_id, by_owner=False)
    problems = {**_table_problems(participation, plan), **_number_problems(plan)}
    if problems:
        raise InvalidInput(_("Some entries need another look. Nothing was lost."), fields=problems)
    values = {
        "home_table_id": plan.home_table_id,
        "zone_id": plan.zone_id,
        "min_meetings": plan.min_meetings,
        "max_meetings": plan.max_meetings,
        "staff_note": plan.staff_note.strip()[:4000],
    }
    changed = [name for name, value in values.items() if getattr(participation, name) != value]
    for name in changed:
        setattr(participation, name, values[name])
    if changed:
        audit.record(actor, "registration.plan", participation, data={"fields": changed})
    db.session.flush()
    return changed


def _table_problems(participation: Participation, plan: PlanEntry) -> dict[str, str]:
    found: dict[str, str] = {}
    event_id = participation.event_id
    if plan.zone_id is not None:
        zone = db.session.get(Zone, plan.zone_id)
        if zone is None or zone.event_id != event_id:
            found["zone_id"] = _("This zone is not part of the event any more.")
    if plan.home_table_id is None:
        return found
    table = db.session.get(MeetingTable, plan.home_table_id)
    if table is None or table.event_id != event_id or table.retired_at is not None:
        found["home_table_id"] = _("This table is not part of the event any more.")
    elif participation.side is Side.BUYER:
        found["home_table_id"] = _("Buyers walk from table to table: only an IKM has a fixed table.")
    elif owner := _owner_of(plan.home_table_id, participation.id):
        found["home_table_id"] = _("This table is fixed for %(name)s already.", name=owner)
    return found


def _owner_of(table_id: int, own_id: int) -> str | None:
    other = db.session.scalar(
        sa.select(Participation).where(Participation.home_table_id == table_id, Participation.id != own_id).limit(1)
    )
    return other.organization.legal_name if other else None


def _number_problems(plan: PlanEntry) -> dict[str, str]:
    found = {
        name: _("Please enter a number from 0 to %(count)s.", count=MOST)
        for name, value in (("min_meetings", plan.min_meetings), ("max_meetings", plan.max_meetings))
        if value is not None and not 0 <= value <= MOST
    }
    fewest, most = plan.min_meetings, plan.max_meetings
    if not found and fewest is not None and most is not None and fewest > most:
        found["max_meetings"] = _("This is fewer than the fewest meetings.")
    return found
