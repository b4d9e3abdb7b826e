"""Meeting a tablet: known by its secret from its first contact on, also when it has been shut out since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.codes import new_code, token_hash
from matchmaking.commitments.queries.tablets import TabletView, enrolled_tablet, tablet_of_secret
from matchmaking.commitments.sync_models import Tablet
from matchmaking.extensions import db
from matchmaking.transactions import insert_new

CODE_LENGTH = 10
#: A tablet that asks often is noted at most this often.
SEEN_EVERY = timedelta(minutes=1)
#: Largest difference of two clocks that is written down; a tablet in 1970 is "more than this".
_MOST_SECONDS = 2_000_000_000


@dataclass(frozen=True)
class TabletReport:
    """What a tablet says of itself with a sync."""

    device_time: datetime | None
    unsent: int
    app_version: str


def meet_tablet(secret: str | None) -> TabletView | None:
    """Return the tablet of this secret, noting it at its first contact; ``None`` for a secret that enrols no tablet."""
    if not secret:
        return None
    known = tablet_of_secret(secret)
    if known is None:
        known = _first_contact(secret)
    if known:
        _note_seen(known.id)
    return known


def is_seen(tablet: TabletView | None) -> bool:
    """Say whether a tablet is known and was noted a moment ago, so that there is nothing to write."""
    return tablet is not None and tablet.last_seen_at >= clock.now() - SEEN_EVERY


def _first_contact(secret: str) -> TabletView | None:
    device = enrolled_tablet(secret)
    if device is None:
        return None
    now = clock.now()
    insert_new(
        Tablet,
        {
            "code": new_code(CODE_LENGTH),
            "event_id": device.event_id,
            "device_id": device.id,
            "token_hash": token_hash(secret),
            "first_seen_at": now,
            "last_seen_at": now,
            "unsent": 0,
            "app_version": "",
        },
    )
    return tablet_of_secret(secret)  # of two first contacts at once, the one that was stored


def _note_seen(tablet_id: int) -> None:
    now = clock.now()
    db.session.execute(
        sa.update(Tablet)
        .where(Tablet.id == tablet_id, Tablet.last_seen_at < now - SEEN_EVERY)
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


def note_sync(tablet_id: int, report: TabletReport) -> None:
    """Write down what the tablet said: how much it still holds and how wrong its clock is."""
    now = clock.now()
    db.session.execute(
        sa.update(Tablet)
        .where(Tablet.id == tablet_id)
        .values(
            synced_at=now,
            last_seen_at=now,
            unsent=max(0, min(report.unsent, 1_000_000)),
            app_version=report.app_version[:40],
            clock_error_seconds=clock_error(report.device_time, now),
        )
        .execution_options(synchronize_session=False)
    )


def clock_error(device_time: datetime | None, now: datetime) -> int | None:
    """Return by how many seconds the device's clock is ahead of the server's."""
    if device_time is None:
        return None
    seconds = round((device_time - now).total_seconds())
    return max(-_MOST_SECONDS, min(seconds, _MOST_SECONDS))
