"""What the server knows the evening before: devices, tablets, badges, the schedule, the clock. A fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.attendance.queries.badges import BadgeCounts, badge_counts
from matchmaking.audit.models import AuditEntry
from matchmaking.commitments.sync_models import Tablet
from matchmaking.events.models import Device, DeviceKind, Event
from matchmaking.events.people_queries import devices_of
from matchmaking.extensions import db
from matchmaking.operations.backup.instance import last_backup
from matchmaking.scheduling.models import Placement, ScheduleVersion
from matchmaking.scheduling.queries.versions import newest_draft, published_version
from matchmaking.web.health import readiness_problems

#: A device that was seen within this time was tried for this event's day.
RECENT = timedelta(hours=24)


@dataclass(frozen=True)
class Facts:
    """Everything the rehearsal looks at. ``tablets``: what each tablet said last, by device; ``latest_entry_at``: time of the trail's newest entry, which a right clock is past."""

    event: Event
    now: datetime
    devices: list[Device]
    tablets: dict[int, Tablet]
    badges: BadgeCounts
    version: ScheduleVersion | None
    has_newer_draft: bool
    meetings: int
    latest_entry_at: datetime | None
    last_backup_at: datetime | None
    not_ready: list[str]

    def is_recent(self, moment: datetime | None) -> bool:
        """Say whether something happened within the last day."""
        return moment is not None and self.now - moment <= RECENT

    def is_tried(self, device: Device) -> bool:
        """Say whether a device is enrolled and was seen lately; a tablet must also have fetched the day's data."""
        if device.enrolled_at is None:
            return False
        if device.kind is not DeviceKind.TABLET:
            return self.is_recent(device.last_seen_at)
        row = self.tablets.get(device.id)
        return row is not None and self.is_recent(row.synced_at)


def rehearsal_facts(event_id: int) -> Facts:
    """Return what is known now."""
    version, draft, backup = published_version(event_id), newest_draft(event_id), last_backup()
    counted = sa.select(sa.func.count()).where(Placement.version_id == version.id) if version else None
    return Facts(
        event=db.session.get_one(Event, event_id),
        now=clock.now(),
        devices=[row for row in devices_of(event_id) if row.revoked_at is None],
        tablets=_tablets(event_id),
        badges=badge_counts(event_id),
        version=version,
        has_newer_draft=bool(version and draft and draft.number > version.number),
        meetings=(db.session.scalar(counted) or 0) if counted is not None else 0,
        latest_entry_at=db.session.scalar(sa.select(sa.func.max(AuditEntry.at))),
        last_backup_at=backup.taken_at if backup else None,
        not_ready=readiness_problems(),
    )


def _tablets(event_id: int) -> dict[int, Tablet]:
    """Return what is known of each tablet as it is enrolled now; earlier enrolments of the same device are left out."""
    rows = db.session.scalars(
        sa.select(Tablet)
        .join(Device, sa.and_(Device.id == Tablet.device_id, Device.token_hash == Tablet.token_hash))
        .where(Tablet.event_id == event_id)
    )
    return {row.device_id: row for row in rows}
