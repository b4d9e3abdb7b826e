"""Tables and zones of the hall."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.events import hooks
from matchmaking.events.hooks import Consequence, SetupChange
from matchmaking.events.models import MeetingTable, Zone
from matchmaking.events.services.guards import editable_event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _

MAX_TABLES = 500


def add_tables(actor: Actor, event_id: int, first: int, last: int, zone_id: int | None = None) -> int:
    """Add the tables ``first`` to ``last``; those that exist already stay as they are. Return how many are new."""
    event = editable_event(event_id)
    if not 1 <= first <= last <= 9999 or last - first >= MAX_TABLES:
        raise InvalidInput(
            _("Give the first and the last table number, at most %(number)s at once.", number=MAX_TABLES),
            fields={"last": _("check the numbers")},
        )
    zone = _zone(event_id, zone_id)
    known = set(
        db.session.scalars(
            sa.select(MeetingTable.number).where(MeetingTable.event_id == event_id, MeetingTable.retired_at.is_(None))
        )
    )
    new = [number for number in range(first, last + 1) if number not in known]
    db.session.add_all([MeetingTable(event_id=event_id, number=n, zone_id=zone and zone.id) for n in new])
    event.setup_version += 1
    db.session.flush()
    audit.record(actor, "events.add_tables", event, event_id=event_id, data={"first": first, "last": last})
    return len(new)


def edit_table(actor: Actor, event_id: int, table_id: int, label: str, zone_id: int | None) -> None:
    """Give a table a name of its own and a zone."""
    event = editable_event(event_id)
    table = _table(event_id, table_id)
    zone = _zone(event_id, zone_id)
    table.label, table.zone_id = label.strip()[:40], zone.id if zone else None
    event.setup_version += 1
    audit.record(actor, "events.edit_table", table, event_id=event_id)


def preview_tables(event_id: int, table_ids: list[int]) -> list[Consequence]:
    """Return what taking the tables away would move."""
    change = SetupChange(retired_table_ids=tuple(sorted(table_ids)))
    return [item for part in hooks.setup_changing(event_id, change) for item in part]


def remove_tables(actor: Actor, event_id: int, table_ids: list[int], seen_version: int) -> SetupChange:
    """Take tables out of the hall; they are retired, so that older schedules stay readable."""
    event = editable_event(event_id, seen_version)
    tables = [_table(event_id, table_id) for table_id in sorted(set(table_ids))]
    if not tables:
        raise InvalidInput(_("Choose at least one table."))
    for table in tables:
        table.retired_at = clock.now()
    event.setup_version += 1
    db.session.flush()
    change = SetupChange(retired_table_ids=tuple(table.id for table in tables))
    hooks.setup_changed(actor, event_id, change)
    audit.record(
        actor, "events.remove_tables", event, event_id=event_id, data={"tables": list(change.retired_table_ids)}
    )
    return change


def add_zone(actor: Actor, event_id: int, name: str) -> Zone:
    """Add a zone; the same name again is the same zone."""
    event = editable_event(event_id)
    name = " ".join(name.split())[:80]
    if not name:
        raise InvalidInput(_("Give the zone a name."), fields={"name": _("needed")})
    known = db.session.scalar(sa.select(Zone).where(Zone.event_id == event_id, Zone.name == name))
    if known:
        return known
    zone = Zone(event_id=event_id, name=name)
    db.session.add(zone)
    event.setup_version += 1
    db.session.flush()
    audit.record(actor, "events.add_zone", zone, event_id=event_id)
    return zone


def remove_zone(actor: Actor, event_id: int, zone_id: int) -> None:
    """Remove a zone no table is in."""
    event = editable_event(event_id)
    zone = _zone(event_id, zone_id)
    if zone is None:
        raise NotFound(_("This zone does not exist any more."))
    used = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(MeetingTable)
        .where(MeetingTable.zone_id == zone.id, MeetingTable.retired_at.is_(None))
    )
    if used:
        raise Conflict(_("%(number)s tables are in this zone. Move them first.", number=used))
    db.session.delete(zone)
    event.setup_version += 1
    audit.record(actor, "events.remove_zone", ("zone", zone_id), event_id=event_id)


def _table(event_id: int, table_id: int) -> MeetingTable:
    row = db.session.get(MeetingTable, table_id)
    if row is None or row.event_id != event_id or row.retired_at:
        raise NotFound(_("This table does not exist any more."))
    return row


def _zone(event_id: int, zone_id: int | None) -> Zone | None:
    if not zone_id:
        return None
    row = db.session.get(Zone, zone_id)
    if row is None or row.event_id != event_id:
        raise NotFound(_("This zone does not exist any more."))
    return row
