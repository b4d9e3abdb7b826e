"""The one clock: aware, in UTC, shown with the zone's name."""
# ruff: noqa: DTZ001 - naive moments are what some of these tests are about

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from matchmaking import clock
from matchmaking.audit.models import AuditEntry
from matchmaking.transactions import transaction
from tests.world import LONG_AGO, World

NOON = datetime(2023, 5, 11, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hour", "name"), [("Asia/Jakarta", 12, "WIB"), ("Asia/Makassar", 13, "WITA"), ("Asia/Jayapura", 14, "WIT")]
)
def test_zones_of_indonesia(zone: str, hour: int, name: str) -> None:
    assert (clock.in_zone(NOON, zone).hour, clock.zone_name(NOON, zone)) == (hour, name)


@given(
    st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1)),
    st.sampled_from(["Asia/Jakarta", "Asia/Jayapura"]),
)
def test_wall_time_comes_back(wall: datetime, zone: str) -> None:
    assert clock.in_zone(clock.from_zone(wall, zone), zone).replace(tzinfo=None) == wall


def test_stopped_clock_stands_inside_the_block_only() -> None:
    with clock.frozen(NOON) as moment:
        assert clock.now() == moment == NOON
        with clock.frozen(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_today_changes_at_midnight_of_the_zone() -> None:
    with clock.frozen(datetime(2023, 5, 10, 17, 0, tzinfo=UTC)):
        assert (clock.today(), clock.today("UTC")) == (date(2023, 5, 11), date(2023, 5, 10))
    with clock.frozen(datetime(2023, 5, 10, 16, 59, tzinfo=UTC)):
        assert clock.today() == date(2023, 5, 10)


def test_database_refuses_a_naive_moment(app: Flask, world: World) -> None:
    with pytest.raises(sa.exc.StatementError, match="naive"):
        world.user(created_at=datetime(2023, 5, 11))
    with transaction():
        assert AuditEntry.__table__.c.at.type.process_result_value(datetime(2023, 1, 1), None) == LONG_AGO
