"""A frozen commitment of two and the desk that signs it; a buyer and a maker with a tablet at their table."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from matchmaking.commitments.services import tablet_data
from tests.commitments.frozen import Pair, make_pair
from tests.commitments.scene import Deal, make_deal
from tests.commitments.sign_pages import english
from tests.commitments.tablets import Tablet, make_tablet, nothing_stale
from tests.world import World


@pytest.fixture(autouse=True)
def _no_tablet_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test does to the data: what a poll answers is what stands there."""
    monkeypatch.setattr(tablet_data, "_event_data", nothing_stale)


@pytest.fixture
def pair(world: World) -> Pair:
    return make_pair(world)


@pytest.fixture
def desk(pair: Pair, world: World) -> FlaskClient:
    return english(world.client(pair.staff.user_id))


@pytest.fixture
def deal(world: World) -> Deal:
    return make_deal(world)


@pytest.fixture
def tablet(deal: Deal) -> Tablet:
    return make_tablet(deal)
