"""The scene most scheduling tests play in."""

from __future__ import annotations

import pytest

from tests.scheduling.scene import Scene, make_scene
from tests.world import World


@pytest.fixture
def scene(world: World) -> Scene:
    return make_scene(world)
