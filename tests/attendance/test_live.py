"""The big screen, the phone's card and the call list: what they say, to whom, and at what cost to ask again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.attendance.models import Absent, MeetingState
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.scheduling.services.delays import NoteDelay, note_delay
from matchmaking.transactions import transaction
from tests.attendance.meetings import codes, lay_version, tap
from tests.attendance.test_day_pages import NINE, PAIRS
from tests.attendance.test_outcomes import counted_statements
from tests.scheduling.scene import Scene, make_scene
from tests.world import World

PART = {"X-Part": "1"}


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    scene = make_scene(world)
    lay_version(scene, PAIRS)
    with clock.frozen(NINE + timedelta(minutes=5)):
        yield scene


def slots(text: str) -> list[tuple[str, list[str]]]:
    """The shown slots: which mark each carries, and its tables."""
    found = re.findall(r'<section class="live-slot".*?</section>', text, re.S)
    mark = [re.search(r'data-when="(\w+)"', part) for part in found]
    rows = [re.findall(r'class="live-name">([^<]+)<', part) for part in found]
    return [(m.group(1) if m else "", row) for m, row in zip(mark, rows, strict=True)]


def test_anybody_sees_now_and_next_and_never_a_person(scene: Scene, client: FlaskClient) -> None:
    text = client.get(f"/live/{scene.code}").get_data(as_text=True)
    marks = [(mark, len(rows)) for mark, rows in slots(text)]
    assert marks == [("now", 2), ("next", 2), ("", 0), ("", 0)]
    assert ("Budi" in text, "081" in text) == (False, False)


def test_what_does_not_take_place_is_not_called_and_stands_on_the_phone(scene: Scene, client: FlaskClient) -> None:
    tap(scene, codes(scene)[0], MeetingState.NO_SHOW, Absent.BUYER)
    tap(scene, codes(scene)[1], MeetingState.CANCELLED)
    text = client.get(f"/live/{scene.code}", headers=PART).get_data(as_text=True)
    assert [len(rows) for _, rows in slots(text)] == [0, 2, 0, 0]
    calls = scene.staff(Role.DESK).get(f"/manage/{scene.code}/day/calls?slot=1").get_data(as_text=True)
    assert 'class="call"' not in calls
    maker = scene.world.client(scene.world.login_of(scene.makers[0]))
    assert "tidak berlangsung" in maker.get(f"/my/{scene.code}/now").get_data(as_text=True)


def test_before_the_first_slot_and_after_the_last(scene: Scene, client: FlaskClient) -> None:
    with clock.frozen(NINE - timedelta(minutes=30)):
        text = client.get(f"/live/{scene.code}").get_data(as_text=True)
        assert [mark for mark, _ in slots(text)] == ["next", "next", "", ""]
    with clock.frozen(NINE + timedelta(hours=5)):
        assert "Pertemuan telah selesai" in client.get(f"/live/{scene.code}").get_data(as_text=True)


def test_asked_again_with_the_tag_nothing_is_sent_until_something_changes(scene: Scene, client: FlaskClient) -> None:
    maker = scene.world.client(scene.world.login_of(scene.makers[0]))
    for browser, address in ((client, f"/live/{scene.code}"), (maker, f"/my/{scene.code}/now")):
        tag = browser.get(address, headers=PART).headers["ETag"]
        again = browser.get(address, headers=PART | {"If-None-Match": tag})
        assert (again.status_code, again.get_data()) == (304, b"")
    tap(scene, codes(scene)[0], MeetingState.RUNNING)
    assert client.get(f"/live/{scene.code}", headers=PART | {"If-None-Match": tag}).status_code == 200
    assert maker.get(f"/my/{scene.code}/now", headers=PART | {"If-None-Match": tag}).status_code == 200


def test_a_delay_reaches_screen_and_phone(scene: Scene, client: FlaskClient) -> None:
    maker = scene.world.client(scene.world.login_of(scene.makers[0]))
    tags = [
        client.get(f"/live/{scene.code}", headers=PART).headers["ETag"],
        maker.get(f"/my/{scene.code}/now").headers["ETag"],
    ]
    with transaction():
        note_delay(scene.actor, NoteDelay(scene.event_id, scene.slots[1], 10, "delay-live-1"))
    screen = client.get(f"/live/{scene.code}", headers=PART | {"If-None-Match": tags[0]}).get_data(as_text=True)
    phone = maker.get(f"/my/{scene.code}/now", headers={"If-None-Match": tags[1]}).get_data(as_text=True)
    assert ("09.30–09.50" in screen, "10 menit lebih lambat" in screen, "09.30" in phone) == (True, True, True)


def test_one_persons_tag_is_not_anothers(scene: Scene) -> None:
    tags = {
        scene.world.client(scene.world.login_of(maker)).get(f"/my/{scene.code}/now").headers["ETag"]
        for maker in scene.makers[:2]
    }
    assert len(tags) == 2


def test_the_screen_moves_on_with_the_slot(scene: Scene, client: FlaskClient) -> None:
    tag = client.get(f"/live/{scene.code}", headers=PART).headers["ETag"]
    with clock.frozen(NINE + timedelta(minutes=21)):
        answer = client.get(f"/live/{scene.code}", headers=PART | {"If-None-Match": tag})
        assert (answer.status_code, slots(answer.get_data(as_text=True))[0][0]) == (200, "now")


@pytest.mark.parametrize("hidden", ["draft", "page off"])
def test_a_hidden_event_has_no_screen_but_for_its_people(scene: Scene, client: FlaskClient, hidden: str) -> None:
    with transaction():
        event = db.session.get_one(Event, scene.event_id)
        event.state = EventState.DRAFT if hidden == "draft" else event.state
        event.is_public_page_on = hidden == "draft"
    assert client.get(f"/live/{scene.code}").status_code == 404
    assert scene.staff(Role.DESK).get(f"/live/{scene.code}").status_code == 200


def test_the_call_list_is_of_the_coming_slot_and_says_who_is_missing(scene: Scene) -> None:
    text = scene.staff(Role.DESK).get(f"/manage/{scene.code}/day/calls").get_data(as_text=True)
    assert (text.count('class="call"'), text.count("belum hadir")) == (2, 2)
    assert re.findall(r'aria-current="true"><span class="visually-hidden">\w+ (\d)', text) == ["2"]


def test_the_screens_cost_does_not_grow(scene: Scene, client: FlaskClient) -> None:
    lay_version(scene, PAIRS[:1])
    with counted_statements() as few:
        client.get(f"/live/{scene.code}")
    lay_version(scene, PAIRS)
    with counted_statements() as many:
        client.get(f"/live/{scene.code}")
    assert len(few) == len(many)
