"""Fixtures of the day."""

from __future__ import annotations

import pytest

from tests.attendance.door import Door, make_door
from tests.world import World


@pytest.fixture
def door(world: World) -> Door:
    return make_door(world)
