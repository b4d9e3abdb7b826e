"""The door's page: with a script and without, by staff and by an enrolled device, switched off, shut out."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.attendance.models import BadgeEnd, ScanMethod
from matchmaking.events.models import Event
from matchmaking.events.services.devices import revoke_device
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Side
from matchmaking.transactions import transaction
from tests.attendance.door import MORNING, Door
from tests.world import World

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def morning():  # type: ignore[no-untyped-def]
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def desk(door: Door) -> FlaskClient:
    browser = door.world.client(door.world.user(roles={door.event_id: Role.DESK}, name="Petugas Contoh"))
    browser.set_cookie("language", "en")
    return browser


def at(door: Door, rest: str = "") -> str:
    return f"/check-in/{door.world.code_of(door.event_id)}{rest}"


def send(browser: FlaskClient, door: Door, **fields: str) -> dict[str, Any]:
    answer = browser.post(at(door, "/scan"), data={"scan_key": door.key(), **fields}, headers=JSON)
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def test_page_asks_for_a_badge_and_counts_people(door: Door, desk: FlaskClient) -> None:
    page = desk.get(at(door)).text
    assert "Ready" in page
    assert 'data-count="inside">0<' in page
    assert 'data-count="not_arrived">2<' in page


def test_only_this_page_may_compile_webassembly(door: Door, desk: FlaskClient) -> None:
    policy = desk.get(at(door)).headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert "default-src 'self'" in policy
    assert "'unsafe-eval'" not in policy
    assert "unsafe" not in desk.get(at(door, "/state")).headers["Content-Security-Policy"]


def test_scan_with_a_script_answers_in_words_and_figures(door: Door, desk: FlaskClient) -> None:
    person = door.delegate(door.maker)
    code = door.badge(person.id).code
    first = send(desk, door, text=code, method="camera")
    assert (first["outcome"], first["counts"]["inside"], first["counts"]["not_arrived"]) == ("accepted", 1, 1)
    assert "COME IN" in first["html"]
    assert person.name in first["html"]
    assert person.name in first["recent"]
    again = send(desk, door, text=code, method="scanner")
    assert again["outcome"] == "repeated"
    assert "ALREADY INSIDE" in again["html"]
    assert "Came in at 07:55 WIB, by Petugas Contoh." in again["html"]
    assert [row.method for row in door.scans()] == [ScanMethod.CAMERA, ScanMethod.SCANNER]


def test_without_a_script_a_typed_code_is_answered_after_a_redirect(door: Door, desk: FlaskClient) -> None:
    badge = door.badge(door.delegate(door.maker).id)
    answer = desk.post(at(door, "/scan"), data={"scan_key": door.key(), "text": badge.short_code})
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert "COME IN" in page
    assert badge.short_code not in answer.location


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("BEGIN:VCARD\nFN:Tamu Contoh\nEND:VCARD", "This is a contact card, not a badge."),
        ("https://contoh.example/a", "This is a link to a website, not a badge."),
        ("TB1ABC", "The code was read only in part."),
        ("TB2" + "A" * 17, "This badge is of a newer kind than this page knows."),
        ("0002010102112667", "This is no badge of ours."),
        ("", "Nothing was read."),
    ],
)
def test_each_refusal_says_why(door: Door, desk: FlaskClient, text: str, sentence: str) -> None:
    result = send(desk, door, text=text, method="camera")
    assert result["outcome"] == "refused"
    assert "REFUSED" in result["html"]
    assert sentence in result["html"]
    assert "Tamu Contoh" not in result["html"]


def test_a_replaced_badge_says_that_the_new_one_counts(door: Door, desk: FlaskClient) -> None:
    old = door.badge(door.delegate(door.maker).id, ended=BadgeEnd.REPRINTED)
    result = send(desk, door, text=old.code, method="camera")
    assert "This badge was replaced at 09:05 WIB." in result["html"]
    assert "The new badge counts." in result["html"]


def test_a_name_finds_people_of_this_event_and_who_is_inside(door: Door, desk: FlaskClient, world: World) -> None:
    person = door.delegate(door.maker)
    stranger = door.delegate(world.participation(world.event(), Side.BUYER))
    part = desk.post(at(door, "/people"), data={"text": "peserta contoh"}).text
    assert person.name in part
    assert stranger.name not in part
    assert person.phone
    assert person.phone not in part
    send(desk, door, delegate=person.code, method="name")
    assert "inside since 07:55" in desk.post(at(door, "/people"), data={"text": person.name}).text
    assert "Nobody of this event" in desk.post(at(door, "/people"), data={"text": "zzz"}).text


def test_a_typed_name_is_looked_up_and_never_stored_as_a_scan(door: Door, desk: FlaskClient) -> None:
    person = door.delegate(door.maker)
    with transaction():
        db.session.get_one(Delegate, person.id).name = "Susanti"
    assert send(desk, door, text="SUSANTI")["outcome"] == "search"
    page = desk.post(at(door, "/scan"), data={"scan_key": door.key(), "text": "susan ti"})
    assert page.status_code == 200
    assert door.scans() == []
    found = desk.post(at(door, "/scan"), data={"scan_key": door.key(), "text": "susanti"}).text
    assert "Let in Susanti" in found
    assert send(desk, door, text="ABC-DEFG")["outcome"] == "refused"


def test_the_wrong_person_is_taken_back(door: Door, desk: FlaskClient) -> None:
    key = door.key()
    code = door.badge(door.delegate(door.maker).id).code
    desk.post(at(door, "/scan"), data={"scan_key": key, "text": code, "method": "camera"}, headers=JSON)
    result = desk.post(at(door, "/undo"), data={"scan_key": key}, headers=JSON).json
    assert result
    assert (result["outcome"], result["counts"]["inside"]) == ("undone", 0)
    assert desk.post(at(door, "/undo"), data={"scan_key": key}).status_code == 303
    assert desk.post(at(door, "/undo"), data={"scan_key": "never-there"}).status_code == 404


def test_a_scan_that_waited_says_how_long(door: Door, desk: FlaskClient) -> None:
    send(desk, door, text=door.badge(door.delegate(door.maker).id).code, method="camera", age="60000")
    assert (MORNING - door.scans()[0].at).total_seconds() == 60


@pytest.mark.parametrize("age", ["", "-5", "abc", "9" * 40, "1.5"])
def test_nonsense_for_the_age_is_now(door: Door, desk: FlaskClient, age: str) -> None:
    send(desk, door, text="TB1ABC", method="camera", age=age)
    assert door.scans()[0].at == MORNING


def test_a_key_that_is_none_is_refused_in_a_sentence(door: Door, desk: FlaskClient) -> None:
    answer = desk.post(at(door, "/scan"), data={"scan_key": "x", "text": "TB1ABC"}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["error"]["message"].startswith("This scan carries no proper key")


def test_an_enrolled_device_works_the_door_of_its_own_event_only(door: Door, world: World) -> None:
    _actor, token = door.device()
    scanner = world.client()
    scanner.set_cookie("device", token)
    code = door.badge(door.delegate(door.maker).id).code
    assert scanner.get(at(door)).status_code == 200
    assert send(scanner, door, text=code, method="scanner")["outcome"] == "accepted"
    assert door.scans()[0].device_id == _actor.reference
    assert "/check-in/" in scanner.get("/device/status").text
    elsewhere = Door(world, world.event(), 0, 0, door.actor)
    assert scanner.get(at(elsewhere)).status_code == 403
    assert scanner.post(at(elsewhere, "/scan"), data={"scan_key": door.key(), "text": code}).status_code == 403


def test_a_device_that_was_shut_out_is_told_so(door: Door, world: World) -> None:
    actor, token = door.device()
    scanner = world.client()
    scanner.set_cookie("device", token)
    scanner.set_cookie("language", "en")
    with transaction():
        revoke_device(door.actor, door.event_id, actor.reference or 0)
    page = scanner.get(at(door))
    assert (page.status_code, "not enrolled, or not any more" in page.text) == (403, True)
    sent = scanner.post(at(door, "/scan"), data={"scan_key": door.key(), "text": "TB1ABC"}, headers=JSON)
    assert (sent.status_code, "not enrolled" in sent.json["error"]["message"]) == (403, True)
    assert world.client().get(at(door)).status_code == 302


def test_an_event_on_paper_says_so_and_leads_to_the_list(door: Door, desk: FlaskClient) -> None:
    with transaction():
        db.session.get_one(Event, door.event_id).has_check_in = False
    page = desk.get(at(door)).text
    assert "This event checks people in on paper" in page
    assert 'id="door-text"' not in page


def test_another_day_is_said_and_does_not_stop(door: Door, desk: FlaskClient) -> None:
    with clock.frozen(MORNING.replace(day=10)):
        assert "The event is on 11 May 2023." in desk.get(at(door)).text
        result = send(desk, door, text=door.badge(door.delegate(door.maker).id).code, method="camera")
    assert result["outcome"] == "accepted"
    assert "Today is not a day of this event" in result["html"]
