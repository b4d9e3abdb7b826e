"""Tablets and scanners: enrolled once by a code, known by their cookie, shut out at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.actor import SYSTEM, Actor, ActorKind, Role
from matchmaking.events.models import Device, DeviceKind
from matchmaking.events.services import devices
from matchmaking.events.services.devices import EnrolCode, EnrolledDevice, WrongDeviceCode
from matchmaking.extensions import db
from matchmaking.permissions import DEVICE_PERMISSIONS, PERMISSIONS, is_allowed
from matchmaking.transactions import transaction
from tests.threads import at_once
from tests.world import BOTH, World


@pytest.fixture
def event(world: World) -> int:
    return world.event(code="acara")


def add(world: World, event: int) -> EnrolCode:
    actor = world.organizer(event)
    with transaction():
        return devices.add_device(actor, event, DeviceKind.TABLET, "Meja depan")


def enrol(world: World, code: str) -> tuple[FlaskClient, int]:
    browser = world.client()
    return browser, browser.post("/device", data={"code": code}).status_code


def row(device_id: int) -> Device:
    return db.session.get_one(Device, device_id, populate_existing=True)


def test_organiser_adds_a_device_and_the_device_enrols(world: World, event: int) -> None:
    organizer = world.client(world.user(roles={event: Role.ORGANIZER}))
    page = organizer.post("/manage/acara/devices", data={"name": "Meja depan", "kind": "scanner"}).text
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", page)
    assert code
    tablet, status = enrol(world, code[0].lower())
    assert status == 303
    shown = tablet.get("/device/status")
    assert (shown.status_code, "Meja depan" in shown.text) == (200, True)
    assert tablet.get("/device").location == "/device/status"
    assert "Meja depan" in organizer.get("/manage/acara/devices").text


@pytest.mark.parametrize("name", ["", " ", "x" * 81])
def test_device_needs_a_name(world: World, event: int, name: str) -> None:
    organizer = world.client(world.user(roles={event: Role.ORGANIZER}))
    assert organizer.post("/manage/acara/devices", data={"name": name, "kind": "tablet"}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Device)) == 0


def test_code_works_once(world: World, event: int) -> None:
    code = add(world, event).code
    assert [enrol(world, code)[1], enrol(world, code)[1]] == [303, 422]


@pytest.mark.parametrize(("later", "status"), [(timedelta(minutes=14, seconds=59), 303), (timedelta(minutes=15), 422)])
def test_code_works_for_fifteen_minutes(world: World, event: int, later: timedelta, status: int) -> None:
    code = add(world, event).code
    with clock.frozen(clock.now() + later):
        assert enrol(world, code)[1] == status


def test_looking_at_the_enrolment_link_uses_nothing_up(world: World, event: int) -> None:
    code = add(world, event).code
    for _n in range(2):
        assert f'value="{code}"' in world.client().get(f"/device?code={code}").text
    assert enrol(world, code)[1] == 303


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_code_typed_on_two_devices_at_once_enrols_one(app: Flask, world: World, event: int) -> None:
    code = add(world, event).code

    def use(_number: int) -> EnrolledDevice:
        with transaction():
            return devices.enrol_device(code)

    outcomes = at_once(app, use)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["EnrolledDevice"] + ["WrongDeviceCode"] * 7


def test_revoked_device_is_refused_at_once(world: World, event: int) -> None:
    made = add(world, event)
    tablet, _status = enrol(world, made.code)
    organizer = world.client(world.user(roles={event: Role.ORGANIZER}))
    assert tablet.get("/device/status").status_code == 200
    organizer.post(f"/manage/acara/devices/{made.device_id}/revoke")
    assert tablet.get("/device/status").status_code == 403
    assert tablet.get("/device").status_code == 200


def test_new_code_shuts_the_old_device_out_and_lets_a_new_one_in(world: World, event: int) -> None:
    made = add(world, event)
    old, _status = enrol(world, made.code)
    actor = world.organizer(event)
    with transaction():
        fresh = devices.renew_code(actor, event, made.device_id)
    assert old.get("/device/status").status_code == 403
    assert enrol(world, fresh.code)[1] == 303


def test_pending_code_of_a_revoked_device_is_dead(world: World, event: int) -> None:
    made = add(world, event)
    with transaction():
        devices.revoke_device(SYSTEM, event, made.device_id)
    with pytest.raises(WrongDeviceCode), transaction():
        devices.enrol_device(made.code)


def test_device_of_another_event_is_not_there(world: World, event: int) -> None:
    made = add(world, world.event())
    organizer = world.client(world.user(roles={event: Role.ORGANIZER}))
    for action in ("revoke", "code"):
        assert organizer.post(f"/manage/acara/devices/{made.device_id}/{action}").status_code == 404
    assert row(made.device_id).revoked_at is None


def test_device_may_show_itself_scan_and_take_signatures_whatever_its_roles(world: World, event: int) -> None:
    tablet, _status = enrol(world, add(world, event).code)
    device = Actor(ActorKind.DEVICE, 1, event, frozenset(Role))
    allowed = {name for name in [*PERMISSIONS, *DEVICE_PERMISSIONS] if is_allowed(device, name)}
    assert allowed == {"device.own", "check_in.use", "commitment.sign"}
    for address in ("/manage/acara/people", "/manage/acara/devices", "/account"):
        assert tablet.get(address).status_code in {302, 403, 404}


def test_people_are_no_devices(world: World, event: int) -> None:
    administrator = world.client(world.user(is_administrator=True, roles={event: Role.ORGANIZER}))
    assert administrator.get("/device/status").status_code == 403
    assert world.client().get("/device/status").status_code == 403


@pytest.mark.parametrize("cookie", ["", "x", "' OR 1=1 --"])
def test_invented_cookie_is_no_device(world: World, event: int, cookie: str) -> None:
    enrol(world, add(world, event).code)
    stranger = world.client()
    stranger.set_cookie("device", cookie)
    assert stranger.get("/device/status").status_code == 403


def test_secrets_are_stored_as_hashes(world: World, event: int) -> None:
    made = add(world, event)
    assert made.code not in repr(vars(row(made.device_id)))
    browser, _status = enrol(world, made.code)
    cookie = browser.get_cookie("device")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Strict")
    assert cookie.value not in repr(vars(row(made.device_id)))


def test_last_seen_follows_at_most_each_minute(world: World, event: int) -> None:
    made = add(world, event)
    tablet, _status = enrol(world, made.code)
    first = row(made.device_id).last_seen_at
    assert first
    for seconds, moves in ((59, False), (61, True)):
        with clock.frozen(first + timedelta(seconds=seconds)):
            tablet.get("/device/status")
        assert (row(made.device_id).last_seen_at != first) == moves
