"""What the tests of signing pages share: reading an answer, a tablet of an event."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from matchmaking.events.models import DeviceKind
from matchmaking.events.services.devices import add_device, enrol_device
from matchmaking.transactions import transaction
from tests.world import World


def english(browser: FlaskClient) -> FlaskClient:
    browser.set_cookie("language", "en")
    return browser


def text_of(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def tablet_of(world: World, event_id: int) -> FlaskClient:
    organizer = world.organizer(event_id)
    with transaction():
        code = add_device(organizer, event_id, DeviceKind.TABLET, "Tablet tanda tangan")
    with transaction():
        enrolled = enrol_device(code.code)
    browser = english(world.client())
    browser.set_cookie("device", enrolled.token)
    return browser
