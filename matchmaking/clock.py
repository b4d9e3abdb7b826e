"""The one place that knows what time it is; everything else asks here, so tests can stop the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)

#: Names of the Indonesian zones as people say them (``%Z`` of tzdata agrees, other zones fall back to it).
DEFAULT_ZONE = "Asia/Jakarta"


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today(zone: str = DEFAULT_ZONE) -> date:
    """Return the date it is now in ``zone``."""
    return now().astimezone(ZoneInfo(zone)).date()


def in_zone(moment: datetime, zone: str) -> datetime:
    """Return the same instant as wall time in ``zone``."""
    return moment.astimezone(ZoneInfo(zone))


def from_zone(wall: datetime, zone: str) -> datetime:
    """Return the UTC instant of a naive wall time in ``zone``."""
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def zone_name(moment: datetime, zone: str) -> str:
    """Return the zone's short name at that instant, such as ``WIB``."""
    return in_zone(moment, zone).strftime("%Z")


@contextmanager
def frozen(moment: datetime) -> Iterator[datetime]:
    """Stop the clock at ``moment`` inside the block (tests, and the demo's past event)."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield moment
    finally:
        _frozen.reset(token)
