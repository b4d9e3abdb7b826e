"""A frozen commitment of two, and the desk that signs it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.commitments.frozen import Pair, make_pair
from tests.commitments.sign_pages import english
from tests.world import World


@pytest.fixture
def pair(world: World) -> Pair:
    return make_pair(world)


@pytest.fixture
def desk(pair: Pair, world: World) -> FlaskClient:
    return english(world.client(pair.staff.user_id))
